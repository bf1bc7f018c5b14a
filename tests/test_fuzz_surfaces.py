"""Every HTTP surface of the gateway, sent anything: no error of ours, no hang, nothing of one conversation in another, nothing in a log."""

from __future__ import annotations

import json
import string
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from twilio.request_validator import RequestValidator

from bot.desk import Desk
from tests import fuzzing
from tests.fuzzing import BYTES, HEADER, JSON, LANG, TEXT, Fuzzed, fuzzed
from tests.patience import patience
from tests.running import Bot
from tests.slack_web_api import SECRET, TEAM, TOKEN, WebApi, web_api

TWILIO, SITE = "a-token-for-tests", "https://bot.example.org"


@pytest.fixture(scope="module")
def api() -> Iterator[WebApi]:
    with web_api() as running:
        yield running


@pytest.fixture(scope="module")
def gateway(api: WebApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fuzzed]:
    state: Path = tmp_path_factory.mktemp("state")
    with fuzzing.gateway(
        twilio_auth_token=TWILIO,
        state=state,
        slack_signing_secret=SECRET,
        slack_bot_token=TOKEN,
        slack_teams=frozenset({TEAM}),
        slack_api_url=f"{api.url}/api/",
    ) as running:
        yield running


def bearer(gateway: Fuzzed) -> dict[str, str]:
    return {"authorization": f"Bearer {gateway.client.post('/api/v1/sessions').json()['token']}"}


@fuzzed
@given(data=st.data())
def test_the_api(data: st.DataObject, gateway: Fuzzed, desk: Desk) -> None:
    session, mark = bearer(gateway), gateway.mark()
    message = st.one_of(
        st.builds(lambda text: {"text": f"{mark} {text}"}, TEXT),
        st.builds(lambda choice: {"choice": choice}, fuzzing.choices(desk)),
        st.builds(lambda text, choice: {"text": f"{mark}{text}", "choice": choice}, TEXT, fuzzing.choices(desk)),
    )
    for body in data.draw(st.lists(message, min_size=1, max_size=5)):
        answered = gateway.send(
            "API: messages", "POST", "/api/v1/messages", json=body, headers=session, good=lambda code: code in (200, 409, 413, 503)
        )
        if answered.headers["content-type"] == "application/json" and answered.status_code == 200:
            assert answered.json()["replies"]
    headers = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                name: HEADER
                for name in ("authorization", "origin", "host", "content-type", "x-forwarded-for", "accept", "sec-fetch-site", "accept-language")
            },
        )
    )
    path = data.draw(st.sampled_from(("/api/v1/messages", "/api/v1/sessions", "/api/v1/sessions/end", "/api/v1/openapi.json", "/api/v1/")))
    method = data.draw(st.sampled_from(("GET", "POST", "DELETE", "PUT", "OPTIONS", "HEAD", "PATCH")))
    gateway.send("API: anything", method, path, content=data.draw(BYTES) + gateway.mark().encode(), headers=headers)
    gateway.send("API: anything", "DELETE", "/api/v1/sessions", headers=session, good=lambda code: code == 204)
    gateway.send("API: anything", "POST", "/api/v1/messages", json={"text": "hello"}, headers=session, good=lambda code: code == 401)


@fuzzed
@given(data=st.data())
def test_the_plain_page(data: st.DataObject, gateway: Fuzzed, desk: Desk) -> None:
    token, number = gateway.client.post("/api/v1/sessions").json()["token"], "0"
    for _ in range(data.draw(st.integers(1, 4))):
        mark = gateway.mark()
        form = {
            "token": data.draw(st.sampled_from((token, token, token, "", mark))),
            "number": data.draw(st.sampled_from((number, "", "x", "٣"))),
            "lang": data.draw(LANG),
            "text": f"{mark}{data.draw(TEXT)}",
        }
        kind = data.draw(st.sampled_from(("text", "choice", "do")))
        if kind != "text":
            form[kind] = data.draw(
                fuzzing.choices(desk) if kind == "choice" else st.sampled_from(("back", "why", "leave", "simpler", "es", "forget", "exit", mark))
            )
        sent: dict[str, Any] = {"files": {name: (None, value) for name, value in form.items()}} if data.draw(st.booleans()) else {"data": form}
        gateway.send("plain page", "POST", "/ask", **sent, good=lambda code: code < 500 or code == 503)
    content_type = data.draw(
        st.sampled_from(("multipart/form-data; boundary=b", "multipart/form-data", "application/x-www-form-urlencoded", "text/plain"))
    )
    raw = data.draw(st.one_of(BYTES, BYTES.map(lambda part: b'--b\r\nContent-Disposition: form-data; name="text"' + part)))
    gateway.send("plain page", "POST", "/ask", content=raw + gateway.mark().encode(), headers={"content-type": content_type})
    gateway.send("plain page", "GET", f"/ask?{urlencode({'lang': data.draw(TEXT), 'token': gateway.mark()})}")


