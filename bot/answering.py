"""One clause to its reply: what is turned away, what is said of the conversation, and what the law answers.

No legal sentence is made here; each comes from the store with its cite.
"""

from __future__ import annotations

import msgspec

from bot import conversing, past, scope
from bot.answers import furniture, search, topic
from bot.desk import Desk
from bot.interviews import talk
from bot.leaning import CONVERSATION
from bot.nlp.dates import DateMention
from bot.reply import Clause, Line, Memory, Question, Reply
from bot.understanding import HINT, SURE, TURNED_AWAY, Asked

DECLINE_SURE = 0.6  # a person is not told "I will not help with that" on a hunch


def one(desk: Desk, question: Question, clause: Clause, asked: Asked, memory: Memory) -> tuple[Reply, Memory]:
    """The reply to one clause as it was understood, and what is remembered after it."""
    lang = memory.lang
    if desk.watch.asks_for_harm(clause.text):
        return scope.turned_away(desk, "harmful", clause.text, lang), memory
    if reply := past.answer(desk, asked, memory, short=question.channel == "sms"):
        return reply, remember(desk, memory, asked, reply)
    asked = scope.meant(asked, clause.text)
    if asked.topic in TURNED_AWAY and asked.confidence >= (SURE if asked.topic == "out_of_scope" else DECLINE_SURE):
        return scope.turned_away(desk, asked.topic, clause.text, lang), memory
    if scope.elsewhere(desk, asked.topic, clause.text):
        return scope.turned_away(desk, "out_of_scope", clause.text, lang), memory
    if asked.topic in CONVERSATION and asked.confidence >= (DECLINE_SURE if asked.topic == "abuse" else SURE):
        return conversing.reply(desk, asked.topic, memory)
    if asked.topic == "about_advice" and asked.confidence >= SURE:
        return _advice(desk, asked, memory)
    if asked.asks_only and not memory.topic:
        return _unsure(desk, asked, clause.text, lang), memory
    if asked.confidence >= SURE and (name := _interview_asked_for(desk, asked, memory)):
        replies, memory = talk.start(desk, name, memory)
        return replies[0], memory
    if asked.confidence >= SURE and asked.topic in desk.store.topics:
        reply = on_topic(desk, question, asked.topic, asked.variant, lang, clause.text)
        if reply is not None:
            remembered = remember(desk, memory, asked, reply)
            return (_with_limits(desk, reply) if asked.asks_advice else reply), remembered
    return _unsure(desk, asked, clause.text, lang), memory


def _interview_asked_for(desk: Desk, asked: Asked, memory: Memory) -> str:
    """The interview that is asked for; "ask me the questions" after an answer means the one on that answer's subject."""
    name = asked.topic.removeprefix("interview_")
    if name == asked.topic or name not in desk.store.interviews:
        return ""
    of_subject = next((interview.interview for interview in desk.store.interviews.values() if memory.topic in interview.topics), "")
    return of_subject if of_subject and asked.brief else name


def on_topic(desk: Desk, question: Question, name: str, variant: str, lang: str, asked: str = "") -> Reply | None:
    """The answer to a topic, as long as the channel and the reader want it; ``None`` where it has none."""
    length = "short" if question.channel == "sms" else "full"
    return topic.answer(desk, name, lang, variant, length, advocate=question.audience == "advocate", asked=asked)


def _advice(desk: Desk, asked: Asked, memory: Memory) -> tuple[Reply, Memory]:
    """What the law says on the point, what this bot cannot decide, and who can, in one reply."""
    lang = memory.lang
    likely = (name for name, score in asked.ranking[1:4] if score >= HINT and name in desk.store.topics and not name.startswith("about_"))
    about = (memory.topic if asked.leans else "") or next(likely, memory.topic)
    law = topic.answer(desk, about, lang, asked.variant, "short") if about in desk.store.topics else None
    if law is None:
        reply = topic.answer(desk, "about_advice", lang) or furniture.said(desk, lang, "advice_tail")
        return reply, memory
    return _with_limits(desk, law), remember(desk, memory, asked, law)


def _with_limits(desk: Desk, law: Reply) -> Reply:
    """The answer between what this bot cannot decide and who can."""
    lead, tail = (Line(desk.say(law.lang, f"furniture.advice_{end}"), kind="note") for end in ("lead", "tail"))
    return msgspec.structs.replace(law, lines=(lead, *law.lines, tail))


def _unsure(desk: Desk, asked: Asked, text: str, lang: str) -> Reply:
    """Nothing is guessed: the two or three likeliest readings as choices, else what the store's search finds."""
    likely = [name for name, score in asked.ranking[:3] if score >= HINT and name in desk.store.topics]
    choices = topic.topic_choices(desk, likely, lang)
    key = "furniture.did_you_mean"
    if not choices:
        choices, key = search.choices(desk, text, lang), "furniture.nothing_found"
    reply = Reply(
        kind="choices" if choices else "not_found", lang=lang, lines=(Line(desk.say(lang, key), kind="note"),),
        choices=choices or furniture.main_topics(desk, lang)[:3], notices=(topic.emergency_numbers(desk, lang),),
    )
    return reply


def remember(desk: Desk, memory: Memory, asked: Asked, reply: Reply) -> Memory:
    """The memory with what was asked and told now: ids, never words."""
    cites = tuple(dict.fromkeys(cite for line in reply.lines for cite in line.cites))
    return msgspec.structs.replace(
        memory, topic=reply.topic or asked.topic, cites=cites[:6], told=0,
        variant=reply.variant or asked.variant or _offense_of(desk, reply, cites) or _offense_named(desk, reply, asked),
        as_of=asked.date.first.isoformat() if asked.as_of and isinstance(asked.date, DateMention) else "",
    )


def _offense_named(desk: Desk, reply: Reply, asked: Asked) -> str:
    """The offense named in a question that an answer on offenses in general took: "and the max for that?" means that one."""
    known = desk.store.topics.get(reply.topic)
    return asked.offense if known and known.about and not known.subject and asked.offense.startswith(known.about) else ""


def _offense_of(desk: Desk, reply: Reply, cites: tuple[str, ...]) -> str:
    """The offense that a card showed, so that "what is the penalty?" after it means that offense."""
    if reply.kind != "card" or not cites:
        return ""
    section = cites[0].partition("(")[0]
    offenses = desk.store.terms.get("offense", {}).values()
    return next((offense.id for offense in offenses if offense.provision.partition("(")[0] == section), "")
