"""Counting by the month: once a conversation, nothing exact on a disk, nothing of too few anywhere; alone and side by side."""

from __future__ import annotations

import asyncio
import datetime as dt
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.shared import Shared, StoreLost
from gateway.operations import turn
from gateway.operations.doors import Doors
from gateway.operations.turn import Turns
from gateway.sessions import Session
from gateway.settings import BadSetting, Settings
from gateway.stores.kept import Store
from gateway.stores.memory import MemoryStore
from gateway.stores.shared import SharedStore
from gateway.usage import set_up
from gateway.usage.counted import DAY, GRACE, MOST_MARKS, Counted
from gateway.usage.lines import ANY, Line, of_reply, possible, what_of_reason
from gateway.usage.month import Months
from gateway.usage.published import FILE, CannotPublish, FilePublished, Published, SharedPublished
from tests import fuzzing
from tests.redis_server import needs_redis, redis_server

OCTOBER_31 = dt.datetime(2026, 10, 31, 12, tzinfo=dt.timezone.utc).timestamp()
HOW = {"kind": "answer", "lang": "en", "topic": "vacatur_how", "lines": []}
UNSURE = {"kind": "choices", "lang": "en", "choices": [{"id": "topic:vacatur_who", "label": "x"}, {"id": "topic:vacatur_how", "label": "y"}]}


class Clock:
    def __init__(self) -> None:
        self.now = OCTOBER_31

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@contextmanager
def on(channel: str) -> Iterator[None]:
    """A turn that came this way."""
    under_way = Turns(Doors()).begin(channel)
    before = turn._now.set(under_way)
    yield
    turn._now.reset(before)


def counting(store: Store, published: Published, clock: Clock, *, alone: bool = True) -> Counted:
    months = Months(store, published, lambda: possible(Settings(), None), 5, alone, clock)
    return Counted(months, clock)


def asked(counted: Counted, times: int, reply: dict[str, object] = HOW, channel: str = "web") -> None:
    """So many conversations that got this reply."""
    with on(channel):
        for _ in range(times):
            counted.reply(Session("n", "c", 0), reply)


def lines(published: Published, month: str = "2026-10") -> dict[Line, int]:
    return dict(asyncio.run(published.read(month)).lines)


# -- what counts -----------------------------------------------------------------------------


def test_a_conversation_counts_once_for_each_subject_and_what_came_of_it(tmp_path: Path, clock: Clock) -> None:
    kept = FilePublished(tmp_path)
    counted = counting(MemoryStore(), kept, clock)
    with on("web"):
        for session in [Session("n", "c", 0) for _ in range(6)]:
            for _ in range(9):
                counted.reply(session, HOW)
            counted.reply(session, UNSURE)
            for _ in range(3):
                counted.say(session, what_of_reason("hard"), "answer", "vacatur_how", "en")
    asyncio.run(counted.leave())
    assert lines(kept) == {
        Line("web", "en", "answered", "vacatur_how"): 5, Line("web", "en", "choices", "vacatur_who"): 5,
        Line("web", "en", "unhelpful_hard", "vacatur_how"): 5,
    }


def test_one_conversation_cannot_fill_the_table_however_long_it_goes_on(tmp_path: Path, clock: Clock) -> None:
    counted, session = counting(MemoryStore(), FilePublished(tmp_path), clock), Session("n", "c", 0)
    with on("web"):
        for number in range(3 * MOST_MARKS):
            counted.say(session, f"unhelpful_{number}", "answer", "vacatur_how", "en")
    assert len(session.counted) == MOST_MARKS


