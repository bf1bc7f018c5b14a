"""Text messages under test: the running bot with texts set up, and phones that sign as Twilio signs."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import service
from bot.desk import Desk
from bot.interviews.walk import walk
from bot.law.content import LANGUAGES
from bot.render.segments import segments
from bot.reply import Memory, Question, Reply
from bot.safety import wording
from bot.sms_client import Phone
from tests import stories
from tests.running import Bot, start

TOKEN, SITE = "a-token-for-tests", "https://bot.example.org"
HOTLINE, TEXT_LINE = "1-888-373-7888", "233733"
DANGER = {"en": "he is outside my door with a knife", "es": "él está afuera de mi puerta con un cuchillo"}
CASE_WORDS = re.compile(r"traffick|trata\b|prostitu|vacat|anular|victim|víctima|sex", re.I)
RESERVED = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "UNSTOP", "YES", "HELP", "INFO"}
HINTS = ("more", "more_brief", "more_changed", "more_changed_brief")
_numbers = itertools.count(1000)


def phone(bot: Bot, number: str = "") -> Phone:
    """A phone that texts this bot, with a number that no other test uses."""
    return Phone(bot.url, TOKEN, SITE, number or f"+1203555{next(_numbers)}")


@pytest.fixture(scope="session")
def sms_state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where that bot keeps its opt-outs."""
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="session")
def texted(tmp_path_factory: pytest.TempPathFactory, sms_state: Path) -> Iterator[Bot]:
    """The real bot with texts set up."""
    settings = {"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": SITE, "STATE_DIR": str(sms_state), "RATE_PER_SENDER": "60"}
    with start(tmp_path_factory.mktemp("texted"), **settings) as running:
        yield running


def held(texts: list[str]) -> list[str]:
    """The texts, each of which must go out in three segments."""
    for text in texts:
        assert segments(text).count <= 3, text
    return texts


def leads_with_the_numbers(text: str) -> bool:
    """Whether the text begins with whom to call in danger."""
    return "911" in text[:60] and HOTLINE in text and TEXT_LINE in text


def hint(page: str) -> str:
    """The line at a page's end that says how to get the next; empty where there is none."""
    last = page.rpartition("\n")[2]
    return last if last in {wording.say(f"sms.{key}", lang) for key in HINTS for lang in LANGUAGES} else ""


def by_number(desk: Desk, name: str, lang: str, pick: int) -> Iterator[tuple[str, list[Reply]]]:
    """What a phone sends in an interview in which the same number is always picked, and what the core answers."""
    start_choice = f"interview:{name}"
    turn = service.respond(desk, Question(text="", choice=start_choice, channel="sms", memory=Memory(lang=lang)))
    yield "", list(turn.replies)
    for _ in range(stories.MOST_TURNS):
        if turn.replies[-1].kind != "question":
            return
        choices = [choice for choice in turn.replies[-1].choices if choice.id != "answer:unsure"]
        step = walk(desk.store.interviews[name], turn.memory.given).next
        assert step is not None
        if choices:
            number = min(pick, len(choices))
            text, question = str(number), Question(text="", choice=choices[number - 1].id, channel="sms", memory=turn.memory)
        else:
            text = "2022" if step.kind == "date" else "90"
            question = Question(text=text, channel="sms", memory=turn.memory)
        turn = service.respond(desk, question)
        yield text, list(turn.replies)
    raise AssertionError("the interview does not end")
