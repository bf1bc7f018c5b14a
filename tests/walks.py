"""Every way through a guided interview, with an answer of each sort to each question."""

from __future__ import annotations

from functools import cache

from bot import paths
from bot.interviews.walk import UNSURE, applies
from bot.law.check_interviews import answers_to
from bot.law.content import Content, load
from bot.law.records import Interview, Step

OPEN_ANSWERS = {  # of the kinds of question that take a number or a date: one of each sort
    "duration": ["days:0", "days:90", UNSURE], "money": ["cents:0", "cents:123450", UNSURE], "number": ["n:1", UNSURE],
    "date": ["2012", "2020-02-29", "2026-11-01", UNSURE],
}


@cache
def content() -> Content:
    """The real content, read once."""
    return load(paths.content_dir())[0]


def values(step: Step) -> list[str]:
    """Answers to a question, one of each sort."""
    return OPEN_ANSWERS.get(step.kind) or answers_to(content(), step)


@cache
def every_path(name: str) -> list[dict[str, str]]:
    """Every way through the interview ``name``: its answers by question."""
    return paths_through(content().interviews[name])


def paths_through(interview: Interview, answers: tuple[tuple[str, str], ...] = ()) -> list[dict[str, str]]:
    """Every way through an interview, with a term of each sort in place of each term."""
    given = dict(answers)
    step = next((s for s in interview.steps if s.step not in given and applies(s, given)), None)
    if step is None:
        return [given]
    choices = values(step)
    if step.kind == "term":
        terms = content().terms[step.subject]
        sorts = {(t.outcome, t.felony_class, t.provision): t.id for t in terms}
        named = {value for s in interview.steps for v in s.only.values() for value in v}
        choices = [*step.options, *sorts.values(), *(t.id for t in terms if t.id in named), UNSURE]
    elif step.kind in OPEN_ANSWERS:
        choices = choices[1:]
    return [path for value in dict.fromkeys(choices) for path in paths_through(interview, (*answers, (step.step, value)))]
