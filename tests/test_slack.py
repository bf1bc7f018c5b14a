"""The desk in Slack, over HTTP: requests signed as Slack signs them into the real running bot, and what it sends back."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from slack_sdk.signature import SignatureVerifier

from bot import paths
from bot.safety import wording
from tests.running import Bot, free_port, start
from tests.slack_web_api import SECRET, TEAM, TOKEN, Call, Sender, WebApi, stamp, view_problems, web_api

HOTLINE = "1-888-373-7888"
POSTED = ("chat.postMessage",)
ACK_SECONDS = 3.0  # Slack's own limit
VACATUR, SUE = "how do i get my old prostitution conviction vacated", "how much can i sue my trafficker for"
DANGER = {"en": "he is outside my door with a knife", "es": "él está afuera de mi puerta con un cuchillo"}
ASK_ME = {"en": "check if my record qualifies for vacatur, ask me the questions", "es": "pregúnteme para ver si mi récord califica para anular"}
FACTS = "my client Maria Zyxwvut, 860-555-0142, docket HHD-CR21-0123456-S"


def environ(api: WebApi, **more: str) -> dict[str, str]:
    return {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "SLACK_TEAM_IDS": f"{TEAM}, T9", "SLACK_API_URL": f"{api.url}/api/", **more}


@pytest.fixture(scope="module")
def api() -> Iterator[WebApi]:
    with web_api() as running:
        yield running


@pytest.fixture(scope="module")
def desk_bot(api: WebApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The three real processes with Slack set up."""
    with start(tmp_path_factory.mktemp("slack"), **environ(api, PUBLIC_URL="http://127.0.0.1:9")) as running:
        yield running


@pytest.fixture
def slack(desk_bot: Bot, api: WebApi) -> Sender:
    return Sender(desk_bot.url, api)


def posted(slack: Sender, send: Any, *methods: str) -> Call:
    """What is sent back for one request, which has to be acknowledged."""
    begun = len(slack.api.calls)
    assert send().status_code == 200
    return slack.api.wait(begun, lambda call: call.method in (methods or POSTED))


def quiet(api: WebApi, begun: int, seconds: float = 0.7) -> bool:
    """Whether nothing was sent for a while."""
    time.sleep(seconds)
    return api.calls[begun:] == []


def in_numbers(words: str) -> bool:
    return "911" in words and HOTLINE in words and "233733" in words


# -- who is heard -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/slack/events", "/slack/commands", "/slack/interactions"])
def test_what_slack_did_not_sign_or_signed_too_long_ago_is_refused_with_the_numbers(slack: Sender, path: str) -> None:
    begun = len(slack.api.calls)
    body = json.dumps({"type": "event_callback", "team_id": TEAM, "event": {"type": "message", "text": VACATUR}})
    refused = [
        slack.post(path, body, "application/json", secret="another secret"),
        slack.post(path, body, "application/json", age=360),
        slack.post(path, body, "application/json", age=-360),
        slack.post(path, body, "application/json", **{"x-slack-signature": "v0=" + "0" * 64}),
        slack.http.post(f"{slack.url}{path}", content=body, headers={"content-type": "application/json"}),
    ]
    for response in refused:
        assert response.status_code == 401
        assert in_numbers(response.json()["help"]) and response.json()["mensaje"]
    assert quiet(slack.api, begun)


def test_the_address_is_confirmed_as_slack_asks(slack: Sender) -> None:
    assert slack.json({"type": "url_verification", "challenge": "c-123"}).json() == {"challenge": "c-123"}
    assert slack.post("/slack/commands", "ssl_check=1&token=x", "application/x-www-form-urlencoded").status_code == 200


def test_a_retried_event_is_acknowledged_and_not_answered_twice(slack: Sender) -> None:
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D10", "text": SUE, "ts": stamp()}
    posted(slack, lambda: slack.event(event, event_id="Ev-again"))
    begun = len(slack.api.calls)
    for reason in ("http_timeout", "http_error", "unknown"):
        again = slack.event(event, event_id="Ev-again", **{"x-slack-retry-num": "1", "x-slack-retry-reason": reason})
        assert again.status_code == 200
    assert slack.event(event, event_id="Ev-other-id-same-message").status_code == 200
    assert quiet(slack.api, begun)


def test_another_workspace_is_not_answered_but_told_where_that_is_possible(slack: Sender) -> None:
    begun = len(slack.api.calls)
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D11", "text": SUE, "ts": stamp()}
    assert slack.event(event, team="T-FOREIGN").status_code == 200
    told = slack.command("54-95c", team="T-FOREIGN").json()
    assert "does not answer in this workspace" in told["text"] and told["response_type"] == "ephemeral"
    button, message = {"type": "button", "action_id": "choice:0", "value": "topic:vacatur_how"}, Call("chat.postMessage", {"channel": "D11"}, "", 0)
    assert slack.press(button, message, stamp_of="1.1", team="T-FOREIGN").status_code == 200
    guest = {"type": "app_mention", "user": "U7", "user_team": "T-FOREIGN", "channel": "C7", "text": f"<@UBOT> {SUE}", "ts": stamp()}
    assert slack.event(guest).status_code == 200
    assert quiet(slack.api, begun)
    assert in_numbers(slack.command(DANGER["en"], team="T-FOREIGN").json()["text"])
    assert in_numbers(posted(slack, lambda: slack.event({**guest, "text": f"<@UBOT> {DANGER['es']}", "ts": stamp()})).words)