@pytest.mark.parametrize(
    ("reply", "is_counted"),
    [
        (HOW, ("answered", "vacatur_how")), (UNSURE, ("choices", "vacatur_who")), ({"kind": "card"}, ("answered", "section")),
        ({"kind": "result"}, ("answered", "interview")), ({"kind": "choices", "choices": [{"id": "law:54-95c"}]}, ("choices", "none")),
        ({"kind": "not_found", "choices": [{"id": "topic:vacatur_how"}]}, ("not_found", "none")), ({"kind": "declined"}, ("outside", "none")),
        ({"kind": "emergency", "topic": "vacatur_how"}, None), ({"kind": "question"}, None), ({"kind": "info"}, None), ({}, None),
    ],
)
def test_an_emergency_a_greeting_and_a_question_of_ours_are_never_counted(
    reply: dict[str, object], is_counted: tuple[str, str] | None
) -> None:
    assert of_reply(reply) == is_counted


def test_a_subject_that_the_store_does_not_know_is_written_down_under_no_name_of_its_own(tmp_path: Path, clock: Clock) -> None:
    kept = FilePublished(tmp_path)
    counted = counting(MemoryStore(), kept, clock)
    asked(counted, 5, {**HOW, "topic": "zyxquine"})
    asyncio.run(counted.leave())
    assert lines(kept) == {Line("web", "en", "answered", "other"): 5}


def test_nothing_is_counted_unless_it_is_switched_on(tmp_path: Path) -> None:
    assert not Settings.read({}).usage_counts and Settings.read({"USAGE_COUNTS": "on"}).usage_counts
    with pytest.raises(BadSetting, match="USAGE_COUNTS"):
        Settings.read({"USAGE_COUNTS": "some"})
    with fuzzing.gateway(state=tmp_path) as gateway:
        for _ in range(6):
            bearer = {"authorization": f"Bearer {gateway.client.post('/api/v1/sessions').json()['token']}"}
            gateway.client.post("/api/v1/messages", json={"choice": "topic:vacatur_how"}, headers=bearer)
    assert not (tmp_path / FILE).exists()


def test_a_folder_in_which_no_month_can_be_kept_stops_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="USAGE_COUNTS"):
        set_up(Settings(usage_counts=True, state=tmp_path / "file"), MemoryStore())
    assert not set_up(Settings(state=tmp_path / "file"), MemoryStore()).on


# -- when ------------------------------------------------------------------------------------


def test_no_store_moves_before_the_day_is_over_and_no_file_before_the_month_is(tmp_path: Path, clock: Clock) -> None:
    store, kept = MemoryStore(clock=clock), FilePublished(tmp_path)
    counted = counting(store, kept, clock)

    async def month() -> None:
        asked(counted, 5)
        clock.now += 60
        await counted.keep_up()
        assert await store.get("usage:2026-10") is None
        clock.now += DAY / 2  # the first of November, one minute after midnight
        await counted.keep_up()
        assert await store.get("usage:2026-10") is not None and not (tmp_path / FILE).exists()
        asked(counted, 5, UNSURE)
        clock.now += GRACE
        await counted.keep_up()
        assert await store.get("usage:2026-10") is None

    asyncio.run(month())
    assert lines(kept) == {Line("web", "en", "answered", "vacatur_how"): 5} and lines(kept, "2026-11") == {}


def test_of_too_few_nothing_is_kept_once_the_month_is_over(tmp_path: Path, clock: Clock) -> None:
    store = MemoryStore(clock=clock)
    counted = counting(store, FilePublished(tmp_path), clock)
    asked(counted, 4)
    asked(counted, 1, HOW, "page")
    asked(counted, 3, UNSURE)

    async def over() -> None:
        clock.now += DAY
        await counted.keep_up()
        assert await store.get("usage:2026-10") is None

    asyncio.run(over())
    raw = (tmp_path / FILE).read_bytes()
    assert b"vacatur_who" not in raw and b"vacatur_how" not in raw  # four and one in a pool with few others could be nobody else
    with sqlite3.connect(tmp_path / FILE) as db:
        assert db.execute("SELECT month, channel, topic, conversations FROM lines").fetchall() == [("2026-10", ANY, ANY, 5)]
    assert (tmp_path / FILE).stat().st_mode & 0o077 == 0


