"""The words that are orders when they are the whole message: stop, start, help, delete, and those that steer.

They stand in ``content/wording/<lang>/sms.yml``. Case, accents, signs and courtesy do not count, except for HELP: "please help" is
a cry for help, and is heard as one. "Borrar mis antecedentes" is a question of law, and no order to forget.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from bot.law.content import LANGUAGES
from bot.nlp.folding import fold, whole
from bot.safety import wording

ORDERS = ("stop", "start", "start_again", "help", "delete", "more", "simpler", "menu", "back", "done", "unhelpful")
EXACT = frozenset({"help"})
_NUMBER = re.compile(r"(?:(?:option|number|opcion|numero|no)\s)?(\d{1,2})")


@dataclass(frozen=True)
class Keyword:
    """An order and the language in which it was given; no language where both use the word."""

    order: str
    lang: str


def read(text: str) -> Keyword | None:
    """The order that ``text`` is as a whole: "Stop.", "stop please", "¡ALTO!"."""
    plain = whole(text)
    bare = _without_courtesy(plain)
    for order in ORDERS:
        said = {plain} if order in EXACT else {plain, bare}
        langs = [lang for lang in LANGUAGES if said & _words(order, lang)]
        if langs:
            return Keyword(order, langs[0] if len(langs) == 1 else "")
    return None


def number(text: str) -> int | None:
    """The number that ``text`` is: "2", "2.", "#2", "option 2", a keycap. None for a negative or a longer one."""
    if "-" in text or not (found := _NUMBER.fullmatch(whole(text))):
        return None
    return int(found[1])


def is_reaction(text: str) -> bool:
    """Whether a phone wrote out a reaction to one of our texts ('Liked "..."'), which asks for nothing."""
    return bool(_reactions().match(fold(text.strip())))


@cache
def _words(order: str, lang: str) -> frozenset[str]:
    listed = wording.of_file("sms", lang)[f"words_{order}"]
    return frozenset(whole(word) for word in listed.split(","))


@cache
def _courtesy() -> tuple[str, ...]:
    return tuple(whole(word) for lang in LANGUAGES for word in wording.say("sms.courtesy", lang).split(","))


@cache
def _reactions() -> re.Pattern[str]:
    words = "|".join(re.escape(fold(word.strip())) for lang in LANGUAGES for word in wording.say("sms.reactions", lang).split(","))
    return re.compile(rf"(?:{words})\W[^\"«]{{0,12}}[\"«].*[\"»]$", re.S)


def _without_courtesy(plain: str) -> str:
    """``plain`` without "please" and its like at either end."""
    before = ""
    while plain != before:
        before = plain
        for word in _courtesy():
            plain = plain.removeprefix(f"{word} ").removesuffix(f" {word}")
    return plain