def test_a_second_workspace_that_is_named_is_answered(slack: Sender) -> None:
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D12", "text": SUE, "ts": stamp(), "team": "T9"}
    assert "52-571i" in posted(slack, lambda: slack.event(event, team="T9")).words


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed", "message": {"text": SUE}},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
        {"app_id": "A1", "bot_id": "B1"},
        {"user": ""},
        {"channel_type": "channel", "channel": "C5"},
        {"channel_type": "mpim", "channel": "G5"},
    ],
    ids=lambda change: "-".join(f"{key}={value}" for key, value in change.items())[:50],
)
def test_edits_bots_and_what_was_not_written_to_the_desk_are_ignored(slack: Sender, change: dict[str, Any]) -> None:
    begun = len(slack.api.calls)
    assert slack.direct(SUE, **{"channel": "D13", **change}).status_code == 200
    assert quiet(slack.api, begun, 0.4)


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/slack/events", "[]", "application/json"),
        ("/slack/events", "null", "application/json"),
        ("/slack/events", "{not json", "application/json"),
        ("/slack/events", '{"type": "event_callback", "team_id": "T1"}', "application/json"),
        ("/slack/events", '{"type": "event_callback", "team_id": "T1", "event": {"type": "message"}}', "application/json"),
        ("/slack/events", '{"type": "event_callback", "team_id": "T1", "event": {"type": "made_up"}}', "application/json"),
        ("/slack/interactions", "payload=%7Bnot", "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": '{"type": "made_up", "team": {"id": "T1"}}'}), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": '{"type": "block_actions", "team": null}'}), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": '[]'}), "application/x-www-form-urlencoded"),
        ("/slack/commands", "", "application/x-www-form-urlencoded"),
        ("/slack/commands", "command=%2Fctlaw&team_id=T1", "application/x-www-form-urlencoded"),
    ],
)
def test_a_signed_request_that_cannot_be_read_is_no_error_of_ours(slack: Sender, path: str, body: str, kind: str) -> None:
    assert slack.post(path, body, kind).status_code in (200, 400, 404)
    assert slack.http.get(f"{slack.url}/healthz").json() == {"alive": True}


def test_a_body_larger_than_any_of_slacks_is_refused_in_words(slack: Sender) -> None:
    refused = slack.post("/slack/events", json.dumps({"x": "y" * 600_000}), "application/json")
    assert refused.status_code == 413
    assert in_numbers(refused.json()["help"])


# -- asking -----------------------------------------------------------------------------


def test_a_direct_message_is_answered_where_it_was_written_with_its_law(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.direct(VACATUR, channel="D20"))
    assert answer.body["channel"] == "D20" and "thread_ts" not in answer.body
    assert answer.token == f"Bearer {TOKEN}"
    for says in ("54-95c", "certified mail", "The applicant carries the burden", "Where a source does not say", "What no source here says"):
        assert says in answer.words


def test_a_mention_is_answered_in_a_thread_and_a_thread_goes_on_where_it_is(slack: Sender) -> None:
    first = posted(slack, lambda: slack.mention(SUE, channel="C20", ts="100.1"))
    assert (first.body["channel"], first.body["thread_ts"]) == ("C20", "100.1")
    second = posted(slack, lambda: slack.mention("how long is there to do that?", channel="C20", ts="100.2", thread_ts="100.1"))
    assert second.body["thread_ts"] == "100.1"


def test_two_people_in_one_channel_and_one_in_a_direct_message_never_mix(slack: Sender) -> None:
    posted(slack, lambda: slack.mention(VACATUR, user="UA", channel="C21", ts="200.1"))
    posted(slack, lambda: slack.mention(SUE, user="UB", channel="C21", ts="200.2"))
    posted(slack, lambda: slack.direct("do nail salons have to post the trafficking hotline notice", user="UA", channel="D21"))
    begun = len(slack.api.calls)
    slack.mention("which section is that?", user="UA", channel="C21", thread_ts="200.1")
    slack.mention("which section is that?", user="UB", channel="C21", thread_ts="200.2")
    slack.direct("which section is that?", user="UA", channel="D21")
    slack.direct("tell me more", user="UC", channel="D22")
    law = {}
    for where in ("200.1", "200.2", "D21", "D22"):
        answer = slack.api.wait(begun, lambda call, at=where: at in (call.body.get("thread_ts"), call.body.get("channel")))  # type: ignore[misc]
        law[where] = {section for section in ("54-95c", "52-571i", "54-234a") if section in answer.words}
    assert law == {"200.1": {"54-95c"}, "200.2": {"52-571i"}, "D21": {"54-234a"}, "D22": set()}


def test_a_question_in_spanish_is_answered_in_spanish(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.direct("¿cómo anulo una condena vieja por prostitución?", channel="D23"))
    assert "54-95c" in answer.words and "dice esto desde" in answer.words


