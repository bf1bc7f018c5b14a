"""Content that may be changed here. That of an installed release is not: the next upgrade would undo the change without a word."""

from __future__ import annotations

from pathlib import Path

from bot import paths
from bot.errors import CharterOakError


class NotOurs(CharterOakError):
    """The content belongs to an installed release; the message says what to do."""


def hold(root: Path) -> None:
    """Hold that the content below ``root`` may be written to. Raises ``NotOurs``."""
    if paths.INSTALLED and root.resolve() == paths.ROOT / "content":
        raise NotOurs(
            f"This content is part of the installed release, and the next upgrade would undo the change. Copy {root} to a folder of your own "
            "and set CHARTER_OAK_CONTENT to it, for this command and for the bot."
        )
