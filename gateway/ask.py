"""The plain page ``/ask``: the whole conversation by forms, with no script and nothing stored in the browser.

The conversation's token travels in the form itself, never in the address. Each page shows the last answer only, so that
someone who looks over a shoulder, or goes back, sees no more than that.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass, field
from typing import Any

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.law import labels
from bot.law.content import LANGUAGES
from bot.limits import LONGEST_MESSAGE
from bot.render import neutral, web
from bot.reply import Reply
from bot.safety import wording
from gateway import bodies, pages, papers, shelf
from gateway.conversation import Conversations, emergency
from gateway.limits import Wait
from gateway.sessions import BadToken, Session, Sessions

MOST_BYTES = 256 * 1024  # a letter outside English takes up to twelve bytes in a form: a long paste still comes back in its box
CHOICE_LONGEST = 200
# What the page's own buttons send: a word that steers an interview, or a choice.
STEERS = ("back", "why", "leave")
SAYS = {"simpler": "say:simpler", "more": "say:more", "en": "say:switch_english", "es": "say:switch_spanish", "resume": "interview:resume"}
_KEY = secrets.token_bytes(16)
# A form may end at the exit's address too: leaving erases the conversation first, and then goes there.
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self' {exit}; base-uri 'none'; frame-ancestors 'none'"


def routes() -> list[Route]:
    """The page's address."""
    return [Route("/ask", show, methods=["GET"]), Route("/ask", answer, methods=["POST"])]


@dataclass
class _Page:
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
class _Form:
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


async def show(request: Request) -> Response:
    """``GET /ask``: the page before the first question, in the language of ``?lang=``."""
    return _render(request, _Page(pages.language(request.query_params.get("lang", ""))))


async def answer(request: Request) -> Response:
    """``POST /ask``: the same page with the answer; or a file, where a paper is chosen.

    Words of danger are answered before the limits, the token, the size or anything else is looked at.
    """
    lang = pages.language(request.query_params.get("lang", ""))
    try:
        raw = await bodies.read(request, MOST_BYTES)
    except bodies.TooLarge:
        return _render(request, _Page(lang, said="too_long", status=413))
    fields = bodies.as_form(raw, request.headers.get("content-type", ""))
    form = _Form(**{name: fields.get(name, "") for name in ("text", "choice", "do", "token", "number", "lang")})
    lang = pages.language(form.lang) if form.lang else lang
    if danger := bodies.danger_in(raw, fields.get("text")):
        return _render(request, _in_danger(request, form, danger.kind, danger.lang))
    if form.do == "exit":
        return _exit(request, form)
    if wait := await request.app.state.limits.of_request(request):
        return _render(request, _held(form, lang, "too_many", 429, wait))
    if not any((form.text, form.choice, form.do)) and "text" not in fields:
        return _render(request, _held(form, lang, "unread", 400))
    return await _in_session(request, form, lang)


async def _in_session(request: Request, form: _Form, lang: str) -> Response:
    sessions: Sessions = request.app.state.sessions
    try:
        session, token, said = sessions.find(form.token), form.token, ""
    except BadToken as error:
        if form.do == "forget":
            return _render(request, _Page(lang, said="forgotten"))
        # Nobody types a token: one that is not ours is an old one, from before a restart.
        (token, session), said = sessions.open(), "" if error.reason == "missing" else "new_conversation"
    if form.do == "forget":
        sessions.close(session)
        await request.app.state.conversations.forget(session)
        return _render(request, _Page(lang, said="forgotten"))
    page = _Page(lang, token=token, number=session.shown.number, replies=session.shown.replies, text=form.text)
    if len(form.text) > LONGEST_MESSAGE or len(form.choice) > CHOICE_LONGEST:
        page.said, page.status = "too_long", 413
        return _render(request, page)
    if wait := await request.app.state.limits.of_session(session.conversation):
        page.said, page.status, page.wait = "too_many", 429, wait.seconds
        return _render(request, page)
    if papers.asks_for_paper(form.choice):
        try:
            return await papers.as_file(request, session, form.choice)
        except papers.NoPaper as error:
            page.said, page.status = error.reason, error.status
            return _render(request, page)
    async with session.shown.turn:  # the same form sent twice: the second waits for the answer to the first
        page = await _turn(request.app.state.conversations, session, form, lang)
    page.token = token
    page.said = page.said or said
    return _render(request, page)