def test_a_button_below_an_answer_asks_the_next_question_in_the_same_thread(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.mention(VACATUR, channel="C24", ts="240.1"))
    button = next(element for element in answer.buttons.values() if element.get("value") == "topic:vacatur_deadline")
    again = posted(slack, lambda: slack.press(button, answer))
    assert again.body["thread_ts"] == "240.1" and "54-95c" in again.words
    history = next(element for element in answer.buttons.values() if element.get("value") == "history:54-95c")
    assert "P.A. 16-71" in posted(slack, lambda: slack.press(history, answer)).words


def test_a_button_that_nothing_knows_is_acknowledged_and_answered_in_words(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.direct(SUE, channel="D25"))
    for element in ({"type": "button", "action_id": "made-up", "value": "x"}, {"type": "button", "action_id": "choice:9"},
                    {"type": "static_select", "action_id": "old:menu"}):
        told = posted(slack, lambda element=element: slack.press(element, answer), "response_url")  # type: ignore[misc]
        assert "This button is none that I know" in told.words and "No conozco este botón" in told.words


def test_a_message_of_4000_characters_is_told_kindly(slack: Sender) -> None:
    told = posted(slack, lambda: slack.direct("what is the law " * 250, channel="D26"), "chat.postEphemeral")
    assert "too long" in told.words and in_numbers(told.words)
    assert "too long" in slack.command("what is the law " * 250).json()["text"]


def test_a_file_without_words_is_told_that_it_was_not_opened(slack: Sender) -> None:
    told = posted(slack, lambda: slack.direct("", channel="D27", subtype="file_share", files=[{"id": "F1"}]), "chat.postEphemeral")
    assert "cannot read files" in told.words


def test_delete_forgets_the_conversation_and_says_what_slack_keeps(slack: Sender) -> None:
    posted(slack, lambda: slack.direct(VACATUR, channel="D28"))
    told = posted(slack, lambda: slack.direct("Delete", channel="D28"))
    assert "erased here" in told.words and "Slack keeps its own copy" in told.words
    assert "54-95c" not in posted(slack, lambda: slack.direct("tell me more", channel="D28")).words
    posted(slack, lambda: slack.direct("¿cómo anulo una condena?", channel="D28"))
    assert "se borró aquí" in posted(slack, lambda: slack.direct("borrar", channel="D28")).words


def test_nobody_can_be_mentioned_through_the_desk(slack: Sender) -> None:
    for text in ("what is <!channel> <@U123> & <b>", "&lt;!channel&gt; what is trafficking", "53a-999z &lt;@U1&gt;"):
        assert not re.search(r"<[!@#]", posted(slack, lambda text=text: slack.direct(text, channel="D29")).words)  # type: ignore[misc]


# -- danger -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "es"])
def test_someone_in_danger_gets_the_numbers_wherever_it_is_written(slack: Sender, lang: str) -> None:
    said = wording.emergency("danger", lang)[:40]
    assert said in posted(slack, lambda: slack.direct(DANGER[lang], channel="D30")).words
    assert said in posted(slack, lambda: slack.mention(DANGER[lang], channel="C30")).words
    assert said in slack.command(DANGER[lang]).json()["text"]
    assert said in slack.command(f"share {DANGER[lang]}").json()["text"]
    assert said in slack.command(f'search "{DANGER[lang]}"').json()["text"]


def test_danger_comes_before_client_facts_and_before_the_size(slack: Sender) -> None:
    for text in (f"{DANGER['en']} {FACTS}", f"{DANGER['en']} " + "x " * 2500):
        answer = posted(slack, lambda text=text: slack.direct(text, channel="D31"))  # type: ignore[misc]
        assert in_numbers(answer.words)
        assert in_numbers(slack.command(text).json()["text"])


def test_help_alone_shows_the_commands_below_the_numbers(slack: Sender) -> None:
    for text in ("help", "ayuda"):
        shown = posted(slack, lambda text=text: slack.command(text), "response_url")  # type: ignore[misc]
        assert in_numbers(json.dumps(shown.blocks[0]))
        assert "/ctlaw" in shown.words


@pytest.mark.parametrize("lang", ["en", "es"])
def test_danger_in_the_middle_of_the_questions_wins_and_they_can_be_taken_up_again(slack: Sender, lang: str) -> None:
    channel = f"D32{lang}"
    first = posted(slack, lambda: slack.direct(ASK_ME[lang], channel=channel))
    second = posted(slack, lambda: slack.press(next(iter(first.buttons.values())), first))
    danger = posted(slack, lambda: slack.direct(DANGER[lang], channel=channel))
    assert in_numbers(danger.words)
    resume = danger.buttons[wording.say("interviews.resume", lang)]
    again = posted(slack, lambda: slack.press(resume, danger))
    assert list(again.buttons) == list(second.buttons)


# -- client confidentiality ------------------------------------------------------------------


