"""One message in, its replies out: the order in which everything is considered.

Emergency first, then what cannot be read, then the conversation itself, then questions of law. No legal
sentence is made here; each comes from the store with its cite.
"""

from __future__ import annotations

import re

import msgspec

from bot import asking, past, scope
from bot.answers import furniture, provision, search, topic
from bot.desk import Desk
from bot.interviews import talk
from bot.leaning import CONVERSATION
from bot.nlp import language
from bot.nlp.dates import DateMention
from bot.nlp.folding import fold, whole
from bot.pointing import supposed_age
from bot.reply import Choice, Clause, Line, Memory, Notice, Question, Reply, Turn
from bot.understanding import HINT, SURE, TURNED_AWAY, Asked, understand

NLU_EMERGENCY_SURE = 0.4  # what only the classifier takes for an emergency must be fairly clear
INTERRUPTS = 0.5  # how sure a question in the middle of an interview must be, rather than an answer that cannot be read
DECLINE_SURE = 0.6  # a person is not told "I will not help with that" on a hunch


def respond(desk: Desk, question: Question) -> Turn:
    """The replies to ``question`` and what is remembered after them."""
    turn = _respond(desk, question)
    if desk.watch.worries(question.text):
        turn = _with_the_numbers(desk, turn)
    offered = next((reply.choices for reply in reversed(turn.replies) if reply.choices), ())
    return msgspec.structs.replace(turn, memory=msgspec.structs.replace(turn.memory, offered=tuple(choice.id for choice in offered)))


def _with_the_numbers(desk: Desk, turn: Turn) -> Turn:
    """The same replies, with the emergency numbers under the last where none of them has any."""
    if any(reply.kind == "emergency" or any(notice.kind == "safety" for notice in reply.notices) for reply in turn.replies):
        return turn
    *before, last = turn.replies
    numbers = Notice("safety", desk.say(last.lang, "safety.safety_footer"))
    return msgspec.structs.replace(turn, replies=(*before, msgspec.structs.replace(last, notices=(*last.notices, numbers))))


def _respond(desk: Desk, question: Question) -> Turn:
    memory = _with_language(question)
    if danger := desk.watch.look(question.text):
        return _in_emergency(desk, danger.kind, danger.lang, memory)
    if question.too_long:
        return Turn((furniture.said(desk, memory.lang, "too_long"),), memory)
    if scope.forget(question.text):
        return Turn((furniture.said(desk, memory.lang, "deleted"),), Memory(lang=memory.lang))
    if choice := question.choice or _picked(desk, question.text, memory):
        return _chosen(desk, msgspec.structs.replace(question, choice=choice), memory)
    if unreadable := _unreadable(desk, question.text, memory.lang):
        return Turn((unreadable,), memory)
    if memory.interview and (turn := _in_interview(desk, question, memory)):
        return turn
    if _in_danger(desk, question):
        return _in_emergency(desk, "danger", memory.lang, memory)
    return _answered(desk, question, memory)


def _answered(desk: Desk, question: Question, memory: Memory) -> Turn:
    """The message as one question of law or conversation, or two."""
    replies: list[Reply] = []
    before = memory
    for clause in asking.questions(question, lambda clause, follows: _resolved(desk, clause, before, follows)):
        asked = understand(desk, clause, memory, follows=bool(replies))
        reply, memory = _one(desk, question, clause, asked, memory)
        for said in (reply, *_on_the_other(desk, question, clause, asked, reply)):
            if not any(_says_again(said, other) for other in replies):  # two halves of one question get one answer
                replies.append(said)
    found = [reply for reply in replies if reply.kind not in ("choices", "not_found")]
    replies = found or replies[:1]  # what was not understood beside an answer was no question of its own
    return Turn(tuple(replies), memory)


def _says_again(said: Reply, other: Reply) -> bool:
    """Whether an answer is the other once more, led by another line or with a detail more."""
    same = said.topic == other.topic and said.kind == other.kind == "answer"
    return said.lines == other.lines or (same and len(set(said.lines) - set(other.lines)) <= 1)


