"""Holds a newly published section against the store's restatement: which subsections and facts one has and the other lacks.

The store restates in its own words, so words are not compared. What is: the subsections, and the facts that a text states
(``bot.upkeep.facts``). What the store takes from a section that it names is no difference, nor what a person who compared the
two has settled (``bot.upkeep.settled``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Literal

import msgspec

from bot.law.content import Content
from bot.law.published import Published
from bot.law.records import Section, Version
from bot.upkeep.facts import Fact, in_any_form, stated
from bot.upkeep.settled import Settled
from bot.upkeep.sides import Sides, top

Confidence = Literal["strong", "likely", "weak"]
STRENGTH: tuple[Confidence, ...] = ("strong", "likely", "weak")
_RANKS: dict[str, Confidence] = {"class": "strong", "amount": "strong", "date": "strong", "number": "weak", "place": "weak", "act": "weak"}
_SENTENCE = re.compile(r"(?<=[.;:])\s+(?=[A-Z(])")
_LEFT_OUT = re.compile(r"\b(?:not?|never|left out|outside|cannot|neither|nor|without|other than)\b")


class Difference(msgspec.Struct, frozen=True, order=True):
    """One thing that one side has and the other lacks."""

    pin: str  # the subsection: "(b)"; "" for the section as a whole
    side: Literal["text", "store", "gone"]  # which side has it; "gone" is what the text had when it was settled, and lacks now
    what: str  # "class A", "12 years", "subsection (d)"
    confidence: Confidence


class Drift(msgspec.Struct, frozen=True):
    """What a published section and the store's restatement of it do not share."""

    section: str
    differences: tuple[Difference, ...]

    def at_least(self, confidence: Confidence) -> tuple[Difference, ...]:
        """The differences of this confidence and above."""
        return tuple(one for one in self.differences if STRENGTH.index(one.confidence) <= STRENGTH.index(confidence))


def provisions(version: Version, differences: Iterable[Difference]) -> tuple[str, ...]:
    """The subsections of the version that the differences touch; "" where they touch none of them more than the section as a whole."""
    touched = {one.pin for one in differences}
    found = dict.fromkeys(top(provision.id) for provision in version.provisions if provision.id and top(provision.id) in touched)
    return tuple(found) or ("",)


def compare(content: Content, published: Published, settled: Settled | None = None) -> Drift:
    """What ``published`` and the store's newest version of the section do not share, the surest first.

    Args:
        settled: what a person has compared and left as it is; without it every difference is told.

    Raises:
        KeyError: the store does not have the section.
    """
    section = content.sections[published.section]
    if section.versions[0].repealed:
        raw = [] if re.search(r"\brepealed\b", published.words[:200], re.I) else [
            Difference("", "text", "words, where the store has it as repealed", "strong")]
        return Drift(section.section, tuple(raw))
    sides = Sides(section, section.versions[0], published)
    raw = [*_acts(content, section, published), *_pins(sides), *_facts(content, sides)]
    known = (settled or {}).get(section.section)
    if known is not None:
        raw = [_surer(one) for one in raw if (one.pin, one.side, one.what) not in known] + _vanished(sides, known)
    unique = dict.fromkeys(sorted(raw, key=lambda one: (STRENGTH.index(one.confidence), one.pin, one.side, one.what)))
    return Drift(section.section, tuple(unique))


def _surer(one: Difference) -> Difference:
    """Where all that was known is settled, whatever is new is worth a look."""
    return msgspec.structs.replace(one, confidence="likely") if one.confidence == "weak" else one


def _vanished(sides: Sides, known: Iterable[tuple[str, str, str]]) -> list[Difference]:
    """What the text had when it was settled, and has no more."""
    found = []
    for pin, side, what in known:
        if side == "text" and not what.startswith(("subsection", "P.A.")) and what not in {str(fact) for fact in sides.printed_facts(pin)}:
            found.append(Difference(pin, "gone", what, "strong" if what[0] in "$c" or " " in what else "likely"))
    return found


