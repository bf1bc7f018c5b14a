"""Recognises a person in danger by the words people use, before anything else looks at the message.

The cues are in ``content/safety/<lang>.yml``, for advocates to read and mend. Nothing here needs
law.db or a network: the gateway, both Rasa channels and the core ask this module first.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from bot import paths
from bot.law.content import LANGUAGES, read_yaml
from bot.nlp.folding import fold

# Both ends of a long message are read, so that a pasted page hides no cry for help.
READ_AT_EACH_END = 10_000
KINDS = ("suicide", "child", "assault", "held", "danger", "witness")


@dataclass(frozen=True)
class Emergency:
    """What kind of danger, and the language in which it was said."""

    kind: str
    lang: str


@dataclass(frozen=True)
class _Cues:
    kinds: dict[str, tuple[re.Pattern[str], ...]]
    guards: re.Pattern[str]
    always: re.Pattern[str]
    harmful: re.Pattern[str]
    unless_asked: re.Pattern[str]
    asks: re.Pattern[str]


class EmergencyWatch:
    """Holds the compiled cues. Building it takes some milliseconds, so it is built once a process."""

    def __init__(self, folder: Path) -> None:
        self._cues = {lang: _compile(read_yaml(folder / f"{lang}.yml")) for lang in LANGUAGES}

    def look(self, text: str) -> Emergency | None:
        """The emergency that ``text`` speaks of, if any.

        A question of law about violence, or a story of years ago, is no emergency: a guard covers it,
        unless the words are those of someone in danger now.
        """
        if len(text) > 2 * READ_AT_EACH_END:
            return self.look(text[:READ_AT_EACH_END]) or self.look(text[-READ_AT_EACH_END:])
        plain = _plain(text)
        if not plain:
            return None
        for lang, cues in self._cues.items():
            kind = next((kind for kind in KINDS if any(cue.search(plain) for cue in cues.kinds[kind])), None)
            if kind is None and cues.unless_asked.search(plain) and not cues.asks.search(plain):
                kind = "held"
            if kind and (cues.always.search(plain) or not any(other.guards.search(plain) for other in self._cues.values())):
                return Emergency(kind, lang)
        return None

    def worries(self, text: str) -> bool:
        """Whether ``text`` tells what may be danger, though it asks a question: the answer then carries the numbers."""
        plain = _plain(text[:READ_AT_EACH_END])
        return any(cues.unless_asked.search(plain) for cues in self._cues.values())

    def asks_about_law(self, text: str) -> bool:
        """Whether a guard covers ``text``: a question of law, the past, or someone else's rules."""
        plain = _plain(text)
        return any(cues.guards.search(plain) for cues in self._cues.values())

    def asks_for_harm(self, text: str) -> bool:
        """Whether ``text`` asks for help to recruit, hide, control or find a person."""
        plain = _plain(text)
        return any(cues.harmful.search(plain) for cues in self._cues.values())


def _compile(raw: Mapping[str, Any]) -> _Cues:
    words = raw["words"]

    def pattern(source: str) -> re.Pattern[str]:
        for name, alternatives in words.items():
            source = source.replace("{" + name + "}", alternatives)
        return re.compile(source)

    return _Cues(
        kinds={kind: tuple(pattern(cue) for cue in raw["kinds"][kind]) for kind in KINDS},
        guards=pattern("|".join(f"(?:{guard})" for guard in raw["guards"])),
        always=pattern("|".join(f"(?:{cue})" for cue in raw["always"])),
        harmful=pattern("|".join(f"(?:{cue})" for cue in raw["harmful"])),
        unless_asked=pattern("|".join(f"(?:{cue})" for cue in raw["unless_asked"])),
        asks=pattern(raw["asks"]),
    )


def _plain(text: str) -> str:
    """Lower case, no accents, no apostrophes, runs of spaces folded: "He's" reads as "hes"."""
    folded = fold(text).replace("'", "").replace("…", " ")
    return re.sub(r"\s+", " ", re.sub(r"[^\w\s-]", " ", folded) if not folded.isascii() else re.sub(r"[^\w\s/-]", " ", folded)).strip()


@cache
def watch() -> EmergencyWatch:
    """The watch over this project's own cues, built at the first call."""
    return EmergencyWatch(paths.content_dir() / "safety")
