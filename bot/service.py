"""One message in, its replies out: the order in which everything is considered.

Emergency first, then what cannot be read, then the conversation itself, then questions of law. No legal
sentence is made here; each comes from the store with its cite.
"""

from __future__ import annotations

import msgspec

from bot import answering, asking, choosing, scope
from bot.answers import furniture, provision, topic
from bot.desk import Desk
from bot.interviews import talk
from bot.nlp import language
from bot.nlp.folding import fold
from bot.pointing import led_on, only_an_age, supposed_age, supposes
from bot.reply import Choice, Clause, Line, Memory, Question, Reply, Turn
from bot.understanding import Asked, understand

NLU_EMERGENCY_SURE = 0.4  # what only the classifier takes for an emergency must be fairly clear
PAPERS_TAKEN = "documents_taken"  # the topic of what is told to worry about: papers or a phone kept
INTERRUPTS = 0.5  # how sure a question in the middle of an interview must be, rather than an answer that cannot be read


def respond(desk: Desk, question: Question) -> Turn:
    """The replies to ``question`` and what is remembered after them."""
    turn = _respond(desk, question)
    if desk.watch.worries(question.text) or (question.memory.topic and _only_supposes(fold(question.text))):
        turn = _with_the_numbers(desk, turn)
    offered = next((reply.choices for reply in reversed(turn.replies) if reply.choices), ())
    return msgspec.structs.replace(turn, memory=msgspec.structs.replace(turn.memory, offered=tuple(choice.id for choice in offered)))


def _with_the_numbers(desk: Desk, turn: Turn) -> Turn:
    """The same replies, with the emergency numbers under the last where none of them has any."""
    if any(reply.kind == "emergency" or any(notice.kind == "safety" for notice in reply.notices) for reply in turn.replies):
        return turn
    *before, last = turn.replies
    shown = msgspec.structs.replace(last, notices=(*last.notices, topic.emergency_numbers(desk, last.lang)))
    return msgspec.structs.replace(turn, replies=(*before, shown))


def _respond(desk: Desk, question: Question) -> Turn:
    memory = _with_language(question)
    if danger := desk.watch.look(question.text):
        if not memory.topic and PAPERS_TAKEN in desk.store.topics and desk.watch.worries(question.text):
            # "Is that a crime?" afterwards is about what was told.
            memory = msgspec.structs.replace(memory, topic=PAPERS_TAKEN)
        return _in_emergency(desk, danger.kind, danger.lang, memory)
    if question.too_long:
        return Turn((furniture.said(desk, memory.lang, "too_long"),), memory)
    if scope.forget(question.text):
        return Turn((furniture.said(desk, memory.lang, "deleted"),), Memory(lang=memory.lang))
    if choice := question.choice or choosing.picked(desk, question.text, memory):
        return choosing.chosen(desk, msgspec.structs.replace(question, choice=choice), memory)
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
        reply, memory = answering.one(desk, question, clause, asked, memory)
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
    """The same answer for the second thing named: "do my nail salon and the bar next door both have to post?", "53a-83 or 53a-83b?"."""
    sections = [mention.cite for mention in asked.cites if mention.kind == "section"]
    if reply.kind == "card" and reply.topic == "section_lookup" and len(sections) == 2 and asked.date is None:
        return (provision.card(desk, sections[1], reply.lang),)
    if reply.kind != "answer" or not asked.also or asked.topic != reply.topic:
        return ()
    other = answering.on_topic(desk, question, asked.topic, asked.also, reply.lang, clause.text)
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
    return Turn(*talk.obey(desk, order, memory)) if order in ("over", "back") else Turn(*talk.tell(desk, order, memory))


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
    if question.memory.topic and _only_supposes(fold(question.text)):
        return False
    sure = max((score for clause in question.clauses for topic, score in clause.ranking[:1] if topic == "emergency"), default=0.0)
    return sure >= NLU_EMERGENCY_SURE and not desk.watch.asks_about_law(question.text)


def _only_supposes(plain: str) -> bool:
    """Whether a message after an answer only asks the same of someone of another age: "what if she is 13?", "and me, im 30?".

    One that tells of a child ("hes with a 13 year old") is no supposition.
    """
    return only_an_age(plain) or bool(supposed_age(plain) and (supposes(plain) or led_on(plain)))


def _resolved(desk: Desk, clause: Clause, memory: Memory, follows: bool) -> tuple[str, float]:
    asked = understand(desk, clause, memory, follows=follows)
    return asked.topic, asked.confidence
