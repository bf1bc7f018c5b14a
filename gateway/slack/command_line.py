"""Reads what stands after /ctlaw: a command with its parts, a citation with a date, or a question in plain words.

Pure. The commands' names are wording, in both languages; a name in Spanish is answered in Spanish.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass, replace

from bot.law.content import LANGUAGES
from bot.nlp.citations import CitationReader
from bot.nlp.dates import DateMention, ImpossibleDate, find_date
from bot.nlp.folding import fold, whole
from bot.render.slack import words

NAMES = ("help", "history", "diff", "bill", "differences", "search", "cite", "interview")
OF_A_CITE = ("history", "differences", "cite")
CLOSE = 0.72  # how near a mistyped name has to be
SENTENCE = 3  # words from which on what follows a name is rather a question: "history of the trafficking law"
_FILLERS = frozenset(  # beside a citation they mean nothing of their own
    ["in", "on", "as", "of", "at", "since", "by", "and", "to", "vs", "the", "§", "§§", "section", "sec", "y", "a", "al", "en", "de", "el", "la",
     "desde", "hasta", "seccion", "articulo", "art"]
)


@dataclass(frozen=True)
class Command:
    """What is asked for. ``name`` is one of ``NAMES``, "card", "ask" or "misuse"."""

    name: str
    lang: str = ""  # of the answer, where the command tells; else empty
    share: bool = False
    cite: str = ""
    dates: tuple[DateMention, ...] = ()  # a year or month stands for its last day
    wrong_date: str = ""  # written as a date, and not on the calendar
    text: str = ""  # words to search or ask, the interview's name; of a misuse, the command whose usage helps
    year: int = 0
    part: str = ""
    near: str = ""  # what was probably meant, written out


def read(typed: str, citations: CitationReader) -> Command:
    """The command that ``typed`` is."""
    tokens = typed.split()
    lang, share, tokens = _flags(tokens)
    rest = " ".join(tokens)
    if not tokens:
        return Command("help", lang, share)
    name, of_name = _name(tokens[0])
    if name:
        return replace(_called(name, lang or of_name, " ".join(tokens[1:]), rest, citations), share=share)
    if near := _near(tokens, citations):
        known, spoken = _name(near)
        return Command("misuse", lang or spoken, share, text=known, near=" ".join((near, *tokens[1:])))
    return replace(_card(rest, citations) or Command("ask", text=rest), lang=lang, share=share)


def _flags(tokens: list[str]) -> tuple[str, bool, list[str]]:
    """The language and ``share``, at the beginning; ``share`` at the end as well."""
    lang, share = "", False
    shares = {fold(words("command_share", each)) for each in LANGUAGES}
    while tokens and (fold(tokens[0]) in shares or (tokens[0].lower() in LANGUAGES and len(tokens) > 1)):
        if fold(tokens[0]) in shares:
            share = True
        else:
            lang = tokens[0].lower()
        tokens = tokens[1:]
    if len(tokens) > 1 and fold(tokens[-1]) in shares:
        share, tokens = True, tokens[:-1]
    return lang, share, tokens


def names(lang: str) -> dict[str, str]:
    """Each command's name as it is typed in ``lang``, and which command it is."""
    return {fold(words(f"command_{name}", lang)): name for name in NAMES}


def _name(token: str) -> tuple[str, str]:
    """The command that a word names, and the language of the name where it is one language's only."""
    found = {lang: names(lang)[fold(token)] for lang in LANGUAGES if fold(token) in names(lang)}
    if not found:
        return "", ""
    return next(iter(found.values())), next(iter(found)) if len(found) == 1 else ""


def _near(tokens: list[str], citations: CitationReader) -> str:
    """The name that a mistyped first word is near to, where what follows fits a command."""
    known = [name for lang in LANGUAGES for name in names(lang)]
    close = difflib.get_close_matches(fold(tokens[0]), known, n=1, cutoff=CLOSE)
    rest = " ".join(tokens[1:])
    fits = len(tokens) == 1 or citations.find(rest) or re.fullmatch(r"[\d\s()a-z]{1,12}", rest) or rest[:1] in "\"“'"
    return close[0] if close and fits else ""


def _called(name: str, lang: str, rest: str, typed: str, citations: CitationReader) -> Command:
    """A command by its name; a question that only begins with one; or its usage, where its parts cannot be read."""
    if name == "help":
        return Command("help", lang)
    if name == "search" and whole(rest):
        return Command("search", lang, text=rest)
    if name == "interview":
        return Command("interview", lang, text=fold(rest))
    if name == "bill" and (match := re.fullmatch(r"(\d{4})(?:\s+(?:§+|section|sec\.?|seccion)?\s*(\d+(?:\([a-z0-9]+\))*))?", fold(rest))):
        return Command("bill", lang, year=int(match[1]), part=match[2] or "")
    cite, left = _cite(rest, citations)
    if name in OF_A_CITE and cite and not left:
        return Command(name, lang, cite=cite)
    if name == "diff" and cite and (days := _two_days(left)):
        return Command("diff", lang, cite=cite, dates=days)
    if len(rest.split()) >= SENTENCE and not (name == "diff" and cite):
        return Command("ask", lang, text=typed)
    return Command("misuse", lang, text=name)


def _card(text: str, citations: CitationReader) -> Command | None:
    """A citation, alone or with a date; None for a question that only holds one."""
    cite, left = _cite(text, citations)
    if not cite:
        return None
    if not left:
        return Command("card", cite=cite)
    found = find_date(" ".join(left))
    if isinstance(found, ImpossibleDate):
        return Command("card", cite=cite, wrong_date=found.text)
    if isinstance(found, DateMention) and _only_a_date(left):
        return Command("card", cite=cite, dates=(replace(found, start=0),))
    return None


def _cite(text: str, citations: CitationReader) -> tuple[str, list[str]]:
    """The first section that ``text`` cites, and the words beside it that mean something."""
    mention = next((m for m in citations.find(text) if m.kind == "section"), None)
    if mention is None:
        return "", text.split()
    left = (text[: mention.start] + " " + text[mention.end :]).replace(",", " ").split()
    return mention.cite, [word for word in left if fold(word) not in _FILLERS]


def _only_a_date(left: list[str]) -> bool:
    """Whether words are a date and nothing else: "June 1, 2015", "1 de junio 2015"."""
    return len(left) <= 4 and isinstance(find_date(" ".join(left)), DateMention) and sum(w.isalpha() for w in left) <= 1


def _two_days(left: list[str]) -> tuple[DateMention, ...]:
    """Two dates one after the other; empty where there are not two."""
    for place in range(1, len(left)):
        first, second = find_date(" ".join(left[:place])), find_date(" ".join(left[place:]))
        if isinstance(first, DateMention) and isinstance(second, DateMention) and _only_a_date(left[:place]) and _only_a_date(left[place:]):
            return first, second
    return ()
