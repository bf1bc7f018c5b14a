"""Reads official.db: the official words of sections, as the deployer of this copy has loaded them. Without it everything works.

They are no part of the project and are shown beside its restatement, dated, and labelled for what they are.
"""

from __future__ import annotations

import datetime as dt
import json
import sqlite3
from pathlib import Path

import msgspec

from bot.law.published import Published


class Official(msgspec.Struct, frozen=True):
    """One printing of a section with where and when it was taken. A section that is printed twice has two."""

    text: Published
    chapter: str
    url: str
    retrieved: dt.date


class OfficialTexts:
    """The official words that were loaded. One instance serves one thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path`` read-only. A missing file is an empty one; so is one that cannot be read."""
        self._db: sqlite3.Connection | None = None
        if path.exists():
            self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)

    def of(self, section: str) -> tuple[Official, ...]:
        """Every printing of ``section``, in the page's order; none where it was not loaded."""
        return self._read("where section = ? order by place", section)

    def everything(self) -> tuple[Official, ...]:
        """Every section that was loaded."""
        return self._read("order by texts.rowid")

    def _read(self, clause: str, *values: str) -> tuple[Official, ...]:
        if self._db is None:
            return ()
        try:
            rows = self._db.execute(
                "select section, heading, paragraphs, source, history, chapter, texts.url, retrieved"
                f" from texts join pages using (url) {clause}", values,
            ).fetchall()
        except sqlite3.Error:
            return ()
        return tuple(
            Official(
                Published(section=row[0], heading=row[1], paragraphs=tuple(json.loads(row[2])), source=row[3], history=tuple(json.loads(row[4]))),
                row[5], row[6], dt.date.fromisoformat(row[7]),
            )
            for row in rows
        )
