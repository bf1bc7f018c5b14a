"""Counts that tell of many and never of one: published once a day, and only where enough different conversations stand behind them.

A counter that moves with each question would tell whoever reads it twice what the one visitor in between asked. So the number of
conversations of a day is held back until the day is over, and then published for those labels only that at least ``smallest``
conversations share, rounded down to a multiple of it. What is below is dropped and never carried over: carried over, it would be
published on a day whose only visitor made it full.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable

from bot.held import Held

DAY = 24 * 60 * 60
MOST = 50_000  # conversations a label: far above any threshold, and a bound on memory

Labels = tuple[str, ...]

HELD = Held(
    what="Which conversations of the day had to do with which subject, by a keyed hash of their random id, so that a subject is counted only"
         " where enough of them share it",
    where="memory of the gateway, and nowhere else",
    how_long="until the UTC day ends; then only groups of METRICS_SMALLEST_GROUP conversations or more are counted, and the rest is dropped",
    who="whoever controls the machine",
    erased="a restart",
)


class Grouped:
    """The conversations of one day by their labels.

    Args:
        smallest: how many conversations have to share labels before they are published.
        publish: is given labels and by how much their counter grows.
        clock: seconds since the epoch; set in tests.
    """

    def __init__(self, smallest: int, publish: Callable[[Labels, int], None], clock: Callable[[], float] = time.time) -> None:
        self._smallest, self._publish, self._clock = smallest, publish, clock
        self._day = self._today()
        self._who: defaultdict[Labels, set[bytes]] = defaultdict(set)

    def add(self, labels: Labels, who: bytes) -> None:
        """Count the conversation ``who`` under ``labels``, once a day however often it asks. All that are unknown count as one."""
        self.close_the_day()
        behind = self._who[labels]
        if len(behind) < MOST:
            behind.add(who)

    def close_the_day(self) -> None:
        """Publish what is large enough once the day (UTC) is over, and forget who it was."""
        if (today := self._today()) == self._day:
            return
        counted, self._who, self._day = self._who, defaultdict(set), today
        for labels, who in sorted(counted.items()):
            if len(who) >= self._smallest:
                self._publish(labels, len(who) - len(who) % self._smallest)

    def _today(self) -> int:
        return int(self._clock() // DAY)
