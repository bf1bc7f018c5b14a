"""The law store as the gateway's surfaces read it: opened when first needed, and tried again while it cannot be read.

Danger and the numbers never wait for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot import paths
from bot.errors import NoLawStore
from bot.law.store import LawStore


def store(path: Path | None = None) -> LawStore | None:
    """The one open store of this process, or of ``path``; None where there is none yet."""
    try:
        return _opened(path or paths.law_db())
    except NoLawStore:
        return None


@cache
def _opened(path: Path) -> LawStore:
    return LawStore(path)  # an error is not kept, so that a store built later is found
