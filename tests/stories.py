"""Story tables of interviews: what a person answers, question by question, and what has to come of it.

A table finds the question wherever it now stands. A row that no question took is an error in the table; a question
without a row is answered "not sure".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path

import msgspec

from bot import service
from bot.desk import Desk
from bot.interviews import result, talk
from bot.interviews.conclusion import PARTS, Conclusion
from bot.interviews.walk import walk
from bot.law.content import read_yaml
from bot.reply import Memory, Question

FOLDER = Path(__file__).parent / "cases" / "interviews"
MOST_TURNS = 40


class Story(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One table."""

    name: str
    answers: dict[str, str]
    outcome: str
    finds: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    table: dict[str, str] = {}  # the key of a row of the sum, and its amount
    due: dict[str, dt.date] = {}
    today: dt.date = dt.date(2026, 11, 21)
    interview: str = ""
    lang: str = "en"


def stories() -> list[Story]:
    """Every table, in the order of the files."""
    return [
        msgspec.convert({"interview": path.stem, **raw}, Story, strict=False) for path in sorted(FOLDER.glob("*.yml")) for raw in read_yaml(path)
    ]


def play(desk: Desk, story: Story, say: Callable[[str], Memory] | None = None) -> Memory:
    """Answer every question of the story's interview; the memory at its end.

    Args:
        say: sends an answer and gives back what is remembered; the core itself by default.
    """
    memory = talk.start(desk, story.interview, Memory(lang=story.lang))[1]
    unused = set(story.answers)
    for _ in range(MOST_TURNS):
        step = walk(desk.store.interviews[story.interview], memory.given).next
        if step is None:
            assert not unused, f"no question took {unused}"
            return memory
        unused.discard(step.step)
        text = story.answers.get(step.step, "not sure")
        before = memory.given
        memory = say(text) if say else service.respond(desk, Question(text=text, memory=memory)).memory
        assert len(memory.given) == len(before) + 1, f"{step.step} did not take {text!r}"
    raise AssertionError("the interview does not end")


def found(desk: Desk, story: Story, memory: Memory) -> Conclusion:
    """What the rule concludes from the answers given."""
    interview = desk.store.interviews[story.interview]
    return result.conclude(desk, interview, walk(interview, memory.given).facts)


def keys(conclusion: Conclusion) -> set[str]:
    """The keys of everything that was found."""
    return {conclusion.headline.key, *(finding.key for part in PARTS for finding in conclusion.part(part))}
