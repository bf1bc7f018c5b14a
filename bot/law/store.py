"""Reads law.db. Opened read-only; every question is one or two indexed look-ups."""

from __future__ import annotations

import datetime as dt
import difflib
import re
import sqlite3
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import NoFactForDate, NoLawStore
from bot.law.cite import Cite
from bot.law.records import Answer, FigureValue, Interview, InterviewWords, Jurisdiction, Recommendation, Resource, Term, Topic


class ProvisionText(msgspec.Struct, frozen=True):
    """One provision as a version of its section has it."""

    cite: str
    pin: str
    kind: str
    says: str
    says_es: str | None
    figures: dict[str, FigureValue]
    readings: tuple[str, ...]

    def in_language(self, lang: str) -> str:
        """The restatement in ``lang``."""
        return self.says_es if lang == "es" and self.says_es else self.says


class VersionText(msgspec.Struct, frozen=True):
    """A section's text from ``effective`` until ``until`` (None: until now)."""

    section: str
    effective: dt.date
    until: dt.date | None
    acts: tuple[str, ...]
    changed: str
    changed_es: str | None
    complete: bool
    basis: str
    repealed: bool
    provisions: tuple[ProvisionText, ...]

    def change(self, lang: str) -> str:
        """What this version changed, in ``lang``."""
        return self.changed_es if lang == "es" and self.changed_es else self.changed


class SectionHead(msgspec.Struct, frozen=True):
    """What is true of a section whatever the date."""

    section: str
    title: str
    link: str
    checked_on: dt.date
    checked_against: str
    checked_by: str
    formerly: str
    review_act: str | None
    review_since: dt.date | None
    review_note: str | None


class DifferenceText(msgspec.Struct, frozen=True):
    """A point on which a source document does not say what the law says."""

    section: str
    pin: str
    source: str
    source_name: str
    in_source: str
    source_says: str
    law_says: str
    matters: str
    line: str
    line_es: str | None

    def in_language(self, lang: str) -> str:
        """The one line in ``lang``, where it was written; in English otherwise."""
        return self.line_es if lang == "es" and self.line_es else self.line


class Found(msgspec.Struct, frozen=True):
    """The version in force on the date asked for, and the provisions that the cite names."""

    head: SectionHead
    version: VersionText
    provisions: tuple[ProvisionText, ...]


class Ambiguous(msgspec.Struct, frozen=True):
    """Several sections could be meant."""

    candidates: tuple[str, ...]


class NotFound(msgspec.Struct, frozen=True):
    """No such section or subsection in the store; the nearest that are."""

    asked: str
    nearest: tuple[str, ...]


class BeforeStore(msgspec.Struct, frozen=True):
    """The store does not know what the section said so early."""

    section: str
    first: dt.date


class Reviewed(msgspec.Struct, frozen=True):
    """Where one provision or wording stands: drafted, checked against the source, reviewed by a lawyer."""

    unit: str
    kind: str
    lang: str
    name: str
    state: str
    checked_on: dt.date | None
    lawyer_on: dt.date | None
    lawyer_by: str | None
    due: dt.date | None
    under_review: str


class SearchHit(msgspec.Struct, frozen=True):
    """A row of the full-text index."""

    kind: str
    key: str
    title: str
    body: str


Lookup = Found | Ambiguous | NotFound | BeforeStore


