"""Takes conversations down by subject and what came of them, and adds each day up to a month once it is over.

A conversation counts once under each line, and remembers that itself, in its session: so no id of anybody is held beside a count. What
the day brought lies in this process until the day (UTC) is over or the process ends, so that no store moves with a single question.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from bot.held import Held
from bot.law.content import LANGUAGES
from gateway import shelf
from gateway.operations import turn
from gateway.sessions import Session
from gateway.usage.lines import NONE, OTHER, Line, of_answer, of_reply
from gateway.usage.month import Months

DAY = 24 * 60 * 60
GRACE = 60 * 60  # seconds into a day after which the month before is closed: by then every gateway has handed its last day over
MOST_MARKS = 100  # lines that one conversation is counted under

HELD = Held(
    what="Where USAGE_COUNTS is on: how many conversations asked about a subject, by channel, language, what came of it, and the reason if"
         " one was given why it did not help. No id of a conversation, no time, no order",
    where="memory of the gateway for the day; then, for the month, memory or the Redis of `REDIS_URL`",
    how_long="until the month is over; then, and where a gateway alone ends, only what METRICS_SMALLEST_GROUP conversations share is kept"
             " (`gateway/usage/published.py`), and the rest is dropped",
    who="whoever controls the machine",
    erased="a crash or a restart of Redis. DELETE does not: nobody knows which counts were whose",
)


class Counted:
    """What one gateway has counted.

    Args:
        months: takes days, and closes months; None where nothing is counted.
        clock: seconds since the epoch; set in tests.
    """

    def __init__(self, months: Months | None = None, clock: Callable[[], float] = time.time) -> None:
        self._months, self._clock = months, clock
        self._day, self._closed = self._today(), -1
        self._counts: Counter[Line] = Counter()

    @property
    def on(self) -> bool:
        """Whether anything is counted."""
        return self._months is not None

    def reply(self, session: Session, reply: Mapping[str, Any]) -> None:
        """Count the last reply to a message; ``session`` is in its turn."""
        if self.on and (found := of_reply(reply)):
            self._count(session, found[0], found[1], reply.get("lang", ""))

    def say(self, session: Session, what: str, kind: str, topic: str, lang: str) -> None:
        """Count that an answer of ``kind`` on ``topic`` did not help; ``session`` is in its turn."""
        if self.on:
            self._count(session, what, of_answer(kind, topic), lang)

    def _count(self, session: Session, what: str, topic: str, lang: str) -> None:
        line = Line(turn.channel(), lang, what, _known(topic))
        mark = f"{what}:{line.topic}"
        if not line.channel or lang not in LANGUAGES or mark in session.counted or len(session.counted) >= MOST_MARKS:
            return
        session.counted.append(mark)
        self._counts[line] += 1

    async def keep_up(self) -> None:
        """Hand a day that is over to its month, and close a month that is over.

        Raises ``StoreLost``, ``Busy``, ``CannotPublish``; what could not be handed over is tried again.
        """
        if (today := self._today()) != self._day:
            await self._hand_over()
            self._day = today
        if self._months and self._closed != self._day and self._clock() % DAY >= GRACE:
            self._closed = self._day  # before it is tried: what fails today is tried tomorrow, and a month waits for a week
            await self._months.close_before(_month(self._day))

    async def leave(self) -> None:
        """The process ends: hand over what the day brought. A gateway alone closes what it has, for its memory ends too."""
        await self._hand_over()
        if self._months:
            await self._months.leave(_month(self._day))

    async def _hand_over(self) -> None:
        counts, self._counts = self._counts, Counter()
        if not counts or not self._months:
            return
        try:
            await self._months.add(_month(self._day), counts)
        except BaseException:
            self._counts += counts
            raise

    def _today(self) -> int:
        return int(self._clock() // DAY)


def _month(day: int) -> str:
    return dt.datetime.fromtimestamp(day * DAY, dt.timezone.utc).strftime("%Y-%m")


def _known(topic: str) -> str:
    """``topic`` as long as the store has it: names come from replies, and none but ours is written down."""
    store = shelf.store()
    fixed = topic in (OTHER, NONE, "section", "interview")
    return topic if fixed or (store and topic in store.topics) else OTHER
