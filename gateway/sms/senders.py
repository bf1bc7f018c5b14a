"""Tells phones apart without knowing them: a keyed hash of the number, under a key that lives for a day and is never written down.

A hashed number is still personal data, since someone who holds the key can try every number. So the key is made anew each day, and
yesterday's is dropped when no conversation can rest on it any more.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable

from bot.held import Held

DAY = 24 * 60 * 60
YESTERDAY_STAYS = 4 * 60 * 60  # as long as the longest conversation


HELD = Held(
    what="The key of the day under which phone numbers are hashed. With it, someone could try every number: the hashes are personal data too.",
    where="memory of the gateway, never a file",
    how_long=f"a day, and {YESTERDAY_STAYS // 3600} hours of the next",
    who="whoever controls the machine",
    erased="a restart",
)


class Senders:
    """Names phones for today. ``clock``: the time in seconds since the epoch; set in tests."""

    def __init__(self, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._keys: dict[int, bytes] = {}

    def names(self, sender: str) -> tuple[str, ...]:
        """The name of ``sender`` today; in the first hours of a day also the one of yesterday, by which a conversation may go on."""
        today, since_midnight = divmod(int(self._clock()), DAY)
        days = [today, today - 1] if since_midnight < YESTERDAY_STAYS else [today]
        self._keys = {day: key for day, key in self._keys.items() if day in days}
        self._keys.setdefault(today, secrets.token_bytes(32))
        return tuple(hashlib.blake2b(sender.encode(), key=self._keys[day], digest_size=16).hexdigest() for day in days if day in self._keys)
