"""The official words of a section on its page, where the deployer of this copy has loaded them: dated, and labelled as not ours."""

from __future__ import annotations

import datetime as dt

import msgspec

from bot.law import labels
from bot.law.official import Official, OfficialTexts
from bot.render.law.words import say


class OfficialText(msgspec.Struct, frozen=True):
    """One printing of a section in the official words, in English whatever the page's language."""

    label: str  # what it is, whose it is, from when, in the page's language
    heading: str
    paragraphs: tuple[str, ...]
    source: str
    history: tuple[str, ...]
    chapter: str
    url: str
    retrieved: dt.date
    lang: str = "en"


def of_section(texts: OfficialTexts | None, section: str, lang: str) -> tuple[OfficialText, ...]:
    """Every printing that was loaded; none where the deployer has loaded none."""
    return tuple(_shown(one, lang) for one in texts.of(section)) if texts else ()


def _shown(one: Official, lang: str) -> OfficialText:
    text = one.text
    return OfficialText(
        label=say("official_text_label", lang, date=labels.date(one.retrieved, lang)), heading=text.heading, paragraphs=text.paragraphs,
        source=text.source, history=text.history, chapter=one.chapter, url=one.url, retrieved=one.retrieved,
    )
