"""Client confidentiality: finds what could tell who a client is, so that the message is not read any further.

Pure: text in, kinds out. It errs on the side of refusing, except for what advocates write all the time: citations, public acts,
bills, hotline numbers, years, amounts. It cannot know every name; docs/slack.md says what it does not see.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

from bot import paths
from bot.law.content import LANGUAGES, read_yaml
from bot.nlp.folding import fold
from bot.safety import wording

KINDS = ("phone", "ssn", "birth", "case", "email", "name")

_SEP = r"[\s.\-]{0,2}"
_PHONE = re.compile(
    rf"(?<![\w$§.\-])(?:\+?1{_SEP})?\(?\d{{3}}\)?{_SEP}\d{{3}}{_SEP}\d{{4}}(?!\d)"
    r"|(?<![\w$§.\-])\+?\(?\d{3}\)?[\s.\-]\d{3}[\s.\-]\d{2}[\s.\-]\d{2}(?!\d)"
    r"|(?<![\w$§.\-])\d{3}[-.]\d{4}(?!\d)"
    r"|\+(?!1\b)\d{1,3}(?:[\s().\-]{0,2}\d){7,12}"
)
_SSN = re.compile(r"(?<![\w$§\-])\d{3}[\s.\-]\d{2}[\s.\-]\d{4}(?![\w\-]*\d)")
_SSN_CUE = re.compile(r"\b(?:ssn|itin|social security(?: (?:number|no\.?|#))?|seguro social|num(?:ero|\.)? de seguro)\b\D{0,25}(\d[\d\s.\-]{2,})")
_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
    r"|enero|febrero|marzo|abril|mayo|junio|julio|agosto|sep?tiembre|octubre|noviembre|diciembre)"
)
_DATE = (
    rf"(?:\b\d{{1,4}}\s?[/.\-]\s?\d{{1,2}}(?:\s?[/.\-]\s?\d{{2,4}})?\b|\b{_MONTH}\.?\s+(?:de\s+|of\s+)?\d{{1,4}}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th|o)?\s+(?:de\s+|of\s+)?{_MONTH}\b)"
)
_BIRTH_CUE = r"\b(?:born|birth\s?-?(?:day|date)|date of birth|d\.?\s?o\.?\s?b\b\.?|nacid[oa]s?|nacio|nacimiento|fecha de nac\w*|cumpleanos|f\.\s?n\.)"
# "born before October 1, 2005" is a question about the law's own dates.
_BIRTH = re.compile(rf"{_BIRTH_CUE}(?!\s+(?:on or )?(?:before|after|antes|despues)\b)[^.!?\n]{{0,30}}?{_DATE}|{_DATE}.{{0,20}}?{_BIRTH_CUE}")

_CASE = (
    # a state court's docket: HHD-CR21-0123456-S, FST CV 20 6012345, N23N-FA18-4012345-S
    re.compile(r"\b(?:[a-z][a-z0-9]{1,3}[\s\-]?)?(?:cr|cv|mv|fa|jv|pd|mi|hc)[\s\-]?\d{2}[\s\-]?\d{5,8}(?:[\s\-]?[a-z])?\b"),
    re.compile(r"\b\d{1,2}:\d{2}-?\s?(?:cr|cv|mj|mc|bk)-?\s?\d{2,6}\b"),  # federal: 3:21-cr-00123
    re.compile(r"(?<![\w\-])a[#\s\-]{0,3}\d{3}[\s\-]?\d{3}[\s\-]?\d{2,3}(?![\w\-])"),  # an immigration file
    re.compile(
        r"\b(?:docket|expediente)\s*(?:no\b\.?|num\b\.?|numbers?|numero|n[º°]\.?|#)?\s*(?:is|es|:|-)?\s*"
        r"(?!\d{1,2}[a-z]-\d)(?:(?:cr|cv|fa|mv|jv)[\s\-]?)?[a-z]{0,3}-?\d"
    ),
    re.compile(
        r"\b(?:case|cause|file|report|incident|inmate|warrant|causa|caso|reporte)\s*(?:no\b\.?|nos\b\.?|num\b\.?|numbers?|numero|n[º°]\.?|#|id)"
        r"\s*(?:is|es|was|:|#|-)?\s*(?!\d{1,2}[a-z]?-\d{1,3}[a-z]+\b)[a-z]{0,3}-?\d"
    ),
    re.compile(r"\b(?:numero|num\.?|no\.) de (?:expediente|caso|causa)\b\D{0,12}\d"),
)

_CLIENT = (
    r"(?:clients?|survivors?|victims?|minors?|patients?|residents?|guests?|defendants?|applicants?"
    r"|clientas?|clientes?|sobrevivientes?|victimas?|pacientes?|menor(?:es)?|acusad[oa]s?|huesped(?:es)?)"
)
_WHOSE = r"(?:my|our|the|this|a|her|his|their|mi|mis|nuestr[oa]s?|la|el|una?|est[ea])"
_OF_CLIENT = re.compile(rf"\b(?P<whose>{_WHOSE})\s+(?:\w+\s+)?{_CLIENT}\b(?P<named>(?:'?s)?\s+(?:full |real |legal )?names?\b)?", re.I)
_NAMED = re.compile(
    r"\b(?:client|survivor|victim|minor|patient|her|his|their)(?:'?s)?\s+(?:full |real |legal |first |last )?name\s+is\s+(?P<name>[^\W\d_][\w'\-]+)"
    r"|\bse\s+llama\s+(?P<llama>[^\W\d_][\w'\-]+)"
    r"|\b(?:girl|boy|woman|man|child|kid|teen|someone|person|lady|nin[ao]|mujer|hombre|chic[ao]|joven|nombre)"
    r"\s+(?:who\s+is\s+|who's\s+)?(?:named|called|es|llamad[oa])\s+(?P<called>[^\W\d_][\w'\-]+)",
    re.I,
)
_LINK = re.compile(
    r"^[\s,:(\-]*(?:(?:is|was|es)\s+)?(?:(?:la|el)\s+)?(?:(?:named|called|llamad[oa]|se llama|ms|mr|mrs|miss|sra?|srta|sr|dona|don)\b\.?\s+)?",
    re.I,
)
_WORD = re.compile(r"[^\W\d_][\w'’\-]*")
class Guard:
    """Looks for client facts.

    Args:
        public: numbers and addresses that anyone may write: those of the help list.
        not_names: words, folded, that may stand with a capital where a client's name would, and are none.
    """

    def __init__(self, public: Iterable[str] = (), not_names: Iterable[str] = ()) -> None:
        self._not_names = frozenset(not_names)
        self._public = frozenset(_digits(each) if "@" not in each else each.lower() for each in public)

    def look(self, text: str) -> tuple[str, ...]:
        """The kinds of what ``text`` holds that could tell who a client is, in the order of ``KINDS``; empty where it holds none."""
        straight = _straight(text)
        plain = fold(straight)
        found = {
            "phone": any(_digits(match[0]) not in self._public for match in _PHONE.finditer(plain)),
            "ssn": bool(_SSN.search(plain)) or any(len(_digits(match[1])) >= 4 for match in _SSN_CUE.finditer(plain)),
            "birth": bool(_BIRTH.search(plain)),
            "case": any(form.search(plain) for form in _CASE),
            "email": any(match[0].lower().rstrip(".") not in self._public for match in _EMAIL.finditer(straight)),
            "name": self._names_a_client(straight),
        }
        return tuple(kind for kind in KINDS if found[kind])

    def _names_a_client(self, text: str) -> bool:
        """Whether a capitalised word stands where a client's name would: "my client Ana", "mi cliente, Luis", "her name is Rosa"."""
        for match in _NAMED.finditer(text):
            word = match["name"] or match["llama"] or match["called"]
            if self._is_name(word):
                return True
        for match in _OF_CLIENT.finditer(fold(text)):  # folding keeps every place
            if text.isupper() and not match["whose"].startswith(("my", "our", "mi", "nuestr")):
                continue  # where everything is a capital, "THE VICTIM OBJECTS" names nobody
            rest = text[match.end() :]
            lead = _LINK.match(rest)
            word = _WORD.match(rest[lead.end() if lead else 0 :])
            if word and self._is_name(word[0]):
                return True
        return False

    def _is_name(self, word: str) -> bool:
        bare = re.sub(r"'s$", "", word)
        return bare[:1].isupper() and fold(bare) not in self._not_names


def _straight(text: str) -> str:
    """Compatible forms as one (full-width digits, odd spaces and hyphens), so that a look-alike hides nothing."""
    text = unicodedata.normalize("NFKC", text)
    return re.sub(r"[\u200b\u2060\u00ad]", "", re.sub(r"[‐-―−]", "-", text)).replace("’", "'")


def _digits(text: str) -> str:
    digits = re.sub(r"\D", "", text)
    return digits[1:] if len(digits) == 11 and digits[0] == "1" else digits


@cache
def guard() -> Guard:
    """The guard that lets the help list's own numbers and addresses through, and the words of slack.yml that are no names."""
    resources = read_yaml(paths.content_dir() / "help.yml")
    public = [each for entry in resources for each in (entry.get("call", ""), entry.get("text", ""), entry.get("email", "")) if each]
    words = [fold(word.strip()) for lang in LANGUAGES for word in wording.say("slack.not_names", lang).split(",")]
    return Guard(public, words)