def test_client_facts_are_refused_to_the_writer_only_on_every_surface(slack: Sender) -> None:
    for send in (lambda: slack.direct(FACTS, channel="D40"), lambda: slack.mention(FACTS, channel="C40")):
        told = posted(slack, send, "chat.postEphemeral", *POSTED)
        assert told.method == "chat.postEphemeral" and told.body["user"] == "U1"
        for kind in ("a phone number", "a case or docket number", "a client's name"):
            assert kind in told.words
        assert "ask about the law alone" in told.words and "Zyxwvut" not in told.words and "555" not in told.words
    for text in (FACTS, f"share {FACTS}", f"search {FACTS}", f"es {FACTS}"):
        answered = slack.command(text)
        assert answered.json()["response_type"] == "ephemeral" and "a client's name" in answered.json()["text"]
    text = "mi clienta María Zyxwvut nació el 3 de mayo de 2004, ¿qué puede hacer?"
    spanish = posted(slack, lambda: slack.direct(text, channel="D40"), "chat.postEphemeral")
    assert "una fecha de nacimiento" in spanish.words and "el nombre de un cliente" in spanish.words


@dataclass
class RecordingRasa:
    """A real server in Rasa's place that keeps what it was asked, as slow as it is told to be."""

    seconds: float = 0
    asked: list[dict[str, Any]] = field(default_factory=list)

    @contextmanager
    def serve(self) -> Iterator[str]:
        rasa = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                rasa.asked.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                time.sleep(rasa.seconds)
                body = b'{"replies": [{"kind": "answer", "lang": "en", "lines": [{"text": "the slow answer"}]}]}'
                self.send_response(200)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()


@contextmanager
def gateway(folder: Path, api: WebApi, rasa: str, **more: str) -> Iterator[tuple[Sender, subprocess.Popen[bytes]]]:
    """The gateway's own process alone, before some Rasa."""
    port, log = free_port(), folder / "gateway.log"
    known = {**os.environ, **environ(api), "RASA_URL": rasa, "PYTHONPATH": str(paths.ROOT), **more}
    with open(log, "wb") as out:
        process = subprocess.Popen([sys.executable, "-m", "gateway", "--port", str(port)], cwd=paths.ROOT, env=known, stdout=out, stderr=out)
    sender = Sender(f"http://127.0.0.1:{port}", api)
    try:
        for _ in range(200):
            try:
                sender.http.get(f"{sender.url}/healthz")
                break
            except httpx.ConnectError:
                assert process.poll() is None, log.read_text()
                time.sleep(0.1)
        yield sender, process
    finally:
        process.terminate()
        process.wait(20)


@pytest.fixture(scope="module")
def before_rasa(api: WebApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sender, RecordingRasa, Path]]:
    """A gateway before a Rasa whose pace the test sets, and the gateway's log."""
    folder, rasa = tmp_path_factory.mktemp("before_rasa"), RecordingRasa()
    with rasa.serve() as url, gateway(folder, api, url) as (slack, _):
        yield slack, rasa, folder / "gateway.log"


def test_nothing_of_a_refused_message_reaches_rasa_or_a_log(before_rasa: tuple[Sender, RecordingRasa, Path]) -> None:
    slack, rasa, log = before_rasa
    rasa.seconds = 0
    rasa.asked.clear()
    posted(slack, lambda: slack.direct(FACTS, channel="D41"), "chat.postEphemeral")
    posted(slack, lambda: slack.mention(FACTS, channel="C41"), "chat.postEphemeral")
    slack.command(FACTS)
    posted(slack, lambda: slack.direct(f"{DANGER['en']} {FACTS}", channel="D41"))
    posted(slack, lambda: slack.direct("what is vacatur, asks Marigold", channel="D41"))
    slack.event({"type": "message", "channel_type": "im", "user": "UZyxwvut", "text": FACTS, "blocks": 5})
    slack.post("/slack/interactions", "payload=Zyxwvut", "application/x-www-form-urlencoded")
    assert [asked["text"] for asked in rasa.asked] == ["what is vacatur, asks Marigold"]
    assert set(rasa.asked[0]) == {"conversation", "text", "choice", "channel", "audience"}
    assert (rasa.asked[0]["channel"], rasa.asked[0]["audience"]) == ("slack", "advocate")
    assert "D41" not in rasa.asked[0]["conversation"] and "U1" not in rasa.asked[0]["conversation"]
    assert not re.search("zyxwvut|marigold|555-0142|D41", log.read_text(), re.I)


# -- acknowledging --------------------------------------------------------------------------


