"""One turn of the plain page: what its form brought, sent on once, and what the next page shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from bot.law.content import LANGUAGES
from bot.safety import wording
from gateway.conversation import Answer, Conversations, unavailable
from gateway.problems import RETRY_SECONDS
from gateway.sessions import Session

# What the page's own buttons send: a word that steers an interview, or a choice.
STEERS = ("back", "why", "leave")
SAYS = {"simpler": "say:simpler", "more": "say:more", "en": "say:switch_english", "es": "say:switch_spanish", "resume": "interview:resume"}


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
    answered: bool = False  # the replies are new, and come of this form


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
    def asked(self) -> str:
        """All of what was asked for, by which the same form sent twice is told."""
        return "\0".join((self.number, self.text, self.choice, self.do))


async def turn(conversations: Conversations, session: Session, form: Form, mark: str, lang: str) -> Page:
    """The page that comes of a form, or the numbers where it takes too long; then its answer comes before the next.

    The same form sent twice is answered once: the second waits for the turn of the first.

    Args:
        mark: a keyed hash of what the form asks for.

    Raises ``BadToken``, ``Busy`` and ``StoreLost``.
    """
    page = await conversations.in_turn(session, lambda current: _take(conversations, current, form, mark, lang), _keep_late)
    if page is None:
        page = Page(lang, unavailable(session.last_lang).replies, number=session.shown.number, text=form.text)
    return page


def _keep_late(session: Session, page: Page) -> None:
    session.late = page.replies if page.answered else session.late


async def _take(conversations: Conversations, session: Session, form: Form, mark: str, lang: str) -> Page:
    """Send what was asked for, once. What is left in the box is what was not sent."""
    shown = session.shown
    page = Page(shown.replies[-1].get("lang", lang) if shown.replies else lang, number=shown.number, replies=shown.replies)
    if shown.number and mark == shown.sent:
        session.late = []  # what came too late is what is shown now
        return page
    answers = form.choice.startswith("answer:") or not (form.choice or form.do)
    if answers and in_interview(session) and form.number != str(shown.number):
        # An answer to a question of an earlier page must not be taken for the answer to this one.
        page.said, page.text = "old_page", form.text
        session.late = []
        return page
    sent = await _sent(conversations, session, form, lang)
    if sent.unavailable:
        page.replies, page.text = sent.replies, form.text
        if sent.refused == "leaving":
            page.status, page.wait = 503, RETRY_SECONDS
        return page
    shown.number, shown.sent, shown.replies = shown.number + 1, mark, sent.replies
    page.number, page.replies, page.answered = shown.number, sent.replies, True
    page.text = form.text if form.choice or form.do in STEERS or form.do in SAYS else ""
    page.lang = sent.replies[-1].get("lang", lang)
    return page


def in_interview(session: Session) -> bool:
    """Whether the page shown last asks a question of an interview."""
    return bool(session.shown.replies) and session.shown.replies[-1].get("kind") == "question"


async def _sent(conversations: Conversations, session: Session, form: Form, lang: str) -> Answer:
    """The answer to the button that was pressed, else to the text."""
    if not session.shown.number and lang != LANGUAGES[0]:  # a button says nothing of the language of its page
        told = await conversations.ask(session, "", SAYS[lang])
        if told.unavailable:
            return told
    if form.do in STEERS:
        return await conversations.ask(session, _steering_word(form.do, lang))
    choice = form.choice or SAYS.get(form.do, "")
    if not choice:
        return await conversations.ask(session, form.text)
    answer = await conversations.ask(session, "", choice)
    if form.do in LANGUAGES and in_interview(session) and not answer.unavailable:  # the question under way, in the other language
        return await conversations.ask(session, "", SAYS["resume"])
    return answer


def _steering_word(name: str, lang: str) -> str:
    """The first of the words by which an interview is steered, in the language spoken."""
    return wording.say(f"navigation.{name}", lang).split(",")[0].strip()
