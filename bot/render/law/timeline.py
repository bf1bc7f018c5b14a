"""The history of a section as a picture: where each version stands on a time line that runs downwards."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Literal

import msgspec

from bot.law import labels
from bot.law.found import VersionText

State = Literal["past", "now", "repealed"]
WIDTH = 240
TOP, BOTTOM = 18, 22
NEAREST, FARTHEST = 40, 110  # between two points: dates never overlap, and decades do not run off the page
A_YEAR = 12


class Point(msgspec.Struct, frozen=True):
    """One version on the line: ``y`` in the picture's own units, ``length`` of the line that leads on from it."""

    y: int
    length: int
    date: str
    state: State
    shown: bool


class Picture(msgspec.Struct, frozen=True):
    """The points of a time line and the size of the picture."""

    width: int
    height: int
    points: tuple[Point, ...]


def picture(versions: Iterable[VersionText], lang: str, shown: dt.date | None) -> Picture:
    """The picture of ``versions``, oldest first; ``shown`` is the effective date of the one that the page is about."""
    versions = tuple(versions)
    points, y = [], TOP
    for version in versions:
        years = (version.until - version.effective).days / 365.25 if version.until else 0
        length = round(min(FARTHEST, max(NEAREST, years * A_YEAR))) if version.until else 0
        state: State = "repealed" if version.repealed else "past" if version.until else "now"
        points.append(Point(y, length, labels.date(version.effective, lang), state, version.effective == shown))
        y += length
    return Picture(WIDTH, y + BOTTOM, tuple(points))
