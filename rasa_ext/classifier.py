"""The classifier of topics: n-grams of words and letters and a linear machine, in one component.

Features and weights live together so that each clause of a message can be scored by itself: a Rasa
component cannot call the pipeline again. Why this and not DIET or Rasa's own logistic regression:
docs/decisions/0003-topic-classifier.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import joblib
import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.nlp.clauses import halves, split, without_courtesy
from rasa_ext.ngrams import Matrix, NgramModel, train

RANKED = 40  # topics kept of each ranking


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class TopicClassifier(GraphComponent, IntentClassifier):
    """Ranks topics for the message and for each of its clauses."""

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """The component's settings."""
        return {
            # the inverse of the regularisation: larger fits the training phrases more closely
            "C": 0.5,
        }

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, model: NgramModel | None = None) -> None:
        self._config, self._storage, self._resource, self._model = config, storage, resource, model

    @classmethod
    def create(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext
    ) -> TopicClassifier:
        """Make an untrained component."""
        return cls(config, model_storage, resource)

    @classmethod
    def load(
        cls, config: dict[str, Any], model_storage: ModelStorage, resource: Resource, execution_context: ExecutionContext, **kwargs: Any
    ) -> TopicClassifier:
        """Read a trained component back."""
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, joblib.load(folder / "model.joblib"))

    def train(self, training_data: TrainingData) -> Resource:
        """Fit on every example that has an intent, and keep the result."""
        examples = [m for m in training_data.intent_examples if m.get(TEXT)]
        self._model = train([m.get(TEXT) for m in examples], [m.get(INTENT) for m in examples], self._config["C"])
        with self._storage.write_to(self._resource) as folder:
            joblib.dump(self._model, folder / "model.joblib", compress=1)
        return self._resource

    def process(self, messages: list[Message]) -> list[Message]:
        """Set ``intent``, ``intent_ranking`` and ``clauses`` on each message."""
        for message in messages:
            text = message.get(TEXT)
            if not text or self._model is None:
                continue
            pieces = split(text)
            sides = halves(text) if len(pieces) == 1 else ()
            texts = [text, *(pieces if len(pieces) > 1 else sides)]
            rankings = [_ranked(self._model.labels, row) for row in self._model.probabilities([without_courtesy(piece) for piece in texts])]
            clauses = [{"text": piece, "ranking": ranking, "half": bool(sides)} for piece, ranking in zip(texts, rankings, strict=False)]
            whole = [{"name": name, "confidence": score} for name, score in rankings[0]]
            message.set("intent", whole[0], add_to_output=True)
            message.set("intent_ranking", whole, add_to_output=True)
            message.set("clauses", clauses, add_to_output=True)
        return messages


def _ranked(labels: Sequence[str], row: Matrix) -> list[tuple[str, float]]:
    best = np.argsort(row)[::-1][:RANKED]
    return [(labels[i], round(float(row[i]), 4)) for i in best]
