"""What the interpreter opens and connects to while something is made."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# What the interpreter reports: files opened to be written, addresses looked up or connected to, and files read by name.
_reported: list[tuple[str, str]] | None = None


def _report(event: str, arguments: tuple[Any, ...]) -> None:
    if _reported is None:
        return
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        _reported.append(("network", repr(arguments)))
    elif event == "open":
        path, mode, flags = arguments
        writing = set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        _reported.append(("written" if writing else "read", str(path)))
    elif event in ("os.mkdir", "tempfile.mkstemp", "tempfile.mkdtemp"):
        _reported.append(("written", str(arguments)))


sys.addaudithook(_report)


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """What is opened and connected to in the meantime."""
    global _reported
    _reported = events = []
    try:
        yield events
    finally:
        _reported = None
