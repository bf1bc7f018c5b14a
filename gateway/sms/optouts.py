"""Who wants no texts. The one thing that outlives a restart and a DELETE: a keyed hash of the number, and nothing else.

In a file on one machine; in a Redis of its own, which keeps a file, for gateways side by side (``shared_optouts``).
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
import sqlite3
from pathlib import Path
from typing import Protocol

from starlette.concurrency import run_in_threadpool

from bot.held import Held
from gateway.settings import BadSetting

FILE, KEY_FILE = "optouts.db", "optouts.key"


HELD = Held(
    what="Who wants no texts: keyed hashes of phone numbers, without a time or anything else",
    where=f"the file `{FILE}` in `STATE_DIR`, and its key in `{KEY_FILE}` or `SMS_OPTOUT_KEY`; only the bot's own user may read them",
    how_long="until START: the law asks that a STOP is kept",
    who="whoever controls the machine; with the key, someone can test whether a number is among them",
    erased="START, which overwrites it in the file. DELETE does not, or texts would come again",
)


class OptOutsUnknown(Exception):
    """It cannot be told or kept now who opted out. Names the kind of failure and never a value."""


class OptOuts(Protocol):
    """Whether a phone opted out. Each of these raises ``OptOutsUnknown`` where that cannot be told or kept."""

    async def has(self, phone: str) -> bool:
        """Whether ``phone`` wants no texts."""

    async def add(self, phone: str) -> None:
        """No more texts to ``phone``."""

    async def remove(self, phone: str) -> None:
        """Texts to ``phone`` again."""

    async def ready(self) -> bool:
        """Whether it can be told."""


class FileOptOuts:
    """Opt-outs in a SQLite file that only this user may read.

    Args:
        folder: where the file stands, and the key unless one is given.
        key: the key under which numbers are hashed. It must stay the same, or nobody would be found again; another one than the
            file was begun with raises ``BadSetting``, and so does a folder that cannot be written.
    """

    def __init__(self, folder: Path, key: str = "") -> None:
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._key = key.encode() or _kept_key(folder / KEY_FILE)
            self._path = folder / FILE
            os.close(os.open(self._path, os.O_CREAT | os.O_RDWR, 0o600))
            self._path.chmod(0o600)
            with self._open() as db:
                db.execute("CREATE TABLE IF NOT EXISTS optouts (phone TEXT PRIMARY KEY) WITHOUT ROWID")
                db.execute("CREATE TABLE IF NOT EXISTS begun_with (mark TEXT PRIMARY KEY) WITHOUT ROWID")
                if not db.execute("SELECT 1 FROM begun_with").fetchone():
                    db.execute("INSERT INTO begun_with VALUES (?)", (self._hash(""),))
                same = db.execute("SELECT 1 FROM begun_with WHERE mark = ?", (self._hash(""),)).fetchone()
        except (OSError, sqlite3.Error) as error:
            raise BadSetting(f"STATE_DIR={folder} cannot hold who opted out of texts ({type(error).__name__}). Make it writable.") from None
        if not same:
            raise BadSetting(
                f"{self._path} was begun with another key than SMS_OPTOUT_KEY or {KEY_FILE} holds now. Put that key back: under this one"
                " everyone who opted out would get texts again."
            )

    async def has(self, phone: str) -> bool:
        """Whether ``phone`` wants no texts."""
        return bool(await self._run("SELECT 1 FROM optouts WHERE phone = ?", phone))

    async def add(self, phone: str) -> None:
        """No more texts to ``phone``."""
        await self._run("INSERT OR IGNORE INTO optouts VALUES (?)", phone)

    async def remove(self, phone: str) -> None:
        """Texts to ``phone`` again."""
        await self._run("DELETE FROM optouts WHERE phone = ?", phone)

    async def ready(self) -> bool:
        """Whether the file can be read."""
        try:
            await self.has("")
        except OptOutsUnknown:
            return False
        return True

    async def _run(self, statement: str, phone: str) -> list[tuple[int]]:
        def run() -> list[tuple[int]]:
            with self._open() as db:
                return db.execute(statement, (self._hash(phone),)).fetchall()

        try:
            return await run_in_threadpool(run)
        except (OSError, sqlite3.Error) as error:
            raise OptOutsUnknown(type(error).__name__) from None

    def _open(self) -> sqlite3.Connection:
        db = sqlite3.connect(self._path, timeout=2)
        db.execute("PRAGMA secure_delete = ON")  # who takes texts again leaves no trace in the file's free pages
        return db

    def _hash(self, phone: str) -> str:
        return hashed(self._key, phone)


def hashed(key: bytes, phone: str) -> str:
    """A phone as it is kept; of no phone, a mark of the key itself."""
    return hmac.new(key, phone.encode(), hashlib.sha256).hexdigest()


def _kept_key(path: Path) -> bytes:
    """The key in ``path``, made at the first start."""
    try:
        file = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        key = path.read_bytes().strip()
        if not key:
            raise BadSetting(f"{path} is empty. Put the key back, or remove it together with {FILE}.") from None
        return key
    with os.fdopen(file, "wb") as out:
        out.write(secrets.token_hex(32).encode())
    return path.read_bytes()
