"""N-gram features and the linear classifier over them. No Rasa here, so that it can be measured alone."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from scipy import sparse
from scipy.optimize import minimize_scalar
from scipy.special import log_softmax, softmax
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.svm import LinearSVC

from bot.nlp.folding import fold

Matrix = np.ndarray[Any, np.dtype[Any]]
HELD_OUT = 5  # every fifth phrase fits the scale


def plain(text: str) -> str:
    """The text as the features see it: folded, letters repeated for effect ("pleeease") shortened."""
    return re.sub(r"(.)\1{2,}", r"\1\1", fold(text))


@dataclass
class NgramModel:
    """A trained model: two vectorisers, one weight matrix."""

    words: TfidfVectorizer
    letters: TfidfVectorizer
    labels: list[str]
    weights: Matrix  # float32, features x labels
    bias: Matrix

    @cached_property
    def _kinds(self) -> list[_Kind]:
        # Built once: a vectoriser builds its analyser, and a matrix of its idf, anew for each text.
        return [
            _Kind(self.words.build_analyzer(), self.words.vocabulary_, self.words.idf_.astype(np.float32), 0),
            _Kind(self.letters.build_analyzer(), self.letters.vocabulary_, self.letters.idf_.astype(np.float32), len(self.words.vocabulary_)),
        ]

    def features(self, text: str) -> tuple[list[int], Matrix]:
        """The features that a text has: their rows in ``weights``, and how much each counts (as scikit-learn's tf-idf, float32)."""
        cleaned = plain(text)
        found = [kind.of(cleaned) for kind in self._kinds]
        return [row for rows, _ in found for row in rows], np.concatenate([values for _, values in found])

    def probabilities(self, texts: Sequence[str]) -> Matrix:
        """One row a text, one column a label; rows sum to 1."""
        scores = []
        for text in texts:
            rows, values = self.features(text)
            scores.append(values @ self.weights[rows] + self.bias)
        return np.asarray(softmax(np.stack(scores), axis=1))


@dataclass
class _Kind:
    """One kind of n-grams: how to find them in a text, which are known, how rare each is, and where its rows begin."""

    ngrams: Callable[[str], list[str]]
    known: dict[str, int]
    idf: Matrix
    first: int

    def of(self, text: str) -> tuple[list[int], Matrix]:
        """Rows and values of the n-grams of ``text`` that are known; the values' squares sum to 1."""
        counts = Counter(self.known[ngram] for ngram in self.ngrams(text) if ngram in self.known)
        places = list(counts)
        values = (np.log(np.fromiter(counts.values(), np.float32, len(counts))) + 1) * self.idf[places]
        length = np.linalg.norm(values)
        return [self.first + place for place in places], values / length if length else values


def train(texts: Sequence[str], labels: Sequence[str], strength: float) -> NgramModel:
    """Fit a model. The same phrases give the same weights: nothing in it is random.

    A linear machine of one label against the rest trains in seconds where a multinomial regression takes
    minutes, for the same accuracy; its scores become probabilities by one scale, fitted on every fifth phrase.
    """
    settings: dict[str, Any] = {"sublinear_tf": True, "dtype": np.float32, "lowercase": False}
    words = TfidfVectorizer(ngram_range=(1, 2), token_pattern=r"[\w-]+", **settings)
    letters = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5), min_df=2, **settings)
    cleaned = [plain(text) for text in texts]
    matrix = sparse.hstack([words.fit_transform(cleaned), letters.fit_transform(cleaned)], format="csr")
    names = np.asarray(labels)
    held = np.arange(len(names)) % HELD_OUT == 0
    scale = _fit_scale(_machine(strength).fit(matrix[~held], names[~held]), matrix[held], names[held])
    machine = _machine(strength).fit(matrix, names)
    weights = (machine.coef_.T * scale).astype(np.float32)
    return NgramModel(words, letters, list(machine.classes_), weights, (machine.intercept_ * scale).astype(np.float32))


def _machine(strength: float) -> LinearSVC:
    return LinearSVC(C=strength, class_weight="balanced", random_state=0)


def _fit_scale(machine: LinearSVC, matrix: sparse.csr_matrix, names: Matrix) -> float:
    """The factor on the scores under which the held-out phrases' own labels are likeliest."""
    place = {name: i for i, name in enumerate(machine.classes_)}
    known = np.array([name in place for name in names])
    scores = machine.decision_function(matrix[known])
    own = np.array([place[name] for name in names[known]])

    def surprise(scale: float) -> float:
        return -float(np.mean(log_softmax(scores * scale, axis=1)[np.arange(len(own)), own]))

    return float(minimize_scalar(surprise, bounds=(0.5, 30), method="bounded").x)
