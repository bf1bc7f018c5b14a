"""Who may ask, how often and with which token: the gateway's limits, origins, tokens and settings. All but the tokens over HTTP."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import paths
from gateway import configuration
from gateway.app import create_app
from gateway.limits import address_prefix
from gateway.sessions import BadToken, Sessions
from gateway.settings import BadSetting, Settings
from gateway.stores.memory import MemoryStore
from tests.running import free_port

HOTLINE = "1-888-373-7888"
DANGER = {"text": "he has a gun and he is outside"}


@contextmanager
def gateway(**environ: str) -> Iterator[httpx.Client]:
    """The real gateway's process on a port of its own, with nothing behind it: what is tested here is decided before."""
    port = free_port()
    settings = {"RASA_URL": "http://127.0.0.1:9", "PATH": os.environ["PATH"], "PYTHONPATH": str(paths.ROOT), **environ}
    process = subprocess.Popen([sys.executable, "-m", "gateway", "--port", str(port)], cwd=paths.ROOT, env=settings, stderr=subprocess.DEVNULL)
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=30) as client:
        deadline = time.monotonic() + 60
        while True:
            try:
                client.get("/healthz")
                break
            except httpx.TransportError:
                assert process.poll() is None and time.monotonic() < deadline, "the gateway did not start"
                time.sleep(0.05)
        yield client
    process.terminate()
    process.wait(timeout=10)


@pytest.fixture(scope="module")
def public() -> Iterator[httpx.Client]:
    """A public gateway behind one proxy, that takes five requests a minute from one address prefix."""
    environ = {"PUBLIC_URL": "https://bot.example.org", "TRUSTED_PROXIES": "1", "RATE_PER_ADDRESS": "5", "EMBED_ORIGINS": "https://charity.example.org"}
    with gateway(**environ) as client:
        yield client


def opens(client: httpx.Client, *seen: str) -> httpx.Response:
    """Open a session as the one whose address the proxy saw last."""
    return client.post("/api/v1/sessions", headers={"x-forwarded-for": ", ".join(seen)} if seen else {})


# -- limits --------------------------------------------------------------------------


def test_the_sixth_request_of_an_address_prefix_waits_and_is_told_how_long_with_the_numbers(public: httpx.Client) -> None:
    assert [opens(public, f"203.0.113.{n}").status_code for n in range(5)] == [201] * 5
    refused = opens(public, "203.0.113.200")  # another address of the same /24
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) >= 1
    assert refused.json()["error"] == "too_many"
    assert refused.json()["message"] and refused.json()["mensaje"]
    assert HOTLINE in refused.json()["help"] and HOTLINE in refused.json()["ayuda"]
    assert opens(public, "203.0.114.1").status_code == 201  # the next /24


def test_a_forged_x_forwarded_for_neither_escapes_a_limit_nor_uses_up_another_address(public: httpx.Client) -> None:
    answers = [opens(public, f"192.0.2.{n}", "198.51.100.7").status_code for n in range(7)]
    assert answers == [201] * 5 + [429] * 2
    assert opens(public, "192.0.2.1").status_code == 201


def test_an_ipv6_line_is_counted_as_one_and_a_port_changes_nothing(public: httpx.Client) -> None:
    assert [opens(public, f"2001:db8:0:1{n:02}::{n}").status_code for n in range(5)] == [201] * 5
    assert opens(public, "[2001:db8:0:1ff::9]:4711").status_code == 429
    assert opens(public, "2001:db8:0:200::1").status_code == 201


def test_someone_in_danger_is_answered_when_everyone_is_limited(public: httpx.Client) -> None:
    for _ in range(6):
        opens(public, "192.88.99.1")
    limited = {"x-forwarded-for": "192.88.99.1"}
    assert public.post("/api/v1/messages", headers=limited, json={"text": "hello"}).status_code == 429
    answer = public.post("/api/v1/messages", headers=limited, json=DANGER)
    assert answer.status_code == 200 and answer.json()["emergency"] is True and HOTLINE in answer.text
    page = public.post("/ask", headers=limited, data={"text": "él tiene una pistola y está afuera"})
    assert page.status_code == 200 and "tel:911" in page.text and 'lang="es"' in page.text


def test_a_limited_form_keeps_what_was_typed(public: httpx.Client) -> None:
    for _ in range(6):
        opens(public, "192.31.196.1")
    page = public.post("/ask", headers={"x-forwarded-for": "192.31.196.1"}, data={"text": "my long question", "token": "kept"})
    assert page.status_code == 429
    assert int(page.headers["retry-after"]) >= 1
    assert "my long question</textarea>" in page.text and 'value="kept"' in page.text and "tel:911" in page.text


