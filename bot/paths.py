"""Where things lie. Each place can be moved by an environment variable; nothing is read at import."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def content_dir() -> Path:
    """The folder of content files (``CHARTER_OAK_CONTENT``)."""
    return Path(os.environ.get("CHARTER_OAK_CONTENT", ROOT / "content"))


def law_db() -> Path:
    """The compiled store (``CHARTER_OAK_LAW_DB``)."""
    return Path(os.environ.get("CHARTER_OAK_LAW_DB", ROOT / "build" / "law.db"))


def official_db() -> Path:
    """The official text that was loaded on this machine, if any (``CHARTER_OAK_OFFICIAL_DB``). No build makes it again."""
    return Path(os.environ.get("CHARTER_OAK_OFFICIAL_DB", ROOT / ".state" / "official.db"))


def logs_dir() -> Path:
    """Where the three processes write what they say (``CHARTER_OAK_LOGS``)."""
    return Path(os.environ.get("CHARTER_OAK_LOGS", ROOT / "build" / "logs"))
