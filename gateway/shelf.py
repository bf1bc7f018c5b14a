"""The law store, as the pages read it: the names of what is cited, what may be asked, how current it is."""

from __future__ import annotations

from functools import cache

from bot import paths
from bot.errors import NoLawStore
from bot.law.store import LawStore


@cache
def store() -> LawStore | None:
    """The store, opened at the first call; None where there is none, so that the pages still show the numbers."""
    try:
        return LawStore(paths.law_db())
    except NoLawStore:
        return None
