"""Amounts in what people type: "two years", "2-3 mil", "$1.200,50", "un año y medio"."""

from __future__ import annotations

import re

DAYS_A_MONTH, DAYS_A_WEEK, DAYS_A_YEAR = 30, 7, 365  # as the estimate counts them, which it says
_UNITS: tuple[tuple[str, int], ...] = (
    (r"(?:days?|dias?|d)", 1), (r"(?:weeks?|wks?|semanas?|sem)", DAYS_A_WEEK), (r"(?:months?|mos?|mths?|mes(?:es)?)", DAYS_A_MONTH),
    (r"(?:years?|yrs?|anos?|anitos?)", DAYS_A_YEAR),
)
NUMBER = r"(-?(?<!\d)\d+(?:[.,]\d+)?)"  # from its first figure on: a run of figures is read once
_SPANS = tuple((re.compile(rf"{NUMBER}\s*{unit}\b(\s+(?:and a half|y medi[oa]))?"), days) for unit, days in _UNITS)
_A_UNIT = re.compile(r"\b(?:a|an|un|una|one)\s+(?=(?:days?|weeks?|months?|years?|dias?|semanas?|mes|ano)\b)")
# "$1,000 a day" and "14 hours a day" are rates, and no span of a day.
_RATE = re.compile(
    r"\b(dollars?|bucks|thousand|grand|hours?|hrs?|days?|times|dolares|mil|horas?|dias?|veces|\d+)\s+(?:a|an|per|each|every|por|al|a la|cada)\s+"
    r"(?:day|week|month|year|dia|semana|mes|ano)\b"
)
_A_COUPLE = re.compile(r"\b(?:a |un )?(?:couple(?: of)?|par de)\b")
_HALF = re.compile(r"\b(?:half (?:a|an)|medio|media)\s+(year|month|week|day|ano|mes|semana|dia)\b")
_THOUSANDS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(k|mil|thousand|grand|millions?|millon(?:es)?)\b(?:\s+(\d{1,3})\b)?")
_NO_AMOUNT = re.compile(r"\d{16,}")  # more than anything can be, and in the end more than a number can hold
MONEY = re.compile(r"(-?)\s*\$?\s*(-?)(\d[\d.,' ]*)")


def days(plain: str) -> float | None:
    """The days that the spans of time in ``plain`` add up to; None where it names none. ``plain`` is folded, in figures."""
    found = [
        (float(amount.replace(",", ".")) + (0.5 if half else 0)) * length
        for pattern, length in _SPANS for amount, half in pattern.findall(plain)
    ]
    return sum(found) if found else None


def cents(digits: str) -> int:
    """"1,200.50" and "1.200,50" and "1200,5": the last mark is the decimal one only where one or two digits follow it."""
    digits = re.sub(r"[' ]", "", digits)
    whole, _, fraction = digits, "", ""
    if match := re.fullmatch(r"(.*)[.,](\d{1,2})", digits):
        whole, fraction = match[1], match[2]
    return int(re.sub(r"\D", "", whole) or 0) * 100 + int(fraction.ljust(2, "0") or 0)


def in_figures(plain: str) -> str:
    """"two years" as "2 years", "un año y medio" as "1 ano y medio", "half a year" as "182 days"."""
    from text_to_num import alpha2digit  # only interviews need it

    days = {"year": 365, "ano": 365, "month": DAYS_A_MONTH, "mes": DAYS_A_MONTH, "week": 7, "semana": 7, "day": 1, "dia": 1}
    plain = re.sub(r"\b(?:unos|unas)\b", " ", _NO_AMOUNT.sub(" ", plain))  # "about", not "one"
    plain = _RATE.sub(r"\1", plain)
    plain = _THOUSANDS.sub(_multiplied, plain)
    plain = _HALF.sub(lambda match: f"{days[match[1]] // 2 or 1} days", plain)
    plain = _A_COUPLE.sub("2", plain)
    plain = _A_UNIT.sub("1 ", plain)
    for lang in ("en", "es"):
        plain = alpha2digit(plain, lang, threshold=0)
    return plain


def _multiplied(match: re.Match[str]) -> str:
    """Amounts in full: "5 mil" as 5000, "2 mil 500" as 2500, "1.5 million" as 1500000."""
    times = 1_000_000 if match[2].startswith("mill") else 1000
    return str(round(float(match[1].replace(",", ".")) * times) + int(match[3] or 0))
