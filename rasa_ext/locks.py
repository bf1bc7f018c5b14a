"""One turn of a conversation at a time in Rasa: the second line behind the gateway, which already takes turns.

Rasa's own lock in Redis is read and written in several steps, so that two workers can both hold it, and stays locked for a minute
after a worker that was killed.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Any

from rasa.core.lock import TicketLock
from rasa.core.lock_store import LOCK_LIFETIME, InMemoryLockStore
from redis.asyncio.lock import Lock
from redis.exceptions import LockError

from bot.shared import Shared, StoreLost

LEASE = 5.0  # seconds: the lock of a worker that was killed ends by itself, sooner than a person stops waiting
RENEWED = LEASE / 3
WAITS = 10.0  # seconds for the turn before
LOOKS_AGAIN = 0.05


class TurnLocks(InMemoryLockStore):
    """Locks in this process's memory, as Rasa has them; where ``REDIS_URL`` is set, leases that all workers share."""

    def __init__(self, endpoint_config: Any = None) -> None:
        """``endpoint_config`` is what Rasa passes; the address of the Redis comes from the environment."""
        url = os.environ.get("REDIS_URL")
        self._shared = Shared(url) if url else None
        super().__init__()

    @asynccontextmanager
    async def lock(
        self, conversation_id: str, lock_lifetime: float = LOCK_LIFETIME, wait_time_in_seconds: float = 1
    ) -> AsyncGenerator[TicketLock | None, None]:
        """Hold the conversation alone until the block ends. Raises ``StoreLost`` where that cannot be had."""
        if self._shared is None:
            async with super().lock(conversation_id, lock_lifetime, wait_time_in_seconds) as ticket:
                yield ticket
            return
        shared = self._shared
        lease = Lock(shared.redis, f"rasa:{conversation_id}", timeout=LEASE, sleep=LOOKS_AGAIN, blocking_timeout=WAITS)
        if not await shared.ask(lease.acquire):
            raise StoreLost("the turn before did not end")
        renewing = asyncio.create_task(_renewed(shared, lease))
        try:
            yield None
        finally:
            renewing.cancel()
            with suppress(StoreLost, LockError):  # then it ends with its lease
                await shared.ask(lease.release)


async def _renewed(shared: Shared, lease: Lock) -> None:
    while True:
        await asyncio.sleep(RENEWED)
        with suppress(StoreLost, LockError):
            await shared.ask(lambda: lease.extend(LEASE, replace_ttl=True))
