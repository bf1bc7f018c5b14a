"""The desk in Slack under test: the running bot with Slack set up, a stand-in for Slack's Web API, and a Rasa as slow as it is told to be."""

from __future__ import annotations

import json
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from tests.running import Bot, gateway_alone, start
from tests.slack_web_api import SECRET, TEAM, TOKEN, Call, Sender, WebApi, web_api

HOTLINE = "1-888-373-7888"
POSTED = ("chat.postMessage",)
VACATUR, SUE = "how do i get my old prostitution conviction vacated", "how much can i sue my trafficker for"
DANGER = {"en": "he is outside my door with a knife", "es": "él está afuera de mi puerta con un cuchillo"}
ASK_ME = {"en": "check if my record qualifies for vacatur, ask me the questions", "es": "pregúnteme para ver si mi récord califica para anular"}
FACTS = "my client Maria Zyxwvut, 860-555-0142, docket HHD-CR21-0123456-S"


def environ(api: WebApi, **more: str) -> dict[str, str]:
    """The settings that switch Slack on, and others beside or in place of them."""
    known = {"SLACK_SIGNING_SECRET": SECRET, "SLACK_BOT_TOKEN": TOKEN, "SLACK_TEAM_IDS": f"{TEAM}, T9", "SLACK_API_URL": f"{api.url}/api/"}
    return {**known, **more}


@pytest.fixture(scope="session")
def slack_api() -> Iterator[WebApi]:
    with web_api() as running:
        yield running


@pytest.fixture(scope="session")
def desk_bot(slack_api: WebApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Bot]:
    """The three real processes with Slack set up."""
    with start(tmp_path_factory.mktemp("slack"), **environ(slack_api, PUBLIC_URL="http://127.0.0.1:9")) as running:
        yield running


@pytest.fixture
def slack(desk_bot: Bot, slack_api: WebApi) -> Sender:
    return Sender(desk_bot.url, slack_api)


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


@contextmanager
def gateway(folder: Path, api: WebApi, rasa: str, **more: str) -> Iterator[tuple[Sender, subprocess.Popen[bytes]]]:
    """The gateway's own process alone, before some Rasa."""
    with gateway_alone(folder, **environ(api, RASA_URL=rasa, **more)) as running:
        yield Sender(running.url, api), running.process


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


@pytest.fixture(scope="session")
def before_rasa(slack_api: WebApi, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Sender, RecordingRasa, Path]]:
    """A gateway before a Rasa whose pace the test sets, and the gateway's log."""
    folder, rasa = tmp_path_factory.mktemp("before_rasa"), RecordingRasa()
    with rasa.serve() as url, gateway(folder, slack_api, url) as (slack, _):
        yield slack, rasa, folder / "gateway.log"


def opened(slack: Sender, send: Any) -> tuple[Call, str]:
    """The window that a request opens: its first question, and its id."""
    shown = posted(slack, send, "views.update")
    return shown, shown.body["view_id"]
