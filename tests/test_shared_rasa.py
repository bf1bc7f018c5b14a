"""Rasa workers side by side: conversations and locks in one Redis, chosen by REDIS_URL alone, held by a real Redis and two real bots."""

from __future__ import annotations

import asyncio
import re
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from bot import paths
from bot.shared import StoreLost
from tests.redis_server import RedisServer, needs_redis, redis_server
from tests.running import Bot, said, start

pytestmark = [needs_redis, pytest.mark.skipif(sys.version_info >= (3, 11), reason="Rasa runs on Python 3.10")]
MARKS = ("qzvocado", "2035557731")


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    with redis_server(tmp_path) as running:
        yield running


@pytest.fixture
def open_store(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Opens the tracker store as another worker would."""
    from rasa.shared.core.domain import Domain

    domain = Domain.load(str(paths.ROOT / "domain.yml"))
    monkeypatch.setenv("REDIS_URL", server.url)

    def opened(**environ: str) -> Any:
        from rasa_ext.conversations import ExpiringTrackerStore

        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return ExpiringTrackerStore(domain)

    return opened


async def turns(store: Any, sender: str, number: int) -> Any:
    """A conversation of so many turns, saved and read back after each."""
    from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = await store.retrieve(sender) or DialogueStateTracker(sender, store.domain.slots)
    for turn in range(number):
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(f"{MARKS[0]} {turn}", intent={"name": "greet", "confidence": 1.0}, metadata={"channel": MARKS[1]}))
        tracker.update(ActionExecuted("action_converse"))
        tracker.update(SlotSet("topic", f"topic {turn:04}"))
        tracker.update(ActiveLoop("interview_form"))
        tracker.update(BotUttered(f"{MARKS[0]} answered"))
        await store.save(tracker)
        tracker = await store.retrieve(sender)
    return tracker


def test_a_conversation_kept_by_one_worker_is_read_by_another_without_its_words(open_store: Callable[..., Any], server: RedisServer) -> None:
    async def walk() -> None:
        one, other = open_store(), open_store()
        await turns(one, "a", 5)
        read = await other.retrieve("a")
        assert read.get_slot("topic") == "topic 0004" and read.active_loop_name == "interview_form"
        assert read.latest_message.intent_name == "greet"
        assert await other.keys() == ["a"]
        await other.forget("a")
        assert await one.retrieve("a") is None

    asyncio.run(walk())


def test_turn_four_hundred_is_kept_in_as_many_bytes_as_turn_ten(open_store: Callable[..., Any], server: RedisServer) -> None:
    sizes = {}
    for number in (10, 400):
        asyncio.run(turns(open_store(), str(number), number))
        sizes[number] = server.client().hstrlen(f"tracker:{number}", "events")
    assert sizes[400] <= sizes[10] * 1.05
    assert sizes[10] < 8_000
    assert not [mark for mark in MARKS if mark in server.dump()]


def test_a_conversation_ends_when_idle_and_never_outlives_its_hours(open_store: Callable[..., Any], server: RedisServer) -> None:
    async def walk() -> None:
        store = open_store(CONVERSATION_IDLE_SECONDS="60", CONVERSATION_SECONDS="3600")
        await turns(store, "a", 2)
        assert 50_000 < server.client().pttl("tracker:a") <= 60_000
        begun = float(server.client().hget("tracker:a", "started") or 0)
        server.client().hset("tracker:a", "started", int(begun) - 3_590_000)  # it is ten seconds from its end
        await turns(store, "a", 1)
        assert 0 < server.client().pttl("tracker:a") <= 10_000
        assert server.without_an_end() == []

    asyncio.run(walk())


def test_a_lost_redis_is_an_error_and_never_a_conversation_that_begins_anew(open_store: Callable[..., Any], server: RedisServer) -> None:
    from rasa.core.tracker_store import FailSafeTrackerStore

    from rasa_ext import patches

    asked = {name: getattr(FailSafeTrackerStore, name) for name in ("on_tracker_store_error", "on_tracker_store_retrieve_error")}
    patches._tell_of_lost_conversations()

    async def walk() -> None:
        store = open_store()
        tracker = await turns(store, "a", 1)
        wrapped = FailSafeTrackerStore(store)
        server.hang()
        begun = time.monotonic()
        for call in (wrapped.retrieve("a"), wrapped.save(tracker)):
            with pytest.raises(StoreLost):
                await call
        assert time.monotonic() - begun < 30  # Rasa's own store would still wait
        assert not await store.answers()
        server.go_on()
        while not await store.answers():
            await asyncio.sleep(0.05)
        assert (await wrapped.retrieve("a")).get_slot("topic") == "topic 0000"

    try:
        asyncio.run(walk())
    finally:
        for name, usual in asked.items():
            setattr(FailSafeTrackerStore, name, usual)


def test_two_workers_never_hold_one_conversation_and_a_killed_ones_lock_ends_by_itself(
    open_store: Callable[..., Any], server: RedisServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("rasa_ext.locks.LEASE", 0.5)
    monkeypatch.setattr("rasa_ext.locks.RENEWED", 0.1)
    from rasa_ext.locks import TurnLocks

    async def walk() -> None:
        workers, within, most = [TurnLocks(), TurnLocks()], 0, 0

        async def turn(worker: TurnLocks) -> None:
            nonlocal within, most
            async with worker.lock("a"):
                within += 1
                most = max(most, within)
                await asyncio.sleep(0.02)
                within -= 1

        await asyncio.gather(*(turn(worker) for worker in workers * 10))
        assert most == 1
        async with workers[0].lock("a"):
            waiting = asyncio.create_task(turn(workers[1]))
            await asyncio.sleep(1)  # longer than a lease that is not renewed
            assert not waiting.done()
        await waiting
        server.client().set("rasa:a", "of a worker that was killed", px=500)
        await turn(workers[0])
        assert server.without_an_end() == []

    asyncio.run(walk())


def test_without_a_redis_conversations_and_locks_stay_in_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from rasa.shared.core.domain import Domain

    from rasa_ext.conversations import ExpiringTrackerStore
    from rasa_ext.locks import TurnLocks
    from rasa_ext.shelves import MemoryShelf

    monkeypatch.delenv("REDIS_URL", raising=False)
    assert isinstance(ExpiringTrackerStore(Domain.empty()).shelf, MemoryShelf)

    async def walk() -> None:
        locks = TurnLocks()
        async with locks.lock("a") as ticket:
            assert ticket is not None

    asyncio.run(walk())


# -- two real bots on one Redis -------------------------------------------------------------


@pytest.fixture(scope="module")
def conversations(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("conversations")) as running:
        yield running


@pytest.fixture(scope="module")
def two_bots(conversations: RedisServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Bot, Bot]]:
    """Two times the three processes, with nothing in common but the Redis and the key of the tokens."""
    environ = {"REDIS_URL": conversations.url, "GATEWAY_SECRET": "s" * 32}
    with start(tmp_path_factory.mktemp("one"), **environ) as one, start(tmp_path_factory.mktemp("other"), **environ) as other:
        yield one, other


def test_an_interview_goes_on_at_the_other_bot_question_by_question(two_bots: tuple[Bot, Bot], conversations: RedisServer) -> None:
    one, other = two_bots
    bearer = one.open()
    assert "54-95c" in said(one.send(bearer, text="how do i get my old prostitution conviction vacated"))
    assert "54-95c" in said(other.send(bearer, text="and where do i file it?"))  # what was talked about is known there
    assert one.send(bearer, text=f"my name is {MARKS[0]}, call {MARKS[1]}, can my record be vacated").status_code == 200
    assert not [mark for mark in MARKS if mark in conversations.dump()]
    asked = []
    one.send(bearer, text="check if my record qualifies for vacatur, ask me the questions")
    for number in range(4):
        bot = two_bots[(number + 1) % 2]
        answered = bot.send(bearer, text=f"not sure {MARKS[0]}" if number == 2 else "not sure")
        asked.append(answered.json()["replies"][-1]["lines"][0]["text"])
    assert len(set(asked)) >= 3
    assert any(key.startswith("tracker:") for key in conversations.names())
    assert conversations.without_an_end() == []
    # Answers under way are the one thing of a person's that is held, in the conversation's own key, until it ends.
    client = conversations.client()
    held = [key for key in conversations.names() if MARKS[0].encode() in (client.dump(key) or b"")]
    assert [key.partition(":")[0] for key in held] in ([], ["tracker"])
    assert other.http.delete(f"{other.url}/api/v1/sessions", headers=bearer).status_code == 204
    assert one.send(bearer, text="tell me more").status_code == 401
    assert not any(key.startswith("tracker:") for key in conversations.names())
    assert MARKS[0] not in conversations.dump()


def test_while_the_redis_hangs_the_bots_say_so_and_then_go_on_with_the_same_conversation(
    two_bots: tuple[Bot, Bot], conversations: RedisServer
) -> None:
    one, other = two_bots
    bearer = one.open()
    one.send(bearer, text="how do i get my old prostitution conviction vacated")
    conversations.hang()
    try:
        assert "911" in one.rest("how do i get my old conviction vacated")  # Rasa's own door says so as well
        told = one.send(bearer, text="and where do i file it?")
        assert told.json()["unavailable"] is True and "911" in told.text
        assert one.send(bearer, text="he is outside my door with a knife").json()["emergency"] is True
        assert one.http.get(f"http://127.0.0.1:{one.rasa}/webhooks/gateway/ready").status_code == 503
    finally:
        conversations.go_on()
    deadline = time.monotonic() + 60
    while not all(bot.http.get(f"{bot.url}/readyz").status_code == 200 for bot in two_bots):
        assert time.monotonic() < deadline
        time.sleep(0.1)
    assert "54-95c" in said(other.send(bearer, text="and where do i file it?"))
    for bot in two_bots:
        logs = "".join(path.read_text(errors="replace") for path in bot.logs.glob("*"))
        assert not re.search("conviction vacated|outside my door|" + "|".join(MARKS), logs)
