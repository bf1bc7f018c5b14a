"""One process of the fleet: started, stopped, killed, frozen, and weighed."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

START_SECONDS = 120
_PAGE = os.sysconf("SC_PAGE_SIZE")


class DidNotStart(Exception):
    """A process that did not come up; the message holds the end of what it said."""


@dataclass
class Process:
    """A process by its command.

    Args:
        name: "gateway-1", "redis-optouts".
        answers: whether it is up, asked until it is.
    """

    name: str
    command: list[str]
    environ: dict[str, str]
    folder: Path
    answers: Callable[[], bool]
    running: subprocess.Popen[bytes] | None = field(default=None, repr=False)

    def start(self) -> None:
        """Start it without waiting."""
        with open(self.folder / f"{self.name}.log", "ab") as log:
            self.running = subprocess.Popen(self.command, cwd=self.folder, env=self.environ, stdout=log, stderr=subprocess.STDOUT)

    def wait(self) -> None:
        """Until it answers. Raises ``DidNotStart``."""
        deadline = time.monotonic() + START_SECONDS
        while not self.answers():
            assert self.running
            if self.running.poll() is not None or time.monotonic() > deadline:
                said = (self.folder / f"{self.name}.log").read_text(errors="replace")
                raise DidNotStart(f"{self.name} did not start:\n{said[-2000:]}")
            time.sleep(0.05)

    def restart(self) -> None:
        """Ask it to end, wait until it has, and start it again."""
        self.end()
        self.start()
        self.wait()

    def end(self, seconds: float = 40) -> None:
        """Ask it to end, as a deployment does; kill it after ``seconds``."""
        if self.running and self.running.poll() is None:
            self.signal(signal.SIGCONT)
            self.signal(signal.SIGTERM)
            try:
                self.running.wait(timeout=seconds)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        """End it at once, without a chance to tidy up."""
        assert self.running
        self.running.kill()
        self.running.wait()

    def signal(self, number: signal.Signals) -> None:
        """Freeze it (SIGSTOP), let it go on (SIGCONT), or anything else."""
        assert self.running
        self.running.send_signal(number)

    @property
    def memory(self) -> float:
        """What it holds of the machine's memory, in MiB; zero where it is not running."""
        try:
            assert self.running
            return int(Path(f"/proc/{self.running.pid}/statm").read_text().split()[1]) * _PAGE / 2**20
        except (AssertionError, OSError):
            return 0.0
