"""The desk: what answering needs at hand, built once a process and then only read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from bot.nlp.terms import TermReader
from bot.safety.emergency import EmergencyWatch, watch


@dataclass(frozen=True)
class Desk:
    """The store and the readers that share its vocabulary. ``today`` can be set, so that tests can be dated."""

    store: LawStore
    citations: CitationReader
    terms: TermReader
    watch: EmergencyWatch
    today: Callable[[], dt.date] = dt.date.today

    @classmethod
    def open(cls, law_db: Path) -> Desk:
        """Open the store and build the readers from it. Raises ``NoLawStore``."""
        store = LawStore(law_db)
        return cls(store, CitationReader(store.jurisdiction, store.section_ids, store.acts), TermReader(store.terms), watch())

    def say(self, lang: str, key: str, **fields: str) -> str:
        """A phrase of the bot's furniture with its placeholders filled.

        ``{hotline.call}`` and its like come from the help list; other fields from the caller.
        """
        return self.fill(self.store.phrases[lang][key], fields)

    def fill(self, text: str, fields: dict[str, str] | None = None) -> str:
        """``text`` with ``{resource.attribute}`` and the given fields put in."""
        for name, value in (fields or {}).items():
            text = text.replace("{" + name + "}", value)
        if "{" in text:
            for resource in self.store.resources.values():
                for attribute in ("call", "text", "web", "email"):
                    text = text.replace(f"{{{resource.id}.{attribute}}}", getattr(resource, attribute))
        return text
