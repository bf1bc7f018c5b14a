"""Lays text out on pages of three segments, which MORE turns. Never cut inside a word, a number, a cite or a link."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from bot.render.segments import JOINED, segments

MOST_SEGMENTS = 3
ENOUGH = 0.35 # of a page: from there on a whole piece rather goes to the next page than to be divided

# What stays in one piece although it holds a space: cites, sums, dates in either language.
_WHOLE = re.compile(
    r"\(?§§?\s[\w.-]+(?:\([A-Za-z0-9]+\))*(?:,\s\([A-Za-z0-9]+\))*[.,;:)]*"
    r"|\(?\d+\s(?:USC|CFR)(?:\sch\.|\s§)?\s\w+(?:\(\w+\))*[.,;:)]*"
    r"|\(?P\.A\.\s\d+-\d+(?:\s§\s\d+)?[.,;:)]*"
    r"|[A-Z][a-z]+\s\d{1,2},\s\d{4}[.,;:)]*"
    r"|\d{1,2}\sde\s[a-z]+\sde(?:l)?\s\d{4}[.,;:)]*"
    r"|\S+"
)
_ONLY_A_CITE = re.compile(r"\s*\((?:§|\d|[A-Z]).*\)\W*", re.S)  # what a sentence rests on stays with the last of its words
_ENDS_A_SENTENCE = re.compile(r"[.!?][\"')]*$")


@dataclass(frozen=True)
class Unit:
    """A piece that is best kept on one page.

    ``before`` joins it to what stands before it on the page. ``number`` is that of the choice which it shows, or 0.
    """

    text: str
    before: str = "\n"
    number: int = 0


@dataclass(frozen=True)
class Page:
    """One text message; ``shown`` is the highest number of a choice that stands on it or on a page before it."""

    text: str
    shown: int = 0


Hint = Callable[[int], Sequence[str]]


def fits(text: str) -> bool:
    """Whether ``text`` goes out in three segments."""
    return segments(text).count <= MOST_SEGMENTS


def lay_out(units: Sequence[Unit], head: str, hint: Hint) -> tuple[Page, ...]:
    """The units on as few pages as they need, in their order.

    Args:
        head: the line above each page; empty for none.
        hint: for the place of a page, from 0, the lines that may say below it that there is more: the best first, the shortest
            last. The last must fit on a page with at least one character.
    """
    pages: list[Page] = []
    waiting = list(units)
    shown = 0
    while waiting or not pages:
        if fits(rest := _together(waiting, head)):  # what ends here needs no room for a hint, whose MÁS alone would double its cost
            pages.append(Page(rest, max([shown, *(unit.number for unit in waiting)])))
            break
        body, hints = head, hint(len(pages))
        while waiting:
            unit = waiting[0]
            start = body + (unit.before if body != head else "\n" if head else "")
            more = "" if len(waiting) == 1 else f"\n{hints[-1]}"
            if fits(start + unit.text + more):
                body, shown = start + unit.text, max(shown, unit.number)
                waiting.pop(0)
                continue
            alone = f"{head}\n{unit.text}\n{hints[-1]}"
            empty, filled = body == head, _fullness(body) > ENOUGH
            if not empty and fits(alone) and (filled or unit.number):
                break  # it stands undivided on the next page
            first, rest = _divide(unit.text, start, f"\n{hints[-1]}", must=empty, at_sentence=filled and not empty)
            if first:
                body, waiting[0] = start + first, Unit(rest, " ", unit.number)
            break
        if waiting:
            body += "\n" + next((line for line in hints if fits(f"{body}\n{line}")), hints[-1])
        pages.append(Page(body, shown))
    return tuple(pages)


def _together(units: Sequence[Unit], head: str) -> str:
    """The units as one page."""
    body = head
    for unit in units:
        body += ("\n" if head else "") + unit.text if body == head else unit.before + unit.text
    return body


def _fullness(text: str) -> float:
    """How much of a page ``text`` takes, from 0 to 1."""
    found = segments(text)
    return found.units / (MOST_SEGMENTS * JOINED[found.encoding])


def _divide(text: str, start: str, end: str, *, must: bool, at_sentence: bool) -> tuple[str, str]:
    """The longest beginning of ``text`` that fits between ``start`` and ``end``, and the rest.

    To the end of a sentence where that fills the page well enough or must be (``at_sentence``), else of a word. A word longer than
    a page is cut where it ``must``.
    """
    words = [match.end() for match in _WHOLE.finditer(text)][:-1]
    possible = words[: bisect_left(words, True, key=lambda place: not fits(start + text[:place] + end))]
    possible = [place for place in possible if not _ONLY_A_CITE.fullmatch(text, place)] or possible
    sentences = [place for place in possible if _ENDS_A_SENTENCE.search(text, max(0, place - 4), place) and _fullness(start + text[:place]) > ENOUGH]
    if sentences or (possible and not at_sentence):
        place = (sentences or possible)[-1]
    elif must:
        place = max(1, bisect_left(range(len(text)), True, key=lambda place: not fits(start + text[:place] + end)) - 1)
    else:
        place = 0
    return text[:place], text[place:].lstrip()
