"""The words of the law pages, with their fields filled in."""

from __future__ import annotations

import datetime as dt

from bot.law import labels
from bot.law.content import LANGUAGES
from bot.safety import wording


def say(key: str, lang: str, **fields: str | int | dt.date) -> str:
    """The words of ``law_pages.key``; a date is written as readers of ``lang`` write it. Raises ``KeyError``."""
    text = wording.say(f"law_pages.{key}", lang)
    for name, value in fields.items():
        written = labels.date(value, lang) if isinstance(value, dt.date) else str(value)
        text = text.replace("{" + name + "}", written)
    return text


def known(key: str, lang: str) -> str:
    """The words of a key that content may add without wording for it; empty where there are none."""
    return wording.of_file("law_pages", lang).get(key, "")


def subjects(lang: str) -> dict[str, str]:
    """The subjects under which sections are listed, by group of topics, in the order of the wording file."""
    return {key.removeprefix("group_"): text for key, text in wording.of_file("law_pages", lang).items() if key.startswith("group_")}


def in_each(key: str, **fields: str | int | dt.date) -> dict[str, str]:
    """The words of ``law_pages.key`` by language."""
    return {lang: say(key, lang, **fields) for lang in LANGUAGES}