def test_without_a_trusted_proxy_the_header_does_not_count() -> None:
    with gateway(PUBLIC_URL="https://bot.example.org", RATE_PER_ADDRESS="3") as client:
        assert [opens(client, f"203.0.{n}.1").status_code for n in range(5)] == [201] * 3 + [429] * 2


def test_a_conversation_has_a_limit_of_its_own_and_everyone_together_too() -> None:
    with gateway(RATE_PER_SESSION="2") as client:
        bearers = [{"authorization": f"Bearer {opens(client).json()['token']}"} for _ in range(2)]
        sent = [client.post("/api/v1/messages", headers=bearers[0], json={"text": "hello"}) for _ in range(3)]
        assert [answer.status_code for answer in sent] == [200, 200, 429]
        assert client.post("/api/v1/messages", headers=bearers[1], json={"text": "hello"}).status_code == 200
        assert client.post("/api/v1/messages", headers=bearers[0], json=DANGER).json()["emergency"] is True
    with gateway(PUBLIC_URL="https://bot.example.org", TRUSTED_PROXIES="1", RATE_IN_ALL="3") as client:
        assert [opens(client, f"203.0.{n}.1").status_code for n in range(5)] == [201] * 3 + [429] * 2


def test_ones_own_machine_is_not_limited_until_the_bot_is_public() -> None:
    with gateway(RATE_PER_ADDRESS="2") as client:
        assert [opens(client).status_code for _ in range(4)] == [201] * 4


@pytest.mark.parametrize(
    ("address", "prefix"),
    [
        ("203.0.113.77", "203.0.113.0/24"), ("::ffff:203.0.113.77", "203.0.113.0/24"), ("203.0.113.77:5000", "203.0.113.0/24"),
        ("2001:db8:1:2ff::1", "2001:db8:1:200::/56"), ("[2001:db8:1:2ff::1]:443", "2001:db8:1:200::/56"), ("fe80::1%eth0", "fe80::/56"),
        ("unknown", "unknown"), ("", ""),
    ],
)
def test_an_address_is_counted_by_its_network(address: str, prefix: str) -> None:
    assert address_prefix(address) == prefix


@given(st.text(max_size=60))
@example("1.2.3.4:")
@example("[::1")
def test_whatever_a_proxy_writes_is_an_address_or_stands_for_itself(address: str) -> None:
    assert isinstance(address_prefix(address), str)


# -- origins ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "origin",
    [
        "https://evil.example", "null", "http://charity.example.org", "https://charity.example.org.evil.example",
        "https://charity.example.org:8443", "http://[", "https://",
    ],
)
def test_a_page_of_a_stranger_is_refused_in_words_with_the_numbers(public: httpx.Client, origin: str) -> None:
    headers = {"origin": origin, "x-forwarded-for": "100.64.0.1"}
    answer = public.post("/api/v1/sessions", headers=headers)
    assert answer.status_code == 403
    assert answer.json()["error"] == "origin_not_allowed" and HOTLINE in answer.json()["help"] and answer.json()["mensaje"]
    assert answer.headers["access-control-allow-origin"] == "*"  # that page may show why, and gets nothing else
    assert public.options("/api/v1/messages", headers={**headers, "access-control-request-method": "POST"}).status_code == 403


@pytest.mark.parametrize("origin", ["https://charity.example.org", "https://bot.example.org"])
def test_a_named_site_and_the_bots_own_address_may_call(public: httpx.Client, origin: str) -> None:
    headers = {"origin": origin, "x-forwarded-for": "100.65.0.1"}
    preflight = public.options("/api/v1/messages", headers={**headers, "access-control-request-method": "POST"})
    assert preflight.status_code == 204
    assert preflight.headers["access-control-allow-origin"] == origin
    assert "authorization" in preflight.headers["access-control-allow-headers"]
    assert "origin" in preflight.headers["vary"].lower()
    answer = public.post("/api/v1/messages", headers=headers, json={"text": "hello"})
    assert answer.status_code == 401  # an error can be read by the page as well
    assert answer.headers["access-control-allow-origin"] == origin
    assert "retry-after" in answer.headers["access-control-expose-headers"]
    assert "access-control-allow-credentials" not in answer.headers


def test_without_a_public_address_a_page_from_the_same_host_may_call_and_no_other() -> None:
    with gateway() as client:
        host = client.base_url.netloc.decode()
        assert client.post("/api/v1/sessions", headers={"origin": f"http://{host}"}).status_code == 201
        assert client.post("/api/v1/sessions", headers={"origin": "http://localhost:1"}).status_code == 403
        assert client.post("/api/v1/sessions", headers={"origin": "null", "host": ""}).status_code == 403


