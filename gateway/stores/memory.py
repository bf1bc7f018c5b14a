"""What one gateway keeps in its own memory: gone with the process, and bounded whatever comes."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict, defaultdict
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from weakref import WeakValueDictionary

from gateway.stores.kept import Busy, Held

MOST = 50_000  # of each kind; a flood drops what was unused longest, never the memory


class MemoryStore:
    """Values of several kinds, told by what stands before the colon of a name.

    Args:
        most: how many of a kind are held at once; ``MOST``, unless given.
        clock: the time in seconds; set in tests.
    """

    def __init__(self, most: Mapping[str, int] | None = None, clock: Callable[[], float] = time.time) -> None:
        self._most, self._clock = most or {}, clock
        self._kinds: defaultdict[str, OrderedDict[str, tuple[bytes, float]]] = defaultdict(OrderedDict)  # the longest unused first
        self._turns: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()

    async def get(self, name: str) -> bytes | None:
        """What stands under ``name``."""
        return self._find(name)

    async def put(self, name: str, value: bytes, seconds: float) -> None:
        """Keep ``value``, and of a kind that is full drop what was unused longest."""
        kind = self._kind(name)
        kind[name] = (value, self._clock() + seconds)
        kind.move_to_end(name)
        while len(kind) > self._most.get(name.partition(":")[0], MOST):
            kind.popitem(last=False)

    async def add(self, name: str, value: bytes, seconds: float) -> bytes | None:
        """Keep ``value`` where nothing stands; else what stands."""
        found = self._find(name)
        if found is None:
            await self.put(name, value, seconds)
        return found

    async def take(self, name: str) -> bytes | None:
        """What stands under ``name``, which is gone with it."""
        found = self._find(name)
        await self.drop(name)
        return found

    async def drop(self, *names: str) -> None:
        """Forget ``names`` at once."""
        for name in names:
            self._kind(name).pop(name, None)

    async def touch(self, name: str, seconds: float) -> None:
        """Let what stands under ``name`` live ``seconds`` from now."""
        found = self._find(name)
        if found is not None:
            await self.put(name, found, seconds)

    @asynccontextmanager
    async def turn(self, name: str, seconds: float, patience: float) -> AsyncIterator[Held]:
        """Hold ``name`` alone until the block ends; turns are taken in the order in which they were asked for."""
        turns = self._turns.setdefault(name, asyncio.Lock())
        try:
            await asyncio.wait_for(turns.acquire(), patience) if turns.locked() else await turns.acquire()
        except asyncio.TimeoutError:
            raise Busy from None
        try:
            await self.touch(name, seconds)
            found = self._find(name)
            held = Held(found)
            yield held
            if found is not None and held.value is not None and self._find(name) == found:  # neither dropped meanwhile nor begun anew
                await self.put(name, held.value, seconds)
        finally:
            turns.release()

    async def answers(self) -> bool:
        """Memory is always there."""
        return True

    async def sweep(self) -> None:
        """Let go of what has expired."""
        now = self._clock()
        for kind in self._kinds.values():
            for name in [name for name, (_, ends) in kind.items() if ends < now]:
                del kind[name]

    async def close(self) -> None:
        """Nothing is open."""

    def _kind(self, name: str) -> OrderedDict[str, tuple[bytes, float]]:
        return self._kinds[name.partition(":")[0]]

    def _find(self, name: str) -> bytes | None:
        kind = self._kind(name)
        value, ends = kind.get(name, (None, 0.0))
        if value is not None and ends < self._clock():
            del kind[name]
            return None
        return value
