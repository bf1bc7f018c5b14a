"""A citation to one provision, as a value: ``54-95c(b)(1)``, ``18 USC 1595(a)``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

_FORM = re.compile(r"(?P<section>[^()§]+?)\s*(?P<pins>(?:\([A-Za-z0-9]+\))*)")


@dataclass(frozen=True, order=True)
class Cite:
    """A section and the pins after it. ``str(Cite.parse(text)) == text`` for every well-formed text."""

    section: str
    pins: tuple[str, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Cite:
        """Read the canonical form, as it stands in content files. Raises ``ValueError`` otherwise.

        What people type is read by ``bot.nlp.citations``, which knows its many forms.
        """
        match = _FORM.fullmatch(text.strip())
        if not match:
            raise ValueError(f"not a citation: {text!r}")
        return cls(match["section"], tuple(re.findall(r"\(([A-Za-z0-9]+)\)", match["pins"])))

    @property
    def pin(self) -> str:
        """The pins as written: ``(b)(1)``; empty for the whole section."""
        return "".join(f"({pin})" for pin in self.pins)

    def covers(self, other: Cite) -> bool:
        """Whether ``other`` is this provision or lies inside it."""
        return self.section == other.section and other.pins[: len(self.pins)] == self.pins

    def __str__(self) -> str:
        return self.section + self.pin


def file_name(section: str) -> str:
    """The name of a section's content file, without its ending: ``18 USC 1595`` is ``18-usc-1595``."""
    return section.lower().replace(".", "").replace(" ", "-")


def code_order(section: str) -> tuple[Any, ...]:
    """Sort key: 17a-106f before 17a-106g before 31-71a before 53-394 before 53a-82."""
    return tuple((0, int(part), "") if part.isdigit() else (1, 0, part) for part in re.findall(r"\d+|[a-z]+", section.lower()))