def _on_the_other(desk: Desk, question: Question, clause: Clause, asked: Asked, reply: Reply) -> tuple[Reply, ...]:
    """The same answer for the second thing named: "do my nail salon and the bar next door both have to post?"."""
    if reply.kind != "answer" or not asked.also or asked.topic != reply.topic:
        return ()
    other = _answer(desk, question, asked.topic, asked.also, reply.lang, clause.text)
    return (other,) if other else ()


def emergency(desk: Desk, kind: str, lang: str) -> Reply:
    """What someone in danger is told: short, calm, numbers first, nothing asked."""
    return Reply(kind="emergency", lang=lang, lines=(Line(desk.say(lang, f"safety.emergency_{kind}"), kind="note"),))


def _in_emergency(desk: Desk, kind: str, lang: str, memory: Memory) -> Turn:
    """The numbers. Questions under way are left as they are, and taken up again by choice."""
    reply = emergency(desk, kind, lang)
    if not talk.unfinished(desk, memory):
        return Turn((reply,), memory)
    resume = Choice("interview:resume", desk.say(lang, "interviews.resume"))
    return Turn((msgspec.structs.replace(reply, choices=(resume,)),), msgspec.structs.replace(memory, paused=True))


def _in_interview(desk: Desk, question: Question, memory: Memory) -> Turn | None:
    """The message as a part of the interview under way; None where it has nothing to do with one.

    First the words that steer, then the answer; then a question of law, which is answered and the step asked again.
    """
    order = talk.command(desk, question.text)
    if not talk.running(desk, memory):
        return _after_interview(desk, order, memory)
    if order and order != "paper":
        return Turn(*talk.obey(desk, order, memory))
    if said := talk.hear(desk, question, memory):
        return Turn(*said)
    if _in_danger(desk, question):
        return None
    asked = understand(desk, (question.clauses or (Clause(question.text, ()),))[0], Memory(lang=memory.lang))
    if not asked.cites and (asked.confidence < INTERRUPTS or asked.topic in ("affirm", "deny")):
        return Turn(*talk.not_understood(desk, memory))
    turn = _answered(desk, question, memory)
    if not talk.running(desk, turn.memory) or any(reply.kind in ("question", "emergency") for reply in turn.replies):
        return turn
    answers = (msgspec.structs.replace(reply, choices=()) for reply in turn.replies)  # the numbers are the question's
    return Turn((*answers, talk.question_reply(desk, turn.memory)), turn.memory)


def _after_interview(desk: Desk, order: str, memory: Memory) -> Turn | None:
    """A steering word when no question waits: to take the questions up again, or about the result that was just told."""
    if talk.unfinished(desk, memory):
        return Turn(*talk.resume(desk, memory)) if order == "resume" else Turn(*talk.leave(desk, memory)) if order == "leave" else None
    if memory.topic or order not in ("why", "over", "paper", "back"):
        return None
    return Turn(*talk.obey(desk, order, memory)) if order in ("over", "back") else _result(desk, order, memory)


def _result(desk: Desk, what: str, memory: Memory) -> Turn:
    """A part of an interview's result, the path that led to it, or its paper."""
    replies, memory = talk.tell(desk, what, memory)
    return Turn(replies, memory)


def _with_language(question: Question) -> Memory:
    """The memory with the language of this message; a chosen language stays through single words."""
    memory = question.memory
    spoken = language.detect(question.text) if question.text else None
    if spoken and memory.lang_chosen and spoken != memory.lang and len(question.text.split()) < 4:
        spoken = None
    if spoken and spoken != memory.lang:
        return msgspec.structs.replace(memory, lang=spoken, lang_chosen=False)
    return memory if memory.lang else msgspec.structs.replace(memory, lang="en")


