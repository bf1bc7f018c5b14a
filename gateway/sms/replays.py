"""Answers the same message once: Twilio sends one again when a connection fails, and anyone who recorded one may.

Twilio's signature holds no time, so that an old request stays valid. A message's id is remembered for a day, as a keyed hash; what
was answered only for minutes, and not at all once its conversation is forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import Any

from bot.held import Held

ANSWER_STAYS = 10 * 60
ID_STAYS = 24 * 60 * 60
MOST = 50_000  # ids; a flood drops the oldest, never the memory

Answer = tuple[str, ...]


HELD = Held(
    what="Which texts were answered (keyed hashes of Twilio's ids), and what was answered, so that a text sent again gets the same answer",
    where="memory of the gateway",
    how_long=f"the hashes {ID_STAYS // 3600} hours, the answers {ANSWER_STAYS // 60} minutes",
    who="whoever controls the machine",
    erased="DELETE by text erases the answers; a restart both",
)


@dataclass(frozen=True)
class _Given:
    at: float
    sender: str
    answer: asyncio.Future[Answer]


class Replays:
    """The messages of the last day. ``clock`` counts seconds; set in tests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._seen: dict[str, float] = {}  # both oldest first
        self._given: dict[str, _Given] = {}

    async def once(self, sid: str, sender: str, make: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        """What ``make`` answers; for a message that came before the same answer, or silence where that is gone."""
        if not sid:
            return await make()
        self._drop()
        name = hashlib.blake2b(sid.encode(), key=self._key, digest_size=16).hexdigest()
        if name not in self._seen:
            self._seen[name] = now = self._clock()
            self._given[name] = _Given(now, sender, asyncio.create_task(make()))
        given = self._given.get(name)
        return await asyncio.shield(given.answer) if given else ()

    def forget(self, sender: str) -> None:
        """Drop what was answered to ``sender``; the ids stay, so that nothing is answered anew."""
        for name in [name for name, given in self._given.items() if given.sender == sender and given.answer.done()]:
            del self._given[name]

    def _drop(self) -> None:
        now = self._clock()
        while self._seen and (len(self._seen) >= MOST or now - self._seen[next(iter(self._seen))] > ID_STAYS):
            oldest = next(iter(self._seen))
            del self._seen[oldest]
            self._given.pop(oldest, None)
        while self._given and now - self._given[next(iter(self._given))].at > ANSWER_STAYS:
            del self._given[next(iter(self._given))]
