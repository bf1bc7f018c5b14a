"""The documents that the store draws on: bills, recommendations, and where they do not say what the law says."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import msgspec

from bot.law.database import Database
from bot.law.found import DifferenceText
from bot.law.records import Recommendation


class Documents(Database):
    """Reads the source documents and their differences from the law."""

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