# -- settings ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("environ", "says"),
    [
        ({"EMBED_ORIGINS": "*"}, "EMBED_ORIGINS: *"), ({"EMBED_ORIGINS": "https://a.org/path"}, "https://a.org/path is not an origin"),
        ({"EMBED_ORIGINS": "http://a.org"}, "EMBED_ORIGINS"), ({"EMBED_ORIGINS": "https://*.a.org"}, "EMBED_ORIGINS"),
        ({"EMBED_ORIGINS": "https://a.org?x"}, "EMBED_ORIGINS"), ({"EMBED_ORIGINS": "https://a.org https://b.org"}, "EMBED_ORIGINS"),
        ({"EMBED_ORIGINS": "https://"}, "EMBED_ORIGINS"), ({"EMBED_ORIGINS": "null"}, "EMBED_ORIGINS"), ({"EMBED_ORIGINS": "https://ä.org"}, "xn--"),
        ({"PUBLIC_URL": "bot.example.org"}, "PUBLIC_URL"), ({"PUBLIC_URL": "https://bot.example.org/chat"}, "PUBLIC_URL"),
        ({"TRUSTED_PROXIES": "-1"}, "TRUSTED_PROXIES"), ({"TRUSTED_PROXIES": "1.5"}, "whole"), ({"RATE_PER_SESSION": "0.5"}, "whole"),
        ({"RATE_PER_ADDRESS": "many"}, "RATE_PER_ADDRESS=many"), ({"RATE_IN_ALL": "inf"}, "RATE_IN_ALL"),
        ({"CONVERSATION_SECONDS": "nan"}, "CONVERSATION"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_refused_by_name(environ: dict[str, str], says: str) -> None:
    with pytest.raises(BadSetting, match=re.escape(says)):
        Settings.read(environ)


def test_origins_are_compared_as_browsers_write_them() -> None:
    settings = Settings.read({"EMBED_ORIGINS": "https://Charity.Example.org/, https://b.org:443,http://localhost:8001", "PUBLIC_URL": "HTTPS://Bot.example.org/"})
    assert settings.embed_origins == {"https://charity.example.org", "https://b.org", "http://localhost:8001"}
    assert settings.public_url == "https://bot.example.org"


RASA = pytest.mark.skipif(sys.version_info >= (3, 11), reason="Rasa runs on no Python after 3.10")


@pytest.mark.parametrize("command", [["-m", "gateway", "--port", "1"], pytest.param(["-m", "bot.cli", "serve"], marks=RASA)])
def test_a_mistake_in_the_origins_stops_the_start_in_one_line(command: list[str]) -> None:
    ports = {"PORT": str(free_port()), "RASA_PORT": str(free_port()), "ACTIONS_PORT": str(free_port())}
    ended = subprocess.run(
        [sys.executable, *command], cwd=paths.ROOT, capture_output=True, text=True, check=False, timeout=300,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": str(paths.ROOT), "EMBED_ORIGINS": "https://good.example, *", **ports},
    )
    assert ended.returncode == 1
    assert len(ended.stderr.strip().splitlines()) == 1
    assert "EMBED_ORIGINS: * is not an origin such as https://charity.example.org" in ended.stderr


class Recorded(dict[str, str]):
    """An environment that remembers what was asked of it."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def get(self, name: str, default: str = "") -> str:  # type: ignore[override]
        self.asked.add(name)
        return default


def test_the_page_on_configuration_names_every_setting() -> None:
    environ = Recorded()
    Settings.read(environ)
    asked = set(environ.asked)
    for folder in ("bot", "actions", "gateway", "rasa_ext"):
        for file in Path(paths.ROOT / folder).rglob("*.py"):
            asked |= set(re.findall(r"environ(?:\.get\(|\[)\"([A-Z_]+)\"", file.read_text(encoding="utf-8")))
    named = {variable.name for variables in configuration.GROUPS.values() for variable in variables}
    assert asked - {"SANIC_HOST", "RASA_TELEMETRY_ENABLED"} <= named  # what the launcher hands to Rasa's own parts is nobody's to set
    assert named - asked <= {"PORT", "RASA_PORT", "ACTIONS_PORT", "ACTIONS_URL"}


# -- tokens ------------------------------------------------------------------------------


def sessions_of(key: str = "key", **more: Any) -> Sessions:
    return Sessions(key, 100, 250, MemoryStore({"session": 3}, **more), **more)


@given(st.text(max_size=200))
@example("a.b.c")
@example("..")
@example("á.é.í")
@example("\ud800.\ud800.\ud800")
@example("x.9" * 3000)
def test_whatever_is_sent_as_a_token_is_a_bad_token_and_nothing_worse(token: str) -> None:
    async def asks() -> None:
        sessions = sessions_of()
        await sessions.open()
        with pytest.raises(BadToken):
            await sessions.find(token)

    asyncio.run(asks())


@given(st.data())
def test_a_token_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    sessions = sessions_of()
    token, _ = asyncio.run(sessions.open())
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.characters().filter(lambda letter: letter != token[place]))
    with pytest.raises(BadToken, match="unknown"):
        asyncio.run(sessions.find(token[:place] + letter + token[place + 1 :]))


@given(st.integers(-(10**20), 10**20))
def test_a_later_end_cannot_be_written_into_a_token(expires: int) -> None:
    sessions = sessions_of(clock=lambda: 1000.0)
    conversation, right, signature = asyncio.run(sessions.open())[0].split(".")
    if str(expires) != right:
        with pytest.raises(BadToken, match="unknown"):
            asyncio.run(sessions.find(f"{conversation}.{expires}.{signature}"))


def test_a_token_opens_its_own_conversation_only_and_needs_its_own_key() -> None:
    async def asks() -> None:
        sessions = sessions_of()
        (one, first), (two, second) = await sessions.open(), await sessions.open()
        assert await sessions.find(one) == first != second == await sessions.find(two)
        mixed = ".".join([one.split(".")[0], *two.split(".")[1:]])
        with pytest.raises(BadToken, match="unknown"):
            await sessions.find(mixed)
        with pytest.raises(BadToken, match="unknown"):
            await sessions_of("another key").find(one)

    asyncio.run(asks())


def test_a_signed_token_that_this_process_never_gave_out_is_an_expired_one() -> None:
    """After a restart with the same secret: the conversation is gone, and that is what is said."""
    token, _ = asyncio.run(sessions_of().open())
    with pytest.raises(BadToken, match="expired"):
        asyncio.run(sessions_of().find(token))


def test_a_flood_of_sessions_ends_the_ones_unused_longest_and_a_sweep_what_has_expired() -> None:
    now = 1000.0
    store = MemoryStore({"session": 3}, clock=lambda: now)
    sessions = Sessions("key", 100, 250, store, clock=lambda: now)

    async def asks() -> None:
        nonlocal now
        tokens = [(await sessions.open())[0] for _ in range(3)]
        async with sessions.turn(await sessions.find(tokens[0]), 1) as kept:  # used just now
            kept.shown.replies.append({"kind": "answer"})
        fourth, _ = await sessions.open()
        assert (await sessions.find(tokens[0])).shown.replies and await sessions.find(fourth)
        with pytest.raises(BadToken, match="expired"):
            await sessions.find(tokens[1])
        now += 101
        await store.sweep()
        assert not any(store._kinds.values())

    asyncio.run(asks())


def test_a_token_that_was_given_back_is_expired_for_good_and_giving_it_back_twice_is_no_error(public: httpx.Client) -> None:
    caller = {"x-forwarded-for": "100.66.0.1"}
    bearer = {**caller, "authorization": f"Bearer {public.post('/api/v1/sessions', headers=caller).json()['token']}"}
    assert public.delete("/api/v1/sessions", headers=bearer).status_code == 204
    again = public.delete("/api/v1/sessions", headers=bearer)
    assert (again.status_code, again.json()["error"]) == (401, "expired")
    replayed = public.post("/api/v1/messages", headers=bearer, json={"text": "hello"})
    assert (replayed.status_code, replayed.json()["error"]) == (401, "expired")
    assert HOTLINE in replayed.json()["help"]
    token = bearer["authorization"].removeprefix("Bearer ")
    assert public.post("/api/v1/sessions/end", content=token).status_code == 204
    assert public.post("/ask", headers=caller, data={"token": token, "do": "forget"}).status_code == 200


def test_odd_authorization_headers_are_refused_in_words() -> None:
    with TestClient(create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9"))) as client:
        cases: list[tuple[str | bytes, str]] = [
            ("Bearer", "missing"), ("Bearer  ", "missing"), ("Token x", "missing"), ("bearer a.b.c", "unknown"),
            (b"Bearer \xff\xfe.\xe9.x", "unknown"),
        ]
        for value, reason in cases:
            answer = client.get("/api/v1/sessions", headers={"authorization": value})
            assert (answer.status_code, answer.json()["error"]) == (401, reason)
