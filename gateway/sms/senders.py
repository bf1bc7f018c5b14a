"""Tells phones apart without knowing them: a keyed hash of the number, under a key that lives for a day and is never written down.

A hashed number is still personal data, since someone who holds the key can try every number. So the key is made anew each day, and
yesterday's is dropped when no conversation can rest on it any more. Gateways that share a store share the key: the first to need it
makes it.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

from bot.held import Held
from gateway.stores.kept import Store

DAY = 24 * 60 * 60
YESTERDAY_STAYS = 4 * 60 * 60  # as long as the longest conversation


HELD = Held(
    what="The key of the day under which phone numbers are hashed. With it, someone could try every number: the hashes are personal data too.",
    where="memory of the gateway, or the Redis of `REDIS_URL`, never a file",
    how_long=f"a day, and {YESTERDAY_STAYS // 3600} hours of the next",
    who="whoever controls the machine",
    erased="a restart",
)


class Senders:
    """Names phones for today. ``clock``: the time in seconds since the epoch; set in tests."""

    def __init__(self, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._store, self._clock = store, clock

    async def names(self, sender: str) -> tuple[str, ...]:
        """The name of ``sender`` today; in the first hours of a day also the one of yesterday, by which a conversation may go on.

        Raises ``StoreLost``. The keys are asked for each time: one kept here would part the gateways when the store lost its own.
        """
        today, since_midnight = divmod(int(self._clock()), DAY)
        made, lives = secrets.token_bytes(32), DAY - since_midnight + YESTERDAY_STAYS
        keys = [await self._store.add(f"day:{today}", made, lives) or made]
        if since_midnight < YESTERDAY_STAYS and (yesterday := await self._store.get(f"day:{today - 1}")):
            keys.append(yesterday)
        return tuple(hashlib.blake2b(sender.encode(), key=key, digest_size=16).hexdigest() for key in keys)
