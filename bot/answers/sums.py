"""The sum that a question gives the numbers for: "90 days", "he owes me $1,800", "caught three times".

What a topic counts is in its record; what a day, a wage or a violation counts is a figure of the law store. A ceiling is said
to be one, and where the numbers cannot be read with certainty, nothing is computed.
"""

from __future__ import annotations

import re

from bot.desk import Desk
from bot.law.found import Found
from bot.law.records import Topic
from bot.nlp import amounts
from bot.nlp.folding import fold
from bot.reply import Line

MOST_DAYS, MOST_CENTS, MOST_VIOLATIONS = 40_000, 10_000_000_00, 1_000
_DOLLARS = re.compile(
    r"\$\s*(?P<sign>\d[\d.,]*)|(?P<word>\d[\d.,]*)\s*(?:dollars?|bucks|usd|dolares|pesos)\b"
    r"|\b(?:owes?|owed|deben?|adeuda\w*|unpaid|its|son|fueran?)\s+(?:me\s+|us\s+|nos\s+|only\s+|solo\s+|about\s+|como\s+|unos\s+)*(?P<bare>\d[\d.,]{2,})\b"
)
_PAID = re.compile(  # what is paid, or earned, is not what is owed: "he paid me $100 a week", "me pagaban 100 dólares"
    r"\b(?:paid|pays|pay|paying|earn(?:ed|ing|s)?|made|makes|pagaban?|pagan?|pago|gan[oae]|ganaban?|cobraban?)\s+(?:\w+\s+){0,2}$"
)
_NUMBER = re.compile(r"\d|\b(?:two|three|four|five|six|dos|tres|cuatro|cinco|seis|mil)\b")
_LONG_AGO = re.compile(r"\b(?:ago|hace)\b")
_TIMES = re.compile(r"\b(\d+)\s*(?:times|violations?|offenses?|veces|infracciones|multas|fines)\b")


def line(desk: Desk, topic: str, lang: str, asked: str) -> Line | None:
    """The sum that ``asked`` gives the numbers for, with its cite; None where it gives none or the topic counts nothing."""
    record = desk.store.topics.get(topic)
    if record is None or not record.counts or not _NUMBER.search(fold(asked)):
        return None
    plain = amounts.in_figures(fold(asked))
    return {"days": _days, "wages": _wages, "violations": _violations, "tiers": _tier}[record.counts](desk, record, lang, plain)


def gives_number(desk: Desk, topic: str, text: str) -> bool:
    """Whether a short message only gives another number for the sum last asked about: "and if it's 800 bucks?"."""
    return line(desk, topic, "en", text) is not None


def _days(desk: Desk, topic: Topic, lang: str, plain: str) -> Line | None:
    days = amounts.days(plain)
    if days is None or not 0 < days <= MOST_DAYS or _LONG_AGO.search(plain):
        return None
    each = int(desk.store.figure(topic.counted_by, "daily_maximum_dollars")) * 100
    return _said(desk, lang, topic, "days", days=f"{round(days):,}", each=_dollars(each), total=_dollars(round(days) * each))


def _wages(desk: Desk, topic: Topic, lang: str, plain: str) -> Line | None:
    owed = _owed(plain)
    if owed is None:
        return None
    times = int(desk.store.figure(topic.counted_by, "wage_multiple"))
    return _said(desk, lang, topic, "wages", owed=_dollars(owed), times=str(times), total=_dollars(owed * times))


def _tier(desk: Desk, topic: Topic, lang: str, plain: str) -> Line | None:
    """The step of a scale that an amount falls on, in the answer's own sentence on it."""
    owed, found = _owed(plain), desk.store.look_up(topic.counted_by)
    if owed is None or not isinstance(found, Found):
        return None
    for provision in found.version.provisions:
        over, upto = provision.figures.get("owed_more_than_dollars", 0), provision.figures.get("owed_up_to_dollars", MOST_CENTS)
        if provision.figures and int(over) * 100 < owed <= int(upto) * 100:
            wording = desk.store.answer(topic.topic, lang)
            told = next((sentence for sentence in (wording.full if wording else ()) if provision.cite in sentence.cites), None)
            if told:
                return Line(f"{desk.say(lang, 'sums.tier', owed=_dollars(owed))} {told.text}", told.cites)
    return None


def _violations(desk: Desk, topic: Topic, lang: str, plain: str) -> Line | None:
    told = _TIMES.search(plain)
    count = int(told[1]) if told else 0
    if not 1 < count <= MOST_VIOLATIONS:
        return None
    first, later = (int(desk.store.figure(topic.counted_by, f"{name}_violation_dollars")) * 100 for name in ("first", "later"))
    total = first + (count - 1) * later
    return _said(desk, lang, topic, "violations", count=str(count), first=_dollars(first), later=_dollars(later), total=_dollars(total))


def _owed(plain: str) -> int | None:
    """The one amount of money that is named, in cents."""
    found = [next(filter(None, match.groups())) for match in _DOLLARS.finditer(plain) if not _PAID.search(plain[: match.start()])]
    cents = amounts.cents(found[0].rstrip(".,")) if len(found) == 1 else 0
    return cents if 0 < cents <= MOST_CENTS else None


def _dollars(cents: int) -> str:
    return f"${cents // 100:,}" if cents % 100 == 0 else f"${cents / 100:,.2f}"


def _said(desk: Desk, lang: str, topic: Topic, key: str, **fields: str) -> Line:
    return Line(desk.say(lang, f"sums.{key}", **fields), (topic.counted_by,))