def test_forty_at_once_before_a_slow_rasa_are_all_acknowledged_in_time_and_all_answered(before_rasa: tuple[Sender, RecordingRasa, Path]) -> None:
    slack, rasa, _ = before_rasa
    rasa.seconds = 6
    begun = len(slack.api.calls)

    def send(number: int) -> float:
        at = time.monotonic()
        if number % 2:
            response = slack.command("how do i sue", user=f"U{number}", channel=f"C5{number}")
        else:
            response = slack.direct("how do i sue", user=f"U{number}", channel=f"D5{number}")
        assert response.status_code == 200
        return time.monotonic() - at

    with ThreadPoolExecutor(40) as pool:
        took = list(pool.map(send, range(40)))
    assert max(took) < ACK_SECONDS, took
    answered = len(slack.api.calls)
    posted(slack, lambda: slack.direct(DANGER["en"], channel="D599"))
    assert "the slow answer" not in "".join(call.words for call in slack.api.calls[begun:answered])  # danger did not wait behind the forty
    deadline = time.monotonic() + 60
    while sum("the slow answer" in call.words for call in slack.api.calls[begun:]) < 40:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_gateway_that_is_told_to_end_finishes_its_answers_first(api: WebApi, tmp_path: Path) -> None:
    rasa = RecordingRasa(seconds=2)
    begun = len(api.calls)
    with rasa.serve() as url, gateway(tmp_path, api, url) as (slack, process):
        assert slack.direct("how do i sue", channel="D60").status_code == 200
        while not rasa.asked:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert any("the slow answer" in call.words for call in api.calls[begun:])


def test_rasa_that_is_down_is_said_with_the_numbers_and_the_law_command_works_without_it(api: WebApi, tmp_path: Path) -> None:
    with gateway(tmp_path, api, "http://127.0.0.1:9") as (slack, _):
        for send in (lambda: slack.direct(SUE, channel="D61"), lambda: slack.mention(SUE, channel="C61"), lambda: slack.command(SUE)):
            told = posted(slack, send, *POSTED, "response_url")
            assert "cannot answer right now" in told.words and in_numbers(told.words)
        assert "registered or certified mail" in posted(slack, lambda: slack.command("54-95c(b)"), "response_url").words
        window = posted(slack, lambda: slack.command("interview vacatur"), "views.update")
        assert in_numbers(window.words)


def test_an_answer_that_slack_asks_to_send_later_is_sent_once_after_that_time(slack: Sender) -> None:
    begun = len(slack.api.calls)
    slack.api.refusals["chat.postMessage"] = ["2"]
    slack.direct(SUE, channel="D62")
    slack.api.wait(begun, lambda call: call.method == "chat.postMessage")
    refused, sent = slack.api.calls[begun], slack.api.calls[begun + 1]
    assert refused.method == "429:chat.postMessage"
    assert sent.at - refused.at >= 2
    assert len(slack.api.since(begun)) == 2


def test_a_wait_longer_than_anyone_waits_is_not_waited_for(slack: Sender) -> None:
    begun = len(slack.api.calls)
    slack.api.refusals["chat.postMessage"] = ["3600"]
    slack.direct(SUE, channel="D63")
    slack.api.wait(begun, lambda call: call.method == "429:chat.postMessage")
    assert "52-571i" in posted(slack, lambda: slack.direct(SUE, channel="D64")).words  # and nothing is held up by it


def test_when_too_much_waits_slack_is_asked_to_send_an_event_again_and_a_person_is_told() -> None:
    from starlette.testclient import TestClient

    from gateway.app import create_app
    from gateway.settings import Settings

    settings = Settings(rasa_url="http://127.0.0.1:9", secret="s", slack_signing_secret=SECRET, slack_bot_token=TOKEN, slack_teams=frozenset({TEAM}),
                        slack_api_url="http://127.0.0.1:9/api/")
    with TestClient(create_app(settings)) as client:
        client.app.state.slack.crew._most = 0  # type: ignore[attr-defined]

        def signed(path: str, body: str, kind: str) -> httpx.Response:
            stamped = str(int(time.time()))
            signature = SignatureVerifier(SECRET).generate_signature(timestamp=stamped, body=body) or ""
            headers = {"content-type": kind, "x-slack-request-timestamp": stamped, "x-slack-signature": signature}
            return client.post(path, content=body, headers=headers)

        event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D1", "text": SUE, "ts": "1.1"}
        body = json.dumps({"type": "event_callback", "team_id": TEAM, "event_id": "Ev-busy", "event": event})
        busy = signed("/slack/events", body, "application/json")
        assert (busy.status_code, busy.headers["retry-after"]) == (503, "30")
        told = signed("/slack/commands", f"command=%2Fctlaw&team_id={TEAM}&text=54-95c&trigger_id=1", "application/x-www-form-urlencoded")
        assert told.status_code == 200 and in_numbers(told.json()["text"])
        client.app.state.slack.crew._most = 500  # type: ignore[attr-defined]
        assert signed("/slack/events", body, "application/json").status_code == 200  # tried again, and taken


# -- the law command ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("54-95c(b)", "registered or certified mail"),
        ("53a-192a 2015", "In force from October 1, 2015 to September 30, 2016"),
        ("history 53a-192a", "P.A. 17-32"),
        ("diff 53a-192a 2016 2022", "~Class B felony"),
        ("bill 2021 7", "PROPOSED, NOT THE LAW"),
        ("differences 54-95c", "Why it matters:"),
        ('search "registered mail"', "`/ctlaw 54-95c(b)`"),
        ("cite 54-95c", "Conn. Gen. Stat. § 54-95c (2025)"),
        ("help", "/ctlaw history"),
        ("histroy 53a-192a", "Did you mean `/ctlaw history 53a-192a`?"),
        ("how is notice given in a vacatur case?", "certified mail"),
        ("es 54-95c(b)", "correo registrado o certificado"),
    ],
)
def test_the_law_command_answers_whoever_typed_it(slack: Sender, text: str, says: str) -> None:
    begun = len(slack.api.calls)
    acknowledged = slack.command(text)
    assert (acknowledged.status_code, acknowledged.text) == (200, "")
    slack.api.wait(begun, lambda call: says in call.words)
    for call in slack.api.since(begun):
        assert (call.method, call.body["response_type"]) == ("response_url", "ephemeral")


