"""Finds the offenses, businesses and professions that a question names, with spaCy rules.

The names come from the store's terms (``content/topics/*_terms.yml``). ``spacy.blank`` needs no model.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import spacy
from spacy.matcher.levenshtein import levenshtein

from bot.law.records import Term
from bot.nlp.folding import fold

_FUZZY_FROM = 6  # shorter words are too close to one another to correct
_NO_WORD = re.compile(r"\S{80,}")  # no name is that long, and spaCy takes the square of its length


@dataclass(frozen=True)
class TermMention:
    """A term that a text names: its subject ("offense"), its id ("prostitution"), its place."""

    subject: str
    term: str
    start: int
    end: int


class TermReader:
    """Finds terms by their names in both languages, the longest name first; misspellings one or two letters off."""

    def __init__(self, terms: Mapping[str, Mapping[str, Term]]) -> None:
        self._nlp = spacy.blank("en")
        ruler = self._nlp.add_pipe("span_ruler", config={"phrase_matcher_attr": "LOWER", "spans_key": "terms"})
        patterns = {
            (f"{subject}:{term.id}", fold(name))
            for subject, known in terms.items()
            for term in known.values()
            for names in term.names.values()
            for name in names
        }
        ruler.add_patterns([{"label": label, "pattern": name} for label, name in sorted(patterns)])  # type: ignore[attr-defined]
        self._words = sorted({word for _, name in patterns for word in re.findall(r"[a-z]+", name) if len(word) >= _FUZZY_FROM})

    def find(self, text: str) -> list[TermMention]:
        """The terms in ``text``. Where names overlap, the longer one stands."""
        plain = _NO_WORD.sub(lambda match: " " * len(match[0]), fold(text))
        found = self._match(plain)
        corrected = self._corrected(plain)
        if corrected == plain:
            return found
        exact = {mention.subject for mention in found}
        return found + [mention for mention in self._match(corrected) if mention.subject not in exact]

    def _match(self, plain: str) -> list[TermMention]:
        taken: set[tuple[str, int]] = set()
        found = []
        with self._nlp.memory_zone():  # spaCy keeps every word that it ever saw, unless told to let go of it
            doc = self._nlp(plain)
            spans = sorted(doc.spans["terms"], key=lambda span: (-len(span.text), span.start))
            for span in spans:
                subject, _, term = span.label_.partition(":")
                places = {(subject, place) for place in range(span.start, span.end)}
                if not places & taken:
                    taken |= places
                    found.append(TermMention(subject, term, span.start_char, span.end_char))
        return sorted(found, key=lambda mention: mention.start)

    def _corrected(self, plain: str) -> str:
        """``plain`` with each misspelt word of a name put right. Offsets then only say the order."""
        return re.sub(rf"[a-z]{{{_FUZZY_FROM - 1},}}", lambda match: self._nearest(match[0]), plain)

    def _nearest(self, word: str) -> str:
        allowed = 1 if len(word) < 9 else 2
        near = [(levenshtein(word, known, allowed), known) for known in self._words if known[0] == word[0] and abs(len(known) - len(word)) <= allowed]
        near = [(distance, known) for distance, known in near if distance <= allowed]
        return min(near)[1] if near else word
