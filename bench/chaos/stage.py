"""What every fault is given: the fleet, its people, and how to write down what came of it."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field

from bench.chaos.fleet import Fleet
from bench.chaos.people import ANSWERED, FIRST, LOST, REFUSED, THEN, WRONG, Person, Town


@dataclass
class Result:
    """One line of the table. ``injected`` and ``survived`` count faults; ``broken`` says what did not hold."""

    fault: str
    injected: int
    counts: str
    broken: list[str] = field(default_factory=list)

    @property
    def survived(self) -> int:
        """How many of the faults were survived: all of them, or none where something did not hold."""
        return 0 if self.broken else self.injected


@dataclass
class Stage:
    """A fleet that runs, and the people who use it."""

    fleet: Fleet
    town: Town
    short: bool = False
    notes: dict[str, str] = field(default_factory=dict)  # blocks of the report, by heading

    async def begin(self, count: int) -> list[Person]:
        """People whose first question was answered. Fails where it was not: a fault is not injected into what is broken already."""
        people = [self.town.someone() for _ in range(count)]
        outcomes = await ask_all(people, FIRST)
        assert set(outcomes) == {ANSWERED}, f"before the fault: {outcomes}"
        return people

    async def recovers(self, people: list[Person], question: str = THEN, seconds: float = 30) -> list[str]:
        """What becomes of everyone's question, asked until all are answered or the time is over."""
        deadline = time.monotonic() + seconds
        while True:
            outcomes = await ask_all(people, question)
            if set(outcomes) == {ANSWERED} or WRONG in outcomes or time.monotonic() > deadline:
                return outcomes
            await asyncio.sleep(0.5)


async def ask_all(people: list[Person], question: str) -> list[str]:
    """What became of one message each, all sent at once."""
    return list(await asyncio.gather(*(person.ask(question) for person in people)))


async def cries(people: list[Person]) -> tuple[int, float]:
    """How many of these people in danger were given 911 and the hotline, and after how many seconds the last of them."""
    begun = time.monotonic()
    heard = await asyncio.gather(*(person.cries() for person in people))
    return sum(heard), time.monotonic() - begun


def held(**expected: bool) -> list[str]:
    """The names of what did not hold, in words."""
    return [name.replace("_", " ") for name, good in expected.items() if not good]


def none_of(outcomes: list[str], *kinds: str) -> bool:
    """Whether none of the messages came to this."""
    return not set(kinds) & set(outcomes)


__all__ = ["ANSWERED", "LOST", "REFUSED", "WRONG", "Result", "Stage", "ask_all", "cries", "held", "none_of"]
