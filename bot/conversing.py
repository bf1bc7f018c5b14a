"""The conversation itself: thanks, another language, "more", "simpler", "show me the law"."""

from __future__ import annotations

import msgspec

from bot.answers import furniture, provision, search, topic
from bot.desk import Desk
from bot.reply import Memory, Reply


def reply(desk: Desk, intent: str, memory: Memory) -> tuple[Reply, Memory]:
    """The reply to a conversational intent, and what is remembered after it."""
    lang = memory.lang
    if intent in ("switch_english", "switch_spanish"):
        lang = "en" if intent == "switch_english" else "es"
        memory = msgspec.structs.replace(memory, lang=lang, lang_chosen=True)
        if memory.topic and (reply := topic.answer(desk, memory.topic, lang, memory.variant)):
            return reply, memory
        return furniture.said(desk, lang, f"language_switched_{lang}"), memory
    if intent in ("more", "affirm") and memory.topic:
        reply = topic.further(desk, memory.topic, lang, memory.variant, memory.told)
        memory = msgspec.structs.replace(memory, told=memory.told + 1)
        return reply or furniture.said(desk, lang, "nothing_more"), memory
    if intent == "simpler" and memory.topic:
        return topic.answer(desk, memory.topic, lang, memory.variant, "simple") or furniture.said(desk, lang, "nothing_more"), memory
    if intent == "show_law" and memory.cites:
        return provision.card(desk, memory.cites[0], lang), memory
    if intent == "who_says":
        return search.who_says(desk, memory, lang), memory
    if intent in ("thanks", "goodbye", "abuse"):
        return furniture.said(desk, lang, intent), memory
    if intent == "delete":
        return furniture.said(desk, lang, "deleted"), Memory(lang=lang)
    if intent == "greet" and not memory.topic:
        return furniture.said(desk, lang, "greeting", choices=furniture.main_topics(desk, lang)), memory
    return furniture.menu(desk, lang), memory
