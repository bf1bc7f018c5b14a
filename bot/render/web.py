"""A reply as a page shows it: paragraphs, cites that lead to the law pages, numbers that can be tapped."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import groupby
from typing import NamedTuple

from bot import paths
from bot.law import labels
from bot.law.cite import Cite, file_name
from bot.law.content import read_yaml
from bot.law.store import LawStore
from bot.reply import Line, Moment, Reply

_SECTION = re.compile(r"\d+[a-z]?-\d+[a-z]*(?:\([A-Za-z0-9]+\))*|\d+ USC (?:ch\. )?\d+\w*(?:\([A-Za-z0-9]+\))*")
_ADDRESS = r"https://[^\s<>\"]*[^\s<>\".,;:)]"


class Piece(NamedTuple):
    """Some text, and where it leads; ``href`` is empty for plain text."""

    text: str
    href: str = ""


class Paragraph(NamedTuple):
    """What is said, what it rests on, and whether it is "law", a "note" or the "lead" of what follows."""

    kind: str
    text: str
    cites: tuple[Piece, ...]


def paragraphs(reply: Reply, store: LawStore | None) -> list[Paragraph]:
    """The lines of ``reply``. In an answer the first line stands alone, and lines that rest on the same provisions stand together."""
    lines = reply.lines
    if reply.kind != "answer" or not lines:
        return [_paragraph([line], store, reply) for line in lines]
    together = [list(group) for _, group in groupby(lines[1:], key=lambda line: (line.cites, line.kind))]
    return [_paragraph(group, store, reply) for group in [[lines[0]], *together]]


def _paragraph(lines: Sequence[Line], store: LawStore | None, reply: Reply) -> Paragraph:
    return Paragraph(lines[0].kind, " ".join(line.text for line in lines), tuple(cite(text, store, reply) for text in lines[0].cites))


def cite(text: str, store: LawStore | None, reply: Reply) -> Piece:
    """A cite with the law page it leads to; a bill, an act or another document has none."""
    if _SECTION.fullmatch(text):
        return Piece(f"§ {text}" if "-" in text else text, law_address(text))
    if store is not None:
        return Piece(labels.cite(store, text, reply.lang))
    named = next((link.label for link in reply.links if link.cite == text), text)
    return Piece(named[:1].upper() + named[1:])


def law_address(text: str) -> str:
    """Where a section is shown: ``/law/54-95c#d-1`` for ``54-95c(d)(1)``."""
    parsed = Cite.parse(text)
    return f"/law/{file_name(parsed.section)}" + ("#" + "-".join(parsed.pins) if parsed.pins else "")


def dialled(text: str) -> list[Piece]:
    """``text`` with the phone numbers of help.yml, and addresses, as links: ``tel:`` to call, ``sms:`` to text, ``https:``, ``mailto:``."""
    pieces, at = [], 0
    for found in _pattern().finditer(text):
        if found.start() > at:
            pieces.append(Piece(text[at : found.start()]))
        pieces.append(Piece(found[0], _leads_to().get(found[0], found[0])))
        at = found.end()
    return [*pieces, Piece(text[at:])] if at < len(text) else pieces


@cache
def _leads_to() -> dict[str, str]:
    """Each number and address of help.yml with its link. What can be called as well as texted is called."""
    found: dict[str, str] = {}
    for resource in read_yaml(paths.content_dir() / "help.yml"):
        for name, scheme in (("text", "sms:"), ("call", "tel:"), ("web", "https://"), ("email", "mailto:")):
            if value := resource.get(name):
                found[value] = scheme + (_international(value) if name in ("text", "call") else value)
    return found


def _international(number: str) -> str:
    """As a phone takes it: ``+18883737888``; a short number as it is."""
    digits = re.sub(r"\D", "", number)
    return f"+{digits}" if len(digits) == 11 else f"+1{digits}" if len(digits) == 10 else digits


@cache
def _pattern() -> re.Pattern[str]:
    known = "|".join(re.escape(text) for text in sorted(_leads_to(), key=len, reverse=True))
    return re.compile(rf"{_ADDRESS}|(?<![\w$§.,-])(?<!§ )(?:{known})(?![\w-]|[.,]\d)")


class Beat(NamedTuple):
    """A point on the picture of a time line: how far along it lies, from 0 to 100, its year where there is room, and whether it is the law now."""

    x: float
    year: str
    in_force: bool


ROOM = 10  # between two years that are written out


def beats(moments: Iterable[Moment]) -> list[Beat]:
    """Where the moments lie on a line from the first to the last, in time's own proportion."""
    days = [(moment.day, moment.in_force) for moment in moments]
    first, last = min((day for day, _ in days), default=dt.date.min), max((day for day, _ in days), default=dt.date.min)
    span, found, written = (last - first).days or 1, [], float(-ROOM)
    for day, in_force in days:
        x = round(100 * (day - first).days / span, 1)
        room = x - written >= ROOM
        found.append(Beat(x, str(day.year) if room else "", in_force))
        written = x if room else written
    return found
