"""Where an interview stands: the answers given so far, replayed over its steps.

Nothing else is kept. "Back" drops the last answer and replays, so that back and forward again always give the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.law.records import Interview, Step

UNSURE = "unsure"


@dataclass(frozen=True)
class Facts:
    """What a person has answered, by step; a step that was not asked, or that they could not answer, is unsure.

    Answers are kept as short texts of a fixed form and hold nothing of the person's words: ``yes``, an option's id,
    ``days:90``, ``cents:120000``, ``2022-03`` (a month), ``2022-03-15``.
    """

    given: Mapping[str, str]

    def __getitem__(self, step: str) -> str:
        return self.given.get(step, UNSURE)

    def asked(self, step: str) -> bool:
        """Whether the step was asked at all."""
        return step in self.given

    def yes(self, step: str) -> bool:
        """Whether the answer was yes."""
        return self[step] == "yes"

    def no(self, step: str) -> bool:
        """Whether the answer was no."""
        return self[step] == "no"

    def unsure(self, step: str) -> bool:
        """Whether the step was asked and could not be answered."""
        return self.given.get(step) == UNSURE

    def number(self, step: str) -> int | None:
        """A count: of days, of cents, or of nothing but itself. None where there is none."""
        _, mark, number = self[step].rpartition(":")
        return int(number) if mark else None

    def date(self, step: str) -> dt.date | None:
        """A date, the first day of a month or a year that was given without its day. None where there is none."""
        parts = self[step].split("-")
        if not parts[0].isdigit():
            return None
        year, month, day = (*map(int, parts), 1, 1)[:3]
        return dt.date(year, month, day)


@dataclass(frozen=True)
class Walk:
    """The answers so far, the step to ask next (None at the end), and how many steps the path has at most from here."""

    facts: Facts
    next: Step | None
    ahead: int

    @property
    def done(self) -> int:
        """How many questions are answered."""
        return len(self.facts.given)


def walk(interview: Interview, given: Iterable[str]) -> Walk:
    """Replay the answers ``given``, in the order of their questions."""
    left = list(given)
    answers: dict[str, str] = {}
    for place, step in enumerate(interview.steps):
        if not applies(step, answers):
            continue
        if not left:
            ahead = sum(_may_apply(later, answers) for later in interview.steps[place:])
            return Walk(Facts(answers), step, ahead)
        answers[step.step] = left.pop(0)
    return Walk(Facts(answers), None, 0)


def applies(step: Step, answers: Mapping[str, str]) -> bool:
    """Whether a step is asked, given the answers before it."""
    return all(answers.get(other) in values for other, values in step.only.items())


def _may_apply(step: Step, answers: Mapping[str, str]) -> bool:
    return all(answers[other] in values for other, values in step.only.items() if other in answers)
