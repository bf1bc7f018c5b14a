"""What a check looks at, and what it has to say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from gateway.settings import Settings

WRONG, WARNING, FINE = "wrong", "warning", "fine"


@dataclass(frozen=True)
class Finding:
    """One sentence on one thing; ``do`` says what to do about it, and is empty where nothing is to be done."""

    level: str
    says: str
    do: str = ""


def wrong(says: str, do: str) -> Finding:
    """Something that does harm or does not work."""
    return Finding(WRONG, says, do)


def warning(says: str, do: str) -> Finding:
    """Something that may be meant."""
    return Finding(WARNING, says, do)


def fine(says: str) -> Finding:
    """Something that was looked at and is in order."""
    return Finding(FINE, says)


@dataclass(frozen=True)
class Deployment:
    """What is looked at.

    ``online``: other machines may be asked too (Slack, the public address). ``now``: the time, with its zone.
    """

    environ: Mapping[str, str]
    settings: Settings
    root: Path
    now: dt.datetime
    online: bool = False

    def get(self, name: str) -> str:
        """A variable of the environment; empty where it is not set."""
        return self.environ.get(name, "").strip()

    @property
    def public(self) -> bool:
        """Whether people reach it from elsewhere."""
        return bool(self.settings.public_url)
