"""The sections of the store through time: what a provision says, what it said on a date, which act changed it."""

from __future__ import annotations

import datetime as dt
import difflib
import sqlite3
from functools import cached_property

import msgspec

from bot.errors import NoFactForDate
from bot.law.cite import Cite, code_order
from bot.law.database import Database
from bot.law.found import Ambiguous, BeforeStore, Found, Lookup, NotFound, ProvisionText, SectionHead, VersionText
from bot.law.records import FigureValue


class Statutes(Database):
    """Reads sections, their versions and their provisions."""

    @cached_property
    def section_ids(self) -> tuple[str, ...]:
        """Every section in the store, in the order of the code."""
        return tuple(sorted((row["section"] for row in self._rows("select section from sections")), key=code_order))

    def head(self, section: str) -> SectionHead | None:
        """What is true of a section whatever the date."""
        rows = self._rows("select * from sections where section = ?", section)
        if not rows:
            return None
        row = dict(rows[0])
        return msgspec.convert({k: row[k] for k in SectionHead.__struct_fields__}, SectionHead)

    def look_up(self, cite: str, as_of: dt.date | None = None) -> Lookup:
        """The provisions that ``cite`` names, as in force on ``as_of`` (default: today's text).

        Args:
            cite: canonical form, such as ``54-95c(b)``; a section without its title ("192a") may be ambiguous.
            as_of: a date; one before the first version that the store knows gives ``BeforeStore``.
        """
        try:
            wanted = Cite.parse(cite)
        except ValueError:
            return NotFound(cite, ())
        head = self.head(wanted.section)
        if head is None:
            same_end = tuple(s for s in self.section_ids if s.partition("-")[2] == wanted.section)
            if len(same_end) == 1:
                return self.look_up(same_end[0] + wanted.pin, as_of)
            return Ambiguous(same_end) if same_end else NotFound(cite, self._nearest(wanted.section))
        version = self._version(wanted.section, as_of)
        if version is None:
            first = self._rows("select min(effective) as first from versions where section = ?", wanted.section)[0]["first"]
            return BeforeStore(wanted.section, dt.date.fromisoformat(first))
        named = tuple(p for p in version.provisions if wanted.covers(Cite.parse(p.cite)))
        if not named and wanted.pins:
            above = [p for p in version.provisions if Cite.parse(p.cite).covers(wanted)]
            named = tuple(above[-1:])
            # Today's text is complete, so a pin outside it does not exist; an older version may only be partly known.
            if not named and version.complete and not version.repealed:
                pins = dict.fromkeys(Cite.parse(p.cite).pins[0] for p in version.provisions if p.pin)
                return NotFound(cite, tuple(f"{wanted.section}({pin})" for pin in pins))
        return Found(head, version, named)

    def _nearest(self, section: str) -> tuple[str, ...]:
        """Up to three sections whose number looks like this one, those of the same title first."""
        title = section.partition("-")[0]
        same_title = [s for s in self.section_ids if s.partition("-")[0] == title]
        close = difflib.get_close_matches(section, same_title or self.section_ids, n=3, cutoff=0.3)
        return tuple(close or difflib.get_close_matches(section, self.section_ids, n=3, cutoff=0.3))

    def _version(self, section: str, as_of: dt.date | None) -> VersionText | None:
        day = as_of.isoformat() if as_of else "9999"
        rows = self._rows(
            "select * from versions where section = ? and effective <= ? order by effective desc limit 1", section, day
        )
        return self._with_provisions(rows[0]) if rows else None

    def _with_provisions(self, row: sqlite3.Row) -> VersionText:
        provisions = [
            ProvisionText(
                cite=p["cite"], pin=p["pin"], kind=p["kind"], says=p["says"], says_es=p["says_es"],
                figures=msgspec.json.decode(p["figures"]), readings=tuple(msgspec.json.decode(p["readings"])),
            )
            for p in self._rows("select * from provisions where section = ? and version = ? order by position", row["section"], row["id"])
        ]
        return VersionText(
            section=row["section"], effective=dt.date.fromisoformat(row["effective"]),
            until=dt.date.fromisoformat(row["until"]) if row["until"] else None,
            acts=tuple(msgspec.json.decode(row["acts"])), changed=row["changed"], changed_es=row["changed_es"], complete=bool(row["complete"]),
            basis=row["basis"], repealed=bool(row["repealed"]), provisions=tuple(provisions),
        )

    def history(self, section: str) -> tuple[VersionText, ...]:
        """Every version that the store knows, oldest first."""
        rows = self._rows("select * from versions where section = ? order by effective", section)
        return tuple(self._with_provisions(row) for row in rows)

    def changes_between(self, start: dt.date, end: dt.date, section: str | None = None) -> tuple[VersionText, ...]:
        """The versions that took effect after ``start`` and up to ``end``, by date, of one section or of all."""
        rows = self._rows(
            "select * from versions where effective > ? and effective <= ? and (? is null or section = ?) order by effective, section",
            start.isoformat(), end.isoformat(), section, section,
        )
        return tuple(self._with_provisions(row) for row in rows)

    def made_by(self, act: str) -> tuple[VersionText, ...]:
        """The versions that a public act made, in the order of the code; ``act`` without its section: ``P.A. 17-32``."""
        rows = self._rows("select * from versions where acts like ?", f'%"{act}%')
        versions = [version for version in map(self._with_provisions, rows) if any(made.partition(" §")[0] == act for made in version.acts)]
        return tuple(sorted(versions, key=lambda version: code_order(version.section)))

    @cached_property
    def acts(self) -> frozenset[str]:
        """Every public act that made a version or is a source."""
        made = {act.partition(" §")[0] for row in self._rows("select acts from versions") for act in msgspec.json.decode(row["acts"])}
        return frozenset(made | {row["id"] for row in self._rows("select id from sources where kind = 'public act'")})

    def figure(self, cite: str, name: str, as_of: dt.date | None = None) -> FigureValue:
        """A number that the law states, as a rule computes with it.

        Raises ``NoFactForDate`` outside the dates that the store knows: it never falls back to the nearest.
        """
        found = self.look_up(cite, as_of)
        if isinstance(found, Found):
            for provision in found.provisions:
                if name in provision.figures:
                    return provision.figures[name]
        raise NoFactForDate(f"{name} of § {cite} is not in the store for {as_of or 'today'}")

    def refers_to(self, section: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The sections that this one refers to, and those that refer to it."""
        out = self._rows("select refers_to as s from cross_references where section = ? order by 1", section)
        back = self._rows("select section as s from cross_references where refers_to = ? order by 1", section)
        return tuple(row["s"] for row in out), tuple(row["s"] for row in back)
