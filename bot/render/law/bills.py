"""The pages of the bills: their own text with its marks, and what was enacted instead, point by point."""

from __future__ import annotations

from itertools import groupby
from typing import Any

import msgspec

from bot.law import labels
from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from bot.render.law import address
from bot.render.law.redline import BillLine, of_bill
from bot.render.law.words import say


class Place(msgspec.Struct, frozen=True):
    """A cite as a link."""

    cite: str
    label: str
    address: str


class Part(msgspec.Struct, frozen=True):
    """A subsection of a bill: ``7(b)``."""

    part: str
    anchor: str
    lines: tuple[BillLine, ...]


class Outcome(msgspec.Struct, frozen=True):
    """What a bill proposed on one point and what was enacted instead. In English."""

    point: str
    proposed: str
    enacted: str
    cites: tuple[Place, ...]


class BillSection(msgspec.Struct, frozen=True):
    """One section of a bill."""

    number: str
    heading: str
    effective: str
    amends: Place | None
    enacted_as: tuple[Place, ...]
    parts: tuple[Part, ...]
    outcomes: tuple[Outcome, ...]
    address: str


class BillPage(msgspec.Struct, frozen=True):
    """A bill: proposed law, never the law in force."""

    bill: str
    year: int
    name: str
    number: str
    title: str
    lang: str
    banner: str
    summary: str
    became: str
    status: str
    official: str
    sections: tuple[BillSection, ...]
    address: str
    other_language: str


class OnSection(msgspec.Struct, frozen=True):
    """A section of a bill that would have changed a section of the law, or whose point that section settles."""

    label: str
    address: str
    year: int
    section: BillSection


def page(store: LawStore, year: int, lang: str) -> BillPage | None:
    """The bill of ``year``; None where the store has none."""
    found = store.bill(year)
    if found is None:
        return None
    source = store.source(found["bill"]) or {}
    name = labels.cite(store, found["bill"], lang)
    return BillPage(
        bill=found["bill"], year=year, name=name[:1].upper() + name[1:], number=found["number"], title=found["title"], lang=lang,
        banner=say("bill_banner", lang), summary=found["summary"], became=found["became"], status=source.get("status", ""),
        official=source.get("link", ""), sections=_sections(store, found, lang), address=address.of_bill(year, lang),
        other_language=address.of_bill(year, next(other for other in LANGUAGES if other != lang)),
    )


def on_section(store: LawStore, section: str, lang: str) -> tuple[OnSection, ...]:
    """The sections of bills that touch ``section``, by year."""
    found = []
    for year, numbers in groupby(store.bills_on(section), key=lambda place: place[0]):
        bill, wanted = store.bill(year), {number for _, number in numbers}
        for part in _sections(store, bill, lang) if bill else ():
            if part.number in wanted:
                found.append(OnSection(say("bill_label", lang, year=year, section=part.number), part.address, year, part))
    return tuple(found)


def _sections(store: LawStore, bill: dict[str, Any], lang: str) -> tuple[BillSection, ...]:
    sections = []
    for number, parts in groupby(bill["parts"], key=lambda part: part["section"]):
        rows = list(parts)
        first = rows[0]
        sections.append(BillSection(
            number=number, heading=first["heading"], effective=first["effective"],
            amends=_place(store, first["amends"], lang) if first["amends"] else None,
            enacted_as=tuple(_place(store, cite, lang) for cite in msgspec.json.decode(first["enacted_as"])),
            parts=tuple(Part(row["part"], f"s{address.anchor(row['part'])}-text", of_bill(row["text"])) for row in rows),
            outcomes=tuple(
                Outcome(o["point"], o["proposed"], o["enacted"], tuple(_place(store, cite, lang) for cite in msgspec.json.decode(o["cites"])))
                for o in bill["outcomes"] if o["section"] == number
            ),
            address=address.of_bill(bill["year"], lang, number),
        ))
    return tuple(sections)


def _place(store: LawStore, cite: str, lang: str) -> Place:
    return Place(cite, labels.cite(store, cite, lang), address.of_cite(store, cite, lang))