class LawStore:
    """The compiled store. One instance serves one thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path`` read-only. Raises ``NoLawStore`` when it is missing or not a store."""
        try:
            # immutable: no locks and no look at the file's date for each query; a new build is a new file
            self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._meta = {row["name"]: row["value"] for row in self._rows("select name, value from meta")}
        except sqlite3.Error as error:
            raise NoLawStore(f"The law store {path} cannot be read ({error}). Run: charter-oak build") from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    # -- what the store is ------------------------------------------------

    @cached_property
    def jurisdiction(self) -> Jurisdiction:
        """Whose law this is and how its citations are written."""
        return msgspec.json.decode(self._meta["jurisdiction"], type=Jurisdiction)

    @property
    def content_hash(self) -> str:
        """The hash of the content files that the store was built from."""
        return str(self._meta["content"])

    @property
    def checked_on(self) -> dt.date:
        """The latest date on which a section was checked against the official text."""
        return dt.date.fromisoformat(self._meta["checked_on"])

    def reviewed(self, kind: str = "section", lang: str = "en") -> tuple[Reviewed, ...]:
        """Where each provision, or wording of another kind, stands."""
        rows = self._rows("select * from reviews where kind = ? and lang = ? order by rowid", kind, lang)
        return tuple(msgspec.convert({k: row[k] for k in Reviewed.__struct_fields__}, Reviewed) for row in rows)

    def seed_items(self) -> set[int]:
        """The inventory items that at least one record answers for."""
        return {row["item"] for row in self._rows("select distinct item from seed_items")}

    # -- sections and time --------------------------------------------------

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

    # -- sources and their differences ---------------------------------------

    def differences(self, section: str | None = None) -> tuple[DifferenceText, ...]:
        """Where the source documents do not say what the law says, for one section or for all."""
        rows = self._rows(
            "select d.*, s.name as source_name from differences d join sources s on s.id = d.source"
            " where ? is null or section = ? order by d.rowid",
            section, section,
        )
        return tuple(msgspec.convert({k: row[k] for k in DifferenceText.__struct_fields__}, DifferenceText) for row in rows)

    def differences_of(self, source: str) -> tuple[DifferenceText, ...]:
        """Where one source document does not say what the law says."""
        return tuple(one for one in self.differences() if one.source == source)

    def gaps(self, section: str) -> tuple[tuple[str, str], ...]:
        """What people ask about a section that no source answers: (about, says)."""
        return tuple((row["about"], row["says"]) for row in self._rows("select about, says from gaps where section = ?", section))

    def source(self, source: str) -> dict[str, Any] | None:
        """A source document as a mapping of its fields."""
        rows = self._rows("select * from sources where id = ?", source)
        return dict(rows[0]) if rows else None

    def bill(self, year: int) -> dict[str, Any] | None:
        """A bill with ``parts`` and ``outcomes`` as lists of mappings."""
        rows = self._rows("select * from bills where year = ?", year)
        if not rows:
            return None
        bill = dict(rows[0])
        bill["parts"] = [dict(row) for row in self._rows("select * from bill_parts where bill = ? order by id", bill["bill"])]
        bill["outcomes"] = [dict(row) for row in self._rows("select * from bill_outcomes where bill = ? order by id", bill["bill"])]
        return bill

    def bills_on(self, section: str) -> tuple[tuple[int, str], ...]:
        """The (year, bill section) of each bill section that would have changed a section, or whose point it settled."""
        rows = self._rows(
            "select b.year, p.section, p.amends, p.enacted_as as cites from bill_parts p join bills b using (bill)"
            " union select b.year, o.section, '', o.cites from bill_outcomes o join bills b using (bill) order by 1, 2"
        )
        touched = [((row["year"], row["section"]), [row["amends"], *msgspec.json.decode(row["cites"])]) for row in rows]
        found = [place for place, cites in touched if section in {cite.partition("(")[0] for cite in cites}]
        return tuple(dict.fromkeys(found))

    @cached_property
    def bill_years(self) -> dict[str, int]:
        """The bills in the store, each with its year, oldest first."""
        return {row["bill"]: row["year"] for row in self._rows("select bill, year from bills order by year")}

    def recommendations(self) -> tuple[Recommendation, ...]:
        """The Council's recommendations and what became of each, by number."""
        return tuple(
            Recommendation(
                number=row["number"], asks=row["asks"], reasons=tuple(msgspec.json.decode(row["reasons"])), fate=row["fate"],
                fate_says=row["fate_says"], cites=tuple(msgspec.json.decode(row["cites"])),
            )
            for row in self._rows("select * from recommendations order by number")
        )

    def sources(self) -> tuple[dict[str, Any], ...]:
        """Every document that the store draws on, as mappings of their fields, in the order of the content file."""
        return tuple(dict(row) for row in self._rows("select * from sources order by rowid"))

    # -- wording --------------------------------------------------------------

    def answer(self, topic: str, lang: str, variant: str = "") -> Answer | None:
        """The wording of a topic's answer; ``None`` where there is no such variant."""
        rows = self._rows("select record from answers where lang = ? and topic = ? and variant = ?", lang, topic, variant)
        return msgspec.json.decode(rows[0]["record"], type=Answer) if rows else None

    def answers_to(self, topic: str, lang: str) -> dict[str, Answer]:
        """Every variant of a topic's answer, its own under the empty name, in the order of the files."""
        rows = self._rows("select variant, record from answers where lang = ? and topic = ? order by rowid", lang, topic)
        return {row["variant"]: msgspec.json.decode(row["record"], type=Answer) for row in rows}

    @cached_property
    def rests_on(self) -> dict[str, dict[str, float]]:
        """For each topic the sections and provisions its answer rests on, heavier the earlier and the oftener they are cited."""
        found: dict[str, dict[str, float]] = {}
        for row in self._rows("select topic, record from answers where lang = 'en' and variant = '' order by rowid"):
            sentences = msgspec.json.decode(row["record"], type=Answer).full
            weights = found.setdefault(row["topic"], {})
            for place, cite in enumerate(cite for sentence in sentences for cite in sentence.cites):
                for rested_on in {cite, cite.partition("(")[0]}:
                    weights[rested_on] = weights.get(rested_on, 0) + 1 / (1 + place)
        return found

    @cached_property
    def topics_on(self) -> dict[str, str]:
        """For each section and provision the topic whose answer rests on it most."""
        sections = {section for weights in self.rests_on.values() for section in weights}
        return {section: max(self.rests_on, key=lambda topic: self.rests_on[topic].get(section, 0)) for section in sections}

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Every topic by its id."""
        found = {}
        for row in self._rows("select * from topics"):
            found[row["topic"]] = Topic(
                topic=row["topic"], asks=row["asks"], related=tuple(msgspec.json.decode(row["related"])),
                facets=tuple(msgspec.json.decode(row["facets"])), subject=row["subject"],
                default_subject=row["default_subject"], headline=bool(row["headline"]), about=row["about"],
                counts=row["counts"], counted_by=row["counted_by"],
                with_a_minor=row["with_a_minor"], when_named=row["when_named"],
            )
        return found

    @cached_property
    def topic_groups(self) -> dict[str, str]:
        """The group that each topic belongs to."""
        return {row["topic"]: row["topic_group"] for row in self._rows("select topic, topic_group from topics order by rowid")}

    @cached_property
    def terms(self) -> dict[str, dict[str, Term]]:
        """Offenses, businesses and professions that questions name: subject, then id."""
        found: dict[str, dict[str, Term]] = {}
        for row in self._rows("select * from terms order by rowid"):
            found.setdefault(row["subject"], {})[row["id"]] = Term(
                id=row["id"], label=msgspec.json.decode(row["label"]),
                names={lang: tuple(names) for lang, names in msgspec.json.decode(row["names"]).items()},
                provision=row["provision"], outcome=row["outcome"], felony_class=row["felony_class"],
            )
        return found

    @cached_property
    def resources(self) -> dict[str, Resource]:
        """The places to turn to, by id."""
        rows = self._rows("select record from resources")
        return {r.id: r for r in (msgspec.json.decode(row["record"], type=Resource) for row in rows)}

    @cached_property
    def phrases(self) -> dict[str, dict[str, str]]:
        """The bot's furniture: language, then key, then words."""
        found: dict[str, dict[str, str]] = {}
        for row in self._rows("select lang, key, text from phrases"):
            found.setdefault(row["lang"], {})[row["key"]] = row["text"]
        return found

    @cached_property
    def titles(self) -> dict[str, str]:
        """The topic of each answer's title, in both languages."""
        return {row["title"]: row["topic"] for row in self._rows("select title, topic from answers where variant = '' order by rowid desc")}

    @cached_property
    def interviews(self) -> dict[str, Interview]:
        """The guided interviews by name."""
        rows = self._rows("select interview, record from interviews order by rowid")
        return {row["interview"]: msgspec.json.decode(row["record"], type=Interview) for row in rows}

    @cached_property
    def interview_words(self) -> dict[str, dict[str, InterviewWords]]:
        """The wording of the interviews: language, then name."""
        found: dict[str, dict[str, InterviewWords]] = {}
        for row in self._rows("select lang, interview, record from interview_words"):
            found.setdefault(row["lang"], {})[row["interview"]] = msgspec.json.decode(row["record"], type=InterviewWords)
        return found

    # -- search -----------------------------------------------------------------

    def search(self, text: str, lang: str, limit: int = 5) -> tuple[SearchHit, ...]:
        """The best full-text matches for the words of ``text``; empty when none of them occurs.

        Words are quoted one by one: to FTS5 a bare ``54-95c`` would be an expression.
        """
        words = [word for word in re.findall(r"[^\W_]+", text.lower()) if len(word) > 2][:24]
        if not words:
            return ()
        query = " OR ".join(f'"{word}"' for word in dict.fromkeys(words))
        rows = self._rows(
            "select s.kind, s.key, s.title, s.body from search_fts f join search s on s.rowid = f.rowid"
            " where search_fts match ? and s.lang = ? order by bm25(search_fts, 4.0, 1.0) limit ?",
            query, lang, limit,
        )
        return tuple(msgspec.convert(dict(row), SearchHit) for row in rows)


def code_order(section: str) -> tuple[Any, ...]:
    """Sort key: 17a-106f before 17a-106g before 31-71a before 53-394 before 53a-82."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[a-z]+", section.lower()))
