"""Leaves of exact counts only what tells of many: nothing stands in two lines, and nobody alone in any.

A line is shown where at least ``smallest`` conversations share it, rounded down to a multiple of that. What is too small for a line of
its own is pooled with others, and what is too small for its pool goes into the next. A pool is shown no higher than what is in it could
reach without any one of its lines. So it never follows that a line is not empty, whatever else is shown: ``tests/test_usage_suppressed.py`` goes
through every possible table of small ones.

Pools lie one within the other, and what was counted once stands in one line. Pools that cross (by subject here, by channel there), or a
total beside its parts, would let what is hidden be worked out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from gateway.usage.lines import ANSWERED, ANY, Line

# What the lines of a pool no longer tell apart, the inner pool first. Of what was answered, it matters most how many asked where;
# of what was not, or did not help, which subject it was.
_BY_PLACE: tuple[tuple[str, ...], ...] = (("topic",), ("topic", "channel", "lang"))
_BY_SUBJECT: tuple[tuple[str, ...], ...] = (("channel", "lang"), ("channel", "lang", "topic"))


class _Hidden(NamedTuple):
    """What was not shown by itself: how many it is, how many it could be, and how many at most without any one line in it."""

    number: int
    most: int
    most_without: int


def shown(counts: Mapping[Line, int], possible: Iterable[Line], smallest: int) -> dict[Line, int]:
    """The lines and pools that may be shown.

    Args:
        counts: exact counts.
        possible: every line that could have been counted, empty ones too: a line hides among these.
        smallest: how many conversations have to share a line.
    """
    told: dict[Line, int] = {}
    hidden: dict[Line, _Hidden] = {}
    for line in {*possible, *counts}:
        number = counts.get(line, 0)
        if number >= smallest:
            told[line] = number - number % smallest
        else:
            hidden[line] = _Hidden(number, smallest - 1, 0)
    for level in range(len(_BY_PLACE)):
        pools: defaultdict[Line, list[_Hidden]] = defaultdict(list)
        for line, each in hidden.items():
            blanked = (_BY_PLACE if line.what == ANSWERED else _BY_SUBJECT)[level]
            pools[line._replace(**dict.fromkeys(blanked, ANY))].append(each)
        hidden = {}
        for pool, parts in pools.items():
            number, most = sum(part.number for part in parts), sum(part.most for part in parts)
            most_without = most - max(part.most - part.most_without for part in parts)
            if most_without < smallest:
                hidden[pool] = _Hidden(number, most, most_without)
            elif number < smallest:
                hidden[pool] = _Hidden(number, smallest - 1, smallest - 1)
            else:
                told[pool] = min(number, most_without) // smallest * smallest
    return told
