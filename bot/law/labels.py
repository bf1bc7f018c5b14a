"""How citations and dates are written for a reader."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable

from bot.law.store import LawStore
from bot.reply import Link

_MONTHS_ES = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]
_SECTION = re.compile(r"\d{1,2}[a-z]?-\d+[a-z]*(?:\([A-Za-z0-9]+\))*")


def date(day: dt.date, lang: str) -> str:
    """``October 1, 2021`` or ``1 de octubre de 2021``."""
    if lang == "es":
        return f"{day.day} de {_MONTHS_ES[day.month - 1]} de {day.year}"
    return f"{day:%B} {day.day}, {day.year}"


def month(day: dt.date, lang: str) -> str:
    """``March 2022`` or ``marzo de 2022``."""
    return f"{_MONTHS_ES[day.month - 1]} de {day.year}" if lang == "es" else f"{day:%B %Y}"


def cite(store: LawStore, text: str, lang: str = "en") -> str:
    """A cite as readers know it: ``§ 54-95c(b)``, ``18 USC 1595``, ``P.A. 21-103``, ``2021 bill § 7``."""
    if _SECTION.fullmatch(text):
        return f"§ {text}"
    document, _, pin = text.partition(" § ")
    if source := store.source(document):
        name = (lang == "es" and source["name_es"]) or source["name"]
        return f"{name} § {pin}" if pin else str(name)
    return text[:1].upper() + text[1:]


def cites(store: LawStore, texts: Iterable[str], lang: str = "en") -> str:
    """Several cites in one: ``§§ 53a-192a(c), 53a-35a(4); 18 USC 1595``."""
    sections = [text for text in texts if _SECTION.fullmatch(text)]
    others = [cite(store, text, lang) for text in texts if not _SECTION.fullmatch(text)]
    joined = [("§ " if len(sections) == 1 else "§§ ") + ", ".join(sections)] if sections else []
    return "; ".join([*joined, *others])


def links(store: LawStore, texts: Iterable[str]) -> tuple[Link, ...]:
    """The official page of each section cited, once a section."""
    found: dict[str, Link] = {}
    for text in texts:
        section = text.partition("(")[0]
        head = store.head(section)
        if head and section not in found:
            found[section] = Link(section, f"{cite(store, section)} {head.title}", head.link)
        elif not head and (source := store.source(text.partition(" § ")[0])) and source["link"]:
            found.setdefault(source["id"], Link(text, source["name"], source["link"]))
    return tuple(found.values())
