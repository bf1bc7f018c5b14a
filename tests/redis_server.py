"""A real Redis of a test's own, on a socket in a folder of its own. Debian: ``redis-server``."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import redis

MISSING = "redis-server is not installed (Debian, Ubuntu: redis-server)"
needs_redis = pytest.mark.skipif(shutil.which("redis-server") is None, reason=MISSING)


class RedisServer:
    """A server that can be stopped, killed and started again. ``keeps``: with an append file, as the opt-outs have it."""

    def __init__(self, folder: Path, *, keeps: bool = False) -> None:
        self.socket, self._folder = folder / "redis.sock", folder
        self.url = f"unix://{self.socket}"
        self._keeps = keeps
        self.start()

    def start(self) -> None:
        keeping = ["--appendonly", "yes", "--appendfsync", "always"] if self._keeps else ["--appendonly", "no"]
        self._process = subprocess.Popen(
            ["redis-server", "--port", "0", "--unixsocket", str(self.socket), "--dir", str(self._folder), "--save", "", *keeping],
            stdout=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + 60
        while not self._answers():
            assert self._process.poll() is None and time.monotonic() < deadline, "redis-server did not start"
            time.sleep(0.02)

    def _answers(self) -> bool:
        try:
            return bool(self.client().ping())
        except redis.RedisError:
            return False

    def client(self) -> redis.Redis:
        return redis.Redis.from_url(self.url)

    def hang(self) -> None:
        """Takes connections and answers nothing."""
        os.kill(self._process.pid, signal.SIGSTOP)

    def go_on(self) -> None:
        os.kill(self._process.pid, signal.SIGCONT)

    def kill(self) -> None:
        self._process.send_signal(signal.SIGCONT)
        self._process.kill()
        self._process.wait()

    def names(self) -> list[str]:
        return sorted(key.decode() for key in self.client().scan_iter())

    def dump(self) -> str:
        """Every key and every value, as text."""
        client, parts = self.client(), []
        for key in client.scan_iter():
            kind = client.type(key).decode()
            value = {"string": client.get, "hash": client.hgetall, "set": client.smembers}[kind](key)
            parts += [key.decode(), str(value)]
        return "\n".join(parts)

    def without_an_end(self) -> list[str]:
        """The keys that never expire."""
        client = self.client()
        return [key.decode() for key in client.scan_iter() if client.ttl(key) == -1]


@contextmanager
def redis_server(folder: Path, *, keeps: bool = False) -> Iterator[RedisServer]:
    server = RedisServer(folder, keeps=keeps)
    try:
        yield server
    finally:
        server.kill()
