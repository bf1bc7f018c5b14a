"""One plain form of a text to match against: lower case, no accents, straight quotes, same length."""

from __future__ import annotations

import re
import unicodedata

_STRAIGHT = str.maketrans({"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " "})


def fold(text: str) -> str:
    """``text`` in lower case without accents, character for character, so that offsets stay true.

    >>> fold("Anulación “Ya”")
    'anulacion "ya"'
    """
    return "".join(_fold_char(char) for char in text.translate(_STRAIGHT))


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def whole(text: str) -> str:
    """A whole message or label as bare words, to be told the same however it is typed: "Why this result?"."""
    return re.sub(r"\W+", " ", fold(text)).strip()
