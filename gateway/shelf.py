"""The law store as the gateway's surfaces read it: opened when first needed, and opened again when law.db was replaced.

Danger and the numbers never wait for it.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

from bot import paths
from bot.errors import NoLawStore
from bot.law.fresh import Fresh
from bot.law.official import OfficialTexts
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader

logger = logging.getLogger("gateway")


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


@dataclass(frozen=True)
class Shelf:
    """The open store, the reader of its citations, and the official words where they were loaded. It serves one thread."""

    store: LawStore
    citations: CitationReader
    official: OfficialTexts | None = None


def shelf() -> Shelf | None:
    """What is open now: another shelf for each new law.db or official.db, None while there is no store to open."""
    opened = store()
    if opened is None:
        logger.warning("the law store cannot be read: run charter-oak build")
        return None
    return _shelf(opened, official())


@lru_cache(maxsize=1)
def _shelf(opened: LawStore, texts: OfficialTexts) -> Shelf:
    return Shelf(opened, CitationReader(opened.jurisdiction, opened.section_ids, opened.acts), texts)
