"""What one count stands for: channel, language, what came of it, and the subject. Never words, a time, a place or an order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from gateway.settings import Settings

ANSWERED, CHOICES, NOT_FOUND, OUTSIDE = "answered", "choices", "not_found", "outside"
FALLBACKS = (CHOICES, NOT_FOUND, OUTSIDE)
REASONS = ("person", "other", "hard", "missing", "wrong")  # why an answer did not help, in the order in which they are offered
UNHELPFUL = "unhelpful_"
ANY = "any"  # in place of what too few share to be told apart
# Subjects that are no topic: a section shown as a card, the result of guided questions, a topic that the store no longer knows.
SECTION, INTERVIEW, OTHER, NONE = "section", "interview", "other", "none"
_OF_KIND = {"card": SECTION, "result": INTERVIEW}


class Line(NamedTuple):
    """One thing that is counted, by what it has in common with others."""

    channel: str
    lang: str
    what: str
    topic: str


def what_of_reason(reason: str) -> str:
    """A reason as what came of an answer."""
    return UNHELPFUL + reason


def of_reply(reply: Mapping[str, Any]) -> tuple[str, str] | None:
    """What came of a message and its subject, by the last reply to it; None for what is neither an answer nor a fallback.

    Where nothing was sure enough, the subject is the likeliest: the first that was offered. An emergency is never counted.
    """
    kind = reply.get("kind", "")
    if kind in ("answer", *_OF_KIND):
        return ANSWERED, of_answer(kind, reply.get("topic", ""))
    if kind == "choices":
        offered = [choice["id"].partition(":") for choice in reply.get("choices", ())]
        return CHOICES, next((name for sort, _, name in offered if sort == "topic"), NONE)
    return {"not_found": (NOT_FOUND, NONE), "declined": (OUTSIDE, NONE)}.get(kind)


def of_answer(kind: str, topic: str) -> str:
    """The subject of an answer of ``kind``."""
    return _OF_KIND.get(kind) or topic or OTHER


def channels(settings: Settings) -> tuple[str, ...]:
    """The ways in which this copy can be asked."""
    texts = settings.twilio_auth_token and settings.public_url
    slack = settings.slack_signing_secret and settings.slack_bot_token
    return ("web", "page", *(["sms"] if texts else []), *(["slack"] if slack else []))


def possible(settings: Settings, store: LawStore | None) -> Iterator[Line]:
    """Every line that could be counted here. What is hidden has to be able to hide among these."""
    topics = (*(store.topics if store else ()), OTHER)
    subjects = {CHOICES: (*topics, NONE), NOT_FOUND: (NONE,), OUTSIDE: (NONE,)}
    answered = (*topics, SECTION, INTERVIEW)
    for channel, lang in product(channels(settings), LANGUAGES):
        for what in (ANSWERED, *FALLBACKS, *map(what_of_reason, REASONS)):
            yield from (Line(channel, lang, what, topic) for topic in subjects.get(what, answered))
