"""Where conversations lie: in this process's memory, or in the Redis that Rasa workers side by side share."""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from rasa.shared.core.events import Event

from bot.shared import Shared


@dataclass(frozen=True)
class Life:
    """How long a conversation is kept: ``idle`` seconds unused, ``absolute`` in any case; of those in memory the last ``most``."""

    idle: float
    absolute: float
    most: int


class Shelf(Protocol):
    """Conversations by their random ids."""

    async def put(self, sender: str, events: Sequence[Event]) -> None:
        """Keep ``events`` in the place of what was kept."""

    async def get(self, sender: str) -> list[Event] | None:
        """The events kept; None where there are none, or they have expired."""

    async def drop(self, sender: str) -> None:
        """Erase a conversation at once."""

    async def ids(self) -> list[str]:
        """The conversations kept now."""

    async def answers(self) -> bool:
        """Whether it can be asked."""


@dataclass
class _Kept:
    events: list[Event]
    started: float
    touched: float


class MemoryShelf:
    """Conversations in memory, gone with the process."""

    def __init__(self, life: Life) -> None:
        self._life = life
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # the least recently used first

    async def put(self, sender: str, events: Sequence[Event]) -> None:
        """Keep ``events``, and let go of what has expired."""
        now = time.monotonic()
        before = self._kept.pop(sender, None)
        self._kept[sender] = _Kept(list(events), before.started if before else now, now)
        self._expire(now)

    async def get(self, sender: str) -> list[Event] | None:
        """The events kept."""
        self._expire(time.monotonic())
        kept = self._kept.get(sender)
        return kept.events if kept else None

    async def drop(self, sender: str) -> None:
        """Erase a conversation at once."""
        self._kept.pop(sender, None)

    async def ids(self) -> list[str]:
        """The conversations kept now."""
        self._expire(time.monotonic())
        return list(self._kept)

    async def answers(self) -> bool:
        """Memory is always there."""
        return True

    def _expire(self, now: float) -> None:
        while self._kept:
            sender, oldest = next(iter(self._kept.items()))
            if now - oldest.touched > self._life.idle or len(self._kept) > self._life.most:
                del self._kept[sender]
            else:
                break
        for sender in [s for s, kept in self._kept.items() if now - kept.started > self._life.absolute]:
            del self._kept[sender]


# The end goes in with the value, and never beyond the absolute one: Rasa's own `record_exp` would slide for ever.
_PUT = """
local now, idle, absolute = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local started = tonumber(redis.call('hget', KEYS[1], 'started')) or now
redis.call('hset', KEYS[1], 'started', started, 'events', ARGV[1])
return redis.call('pexpire', KEYS[1], math.max(1, math.min(idle, started + absolute - now)))
"""


class SharedShelf:
    """Conversations in Redis: one round trip to read one, one to keep it. All but ``answers`` raises ``bot.shared.StoreLost``."""

    def __init__(self, shared: Shared, life: Life) -> None:
        self._shared, self._redis, self._life = shared, shared.redis, life
        self._put = shared.script(_PUT)

    async def put(self, sender: str, events: Sequence[Event]) -> None:
        """Keep ``events``, together with when they expire."""
        value = json.dumps([event.as_dict() for event in events])  # not msgspec: Rasa's confidences are of numpy
        times = [int(seconds * 1000) for seconds in (time.time(), self._life.idle, self._life.absolute)]
        await self._shared.ask(lambda: self._put(keys=[f"tracker:{sender}"], args=[value, *times]))

    async def get(self, sender: str) -> list[Event] | None:
        """The events kept."""
        value = await self._shared.ask(lambda: self._redis.hget(f"tracker:{sender}", "events"))
        if value is None:
            return None
        return [event for each in json.loads(value) if (event := Event.from_parameters(each))]

    async def drop(self, sender: str) -> None:
        """Erase a conversation at once."""
        await self._shared.ask(lambda: self._redis.delete(f"tracker:{sender}"))

    async def ids(self) -> list[str]:
        """The conversations kept now."""

        async def scan() -> list[str]:
            return [name.decode().removeprefix("tracker:") async for name in self._redis.scan_iter("tracker:*")]

        return await self._shared.ask(scan)

    async def answers(self) -> bool:
        """Whether Redis is there."""
        return await self._shared.answers()
