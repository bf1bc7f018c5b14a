"""The law store as the pages use it: its pages are made once each and kept for as long as law.db and official.db are the same."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Hashable
from functools import lru_cache

from starlette.applications import Starlette

from bot.law.cite import file_name
from bot.render.law.cross_links import CrossLinks
from gateway.shelf import Shelf, shelf

MOST_DATED = 256  # pages of earlier days that are kept: anyone can ask for any day


class LawPages:
    """The open shelf and the pages made of it so far. Like the store it serves one thread: the event loop's."""

    def __init__(self, opened: Shelf, public_url: str) -> None:
        self.opened = opened
        self.store, self.reader, self.official = opened.store, opened.citations, opened.official
        self.public_url = public_url
        self.links = CrossLinks(self.store)
        self.sections = {file_name(section): section for section in self.store.section_ids}

        def made(make: Callable[..., bytes], *what: Hashable) -> bytes:
            return make(self, *what)

        self._lasting = lru_cache(maxsize=None)(made)
        self._dated = lru_cache(maxsize=MOST_DATED)(made)

    def kept(self, make: Callable[..., bytes], *what: Hashable) -> bytes:
        """``make(pages, *what)``, made at the first request. ``what`` is of a limited number, unless a date is in it."""
        dated = any(isinstance(part, dt.date) for part in what)
        return (self._dated if dated else self._lasting)(make, *what)


def of(app: Starlette) -> LawPages | None:
    """The application's pages, made anew for each new law.db or official.db; None while there is no store to open.

    The rest of the gateway works without it: someone in danger never waits for law.db.
    """
    opened = shelf()
    if opened is None:
        return None
    found: LawPages | None = getattr(app.state, "law_pages", None)
    if found is None or found.opened is not opened:
        found = app.state.law_pages = LawPages(opened, app.state.settings.public_url)
    return found
