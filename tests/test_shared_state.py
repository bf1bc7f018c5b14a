"""What gateways keep, on one machine in memory and side by side in a Redis: the same behaviour from both, held by a real Redis."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from bot import paths
from bot.shared import Shared, StoreLost
from gateway.limits import Limits
from gateway.sessions import BadToken, Session, Sessions
from gateway.settings import BadSetting, Settings
from gateway.slack.paper_links import PaperLinks
from gateway.slack.seen import Seen
from gateway.sms.optouts import FileOptOuts, OptOuts, OptOutsUnknown
from gateway.sms.replays import Replays
from gateway.sms.senders import Senders
from gateway.sms.shared_optouts import SharedOptOuts
from gateway.stores.kept import Busy, Store
from gateway.stores.memory import MemoryStore
from gateway.stores.shared import SharedStore
from tests.redis_server import RedisServer, needs_redis, redis_server

KEY = "k" * 32
PHONE = "+12035550142"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    with redis_server(tmp_path_factory.mktemp("redis")) as running:
        yield running


@pytest.fixture(params=["memory", pytest.param("redis", marks=needs_redis)])
def two(request: pytest.FixtureRequest) -> Callable[[], Any]:
    """Opens the stores of two gateways; in memory there is one gateway, and both are the same."""

    @asynccontextmanager
    async def stores() -> AsyncIterator[tuple[Store, Store]]:
        if request.param == "memory":
            only = MemoryStore()
            yield only, only
            return
        server: RedisServer = request.getfixturevalue("server")
        server.client().flushall()
        one, other = SharedStore(Shared(server.url)), SharedStore(Shared(server.url))
        yield one, other
        assert server.without_an_end() == []
        await one.close()
        await other.close()

    return stores


def both(two: Any, walk: Callable[[Store, Store], Awaitable[None]]) -> None:
    async def run() -> None:
        async with two() as (one, other):
            await walk(one, other)

    asyncio.run(run())


def sessions_of(store: Store, idle: float = 100, absolute: float = 250) -> Sessions:
    return Sessions("key", idle, absolute, store)


async def eventually(gone: Callable[[], Awaitable[bool]]) -> None:
    for _ in range(500):
        if await gone():
            return
        await asyncio.sleep(0.02)
    raise AssertionError("it did not come to pass")


async def counted(sessions: Sessions, session: Session) -> None:
    async with sessions.turn(session, 60) as current:
        number = current.shown.number
        await asyncio.sleep(0)  # where a turn waits, another one would begin
        current.shown.number = number + 1


# -- sessions and turns ------------------------------------------------------------------


def test_a_session_opened_at_one_gateway_goes_on_at_the_other_and_ends_at_both(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = sessions_of(one), sessions_of(other)
        token, session = await here.open()
        async with here.turn(session, 1) as current:
            current.last_lang, current.late = "es", [{"kind": "answer", "lines": [{"text": "después"}]}]
        found = await there.find(token)
        assert (found.conversation, found.last_lang, found.late[0]["lines"][0]["text"]) == (session.conversation, "es", "después")
        await there.close(found)
        with pytest.raises(BadToken, match="expired"):
            await here.find(token)
        with pytest.raises(BadToken, match="expired"):
            async with here.turn(session, 1):
                pass

    both(two, walk)


def test_a_session_that_is_not_used_is_gone_and_one_that_is_used_is_gone_at_its_end(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        async def gone(sessions: Sessions, token: str, use: bool) -> bool:
            try:
                found = await sessions.find(token)
                if use:
                    await sessions.keep(found)
            except BadToken as error:
                assert error.reason == "expired"
                return True
            return False

        idle, short = sessions_of(one, idle=0.1), sessions_of(one, idle=100, absolute=0.3)
        for sessions, use in ((idle, False), (short, True)):
            token, _ = await sessions.open()
            assert not await gone(sessions, token, use)
            await eventually(lambda sessions=sessions, token=token, use=use: gone(sessions, token, use))  # type: ignore[misc]

    both(two, walk)


def test_whoever_a_channel_knows_has_one_session_at_both_gateways_even_when_both_are_asked_at_once(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = sessions_of(one), sessions_of(other)
        found = await asyncio.gather(*(sessions.named("a-hash") for sessions in [here, there] * 10))
        assert len({session.conversation for session, _ in found}) == 1
        assert [new for _, new in found].count(True) == 1
        again, new = await there.named("todays-hash", "a-hash")  # known by yesterday's name
        assert again == found[0][0] and not new
        await here.close(again)
        assert (await there.named("a-hash"))[0].conversation != again.conversation

    both(two, walk)


def test_forty_pairs_of_messages_at_once_lose_nothing(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = sessions_of(one), sessions_of(other)
        opened = [await here.open() for _ in range(40)]
        await asyncio.gather(*(counted(sessions, session) for _, session in opened for sessions in (here, there)))
        assert [(await there.find(token)).shown.number for token, _ in opened] == [2] * 40

    both(two, walk)


def test_one_waits_for_the_turn_before_as_long_as_a_person_waits_and_then_is_told(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = sessions_of(one), sessions_of(other)
        _, session = await here.open()
        async with here.turn(session, 1):
            with pytest.raises(Busy):
                async with there.turn(session, 0.1):
                    raise AssertionError("two turns at once")
        await counted(there, session)

    both(two, walk)


def test_a_turn_that_fails_keeps_nothing_and_lets_the_next_begin(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = sessions_of(one), sessions_of(other)
        _, session = await here.open()
        with pytest.raises(ZeroDivisionError):
            async with here.turn(session, 1) as current:
                current.last_lang = "es"
                raise ZeroDivisionError
        async with there.turn(session, 1) as current:
            assert current.last_lang == ""

    both(two, walk)


def test_what_is_forgotten_during_a_turn_is_not_brought_back_by_its_end(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = sessions_of(one), sessions_of(other)
        session, _ = await here.named("a-phone")
        async with here.turn(session, 1) as current:
            current.last_lang = "es"
            await there.close(session)
            fresh, new = await there.named("a-phone")  # the same phone writes again before the turn is over
            assert new
        found, _ = await here.named("a-phone")
        assert (found.conversation, found.last_lang) == (fresh.conversation, "")

    both(two, walk)


@needs_redis
def test_the_turn_of_a_gateway_that_was_killed_ends_by_itself_within_a_persons_patience(server: RedisServer) -> None:
    holder = (
        "import asyncio, sys\nfrom bot.shared import Shared\nfrom gateway.stores.shared import SharedStore\n"
        "async def hold():\n    store = SharedStore(Shared(sys.argv[1]))\n"
        "    async with store.turn('session:held', 100, 1):\n        print('held', flush=True)\n        await asyncio.sleep(600)\n"
        "asyncio.run(hold())"
    )
    server.client().set("session:held", "{}", px=100_000)
    process = subprocess.Popen([sys.executable, "-c", holder, server.url], cwd=paths.ROOT, stdout=subprocess.PIPE, text=True)
    assert process.stdout and process.stdout.readline() == "held\n"

    async def takes_over() -> None:
        store = SharedStore(Shared(server.url))
        with pytest.raises(Busy):
            async with store.turn("session:held", 100, 0.05):
                pass
        process.kill()
        process.wait()
        async with store.turn("session:held", 100, Settings.patience):
            pass
        await store.close()

    asyncio.run(takes_over())


@needs_redis
def test_a_long_turn_stays_one_gateways_own_and_one_that_was_lost_writes_nothing(server: RedisServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gateway.stores.shared.LEASE", 0.6)
    monkeypatch.setattr("gateway.stores.shared.RENEWED", 0.1)

    async def walk() -> None:
        store = SharedStore(Shared(server.url))
        await store.put("session:long", b"before", 100)
        async with store.turn("session:long", 100, 1) as held:
            with pytest.raises(Busy):
                async with store.turn("session:long", 100, 1.5):  # longer than a lease that is not renewed
                    pass
            held.value = b"after"
        assert await store.get("session:long") == b"after"
        with pytest.raises(StoreLost):
            async with store.turn("session:long", 100, 1) as held:
                server.client().delete("turn:session:long")  # as after a pause longer than the lease
                held.value = b"too late"
        assert await store.get("session:long") == b"after"
        await store.close()

    asyncio.run(walk())


# -- what is done once ---------------------------------------------------------------------


def test_a_request_taken_by_one_gateway_is_taken_by_no_other_and_its_id_is_nowhere(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        desks = [Seen(one, b"key"), Seen(other, b"key")] * 10
        taken = await asyncio.gather(*(desk.again("event:Ev42", "message:T1:D1:1.1") for desk in desks))
        assert taken.count(False) == 1
        assert not await desks[0].again("event:Ev43")

    both(two, walk)


def test_a_text_that_comes_twice_is_answered_once_with_the_same_words(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        made = 0

        async def make() -> tuple[str, ...]:
            nonlocal made
            made += 1
            await asyncio.sleep(0.05)
            return ("the answer",)

        here, there = Replays(one, b"key"), Replays(other, b"key")
        mark = here.mark("SM1")
        assert await asyncio.gather(*(replays.once(mark, make) for replays in (here, there, here))) == [("the answer",)] * 3
        assert made == 1
        await there.forget([mark])
        assert await here.once(mark, make) == ()
        assert made == 1

    both(two, walk)


def test_a_text_whose_answer_failed_may_come_again(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        async def fail() -> tuple[str, ...]:
            raise ZeroDivisionError

        async def make() -> tuple[str, ...]:
            return ("the answer",)

        mark = Replays(one, b"key").mark("SM2")
        with pytest.raises(ZeroDivisionError):
            await Replays(one, b"key").once(mark, fail)
        assert await Replays(other, b"key").once(mark, make) == ("the answer",)

    both(two, walk)


def test_both_gateways_know_a_phone_by_the_same_name_also_after_the_store_lost_its_keys(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = Senders(one), Senders(other)
        named = await asyncio.gather(*(senders.names(PHONE) for senders in [here, there] * 5))
        assert len(set(named)) == 1
        assert not any(PHONE[1:] in name for name in named[0])
        days = int(time.time()) // 86_400
        await one.drop(f"day:{days}", f"day:{days - 1}")
        again = await here.names(PHONE)
        assert again != named[0] and again == await there.names(PHONE)

    both(two, walk)


def test_a_papers_address_works_once_at_either_gateway_and_ends_with_its_conversation(two: Any) -> None:
    async def walk(one: Store, other: Store) -> None:
        here, there = (PaperLinks(store, sessions_of(store), "https://bot.example.org") for store in (one, other))
        _, session = await sessions_of(one).open()
        first, second = [(await here.offer(session, "result:pdf", "es")).rpartition("/")[2] for _ in range(2)]
        assert await there.find(first)
        taken = await asyncio.gather(*(links.take(first) for links in [here, there] * 5))
        ((found, offered),) = [each for each in taken if each]
        assert (found, offered.choice, offered.lang) == (session, "result:pdf", "es")
        assert await there.find(first) is None
        await sessions_of(other).close(session)
        assert await here.find(second) is None

    both(two, walk)


# -- limits ----------------------------------------------------------------------------------


def limits(url: str = "") -> Limits:
    return Limits(Settings(redis_url=url, secret="s", per_session=3, per_sender=3))


@needs_redis
def test_gateways_count_together(server: RedisServer) -> None:
    async def walk() -> list[bool]:
        here, there = limits(server.url), limits(server.url)
        return [bool(await each.of_session("a-conversation")) for each in (here, there, here, there, here)]

    assert asyncio.run(walk()) == [False, False, False, True, True]
    assert server.without_an_end() == []


@needs_redis
def test_where_nothing_can_be_counted_nobody_is_turned_away(tmp_path: Path) -> None:
    with redis_server(tmp_path) as lost:
        lost.kill()

        async def walk() -> list[Any]:
            counting = limits(lost.url)
            return [await counting.of_session("a-conversation") for _ in range(9)]

        assert asyncio.run(walk()) == [None] * 9


# -- who opted out ------------------------------------------------------------------------------


@pytest.fixture(params=["file", pytest.param("redis", marks=needs_redis)])
def optouts(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Callable[[str], OptOuts]]:
    """Opens the opt-outs under a key, as another gateway would."""
    if request.param == "file":
        yield lambda key: FileOptOuts(tmp_path, key)
        return
    with redis_server(tmp_path, keeps=True) as running:
        yield lambda key: SharedOptOuts(Shared(running.url), key)


def test_who_opted_out_at_one_gateway_did_so_at_the_other(optouts: Callable[[str], OptOuts]) -> None:
    async def walk() -> None:
        here, there = optouts(KEY), optouts(KEY)
        assert not await there.has(PHONE)
        await here.add(PHONE)
        await here.add(PHONE)
        assert await there.has(PHONE) and not await there.has(PHONE + "0")
        await there.remove(PHONE)
        assert not await here.has(PHONE)
        assert await here.ready()

    asyncio.run(walk())


def test_another_key_tells_nobody_that_they_did_not_opt_out(optouts: Callable[[str], OptOuts]) -> None:
    async def walk() -> None:
        await optouts(KEY).add(PHONE)
        with pytest.raises((OptOutsUnknown, BadSetting)):
            await optouts("another " * 4).has(PHONE)

    asyncio.run(walk())


@needs_redis
def test_an_opt_out_outlives_its_redis_and_one_that_could_not_be_kept_is_kept_as_soon_as_it_can(tmp_path: Path) -> None:
    with redis_server(tmp_path, keeps=True) as running:

        async def walk() -> None:
            here, there = (SharedOptOuts(Shared(running.url), KEY) for _ in range(2))
            await here.add(PHONE)
            running.kill()
            with pytest.raises(OptOutsUnknown):
                await here.has(PHONE)
            with pytest.raises(OptOutsUnknown):
                await here.add(PHONE + "1")
            assert await here.has(PHONE + "1")  # here it counts already
            assert not await here.ready()
            running.start()
            assert await there.has(PHONE)

            async def kept() -> bool:
                return await there.has(PHONE + "1")

            await eventually(kept)

        asyncio.run(walk())
        assert PHONE[1:] not in running.dump()


@needs_redis
def test_a_redis_that_writes_conversations_to_disk_or_forgets_opt_outs_is_not_ready(
    server: RedisServer, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with redis_server(tmp_path, keeps=True) as keeping:

        async def walk() -> list[bool]:
            right = await SharedStore(Shared(server.url)).answers(), await SharedOptOuts(Shared(keeping.url), KEY).ready()
            wrong = await SharedStore(Shared(keeping.url)).answers(), await SharedOptOuts(Shared(server.url), KEY).ready()
            keeping.client().config_set("appendonly", "no")
            keeping.client().config_set("save", "900 1")
            return [*right, *wrong, await SharedStore(Shared(keeping.url)).answers()]

        assert asyncio.run(walk()) == [True, True, False, False, False]
        assert "REDIS_URL is a Redis that writes to disk" in caplog.text and "forgets at a restart" in caplog.text
    server.client().flushall()


# -- what is refused ------------------------------------------------------------------------------


SHARED = {"REDIS_URL": "redis://a:6379/0", "GATEWAY_SECRET": "s"}


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"REDIS_URL": "redis://a"}, "GATEWAY_SECRET"),
        ({**SHARED, "REDIS_URL": "a:6379"}, "REDIS_URL is not the address"),
        ({**SHARED, "REDIS_URL": "redis://:pw@a:b"}, "REDIS_URL is not the address"),
        ({**SHARED, "OPTOUTS_REDIS_URL": "http://b"}, "OPTOUTS_REDIS_URL is not the address"),
        ({**SHARED, "TWILIO_AUTH_TOKEN": "t"}, "OPTOUTS_REDIS_URL is not"),
        ({"OPTOUTS_REDIS_URL": "redis://b", "SMS_OPTOUT_KEY": "short"}, "at least 32"),
        ({**SHARED, "OPTOUTS_REDIS_URL": "redis://a/1", "SMS_OPTOUT_KEY": KEY}, "the same Redis"),
        ({**SHARED, "REDIS_URL": "redis://localhost", "OPTOUTS_REDIS_URL": "redis://:pw@127.0.0.1:6379/1", "SMS_OPTOUT_KEY": KEY}, "the same Redis"),
    ],
)
def test_what_would_part_the_gateways_or_write_conversations_to_disk_stops_the_start_in_one_line(environ: dict[str, str], says: str) -> None:
    with pytest.raises(BadSetting, match=says) as stopped:
        Settings.read(environ)
    assert "\n" not in str(stopped.value) and "pw" not in str(stopped.value)


def test_two_instances_are_accepted() -> None:
    read = Settings.read({**SHARED, "OPTOUTS_REDIS_URL": "redis://b:6379/0", "SMS_OPTOUT_KEY": KEY, "TWILIO_AUTH_TOKEN": "t"})
    assert (read.redis_url, read.optouts_redis_url) == ("redis://a:6379/0", "redis://b:6379/0")
