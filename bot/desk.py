"""The desk: what answering needs at hand, built once a process and then only read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from bot.nlp.folding import whole
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

    @cached_property
    def titles(self) -> dict[str, str]:
        """The choice that each topic's title stands for, when it is typed out."""
        return {whole(title): f"topic:{name}" for title, name in self.store.titles.items()}

    @cached_property
    def commands(self) -> dict[str, str]:
        """The words that steer an interview, in every language, each with its command."""
        found: dict[str, str] = {}
        for phrases in self.store.phrases.values():
            for key, words in phrases.items():
                if key.startswith("navigation."):
                    found |= {whole(word): key.removeprefix("navigation.") for word in words.split(",")}
        return found

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
