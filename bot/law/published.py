"""A section as its publisher prints it: the official words, never the project's own."""

from __future__ import annotations

import msgspec

from bot.law.pins import Part, split


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """One printing of a section. ``paragraphs`` are its words without number, heading and notes."""

    section: str  # "54-95c"
    heading: str
    paragraphs: tuple[str, ...]
    source: str = ""  # "(P.A. 13-166, S. 5; P.A. 16-71, S. 15.)"
    history: tuple[str, ...] = ()

    @property
    def parts(self) -> tuple[Part, ...]:
        """Its words by subsection."""
        return split(self.paragraphs)

    @property
    def words(self) -> str:
        """Its words in one text, without the notes."""
        return " ".join(self.paragraphs)
