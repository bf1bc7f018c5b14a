"""Where things lie: what is shipped and only read, and what is made on this machine.

In a repository both are the repository. An installed release reads what lies beside its code, which may be read-only, and makes
the rest in a folder of its own. Each place can be moved by an environment variable; none of these is read at import.
"""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs

PACKAGES = Path(__file__).resolve().parent.parent  # where the code is: the repository, or an environment's site-packages
_SHIPPED = PACKAGES / "bot" / "shipped"  # hatch_build.py puts it into the wheel

INSTALLED = _SHIPPED.is_dir()
ROOT = _SHIPPED if INSTALLED else PACKAGES  # what is shipped, under the repository's names: content/, data/, config.yml

NAMED = ("CHARTER_OAK_HOME", "CHARTER_OAK_CONTENT", "CHARTER_OAK_LAW_DB", "CHARTER_OAK_OFFICIAL_DB", "CHARTER_OAK_LOGS", "STATE_DIR")


def home() -> Path:
    """The folder of what is made here: the store, the model, logs, who opted out of texts (``CHARTER_OAK_HOME``)."""
    if named := os.environ.get("CHARTER_OAK_HOME"):
        return Path(named)
    return platformdirs.user_data_path("charter-oak", appauthor=False) if INSTALLED else ROOT


def content_dir() -> Path:
    """The folder of content files (``CHARTER_OAK_CONTENT``)."""
    return Path(os.environ.get("CHARTER_OAK_CONTENT") or ROOT / "content")


def law_db() -> Path:
    """The compiled store (``CHARTER_OAK_LAW_DB``)."""
    return Path(os.environ.get("CHARTER_OAK_LAW_DB") or home() / "build" / "law.db")


def official_db() -> Path:
    """The official text that was loaded on this machine, if any (``CHARTER_OAK_OFFICIAL_DB``). No build makes it again."""
    return Path(os.environ.get("CHARTER_OAK_OFFICIAL_DB") or state_dir() / "official.db")


def logs_dir() -> Path:
    """Where the three processes write what they say (``CHARTER_OAK_LOGS``)."""
    return Path(os.environ.get("CHARTER_OAK_LOGS") or home() / "build" / "logs")


def models_dir() -> Path:
    """Where trained models lie, each named by the hash of what it was trained on."""
    return home() / "models"


def state_dir() -> Path:
    """What outlives a restart: who opted out of texts. The gateway's ``STATE_DIR`` moves it."""
    return home() / ".state"


def for_children() -> dict[str, str]:
    """What a process of ours that starts in ``ROOT`` needs in its environment: the way to this code, and no place that is relative."""
    places = {name: os.path.abspath(os.environ[name]) for name in NAMED if os.environ.get(name)}
    return places if INSTALLED else {**places, "PYTHONPATH": str(PACKAGES)}
