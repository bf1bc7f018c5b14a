"""Starts each variant as a newcomer would, times it to its first right answer, and reads its processes' memory."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.stock import PYTHON as STOCK_PYTHON
from bench.stock import QUIET, Stock
from bot import paths

# Each names a provision, so that the core finds the same answer whichever pipeline heard it: both variants do the same work.
ASKS = [
    ("what does 54-95c(b) say", "registered or certified mail"),
    ("what is 53a-192a", "trafficking in persons"),
    ("what is § 52-571i", "Anyone wronged by trafficking"),
    ("show me section 54-234a", "have to post the notice"),
    ("what is 17a-106h", "Children and Families"),
    ("what was 53a-83b in 2018", "October 1, 2017"),
    ("qué dice 54-95c", "condena"),
    ("what is 53a-82", "guilty of prostitution"),
]
START_SECONDS = 400
_OPEN_LIMITS = {name: "1000000" for name in ("RATE_PER_SESSION", "RATE_PER_ADDRESS", "RATE_IN_ALL")}


@dataclass
class Running:
    """A started variant: where it answers, its processes by name, and the seconds to its first right answer."""

    rest: str
    processes: dict[str, int]
    seconds: float
    rasa: str = ""  # addresses of ours only
    gateway: str = ""

    def memory(self) -> dict[str, dict[str, float]]:
        """MB of each process: resident, and its proportional share of what processes share."""
        return {name: _memory(pid) for name, pid in self.processes.items()}

    def processor(self) -> dict[str, float]:
        """Seconds of processor time that each process has used so far."""
        return {name: _processor(pid) for name, pid in self.processes.items()}


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def ours(logs: Path) -> Iterator[Running]:
    """``charter-oak serve``: all three processes, as ``make run`` starts them."""
    gateway, rasa, actions = free_port(), free_port(), free_port()
    ports = {"PORT": str(gateway), "RASA_PORT": str(rasa), "ACTIONS_PORT": str(actions), "CHARTER_OAK_LOGS": str(logs)}
    base = f"http://127.0.0.1:{rasa}"
    with _started([([sys.executable, "-m", "bot.cli", "serve"], paths.ROOT, {**ports, **_OPEN_LIMITS})], logs) as (begun, [pid]):
        seconds = _first_answer(f"{base}/webhooks/rest/webhook", begun, [pid])
        yield Running(f"{base}/webhooks/rest/webhook", _children(pid), seconds, base, f"http://127.0.0.1:{gateway}")


@contextmanager
def stock(logs: Path, trained: Stock) -> Iterator[Running]:
    """``rasa run``, with its defaults, and the same action server."""
    rasa, actions = free_port(), free_port()
    environ = {**QUIET, "ACTIONS_PORT": str(actions)}
    commands = [
        # On this machine only; otherwise what `rasa run` does by itself.
        ([str(STOCK_PYTHON), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(rasa)], trained.folder, environ),
        ([sys.executable, "-m", "actions.server", "--port", str(actions)], paths.ROOT, environ),
    ]
    rest = f"http://127.0.0.1:{rasa}/webhooks/rest/webhook"
    with _started(commands, logs) as (begun, pids):
        yield Running(rest, dict(zip(("rasa", "actions"), pids, strict=True)), _first_answer(rest, begun, pids))


@contextmanager
def _started(commands: list[tuple[list[str], Path, dict[str, str]]], logs: Path) -> Iterator[tuple[float, list[int]]]:
    """The processes, each the head of a group of its own; ended with the block."""
    logs.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    children: list[subprocess.Popen[bytes]] = []
    try:
        for number, (command, folder, environ) in enumerate(commands):
            with open(logs / f"{number}.log", "wb") as out:
                children.append(subprocess.Popen(
                    command, cwd=folder, env={**os.environ, **environ}, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
                ))
        yield begun, [child.pid for child in children]
    finally:
        for child in children:
            child.send_signal(signal.SIGINT if "serve" in child.args else signal.SIGTERM)  # type: ignore[operator]
        for child in children:
            try:
                child.wait(timeout=20)
            except subprocess.TimeoutExpired:
                os.killpg(child.pid, signal.SIGKILL)
                child.wait()


def _first_answer(url: str, begun: float, pids: list[int]) -> float:
    """The seconds from the start of the process to the first right answer. Raises ``TimeoutError``."""
    text, wanted = ASKS[0]
    while time.monotonic() - begun < START_SECONDS:
        body = json.dumps({"sender": uuid.uuid4().hex, "message": text}).encode()
        try:
            with urllib.request.urlopen(urllib.request.Request(url, body, {"Content-Type": "application/json"}), timeout=30) as response:
                if wanted in response.read().decode():
                    return time.monotonic() - begun
        except (urllib.error.URLError, OSError):
            pass
        if any(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] == "Z" for pid in pids):
            break
        time.sleep(0.05)
    raise TimeoutError(f"No right answer from {url}; see the logs below build/bench")


def _children(pid: int) -> dict[str, int]:
    """The processes that a launcher started, by name."""
    named = {"rasa_ext.serve": "rasa", "actions.server": "actions", "gateway": "gateway"}
    found = {"launcher": pid}
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        words = Path(f"/proc/{child}/cmdline").read_text().split("\0")
        found.update({name: int(child) for module, name in named.items() if module in words})
    return found


def _memory(pid: int) -> dict[str, float]:
    lines = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:])
    return {name: int(lines[key].split()[0]) / 1024 for name, key in (("rss", "Rss"), ("pss", "Pss"))}


def _processor(pid: int) -> float:
    user, system = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[11:13]
    return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")
