"""What gateways side by side keep in one Redis. Each value goes in together with its end: nothing is ever without one."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import random
import secrets
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from bot.shared import Shared, StoreLost
from gateway.stores.kept import Busy, Held

logger = logging.getLogger("gateway")

LEASE = 6.0  # seconds: the turn of a gateway that was killed ends by itself, sooner than a person stops waiting
RENEWED = LEASE / 3
LOOKS_AGAIN = 0.02  # seconds between two tries to begin a turn, growing to ten times that

_ADD = "local found = redis.call('get', KEYS[1]) if found then return found end redis.call('set', KEYS[1], ARGV[1], 'PX', ARGV[2]) return false"
_BEGIN = """
if not redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return false end
redis.call('pexpire', KEYS[2], ARGV[3])
return {redis.call('get', KEYS[2])}
"""
_RENEW = "return redis.call('get', KEYS[1]) == ARGV[1] and redis.call('pexpire', KEYS[1], ARGV[2])"
# A gateway that was paused for longer than its lease writes nothing over what came after, and what was dropped is not brought back.
_END = """
if redis.call('get', KEYS[1]) ~= ARGV[1] then return 0 end
local found = redis.call('get', KEYS[2])
if ARGV[2] ~= '' and found and redis.sha1hex(found) == ARGV[4] then redis.call('set', KEYS[2], ARGV[2], 'PX', ARGV[3]) end
return redis.call('del', KEYS[1])
"""


class SharedStore:
    """Values in Redis, under the same names. One whole turn is two round trips."""

    def __init__(self, shared: Shared) -> None:
        self._shared, self._redis = shared, shared.redis
        self._add, self._begin, self._renew, self._end = (shared.script(lua) for lua in (_ADD, _BEGIN, _RENEW, _END))

    async def get(self, name: str) -> bytes | None:
        """What stands under ``name``."""
        return await self._shared.ask(lambda: self._redis.get(name))

    async def put(self, name: str, value: bytes, seconds: float) -> None:
        """Keep ``value``, whatever stood there."""
        await self._shared.ask(lambda: self._redis.set(name, value, px=_milliseconds(seconds)))

    async def add(self, name: str, value: bytes, seconds: float) -> bytes | None:
        """Keep ``value`` where nothing stands; else what stands."""
        found: bytes | None = await self._shared.ask(lambda: self._add(keys=[name], args=[value, _milliseconds(seconds)]))
        return found

    async def take(self, name: str) -> bytes | None:
        """What stands under ``name``, which is gone with it."""
        found: bytes | None = await self._shared.ask(lambda: self._redis.getdel(name))
        return found

    async def drop(self, *names: str) -> None:
        """Forget ``names`` at once."""
        await self._shared.ask(lambda: self._redis.delete(*names))

    async def touch(self, name: str, seconds: float) -> None:
        """Let what stands under ``name`` live ``seconds`` from now."""
        await self._shared.ask(lambda: self._redis.pexpire(name, _milliseconds(seconds)))

    @asynccontextmanager
    async def turn(self, name: str, seconds: float, patience: float) -> AsyncIterator[Held]:
        """Hold ``name`` alone, across all gateways, until the block ends. Raises ``StoreLost`` where it cannot be kept at the end."""
        keys, owner, lives = [f"turn:{name}", name], secrets.token_hex(16), _milliseconds(seconds)
        held = Held(await self._began(keys, owner, lives, patience))
        found = hashlib.sha1(held.value or b"", usedforsecurity=False).hexdigest()
        renewing = asyncio.create_task(self._renewed(keys[:1], owner))
        ended = False
        try:
            yield held
            ended = True
            if not await self._shared.ask(lambda: self._end(keys=keys, args=[owner, held.value or b"", lives, found])):
                raise StoreLost("the turn was no longer this gateway's")
        finally:
            renewing.cancel()
            if not ended:
                with suppress(StoreLost):  # then it ends with its lease
                    await self._shared.ask(lambda: self._end(keys=keys, args=[owner, b"", lives, found]))

    async def _began(self, keys: list[str], owner: str, lives: int, patience: float) -> bytes | None:
        """What stands there once the turn is this gateway's."""
        deadline, pause = time.monotonic() + patience, LOOKS_AGAIN
        while True:
            found: list[bytes] | None = await self._shared.ask(lambda: self._begin(keys=keys, args=[owner, _milliseconds(LEASE), lives]))
            if found is not None:
                return found[0] if found else None
            if time.monotonic() >= deadline:
                raise Busy
            await asyncio.sleep(pause * random.uniform(0.5, 1))
            pause = min(pause * 1.5, LOOKS_AGAIN * 10)

    async def _renewed(self, keys: list[str], owner: str) -> None:
        while True:
            await asyncio.sleep(RENEWED)
            with suppress(StoreLost):
                await self._shared.ask(lambda: self._renew(keys=keys, args=[owner, _milliseconds(LEASE)]))

    async def answers(self) -> bool:
        """Whether Redis is there, and keeps the promise of /privacy that nothing of a conversation is on a disk."""
        try:
            on_disk = await self._shared.keeps_files()
        except StoreLost:
            return False
        if on_disk:
            logger.error('REDIS_URL is a Redis that writes to disk: run it with save "" and appendonly no. Until then this gateway is not ready.')
        return not on_disk

    async def sweep(self) -> None:
        """Redis does that."""

    async def close(self) -> None:
        """Close the connections."""
        await self._shared.close()


def _milliseconds(seconds: float) -> int:
    return max(1, int(seconds * 1000))
