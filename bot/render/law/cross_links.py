"""Sections named in a text, as links to their pages: "a crime under § 53a-192a(a)(2)"."""

from __future__ import annotations

import re

import msgspec

from bot.law.cite import Cite
from bot.law.store import LawStore
from bot.render.law import address

_PINS = r"(?:\([A-Za-z0-9]{1,4}\))*"


class Piece(msgspec.Struct, frozen=True):
    """Some words, and the address that they name, if any."""

    text: str
    address: str = ""


class CrossLinks:
    """Finds the sections of one store in its own texts, where they are written one way only."""

    def __init__(self, store: LawStore) -> None:
        self._store = store
        self._known = frozenset(store.section_ids)
        other = "|".join(re.escape(section) for section in sorted(store.section_ids, key=len, reverse=True) if " " in section)
        form = rf"\b(?:{store.jurisdiction.section_form}{'|' + other if other else ''})(?![\w-]){_PINS}"
        self._cite = re.compile(rf"(?:§§? |\b[Ss]ections? )?(?P<cite>{form})")

    def pieces(self, text: str, lang: str, here: str = "") -> tuple[Piece, ...]:
        """``text`` in pieces that give it back when joined; ``here`` is the section that the text is of, not linked to itself."""
        pieces, end = [], 0
        for match in self._cite.finditer(text):
            cite = Cite.parse(match["cite"])
            if cite.section not in self._known or (cite.section == here and not cite.pins):
                continue
            pieces += [Piece(text[end : match.start()]), Piece(match[0], address.of_cite(self._store, str(cite), lang))]
            end = match.end()
        return tuple(piece for piece in (*pieces, Piece(text[end:])) if piece.text)
