"""Opt-outs of gateways side by side, in a Redis that keeps a file: it holds nothing but these hashes, and they never expire."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.shared import Shared, StoreLost
from gateway.sms.optouts import OptOutsUnknown, hashed

ALL, BEGUN_WITH = "optouts", "optouts:begun_with"
TRIES_AGAIN = 1.0  # seconds

logger = logging.getLogger("gateway")


class SharedOptOuts:
    """Opt-outs as a set of hashes under ``key``, which all gateways share and which must stay the same.

    What the store could not take is tried again until it does, for as long as this process lives; until then it counts here.
    """

    def __init__(self, shared: Shared, key: str) -> None:
        self._shared, self._redis, self._key = shared, shared.redis, key.encode()
        self._same_key = False
        self._unwritten: dict[str, bool] = {}  # hash: whether it opted out
        self._writing: asyncio.Task[None] | None = None

    async def has(self, phone: str) -> bool:
        """Whether ``phone`` wants no texts."""
        name = hashed(self._key, phone)
        if name in self._unwritten:
            return self._unwritten[name]
        return bool(await self._ask(lambda: self._redis.sismember(ALL, name)))

    async def add(self, phone: str) -> None:
        """No more texts to ``phone``."""
        await self._note(hashed(self._key, phone), True)

    async def remove(self, phone: str) -> None:
        """Texts to ``phone`` again."""
        await self._note(hashed(self._key, phone), False)

    async def ready(self) -> bool:
        """Whether the store answers, was begun with this key, and outlives a restart."""
        try:
            kept = bool(await self._ask(self._shared.keeps_files))
        except OptOutsUnknown:
            return False
        if not kept:
            logger.error("OPTOUTS_REDIS_URL is a Redis that forgets at a restart: run it with appendonly yes. Until then this gateway is not ready.")
        return kept

    async def _note(self, name: str, out: bool) -> None:
        try:
            await self._write(name, out)
        except OptOutsUnknown:
            self._unwritten[name] = out
            if self._writing is None or self._writing.done():
                self._writing = asyncio.create_task(self._write_later())
            raise
        self._unwritten.pop(name, None)

    async def _write(self, name: str, out: bool) -> None:
        await self._ask(lambda: self._redis.sadd(ALL, name) if out else self._redis.srem(ALL, name))

    async def _write_later(self) -> None:
        while self._unwritten:
            await asyncio.sleep(TRIES_AGAIN)
            for name, out in list(self._unwritten.items()):
                try:
                    await self._write(name, out)
                except OptOutsUnknown:
                    break
                if self._unwritten.get(name) == out:
                    del self._unwritten[name]

    async def _ask(self, call: Callable[[], Awaitable[Any]]) -> Any:
        try:
            if not self._same_key:
                await self._check_key()
            return await self._shared.ask(call)
        except StoreLost as error:
            raise OptOutsUnknown(str(error)) from None

    async def _check_key(self) -> None:
        """Under another key than the store was begun with, everyone who opted out would get texts again."""
        mark = hashed(self._key, "")
        await self._shared.ask(lambda: self._redis.setnx(BEGUN_WITH, mark))
        found: bytes | None = await self._shared.ask(lambda: self._redis.get(BEGUN_WITH))
        if found != mark.encode():
            logger.error("the opt-outs were begun with another SMS_OPTOUT_KEY: no first text is answered until it is put back")
            raise OptOutsUnknown("another key")
        self._same_key = True
