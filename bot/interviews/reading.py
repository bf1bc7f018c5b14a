"""From what a person types to an answer of a fixed form, in English and Spanish: "like 3 months" to ``days:90``.

Nothing is guessed: what cannot be read comes back as a problem with a name, which has a kind sentence of its own.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from bot.interviews.walk import UNSURE
from bot.law.records import Step, StepWords, Term
from bot.nlp import amounts
from bot.nlp.dates import DateMention, ImpossibleDate, find_date
from bot.nlp.folding import fold
from bot.nlp.terms import TermReader

MOST_DOLLARS = 100_000_000
_NO_AMOUNT = re.compile(r"\d{16}")  # not read at all (bot.nlp.amounts)
_UNSURE = re.compile(
    r"^\W*(?:i(?:m| am)? )?(?:not (?:really )?sure|unsure|(?:i )?(?:really )?(?:dont|do not) (?:know|remember|recall)|dunno|idk|no idea|maybe"
    r"|cant (?:say|tell|remember)|it depends|(?:yo )?no (?:lo )?(?:se|recuerdo|estoy segur[oa]|me acuerdo)|tal vez|quizas?|a lo mejor|ni idea"
    r"|depende)\b|^\W*\?+\W*$"
)
_YES = re.compile(
    r"^\W*(?:yes|yeah|yea|yep|yup|ya|y|si|sip|simon|claro|correct|correcto|true|cierto|verdad|right|sure|ok|okay|of course|por supuesto"
    r"|definitely|absolutely|afirmativo|asi es|they did|he did|she did|i did|i was|i have|i think so|creo que si)\b"
)
_NO = re.compile(
    r"^\W*(?:no|nop|nope|nah|n|not yet|todavia no|aun no|never|not really|nunca|jamas|para nada|negative|false|falso|neither|none|ninguno"
    r"|ninguna|tampoco|they didnt|he didnt|she didnt|i didnt|i wasnt|i havent|i dont think so|creo que no)\b"
)
_CONFIRMS = frozenset({"si", "yes", "no", "y", "n", "yeah", "nope"})
_AND = re.compile(r"^\W*\w+\W+(?:and|or|y|o)\W+")  # "yes and no"
_EITHER = re.compile(r"\d\s*(?:or|o|to|a|-)\s*\d+\s*(?:days?|weeks?|months?|years?|yrs?|dias?|semanas?|mes(?:es)?|anos?)\b")  # "2-3 months"
_WHOLE_YEAR = re.compile(r"\b(?:all (?:of|through)|the whole (?:of|year)|entire|todo(?: el)?(?: ano)?)\s+(?:19|20)\d\d\b")
_DECADE = re.compile(r"\b\d0'?s\b")
_SINCE = re.compile(r"\b(?:since|desde(?: hace)?|from|de)\b")
_UNTIL = re.compile(r"\b(?:to|until|till|through|thru|hasta|a)\b|-")


@dataclass(frozen=True)
class Reading:
    """An answer in its fixed form, or the name of the problem with it. ``rest``: more was said than was taken."""

    value: str = ""
    problem: str = ""
    rest: bool = False


def read(step: Step, words: StepWords, text: str, terms: Mapping[str, Term], today: dt.date) -> Reading:
    """Read ``text`` as the answer to ``step``.

    Problems: ``not_understood``, ``which_one`` (two were named), ``impossible_date``, ``future_date``, ``negative``,
    ``too_many``.
    """
    plain = fold(text).replace("'", "").strip()
    if step.kind in ("duration", "money", "number") and _NO_AMOUNT.search(plain):
        return Reading(problem="too_many")
    counts = step.kind in ("duration", "money", "number", "date") and re.search(r"\d", plain)  # "maybe 12k" is an answer
    if _UNSURE.search(plain) and not counts:
        return Reading(UNSURE)
    readers: dict[str, Callable[[], Reading]] = {
        "yes_no": lambda: _yes_no(plain),
        "choice": lambda: _option(step, words, {}, plain, text),
        "term": lambda: _option(step, words, terms, plain, text),
        "duration": lambda: _duration(plain, today, step.at_most),
        "money": lambda: _money(plain),
        "number": lambda: _number(plain, step.at_most),
        "date": lambda: _date(plain, text, today),
    }
    return readers[step.kind]()


def _yes_no(plain: str) -> Reading:
    numbered = {"1": "yes", "2": "no", "3": UNSURE}
    if plain in numbered:
        return Reading(numbered[plain])
    yes, no = _YES.search(plain), _NO.search(plain)
    if yes or no:
        if (second := _AND.match(plain)) and (_NO if yes else _YES).search(plain[second.end() :]):
            return Reading(problem="which_one")
        return Reading("yes" if yes else "no", rest=len(plain.split()) > 2)
    return Reading(problem="not_understood")


def _option(step: Step, words: StepWords, terms: Mapping[str, Term], plain: str, text: str) -> Reading:
    """One of the numbered options, by number or by any of its names; or a term of the step's subject."""
    numbers = re.fullmatch(r"\W*(\d{1,2})\W*", plain)
    if numbers and 0 < int(numbers[1]) <= len(step.options) + 1:
        return Reading((*step.options, UNSURE)[int(numbers[1]) - 1])
    if re.fullmatch(r"\d{1,2}(?:\s*(?:,|and|y|&)\s*\d{1,2})+", plain):
        return Reading(problem="which_one")
    names = {term.id: tuple(name for by_lang in term.names.values() for name in by_lang) for term in terms.values()}
    whole = plain.strip(" .!")
    for option in step.options:
        if whole in _CONFIRMS and any(fold(name) == whole for name in words.heard_as.get(option, ())):
            return Reading(option)
        said = (name for name in words.heard_as.get(option, ()) if fold(name) not in _CONFIRMS)
        names[option] = (*names.get(option, ()), words.options[option], *said)
    found = list(dict.fromkeys(mention.term for mention in _reader(tuple(names.items())).find(text)))
    if len(found) == 1:
        return Reading(found[0])
    return Reading(problem="which_one" if found else "not_understood")