def _unreadable(desk: Desk, text: str, lang: str) -> Reply | None:
    if not text.strip():
        key = "empty_message"
    elif language.other_script(text):
        key = "other_script"
    elif not any(char.isalnum() for char in text):
        key = "only_emoji"
    else:
        return None
    return furniture.said(desk, lang, key)


def _in_danger(desk: Desk, question: Question) -> bool:
    """Whether the classifier takes the message, or any part of it, for an emergency. Then nothing else is answered."""
    if question.memory.topic and supposed_age(fold(question.text)):
        return False  # "what if she is 13?" after an answer asks the same of someone younger
    sure = max((score for clause in question.clauses for topic, score in clause.ranking[:1] if topic == "emergency"), default=0.0)
    return sure >= NLU_EMERGENCY_SURE and not desk.watch.asks_about_law(question.text)


def _resolved(desk: Desk, clause: Clause, memory: Memory, follows: bool) -> tuple[str, float]:
    asked = understand(desk, clause, memory, follows=follows)
    return asked.topic, asked.confidence


def _one(desk: Desk, question: Question, clause: Clause, asked: Asked, memory: Memory) -> tuple[Reply, Memory]:
    lang = memory.lang
    if desk.watch.asks_for_harm(clause.text):
        return scope.turned_away(desk, "harmful", clause.text, lang), memory
    if reply := past.answer(desk, asked, memory, short=question.channel == "sms"):
        return reply, _remember(desk, memory, asked, reply)
    asked = scope.meant(asked, clause.text)
    if asked.topic in TURNED_AWAY and asked.confidence >= (SURE if asked.topic == "out_of_scope" else DECLINE_SURE):
        return scope.turned_away(desk, asked.topic, clause.text, lang), memory
    if scope.elsewhere(desk, asked.topic, clause.text):
        return scope.turned_away(desk, "out_of_scope", clause.text, lang), memory
    if asked.topic in CONVERSATION and asked.confidence >= (DECLINE_SURE if asked.topic == "abuse" else SURE):
        return _conversation(desk, asked.topic, memory)
    if asked.topic == "about_advice" and asked.confidence >= SURE:
        return _advice(desk, asked, memory)
    if asked.confidence >= SURE and (name := _interview_asked_for(desk, asked, memory)):
        replies, memory = talk.start(desk, name, memory)
        return replies[0], memory
    if asked.confidence >= SURE and asked.topic in desk.store.topics:
        reply = _answer(desk, question, asked.topic, asked.variant, lang, clause.text)
        if reply is not None:
            remembered = _remember(desk, memory, asked, reply)
            return (_with_limits(desk, reply) if asked.asks_advice else reply), remembered
    return _unsure(desk, asked, clause.text, lang), memory


def _interview_asked_for(desk: Desk, asked: Asked, memory: Memory) -> str:
    """The interview that is asked for; "ask me the questions" after an answer means the one on that answer's subject."""
    name = asked.topic.removeprefix("interview_")
    if name == asked.topic or name not in desk.store.interviews:
        return ""
    of_subject = next((interview.interview for interview in desk.store.interviews.values() if memory.topic in interview.topics), "")
    return of_subject if of_subject and asked.brief else name


def _answer(desk: Desk, question: Question, name: str, variant: str, lang: str, asked: str = "") -> Reply | None:
    length = "short" if question.channel == "sms" else "full"
    return topic.answer(desk, name, lang, variant, length, advocate=question.audience == "advocate", asked=asked)


def _offense_of(desk: Desk, reply: Reply, cites: tuple[str, ...]) -> str:
    """The offense that a card showed, so that "what is the penalty?" after it means that offense."""
    if reply.kind != "card" or not cites:
        return ""
    section = cites[0].partition("(")[0]
    offenses = desk.store.terms.get("offense", {}).values()
    return next((offense.id for offense in offenses if offense.provision.partition("(")[0] == section), "")


