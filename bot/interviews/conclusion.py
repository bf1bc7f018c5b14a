"""What a rule finds, before it is put into words: keys of findings, the values that fill them, a sum, dates."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

Outcome = Literal["may", "does_not_appear", "cannot_tell"]
# In this order a result is told.
Part = Literal["reasons", "sum", "steps", "effects", "alternatives", "unknown"]
PARTS: tuple[Part, ...] = ("reasons", "sum", "steps", "effects", "alternatives", "unknown")


class Finding(msgspec.Struct, frozen=True):
    """One thing that follows: the key of its wording, and the values for the wording's fields, already formatted or dates."""

    key: str
    fields: dict[str, str | int | dt.date] = {}


class Row(msgspec.Struct, frozen=True):
    """A line of a sum: the key of its label and an amount in cents."""

    key: str
    cents: int
    fields: dict[str, str | int | dt.date] = {}


class Due(msgspec.Struct, frozen=True):
    """Something to be done by a day, once or every so many years."""

    key: str
    day: dt.date
    every_years: int = 0


class Conclusion(msgspec.Struct, frozen=True):
    """The outcome with why, and everything that goes with it, part by part."""

    outcome: Outcome
    headline: Finding
    reasons: tuple[Finding, ...] = ()
    sum: tuple[Finding, ...] = ()
    steps: tuple[Finding, ...] = ()
    effects: tuple[Finding, ...] = ()
    alternatives: tuple[Finding, ...] = ()
    unknown: tuple[Finding, ...] = ()
    rows: tuple[Row, ...] = ()
    due: tuple[Due, ...] = ()

    def part(self, name: Part) -> tuple[Finding, ...]:
        """The findings of one part."""
        found: tuple[Finding, ...] = getattr(self, name)
        return found