@lru_cache(maxsize=64)  # building one takes longer than a turn may
def _reader(names: tuple[tuple[str, tuple[str, ...]], ...]) -> TermReader:
    """Finds options by their names, misspelt ones too."""
    return TermReader({"option": {option: Term(id=option, label={}, names={"": said}) for option, said in names}})


def _duration(plain: str, today: dt.date, at_most: int) -> Reading:
    """A count of days: "90", "3 months", "since march 2022", "from march 2022 to june 2023", "a year and a half"."""
    plain = amounts.in_figures(plain)
    if _EITHER.search(plain):
        return Reading(problem="which_one")
    if _WHOLE_YEAR.search(plain):
        return _days(amounts.DAYS_A_YEAR, at_most)
    if (period := _period(plain, today)) is not None:
        return period
    days = amounts.days(plain)
    if days is None and (bare := re.fullmatch(rf"\W*(?:\D{{0,12}}\s)?{amounts.NUMBER}\W*", plain)) and not re.fullmatch(r"(?:19|20)\d\d", bare[1]):
        days = float(bare[1].replace(",", "."))  # a bare year is no count of days
    return Reading(problem="not_understood") if days is None else _days(round(days), at_most)


def _days(days: int, at_most: int) -> Reading:
    if days < 0:
        return Reading(problem="negative")
    return Reading(problem="too_many") if at_most and days > at_most else Reading(f"days:{days}")