def test_a_restart_keeps_what_enough_shared_until_then_and_each_piece_hides_its_few(tmp_path: Path, clock: Clock) -> None:
    kept = FilePublished(tmp_path)
    for times in (7, 5, 4):
        counted = counting(MemoryStore(clock=clock), kept, clock)
        asked(counted, times)
        asyncio.run(counted.leave())
    assert lines(kept) == {Line("web", "en", "answered", "vacatur_how"): 10}


def test_what_is_older_than_a_year_goes(tmp_path: Path) -> None:
    kept = FilePublished(tmp_path)
    line = Line("web", "en", "answered", "vacatur_how")
    for month in ("2025-08", "2025-10", "2026-10"):
        asyncio.run(kept.add(month, {line: 5}, 5))
    assert [asyncio.run(kept.read(month)).smallest for month in ("2025-08", "2025-10", "2026-10")] == [0, 5, 5]


def test_a_folder_that_cannot_be_written_keeps_the_month_for_the_next_day(tmp_path: Path, clock: Clock) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    store = MemoryStore(clock=clock)
    counted = counting(store, FilePublished(blocked), clock)
    asked(counted, 5)

    async def over() -> None:
        clock.now += DAY
        with pytest.raises(CannotPublish):
            await counted.keep_up()
        assert await store.get("usage:2026-10") is not None
        await counted.keep_up()  # and it is not tried each quarter of a minute
        blocked.unlink()
        clock.now += DAY
        await counted.keep_up()

    asyncio.run(over())
    assert lines(FilePublished(blocked)) == {Line("web", "en", "answered", "vacatur_how"): 5}


# -- side by side ------------------------------------------------------------------------------


@needs_redis
def test_gateways_that_share_a_redis_close_one_month_together_and_only_once(tmp_path: Path, clock: Clock) -> None:
    with redis_server(tmp_path) as server:
        async def month() -> dict[Line, int]:
            shared = [Shared(server.url) for _ in range(2)]
            kept = [SharedPublished(Shared(server.url)) for _ in range(2)]
            both = [counting(SharedStore(each), one, clock, alone=False) for each, one in zip(shared, kept, strict=True)]
            asked(both[0], 3)
            asked(both[1], 4)
            clock.now += DAY
            assert server.names() == []
            await asyncio.gather(*(each._hand_over() for each in both))
            assert server.names() == ["usage:2026-10"]
            await asyncio.gather(*(each.keep_up() for each in both))
            assert server.names() == ["month:2026-10"] and server.without_an_end() == []
            found = await kept[0].read("2026-10")
            for each in both:
                await each.leave()
            return dict(found.lines)

        assert asyncio.run(month()) == {Line("web", "en", "answered", "vacatur_how"): 5}


@needs_redis
def test_while_redis_is_gone_a_day_waits_in_memory_and_nobody_waits_for_it(tmp_path: Path, clock: Clock) -> None:
    with redis_server(tmp_path) as server:
        async def month() -> None:
            counted = counting(SharedStore(Shared(server.url)), SharedPublished(Shared(server.url)), clock, alone=False)
            asked(counted, 5)
            server.kill()
            clock.now += DAY / 2 + 60
            with pytest.raises(StoreLost):
                await counted.keep_up()
            server.start()
            asked(counted, 2)
            await counted.keep_up()
            assert server.names() == ["usage:2026-10"]
            clock.now += GRACE
            await counted.keep_up()

        asyncio.run(month())
        assert server.client().hget("month:2026-10", '["web","en","answered","vacatur_how"]') == b"5"


def test_a_turn_outside_any_channel_is_not_counted(tmp_path: Path, clock: Clock) -> None:
    session = Session("n", "c", 0)
    counting(MemoryStore(), FilePublished(tmp_path), clock).reply(session, HOW)
    assert session.counted == []
