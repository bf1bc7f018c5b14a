"""The law store as the pages use it: its pages are made once each and kept for as long as law.db and official.db are the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from functools import lru_cache

from starlette.applications import Starlette

from bot.law.cite import file_name
from bot.law.official import OfficialTexts
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from bot.render.law.cross_links import CrossLinks
from gateway.shelf import official, store

MOST_DATED = 256  # pages of earlier days that are kept: anyone can ask for any day


class Shelf:
    """The store, the reader of citations, and the pages made so far. Like the store it serves one thread: the event loop's."""

    def __init__(self, store: LawStore, public_url: str, official: OfficialTexts | None = None) -> None:
        self.store = store
        self.official = official
        self.public_url = public_url
        self.reader = CitationReader(store.jurisdiction, store.section_ids, store.acts)
        self.links = CrossLinks(store)
        self.sections = {file_name(section): section for section in store.section_ids}

        def made(make: Callable[..., bytes], *what: Hashable) -> bytes:
            return make(self, *what)

        self._lasting = lru_cache(maxsize=None)(made)
        self._dated = lru_cache(maxsize=MOST_DATED)(made)

    def kept(self, make: Callable[..., bytes], *what: Hashable) -> bytes:
        """``make(shelf, *what)``, made at the first request. ``what`` is of a limited number, unless a date is in it."""
        dated = any(isinstance(part, dt.date) for part in what)
        return (self._dated if dated else self._lasting)(make, *what)


def of(app: Starlette) -> Shelf | None:
    """The application's shelf, a new one for each new law.db or official.db; None while there is no store to open.

    The rest of the gateway works without it: someone in danger never waits for law.db.
    """
    opened, texts = store(), official()
    if opened is None:
        return None
    found: Shelf | None = getattr(app.state, "shelf", None)
    if found is None or found.store is not opened or found.official is not texts:
        found = app.state.shelf = Shelf(opened, app.state.settings.public_url, texts)
    return found