def _remember(desk: Desk, memory: Memory, asked: Asked, reply: Reply) -> Memory:
    cites = tuple(dict.fromkeys(cite for line in reply.lines for cite in line.cites))
    return msgspec.structs.replace(
        memory, topic=reply.topic or asked.topic, variant=reply.variant or asked.variant or _offense_of(desk, reply, cites), cites=cites[:6], told=0,
        as_of=asked.date.first.isoformat() if asked.as_of and isinstance(asked.date, DateMention) else "",
    )


# -- the conversation itself ------------------------------------------------------


def _conversation(desk: Desk, intent: str, memory: Memory) -> tuple[Reply, Memory]:
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


def _advice(desk: Desk, asked: Asked, memory: Memory) -> tuple[Reply, Memory]:
    """What the law says on the point, what this bot cannot decide, and who can, in one reply."""
    lang = memory.lang
    likely = (name for name, score in asked.ranking[1:4] if score >= HINT and name in desk.store.topics and not name.startswith("about_"))
    about = (memory.topic if asked.leans else "") or next(likely, memory.topic)
    law = topic.answer(desk, about, lang, asked.variant, "short") if about in desk.store.topics else None
    if law is None:
        reply = topic.answer(desk, "about_advice", lang) or furniture.said(desk, lang, "advice_tail")
        return reply, memory
    return _with_limits(desk, law), _remember(desk, memory, asked, law)


def _with_limits(desk: Desk, law: Reply) -> Reply:
    """The answer between what this bot cannot decide and who can."""
    lead, tail = (Line(desk.say(law.lang, f"furniture.advice_{end}"), kind="note") for end in ("lead", "tail"))
    return msgspec.structs.replace(law, lines=(lead, *law.lines, tail))


# -- choices and not knowing --------------------------------------------------------


def _picked(desk: Desk, text: str, memory: Memory) -> str:
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


def _chosen(desk: Desk, question: Question, memory: Memory) -> Turn:
    """What a tapped choice asks for. An id that was never offered is treated as nothing chosen."""
    kind, _, rest = question.choice.partition(":")
    asked = Asked(ranking=((rest, 1.0),))
    if kind == "topic" and rest in desk.store.topics and (reply := _answer(desk, question, rest, "", memory.lang)):
        return Turn((reply,), _remember(desk, memory, asked, reply))
    if kind in ("law", "history"):
        mentions = desk.citations.find(rest)
        if mentions:
            make = provision.card if kind == "law" else provision.history
            reply = make(desk, mentions[0].cite, memory.lang)
            return Turn((reply,), _remember(desk, memory, Asked(ranking=(("section_lookup", 1.0),)), reply))
    if kind == "interview" and (rest in desk.store.interviews or (rest == "resume" and talk.unfinished(desk, memory))):
        return Turn(*(talk.resume(desk, memory) if rest == "resume" else talk.start(desk, rest, memory)))
    if kind == "answer" and talk.running(desk, memory):
        return Turn(*talk.give(desk, rest, memory))
    if kind == "result" and memory.interview and not talk.unfinished(desk, memory):
        return _result(desk, rest, memory)
    if kind == "say" and rest in CONVERSATION:
        reply, memory = _conversation(desk, rest, memory)
        return Turn((reply,), memory)
    return Turn((furniture.menu(desk, memory.lang),), memory)


def _unsure(desk: Desk, asked: Asked, text: str, lang: str) -> Reply:
    """Nothing is guessed: the two or three likeliest readings as choices, else what the store's search finds."""
    likely = [name for name, score in asked.ranking[:3] if score >= HINT and name in desk.store.topics]
    choices = topic.topic_choices(desk, likely, lang)
    key = "furniture.did_you_mean"
    if not choices:
        choices, key = search.choices(desk, text, lang), "furniture.nothing_found"
    reply = Reply(
        kind="choices" if choices else "not_found", lang=lang, lines=(Line(desk.say(lang, key), kind="note"),),
        choices=choices or furniture.main_topics(desk, lang)[:3], notices=(Notice("safety", desk.say(lang, "safety.safety_footer")),),
    )
    return reply
