"""Starts the three processes of one machine, waits until each answers, and ends them together."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot import model, paths, unseen
from bot.errors import CharterOakError
from bot.law import current

LOOPBACK = "127.0.0.1"
START_SECONDS = 120
END_SECONDS = {"gateway": 40.0, "rasa": 8.0, "actions": 8.0}  # the gateway finishes what it began, and may be told to wait for a balancer
MOST_RESTARTS = 20  # of processes that ended by themselves; then something is wrong that a restart does not mend


class CannotStart(CharterOakError):
    """Something a deployer can put right: said in one line."""


@dataclass(frozen=True)
class Ports:
    """Where the three listen; ``PORT``, ``RASA_PORT`` and ``ACTIONS_PORT`` change them."""

    gateway: int
    rasa: int
    actions: int

    @classmethod
    def read(cls) -> Ports:
        """From the environment. Raises ``CannotStart`` for what is no port."""
        found = []
        for name, usual in (("PORT", "8000"), ("RASA_PORT", "5005"), ("ACTIONS_PORT", "5055")):
            value = os.environ.get(name) or usual
            if not value.isdigit() or not 0 < int(value) < 65536:
                raise CannotStart(f"{name}={value} is not a port. Choose a number from 1 to 65535.")
            found.append(int(value))
        return cls(*found)


def serve(say: Callable[[str], None]) -> int:
    """Build what is out of date, start all three, and wait for Ctrl-C. Returns the exit code.

    Raises ``CannotStart`` with one clear line when that cannot be done.
    """
    unseen.close_memory()
    ports = Ports.read()
    for name, port in (("PORT", ports.gateway), ("RASA_PORT", ports.rasa), ("ACTIONS_PORT", ports.actions)):
        _free(name, port)
    current.ensure(paths.content_dir(), paths.law_db(), say)
    trained = model.train(say)
    logs = paths.logs_dir()
    logs.mkdir(parents=True, exist_ok=True)
    started = commands(ports, trained)
    children: dict[str, subprocess.Popen[bytes]] = {}
    stop = _Stop()
    try:
        for name, command in started.items():
            children[name] = _spawn(name, command, logs, "wb", ports)
        say("Starting the gateway, Rasa and the action server ...")
        if not (os.environ.get("SLACK_SIGNING_SECRET") and os.environ.get("SLACK_BOT_TOKEN")):
            say("Slack is off: SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN are not set. See docs/slack.md.")
        _wait(children, ports, logs, stop)
        if not stop.asked:
            say(f"\nReady: http://{LOOPBACK}:{ports.gateway}/\n{_text_messages()}\nTo stop: Ctrl-C")
        restarts = 0
        while not stop.asked:
            time.sleep(0.5)
            for name in [name for name, child in children.items() if child.poll() is not None]:
                restarts += 1
                if restarts > MOST_RESTARTS:
                    raise CannotStart(f"The {name} process keeps ending. See {logs / name}.log")
                say(f"The {name} process ended; starting it again.")
                children[name] = _spawn(name, started[name], logs, "ab", ports)
    finally:
        _end(children)
    say("Stopped.")
    return 0


def _text_messages() -> str:
    """Whether texts are answered, as the gateway decides it from the same two settings."""
    if os.environ.get("TWILIO_AUTH_TOKEN") and (site := os.environ.get("PUBLIC_URL")):
        return f"Text messages: on, for Twilio at {site.rstrip('/')}/sms/twilio"
    return "Text messages: off. They need TWILIO_AUTH_TOKEN and PUBLIC_URL; see docs/sms.md"


class _Stop:
    """Whether Ctrl-C or a termination was asked for."""

    def __init__(self) -> None:
        self.asked = False
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, self._ask)

    def _ask(self, *_: object) -> None:
        self.asked = True


def _free(name: str, port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            raise CannotStart(f"Port {port} is in use. Stop what uses it, or choose another: {name}={port + 1} charter-oak serve") from None


def _spawn(name: str, command: list[str], logs: Path, mode: str, ports: Ports) -> subprocess.Popen[bytes]:
    """Start one process in a group of its own, so that Ctrl-C reaches it through us only."""
    with open(logs / f"{name}.log", mode) as out:
        return subprocess.Popen(
            command, cwd=paths.ROOT, env=environment(name, ports), stdout=out, stderr=subprocess.STDOUT, start_new_session=True
        )


def environment(name: str, ports: Ports, host: str = LOOPBACK) -> dict[str, str]:
    """What the process ``name`` finds in its environment. ``host``: the address that the inner two listen on."""
    return {
        **(os.environ if name == "gateway" else unseen.without_gateways_own(os.environ)),
        "RASA_PORT": str(ports.rasa), "ACTIONS_PORT": str(ports.actions), "RASA_TELEMETRY_ENABLED": "false",
        "SANIC_HOST": host,  # rasa_sdk would listen on every address
        **paths.for_children(), "PYTHONUNBUFFERED": "1", "TICKET_LOCK_LIFETIME": "10",
        "LOG_LEVEL": "WARNING", "LOG_LEVEL_LIBRARIES": "ERROR", "LOG_LEVEL_RASA": "WARNING",
    }


def commands(ports: Ports, trained: Path, host: str = LOOPBACK) -> dict[str, list[str]]:
    """The command of each process. ``trained``: the model; ``host``: the address that Rasa listens on."""
    python = sys.executable
    return {
        "actions": [python, "-m", "actions.server", "--port", str(ports.actions)],
        "rasa": [python, "-m", "rasa_ext.serve", "run", "-i", host, "-p", str(ports.rasa), "-m", str(trained.absolute()), "--quiet"],
        "gateway": [python, "-m", "gateway", "--port", str(ports.gateway)],
    }


def _wait(children: dict[str, subprocess.Popen[bytes]], ports: Ports, logs: Path, stop: _Stop) -> None:
    pending = {
        "gateway": f"http://{LOOPBACK}:{ports.gateway}/healthz",
        "actions": f"http://{LOOPBACK}:{ports.actions}/health",
        "rasa": f"http://{LOOPBACK}:{ports.rasa}/webhooks/gateway/ready",
    }
    deadline = time.monotonic() + START_SECONDS
    while pending and not stop.asked:
        for name, child in children.items():
            if child.poll() is not None:
                raise CannotStart(f"The {name} process did not start: {_last_line(logs / f'{name}.log')} See {logs / name}.log")
        for name in [name for name, url in pending.items() if _answers(url)]:
            del pending[name]
        if time.monotonic() > deadline:
            raise CannotStart(f"Not ready after {START_SECONDS} seconds: {', '.join(pending)}. See {logs}")
        time.sleep(0.1)


def _last_line(log: Path) -> str:
    """What a process that did not start said last, as one sentence."""
    lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1].rstrip(".") + "." if lines else "it said nothing."


def _answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as response:
            return bool(response.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _end(children: dict[str, subprocess.Popen[bytes]]) -> None:
    """Ask each to end, then insist: the gateway first, whose turns under way still need the other two."""
    for name in ("gateway", "rasa", "actions"):
        child = children.get(name)
        if child is None:
            continue
        try:
            if child.poll() is None:
                os.killpg(child.pid, signal.SIGTERM)
            child.wait(timeout=END_SECONDS[name])
        except subprocess.TimeoutExpired:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
