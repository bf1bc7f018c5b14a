"""What is kept of months that are over: lines that many share, in a small SQLite file on one machine, in Redis for gateways side by side."""

from __future__ import annotations

import datetime as dt
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import msgspec
from starlette.concurrency import run_in_threadpool

from bot.errors import CharterOakError
from bot.held import Held
from bot.shared import Shared
from gateway.settings import Settings
from gateway.usage.lines import Line

FILE = "usage.db"
MONTHS = 13  # that are kept: a year can be held against the year before
_DAYS = MONTHS * 31

HELD = Held(
    what="Where USAGE_COUNTS is on: of months that are over, how many conversations asked about a subject, where at least"
         " METRICS_SMALLEST_GROUP did, rounded down. No day, no id, nothing of anyone alone",
    where=f"the file `{FILE}` in `STATE_DIR`, which only the bot's own user may read; with `REDIS_URL`, that Redis",
    how_long=f"{MONTHS} months",
    who="whoever controls the machine, and whoever they show the report to",
    erased="whoever runs it deletes the file",
)


class CannotPublish(CharterOakError):
    """What a month brought cannot be kept or read. Names the kind of failure and never a value."""


@dataclass(frozen=True)
class Month:
    """What may be shown of a month. ``smallest``: how many conversations had to share a line; 0 where nothing was counted."""

    name: str
    lines: Mapping[Line, int] = field(default_factory=dict)
    smallest: int = 0


class Published(Protocol):
    """Keeps what may be shown. A month that was closed in pieces, by restarts, is their sum. Raises ``CannotPublish``, ``StoreLost``."""

    async def add(self, month: str, lines: Mapping[Line, int], smallest: int) -> None:
        """Add lines to a month."""

    async def read(self, month: str) -> Month:
        """What is kept of a month."""

    async def close(self) -> None:
        """Let go of the connections."""


def open_published(settings: Settings) -> Published:
    """Where this copy keeps its months."""
    return SharedPublished(Shared(settings.redis_url)) if settings.redis_url else FilePublished(settings.state)


class FilePublished:
    """Months in a SQLite file that only this user may read; made when there is something to keep."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / FILE

    async def add(self, month: str, lines: Mapping[Line, int], smallest: int) -> None:
        """Add lines to a month, and drop what is older than a year."""
        await run_in_threadpool(self._tried, lambda: self._add(month, lines, smallest))

    async def read(self, month: str) -> Month:
        """What is kept of a month; an empty one where there is no file."""
        found: Month = await run_in_threadpool(self._tried, lambda: self._read(month))
        return found

    async def close(self) -> None:
        """Nothing is open."""

    def _tried(self, work: Any) -> Any:
        try:
            return work()
        except (OSError, sqlite3.Error) as error:
            raise CannotPublish(f"{FILE} in STATE_DIR cannot be read or written ({type(error).__name__}).") from None

    def _add(self, month: str, lines: Mapping[Line, int], smallest: int) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
        with closing(sqlite3.connect(self._path, timeout=5)) as db, db:
            db.execute("PRAGMA secure_delete = ON")
            db.execute("CREATE TABLE IF NOT EXISTS months (month TEXT PRIMARY KEY, smallest INTEGER NOT NULL) WITHOUT ROWID")
            db.execute(
                "CREATE TABLE IF NOT EXISTS lines (month TEXT, channel TEXT, lang TEXT, what TEXT, topic TEXT, conversations INTEGER NOT NULL,"
                " PRIMARY KEY (month, channel, lang, what, topic)) WITHOUT ROWID"
            )
            db.execute("INSERT INTO months VALUES (?, ?) ON CONFLICT DO UPDATE SET smallest = min(smallest, excluded.smallest)", (month, smallest))
            db.executemany(
                "INSERT INTO lines VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET conversations = conversations + excluded.conversations",
                [(month, *line, number) for line, number in lines.items()],
            )
            oldest = (dt.date.fromisoformat(f"{month}-28") - dt.timedelta(days=_DAYS)).strftime("%Y-%m")
            for table in ("months", "lines"):
                db.execute(f"DELETE FROM {table} WHERE month < ?", (oldest,))

    def _read(self, month: str) -> Month:
        if not self._path.exists():
            return Month(month)
        with closing(sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=5)) as db:
            smallest = db.execute("SELECT smallest FROM months WHERE month = ?", (month,)).fetchone()
            rows = db.execute("SELECT channel, lang, what, topic, conversations FROM lines WHERE month = ?", (month,)).fetchall()
        return Month(month, {Line(*row[:4]): row[4] for row in rows}, smallest[0] if smallest else 0)


class SharedPublished:
    """Months in the Redis that gateways share, where any of them closes a month for all."""

    def __init__(self, shared: Shared) -> None:
        self._shared, self._redis = shared, shared.redis

    async def add(self, month: str, lines: Mapping[Line, int], smallest: int) -> None:
        """Add lines to a month, in one step."""
        async def work() -> None:
            async with self._redis.pipeline(transaction=True) as steps:
                steps.hset(_name(month), "smallest", smallest)
                for line, number in lines.items():
                    steps.hincrby(_name(month), msgspec.json.encode(line).decode(), number)
                steps.expire(_name(month), _DAYS * 24 * 60 * 60)
                await steps.execute()

        await self._shared.ask(work)

    async def read(self, month: str) -> Month:
        """What is kept of a month."""
        found: dict[bytes, bytes] = await self._shared.ask(lambda: self._redis.hgetall(_name(month)))  # type: ignore[arg-type]
        smallest = int(found.pop(b"smallest", b"0"))
        return Month(month, {msgspec.json.decode(name, type=Line): int(number) for name, number in found.items()}, smallest)

    async def close(self) -> None:
        """Close the connections."""
        await self._shared.close()


def _name(month: str) -> str:
    return f"month:{month}"
