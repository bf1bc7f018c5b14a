"""What the papers share: how dates and citations are written, and which characters a paper can hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping

from bot.reply import Sheet, SheetDate

# What XML or a line of type cannot hold: controls, halves of surrogate pairs, non-characters, separators of lines.
_UNPRINTABLE = re.compile("[\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_SECTION = re.compile(r"\d{1,2}[a-z]?-\d+[a-z]*(?:\([A-Za-z0-9]+\))*")
_FIELD = re.compile(r"\{(\w+)\}")


def clean(text: str) -> str:
    """``text`` in one line, with a space for what cannot be printed."""
    return _UNPRINTABLE.sub(" ", text).strip()


def language(sheet: Sheet) -> str:
    """The sheet's language as a tag that every format takes; ``und`` (not known) for what is none."""
    return sheet.lang if _LANGUAGE.fullmatch(sheet.lang) else "und"


def fill(phrase: str, **fields: str) -> str:
    """A phrase with its fields put in. What is put in is not read again, so it may hold braces."""
    return _FIELD.sub(lambda found: fields.get(found[1], found[0]), phrase)


def date(day: dt.date, phrases: Mapping[str, str]) -> str:
    """``October 1, 2021`` or ``1 de octubre de 2021``."""
    month = phrases["papers.months"].split(",")[day.month - 1].strip()
    return fill(phrases["papers.date"], day=str(day.day), month=month, year=str(day.year))


def due(entry: SheetDate, phrases: Mapping[str, str]) -> str:
    """The day of ``entry``, and how often it comes round."""
    day = date(entry.day, phrases)
    if not entry.every_years:
        return day
    return fill(phrases["papers.every_year" if entry.every_years == 1 else "papers.every_years"], date=day, number=str(entry.every_years))


def cited(cites: Iterable[str], sheet: Sheet) -> str:
    """Several cites in brackets, as the chat writes them: ``(§§ 53a-192a(c), 53a-35a(4); 18 USC 1595)``; "" for none.

    A document's name is taken from the sheet's sources.
    """
    cites = tuple(cites)
    sections = [cite for cite in cites if _SECTION.fullmatch(cite)]
    joined = [("§ " if len(sections) == 1 else "§§ ") + ", ".join(sections)] if sections else []
    joined += [_document(cite, sheet) for cite in cites if not _SECTION.fullmatch(cite)]
    return f"({'; '.join(joined)})" if joined else ""


def _document(cite: str, sheet: Sheet) -> str:
    document, _, pin = cite.partition(" § ")
    for link in sheet.sources:
        # The label of a federal section starts with its cite and goes on to its heading: that is no name of a document.
        if link.cite.partition(" § ")[0] == document and not link.label.lower().startswith(document.lower()):
            return f"{link.label} § {pin}" if pin else link.label
    return cite[:1].upper() + cite[1:]
