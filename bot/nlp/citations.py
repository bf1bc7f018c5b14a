"""Finds citations in the forms in which people type them.

Read here: ``53a-192a(b)``, ``C.G.S. § 54-95c``, ``sec. 54-95 c``, ``section 53a-82 of the general
statutes``, ``subsection (b) of section 54-95c``, ``PA 21-103``, ``HB 6657``, ``18 U.S.C. § 1595(a)``,
``53-278a to 53-278f, inclusive``, and parts of the papers that the jurisdiction names: ``section 4 of the 2006
bill``, ``§ 7(b) of H.B. 6657``, ``recommendation 6``. Not read as a citation: phone numbers, ages ("18-20"), dates.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal

from bot.law.records import Jurisdiction, NamedDocument
from bot.nlp.folding import fold

Kind = Literal["section", "range", "act", "bill", "paper"]
_PINS = r"(?:\s?\(\s?[a-z0-9]{1,4}\s?\))*"
_LEAD = r"(?:§§?|sections?|secs?\.?|secciones|seccion|sección|statutes?|articulo|artículo|art\.?|law|ley)"
# What leads the number of a document's part: "section 7(b)", "sec. 4", "item 3".
_PART_LEAD = r"(?:§§?|\b(?:sections?|secs?\.?|articles?|parts?|items?|numbers?|seccion|articulo|parte|punto|numero))\s*(?:no\.?|num\.?|\#)?\s*"
_ORDINALS = {
    word: place
    for words in ("first second third fourth fifth sixth seventh eighth ninth", "primera segunda tercera cuarta quinta sexta septima octava novena")
    for place, word in enumerate(words.split(), 1)
}
# "what did 17-32 change": an act without its letters. "18-25 year olds" is none.
_BARE_ACT = re.compile(
    r"(?:\b(?:did|does|by|in|of|under|act|law|ley|hizo|cambi[oó]|por|de|la)\s+)(\d{2})-(\d{1,3})\b"
    r"(?!\s*(?:-|to\b|year|yr|a[nñ]os|hour|hora|%|day|d[ií]as?))",
    re.I,
)


@dataclass(frozen=True)
class Mention:
    """A citation in a text: ``cite`` in canonical form, and where it stood.

    A ``range`` has its two ends joined by " to ".
    """

    kind: Kind
    cite: str
    start: int
    end: int


class CitationReader:
    """Reads citations of one jurisdiction.

    Args:
        jurisdiction: how its citations are written.
        known: the section ids in the store. A bare number that could be anything ("18-20", "54 95c")
            is read as a citation only when it is one of these.
        acts: the public acts in the store, for a bare "17-32" after a word that leads to an act.
    """

    def __init__(self, jurisdiction: Jurisdiction, known: Collection[str], acts: Collection[str] = ()) -> None:
        self._known = frozenset(known)
        self._acts = frozenset(acts)
        self._bills = jurisdiction.bill_numbers
        self._papers = [(name, paper, self._paper(name, paper, jurisdiction)) for name, paper in jurisdiction.documents.items() if paper.paper]
        form = jurisdiction.section_form
        code = _any_of(jurisdiction.code_words)
        loose_form = form.replace(r"-\d", r"\s?[-. ]\s?\d", 1)  # the hyphen between title and number
        loose_form = rf"(?:{loose_form}|\d{{1,2}}[a-z]\d{{1,3}}[a-z]{{0,2}})"  # or none at all: 53a192a
        self._act = re.compile(rf"\b(?:{_any_of(jurisdiction.act_words)})\s*(?:no\.?\s*)?(\d{{2}})\s?-\s?(\d{{1,3}})\b", re.I)
        self._bill = re.compile(rf"\b(?:{_any_of(jurisdiction.bill_words)})\s*(?:no\.?\s*)?(\d{{3,5}})\b", re.I)
        self._federal = re.compile(
            rf"\b(\d{{1,2}})\s*(?:{_any_of(jurisdiction.federal_words)})[ ,]*(?:§§?\s*|sec(?:tion)?\.?\s*)?"
            rf"(?:(?:chapter|ch\.?|cap\.?|capitulo|capítulo)\s*(?P<chapter>\d+)|(?P<section>\d+[a-z]?)(?P<pins>{_PINS}))",
            re.I,
        )
        self._range = re.compile(rf"\b({form})\s*(?:to|through|thru|a|hasta)\s+({form})\b(?:,?\s*inclusive)?", re.I)
        self._inside = re.compile(
            rf"\b(?:sub)?(?:section|sec\.?|division|div\.?|inciso|apartado|paragraph|par\.?)\s*(?P<pins>{_PINS})\s*(?:of|de|del)\s+"
            rf"(?:la\s+)?(?:{_LEAD}\s*)?(?P<section>{form})\b",
            re.I,
        )
        self._section = re.compile(
            rf"(?<![\w-])(?P<lead>(?:(?:{code})\s*)?(?:{_LEAD}\s*)?)(?P<section>{loose_form}(?:\s[a-z]{{1,2}}(?![\w']))?)"
            rf"(?![\w]|-\d)(?P<pins>{_PINS})",
            re.I,
        )
        self._short = re.compile(rf"(?:§§?|\bsec(?:tion|\.)?|\bseccion|\bsección)\s*(?P<section>\d{{1,3}}[a-z]{{1,2}})\b(?P<pins>{_PINS})", re.I)

    def _paper(self, name: str, paper: NamedDocument, jurisdiction: Jurisdiction) -> re.Pattern[str]:
        """A paper by its names and bill numbers, with the part of it that is meant before or after: "S4's item 3"."""
        numbers = [number for number, bill in self._bills.items() if bill == name]
        by_number = rf"|(?:{_any_of(word.lower() for word in jurisdiction.bill_words)})\s*(?:no\.?\s*)?(?:{_any_of(numbers)})" if numbers else ""
        named = rf"\b(?:{paper.names}{by_number})\b(?:'s)?"
        joined = r"(?:[,\s]+(?:of|in|from|under|de|del|en|the|that|raised|la|el|las|ese)\b){0,3}\s*"
        number = rf"\d{{1,2}}(?![\d-])(?:{_PINS})"
        before, after = rf"{_PART_LEAD}(?P<before>{number}){joined}", rf"[,:\s]+(?:(?:in|en|la|the)\s+)?{_PART_LEAD}(?P<after>{number})"
        alone = ""
        if paper.numbered:
            words = rf"(?:{paper.numbered}|recomendacion)"
            alone = (
                rf"\b{words}\s*(?:no\.?|number|numero|\#)?\s*(?P<alone>\d{{1,2}})\b|\b(?P<ordinal>{'|'.join(_ORDINALS)}) {words}\b|"
            )
        return re.compile(rf"{alone}(?:{before})?{named}(?:{after})?")

    def find(self, text: str) -> list[Mention]:
        """Every citation in ``text``, in the order of their places."""
        found: list[Mention] = []
        taken = [False] * (len(text) + 1)

        def add(kind: Kind, cite: str, match: re.Match[str]) -> None:
            if not any(taken[match.start() : match.end()]):
                found.append(Mention(kind, cite, match.start(), match.end()))
                taken[match.start() : match.end()] = [True] * (match.end() - match.start())

        plain = fold(text)  # as long as the text
        for name, paper, pattern in self._papers:
            for match in pattern.finditer(plain):
                add("paper" if not name.startswith("bill") else "bill", _part_of(name, paper, match), match)
        for match in self._act.finditer(text):
            add("act", f"P.A. {match[1]}-{int(match[2])}", match)
        for match in _BARE_ACT.finditer(text):
            if (act := f"P.A. {match[1]}-{int(match[2])}") in self._acts:
                add("act", act, match)
        for match in self._federal.finditer(text):
            if match["chapter"]:
                add("section", f"{match[1]} USC ch. {match['chapter']}", match)
            else:
                add("section", f"{match[1]} USC {match['section'].upper()}{_pins(match['pins'])}", match)
        for match in self._bill.finditer(text):
            add("bill", self._bills.get(match[1], f"bill {match[1]}"), match)
        for match in self._range.finditer(text):
            add("range", f"{match[1].lower()} to {match[2].lower()}", match)
        for match in self._inside.finditer(text):
            add("section", match["section"].lower() + _pins(match["pins"]), match)
        for match in self._section.finditer(text):
            if section := self._as_section(match):
                add("section", section + (_pins(match["pins"]) or _bare_pin(section, match)), match)
        for match in self._short.finditer(text):
            add("section", match["section"].lower() + _pins(match["pins"]), match)
        return sorted(found, key=lambda mention: mention.start)

    def _as_section(self, match: re.Match[str]) -> str | None:
        """The section id that the match means, or None where it is only a number that looks like one."""
        typed = match["section"].lower()
        tight = re.sub(r"^(\d{1,2}[a-z]?)\s?[-. ]?\s?(?=\d)", r"\1-", typed)
        for candidate in (tight.replace(" ", ""), tight.partition(" ")[0]):
            if candidate in self._known:
                return candidate
        first, exact = tight.partition(" ")[0], "-" in typed
        # Not in the store: still a citation when it is led by a word or has the letters that only sections have.
        if exact and (match["lead"].strip() or re.fullmatch(r"\d+[a-z]-\d+[a-z]*|\d+-\d+[a-z]+", first)):
            return first
        return None


def _part_of(name: str, paper: NamedDocument, match: re.Match[str]) -> str:
    """The part of a paper that a match means, as it is cited: ``bill-2006 § 4``, ``recommendation 6``; else the whole paper."""
    found = match.groupdict()
    number = found["before"] or found["after"] or found.get("alone") or str(_ORDINALS.get(found.get("ordinal") or "", ""))
    section, bracket, pins = number.partition("(")
    if not section:
        return name
    return f"{paper.numbered} {section}" if paper.numbered else f"{name} § {section.strip()}{_pins(bracket + pins)}"


def _any_of(words: Iterable[str]) -> str:
    """Alternatives, the longest first; a full stop inside is optional and may have a space after it."""
    parts = sorted(words, key=len, reverse=True)
    return "|".join(re.escape(word).replace(r"\.", r"\.?\s?").replace(r"\ ", r"\s+") for word in parts)


def _bare_pin(section: str, match: re.Match[str]) -> str:
    """The pin of "53a-192a c", which ends there: a letter after a section is else the next word."""
    letter = re.search(r"\s([a-z])$", match["section"].lower())
    ends = not re.search(r"\w", match.string[match.end() :])
    apart = letter and re.sub(r"\W", "", match["section"][: letter.start()].lower()) == section.replace("-", "")  # no part of the id
    return f"({letter[1]})" if letter and ends and apart else ""


def _pins(text: str) -> str:
    """Pins without spaces and in the case that the code uses: (a)(1)(A)."""
    pins = re.findall(r"[A-Za-z0-9]+", text or "")
    return "".join(f"({pin.upper() if place == 2 else pin.lower()})" for place, pin in enumerate(pins))
