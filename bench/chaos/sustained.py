"""Faults of size rather than of kind: ten thousand conversations, a flood, and what a second Rasa worker brings."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import time

import httpx

from bench.chaos.load import crowd
from bench.chaos.memory import Memory
from bench.chaos.people import BEGUN_ANEW, FIRST, summed
from bench.chaos.stage import ANSWERED, LOST, WRONG, Result, Stage, held, none_of

FLAT = 1.10  # the most that a process may grow from the third quarter of a run to its last
AT_ONCE = 8


async def load(stage: Stage, conversations: int) -> Result:
    """So many conversations of mixed channels, each expired a minute after it ended."""
    memory = Memory()
    watching = asyncio.create_task(memory.watch(stage.fleet))
    seen = await crowd(stage.town, lambda begun: begun < conversations, AT_ONCE)
    watching.cancel()
    channels = {channel: [kind for (where, kind), count in seen.outcomes.items() if where == channel for _ in range(count)]
                for channel in sorted({where for where, _ in seen.outcomes})}
    stage.notes[f"Memory over {seen.conversations:,} conversations"] = memory.table()
    stage.notes["By channel"] = "\n".join(f"- {channel}: {summed(outcomes)}" for channel, outcomes in channels.items())
    counts = f"{seen.messages:,} messages in {seen.seconds:.0f} s ({seen.messages / seen.seconds:.0f} a second): {summed(seen.all)}; " \
             f"most growth of a process {memory.growth():.2f}"
    return Result(f"{seen.conversations:,} conversations, three channels", seen.conversations, counts, held(
        every_message_is_answered_or_refused=none_of(seen.all, LOST), no_reply_of_another=none_of(seen.all, WRONG),
        every_conversation_goes_on=none_of(seen.all, BEGUN_ANEW),
        nearly_all_are_answered=seen.of(ANSWERED) >= 0.99 * seen.messages,
        memory_is_flat=stage.short or memory.growth() <= FLAT,
    ))


async def flood(stage: Stage, sessions: int) -> Result:
    """Conversations begun and left: they expire, what they take is bounded (by Redis' ``maxmemory``), and who comes then is answered."""
    before = _conversations_memory(stage)
    begun = iter(range(sessions))

    async def pour() -> int:
        opened = 0
        for _ in begun:
            with_token = await stage.town.http.post("/api/v1/sessions")
            opened += with_token.status_code == 201
        return opened

    opened = sum(await asyncio.gather(*(pour() for _ in range(AT_ONCE))))
    after = _conversations_memory(stage)
    outcomes = [await stage.town.someone().ask(FIRST) for _ in range(6)]
    counts = f"{opened:,} of {sessions:,} opened; Redis from {before:.1f} to {after:.1f} MiB; then: {summed(outcomes)}"
    return Result("a flood of conversations", 1, counts, held(
        who_comes_then_is_answered=set(outcomes) == {ANSWERED}, the_memory_is_capped=after - before < 64,
    ))


def _conversations_memory(stage: Stage) -> float:
    """What the conversations take in Redis, in MiB."""
    command = stage.fleet["redis-conversations"].command
    port = command[command.index("--port") + 1]
    told = subprocess.run(["redis-cli", "-p", port, "info", "memory"], capture_output=True, text=True, check=True).stdout
    return int(next(line for line in told.splitlines() if line.startswith("used_memory:")).split(":")[1]) / 2**20


async def workers(stage: Stage, seconds: float) -> Result:
    """Turns a second of all Rasa workers against one alone, asked through their own channel, this load included."""
    every = await _turns(stage, seconds)
    others = stage.fleet.all("rasa")[1:]
    for process in others:
        process.end()
    alone = await _turns(stage, seconds)
    for process in others:
        process.start()
    for process in others:
        await asyncio.to_thread(process.wait)
    counts = f"{every:.0f} turns a second with {1 + len(others)} workers, {alone:.0f} with one: {every / alone:.2f} x (budget 1.4 x)"
    return Result("two Rasa workers against one", 1, counts, held(at_least_1_4_times=stage.short or every / alone >= 1.4))


async def _turns(stage: Stage, seconds: float) -> float:
    numbers, section = itertools.count(), min(stage.town.sections)
    done, end = 0, time.monotonic() + seconds
    async with httpx.AsyncClient(base_url=stage.fleet.rasa_url, timeout=30, trust_env=False) as http:

        async def ask() -> int:
            answered = 0
            while time.monotonic() < end:
                body = {"conversation": f"turns-{time.monotonic_ns()}-{next(numbers)}", "text": FIRST.format(section=section), "channel": "web"}
                response = await http.post("/webhooks/gateway/webhook", json=body)
                answered += response.status_code == 200 and section in response.text
            return answered

        done = sum(await asyncio.gather(*(ask() for _ in range(AT_ONCE))))
    return done / seconds
