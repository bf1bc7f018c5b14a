"""Splits the words of a section into its subsections, with the pins that the law writes inline: (a), (1), (A), (i), (I).

Statutes name other places with the same signs ("subdivision (2), (3) or (4) of subsection (a)"), so a sign is taken for a
pin only where it opens the next place in order and no word before it says that another place is meant.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

_SIGN = re.compile(r"\(([a-z]{1,5}|[0-9]{1,3}|[A-Z]{1,5})\)")
# What stands before a sign that names another place, directly or in a list: "subsection (a)", "subdivisions (1) to (3), inclusive".
_OF_A_PLACE = re.compile(
    r"(?:(?:sub)?(?:section|division|paragraph)|subpara(?:graph)?|clause|subclause|chapter|item)s?\.?\s*"
    r"(?:\([A-Za-z0-9]{1,5}\)\s*(?:,|to|and|or|through|,\s*(?:and|or)|inclusive,?|\s)*\s*)*$",
    re.I,
)
_ATTACHED = re.compile(r"[\w)]$")  # "53a-192a(b)", "(a)(1)" inside a reference
_ROMAN = ("", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii", "xiii", "xiv", "xv", "xvi", "xvii", "xviii", "xix", "xx")


class Part(msgspec.Struct, frozen=True):
    """What stands at one pin itself, without what stands at the pins below it; ``pin`` is "" for what stands at none."""

    pin: str  # "(a)(1)(A)"
    text: str


def split(paragraphs: Sequence[str]) -> tuple[Part, ...]:
    """The parts of a section, in their order. Each word of ``paragraphs`` stands in exactly one part, once.

    Words after the last subdivision of a subsection belong to that subdivision here: the law does not mark where it ends.
    A pin that is written twice, such as a second list from (1), is one part each time.
    """
    parts: list[Part] = []
    open_pins: list[str] = []
    for paragraph in paragraphs:
        start = 0
        for match in _SIGN.finditer(paragraph):
            before = paragraph[: match.start()]
            opened = _opens(match[1], open_pins, first=not before.strip() or _only_signs(before), after=before)
            if opened is None:
                continue
            _add(parts, open_pins, paragraph[start : match.start()])
            open_pins, start = opened, match.end()
        _add(parts, open_pins, paragraph[start:])
    return tuple(parts)


def _add(parts: list[Part], pins: list[str], text: str) -> None:
    pin = "".join(f"({one})" for one in pins)
    words = " ".join(text.split())
    if parts and parts[-1].pin == pin:
        parts[-1] = Part(pin, f"{parts[-1].text} {words}".strip())
    elif words or pin:
        parts.append(Part(pin, words))


def _only_signs(before: str) -> bool:
    return not _SIGN.sub("", before).strip()


def _opens(sign: str, open_pins: list[str], *, first: bool, after: str) -> list[str] | None:
    """The pins that are open from ``sign`` on; None where it opens nothing.

    Args:
        first: whether only signs stand before it in its paragraph, as before each new subsection.
        after: the words of the paragraph before it.
    """
    if not first and (_OF_A_PLACE.search(after) or _ATTACHED.search(after)):
        return None
    for depth in range(len(open_pins) - 1, -1, -1):  # the next one of an open list, the innermost first
        if sign == _next(open_pins[depth], _level(open_pins, depth)) and (first or _level(open_pins, depth) > 0):
            return [*open_pins[:depth], sign]
    deepest = _level(open_pins, len(open_pins) - 1) if open_pins else -1
    for level, opening in enumerate(("a", "1", "A", "i", "I")):
        if sign != opening or (level == 0 and not (first and not open_pins)):
            continue
        if level > deepest:
            return [*open_pins, sign]
        kept = [pin for depth, pin in enumerate(open_pins) if _level(open_pins, depth) < level]
        return [*kept, sign]  # a second list of the same kind
    return None


def _level(pins: Sequence[str], depth: int) -> int:
    """0 for (a), 1 for (1), 2 for (A), 3 for (i), 4 for (I)."""
    sign = pins[depth]
    if sign.isdigit():
        return 1
    romans = depth > 0 and any(_level(pins, above) >= 1 for above in range(depth))
    if sign.islower():
        return 3 if romans and sign in _ROMAN else 0
    return 4 if romans and any(_level(pins, above) >= 3 for above in range(depth)) else 2


def _next(sign: str, level: int) -> str:
    """The sign that follows ``sign`` in a list of its level."""
    if level == 1:
        return str(int(sign) + 1)
    if level in (3, 4):
        place = _ROMAN.index(sign.lower()) + 1 if sign.lower() in _ROMAN else len(_ROMAN)
        following = _ROMAN[place] if place < len(_ROMAN) else ""
        return following.upper() if sign.isupper() else following
    last = sign[-1]
    if last in "zZ":
        return ("a" if last == "z" else "A") * (len(sign) + 1)
    return (chr(ord(last) + 1)) * len(sign)
