"""Marked words, names and numbers for tests that ask where something a person wrote can be found afterwards."""

from __future__ import annotations

import gc
import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

WORD, NAME, NUMBER = "zyxquine", "Maribelzyx", "2035550187"
_MARKED = re.compile(rb"zyxquin|maribelzyx|203\W{0,3}555\W{0,3}0187|2\0?0\0?3\0?5\0?5\0?5\0?0\0?1\0?8\0?7|z\0{1,3}y\0{1,3}x\0{1,3}q", re.I)
Piece = tuple[str, bytes]  # where, and what stands there


def marks(raw: bytes) -> list[str]:
    """The marks in ``raw``, in whatever case and width they were written."""
    return [match[0].decode("latin-1") for match in _MARKED.finditer(raw)]


@dataclass(frozen=True)
class Run:
    """One run of the bot, and what it may have written to.

    Args:
        url: of the gateway.
        folder: holds its logs, state, temporary files and home.
        sources: the project's folder, where nothing may change.
        began: when it started, in seconds since the epoch.
        metrics: the address of its metrics, where it has one.
        redis: the addresses of what it shares with others, where it does.
    """

    url: str
    folder: Path
    sources: Path
    began: float
    metrics: str = ""
    redis: tuple[str, ...] = ()

    def processes(self) -> list[int]:
        """The ids of its processes: those whose environment names its log folder."""
        mine = f"CHARTER_OAK_LOGS={self.folder}".encode()
        return [int(path.parent.name) for path in Path("/proc").glob("[0-9]*/environ") if mine in _read(path)]


def files(run: Run) -> Iterator[Piece]:
    """Logs, state (SQLite as raw bytes), temporary files, the home folder: everything below the run's folder."""
    yield from ((str(path.relative_to(run.folder)), _read(path)) for path in run.folder.rglob("*") if path.is_file())


def file_names(run: Run) -> Iterator[Piece]:
    """The names of those files."""
    yield from (("name", str(path.relative_to(run.folder)).encode()) for path in run.folder.rglob("*"))


def changed_sources(run: Run) -> Iterator[Piece]:
    """Files of the project that changed meanwhile: crash files, caches."""
    for root, folders, names in os.walk(run.sources):
        folders[:] = [name for name in folders if name not in (".venv", ".git", ".tools", ".hypothesis", "__pycache__", "models", "tests")]
        for path in (Path(root, name) for name in names):
            if path.is_file() and path.stat().st_mtime >= run.began:
                yield str(path), _read(path)


def shared_temporary(run: Run) -> Iterator[Piece]:
    """Temporary files that one of its processes has open anywhere, shared memory included."""
    for pid in run.processes():
        for link in Path(f"/proc/{pid}/fd").glob("*"):
            try:
                there = os.readlink(link)
            except OSError:
                continue
            if there.startswith(("/tmp", "/dev/shm", "/var/tmp", "/run")) and os.path.isfile(there):
                yield there, _read(Path(there))


def environments(run: Run) -> Iterator[Piece]:
    """Environment and command line of each process."""
    for pid in run.processes():
        yield f"environ of {pid}", _read(Path(f"/proc/{pid}/environ"))
        yield f"cmdline of {pid}", _read(Path(f"/proc/{pid}/cmdline"))


def metrics(run: Run) -> Iterator[Piece]:
    """What a collector of metrics reads, where there is one."""
    if run.metrics:
        yield run.metrics, httpx.get(run.metrics, trust_env=False).content


def shared(run: Run) -> Iterator[Piece]:
    """Every key of each Redis, and its value as Redis itself writes it out."""
    import redis  # comes with what shares, and is not there without it

    for url in run.redis:
        client = redis.Redis.from_url(url)
        for key in client.scan_iter():
            yield f"{url} {key!r}", key + b"\0" + (client.get(key) if client.type(key) == b"string" else client.dump(key) or b"")


# What is searched. A store that is added gets a function here.
PLACES: dict[str, Callable[[Run], Iterator[Piece]]] = {
    "files": files, "names of files": file_names, "files of the project": changed_sources, "open temporary files": shared_temporary,
    "environments and command lines": environments, "metrics": metrics, "Redis": shared,
}


def found(run: Run, places: dict[str, Callable[[Run], Iterator[Piece]]] | None = None) -> dict[str, list[str]]:
    """Where marks stand, by place; empty where none does."""
    hits = {f"{kind}: {where}": marks(raw) for kind, look in (places or PLACES).items() for where, raw in look(run)}
    return {where: found for where, found in hits.items() if found}


def in_memory(pid: int) -> Counter[str]:
    """How often each mark stands in the writable memory of a process, live or freed. Needs root."""
    counted: Counter[str] = Counter()
    with open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
            span, rights, *_ = line.split()
            if rights.startswith("rw"):
                low, high = (int(part, 16) for part in span.split("-"))
                try:
                    memory.seek(low)
                    held = memory.read(high - low)
                    counted.update({mark: held.count(mark.encode()) for mark in (WORD, NAME, NUMBER)})
                except (OSError, ValueError, OverflowError):
                    continue
    return +counted


def referred_to() -> list[str]:
    """The texts with a mark that something alive in this process refers to; as long as one is held, it is here."""
    gc.collect()
    held = {
        id(text): text for owner in gc.get_objects() for text in gc.get_referents(owner) if isinstance(text, str | bytes) and len(text) < 100_000
    }
    return [repr(text)[:120] for text in held.values() if marks(text.encode("utf-8", "replace") if isinstance(text, str) else text)]


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
