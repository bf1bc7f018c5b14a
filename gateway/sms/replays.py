"""Answers the same message once: Twilio sends one again when a connection fails, and anyone who recorded one may.

Twilio's signature holds no time, so that an old request stays valid. A message's id is remembered for a day, as a keyed hash; what
was answered only for minutes, and not at all once its conversation is forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
import secrets
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

ANSWER_STAYS = 10 * 60
ID_STAYS = 24 * 60 * 60
MOST = 50_000  # ids; a flood drops the oldest, never the memory

Answer = tuple[str, ...]


@dataclass
class _Seen:
    at: float
    sender: str
    answer: asyncio.Future[Answer] | None


class Replays:
    """The messages of the last day. ``clock`` counts seconds; set in tests."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._key = secrets.token_bytes(32)
        self._seen: dict[str, _Seen] = {}

    async def once(self, sid: str, sender: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """What ``make`` answers; for a message that came before the same answer, or silence where that is gone."""
        if not sid:
            return await make()
        self._drop()
        name = hashlib.blake2b(sid.encode(), key=self._key, digest_size=16).hexdigest()
        seen = self._seen.get(name)
        if seen is None:
            seen = self._seen[name] = _Seen(self._clock(), sender, asyncio.ensure_future(make()))
        return await asyncio.shield(seen.answer) if seen.answer is not None else ()

    def forget(self, sender: str) -> None:
        """Drop what was answered to ``sender``; the ids stay, so that nothing is answered anew."""
        for seen in self._seen.values():
            if seen.sender == sender and seen.answer is not None and seen.answer.done():
                seen.answer = None

    def _drop(self) -> None:
        now = self._clock()
        for name, seen in list(self._seen.items()):  # oldest first
            if now - seen.at > ID_STAYS or len(self._seen) >= MOST:
                del self._seen[name]
            elif now - seen.at > ANSWER_STAYS:
                seen.answer = None
            else:
                break
