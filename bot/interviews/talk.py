"""An interview as a conversation: asks, hears, goes back, explains, pauses. It keeps nothing but the memory it is handed."""

from __future__ import annotations

import msgspec

from bot.desk import Desk
from bot.interviews import reading, result
from bot.interviews.conclusion import PARTS
from bot.interviews.walk import UNSURE, Walk, walk
from bot.law.records import Interview, InterviewWords, Step
from bot.nlp.folding import whole
from bot.reply import Choice, Line, Memory, Question, Reply

MOST_TRIES = 3  # unreadable answers to one question, before it is passed over

Said = tuple[tuple[Reply, ...], Memory]


def running(desk: Desk, memory: Memory) -> bool:
    """Whether an interview waits for an answer."""
    return bool(memory.interview) and not memory.paused and _walk(desk, memory).next is not None


def unfinished(desk: Desk, memory: Memory) -> bool:
    """Whether an interview was begun and not finished, paused or not."""
    return memory.interview in desk.store.interviews and _walk(desk, memory).next is not None


def start(desk: Desk, name: str, memory: Memory) -> Said:
    """Begin the interview ``name``, or begin it again."""
    memory = msgspec.structs.replace(memory, interview=name, given=(), tries=0, paused=False, topic="", variant="", cites=())
    intro = Line(desk.fill(_words(desk, memory).intro), kind="note")
    return _next(desk, memory, (intro, Line(desk.say(memory.lang, "interviews.how_to_steer"), kind="note")))


def resume(desk: Desk, memory: Memory) -> Said:
    """Take a paused interview up where it was left."""
    return _next(desk, msgspec.structs.replace(memory, paused=False, tries=0))


def command(desk: Desk, text: str) -> str:
    """The command that a message is as a whole ("back", "atrás"); empty where it is none."""
    return desk.commands.get(whole(text), "")


def obey(desk: Desk, order: str, memory: Memory) -> Said:
    """Do what a command says, in the middle of an interview."""
    if order == "back":
        return _next(desk, msgspec.structs.replace(memory, given=memory.given[:-1], tries=0, paused=False))
    if order == "over":
        return start(desk, memory.interview, memory)
    if order == "skip":
        return give(desk, UNSURE, memory)
    if order == "leave":
        return leave(desk, memory)
    if order == "why" and (step := _walk(desk, memory).next):
        return _next(desk, memory, (Line(desk.fill(_words(desk, memory).steps[step.step].why), kind="note"),))
    return resume(desk, memory)


def leave(desk: Desk, memory: Memory) -> Said:
    """Leave the questions; the answers stay until the conversation ends."""
    choices = (Choice("interview:resume", desk.say(memory.lang, "interviews.resume")),)
    reply = Reply(kind="info", lang=memory.lang, lines=(Line(desk.say(memory.lang, "interviews.left"), kind="note"),), choices=choices)
    return (reply,), msgspec.structs.replace(memory, paused=True, tries=0)


def hear(desk: Desk, question: Question, memory: Memory) -> Said | None:
    """Take a message as the answer to the question asked; None where it cannot be read as one."""
    step = _walk(desk, memory).next
    if step is None:
        return None
    terms = desk.store.terms.get(step.subject, {})
    heard = reading.read(step, _words(desk, memory).steps[step.step], question.text, terms, desk.today())
    if heard.value:
        said = _taken(desk, step, heard.value, memory) if heard.rest or step.kind in ("duration", "money", "date", "number") else ()
        return give(desk, heard.value, memory, said)
    if heard.problem != "not_understood":
        return _next(desk, memory, (Line(desk.say(memory.lang, f"interviews.problem_{heard.problem}"), kind="note"),))
    return None


def not_understood(desk: Desk, memory: Memory) -> Said:
    """Ask again in other words, with examples; after the third time go on with "cannot tell"."""
    step = _walk(desk, memory).next
    if step is None or memory.tries + 1 >= MOST_TRIES:
        return give(desk, UNSURE, memory, (Line(desk.say(memory.lang, "interviews.passed_over"), kind="note"),))
    again = Line(desk.fill(_words(desk, memory).steps[step.step].again), kind="note")
    lead = Line(desk.say(memory.lang, "interviews.not_understood"), kind="note")
    reply = msgspec.structs.replace(question_reply(desk, memory), lines=(lead, again))
    return (reply,), msgspec.structs.replace(memory, tries=memory.tries + 1)


