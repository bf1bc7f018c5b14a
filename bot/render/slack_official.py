"""The official words of a provision on a Slack card, where they were loaded: their beginning, dated, and labelled as not ours."""

from __future__ import annotations

from bot.law import labels
from bot.law.cite import Cite
from bot.law.official import Official, OfficialTexts
from bot.render.block_kit import Block, context, escape, link, section
from bot.render.slack import words

LONGEST = 600  # characters; the page has the rest


def official_words(texts: OfficialTexts | None, cite: Cite, lang: str) -> list[Block]:
    """The blocks for ``cite``; none where its words were not loaded."""
    printed = texts.of(cite.section) if texts else ()
    if not printed:
        return []
    newest = printed[-1]
    said = _at(newest, cite)
    shown = said if len(said) <= LONGEST else said[:LONGEST].rsplit(" ", 1)[0] + " ..."
    label = words("official_words", lang, date=labels.date(newest.retrieved, lang))
    return section(f"*{escape(label)}*\n>{escape(shown)}") + context(link(newest.url, words("official_more", lang)))


def _at(official: Official, cite: Cite) -> str:
    """The words at the provision and below it; the whole section's where the text does not have the provision."""
    parts = [part for part in official.text.parts if part.pin.startswith(cite.pin)] if cite.pins else []
    return " ".join(f"{'' if part.pin == cite.pin else _last(part.pin)}{part.text}" for part in parts).strip() or official.text.words


def _last(pin: str) -> str:
    return f"({pin.rpartition('(')[2]} " if pin else ""
