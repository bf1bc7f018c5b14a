"""Two gateways that share one Redis, over HTTP: a conversation goes on at either, and what happens when the Redis is slow or gone."""

from __future__ import annotations

import json
import re
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from bot.shared import Shared
from bot.sms_client import PATH, Phone, messages
from gateway.app import create_app
from gateway.settings import Settings
from tests.redis_server import RedisServer, needs_redis, redis_server
from tests.slack_web_api import SECRET, TEAM, TOKEN, Sender, WebApi, stamp, web_api

pytestmark = needs_redis
SITE, TWILIO = "https://bot.example.org", "a-token-for-tests"
HOTLINE, TEXT_LINE = "1-888-373-7888", "233733"
DANGER = "he is outside my door with a knife"
MARKS = ("qzvocado", "2035557731", "qzvocado@example.org")


@dataclass
class StandIn:
    """Stands where Rasa does: says what it was asked, in which turn of which conversation, and notices two turns at once."""

    url: str = ""
    turns: Counter[str] = field(default_factory=Counter)
    within: Counter[str] = field(default_factory=Counter)
    at_once: int = 0
    forgotten: list[str] = field(default_factory=list)

    def answer(self, asked: dict[str, str]) -> dict[str, Any]:
        conversation, text = asked["conversation"], asked["text"] or asked["choice"]
        self.within[conversation] += 1
        self.at_once = max(self.at_once, self.within[conversation])
        if text.startswith("slow"):
            time.sleep(1.5)
        self.turns[conversation] += 1
        number = self.turns[conversation]
        self.within[conversation] -= 1
        about = "a mark" if MARKS[0] in text else text[:20]
        said = f"turn {number} about {about}" + (". A long sentence of the law that goes on" * 40 if "long" in text else "")
        kind = "question" if "interview" in text else "info"
        return {"replies": [{"kind": kind, "lang": "en", "lines": [{"text": said, "kind": "note"}],
                             "choices": [{"id": "topic:a", "label": "this"}]}]}


class _Handler(BaseHTTPRequestHandler):
    rasa: StandIn

    def _say(self, status: int, body: bytes = b"") -> None:
        self.send_response(status)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self._say(200, json.dumps(self.rasa.answer(asked)).encode())

    def do_DELETE(self) -> None:
        self.rasa.forgotten.append(self.path.rpartition("/")[2])
        self._say(204)

    def do_GET(self) -> None:
        self._say(200)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def rasa() -> Iterator[StandIn]:
    stand_in = StandIn()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"rasa": stand_in}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    stand_in.url = f"http://127.0.0.1:{server.server_port}"
    yield stand_in
    server.shutdown()


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    folder = tmp_path / "conversations"
    folder.mkdir()
    with redis_server(folder) as running:
        yield running


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[RedisServer]:
    """The opt-outs' own Redis."""
    folder = tmp_path / "optouts"
    folder.mkdir()
    with redis_server(folder, keeps=True) as running:
        yield running


@pytest.fixture(scope="module")
def slack_api() -> Iterator[WebApi]:
    with web_api() as running:
        yield running


@pytest.fixture
def two(rasa: StandIn, server: RedisServer, kept: RedisServer, slack_api: WebApi) -> Iterator[tuple[TestClient, TestClient]]:
    with ExitStack() as stack:
        one, other = (stack.enter_context(TestClient(create_app(Settings(
            rasa_url=rasa.url, secret="s", public_url=SITE, redis_url=server.url, optouts_redis_url=kept.url, sms_optout_key="k" * 32,
            twilio_auth_token=TWILIO, slack_signing_secret=SECRET, slack_bot_token=TOKEN, slack_teams=frozenset({TEAM}),
            slack_api_url=f"{slack_api.url}/api/", patience=4.0,
        )))) for _ in range(2))
        yield one, other


def opens(gateway: TestClient) -> dict[str, str]:
    return {"authorization": f"Bearer {gateway.post('/api/v1/sessions').json()['token']}"}


def says(gateway: TestClient, bearer: dict[str, str], text: str) -> list[str]:
    response = gateway.post("/api/v1/messages", headers=bearer, json={"text": text})
    assert response.status_code == 200, response.text
    return [reply["lines"][0]["text"] for reply in response.json()["replies"]]


def texts(gateway: TestClient, phone: Phone, text: str, form: dict[str, str] | None = None) -> list[str]:
    form = form or phone.form(text)
    signed = RequestValidator(TWILIO).compute_signature(SITE + PATH, form)
    response = gateway.post(PATH, data=form, headers={"x-twilio-signature": signed})
    assert response.status_code == 200
    return messages(response.text)