def _period(plain: str, today: dt.date) -> Reading | None:
    """The days of a period that is told by its dates; None where none is."""
    if not _SINCE.search(plain) and not _UNTIL.search(plain):
        return None
    first = find_date(plain)
    if isinstance(first, ImpossibleDate):
        return Reading(problem="impossible_date")
    if not isinstance(first, DateMention):
        return None
    after = plain[first.start + 4 :]
    end = _UNTIL.search(after)
    last = find_date(after[end.end() :]) if end else None
    if isinstance(last, ImpossibleDate):
        return Reading(problem="impossible_date")
    if not last and not _SINCE.search(plain):
        return None
    until = min(last.last, today) if isinstance(last, DateMention) else today
    if first.first > today:
        return Reading(problem="future_date")
    return _days((until - first.first).days, 0)


def _money(plain: str) -> Reading:
    """An amount in cents: "$1,200", "1.200,50", "2k", "none"."""
    if _NO.search(plain) or re.search(r"\b(?:nothing|nada|zero|cero)\b", plain):
        return Reading("cents:0")
    plain = amounts.in_figures(plain)
    found = list(amounts.MONEY.finditer(plain))
    if len(found) != 1:
        return Reading(problem="which_one" if found else "not_understood")
    minus, sign, digits = found[0].groups()
    if minus or sign:
        return Reading(problem="negative")
    cents = amounts.cents(digits.strip(" .,'"))
    return Reading(f"cents:{cents}") if cents <= MOST_DOLLARS * 100 else Reading(problem="too_many")


def _number(plain: str, at_most: int) -> Reading:
    found = re.findall(r"-?\d+", amounts.in_figures(plain))
    if len(found) != 1:
        return Reading(problem="which_one" if found else "not_understood")
    number = int(found[0])
    if number < 0:
        return Reading(problem="negative")
    return Reading(problem="too_many") if at_most and number > at_most else Reading(f"n:{number}")


def _date(plain: str, text: str, today: dt.date) -> Reading:
    """A day, a month or a year: "march 2022", "3/15/2022", "last year", "hace dos meses"."""
    if short := re.fullmatch(r"\W*((?:19|20)\d\d)-(0[1-9]|1[0-2])\W*", plain):
        return _past(f"{short[1]}-{short[2]}", today)
    found = find_date(_with_century(plain, today))
    if isinstance(found, ImpossibleDate):
        return Reading(problem="impossible_date")
    if isinstance(found, DateMention):
        if found.first > today:
            return Reading(problem="future_date")
        length = {"year": 4, "month": 7, "day": 10}[found.precision]
        return Reading(found.first.isoformat()[:length])
    told = _relative(plain, today)
    if told is None:
        return Reading(problem="not_understood")
    return _past(told, today)


def _past(told: str, today: dt.date) -> Reading:
    return Reading(problem="future_date") if told > today.isoformat() else Reading(told)


def _with_century(plain: str, today: dt.date) -> str:
    """The day in "9/8/26" with its century: the one that does not lie ahead."""
    century = today.year // 100
    return re.sub(
        r"\b(\d{1,2})[/-](\d{1,2})[/-](\d\d)\b",
        lambda m: f"{m[1]}/{m[2]}/{century if int(m[3]) <= today.year % 100 else century - 1}{m[3]}", plain,
    )


def _relative(plain: str, today: dt.date) -> str | None:
    """A time that is told from today, as exact as it is told: "two weeks ago" a day, "el año pasado" a year."""
    import dateparser  # only interviews need it

    if not re.search(r"[a-z]{3}", plain) or _DECADE.search(plain):
        return None
    settings = {"RELATIVE_BASE": dt.datetime.combine(today, dt.time()), "PREFER_DATES_FROM": "past"}
    found = dateparser.parse(amounts.in_figures(plain), languages=["en", "es"], settings=settings)
    if found is None:
        return None
    if re.search(r"\b(?:years?|anos?)\b", plain):
        return str(found.year)
    to_the_day = re.search(r"\d|\b(?:days?|weeks?|dias?|semanas?|today|yesterday|hoy|ayer)\b", plain)
    return str(found.date())[: 10 if to_the_day else 7]
