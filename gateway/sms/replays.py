"""Answers the same message once: Twilio sends one again when a connection fails, and anyone who recorded one may.

Twilio's signature holds no time, so that an old request stays valid. A message's id is remembered for a day, as a keyed hash; what
was answered only for minutes, and not at all once its conversation is forgotten.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Awaitable, Callable

import msgspec

from bot.held import Held
from gateway.stores.kept import Store

ANSWER_STAYS = 10 * 60
ID_STAYS = 24 * 60 * 60
IN_WORK = 12.0  # seconds that an answer may take; a message whose gateway died is answered by the next that gets it
LOOKS_AGAIN = 0.1
_BUSY, _DONE = b"busy", b"done"

Answer = tuple[str, ...]


HELD = Held(
    what="Which texts were answered (keyed hashes of Twilio's ids), and what was answered, so that a text sent again gets the same answer",
    where="memory of the gateway, or the Redis of `REDIS_URL`",
    how_long=f"the hashes {ID_STAYS // 3600} hours, the answers {ANSWER_STAYS // 60} minutes",
    who="whoever controls the machine",
    erased="DELETE by text erases the answers; a restart both",
)


class Replays:
    """The messages of the last day. ``key`` hashes their ids."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store, self._key = store, key

    def mark(self, sid: str) -> str:
        """The name of a message: a keyed hash of its id."""
        return hashlib.blake2b(sid.encode(), key=self._key, digest_size=16).hexdigest()

    async def once(self, mark: str, make: Callable[[], Awaitable[Answer]]) -> Answer:
        """What ``make`` answers; for a message that came before the same answer, or silence where that is gone.

        What ``make`` raises is raised, and the message may then be tried again.
        """
        deadline = time.monotonic() + IN_WORK
        while standing := await self._store.add(f"text:{mark}", _BUSY, IN_WORK):
            if standing == _DONE:
                return await self._given(mark)
            if time.monotonic() > deadline:
                return ()
            await asyncio.sleep(LOOKS_AGAIN)  # it is being answered, perhaps by another gateway
        try:
            answer = await make()
        except BaseException:
            await self._store.drop(f"text:{mark}")
            raise
        await self._store.put(f"answer:{mark}", msgspec.json.encode(answer), ANSWER_STAYS)
        await self._store.put(f"text:{mark}", _DONE, ID_STAYS)
        return answer

    async def _given(self, mark: str) -> Answer:
        kept = await self._store.get(f"answer:{mark}")
        return msgspec.json.decode(kept, type=Answer) if kept else ()

    async def forget(self, marks: list[str]) -> None:
        """Drop what was answered to ``marks``; the ids stay, so that nothing is answered anew."""
        if marks:
            await self._store.drop(*(f"answer:{mark}" for mark in marks))
