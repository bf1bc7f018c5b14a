"""The law store as the gateway's surfaces read it: opened when first needed, and opened again when law.db was replaced.

Danger and the numbers never wait for it.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from bot import paths
from bot.errors import NoLawStore
from bot.law.fresh import Fresh
from bot.law.official import OfficialTexts
from bot.law.store import LawStore


def store(path: Path | None = None) -> LawStore | None:
    """The one open store of this process, or of ``path``; None where there is none yet."""
    try:
        return _of(path or paths.law_db())()
    except NoLawStore:
        return None


@cache
def _of(path: Path) -> Fresh[LawStore]:
    return Fresh(lambda: path, LawStore)


# The official words that were loaded on this machine, read anew when they were loaded anew; empty where there are none.
official = Fresh(paths.official_db, OfficialTexts)
