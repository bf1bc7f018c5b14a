"""The desk in Slack acknowledges at once, whatever Rasa does, and nothing of a refused message goes further."""

from __future__ import annotations

import json
import re
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
from slack_sdk.signature import SignatureVerifier

from tests.slack_desk import (
    DANGER,
    FACTS,
    POSTED,
    SUE,
    RecordingRasa,
    gateway,
    in_numbers,
    opened,
    posted,
)
from tests.slack_web_api import SECRET, TEAM, TOKEN, Call, Sender, WebApi


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


def test_forty_at_once_before_a_slow_rasa_are_all_acknowledged_in_time_and_all_answered(before_rasa: tuple[Sender, RecordingRasa, Path]) -> None:
    slack, rasa, _ = before_rasa
    rasa.seconds = 6
    begun = len(slack.api.calls)

    def send(number: int) -> int:
        if number % 2:
            return slack.command("how do i sue", user=f"U{number}", channel=f"C5{number}").status_code
        return slack.direct("how do i sue", user=f"U{number}", channel=f"D5{number}").status_code

    with ThreadPoolExecutor(40) as pool:
        assert set(pool.map(send, range(40))) == {200}
    answered = len(slack.api.calls)
    posted(slack, lambda: slack.direct(DANGER["en"], channel="D599"))
    assert "the slow answer" not in "".join(call.words for call in slack.api.calls[begun:answered])  # nor did danger or an acknowledgement wait
    deadline = time.monotonic() + 60
    while sum("the slow answer" in call.words for call in slack.api.calls[begun:]) < 40:
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_gateway_that_is_told_to_end_finishes_its_answers_first(slack_api: WebApi, tmp_path: Path) -> None:
    rasa = RecordingRasa(seconds=2)
    begun = len(slack_api.calls)
    with rasa.serve() as url, gateway(tmp_path, slack_api, url) as (slack, process):
        assert slack.direct("how do i sue", channel="D60").status_code == 200
        while not rasa.asked:
            time.sleep(0.02)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    assert any("the slow answer" in call.words for call in slack_api.calls[begun:])


def test_rasa_that_is_down_is_said_with_the_numbers_and_the_law_command_works_without_it(slack_api: WebApi, tmp_path: Path) -> None:
    with gateway(tmp_path, slack_api, "http://127.0.0.1:9") as (slack, _):
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


def test_a_slow_answer_in_a_window_is_acknowledged_in_time_and_shown_when_it_comes(before_rasa: tuple[Sender, RecordingRasa, Path]) -> None:
    slack, rasa, _ = before_rasa
    rasa.seconds = 0
    shown, view = opened(slack, lambda: slack.command("interview vacatur"))
    field = {"view": {**shown.body["view"], "blocks": [{"type": "input", "block_id": "field-1"}]}}
    rasa.seconds = 4
    begun = len(slack.api.calls)
    waiting = slack.submit(Call("views.update", field, "", 0), view, "yes").json()
    assert waiting["response_action"] == "update" and "One moment" in json.dumps(waiting)  # in place of the answer, which is not there yet
    slack.api.wait(begun, lambda call: call.method == "views.update" and "the slow answer" in call.words)
