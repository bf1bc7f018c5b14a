"""Counts what a text message costs: the segments that a carrier cuts it into.

The rule is that of GSM 03.38 (3GPP TS 23.038) and 23.040. A text whose characters all stand in the GSM 7-bit alphabet takes
one septet a character, two for a character of its extension table; any other text goes as UCS-2, in UTF-16 code units.
One message alone holds 160 septets or 70 code units. A longer one is joined from parts that lose six bytes to the header which
joins them: 153 septets or 67 code units. A character of two units is never cut in half, so that a part may stay one unit short.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("\f^{}\\[~]|€")
ALONE = {"GSM-7": 160, "UCS-2": 70}
JOINED = {"GSM-7": 153, "UCS-2": 67}


@dataclass(frozen=True)
class Segments:
    """How a text travels: its encoding, its length in that encoding's units, and the parts it is cut into."""

    encoding: Literal["GSM-7", "UCS-2"]
    units: int
    parts: tuple[str, ...]

    @property
    def count(self) -> int:
        """How many segments are sent and paid for; an empty text is one."""
        return len(self.parts)


def is_gsm(text: str) -> bool:
    """Whether every character of ``text`` stands in the GSM 7-bit alphabet or its extension table."""
    return all(char in BASIC or char in EXTENDED for char in text)


def segments(text: str) -> Segments:
    """``text`` as a carrier sends it.

    >>> segments("a" * 161).count, segments("ú" * 71).count, segments("{" * 80).units
    (2, 2, 160)
    """
    encoding: Literal["GSM-7", "UCS-2"] = "GSM-7" if is_gsm(text) else "UCS-2"
    sizes = [2 if (char in EXTENDED if encoding == "GSM-7" else ord(char) > 0xFFFF) else 1 for char in text]
    units = sum(sizes)
    if units <= ALONE[encoding]:
        return Segments(encoding, units, (text,))
    parts, start, used = [], 0, 0
    for place, size in enumerate(sizes):
        if used + size > JOINED[encoding]:
            parts.append(text[start:place])
            start, used = place, 0
        used += size
    return Segments(encoding, units, (*parts, text[start:]))

