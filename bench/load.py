"""The load: a process of its own that asks as people do and times each answer. ``python -m bench.load`` reads a job, writes figures.

Closed: so many clients, each asks again when it has its answer. Open: requests leave at fixed times whatever has come back, and
each is timed from when it was due, so that a slow answer cannot hide the ones that waited behind it.
"""

from __future__ import annotations

import asyncio
import json
import resource
import statistics
import sys
import time
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp

Ask = tuple[str, str]  # what is asked, and what has to stand in the answer
TURNS = 8  # of a conversation, then a new one begins


def figures(seconds: list[float]) -> dict[str, float]:
    """The median and the tail of some durations, in milliseconds; ``count`` says how many there were."""
    ordered = sorted(seconds)
    at = {"p50": 0.50, "p95": 0.95, "p99": 0.99}
    return {"count": len(ordered), **{name: 1000 * ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in at.items()}}


class Wrong(Exception):
    """An answer that is none: the figures of a server that answers wrongly mean nothing."""


def _body(channel: str, sender: str, text: str) -> dict[str, str]:
    return {"sender": sender, "message": text} if channel == "rest" else {"conversation": sender, "text": text}


async def _turn(http: aiohttp.ClientSession, job: dict[str, Any], sender: str, ask: Ask) -> float:
    text, wanted = ask
    start = time.perf_counter()
    if job["channel"] == "api":
        response = await http.post(job["url"], json={"text": text}, headers={"Authorization": sender})
    else:
        response = await http.post(job["url"], json=_body(job["channel"], sender, text))
    said = await response.text()
    taken = time.perf_counter() - start
    if response.status != 200 or wanted not in said:
        raise Wrong(f"{response.status} to {text!r}: {said[:300]}")
    return taken


async def _sender(http: aiohttp.ClientSession, job: dict[str, Any]) -> str:
    """A new conversation: a random name, or at the gateway a session's token."""
    if job["channel"] != "api":
        return uuid.uuid4().hex
    response = await http.post(job["url"].replace("/messages", "/sessions"))
    return f"Bearer {(await response.json())['token']}"


async def closed(http: aiohttp.ClientSession, job: dict[str, Any]) -> dict[str, float]:
    """``clients`` people at once for ``seconds``, after ``warm`` seconds that do not count."""
    begin = time.perf_counter() + job["warm"]
    end = begin + job["seconds"]
    taken: list[float] = []
    asked = 0  # the warm-up too
    within = 0  # that came back before the end: those that did not are timed too, or the slow ones would be left out

    async def client(number: int) -> None:
        nonlocal asked, within
        while True:
            sender = await _sender(http, job)
            for turn in range(TURNS):
                if (start := time.perf_counter()) >= end and taken:  # a server too slow for the time has at least one timed
                    return
                seconds = await _turn(http, job, sender, job["asks"][(number + turn) % len(job["asks"])])
                asked += 1
                if start >= begin:
                    taken.append(seconds)
                within += begin <= start + seconds <= end

    await asyncio.gather(*(client(number) for number in range(job["clients"])))
    return {**figures(taken), "a_second": within / job["seconds"], "asked": asked}


async def conversation(http: aiohttp.ClientSession, job: dict[str, Any]) -> dict[str, Any]:
    """One conversation of ``turns`` turns: how long each took, in milliseconds."""
    sender = await _sender(http, job)
    return {"each": [1000 * await _turn(http, job, sender, job["asks"][turn % len(job["asks"])]) for turn in range(job["turns"])]}


async def compared(http: aiohttp.ClientSession, job: dict[str, Any]) -> dict[str, Any]:
    """The same turn by two ways in turn: ``job`` and ``job["other"]``; the median of the differences, in milliseconds."""
    other = {**job, **job["other"]}
    pairs = []
    for number in range(job["turns"]):
        if number % TURNS == 0:
            here, there = await _sender(http, job), await _sender(http, other)
        ask = job["asks"][number % len(job["asks"])]
        pairs.append((await _turn(http, job, here, ask), await _turn(http, other, there, ask)))
    pairs = pairs[TURNS:]
    return {"difference": 1000 * statistics.median(a - b for a, b in pairs), **figures([a for a, _ in pairs])}


async def interview(http: aiohttp.ClientSession, job: dict[str, Any]) -> dict[str, float]:
    """Turns inside a guided interview: the first button of each question, until its result; then from the start again."""
    taken: list[float] = []
    while len(taken) < job["turns"]:
        sender, choice = await _sender(http, job), job["begin"]
        while choice:
            start = time.perf_counter()
            response = await http.post(job["url"], json={"conversation": sender, "choice": choice})
            reply = (await response.json())["replies"][-1]
            if choice != job["begin"]:
                taken.append(time.perf_counter() - start)
            choice = reply["choices"][0]["id"] if reply["kind"] == "question" else ""
    return figures(taken)


async def open_loop(http: aiohttp.ClientSession, job: dict[str, Any]) -> dict[str, Any]:
    """``rate`` requests a second for ``seconds`` to one address; ``again``: as a browser that has the page already."""
    first = await http.get(job["url"])
    await first.read()
    headers = {"If-None-Match": first.headers["ETag"]} if job["again"] else {}
    wanted = 304 if job["again"] else 200
    taken: list[float] = []
    sizes: set[int] = set()

    async def one(due: float) -> None:
        response = await http.get(job["url"], headers=headers)
        body = await response.read()
        taken.append(time.perf_counter() - due)
        sizes.add(int(response.headers.get("Content-Length", len(body))))
        if response.status != wanted:
            raise Wrong(f"{response.status} from {job['url']}")

    begin = time.perf_counter()
    tasks = []
    for number in range(int(job["rate"] * job["seconds"])):
        due = begin + number / job["rate"]
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        tasks.append(asyncio.create_task(one(due)))
    await asyncio.gather(*tasks)
    return {**figures(taken), "bytes_sent": max(sizes), "packed": first.headers.get("Content-Encoding") == "gzip"}


KINDS: dict[str, Callable[..., Any]] = {
    "closed": closed, "conversation": conversation, "compared": compared, "interview": interview, "open": open_loop,
}


async def _run(job: dict[str, Any]) -> dict[str, Any]:
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector, auto_decompress=False, timeout=aiohttp.ClientTimeout(total=60)) as http:
        start, used = time.perf_counter(), _used()
        found = await KINDS[job["kind"]](http, job)
        # How busy this process itself was: near 1 it would be the bottleneck, and the figures its own.
        return {**found, "own_share": (_used() - used) / (time.perf_counter() - start)}


def _used() -> float:
    spent = resource.getrusage(resource.RUSAGE_SELF)
    return spent.ru_utime + spent.ru_stime


if __name__ == "__main__":
    try:
        print(json.dumps(asyncio.run(_run(json.load(sys.stdin)))))
    except (Wrong, aiohttp.ClientError) as error:
        sys.exit(f"{type(error).__name__}: {error}")
