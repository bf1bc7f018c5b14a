"""The hash of some files: the same on every machine, whatever their order on its disk and the ends of their lines."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path


def read(root: Path, folder: Path, *suffixes: str) -> Iterable[tuple[str, bytes]]:
    """Each file below ``folder`` that ends in one of ``suffixes``: its name from ``root``, with slashes, and its bytes."""
    return ((path.relative_to(root).as_posix(), path.read_bytes()) for path in folder.rglob("*") if path.suffix in suffixes)


def of(files: Iterable[tuple[str, bytes]]) -> str:
    """The SHA-256 of ``files``, each a name and what it holds, in hexadecimal digits."""
    total = hashlib.sha256()
    for name, data in sorted(files):
        total.update(name.encode() + b"\0" + data.replace(b"\r\n", b"\n") + b"\0")
    return total.hexdigest()
