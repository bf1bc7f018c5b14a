"""CHANGELOG.md as it has to be: versions with dates, sentences for users, and a line on the law that is true.

An entry begins with ``## 0.2.0 (2027-01-15)``, or ``(unreleased)`` for the one that is being written, which is the first. Then comes a
paragraph that begins with ``Law:`` and names each section whose content changed, with the days from which a changed version holds.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from bot.law.labels import date as in_words
from release.record import Changes, Record, Sections, changes, number

NOTHING = "Law: nothing changed."
_HEADING = re.compile(r"^## (?P<version>\d+(?:\.\d+)+) \((?P<date>\d{4}-\d\d-\d\d|unreleased)\)$", re.M)
_DAY = re.compile(r"\b[A-Z][a-z]+ \d{1,2}, \d{4}\b")


@dataclass(frozen=True)
class Entry:
    """One version's part of the page. ``date`` is None until it is released."""

    version: str
    date: dt.date | None
    law: str
    sentences: tuple[str, ...]


def read(page: str) -> list[Entry]:
    """The entries in the order of the page."""
    found = list(_HEADING.finditer(page))
    ends = [*(heading.start() for heading in found), len(page)][1:]
    return [_entry(heading, page[heading.end():end]) for heading, end in zip(found, ends, strict=True)]


def _entry(heading: re.Match[str], body: str) -> Entry:
    paragraphs = [" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n|\n(?=- )", body.strip())]
    day = None if heading["date"] == "unreleased" else dt.date.fromisoformat(heading["date"])
    law = next((paragraph for paragraph in paragraphs if paragraph.startswith("Law:")), "")
    return Entry(heading["version"], day, law, tuple(paragraph for paragraph in paragraphs if paragraph.startswith("- ")))


def law_line(touched: Changes) -> str:
    """The line for these changes, as it may be pasted: what it names is held, other words may be added."""
    parts = [_named(section) + (f" ({' and '.join(in_words(day, 'en') for day in days)})" if days else "") for section, days in touched.items()]
    return f"Law: {'; '.join(parts)}." if parts else NOTHING


def first_line(now: Sections, revised_to: str, checked: dt.date) -> str:
    """The line of the first release, which has nothing before it."""
    edition = in_words(dt.date.fromisoformat(revised_to), "en")
    return f"Law: all {len(now)} sections of the store, as revised to {edition}, checked on {in_words(checked, 'en')}."


def _named(section: str) -> str:
    return section if "USC" in section else f"§ {section}"


def problems(entries: Sequence[Entry], records: Sequence[Record], version: str, now: Sections, first: str) -> Iterator[str]:
    """What is wrong with the page, in sentences.

    Args:
        records: of the releases that were made, oldest first.
        version: the code's.
        now: the law as it is.
        first: the law's line where no release was made before.
    """
    if not entries:
        yield "CHANGELOG.md has no entry of the form: ## 0.1.0 (unreleased)"
        return
    yield from _order(entries, records)
    newest = entries[0]
    if newest.version != version:
        yield f"The newest entry is {newest.version}, and pyproject.toml says {version}."
    made = next((record for record in records if record.version == newest.version), None)
    if made and made.date != newest.date:
        yield f"{newest.version} was released on {made.date}, and its entry says {newest.date or 'unreleased'}."
    if made and (later := changes(made.sections, now)):
        yield f"{', '.join(map(_named, later))} changed after {made.version} was released. Raise the version in pyproject.toml and begin a new entry."
        return
    earlier = [record for record in records if number(record.version) < number(newest.version)]
    touched = changes(earlier[-1].sections, now) if earlier else None
    if touched is None:
        if newest.law != first:
            yield f"{newest.version}: the line on the law has to be: {first}"
    else:
        yield from _untrue(newest, touched, {*now, *earlier[-1].sections})


def _order(entries: Sequence[Entry], records: Sequence[Record]) -> Iterator[str]:
    for newer, older in pairwise(entries):
        if number(newer.version) <= number(older.version):
            yield f"{newer.version} stands above {older.version}."
        if older.date is None:
            yield f"{older.version} is not the newest entry, and has no date."
        elif newer.date and newer.date < older.date:
            yield f"{newer.version} is dated before {older.version}."
    for entry in entries:
        if not entry.law:
            yield f"{entry.version} has no line that begins with: Law:"
        if not entry.sentences:
            yield f"{entry.version} has no sentence for users."
    released = {record.version for record in records}
    for version in released - {entry.version for entry in entries}:
        yield f"{version} was released, and has no entry."
    for entry in entries[1:]:
        if entry.version not in released:
            yield f"{entry.version} has an entry and no record of a release."


def _untrue(entry: Entry, touched: Changes, known: Iterable[str]) -> Iterator[str]:
    """Where the line on the law leaves out a section or a day, or names one that is as it was."""
    said = _said(entry.law, known)
    for section, days in touched.items():
        if section not in said:
            yield f"{entry.version}: {_named(section)} changed, and the line on the law does not name it."
        elif missing := [in_words(day, "en") for day in days if in_words(day, "en") not in said[section]]:
            yield f"{entry.version}: what {_named(section)} says from {', '.join(missing)} changed, and the line on the law does not name that day."
    for section in said.keys() - touched.keys():
        yield f"{entry.version}: the line on the law names {_named(section)}, which is as it was."
    if not touched and entry.law != NOTHING:
        yield f"{entry.version}: the line on the law has to be: {NOTHING}"


def _said(line: str, known: Iterable[str]) -> dict[str, set[str]]:
    """The sections that the line names, each with the days of its part; parts end with a semicolon."""
    longest_first = sorted(known, key=len, reverse=True)
    names = re.compile("(?<![\\w-])(?:" + "|".join(map(re.escape, longest_first)) + r")(?![\w]|-\d)")
    said: dict[str, set[str]] = {}
    for part in line.split(";"):
        for section in names.findall(_DAY.sub("", part)):
            said.setdefault(section, set()).update(_DAY.findall(part))
    return said