def test_share_posts_the_answer_in_the_channel_and_nothing_else_does(slack: Sender) -> None:
    for text in ("share 54-95c(b)", "54-95c(b) share", "compartir es 54-95c(b)", "share how is notice given in a vacatur case?"):
        assert posted(slack, lambda text=text: slack.command(text), "response_url").body["response_type"] == "in_channel"  # type: ignore[misc]
    for text in ("share help", "share histroy 53a-192a"):
        assert posted(slack, lambda text=text: slack.command(text), "response_url").body["response_type"] == "ephemeral"  # type: ignore[misc]


def test_an_answer_to_the_command_can_be_gone_on_with_by_its_buttons_for_that_person_only(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.command(VACATUR, user="U70", channel="C70"), "response_url")
    button = next(element for element in answer.buttons.values() if element.get("value") == "topic:vacatur_deadline")
    again = posted(slack, lambda: slack.press(button, answer, user="U70"), "response_url")
    assert again.body["response_type"] == "ephemeral" and again.body["replace_original"] is False
    assert "54-95c" in again.words


def test_a_command_sent_twice_is_answered_once(slack: Sender) -> None:
    begun = len(slack.api.calls)
    body = f"command=%2Fctlaw&text=54-95c&team_id={TEAM}&channel_id=C1&user_id=U1&trigger_id=twice&response_url={slack.api.url}/response/1"
    for _ in range(2):
        assert slack.post("/slack/commands", body, "application/x-www-form-urlencoded").status_code == 200
    slack.api.wait(begun, lambda call: call.method == "response_url")
    time.sleep(0.5)
    assert len([call for call in slack.api.since(begun) if "Application to vacate" in call.words]) == 1


def test_an_address_that_is_not_slacks_is_never_answered_to(slack: Sender) -> None:
    begun = len(slack.api.calls)
    with RecordingRasa().serve() as elsewhere:
        body = f"command=%2Fctlaw&text=54-95c&team_id={TEAM}&trigger_id=elsewhere&response_url={elsewhere}/response/1"
        assert slack.post("/slack/commands", body, "application/x-www-form-urlencoded").status_code == 200
        assert quiet(slack.api, begun)


# -- guided questions --------------------------------------------------------------------------


def through(slack: Sender, first: Call) -> Call:
    """Answer each question in a direct message with its first button, to the result."""
    call = first
    for _ in range(30):
        answer = next((element for element in call.buttons.values() if element.get("value", "").startswith("answer:")), None)
        if answer is None:
            return call
        call = posted(slack, lambda answer=answer, call=call: slack.press(answer, call))  # type: ignore[misc]
    raise AssertionError("the questions never end")


def test_the_questions_run_in_a_direct_message_to_a_result_and_its_paper_by_a_link_that_works_once(slack: Sender, desk_bot: Bot) -> None:
    begun = len(slack.api.calls)
    first = posted(slack, lambda: slack.direct(ASK_ME["en"], channel="D80"))
    assert "Question 1 of" in first.words and {"Yes", "No", "Not sure", "Back", "Skip"} <= set(first.buttons)
    result = through(slack, first)
    assert "54-95c" in result.words
    settled = slack.api.since(begun, "chat.update")
    assert settled and all("You chose:" in call.words and not call.buttons for call in settled)
    kinds = posted(slack, lambda: slack.press(result.buttons["A sheet to take along"], result))
    ready = posted(slack, lambda: slack.press(kinds.buttons["PDF"], kinds))
    assert "works once" in ready.words
    link = ready.buttons["Get the sheet: PDF"]["url"]
    assert re.fullmatch(r"http://127\.0\.0\.1:9/paper/[\w-]{43}", link)
    address = desk_bot.url + link.removeprefix("http://127.0.0.1:9")
    for _ in range(2):  # opening the page uses nothing up
        page = slack.http.get(address)
        assert page.status_code == 200 and "<form" in page.text and page.headers["referrer-policy"] == "no-referrer"
    paper = slack.http.post(address)
    assert paper.content.startswith(b"%PDF") and paper.headers["cache-control"] == "no-store"
    for gone in (slack.http.post(address), slack.http.get(address), slack.http.get(f"{desk_bot.url}/paper/made-up")):
        assert gone.status_code == 410 and "used up" in gone.text
    assert "ya se usó" in slack.http.get(address, headers={"accept-language": "es-MX"}).text
    name = link.rpartition("/")[2]
    assert not any(name in path.read_text(errors="replace") for path in desk_bot.logs.glob("*.log"))


