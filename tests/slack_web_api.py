"""Both of Slack's sides for tests: a Web API that records what it is sent, and a sender that signs as Slack signs.

What is recorded is held to Block Kit's limits at once, by slack_sdk's own models.
"""

from __future__ import annotations

import json
import threading
import time
import urllib.parse
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View
from slack_sdk.signature import SignatureVerifier

SECRET, TOKEN, TEAM = "a signing secret for tests", "xoxb-test", "T1"


@dataclass(frozen=True)
class Call:
    """One call of the Web API, or an answer sent to a response_url (method "response_url")."""

    method: str
    body: dict[str, Any]
    token: str
    at: float
    path: str = ""

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The blocks of a message or of a view."""
        return list(self.body.get("blocks") or (self.body.get("view") or {}).get("blocks") or [])

    @property
    def words(self) -> str:
        """Everything that can be read in it, buttons included."""
        return self.body.get("text", "") + "\n" + json.dumps(self.blocks, ensure_ascii=False)

    @property
    def buttons(self) -> dict[str, dict[str, Any]]:
        """The buttons by what they say."""
        rows = [block["elements"] for block in self.blocks if block["type"] == "actions"]
        return {element["text"]["text"]: element for row in rows for element in row if element["type"] == "button"}


@dataclass
class WebApi:
    """What Slack would have received."""

    url: str
    calls: list[Call] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    refusals: dict[str, list[str]] = field(default_factory=dict)  # method: the Retry-After of each refusal to come

    def since(self, start: int, *methods: str) -> list[Call]:
        """The calls from number ``start`` on."""
        return [call for call in self.calls[start:] if not methods or call.method in methods]

    def wait(self, start: int, fits: Callable[[Call], bool], *, seconds: float = 30) -> Call:
        """The first call from number ``start`` on that fits; fails where none comes."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for call in self.calls[start:]:
                if fits(call):
                    return call
            time.sleep(0.02)
        raise AssertionError(f"Slack was not sent it; it was sent {[(c.method, c.words[:300]) for c in self.calls[start:]]}")

    def take(self, method: str, body: dict[str, Any], token: str, path: str) -> tuple[int, dict[str, str], dict[str, Any]]:
        """Record a call, hold it to the limits, and answer as Slack would."""
        if self.refusals.get(method):
            self.calls.append(Call(f"429:{method}", {}, token, time.monotonic(), path))
            return 429, {"retry-after": self.refusals[method].pop(0)}, {"ok": False, "error": "ratelimited"}
        self.broken += [f"{method}: {problem}" for problem in problems(method, body)]
        self.calls.append(Call(method, body, token, time.monotonic(), path))
        answer: dict[str, Any] = {"ok": True, "channel": body.get("channel"), "ts": f"{1_700_000_000 + len(self.calls)}.000100"}
        if "view" in body:
            answer["view"] = {**body["view"], "id": body.get("view_id") or f"V{uuid.uuid4().hex[:9]}"}
        return 200, {}, answer


def problems(method: str, body: dict[str, Any]) -> Iterator[str]:
    """What Slack would refuse in a call."""
    if "view" in body:
        yield from view_problems(body["view"])
        return
    blocks = body.get("blocks") or []
    yield from block_problems(blocks)
    if not body.get("text"):
        yield "no fallback text"
    if len(blocks) > 50 or len(json.dumps(blocks)) > 13_000:
        yield f"{len(blocks)} blocks of {len(json.dumps(blocks))} characters"
    if method in ("chat.postMessage", "response_url") and (body.get("unfurl_links") is not False or body.get("unfurl_media") is not False):
        yield "links would unfurl"


def view_problems(view: dict[str, Any]) -> Iterator[str]:
    """What Slack would refuse in a view."""
    yield from block_problems(view["blocks"])
    try:
        View(**view).validate_json()
    except Exception as error:
        yield repr(error)
    if "submit" in view and not any(block["type"] == "input" for block in view["blocks"]):
        yield "a submit without an input"


def block_problems(blocks: list[dict[str, Any]]) -> Iterator[str]:
    """What slack_sdk's models refuse, and what they do not look at."""
    seen = set()
    for block in blocks:
        try:
            parsed = Block.parse(block)
            assert parsed is not None
            parsed.validate_json()
        except Exception as error:
            yield f"{block['type']}: {error!r}"
        text = (block.get("text") or {}).get("text", "") if block["type"] in ("section", "header") else "x"
        if not text:
            yield f"{block['type']}: empty"
        for element in block.get("elements", []):
            if element["type"] == "button":
                if element["action_id"] in seen:
                    yield f"action {element['action_id']} twice"
                seen.add(element["action_id"])
                if len(element["text"]["text"]) > 75 or len(element.get("value", "")) > 2000 or not element["text"]["text"]:
                    yield f"button {element['action_id']}"


