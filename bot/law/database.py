"""law.db, opened read-only, and what it says of itself."""

from __future__ import annotations

import datetime as dt
import sqlite3
from functools import cached_property
from pathlib import Path
from typing import Any

import msgspec

from bot.errors import NoLawStore
from bot.law.records import Jurisdiction


class Database:
    """The compiled file. One instance serves one thread."""

    def __init__(self, path: Path) -> None:
        """Open ``path`` read-only. Raises ``NoLawStore`` when it is missing or not a store."""
        try:
            # immutable: no locks and no look at the file's date for each query; a new build is a new file
            self._db = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
            self._db.row_factory = sqlite3.Row
            self._meta = {row["name"]: row["value"] for row in self._rows("select name, value from meta")}
        except sqlite3.Error as error:
            raise NoLawStore(f"The law store {path} cannot be read ({error}). Run: charter-oak build") from None

    def close(self) -> None:
        """Close the file."""
        self._db.close()

    def _rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        return self._db.execute(sql, values).fetchall()

    @cached_property
    def jurisdiction(self) -> Jurisdiction:
        """Whose law this is and how its citations are written."""
        return msgspec.json.decode(self._meta["jurisdiction"], type=Jurisdiction)

    @property
    def content_hash(self) -> str:
        """The hash of the content files that the store was built from."""
        return str(self._meta["content"])

    @property
    def checked_on(self) -> dt.date:
        """The latest date on which a section was checked against the official text."""
        return dt.date.fromisoformat(self._meta["checked_on"])