def test_a_papers_link_ends_with_its_conversation(slack: Sender, desk_bot: Bot) -> None:
    result = through(slack, posted(slack, lambda: slack.direct("calculate my damages with me", channel="D81")))
    assert "A sheet to take along" in result.buttons
    kinds = posted(slack, lambda: slack.press(result.buttons["A sheet to take along"], result))
    link = posted(slack, lambda: slack.press(kinds.buttons["Word (DOCX)"], kinds)).buttons["Get the sheet: Word (DOCX)"]["url"]
    posted(slack, lambda: slack.direct("delete", channel="D81"))
    assert slack.http.post(desk_bot.url + link.removeprefix("http://127.0.0.1:9")).status_code == 410


def test_an_answered_question_takes_no_second_answer_and_a_second_press_does_nothing(slack: Sender) -> None:
    first = posted(slack, lambda: slack.direct(ASK_ME["en"], channel="D82"))
    second = posted(slack, lambda: slack.press(first.buttons["Yes"], first))
    told = posted(slack, lambda: slack.press(first.buttons["No"], first), "response_url", *POSTED)
    assert told.method == "response_url" and "answered already" in told.words
    begun = len(slack.api.calls)
    for _ in range(3):
        slack.press(second.buttons["Not sure"], second, action_ts="82.1")  # one press, sent three times
    slack.api.wait(begun, lambda call: call.method == "chat.postMessage")
    time.sleep(0.4)
    assert len(slack.api.since(begun, *POSTED)) == 1


def test_back_why_and_skip_are_buttons_below_a_question(slack: Sender) -> None:
    first = posted(slack, lambda: slack.direct(ASK_ME["en"], channel="D83"))
    second = posted(slack, lambda: slack.press(first.buttons["Yes"], first))
    why = posted(slack, lambda: slack.press(second.buttons["Why do you ask?"], second))
    assert "Question 2 of" in why.words and why.words != second.words
    back = posted(slack, lambda: slack.press(why.buttons["Back"], why))
    assert "Question 1 of" in back.words
    assert "Question 2 of" in posted(slack, lambda: slack.press(back.buttons["Skip"], back)).words


def test_a_button_of_a_conversation_that_ended_says_so(slack: Sender) -> None:
    old = Call("chat.postMessage", {"channel": "D84", "text": "x", "blocks": []}, "", 0)
    for action, value in (("choice:0", "answer:yes"), ("choice:1", "result:pdf"), ("steer:back:en", "")):
        element = {"type": "button", "action_id": action, "value": value}
        slack.direct("delete", channel="D84")
        time.sleep(0.3)
        told = posted(slack, lambda element=element: slack.press(element, old, stamp_of=stamp()), "response_url")  # type: ignore[misc]
        assert "conversation has ended" in told.words


def test_guided_questions_are_not_asked_in_a_channel_but_led_to_a_window(slack: Sender) -> None:
    told = posted(slack, lambda: slack.mention(ASK_ME["en"], channel="C85", ts="850.1"))
    assert "not asked where others can read" in told.words and "Was there a conviction" not in told.words
    begun = len(slack.api.calls)
    window = posted(slack, lambda: slack.press(told.buttons["Could this record be vacated?"], told), "views.update")
    assert "Was there a conviction" in window.words
    assert not slack.api.since(begun, *POSTED)
    # the thread itself goes on as if nothing had been begun
    assert "52-571i" in posted(slack, lambda: slack.mention(SUE, channel="C85", thread_ts="850.1")).words


def opened(slack: Sender, send: Any) -> tuple[Call, str]:
    """The window that a request opens: its first question, and its id."""
    shown = posted(slack, send, "views.update")
    return shown, shown.body["view_id"]


def test_a_window_asks_hears_buttons_and_words_goes_back_and_tells_the_result(slack: Sender) -> None:
    shown, view = opened(slack, lambda: slack.command("interview vacatur"))
    assert "Question 1 of" in shown.words and in_numbers(shown.words)
    shown = posted(slack, lambda: slack.press(shown.buttons["Yes"], shown, view_id=view), "views.update")
    assert "Question 2 of" in shown.words
    answered = slack.submit(shown, view, "a connecticut court for adults").json()
    assert answered["response_action"] == "update" and "Question 3 of" in json.dumps(answered)
    assert list(view_problems(answered["view"])) == []
    shown = Call("views.update", {"view": answered["view"]}, "", 0)
    assert "Question 2 of" in posted(slack, lambda: slack.press(shown.buttons["Back"], shown, view_id=view), "views.update").words
    for _ in range(30):
        answer = next((element for element in shown.buttons.values() if element.get("value", "").startswith("answer:")), None)
        if answer is None:
            break
        shown = posted(slack, lambda answer=answer, shown=shown: slack.press(answer, shown, view_id=view), "views.update")  # type: ignore[misc]
    assert "54-95c" in shown.words and "submit" not in shown.body["view"]


