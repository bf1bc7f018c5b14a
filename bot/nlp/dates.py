"""Finds the date that a question is about: "in 2010", "on June 1, 2015", "en junio de 2015".

A date that the calendar does not have ("February 30 2015") comes back as such, so that it can be said.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass, field
from typing import Literal

from bot.nlp.folding import fold

_MONTHS: dict[str, int] = {}
for _names in (
    "january february march april may june july august september october november december",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "jan feb mar apr may jun jul aug sept oct nov dec",
    "ene feb mar abr may jun jul ago sep oct nov dic",
):
    _MONTHS |= {name: number for number, name in enumerate(_names.split(), 1)}
_MONTHS["setiembre"] = 9
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_YEAR = r"(?:19|20)\d\d"
_FORMS = (
    re.compile(rf"\b(?P<y>{_YEAR})-(?P<m>\d{{1,2}})-(?P<d>\d{{1,2}})\b"),
    re.compile(rf"\b(?P<m>\d{{1,2}})/(?P<d>\d{{1,2}})/(?P<y>{_YEAR})\b"),
    re.compile(rf"\b(?P<month>{_MONTH})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?:of\s+)?(?P<y>{_YEAR})\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th|o)?\s+(?:de\s+|of\s+)?(?P<month>{_MONTH})\.?,?\s+(?:de\s+|del\s+)?(?P<y>{_YEAR})\b"),
    re.compile(rf"\b(?P<month>{_MONTH})\.?,?\s+(?:of\s+|de\s+|del\s+)?(?P<y>{_YEAR})\b"),
    re.compile(rf"(?<![\w$,.-])(?P<y>{_YEAR})(?![\w-]|,\d)"),
)


@dataclass(frozen=True)
class DateMention:
    """A day, a month or a year named in a text, from ``first`` to ``last`` day."""

    first: dt.date
    last: dt.date
    precision: Literal["day", "month", "year"]
    start: int = field(default=0, compare=False)  # where in the text it stands


@dataclass(frozen=True)
class ImpossibleDate:
    """Something written as a date that the calendar does not have."""

    text: str


def find_date(text: str) -> DateMention | ImpossibleDate | None:
    """The first date that ``text`` names, the most exact form first."""
    plain = fold(text)
    for form in _FORMS:
        if match := form.search(plain):
            return _as_date(match, text[match.start() : match.end()])
    return None


def _as_date(match: re.Match[str], written: str) -> DateMention | ImpossibleDate:
    parts = match.groupdict()
    year = int(parts["y"])
    month = _MONTHS[parts["month"]] if parts.get("month") else int(parts.get("m") or 0)
    try:
        if not month:
            return DateMention(dt.date(year, 1, 1), dt.date(year, 12, 31), "year", match.start())
        if parts.get("d"):
            day = dt.date(year, month, int(parts["d"]))
            return DateMention(day, day, "day", match.start())
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        return DateMention(dt.date(year, month, 1), after - dt.timedelta(days=1), "month", match.start())
    except ValueError:
        if "/" in written and month > 12 >= int(parts.get("d") or 99):  # the day first: 15/3/2022
            return _as_date_parts(year, int(parts["d"]), month, match.start(), written)
        return ImpossibleDate(written)


def _as_date_parts(year: int, month: int, day: int, start: int, written: str) -> DateMention | ImpossibleDate:
    try:
        found = dt.date(year, month, day)
    except ValueError:
        return ImpossibleDate(written)
    return DateMention(found, found, "day", start)


_SPAN = re.compile(r"\b(?:from|desde|del)\b(.{4,30}?)\b(?:until|to|hasta|al)\b(.{4,30})")


def period_told(plain: str) -> tuple[dt.date, dt.date] | None:
    """The first day and the day after the last of "from July 1, 2006 until October 1, 2017", in folded text."""
    for span in _SPAN.finditer(plain):
        first, after = find_date(span[1]), find_date(span[2])
        if isinstance(first, DateMention) and isinstance(after, DateMention):
            return first.first, after.first
    return None
