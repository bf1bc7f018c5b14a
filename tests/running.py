"""Starts the real bot for tests and talks to it as its channels do."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import paths


@dataclass
class Bot:
    """A running bot: its ports, its processes' log folder, and two ways to ask it."""

    gateway: int
    rasa: int
    actions: int
    logs: Path
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=30, trust_env=False))

    @property
    def url(self) -> str:
        """The gateway's address."""
        return f"http://127.0.0.1:{self.gateway}"

    def rest(self, message: Any, sender: str | None = None) -> str:
        """The plain text replies of Rasa's rest channel, joined; a new conversation unless ``sender`` is given."""
        body = {"sender": sender or uuid.uuid4().hex, "message": message}
        response = self.http.post(f"http://127.0.0.1:{self.rasa}/webhooks/rest/webhook", json=body)
        response.raise_for_status()
        return "\n".join(item["text"] for item in response.json())

    def open(self) -> dict[str, str]:
        """A new session of the gateway, as the header that carries it."""
        token = self.http.post(f"{self.url}/api/v1/sessions").json()["token"]
        return {"Authorization": f"Bearer {token}"}

    def send(self, bearer: dict[str, str], **body: Any) -> httpx.Response:
        """One message through the gateway."""
        return self.http.post(f"{self.url}/api/v1/messages", headers=bearer, json=body)


def said(response: httpx.Response) -> str:
    """Everything that the replies of a gateway response say, in one text."""
    replies = response.json()["replies"]
    lines = [line["text"] for reply in replies for line in reply["lines"]]
    cites = [cite for reply in replies for line in reply["lines"] for cite in line.get("cites", ())]
    notices = [notice["text"] for reply in replies for notice in reply.get("notices", ())]
    return "\n".join([*lines, *notices, *cites])


_given: set[int] = set()


def free_port() -> int:
    """A port that nothing listens on now, and that this process was not given before: the system may offer the same one twice."""
    while True:
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        if port not in _given:
            _given.add(port)
            return port


@contextmanager
def start(folder: Path, **environ: str) -> Iterator[Bot]:
    """Run ``charter-oak serve`` until the block ends; fails with its output when it does not come up. Skips where Rasa cannot run."""
    if sys.version_info >= (3, 11):
        pytest.skip("Rasa runs on no Python after 3.10")
    bot = Bot(free_port(), free_port(), free_port(), folder / "logs")
    ports = {"PORT": str(bot.gateway), "RASA_PORT": str(bot.rasa), "ACTIONS_PORT": str(bot.actions), "CHARTER_OAK_LOGS": str(bot.logs)}
    output = folder / "serve.log"
    with open(output, "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "bot.cli", "serve"], cwd=paths.ROOT, env={**os.environ, **ports, **environ},
            stdout=log, stderr=subprocess.STDOUT, start_new_session=True,
        )
    try:
        deadline = time.monotonic() + 400
        while "Ready:" not in output.read_text():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The bot did not start:\n{output.read_text()}")
            time.sleep(0.2)
        yield bot
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)


@dataclass
class Gateway:
    """The gateway's own process, its log, and its address."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path


@contextmanager
def gateway_alone(folder: Path, root: Path = paths.ROOT, **environ: str) -> Iterator[Gateway]:
    """Run the real gateway by itself, as its code stands below ``root``, until the block ends; fails with its output when it does not come up."""
    port, log = free_port(), folder / "gateway.log"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "gateway", "--port", str(port)], cwd=root,
            env={**os.environ, "PYTHONUNBUFFERED": "1", **environ}, stdout=out, stderr=subprocess.STDOUT,
        )
    running = Gateway(f"http://127.0.0.1:{port}", process, log)
    try:
        deadline = time.monotonic() + 120
        while not _alive(running.url):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"The gateway did not start:\n{log.read_text()}")
            time.sleep(0.1)
        yield running
    finally:
        process.terminate()
        try:
            process.wait(timeout=30)
        except subprocess.TimeoutExpired:
            process.kill()


def _alive(url: str) -> bool:
    try:
        return httpx.get(f"{url}/healthz", trust_env=False).status_code == 200
    except httpx.HTTPError:
        return False