@contextmanager
def web_api() -> Iterator[WebApi]:
    """A real server on loopback; at its end everything that it was sent has to have been within Slack's limits."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length") or 0)).decode()
            body = json.loads(raw) if "json" in self.headers.get("content-type", "") else dict(urllib.parse.parse_qsl(raw))
            method = self.path.removeprefix("/api/") if self.path.startswith("/api/") else "response_url"
            status, headers, answer = api.take(method, body, self.headers.get("authorization", ""), self.path)
            sent = json.dumps(answer).encode()
            self.send_response(status)
            for name, value in {**headers, "content-type": "application/json", "content-length": str(len(sent))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(sent)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    api = WebApi(f"http://127.0.0.1:{server.server_port}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield api
    finally:
        server.shutdown()
    assert not api.broken, api.broken


@dataclass
class Sender:
    """Slack as the gateway sees it: posts events, commands and presses, signed."""

    url: str  # of the gateway
    api: WebApi
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    def post(self, path: str, body: str, content_type: str, *, secret: str = SECRET, age: float = 0, **headers: str) -> httpx.Response:
        """One signed request. ``age``: how many seconds ago it was signed."""
        stamp = str(int(time.time() - age))
        signature = SignatureVerifier(secret).generate_signature(timestamp=stamp, body=body)
        sent = {"content-type": content_type, "x-slack-request-timestamp": stamp, "x-slack-signature": signature or "", **headers}
        return self.http.post(f"{self.url}{path}", content=body.encode(), headers=sent)

    def json(self, body: dict[str, Any], **how: Any) -> httpx.Response:
        """A request of the Events API."""
        return self.post("/slack/events", json.dumps(body), "application/json", **how)

    def event(self, event: dict[str, Any], *, event_id: str = "", team: str = TEAM, **how: Any) -> httpx.Response:
        """An event of a workspace."""
        body = {
            "token": "unused", "team_id": team, "api_app_id": "A1", "type": "event_callback", "event_id": event_id or f"Ev{uuid.uuid4().hex}",
            "event_time": int(time.time()), "event": event, "authorizations": [{"team_id": team, "user_id": "UBOT", "is_bot": True}],
        }
        return self.json(body, **how)

    def direct(self, text: str, *, user: str = "U1", channel: str = "D1", **event: Any) -> httpx.Response:
        """A direct message to the desk."""
        event = {"type": "message", "channel_type": "im", "user": user, "channel": channel, "text": text, "ts": stamp(), "team": TEAM, **event}
        return self.event(event)

    def mention(self, text: str, *, user: str = "U1", channel: str = "C1", **event: Any) -> httpx.Response:
        """A mention of the desk in a channel."""
        event = {"type": "app_mention", "user": user, "channel": channel, "text": f"<@UBOT> {text}", "ts": stamp(), "team": TEAM, **event}
        return self.event(event)

    def command(self, text: str, *, user: str = "U1", channel: str = "C1", team: str = TEAM, **how: Any) -> httpx.Response:
        """``/ctlaw`` with ``text``."""
        fields = {
            "command": "/ctlaw", "text": text, "team_id": team, "channel_id": channel, "user_id": user, "trigger_id": uuid.uuid4().hex,
            "response_url": f"{self.api.url}/response/{uuid.uuid4().hex}", "api_app_id": "A1", "team_domain": "test", "user_name": "u",
        }
        return self.post("/slack/commands", urllib.parse.urlencode(fields), "application/x-www-form-urlencoded", **how)

    def interaction(self, payload: dict[str, Any], **how: Any) -> httpx.Response:
        """A press or a submission."""
        body = urllib.parse.urlencode({"payload": json.dumps(payload)})
        return self.post("/slack/interactions", body, "application/x-www-form-urlencoded", **how)

    def press(
        self, element: dict[str, Any], call: Call, *, stamp_of: str = "", user: str = "U1", team: str = TEAM, action_ts: str = "", view_id: str = ""
    ) -> httpx.Response:
        """A press on a button of a message, a whisper or a view that was sent."""
        view = call.body.get("view")
        payload: dict[str, Any] = {
            "type": "block_actions", "team": {"id": team}, "user": {"id": user, "team_id": team}, "api_app_id": "A1", "trigger_id": uuid.uuid4().hex,
            "actions": [{**element, "action_ts": action_ts or stamp(), "block_id": "b"}],
        }
        if view:
            known = {**view, "id": view_id, "root_view_id": view_id, "hash": uuid.uuid4().hex, "team_id": team}
            payload |= {"view": known, "container": {"type": "view", "view_id": view_id}}
            return self.interaction(payload)
        ephemeral = call.method in ("response_url", "chat.postEphemeral")
        thread = {"thread_ts": call.body["thread_ts"]} if call.body.get("thread_ts") else {}
        payload |= {
            "channel": {"id": call.body.get("channel") or "C1"}, "response_url": f"{self.api.url}/response/{uuid.uuid4().hex}",
            "message": {"ts": stamp_of or self.stamp(call), "text": call.body.get("text"), "blocks": call.blocks, **thread},
            "container": {"type": "message", "message_ts": stamp_of or self.stamp(call), "is_ephemeral": ephemeral, **thread},
        }
        return self.interaction(payload)

    def submit(self, call: Call, view_id: str, text: str, *, user: str = "U1") -> httpx.Response:
        """What is typed into the field of a view, sent off."""
        view = call.body.get("view", call.body)
        field_id = next(block["block_id"] for block in view["blocks"] if block["type"] == "input")
        known = {**view, "id": view_id, "root_view_id": view_id, "hash": uuid.uuid4().hex,
                 "state": {"values": {field_id: {"typed": {"type": "plain_text_input", "value": text}}}}}
        return self.interaction({
            "type": "view_submission", "team": {"id": TEAM}, "user": {"id": user, "team_id": TEAM}, "trigger_id": uuid.uuid4().hex, "view": known,
        })

    def stamp(self, call: Call) -> str:
        """The time stamp that the stand-in gave a message."""
        return f"{1_700_000_000 + self.api.calls.index(call) + 1}.000100"


def stamp() -> str:
    """A new time stamp as Slack's messages have."""
    return f"{time.time():.3f}{uuid.uuid4().int % 1000:03d}"
