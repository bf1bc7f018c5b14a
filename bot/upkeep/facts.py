"""Which facts a legal text states: classes, dates, money, ages and spans of time, counts, and the places it refers to.

Statutes write numbers in words ("not more than one thousand dollars") and the store in figures ("$1,000"): both come out alike.
"""

from __future__ import annotations

import re
from functools import lru_cache

import msgspec
from text_to_num import alpha2digit

_MONTHS = {
    name: number for number, name in enumerate(
        ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"], 1)
}
_DATE = re.compile(rf"\b({'|'.join(_MONTHS)})\s+(\d{{1,2}}),?\s+(\d{{4}})\b", re.I)
_CLASS = re.compile(r"\b[Cc]lass(?:es)?\s+([A-E])\b((?:\s*,?\s*(?:(?:and|or|to|nor)\s+)?(?:a\s+)?(?:class\s+)?\b[A-E]\b(?!\s*\())*)")
_LETTER = re.compile(r"\b[A-E]\b")
_FEDERAL = re.compile(r"\b(\d{1,2})\s+(?:USC|U\.S\.C\.)\s*(?:Section\s+|Chapter\s+|ch\.\s*)?(\d+[A-Za-z]*)", re.I)
_ACT = re.compile(r"\b(?:P\.\s?A\.|Public Acts?)\s*(?:No\.\s*)?(\d{2})-(\d{1,3})\b")
_EDITION = re.compile(r",?\s*\brevision of \d{4}(?:, revised to \w+ \d{1,2}, \d{4})?,?", re.I)  # which printing another section is cited from
_SIGNS = re.compile(r"\((?:[a-z]{1,5}|[0-9]{1,3}|[A-Z]{1,5})\)")
_LAW_NAMES = re.compile(r"\b(?:title|chapter|part|section|sections|form|§+)\s*[\dIVX][\w-]*|\b[A-Z]{2}-\w+-\d+\b|\b\d+\s+C\.?F\.?R\.?\s*[\d.]+", re.I)
_UNITS = (
    ("dollars", r"dollars?"), ("years", r"years?"), ("months", r"months?"), ("weeks", r"weeks?"), ("days", r"days?"),
    ("hours", r"hours?"), ("percent", r"per\s?cent|%"), ("miles", r"miles?"), ("feet", r"feet|foot"),
)
_UNIT = "|".join(f"(?P<{name}>{pattern})" for name, pattern in _UNITS)
# A number with its unit; between them what statutes put there: "two business days", "not less than one nor more than two years".
_AMOUNT = re.compile(
    rf"(?<![\w-])(?P<money>\$)?(?P<number>\d{{1,3}}(?:,\d{{3}})+|\d+)(?P<part>\.\d+)?(?:-|\s+)?"
    rf"(?:(?:or\s+more|calendar|business|consecutive|working|full|additional|such)\s+)*(?:(?:{_UNIT})\b)?(?![\w])"
)
_CHAIN = re.compile(r"^\s*,?\s*(?:nor|or|and|to|but|up to|not|more than|less than|through|exceeding|exceed|than|more|be|of|,|\s)*\s*\$?\d")
_ORDINAL = re.compile(r"\b(\d+)(?:st|nd|rd|th)\b")
_TIMES = {"weeks": ("days", 7), "months": ("months", 1), "years": ("months", 12)}  # 12 months are one year
_YEAR = range(1900, 2100)


class Fact(msgspec.Struct, frozen=True, order=True):
    """One fact that a text states, in a form that does not hang on its wording."""

    kind: str  # class, date, amount, number, place, act
    value: str  # "A", "2017-10-01", "1000", "53a-192", "P.A. 17-32"
    unit: str = ""  # of an amount: dollars, months (of years too), days (of weeks too), hours, percent

    def __str__(self) -> str:
        """The fact as a person reads it."""
        if self.kind == "amount":
            number = int(self.value)
            if self.unit == "dollars":
                return f"${number:,}"
            if self.unit == "months" and number % 12 == 0:
                return f"{number // 12} year{'s' if number > 12 else ''}"
            return f"{number:,} {self.unit if number != 1 else self.unit.removesuffix('s')}"
        return {"class": f"class {self.value}", "place": f"§ {self.value}" if "-" in self.value else self.value}.get(self.kind, self.value)


@lru_cache(maxsize=4096)
def stated(text: str) -> frozenset[Fact]:
    """Every fact that ``text`` states. A bare 1 is an article as often as a number and is left out."""
    found: set[Fact] = set()
    text = text.replace("’", "'").replace("\xa0", " ")

    def date(match: re.Match[str]) -> str:
        found.add(Fact("date", f"{match[3]}-{_MONTHS[match[1].lower()]:02}-{int(match[2]):02}"))
        return " ; "

    def place(match: re.Match[str]) -> str:
        found.add(Fact("place", f"{match[1]} USC {match[2].upper()}"))
        return " ; "

    text = _DATE.sub(date, _EDITION.sub(" ", text))
    for match in _CLASS.finditer(text):
        found |= {Fact("class", letter) for letter in (match[1], *_LETTER.findall(re.sub(r"\ba\s", " ", match[2])))}
    for match in _ACT.finditer(text):
        found.add(Fact("act", f"P.A. {match[1]}-{int(match[2])}"))
    text = _ACT.sub(" ; ", _FEDERAL.sub(place, text))
    section = re.compile(r"(?<![\w-])\d{1,2}[a-z]?-\d{1,3}[a-z]{0,3}(?![\w]|-\d)")
    found |= {Fact("place", match[0]) for match in section.finditer(text)}
    text = _LAW_NAMES.sub(" ; ", _SIGNS.sub(" ; ", section.sub(" ; ", text)))
    found |= _amounts(_in_figures(text))
    return frozenset(found)


def _in_figures(text: str) -> str:
    """The text with its numbers in figures: "twenty-one years" as "21 years", "one-half" left alone."""
    plain = re.sub(r"\bone-half\b|\bonce\b", " ", text.lower())
    plain = re.sub(r"(?<=[a-z])-(?=[a-z])", " ", plain)
    plain = re.sub(r"\btwice\b", "2 times", plain)
    pieces = re.split(r"([;.:]\s|,\s(?!\d{3}))", plain)  # numbers do not run on over a comma
    return "".join(piece if place % 2 else alpha2digit(piece, "en", threshold=0) for place, piece in enumerate(pieces))


def _amounts(text: str) -> set[Fact]:
    found: set[Fact] = set()
    unit_after = ""
    for match in reversed(list(_AMOUNT.finditer(text))):  # from behind: "two nor more than five thousand dollars"
        named = next((name for name, _ in _UNITS if match[name]), "")
        if match["part"]:
            continue
        number, unit = int(match["number"].replace(",", "")), "dollars" if match["money"] else named
        if not unit and unit_after and _CHAIN.match(text[match.end() :]):
            unit = unit_after
        unit_after = unit
        if not unit:
            if number in _YEAR and "," not in match["number"]:
                found.add(Fact("date", str(number)))
            elif number > 1:
                found.add(Fact("number", str(number)))
            continue
        of, times = _TIMES.get(unit, (unit, 1))
        found.add(Fact("amount", str(number * times), of))
    return found | {Fact("number", match[1]) for match in _ORDINAL.finditer(text) if match[1] != "1"}


def bare(fact: Fact) -> str:
    """The number of an amount as it may stand elsewhere without its unit: 2 of "2 years"."""
    if fact.kind == "amount" and fact.unit == "months" and int(fact.value) % 12 == 0:
        return str(int(fact.value) // 12)
    return fact.value


def in_any_form(fact: Fact, facts: frozenset[Fact]) -> bool:
    """Whether ``facts`` hold ``fact``, be it as a bare number or, of a date, as its year."""
    if fact in facts:
        return True
    if fact.kind == "date":
        return any(other.kind == "date" and (other.value.startswith(fact.value) or fact.value.startswith(other.value)) for other in facts)
    if fact.kind == "amount":
        return bare(fact) in {other.value for other in facts if other.kind == "number"}
    return fact.kind == "number" and fact.value in {bare(other) for other in facts if other.kind == "amount"}
