"""One plain form of a text to match against: lower case, no accents, straight quotes, same length."""

from __future__ import annotations

import re
import unicodedata

_STRAIGHT = {"’": "'", "‘": "'", "´": "'", "`": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "\u00a0": " "}
_LATIN = 0x250  # letters above are folded each time they come, so that the table stays small whatever people write


class _Folds(dict[int, str]):
    """What each letter becomes, for ``str.translate``; filled as letters come."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if code < _LATIN:
            self[code] = folded
        return folded


_FOLDS = _Folds({ord(char): straight for char, straight in _STRAIGHT.items()})


def fold(text: str) -> str:
    """``text`` in lower case without accents, character for character, so that offsets stay true.

    >>> fold("Anulación “Ya”")
    'anulacion "ya"'
    """
    return text.translate(_FOLDS)


def _fold_char(char: str) -> str:
    if char.isascii():
        return char.lower()
    base = unicodedata.normalize("NFD", char)[0].lower()
    return base if len(base) == 1 else char


def whole(text: str) -> str:
    """A whole message or label as bare words, to be told the same however it is typed: "Why this result?"."""
    return re.sub(r"\W+", " ", fold(text)).strip()
