"""How long a test waits for something that must not hang: far longer than it takes, and far shorter than for ever."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

SECONDS = 30  # on a busy machine the slowest reading takes a tenth of this; one that hangs takes hours


class Hangs(AssertionError):
    """What took too long, by name."""


@contextmanager
def patience(what: str, seconds: int = SECONDS) -> Iterator[None]:
    """Break off with ``Hangs`` what is not done in ``seconds``; Python's patterns look for signals while they search."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def give_up(number: int, frame: FrameType | None) -> None:
        raise Hangs(f"{what} was not done in {seconds} seconds")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)