async def _turn(conversations: Conversations, session: Session, form: _Form, lang: str) -> _Page:
    """Send what was asked for, once. What is left in the box is what was not sent."""
    shown = session.shown
    page = _Page(lang, number=shown.number, replies=shown.replies)
    if shown.number and form.mark == shown.sent:
        return page
    old = form.number != str(shown.number)
    if old and shown.replies and shown.replies[-1].get("kind") == "question" and (form.choice.startswith("answer:") or not (form.choice or form.do)):
        # An answer to a question of an earlier page must not be taken for the answer to this one.
        page.said, page.text = "old_page", form.text
        return page
    if not shown.number and lang != LANGUAGES[0]:
        await conversations.send(session, "", SAYS[lang])
    replies, unavailable, text_sent = await _asked(conversations, session, form, lang)
    page.text = "" if text_sent else form.text
    if unavailable:
        page.replies, page.text = replies, form.text
        return page
    shown.number, shown.sent, shown.replies = shown.number + 1, form.mark, replies
    page.number, page.replies = shown.number, replies
    page.lang = replies[-1].get("lang", lang)
    return page


async def _asked(conversations: Conversations, session: Session, form: _Form, lang: str) -> tuple[list[dict[str, Any]], bool, bool]:
    """The replies, whether they are the numbers only, and whether the typed text was what was sent."""
    if form.do in STEERS:
        found = await conversations.send(session, _steering_word(form.do, lang))
    elif choice := form.choice or SAYS.get(form.do, ""):
        found = await conversations.send(session, "", choice)
        asked = session.shown.replies[-1].get("kind") == "question" if session.shown.replies else False
        if form.do in LANGUAGES and asked and not found.unavailable:  # the question under way, in the other language
            found = await conversations.send(session, "", SAYS["resume"])
    else:
        found = await conversations.send(session, form.text)
        return found.replies, found.unavailable, True
    return found.replies, found.unavailable, False


def _steering_word(name: str, lang: str) -> str:
    """The first of the words by which an interview is steered, in the language spoken."""
    return wording.say(f"navigation.{name}", lang).split(",")[0].strip()


def _held(form: _Form, lang: str, said: str, status: int, wait: Wait | None = None) -> _Page:
    """A refusal that keeps what was typed and the conversation."""
    number = int(form.number) if form.number.isdecimal() and len(form.number) < 7 else 0
    return _Page(lang, said=said, text=form.text, token=form.token, number=number, status=status, wait=wait.seconds if wait else 0)


def _in_danger(request: Request, form: _Form, kind: str, lang: str) -> _Page:
    """The numbers at once. The conversation, and an interview under way, stay as they are."""
    page = _Page(lang, emergency(kind, lang).replies, token=form.token)
    try:
        session = request.app.state.sessions.find(form.token)
    except BadToken:
        return page
    shown = session.shown
    if shown.replies and shown.replies[-1].get("kind") == "question":
        resume = {"id": SAYS["resume"], "label": wording.say("interviews.resume", lang)}
        page.replies = [{**page.replies[0], "choices": [resume]}]
    page.number = shown.number
    return page


def _exit(request: Request, form: _Form) -> Response:
    """Away at once; the conversation is revoked before and erased behind."""
    response = RedirectResponse(pages.EXIT_URL, 303, headers={"content-security-policy": _POLICY.format(exit=pages.EXIT_URL.rstrip("/"))})
    try:
        session = request.app.state.sessions.find(form.token)
    except BadToken:
        return response
    request.app.state.sessions.close(session)
    response.background = BackgroundTask(request.app.state.conversations.forget, session)
    return response


def _render(request: Request, page: _Page) -> Response:
    replies = [neutral.parse(reply) for reply in page.replies]
    headers = {"content-security-policy": _POLICY.format(exit=pages.EXIT_URL.rstrip("/")), "content-language": page.lang}
    if page.wait:
        headers["retry-after"] = str(page.wait)
    other = next(lang for lang in LANGUAGES if lang != page.lang)
    begun = bool(page.token or page.replies)
    return pages.page(
        "ask.html", page.lang, status=page.status, headers=headers, page=page, replies=replies, last=replies[-1] if replies else None,
        said=_said(page), other=other, other_language="" if begun else f"/ask?lang={other}", begun=begun,
        starters=[] if begun else _starters(page.lang), minutes=int(request.app.state.settings.idle // 60),
        paragraphs=lambda reply: web.paragraphs(reply, shelf.store()), beats=web.beats,
        steps_along=_in_interview(replies), day=lambda day: labels.date(day, page.lang),
    )


def _in_interview(replies: list[Reply]) -> bool:
    return bool(replies) and replies[-1].kind == "question"


def _said(page: _Page) -> str:
    if not page.said:
        return ""
    for file in ("ask", "gateway"):
        try:
            text = wording.say(f"{file}.{page.said}", page.lang)
        except KeyError:
            continue
        return text.replace("{seconds}", str(page.wait))
    return ""


def _starters(lang: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """What may be asked, for someone who has not asked yet: a heading's key, then choices and their labels."""
    store = shelf.store()
    if store is None:
        return []
    guides = [(f"interview:{name}", store.interview_words[lang][name].title) for name in store.interviews]
    titles = [(name, store.answer(name, lang)) for name in store.jurisdiction.menu]
    topics = [(f"topic:{name}", found.title) for name, found in titles if found]
    return [("ask.topics", topics), ("ask.guides", guides)]