@fuzzed
@given(data=st.data())
def test_the_law_pages_and_files(data: st.DataObject, gateway: Fuzzed, desk: Desk) -> None:
    words = data.draw(TEXT)
    mark = gateway.mark()
    section = st.sampled_from(tuple(desk.store.section_ids))
    path = data.draw(
        st.sampled_from(
            (
                "/law",
                "/law/",
                "/law/bills/",
                "/law/recommendations",
                "/law/sources",
                "/static/x/",
                "/widget/",
                "/embed",
                "/",
                "/about",
                "/privacy",
                "/robots.txt",
                "/sitemap.xml",
                "/paper/",
                "/healthz",
                "/.git/",
                "//evil.example/",
                "/law/../",
            )
        )
    )
    query = {name: data.draw(TEXT) for name in data.draw(st.sets(st.sampled_from(("q", "as_of", "lang", "format", "x"))))}
    headers = data.draw(
        st.fixed_dictionaries(
            {},
            optional={
                name: HEADER
                for name in ("accept", "host", "if-none-match", "accept-encoding", "range", "x-forwarded-host", "x-forwarded-for", "origin")
            },
        )
    )
    for there in (f"/law/{quote(data.draw(section))}{quote(words, safe='/')}", f"/law/{quote(words + mark, safe='/')}", path + quote(mark)):
        gateway.send("law pages", data.draw(st.sampled_from(("GET", "HEAD"))), f"{there}?{urlencode({**query, 'q': mark})}", headers=headers)
    gateway.send("law pages", "GET", f"/law?{urlencode({**query, 'q': mark + words})}", headers=headers)
    gateway.send("law pages", "GET", f"/law/{quote(data.draw(section))}?{urlencode({'as_of': words})}", headers=headers)


@fuzzed
@given(data=st.data())
def test_text_messages_signed_by_twilio(data: st.DataObject, gateway: Fuzzed) -> None:
    number = "+1203555" + data.draw(st.text(string.digits, min_size=4, max_size=4))
    for _ in range(data.draw(st.integers(1, 4))):
        mark = gateway.mark()
        form = {
            "From": number,
            "To": "+18605550100",
            "Body": data.draw(st.one_of(TEXT, TEXT.map(lambda text, mark=mark: f"{mark}{text}"))),
            "MessageSid": mark,
        }
        form.update(
            data.draw(
                st.dictionaries(
                    st.sampled_from(("From", "To", "NumMedia", "SmsStatus", "OptOutType", "MessageStatus", "x", "MessageSid")), TEXT, max_size=2
                )
            )
        )
        body = urlencode(form)
        read = dict(parse_qsl(body, keep_blank_values=True))
        signed = RequestValidator(TWILIO).compute_signature(f"{SITE}/sms/twilio", read)
        headers = {"x-twilio-signature": signed, "content-type": "application/x-www-form-urlencoded"}
        answered = gateway.send("text messages", "POST", "/sms/twilio", content=body, headers=headers, good=lambda code: code == 200)
        assert answered.text.startswith("<?xml") and "<i>" not in answered.text
    gateway.send(
        "text messages",
        "POST",
        "/sms/twilio",
        content=data.draw(BYTES),
        headers={"x-twilio-signature": data.draw(HEADER)},
        good=lambda code: code == 403,
    )


def _signed(body: str) -> dict[str, str]:
    stamp = str(int(time.time()))
    return {"x-slack-request-timestamp": stamp, "x-slack-signature": SignatureVerifier(SECRET).generate_signature(timestamp=stamp, body=body) or ""}


