"""A section's two sides, subsection by subsection: what is printed, what the store holds, and the facts of each."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property

from bot.law.cite import Cite
from bot.law.published import Published
from bot.law.records import Section, Version
from bot.upkeep.facts import Fact, stated


def top(pin: str) -> str:
    """The subsection that a pin stands in: "(a)" of "(a)(1)"."""
    return pin.partition(")")[0] + ")" if pin else ""


class Sides:
    """Both sides of one section.

    Attributes:
        printed: the words of the published text by subsection; all below "" where the store holds the section as a whole.
        held: the store's restatements by subsection.
    """

    def __init__(self, section: Section, version: Version, published: Published) -> None:
        self.section, self.version = section, version
        self.held: dict[str, list[str]] = {}
        self._beside: dict[str, list[str]] = {}
        for provision in version.provisions:
            figures = ". ".join(f"{value}" for value in provision.figures.values())
            self.held.setdefault(top(provision.id), []).append(provision.says)
            self._beside.setdefault(top(provision.id), []).extend((provision.says, figures, *provision.readings))
        self._ids = {provision.id for provision in version.provisions}
        self._pins = [part.pin for part in published.parts]
        self.printed: dict[str, list[str]] = {}
        for part in published.parts:
            self.printed.setdefault(self._place(part.pin), []).append(part.text)

    def _place(self, pin: str) -> str:
        """The subsection of the store that a printed pin belongs to.

        Usually its first sign. Where the store begins a list anew, as in "(1), and (2). ... (A), or (B)", the later sign.
        """
        if set(self.held) == {""}:
            return ""
        signs = Cite.parse("x" + pin).pins
        for depth, sign in enumerate(signs):
            if depth and f"({sign})" in self._ids and "".join(f"({one})" for one in signs[: depth + 1]) not in self._ids and not sign.isdigit():
                return f"({sign})"
        return top(pin)

    def prints(self, pin: str) -> bool:
        """Whether the published text has this pin of the store's, or one below it."""
        return any(printed.startswith(pin) or printed.endswith(pin) for printed in self._pins) or pin in self.printed

    def printed_facts(self, pin: str | None) -> frozenset[Fact]:
        """The facts of the published text at a subsection; everywhere for ``None``, or where the text has no such subsection."""
        if pin is None or pin not in self.printed:
            return self._printed_everywhere
        return _all(self.printed[pin])

    def beside_facts(self, pin: str | None) -> frozenset[Fact]:
        """All that the store knows of a subsection, with its readings, its figures and what it says of the section as a whole."""
        if pin is None:
            return self._beside_everywhere
        return _all([*self._beside.get(pin, ()), *self._beside.get("", ())])

    @cached_property
    def _printed_everywhere(self) -> frozenset[Fact]:
        return _all(text for texts in self.printed.values() for text in texts)

    @cached_property
    def _beside_everywhere(self) -> frozenset[Fact]:
        more = [self.section.title, *(gap.says for gap in self.section.gaps)]
        more += [one.law_says for one in self.section.differences]
        return _all([*(text for texts in self._beside.values() for text in texts), *more])


def _all(texts: Iterable[str]) -> frozenset[Fact]:
    return frozenset(fact for text in texts for fact in stated(text))
