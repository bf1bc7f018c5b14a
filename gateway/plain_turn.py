"""One turn of the plain page: what its form brought, sent on once, and what the next page shows."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from bot.law.content import LANGUAGES
from bot.safety import wording
from gateway.conversation import Answer, Conversations
from gateway.problems import RETRY_SECONDS
from gateway.sessions import Session

# What the page's own buttons send: a word that steers an interview, or a choice.
STEERS = ("back", "why", "leave")
SAYS = {"simpler": "say:simpler", "more": "say:more", "en": "say:switch_english", "es": "say:switch_spanish", "resume": "interview:resume"}
_KEY = secrets.token_bytes(16)


@dataclass
class Page:
    """What a page shows: replies, a word on what happened, and what stays in the box."""

    lang: str
    replies: list[dict[str, Any]] = field(default_factory=list)
    said: str = ""  # a key of gateway.yml or ask.yml
    text: str = ""
    token: str = ""
    number: int = 0
    status: int = 200
    wait: int = 0


@dataclass(frozen=True)
class Form:
    """What a form brought."""

    text: str
    choice: str
    do: str
    token: str
    number: str
    lang: str

    @property
    def mark(self) -> bytes:
        """A keyed hash of what was asked for, to tell the same form sent twice."""
        asked = "\0".join((self.number, self.text, self.choice, self.do))
        return hashlib.blake2b(asked.encode("utf-8", "replace"), key=_KEY, digest_size=16).digest()


async def take(conversations: Conversations, session: Session, form: Form, lang: str) -> Page:
    """Send what was asked for, once. What is left in the box is what was not sent."""
    shown = session.shown
    page = Page(shown.replies[-1].get("lang", lang) if shown.replies else lang, number=shown.number, replies=shown.replies)
    if shown.number and form.mark == shown.sent:
        return page
    answers = form.choice.startswith("answer:") or not (form.choice or form.do)
    if answers and in_interview(session) and form.number != str(shown.number):
        # An answer to a question of an earlier page must not be taken for the answer to this one.
        page.said, page.text = "old_page", form.text
        return page
    sent = await _sent(conversations, session, form, lang)
    if sent.unavailable:
        page.replies, page.text = sent.replies, form.text
        if sent.refused == "leaving":
            page.status, page.wait = 503, RETRY_SECONDS
        return page
    shown.number, shown.sent, shown.replies = shown.number + 1, form.mark, sent.replies
    page.number, page.replies = shown.number, sent.replies
    page.text = form.text if form.choice or form.do in STEERS or form.do in SAYS else ""
    page.lang = sent.replies[-1].get("lang", lang)
    return page


def in_interview(session: Session) -> bool:
    """Whether the page shown last asks a question of an interview."""
    return bool(session.shown.replies) and session.shown.replies[-1].get("kind") == "question"


async def _sent(conversations: Conversations, session: Session, form: Form, lang: str) -> Answer:
    """The answer to the button that was pressed, else to the text."""
    if not session.shown.number and lang != LANGUAGES[0]:  # a button says nothing of the language of its page
        told = await conversations.send(session, "", SAYS[lang])
        if told.unavailable:
            return told
    if form.do in STEERS:
        return await conversations.send(session, _steering_word(form.do, lang))
    choice = form.choice or SAYS.get(form.do, "")
    if not choice:
        return await conversations.send(session, form.text)
    answer = await conversations.send(session, "", choice)
    if form.do in LANGUAGES and in_interview(session) and not answer.unavailable:  # the question under way, in the other language
        return await conversations.send(session, "", SAYS["resume"])
    return answer


def _steering_word(name: str, lang: str) -> str:
    """The first of the words by which an interview is steered, in the language spoken."""
    return wording.say(f"navigation.{name}", lang).split(",")[0].strip()
