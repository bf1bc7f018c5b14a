"""The errors of the core, as a tree.

* ``CharterOakError``
    * ``ContentError``      a content file is wrong: the author's to mend; stops the build
    * ``NoLawStore``        law.db is missing or cannot be read; run ``charter-oak build``
    * ``NoFactForDate``     a legal figure was asked for outside the dates that the store knows
    * ``StoreLost``         the Redis that processes share did not answer in time; in ``bot/shared.py``

What a *user* got wrong is never an exception: it is a value with words beside it.
"""

from __future__ import annotations

from pathlib import Path


class CharterOakError(Exception):
    """Base of every error that this project raises on purpose."""


class ContentError(CharterOakError):
    """A content file is wrong. Carries the file (from where one stands), the key inside it, and the reason."""

    def __init__(self, file: Path | str, key: str, reason: str) -> None:
        self.file, self.key, self.reason = str(file).removeprefix(f"{Path.cwd()}/"), key, reason
        super().__init__(f"{self.file}: {key}: {reason}" if key else f"{self.file}: {reason}")


class NoLawStore(CharterOakError):
    """The compiled store cannot be opened."""


class NoFactForDate(CharterOakError):
    """No version of the section that the store knows covers the date."""
