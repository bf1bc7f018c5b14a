"""A bounded crowd: so many conversations, so many of them at once, each of two messages."""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.chaos.people import ANSWERED, FIRST, THEN, Town


@dataclass
class Crowd:
    """What became of the messages of a crowd.

    ``outcomes`` counts (channel, outcome); ``seconds`` is the whole run.
    """

    conversations: int = 0
    outcomes: Counter[tuple[str, str]] = field(default_factory=Counter)
    seconds: float = 0.0

    @property
    def all(self) -> list[str]:
        """Every outcome, one a message."""
        return [outcome for (_, outcome), count in self.outcomes.items() for _ in range(count)]

    @property
    def messages(self) -> int:
        """How many messages were sent."""
        return sum(self.outcomes.values())

    def of(self, outcome: str) -> int:
        """How many messages came to this."""
        return sum(count for (_, kind), count in self.outcomes.items() if kind == outcome)


async def crowd(town: Town, goes_on: Callable[[int], bool], at_once: int) -> Crowd:
    """Let people come for as long as ``goes_on(number begun)`` says, ``at_once`` at a time, and count what they get."""
    seen, begun = Crowd(), time.monotonic()

    async def come() -> None:
        while goes_on(seen.conversations):
            seen.conversations += 1
            person = town.someone()
            outcome = ""
            for _ in range(2):
                outcome = await person.ask(THEN if outcome == ANSWERED else FIRST)  # who was refused asks the same again
                seen.outcomes[person.channel, outcome] += 1
            town.leave(person)

    await asyncio.gather(*(come() for _ in range(at_once)))
    seen.seconds = time.monotonic() - begun
    return seen
