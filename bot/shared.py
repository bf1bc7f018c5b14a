"""How the processes reach a Redis that they share: nothing waits longer than a second, and whatever fails is one error.

Rasa's own Redis stores wait without an end and hold up everyone's turns meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any, TypeVar

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError

from bot.errors import CharterOakError

SECONDS = 1.0  # that one answer may take
RESTS = 0.5  # seconds after one that took longer in which nobody waits again: people are told at once instead
# A connection that was closed, as by a Redis that was started again, is opened anew at its next use; what was too slow is not asked twice.
CONNECTION: dict[str, Any] = {
    "socket_timeout": SECONDS, "socket_connect_timeout": SECONDS, "retry": Retry(NoBackoff(), 1), "retry_on_error": [ConnectionError],
}
T = TypeVar("T")


class StoreLost(CharterOakError):
    """The shared store did not answer, or not in time. Names the kind of failure and never a value."""


class BadAddress(CharterOakError):
    """An address that is not one of a Redis."""


class Shared:
    """One Redis, by its address: ``redis://host:6379/0``, ``rediss://``, ``unix:///path``. Raises ``BadAddress``."""

    def __init__(self, url: str) -> None:
        try:
            self.redis: Redis[bytes] = Redis.from_url(url, **CONNECTION)
        except ValueError:
            raise BadAddress("REDIS_URL or OPTOUTS_REDIS_URL is not the address of a Redis, such as redis://host:6379/0.") from None
        self._rests_until = 0.0

    def script(self, lua: str) -> Any:
        """A script that runs in Redis as one step."""
        return self.redis.register_script(lua)

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """What ``call`` gives. Raises ``StoreLost``: at once, where Redis was too slow a moment ago."""
        if time.monotonic() < self._rests_until:
            raise StoreLost("TimeoutError")
        try:
            return await call()
        except (RedisError, OSError) as error:
            if isinstance(error, TimeoutError):
                self._rests_until = time.monotonic() + RESTS
            raise StoreLost(type(error).__name__) from None  # the error itself may hold what was sent

    async def answers(self) -> bool:
        """Whether Redis is there."""
        try:
            return bool(await self.ask(self.redis.ping))
        except StoreLost:
            return False

    async def keeps_files(self) -> bool:
        """Whether this Redis writes what it holds to disk, as far as it tells. Raises ``StoreLost``."""
        told: dict[str, Any] = await self.ask(lambda: self.redis.info("persistence"))
        if told.get("aof_enabled"):
            return True
        try:
            saves: dict[str, str] = await self.ask(lambda: self.redis.config_get("save"))
        except StoreLost:  # some providers do not say
            return False
        return bool(saves.get("save"))

    async def close(self) -> None:
        """Close the connections."""
        await (self.redis.aclose() if hasattr(self.redis, "aclose") else self.redis.close())  # renamed in redis-py 5