def give(desk: Desk, value: str, memory: Memory, said: tuple[Line, ...] = ()) -> Said:
    """Add an answer in its fixed form and go on to the next question or the result."""
    step = _walk(desk, memory).next
    if step is None or not _fits(desk, step, value):
        return _next(desk, memory)
    return _next(desk, msgspec.structs.replace(memory, given=(*memory.given, value), tries=0, paused=False), said)


def tell(desk: Desk, what: str, memory: Memory) -> Said:
    """Something of a result that was told: one of its parts, "why", "over", or a "paper" and its kinds."""
    interview, facts = _interview(desk, memory), _walk(desk, memory).facts
    if what == "over":
        return start(desk, memory.interview, memory)
    if what == "why":
        reply = result.why_reply(desk, interview, memory.given, memory.lang)
    elif what == "paper":
        reply = result.paper_choices(desk, interview, facts, memory.lang)
    elif what in result.DOCUMENTS:
        reply = result.paper(desk, interview, facts, what, memory.lang)
    elif part := next((part for part in PARTS if part == what), None):
        reply = result.part_reply(desk, interview, facts, part, memory.lang)
    else:
        reply = result.reply(desk, interview, facts, memory.lang)
    return (reply,), memory


def question_reply(desk: Desk, memory: Memory, before: tuple[Line, ...] = ()) -> Reply:
    """The question that is to be asked now, with its choices and how far along it is."""
    stand = _walk(desk, memory)
    step = stand.next
    assert step is not None, "asked at the end of an interview"
    words = _words(desk, memory)
    choices = [Choice(f"answer:{option}", words.steps[step.step].options[option]) for option in step.options]
    if step.kind == "yes_no":
        choices = [Choice(f"answer:{value}", desk.say(memory.lang, f"interviews.{value}")) for value in ("yes", "no")]
    choices.append(Choice(f"answer:{UNSURE}", desk.say(memory.lang, "interviews.unsure")))
    return Reply(
        kind="question", lang=memory.lang, title=words.title, lines=(*before, Line(desk.fill(words.steps[step.step].ask), kind="lead")),
        choices=tuple(choices), progress=(stand.done + 1, stand.done + stand.ahead),
    )


def _taken(desk: Desk, step: Step, value: str, memory: Memory) -> tuple[Line, ...]:
    """What was understood, said back, so that a wrong reading can be mended at once."""
    return (Line(desk.say(memory.lang, "interviews.taken", answer=result.label(desk, _words(desk, memory), step, value, memory.lang)), kind="note"),)


def _next(desk: Desk, memory: Memory, before: tuple[Line, ...] = ()) -> Said:
    stand = _walk(desk, memory)
    if stand.next is not None:
        reply = question_reply(desk, memory, before)
    else:
        reply = result.reply(desk, _interview(desk, memory), stand.facts, memory.lang, before)
        # The result is what is talked about now: "why?" asks after it.
        cites = tuple(dict.fromkeys(cite for line in reply.lines for cite in line.cites))
        memory = msgspec.structs.replace(memory, topic="", variant="", cites=cites[:6])
    return (reply,), memory


def _fits(desk: Desk, step: Step, value: str) -> bool:
    """Whether a value that came back as a choice can be an answer to this question: a button may be an old one."""
    if value == UNSURE:
        return True
    if step.kind == "yes_no":
        return value in ("yes", "no")
    if step.kind in ("choice", "term"):
        return value in step.options or value in desk.store.terms.get(step.subject, {})
    return True


def _interview(desk: Desk, memory: Memory) -> Interview:
    return desk.store.interviews[memory.interview]


def _words(desk: Desk, memory: Memory) -> InterviewWords:
    return desk.store.interview_words[memory.lang][memory.interview]


def _walk(desk: Desk, memory: Memory) -> Walk:
    return walk(_interview(desk, memory), memory.given)