def in_numbers(words: str) -> bool:
    return "911" in words and HOTLINE in words and TEXT_LINE in words


# -- a conversation at either ------------------------------------------------------------------


def test_a_conversation_alternates_between_the_gateways_and_ends_at_both(two: tuple[TestClient, TestClient], rasa: StandIn) -> None:
    bearer = opens(two[0])
    for number in range(1, 9):
        assert says(two[number % 2], bearer, "hello") == [f"turn {number} about hello"]
    assert two[1].get("/api/v1/sessions", headers=bearer).status_code == 200
    assert two[0].delete("/api/v1/sessions", headers=bearer).status_code == 204
    for gateway in two:
        refused = gateway.post("/api/v1/messages", headers=bearer, json={"text": "hello"})
        assert (refused.status_code, refused.json()["error"]) == (401, "expired") and in_numbers(refused.json()["help"])
    assert rasa.forgotten == list(rasa.turns)


def test_forty_pairs_of_messages_at_once_are_each_answered_in_a_turn_of_their_own(two: tuple[TestClient, TestClient], rasa: StandIn) -> None:
    bearers = [opens(two[0]) for _ in range(40)]
    with ThreadPoolExecutor(8) as pool:
        pairs = [[pool.submit(says, gateway, bearer, "hello") for gateway in two] for bearer in bearers]
        answers = [{said for answer in pair for said in answer.result()} for pair in pairs]
    assert answers == [{"turn 1 about hello", "turn 2 about hello"}] * 40
    assert rasa.at_once == 1


def test_a_reply_that_came_too_late_at_one_gateway_is_shown_by_the_other(two: tuple[TestClient, TestClient], rasa: StandIn) -> None:
    bearer = opens(two[0])
    two[0].app.state.conversations._patience = 0.3  # type: ignore[attr-defined]
    assert in_numbers(says(two[0], bearer, "slow one")[0])
    assert says(two[1], bearer, "two") == ["turn 1 about slow one", "turn 2 about two"]


def test_forgetting_at_one_gateway_waits_for_the_turn_at_the_other_which_keeps_nothing(two: tuple[TestClient, TestClient], rasa: StandIn) -> None:
    bearer = opens(two[0])
    with ThreadPoolExecutor() as pool:
        slow = pool.submit(says, two[0], bearer, "slow one")
        while not rasa.within.total():
            time.sleep(0.01)
        assert two[1].delete("/api/v1/sessions", headers=bearer).status_code == 204
        assert rasa.turns.total() == 1  # the turn was over before Rasa was told to forget
        slow.result()
    assert two[0].get("/api/v1/sessions", headers=bearer).status_code == 401


def test_a_form_of_the_plain_page_sent_to_both_gateways_is_answered_once(two: tuple[TestClient, TestClient], rasa: StandIn) -> None:
    page = two[0].post("/ask", data={"text": "hello"})
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token and "turn 1 about hello" in page.text
    form = {"text": "again", "token": token[1], "number": "1"}
    with ThreadPoolExecutor() as pool:
        sent = [pool.submit(gateway.post, "/ask", data=form) for gateway in two]
    assert all("turn 2 about again" in each.result().text for each in sent)
    assert rasa.turns.total() == 2


# -- text messages -----------------------------------------------------------------------------


def test_a_text_replayed_to_the_other_gateway_is_answered_once(two: tuple[TestClient, TestClient], rasa: StandIn) -> None:
    phone = Phone("", TWILIO, SITE)
    form = phone.form("slow one")
    with ThreadPoolExecutor() as pool:
        first, again = (pool.submit(texts, gateway, phone, "", form) for gateway in two)
    assert first.result() == again.result() and "turn 1 about slow one" in first.result()[-1]
    assert texts(two[1], phone, "", form) == first.result()
    assert rasa.turns.total() == 1
    texts(two[0], phone, "DELETE")
    assert texts(two[1], phone, "", form) == []


def test_the_pages_of_a_text_and_its_numbers_are_read_at_either_gateway(two: tuple[TestClient, TestClient]) -> None:
    phone = Phone("", TWILIO, SITE)
    first = texts(two[0], phone, "a long one")[-1]
    second = texts(two[1], phone, "MORE")[-1]
    assert first != second and "A long sentence" in second
    for _ in range(6):
        last = texts(two[0], phone, "MORE")[-1]
    assert "turn" in last
    assert "about topic:a" in texts(two[1], phone, "1")[-1]


