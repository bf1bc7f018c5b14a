"""The gateway alone with every channel set up, a stand-in for Rasa behind it, and one way to speak on each channel."""

from __future__ import annotations

import html
import itertools
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx

from bot.sms_client import Phone
from tests.running import Gateway, gateway_alone
from tests.slack_web_api import SECRET, TEAM, TOKEN, Sender, WebApi

TWILIO_TOKEN, SITE = "a-token-for-tests", "https://bot.example.org"
_numbers = itertools.count(100)


@dataclass
class Rasa:
    """A server on loopback that answers as the gateway channel does: always the same, after ``seconds``."""

    seconds: float = 0.0
    asked: list[dict[str, str]] = field(default_factory=list)
    forgotten: int = 0
    url: str = ""
    lang: str = "en"
    dead: bool = False  # drops every connection, as a killed process does


@contextmanager
def stand_in_rasa(seconds: float = 0.0, replies: Callable[[dict[str, str]], list[dict[str, Any]]] | None = None) -> Iterator[Rasa]:
    """Serve until the block ends; ``replies`` makes the answer to a message, where it is not to be always the same."""
    rasa = Rasa(seconds)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            if rasa.dead:
                self.close_connection = True
                return
            rasa.asked.append(asked)
            time.sleep(rasa.seconds)
            said = [{"text": f"the answer {asked['conversation']}"}]
            always = [{"kind": "answer", "lang": rasa.lang, "topic": "vacatur_how", "lines": said}]
            self._send(200, {"replies": replies(asked) if replies else always})

        def do_GET(self) -> None:
            self._send(200, {"ready": True})

        def do_DELETE(self) -> None:
            rasa.forgotten += 1
            self._send(204, None)

        def _send(self, status: int, body: object) -> None:
            sent = json.dumps(body).encode() if body is not None else b""
            self.send_response(status)
            self.send_header("content-length", str(len(sent)))
            self.end_headers()
            with suppress(BrokenPipeError):  # whoever asked has left
                self.wfile.write(sent)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    rasa.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield rasa
    finally:
        server.shutdown()


@contextmanager
def gateway(folder: Path, rasa_url: str, slack: WebApi, **environ: str) -> Iterator[Gateway]:
    """Run the real gateway with web, text messages and Slack set up, until the block ends. Its state is in ``folder / "state"``."""
    settings = {
        "RASA_URL": rasa_url, "TWILIO_AUTH_TOKEN": TWILIO_TOKEN, "PUBLIC_URL": SITE, "STATE_DIR": str(folder / "state"),
        "SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "SLACK_TEAM_IDS": TEAM, "SLACK_API_URL": f"{slack.url}/api/",
    }
    with gateway_alone(folder, **{**settings, **environ}) as running:
        yield running


@dataclass(frozen=True)
class Line:
    """One way to the bot. ``say`` gives everything that comes back for a message, as one text."""

    name: str
    say: Callable[[str], str]


def lines(url: str, slack: WebApi) -> list[Line]:
    """A person on each channel: over the API, on the plain page, by text message, in Slack by message and by command."""
    http = httpx.Client(timeout=30, trust_env=False)
    bearer = {"Authorization": f"Bearer {http.post(f'{url}/api/v1/sessions').json()['token']}"}
    phone, sender, person = Phone(url, TWILIO_TOKEN, SITE, f"+1203555{next(_numbers):04}"), Sender(url, slack), next(_numbers)

    def page(text: str) -> str:
        return html.unescape(re.sub(r"<[^>]+>", "", http.post(f"{url}/ask", data={"text": text}).text))

    def directly(text: str) -> str:
        begun = len(slack.calls)
        assert sender.direct(text, user=f"U{person}", channel=f"D{person}").status_code == 200
        return slack.wait(begun, lambda call: call.method.startswith("chat.")).words

    def command(text: str) -> str:
        begun = len(slack.calls)
        answer = sender.command(f"ask {text}", user=f"U{person}")
        return answer.json()["text"] if answer.content else slack.wait(begun, lambda call: call.method == "response_url").words

    return [
        Line("api", lambda text: http.post(f"{url}/api/v1/messages", headers=bearer, json={"text": text}).text),
        Line("page", page), Line("sms", lambda text: "\n".join(phone.text(text))), Line("slack", directly), Line("command", command),
    ]
