"""The monthly report as plain values: what was answered, what fell back, what did not help, and where to look to mend it.

It adds up only what is shown. What stands in no line is said in words, for nobody can tell how much it is.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import CharterOakError
from bot.law.store import LawStore
from gateway.usage.counted import GRACE
from gateway.usage.lines import ANSWERED, ANY, CHOICES, FALLBACKS, REASONS, Line, what_of_reason
from gateway.usage.published import Month

MISUNDERSTOOD = (CHOICES, what_of_reason("other"))
_MONTH = re.compile(r"(\d{4})-(\d{2})")


class NoReport(CharterOakError):
    """There is no report of that month; the message says why, and what to do."""


@dataclass(frozen=True)
class Row:
    """A line of the report: what it is about in words, and how many conversations."""

    line: Line
    number: int
    title: str = ""
    files: tuple[str, ...] = ()


@dataclass(frozen=True)
class Report:
    """The report of a month. ``places``: answered and fell back by channel and language, of what is told by them."""

    month: Month
    places: Mapping[tuple[str, str], tuple[int, int]]
    fallbacks: tuple[Row, ...]
    reasons: tuple[Row, ...]
    answered: tuple[Row, ...]

    @property
    def totals(self) -> tuple[int, int]:
        """How many were answered and how many fell back, as far as it is shown."""
        lines = self.month.lines
        answered = sum(number for line, number in lines.items() if line.what == ANSWERED)
        return answered, sum(number for line, number in lines.items() if line.what in FALLBACKS)


def wanted(asked: str, now: dt.datetime) -> str:
    """The month that is asked for; the last that is over, where none is. Raises ``NoReport`` where it cannot be had."""
    if not asked:
        return (now.date().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")
    found = _MONTH.fullmatch(asked.strip())
    if not found or not 1 <= int(found[2]) <= 12 or not 2000 <= int(found[1]) <= 9998:
        raise NoReport(f"{asked} is not a month. Write it like {now:%Y-%m}.")
    year, number = int(found[1]), int(found[2])
    if (year, number) > (now.year, now.month):
        raise NoReport(f"{in_words(asked)} has not come yet.")
    if (year, number) == (now.year, now.month):
        after = dt.date(year, number, calendar.monthrange(year, number)[1]) + dt.timedelta(days=1)
        raise NoReport(
            f"{in_words(asked)} is not over. Its report comes on {after:%B} {after.day}, an hour after midnight UTC: two looks at a running month"
            " would tell by their difference what one person asked in between."
        )
    return found[0]


def in_words(month: str) -> str:
    """A month as it is said: October 2026."""
    return dt.date.fromisoformat(f"{month}-01").strftime("%B %Y")


def still_closing(month: str, now: dt.datetime) -> bool:
    """Whether the gateways may not have closed ``month`` yet."""
    first = dt.date.fromisoformat(f"{month}-01")
    over = dt.datetime.combine(first + dt.timedelta(days=calendar.monthrange(first.year, first.month)[1]), dt.time(), dt.timezone.utc)
    return now < over + dt.timedelta(seconds=GRACE)


def report(month: Month, store: LawStore | None, root: Path) -> Report:
    """What a month has to say.

    Args:
        store: names the topics; None where law.db cannot be read.
        root: the project's folder, in which the topics' files are looked for.
    """
    def rows(whats: Iterable[str]) -> tuple[Row, ...]:
        found = [(line, number) for line, number in month.lines.items() if line.what in whats]
        found.sort(key=lambda pair: (-pair[1], pair[0]))
        return tuple(Row(line, number, _title(line, store), _files(line, root)) for line, number in found)

    answered, fell = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for line, number in month.lines.items():
        if line.what == ANSWERED or line.what in FALLBACKS:
            (answered if line.what == ANSWERED else fell)[line.channel, line.lang] += number
    places = {place: (answered[place], fell[place]) for place in sorted({*answered, *fell}, key=lambda place: (place[0] == ANY, place))}
    return Report(month, places, rows(FALLBACKS), rows([what_of_reason(reason) for reason in REASONS]), rows([ANSWERED]))


def _title(line: Line, store: LawStore | None) -> str:
    found = store.answer(line.topic, "en") if store else None
    return found.title if found else ""


def _files(line: Line, root: Path) -> tuple[str, ...]:
    """The files to mend, in the line's language or in each: a topic's phrases where it was not understood, else its answer."""
    langs = ("en", "es") if line.lang == ANY else (line.lang,)
    name = re.escape(line.topic)
    phrases, answer = ("data/nlu/{}", rf"^- intent: {name}$"), ("content/wording/{}/answers", rf"^{name}(?:@[\w-]+)?:")
    folder, pattern = phrases if line.what in MISUNDERSTOOD else answer
    stands = re.compile(pattern, re.M)
    return tuple(
        path.relative_to(root).as_posix() for lang in langs for path in sorted((root / folder.format(lang)).glob("*.yml"))
        if stands.search(path.read_text(encoding="utf-8"))
    )
