"""Training phrases: enough of each topic and interview in each language, none under two names."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec

from bot.errors import ContentError
from bot.law.content import LANGUAGES, Content, read_yaml, typed
from bot.nlp.folding import whole
from bot.routing import routes

FOLDER = Path("data/nlu")
LEAST = {"en": 60, "es": 40}  # what a topic needs to be understood when it is asked for in other words


class Phrase(msgspec.Struct, frozen=True):
    """A way in which people ask for something."""

    intent: str
    text: str
    file: Path


class _Block(msgspec.Struct, forbid_unknown_fields=True):
    intent: str
    examples: str


class _File(msgspec.Struct, forbid_unknown_fields=True):
    nlu: list[_Block]
    version: str = ""


def read(root: Path, lang: str) -> list[Phrase]:
    """The phrases of a language in the order of the files. Raises ``ContentError`` for a file that is none of phrases."""
    return [
        Phrase(block.intent, text, path)
        for path in sorted((root / FOLDER / lang).glob("*.yml"))
        for block in typed(path, read_yaml(path), _File).nlu
        for text in re.findall(r"^- (.+)$", block.examples, re.M)
    ]


def problems(content: Content, root: Path) -> Iterator[ContentError]:
    """Too few phrases, phrases of nothing, and the same one under two names."""
    known = set(read_yaml(root / routes.DOMAIN)["intents"]) | routes.names(content).keys()
    owner: dict[str, Phrase] = {}
    for lang in LANGUAGES:
        phrases = read(root, lang)
        counts, written = Counter(phrase.intent for phrase in phrases), {phrase.intent: phrase.file for phrase in phrases}
        for name, group in routes.names(content).items():
            if (count := counts[name]) < LEAST[lang]:
                usual = root / FOLDER / lang / f"{'interviews' if name.startswith('interview_') else group}.yml"
                yield ContentError(written.get(name, usual), name, f"has {count} training phrases; it needs {LEAST[lang]} at least")
        for strange in {phrase.intent: phrase for phrase in phrases if phrase.intent not in known}.values():
            yield ContentError(strange.file, strange.intent, "has phrases, and is no topic, interview or other intent of domain.yml")
        for phrase in phrases:
            first = owner.setdefault(whole(phrase.text), phrase)
            if first.intent != phrase.intent:
                yield ContentError(phrase.file, phrase.intent, f"has the phrase {phrase.text!r}, as {first.intent} in {first.file} has")