@fuzzed
@given(data=st.data())
def test_slack_signed(data: st.DataObject, gateway: Fuzzed, desk: Desk, api: WebApi) -> None:
    mark = gateway.mark()
    text, choice = data.draw(TEXT.map(lambda text: f"{mark}{text}")), data.draw(fuzzing.choices(desk))
    odd = data.draw(
        st.dictionaries(
            st.sampled_from(("text", "user", "channel", "ts", "thread_ts", "subtype", "files", "bot_id", "team", "tab")), JSON, max_size=2
        )
    )
    event = {
        "type": data.draw(st.sampled_from(("message", "app_mention", "app_home_opened", "other"))),
        "channel_type": "im",
        "user": "U1",
        "channel": "D1",
        "text": text,
        "ts": f"{mark}.1",
        **odd,
    }
    events = {"type": "event_callback", "team_id": TEAM, "event_id": mark, "event": event}
    command = {
        "command": "/ctlaw",
        "text": text,
        "team_id": TEAM,
        "channel_id": "C1",
        "user_id": "U1",
        "trigger_id": mark,
        "response_url": f"{api.url}/answer",
    }
    press = {
        "type": "block_actions",
        "team": {"id": TEAM},
        "user": {"id": "U1"},
        "channel": {"id": "D1"},
        "trigger_id": mark,
        "container": {"message_ts": "1.1"},
        "message": {"ts": "1.1", "text": text, "blocks": []},
        "actions": [
            {
                "action_id": data.draw(st.sampled_from(("choice:0", "steer:back:en", "window:0:en", "home:en", mark))),
                "block_id": "b",
                "type": "button",
                "value": choice,
                "action_ts": mark,
                "text": {"type": "plain_text", "text": text},
            }
        ],
    }
    view = {
        "type": "view_submission",
        "team": {"id": TEAM},
        "user": {"id": "U1"},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": data.draw(st.sampled_from(("interview", mark))),
            "private_metadata": data.draw(LANG),
            "state": {"values": {"field": {"typed": {"type": "plain_text_input", "value": text}}}},
        },
    }
    anything = data.draw(JSON)
    for path, body, media in (
        ("/slack/events", json.dumps(events), "application/json"),
        ("/slack/events", json.dumps(anything), "application/json"),
        ("/slack/commands", urlencode(command), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": json.dumps(press)}), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": json.dumps(view)}), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": json.dumps(anything)}), "application/x-www-form-urlencoded"),
    ):
        gateway.send(
            "Slack",
            "POST",
            path,
            content=body.encode(),
            headers={"content-type": media, **_signed(body)},
            good=lambda code: code < 500 or code == 503,
        )
        gateway.send(
            "Slack, unsigned",
            "POST",
            path,
            content=body.encode(),
            headers={"content-type": media, "x-slack-signature": "v0=00"},
            good=lambda code: code in (400, 401),
        )


@fuzzed
@given(data=st.data())
def test_links_to_papers(data: st.DataObject, gateway: Fuzzed) -> None:
    slack, session = gateway.client.app.state.slack, gateway.client.app.state.sessions  # type: ignore[attr-defined]
    _, opened = gateway.client.portal.call(session.open)
    name = gateway.client.portal.call(
        slack.links.offer,
        opened, data.draw(st.sampled_from(("result:pdf", "result:docx", "result:ics"))), data.draw(st.sampled_from(("en", "es")))
    )
    guessed = data.draw(st.one_of(TEXT, st.just(name[:-1]), st.just(name.upper())))
    gateway.send(
        "paper links",
        data.draw(st.sampled_from(("GET", "POST"))),
        f"/paper/{quote(guessed, safe='')}{quote(gateway.mark())}",
        good=lambda code: code in (404, 405, 410),
    )
    there = name.removeprefix(SITE)
    gateway.send("paper links", "GET", there, good=lambda code: code == 200)
    gateway.send("paper links", "POST", there, good=lambda code: code == 409)  # its interview has no result
    gateway.send("paper links", "POST", there, good=lambda code: code == 410)  # and it was good once


# -- behind the gateway: the real processes ----------------------------------------------


@fuzzed
@given(text=TEXT, choice=TEXT, anything=JSON, raw=BYTES)
def test_rasas_two_channels_and_the_action_server(text: str, choice: str, anything: Any, raw: bytes, bot: Bot) -> None:
    rasa, actions = f"http://127.0.0.1:{bot.rasa}", f"http://127.0.0.1:{bot.actions}"
    sender = f"fuzz-{fuzzing.COUNTS['Rasa: gateway'] % 5}"
    for surface, address, body in (
        ("Rasa: gateway", f"{rasa}/webhooks/gateway/webhook", {"conversation": sender, "text": text, "choice": choice[:200]}),
        ("Rasa: rest", f"{rasa}/webhooks/rest/webhook", {"sender": sender, "message": text}),
        ("Rasa: gateway", f"{rasa}/webhooks/gateway/webhook", {"conversation": text, "text": anything, "channel": anything}),
        ("Rasa: rest", f"{rasa}/webhooks/rest/webhook", anything),
        ("action server", f"{actions}/webhook", anything),
        ("action server", f"{actions}/webhook", {"next_action": choice, "tracker": anything, "domain": anything, "sender_id": text}),
    ):
        fuzzing.COUNTS[surface] += 1
        with patience(surface):
            answered = bot.http.post(address, content=json.dumps(body).encode(), headers={"content-type": "application/json"})
        assert answered.status_code < 500, (surface, answered.status_code, body)
        assert "Traceback" not in answered.text
        if surface == "Rasa: rest" and answered.status_code == 200:
            assert answered.json() and all(item["text"] for item in answered.json())
    for address in (f"{rasa}/webhooks/gateway/webhook", f"{rasa}/webhooks/rest/webhook", f"{actions}/webhook"):
        fuzzing.COUNTS["Rasa and actions: bytes"] += 1
        assert bot.http.post(address, content=raw, headers={"content-type": "application/json"}).status_code < 500