def _acts(content: Content, section: Section, published: Published) -> list[Difference]:
    """Acts of the source note that are younger than the edition the section was checked against; and the store's that it lacks."""
    noted = _acts_in(published.source)
    if not noted:
        return []
    held = {act for version in section.versions for made in version.acts for act in _acts_in(made)}
    source = content.sources.get(section.checked.against)
    edition = int(source.date[:4]) if source and source.date[:4].isdigit() else section.checked.on.year
    found = [Difference("", "text", f"{act} in its source note", "strong") for act in noted - held if _year(act) >= edition]
    newest = {act for made in section.versions[0].acts for act in _acts_in(made)}
    return found + ([Difference("", "store", f"{act}, which made its newest version", "strong") for act in newest] if not newest & noted else [])


def _acts_in(text: str) -> set[str]:
    return {fact.value for fact in stated(text) if fact.kind == "act"}


def _year(act: str) -> int:
    two = int(act.removeprefix("P.A. ")[:2])
    return two + (1900 if two > 60 else 2000)


def _pins(sides: Sides) -> list[Difference]:
    """Subsections that only one side has. A provision of the store may be as coarse as a whole section."""
    if set(sides.held) == {""}:
        return []
    missing = [pin for pin in sides.printed if pin and pin not in sides.held]
    some_only = not sides.version.complete or "" in sides.held or len(missing) > len(sides.held)  # the store holds a choice of them
    found = [Difference(pin, "text", f"subsection {pin}", "weak" if some_only else "strong") for pin in missing]
    for provision in sides.version.provisions:
        if provision.id and not sides.prints(provision.id):
            sure = provision.id == top(provision.id)
            found.append(Difference(top(provision.id), "store", f"subsection {provision.id}", "strong" if sure else "likely"))
    return found


def _facts(content: Content, sides: Sides) -> list[Difference]:
    """The facts that one side states and the other does not, by subsection."""
    only_held = {
        (pin, fact) for pin, texts in sides.held.items() for text in texts for fact in stated(text)
        if not in_any_form(fact, sides.printed_facts(pin)) and not _explained(content, sides, fact, text)
    }
    only_printed = {
        (pin, fact) for pin in sides.printed for fact in sides.printed_facts(pin)
        if fact.kind != "act" and not in_any_form(fact, sides.beside_facts(pin))
    }
    instead = {(pin, fact.kind, fact.unit) for pin, fact in only_held} & {(pin, fact.kind, fact.unit) for pin, fact in only_printed}

    def told(side: Literal["text", "store"], only: set[tuple[str, Fact]], everywhere: frozenset[Fact]) -> list[Difference]:
        return [_difference(
            content, sides, pin, side, fact, instead=(pin, fact.kind, fact.unit) in instead, elsewhere=in_any_form(fact, everywhere),
        ) for pin, fact in only]

    return told("text", only_printed, sides.beside_facts(None)) + told("store", only_held, sides.printed_facts(None))


def _difference(
    content: Content, sides: Sides, pin: str, side: Literal["text", "store"], fact: Fact, *, instead: bool, elsewhere: bool
) -> Difference:
    """A fact that one side lacks, with how sure it is that the law changed.

    Args:
        instead: the other side has another fact of the same kind there: class A where this one has class B.
        elsewhere: the other side has it at another place of the section.
    """
    confidence = _RANKS[fact.kind]
    if fact.kind == "place" and fact.value in content.sections and fact.value not in sides.section.related:
        confidence = "likely"  # a tie to a section that the store answers from, and does not know of
    if instead:
        return Difference(pin, side, str(fact), confidence)
    if side == "text" and not sides.version.complete:
        confidence = "weak"  # the store says itself that it holds a part only
    elif elsewhere:
        confidence = "likely" if confidence == "strong" else "weak"
    return Difference(pin, side, str(fact), confidence)


def _explained(content: Content, sides: Sides, fact: Fact, text: str) -> bool:
    """Whether the store says it of its own: from another section that it names, as what is not so, as the day a version began."""
    if fact.kind in ("place", "act") or fact.value in {version.effective.isoformat() for version in sides.section.versions}:
        return True
    if fact.kind == "class":  # a class is the section's own, whatever it names for what the class carries
        return all(_LEFT_OUT.search(sentence) for sentence in _SENTENCE.split(text) if fact in stated(sentence))
    named = {one.value for one in stated(text) if one.kind == "place" and one.value != sides.section.section}
    return any(in_any_form(fact, _of_section(content, other)) for other in named if other in content.sections)


def _of_section(content: Content, section: str) -> frozenset[Fact]:
    newest = content.sections[section].versions[0]
    return frozenset(fact for provision in newest.provisions for text in (provision.says, *provision.readings) for fact in stated(text))
