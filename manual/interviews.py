"""The page docs/interviews.md: each guided interview as a flowchart and a table, from content/interviews and its English wording."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import closing
from itertools import groupby
from typing import get_args

from bot import paths
from bot.interviews.conclusion import Outcome
from bot.interviews.rules import RULES
from bot.interviews.walk import UNSURE, Facts
from bot.law.content import LANGUAGES, Content
from bot.law.records import Interview, InterviewWords, Step
from bot.law.store import LawStore
from tests.walks import every_path

LANG = LANGUAGES[0]
MOST_NAMED = 3  # answers that a condition names; of more it says how many
EVERY = 29  # of all ways through an interview, one in so many is looked at: a prime, so that no question keeps step with it
ANSWERS = {
    "yes_no": "yes or no", "duration": "how long it was", "money": "an amount of money", "number": "a number", "date": "a date, a month or a year",
}
_DAY = dt.date(2026, 1, 1)  # results that count from today are not shown, and any day will do

HEAD = """# The guided interviews

Made from `content/interviews/` and its English wording by `python -m manual docs/interviews.md`; a test fails where it is out of date.

A box is a question, a six-sided one a condition on an earlier answer, by its number; the tables have both in full. Every question can be
answered with "not sure" or skipped, which counts as not sure; "back" goes back one question and "why?" says why it is asked. What
follows from the answers is a rule in `bot/interviews/rules/`, which reads each number and date from the store. Each interview ends in
one of three ways: it may, it does not appear so, or it cannot be told.
"""


def as_markdown(content: Content) -> str:
    """The page."""
    parts = [HEAD]
    with closing(LawStore(paths.law_db())) as store:
        for name, interview in content.interviews.items():
            words = content.interview_words[LANG][name]
            parts += [
                f"## {words.title}\n", f"{words.intro} To start it in Slack: `/ctlaw interview {name}`.\n",
                "```mermaid", *_chart(content, interview, words, _headlines(interview, words, store)), "```\n",
                *_questions(content, interview, words), "", *_findings(words),
            ]
    return "\n".join(parts).rstrip() + "\n"


def _chart(content: Content, interview: Interview, words: InterviewWords, headlines: dict[str, list[str]]) -> Iterator[str]:
    """A chain of questions; those with one condition stand under one six-sided box, whose "no" leads past them."""
    yield "flowchart TD"
    yield '    start(["start"])'
    numbers = {step.step: number for number, step in enumerate(interview.steps, 1)}
    open_ = [("start", "")]  # what the next box follows, with what the arrow says
    for place, (only, group) in enumerate(groupby(interview.steps, key=lambda step: step.only)):
        steps = list(group)
        if only:
            yield f"    if{place}{{{{{_box(_condition(content, interview, words, numbers, only))}}}}}"
            yield from _arrows(open_, f"if{place}")
            open_ = [(f"if{place}", "yes")]
        for step in steps:
            yield f"    {box(step)}[{_box(f'{numbers[step.step]}. {_brief(words, step)}')}]"
            yield from _arrows(open_, box(step))
            open_ = [(box(step), "")]
        if only:
            open_.append((f"if{place}", "no"))
    yield '    result(["result"])'
    yield from _arrows(open_, "result")
    for outcome, sentences in headlines.items():
        for number, said in enumerate(sentences):
            yield f"    {outcome}{number}([{_box(said)}])"
            yield f"    result -->|{outcome.replace('_', ' ')}| {outcome}{number}"


def _arrows(from_: list[tuple[str, str]], to: str) -> Iterator[str]:
    for box, says in from_:
        yield f"    {box} -->|{says}| {to}" if says else f"    {box} --> {to}"


def box(step: Step) -> str:
    """The name of a question in its flowchart."""
    return f"q_{step.step}"  # "class" and "end" are words of Mermaid's own


def _brief(words: InterviewWords, step: Step) -> str:
    """The question itself; what is said around it stands in the table."""
    return words.steps[step.step].ask.partition("?")[0] + "?"


def _box(text: str) -> str:
    return '"' + text.replace('"', "'") + '"'


def _condition(content: Content, interview: Interview, words: InterviewWords, numbers: dict[str, int], only: dict[str, tuple[str, ...]]) -> str:
    steps = {step.step: step for step in interview.steps}
    parts = []
    for other, values in only.items():
        named = [_label(content, words, steps[other], value) for value in values]
        if len(named) > MOST_NAMED:
            parts.append(f"{numbers[other]}: one of {len(named)} answers")
        else:
            parts.append(f"{numbers[other]}: {' or '.join(named)}")
    return ", and ".join(parts) + "?"


def _label(content: Content, words: InterviewWords, step: Step, value: str) -> str:
    if value == UNSURE:
        return "not sure"
    if value in words.steps[step.step].options:
        return words.steps[step.step].options[value]
    terms = {term.id: term.label[LANG] for term in content.terms.get(step.subject, ())}
    return terms.get(value, value)


def _questions(content: Content, interview: Interview, words: InterviewWords) -> Iterator[str]:
    steps = {step.step: step for step in interview.steps}
    numbers = {step.step: number for number, step in enumerate(interview.steps, 1)}
    yield "| | question | answers | asked |"
    yield "|---|---|---|---|"
    for number, step in enumerate(interview.steps, 1):
        answers = ANSWERS.get(step.kind) or "; ".join(_label(content, words, step, option) for option in step.options)
        if step.kind == "term":
            answers += f"; or any of the {len(content.terms[step.subject])} that are known by name"
        named = {other: ", ".join(_label(content, words, steps[other], value) for value in values) for other, values in step.only.items()}
        asked = "; ".join(f"{numbers[other]} was: {values}" for other, values in named.items())
        yield f"| {number} | {words.steps[step.step].ask} | {answers} | {f'if {asked}' if asked else 'always'} |"


def _findings(words: InterviewWords) -> Iterator[str]:
    """Everything that a result can be made of: every finding is on some way through the interview, which a test holds."""
    yield f'<details markdown="1"><summary>All {len(words.findings)} findings that a result is made of</summary>\n'
    yield "Words in braces are filled in from the answers or the store.\n"
    for sentences in words.findings.values():
        said = " ".join(f"{one.law or one.note}{f' ({chr(44).join(one.cites)})' if one.cites else ''}" for one in sentences)
        yield f"- {said.replace('{', '`{').replace('}', '}`')}"
    yield "\n</details>\n"


def _headlines(interview: Interview, words: InterviewWords, store: LawStore) -> dict[str, list[str]]:
    """How results begin, outcome by outcome, as the rule gives them on ways that between them hold every answer to every question."""
    found: dict[str, dict[str, None]] = {outcome: {} for outcome in get_args(Outcome)}
    ways = every_path(interview.interview)
    first = {given: way for way in reversed(ways) for given in way.items()}
    for path in (*first.values(), *ways[::EVERY]):
        conclusion = RULES[interview.interview](Facts(path), store, _DAY)
        found[conclusion.outcome][conclusion.headline.key] = None
    return {outcome: [words.findings[key][0].law or words.findings[key][0].note for key in sorted(keys)] for outcome, keys in found.items()}
