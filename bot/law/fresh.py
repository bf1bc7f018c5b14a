"""A file that was opened, opened again where it has been replaced: how a running process comes to know a new law.db.

A build puts the whole new file in the old one's place, so the file is never seen half-written, and one look at its entry in the
folder tells whether it is another.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from pathlib import Path
from typing import Generic, TypeVar

T = TypeVar("T")
logger = logging.getLogger(__name__)


class Fresh(Generic[T]):
    """What ``opener`` makes of the file at ``path``, made anew when the file was replaced. Serves one thread."""

    def __init__(self, path: Callable[[], Path], opener: Callable[[Path], T]) -> None:
        self._path, self._opener = path, opener
        self._seen: object = None
        self._opened: T | None = None

    def __call__(self) -> T:
        """The opened file as it is now.

        Raises what ``opener`` raises where nothing could be opened yet. A new file that cannot be read leaves the old one open.
        """
        path = self._path()
        stamp = (path, _stamp(path))
        if self._opened is None or stamp != self._seen:
            try:
                self._opened = self._opener(path)
            except Exception:
                if self._opened is None:
                    raise
                logger.error("the new %s cannot be read; the one before it stays in use", path.name)
            self._seen = stamp
        return self._opened


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """What tells one file from another at the same place; None where there is none."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size
