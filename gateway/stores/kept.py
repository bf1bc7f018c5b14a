"""What a store of a gateway can do."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol


class Busy(Exception):
    """The turn before took longer than anyone waits."""


@dataclass
class Held:
    """What stands under a name during a turn; None where there is nothing. What it is at the end of the turn is kept."""

    value: bytes | None


class Store(Protocol):
    """Values under names such as "session:4f2...": random ids and keyed hashes only, never a number, a name or a word of a person.

    ``seconds``: after which a value is gone. Everything here but ``sweep`` raises ``bot.shared.StoreLost`` where the store cannot be
    asked.
    """

    async def get(self, name: str) -> bytes | None:
        """What stands under ``name``."""

    async def put(self, name: str, value: bytes, seconds: float) -> None:
        """Keep ``value``, whatever stood there."""

    async def add(self, name: str, value: bytes, seconds: float) -> bytes | None:
        """Keep ``value`` where nothing stands. None where it was kept; else what stands. Of two callers at once, one is first."""

    async def take(self, name: str) -> bytes | None:
        """What stands under ``name``, which is gone with it. Of two callers at once, one gets it."""

    async def drop(self, *names: str) -> None:
        """Forget ``names`` at once."""

    async def touch(self, name: str, seconds: float) -> None:
        """Let what stands under ``name`` live ``seconds`` from now."""

    def turn(self, name: str, seconds: float, patience: float) -> AbstractAsyncContextManager[Held]:
        """Hold ``name`` alone, across all gateways, until the block ends.

        At its end the value is kept for ``seconds``, unless it was dropped meanwhile or the block raised. Raises ``Busy`` where
        another's turn goes on after ``patience`` seconds.
        """

    async def answers(self) -> bool:
        """Whether the store can be asked."""

    async def sweep(self) -> None:
        """Let go of what has expired also when nobody asks for it."""

    async def close(self) -> None:
        """Let go of the connections."""
