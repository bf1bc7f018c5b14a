"""The law store as the Slack desk reads it: opened when first needed, and opened again when law.db was replaced."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path

from bot import paths
from bot.law.official import OfficialTexts
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from gateway import shelf

logger = logging.getLogger("gateway")


@dataclass(frozen=True)
class Shelf:
    """The open store, the reader of its citations, and the official words where they were loaded."""

    store: LawStore
    citations: CitationReader
    official: OfficialTexts | None = None


class Law:
    """Hands out the shelf; None while law.db is missing, which danger and the numbers never wait for."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path or paths.law_db()
        self._shelf: Shelf | None = None

    @property
    def shelf(self) -> Shelf | None:
        """The open store, or None."""
        if (store := shelf.store(self._path)) is None:
            logger.warning("the law store cannot be read: run charter-oak build")
            return None
        if self._shelf is None or self._shelf.store is not store or self._shelf.official is not shelf.official():
            self._shelf = Shelf(store, CitationReader(store.jurisdiction, store.section_ids, store.acts), shelf.official())
        return self._shelf

    @property
    def store(self) -> LawStore | None:
        """The open store, or None."""
        return self.shelf.store if self.shelf else None
