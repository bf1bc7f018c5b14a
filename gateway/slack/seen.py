"""What was taken already, so that a retried event or a second press is not answered twice. Keyed hashes of ids only, for an hour."""

from __future__ import annotations

import asyncio
import hashlib

from bot.held import Held
from bot.shared import StoreLost
from gateway.stores.kept import Store

KEPT_SECONDS = 3600  # Slack tries an event again at once, after a minute and after five


HELD = Held(
    what="Which of Slack's requests were taken: Slack's ids of events, places of messages and presses",
    where="memory of the gateway, or the Redis of `REDIS_URL`",
    how_long=f"{KEPT_SECONDS // 60} minutes",
    who="whoever controls the machine",
    erased="a restart",
)


class Seen:
    """The ids of the last hour. ``key`` hashes them."""

    def __init__(self, store: Store, key: bytes) -> None:
        self._store, self._key = store, key

    async def again(self, *names: str) -> bool:
        """Whether any of ``names`` came before; all count as seen from now on."""
        try:
            standing = await asyncio.gather(*(self._store.add(f"seen:{self._hash(name)}", b"1", KEPT_SECONDS) for name in names))
        except StoreLost:
            return False  # better twice than never
        return any(standing)

    def _hash(self, name: str) -> str:
        return hashlib.blake2b(name.encode("utf-8", "replace"), key=self._key, digest_size=16).hexdigest()
