"""Replies of the bot's own words: what it says around answers, and the menu."""

from __future__ import annotations

from bot.answers import topic
from bot.desk import Desk
from bot.reply import Choice, Line, Reply, ReplyKind


def said(desk: Desk, lang: str, key: str, kind: ReplyKind = "info", choices: tuple[Choice, ...] = (), **fields: str) -> Reply:
    """The words of ``furniture.<key>`` as a reply."""
    return Reply(kind=kind, lang=lang, lines=(Line(desk.say(lang, f"furniture.{key}", **fields), kind="note"),), choices=choices)


def menu(desk: Desk, lang: str) -> Reply:
    """What can be asked, as choices."""
    return said(desk, lang, "menu_intro", "choices", main_topics(desk, lang))


def main_topics(desk: Desk, lang: str) -> tuple[Choice, ...]:
    """The topics offered to someone who has not asked yet."""
    return topic.topic_choices(desk, desk.store.jurisdiction.menu, lang)
