"""A choice in place of words: a button, a number, or a label typed out."""

from __future__ import annotations

import re

from bot import answering, conversing
from bot.answers import furniture, provision
from bot.desk import Desk
from bot.interviews import talk
from bot.leaning import CONVERSATION
from bot.nlp.folding import whole
from bot.reply import Memory, Question, Turn
from bot.understanding import Asked


def picked(desk: Desk, text: str, memory: Memory) -> str:
    """The choice that a bare number means, of those that were offered last, or its label typed out.

    An interview reads its own numbers.
    """
    if typed := _labels(desk, memory).get(whole(text)):
        return typed
    number = re.fullmatch(r"\s*(\d)[.)]?\s*", text)
    if not number or not memory.offered or talk.running(desk, memory):
        return ""
    place = int(number[1]) - 1
    return memory.offered[place] if 0 <= place < len(memory.offered) else ""


def _labels(desk: Desk, memory: Memory) -> dict[str, str]:
    """The labels of choices, as they may be typed: every topic's title, and what an interview or its result offers."""
    labels = dict(desk.titles)
    for choice in memory.offered:
        kind, _, name = choice.partition(":")
        if kind == "result":
            key = f"interviews.paper_{name}" if name in ("pdf", "docx", "ics") else f"interviews.offer_{name}"
            labels[whole(desk.say(memory.lang, key))] = choice
        elif kind == "interview" and name in desk.store.interviews:
            labels[whole(desk.store.interview_words[memory.lang][name].title)] = choice
    return labels


def chosen(desk: Desk, question: Question, memory: Memory) -> Turn:
    """What a tapped choice asks for. An id that was never offered is treated as nothing chosen."""
    kind, _, rest = question.choice.partition(":")
    asked = Asked(ranking=((rest, 1.0),))
    if kind == "topic" and rest in desk.store.topics and (reply := answering.on_topic(desk, question, rest, "", memory.lang)):
        return Turn((reply,), answering.remember(desk, memory, asked, reply))
    if kind in ("law", "history"):
        mentions = desk.citations.find(rest)
        if mentions:
            make = provision.card if kind == "law" else provision.history
            reply = make(desk, mentions[0].cite, memory.lang)
            return Turn((reply,), answering.remember(desk, memory, Asked(ranking=(("section_lookup", 1.0),)), reply))
    if kind == "interview" and (rest in desk.store.interviews or (rest == "resume" and talk.unfinished(desk, memory))):
        return Turn(*(talk.resume(desk, memory) if rest == "resume" else talk.start(desk, rest, memory)))
    if kind == "answer" and talk.running(desk, memory):
        return Turn(*talk.give(desk, rest, memory))
    if kind == "result" and memory.interview and not talk.unfinished(desk, memory):
        return Turn(*talk.tell(desk, rest, memory))
    if kind == "say" and rest in CONVERSATION:
        reply, memory = conversing.reply(desk, rest, memory)
        return Turn((reply,), memory)
    return Turn((furniture.menu(desk, memory.lang),), memory)