def test_who_opts_out_at_one_gateway_gets_no_text_from_the_other_not_even_after_a_crash(
    two: tuple[TestClient, TestClient], kept: RedisServer, server: RedisServer
) -> None:
    phone = Phone("", TWILIO, SITE)
    assert texts(two[0], phone, "hello") and in_numbers(texts(two[0], phone, "STOP")[0])
    assert texts(two[1], phone, "hello") == []
    for each in (kept, server):
        each.kill()
        each.start()
    assert texts(two[1], phone, "hello") == []
    assert in_numbers(texts(two[1], phone, DANGER)[0])
    assert texts(two[1], phone, "START") and texts(two[0], phone, "hello")


# -- Slack ------------------------------------------------------------------------------------------


def test_a_slack_message_goes_on_at_either_gateway_and_a_retry_to_the_other_is_not_answered(
    two: tuple[TestClient, TestClient], slack_api: WebApi, rasa: StandIn
) -> None:
    desks = [Sender(SITE, slack_api, http=gateway) for gateway in two]  # type: ignore[arg-type]

    def event(number: int) -> dict[str, Any]:
        return {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "text": "hello", "ts": stamp()}

    for number, desk in enumerate([desks[0], desks[1], desks[0]], 1):
        begun = len(slack_api.calls)
        sent = event(number)
        assert desk.event(sent, event_id=f"Ev{number}").status_code == 200
        call = slack_api.wait(begun, lambda call: call.method == "chat.postMessage")
        assert f"turn {number} about hello" in call.words
        assert desks[number % 2].event(sent, event_id=f"Ev{number}").status_code == 200
    time.sleep(0.5)
    assert rasa.turns.total() == 3


# -- what it costs, and what is kept -------------------------------------------------------------------


def test_a_turn_asks_redis_no_more_than_a_handful_of_times(two: tuple[TestClient, TestClient], monkeypatch: pytest.MonkeyPatch) -> None:
    asked = 0
    once = Shared.ask

    async def ask(self: Shared, call: Any) -> Any:
        nonlocal asked
        asked += 1
        return await once(self, call)

    bearer = opens(two[0])
    says(two[0], bearer, "hello")
    monkeypatch.setattr(Shared, "ask", ask)
    says(two[0], bearer, "hello")
    assert asked == 6  # three limits; the session found, its turn begun, its turn ended
    asked = 0
    phone = Phone("", TWILIO, SITE)
    texts(two[0], phone, "hello")
    assert asked <= 14


def test_every_key_expires_and_holds_nothing_that_a_person_wrote_or_is(
    two: tuple[TestClient, TestClient], server: RedisServer, kept: RedisServer, slack_api: WebApi
) -> None:
    phone, bearer = Phone("", TWILIO, SITE, f"+1{MARKS[1]}"), opens(two[0])
    for gateway in two:
        says(gateway, bearer, " ".join(MARKS))
        texts(gateway, phone, MARKS[0])
        gateway.post("/ask", data={"text": MARKS[0]}, headers={"x-forwarded-for": "203.0.113.77"})
        event = {"type": "message", "channel_type": "im", "user": "U77MARK", "channel": "D77MARK", "text": MARKS[0], "ts": stamp()}
        Sender(SITE, slack_api, http=gateway).event(event, event_id="Ev77MARK")  # type: ignore[arg-type]
    texts(two[0], phone, "STOP")
    kinds = {key.partition(":")[0] for key in server.names()}
    assert {"session", "day", "text", "answer", "seen", "throttled"} <= kinds
    assert server.without_an_end() == []
    assert set(kept.names()) == {"optouts", "optouts:begun_with"}
    for dump in (server.dump(), kept.dump()):
        assert not [mark for mark in (*MARKS, MARKS[1][3:], "77MARK", "203.0.113") if mark in dump]
    assert "turn 1 about" in server.dump()  # our own words, not read yet: the test would find what is there
    assert two[1].delete("/api/v1/sessions", headers=bearer).status_code == 204
    assert not [key for key in server.names() if key.removeprefix("session:") in bearer["authorization"]]


# -- when the Redis is slow or gone -----------------------------------------------------------------------


