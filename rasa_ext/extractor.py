"""Finds citations and terms with the core's spaCy rules and hands them to Rasa as entities."""

from __future__ import annotations

from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.extractors.extractor import EntityExtractorMixin
from rasa.shared.nlu.constants import ENTITIES, TEXT
from rasa.shared.nlu.training_data.message import Message

from bot import paths
from bot.law.content import digest
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from bot.nlp.terms import TermReader


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.ENTITY_EXTRACTOR, is_trainable=False)
class LawEntityExtractor(GraphComponent, EntityExtractorMixin):
    """Entities ``citation``, ``offense``, ``business`` and ``profession``, from the store's own vocabulary."""

    def __init__(self, store: LawStore) -> None:
        self._citations = CitationReader(store.jurisdiction, store.section_ids, store.acts)
        self._terms = TermReader(store.terms)

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> LawEntityExtractor:
        """Read the vocabulary from the compiled store."""
        return cls(LawStore(paths.law_db()))

    @classmethod
    def fingerprint_addon(cls, config: dict[str, Any]) -> str | None:
        """The vocabulary is not part of the graph: its hash tells Rasa when it changed."""
        return digest(paths.content_dir() / "topics")

    def process(self, messages: list[Message]) -> list[Message]:
        """Add the entities found to each message."""
        for message in messages:
            text = message.get(TEXT) or ""
            found = [_entity("citation", m.cite, m.start, m.end) for m in self._citations.find(text)]
            found += [_entity(m.subject, m.term, m.start, m.end) for m in self._terms.find(text)]
            message.set(ENTITIES, message.get(ENTITIES, []) + found, add_to_output=True)
        return messages


def _entity(kind: str, value: str, start: int, end: int) -> dict[str, Any]:
    return {"entity": kind, "value": value, "start": start, "end": end, "extractor": "LawEntityExtractor"}
