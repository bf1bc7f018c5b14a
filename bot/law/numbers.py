"""Which numbers, dates and classes a sentence states, so that they can be held against its provision.

A wrong number hurts people. Each number in an answer must stand in the provision that the answer
cites; this module reads both sides, in English and Spanish, into one comparable form.
"""

from __future__ import annotations

import re
from functools import lru_cache

_MONTHS = {
    name: number
    for names in (
        "january february march april may june july august september october november december",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    )
    for number, name in enumerate(names.split(), 1)
}
# "one", "un" and "una" are articles as often as numbers, and "once" is an English word as well as eleven
# in Spanish, so they are not compared.
_WORDS = {
    word: number
    for words in (
        "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen",
        "dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince",
    )
    for number, word in enumerate(words.split(), 2)
    if word != "once"
}
_MONTH = "|".join(_MONTHS)
_DATE_EN = re.compile(rf"\b({_MONTH})\s+(\d{{1,2}}),?\s+(\d{{4}})\b", re.I)
_DATE_ES = re.compile(rf"\b(\d{{1,2}})(?:\.?º|o)?\s+de\s+({_MONTH})\s+(?:de|del)\s+(\d{{4}})\b", re.I)
_ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_CLASS = re.compile(r"\b(?:class|clase)s?\s+([a-e])\b((?:\s*,\s*[a-e]\b)*(?:\s*,?\s*(?:and|or|y|o|e|u)\s+[a-e]\b)?)", re.I)
# Names of laws hold digits that are not figures: sections, acts, bills, titles of the federal code.
_NAMES = re.compile(
    r"§+\s*[\w.-]+(?:\([\w]+\))*"
    r"|\b\d{1,2}[a-z]?-\d{1,3}[a-z]{0,2}\b(?:\([\w]+\))*"
    r"|\b(?:P\.?A\.?|Public Acts?|H\.?B\.?|S\.?B\.?|Pub\. L\.|Bill|JD-\w+-)\s*(?:No\.?\s*)?\d[\d-]*"
    r"|\b\d+\s+U\.?S\.?C\.?(?:\s+(?:ch\.|chapter|cap\.|capítulo)?\s*\d+[A-Z]?)?(?:\([\w]+\))*"
    r"|\b(?:chapter|capítulo|section|sections|sección|title|título|form|formulario)\s+\d[\w-]*",
    re.I,
)
_NUMBER = re.compile(r"(?<![\w-])\$?(\d{1,3}(?:,\d{3})+|\d+)(?![\w]|-\d)")


@lru_cache(maxsize=8192)  # a provision backs many sentences
def stated(text: str) -> frozenset[str]:
    """Every number, date and offense class that ``text`` states: ``{"1000", "2021-10-01", "class a"}``."""
    found: set[str] = set()

    def date(year: str, month: int, day: str) -> str:
        found.add(f"{int(year):04}-{month:02}-{int(day):02}")
        return " "

    text = _DATE_EN.sub(lambda m: date(m[3], _MONTHS[m[1].lower()], m[2]), text)
    text = _DATE_ES.sub(lambda m: date(m[3], _MONTHS[m[2].lower()], m[1]), text)
    text = _ISO.sub(lambda m: date(m[1], int(m[2]), m[3]), text)
    for match in _CLASS.finditer(text):
        letters = [match[1], *re.findall(r"\b[a-e]\b", re.sub(r"\b(?:and|or|y|o|e|u)\b(?=\s+[a-e]\b)", " ", match[2], flags=re.I), re.I)]
        found.update(f"class {letter.lower()}" for letter in letters)
    text = _NAMES.sub(" ", text)
    found.update(match[1].replace(",", "").lstrip("0") or "0" for match in _NUMBER.finditer(text))
    found.update(str(_WORDS[word]) for word in re.findall(r"[a-záéíóúñ]+", text.lower()) if word in _WORDS)
    return frozenset(found)


def unsupported(sentence: str, support: str) -> set[str]:
    """The numbers that ``sentence`` states and ``support`` does not.

    A bare year is supported by a full date of that year.
    """
    known = stated(support)
    years = {date[:4] for date in known if _ISO.fullmatch(date)}
    return set(stated(sentence) - known - years)
