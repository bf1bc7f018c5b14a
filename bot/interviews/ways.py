"""Every way through an interview, so that its rule can be tried on each."""

from __future__ import annotations

from bot.interviews.walk import UNSURE, applies
from bot.law.check_interviews import answers_to
from bot.law.content import Content
from bot.law.records import Interview, Step

# Of the kinds of question that take a number or a date: one of each sort. The first is left out of the ways, or there would be too many.
OPEN_ANSWERS = {
    "duration": ["days:0", "days:90", UNSURE], "money": ["cents:0", "cents:123450", UNSURE], "number": ["n:0", "n:1", UNSURE],
    "date": ["2012", "2020-02-29", "2026-11-01", UNSURE],
}


def answers(content: Content, step: Step) -> list[str]:
    """The answers that a question takes; where it takes any number or date, one of each sort."""
    return OPEN_ANSWERS.get(step.kind) or answers_to(content, step)


def through(content: Content, interview: Interview, given: tuple[tuple[str, str], ...] = ()) -> list[dict[str, str]]:
    """The answers of every way from those ``given``, with a term of each sort in place of each term."""
    known = dict(given)
    step = next((s for s in interview.steps if s.step not in known and applies(s, known)), None)
    if step is None:
        return [known]
    choices = answers(content, step)
    if step.kind == "term":
        terms = content.terms[step.subject]
        sorts = {(term.outcome, term.felony_class, term.provision): term.id for term in terms}
        named = {value for other in interview.steps for values in other.only.values() for value in values}
        choices = [*step.options, *sorts.values(), *(term.id for term in terms if term.id in named), UNSURE]
    elif step.kind in OPEN_ANSWERS:
        choices = choices[1:]
    return [way for value in dict.fromkeys(choices) for way in through(content, interview, (*given, (step.step, value)))]