def test_a_window_refuses_client_facts_beside_the_field_and_answers_danger_at_once(slack: Sender) -> None:
    shown, view = opened(slack, lambda: slack.command("preguntas vacatur"))
    assert "¿" in shown.words
    refused = slack.submit(shown, view, FACTS).json()
    assert refused["response_action"] == "errors" and list(refused["errors"]) == [shown.blocks[-2]["block_id"]]
    empty = slack.submit(shown, view, "   ").json()
    assert empty["response_action"] == "errors" and "escriba una respuesta" in json.dumps(empty, ensure_ascii=False)
    for lang in ("en", "es"):
        answered = slack.submit(shown, view, DANGER[lang]).json()
        assert answered["response_action"] == "update" and in_numbers(json.dumps(answered))
        danger = Call("views.update", {"view": answered["view"]}, "", 0)
        again = posted(slack, lambda lang=lang, danger=danger: slack.press(  # type: ignore[misc]
            danger.buttons[wording.say("interviews.resume", lang)], danger, view_id=view), "views.update")
        assert list(again.buttons)[:3] == list(shown.buttons)[:3]


def test_two_windows_of_one_person_are_two_conversations(slack: Sender) -> None:
    first, one = opened(slack, lambda: slack.command("interview vacatur"))
    second, two = opened(slack, lambda: slack.command("interview vacatur"))
    assert one != two
    assert "Question 2 of" in posted(slack, lambda: slack.press(first.buttons["Yes"], first, view_id=one), "views.update").words
    assert "Question 1 of" in slack.submit(second, two, "why").text


def test_a_slow_answer_in_a_window_is_acknowledged_in_time_and_shown_when_it_comes(before_rasa: tuple[Sender, RecordingRasa, Path]) -> None:
    slack, rasa, _ = before_rasa
    rasa.seconds = 0
    shown, view = opened(slack, lambda: slack.command("interview vacatur"))
    field = {"view": {**shown.body["view"], "blocks": [{"type": "input", "block_id": "field-1"}]}}
    rasa.seconds = 4
    begun, at = len(slack.api.calls), time.monotonic()
    waiting = slack.submit(Call("views.update", field, "", 0), view, "yes").json()
    assert time.monotonic() - at < ACK_SECONDS
    assert waiting["response_action"] == "update" and "One moment" in json.dumps(waiting)
    slack.api.wait(begun, lambda call: call.method == "views.update" and "the slow answer" in call.words)


def test_an_unknown_interview_gets_the_list(slack: Sender) -> None:
    shown = posted(slack, lambda: slack.command("interview something else"), "response_url")
    assert len(shown.buttons) == 5
    assert posted(slack, lambda: slack.press(shown.buttons["Which defenses fit a charge?"], shown), "views.open")


# -- the Home tab, and Slack switched off ---------------------------------------------------------


def test_the_home_tab_is_published_and_changes_its_language(slack: Sender) -> None:
    event = {"type": "app_home_opened", "user": "U90", "tab": "home", "channel": "D90", "event_ts": stamp()}
    home = posted(slack, lambda: slack.event(event), "views.publish")
    assert home.body["user_id"] == "U90"
    for says in ("How current the law is", "November 21, 2026", "P.A. 26-98", "Slack keeps messages", HOTLINE):
        assert says in home.words
    spanish = posted(slack, lambda: slack.press(home.buttons["Español"], home, user="U90", view_id="V90"), "views.publish")
    assert "Qué tan al día está la ley" in spanish.words
    interview = next(element for element in spanish.buttons.values() if element.get("value") == "interview:vacatur")
    window = posted(slack, lambda: slack.press(interview, spanish, view_id="V90"), "views.update")
    assert "Pregunta 1 de" in window.words
    begun = len(slack.api.calls)
    assert slack.event({**event, "tab": "messages"}).status_code == 200
    assert quiet(slack.api, begun, 0.4)


def test_without_its_settings_slack_is_off_and_the_start_says_so(bot: Bot) -> None:
    for path in ("/slack/events", "/slack/commands", "/slack/interactions", "/paper/x"):
        off = bot.http.post(f"{bot.url}{path}", json={"type": "url_verification", "challenge": "x"})
        assert off.status_code == 404 and off.json()["message"]
    assert "slack is off" in (bot.logs / "gateway.log").read_text()


def test_without_named_workspaces_nobody_is_answered(api: WebApi, tmp_path: Path) -> None:
    with gateway(tmp_path, api, "http://127.0.0.1:9", SLACK_TEAM_IDS="") as (slack, _):
        begun = len(api.calls)
        assert slack.direct(SUE).status_code == 200
        assert "does not answer in this workspace" in slack.command("54-95c").json()["text"]
        assert quiet(api, begun)
    assert "nobody is answered" in (tmp_path / "gateway.log").read_text()


def test_the_manifest_asks_for_no_more_than_is_used() -> None:
    from bot.law.content import read_yaml

    manifest = read_yaml(paths.ROOT / "deploy" / "slack-manifest.yml")
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == ["app_mentions:read", "chat:write", "commands", "im:history"]
    assert "user" not in manifest["oauth_config"]["scopes"]
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == ["app_home_opened", "app_mention", "message.im"]
    addresses = {manifest["settings"]["event_subscriptions"]["request_url"], manifest["settings"]["interactivity"]["request_url"],
                 *(command["url"] for command in manifest["features"]["slash_commands"])}
    assert {address.removeprefix("https://bot.example.org") for address in addresses} == {"/slack/events", "/slack/commands", "/slack/interactions"}