def test_while_the_redis_hangs_danger_is_answered_everyone_else_is_told_and_the_conversation_goes_on_after(
    two: tuple[TestClient, TestClient], server: RedisServer, slack_api: WebApi, rasa: StandIn
) -> None:
    bearer, phone = opens(two[0]), Phone("", TWILIO, SITE)
    says(two[0], bearer, "hello")
    texts(two[0], phone, "hello")
    page = two[0].post("/ask", data={"text": "an interview"})
    token = re.search(r'name="token" value="([^"]+)"', page.text)
    assert token
    server.hang()
    try:
        gateway = two[0]
        assert in_numbers(says(gateway, bearer, DANGER)[0])
        assert in_numbers(texts(gateway, phone, DANGER)[0])
        assert in_numbers(gateway.post("/ask", data={"text": DANGER, "token": token[1]}).text)
        begun = len(slack_api.calls)
        danger = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D9", "text": DANGER, "ts": stamp()}
        assert Sender(SITE, slack_api, http=gateway).event(danger).status_code == 200  # type: ignore[arg-type]
        assert in_numbers(slack_api.wait(begun, lambda call: call.method == "chat.postMessage").words)

        begun = len(slack_api.calls)
        assert Sender(SITE, slack_api, http=gateway).event({**danger, "text": "hello", "ts": stamp()}).status_code == 200  # type: ignore[arg-type]
        assert in_numbers(slack_api.wait(begun, lambda call: call.method == "chat.postMessage").words)
        told = gateway.post("/api/v1/messages", headers=bearer, json={"text": "how do i sue"})
        assert told.json()["unavailable"] is True and in_numbers(told.text)
        assert in_numbers(texts(gateway, phone, "how do i sue")[0])
        held = gateway.post("/ask", data={"text": "how do i sue", "token": token[1], "number": "1"})
        assert held.status_code == 503 and in_numbers(held.text) and "how do i sue" in held.text and token[1] in held.text
        opened = gateway.post("/api/v1/sessions")
        assert opened.status_code == 503 and in_numbers(opened.json()["help"])
        assert gateway.delete("/api/v1/sessions", headers=bearer).status_code == 503  # not said to be forgotten
        assert gateway.get("/readyz").status_code == 503
        assert gateway.get("/healthz").status_code == 200
    finally:
        server.go_on()
    deadline = time.monotonic() + 30
    while two[0].get("/readyz").status_code != 200:
        assert time.monotonic() < deadline
    for gateway in two:
        assert says(gateway, bearer, "there")[0].endswith("about there")
    assert rasa.at_once == 1


def test_a_redis_that_lost_everything_is_said_and_the_gateways_go_on(two: tuple[TestClient, TestClient], server: RedisServer) -> None:
    bearer, phone = opens(two[0]), Phone("", TWILIO, SITE)
    says(two[0], bearer, "hello")
    texts(two[0], phone, "a long one")
    server.kill()
    assert in_numbers(says(two[1], bearer, "hello")[0])
    assert two[1].get("/readyz").status_code == 503
    server.start()
    refused = two[1].post("/api/v1/messages", headers=bearer, json={"text": "hello"})
    assert (refused.status_code, refused.json()["error"]) == (401, "expired") and refused.json()["message"]
    assert says(two[1], opens(two[0]), "hello") == ["turn 1 about hello"]
    assert "No chat is open" in texts(two[1], phone, "1")[0]
    assert "turn 1 about hello" in texts(two[0], phone, "hello")[-1]


def test_where_it_cannot_be_told_who_opted_out_nobody_is_texted_who_may_have(
    two: tuple[TestClient, TestClient], kept: RedisServer
) -> None:
    talking, out, first = (Phone("", TWILIO, SITE, f"+1203555010{n}") for n in range(3))
    texts(two[0], talking, "hello")
    texts(two[0], out, "hello")
    texts(two[0], out, "STOP")
    kept.kill()
    assert two[1].get("/readyz").status_code == 503
    assert texts(two[1], first, "hello") == []
    assert "turn 2 about hello" in texts(two[1], talking, "hello")[-1]
    assert texts(two[1], talking, "STOP") == []  # kept in memory, and not confirmed
    assert texts(two[0], talking, "hello") == []
    for phone in (talking, out, first):
        assert in_numbers(texts(two[1], phone, DANGER)[0])
        assert in_numbers(texts(two[1], phone, "HELP")[0])
    kept.start()
    deadline = time.monotonic() + 30
    while texts(two[0], talking, "hello"):
        assert time.monotonic() < deadline
    assert texts(two[0], first, "hello")


def test_without_either_store_only_danger_and_help_are_answered_by_text(
    two: tuple[TestClient, TestClient], kept: RedisServer, server: RedisServer
) -> None:
    phone = Phone("", TWILIO, SITE)
    texts(two[0], phone, "hello")
    kept.kill()
    server.kill()
    assert texts(two[0], phone, "hello") == []
    assert in_numbers(texts(two[0], phone, DANGER)[0]) and in_numbers(texts(two[0], phone, "AYUDA")[0])
    kept.start()
    assert in_numbers(texts(two[0], phone, "hello")[0])  # this phone did not opt out
    assert in_numbers(texts(two[0], phone, "STOP")[0]) and texts(two[0], phone, "hello") == []
