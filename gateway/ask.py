"""The plain page ``/ask``: the whole conversation by forms, with no script and nothing stored in the browser.

The conversation's token travels in the form itself, never in the address. Each page shows the last answer only, so that
someone who looks over a shoulder, or goes back, sees no more than that.
"""

from __future__ import annotations

import dataclasses
from contextlib import suppress

from starlette.background import BackgroundTask
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from bot.law import labels
from bot.law.content import LANGUAGES
from bot.limits import LONGEST_MESSAGE
from bot.render import neutral, web
from bot.safety import wording
from bot.shared import StoreLost
from gateway import bodies, origins, pages, papers, shelf
from gateway.conversation import emergency
from gateway.limits import Wait
from gateway.operations.turn import note
from gateway.plain_turn import SAYS, Form, Page, in_interview, turn
from gateway.sessions import BadToken, Sessions
from gateway.stores.kept import Busy
from gateway.usage.lines import REASONS

MOST_BYTES = 256 * 1024  # a letter outside English takes up to twelve bytes in a form: a long paste still comes back in its box
CHOICE_LONGEST = 200
# A form may end at the exit's address too: leaving erases the conversation first, and then goes there.
_POLICY = "default-src 'none'; style-src 'self'; form-action 'self' {exit}; base-uri 'none'; frame-ancestors 'none'"


def routes() -> list[Route]:
    """The page's address."""
    return [Route("/ask", show, methods=["GET"]), Route("/ask", answer, methods=["POST"])]


async def show(request: Request) -> Response:
    """``GET /ask``: the page before the first question, in the language of ``?lang=``."""
    return _render(request, Page(pages.language(request.query_params.get("lang", ""))))


async def answer(request: Request) -> Response:
    """``POST /ask``: the same page with the answer; or a file, where a paper is chosen.

    Words of danger are answered before the limits, the token, the size or anything else is looked at.
    """
    lang = pages.language(request.query_params.get("lang", ""))
    try:
        raw = await bodies.read(request, MOST_BYTES)
    except bodies.TooLarge:
        return _render(request, Page(lang, said="too_large", status=413))
    fields = bodies.as_form(raw, request.headers.get("content-type", ""))
    form = Form(**{field.name: fields.get(field.name, "") for field in dataclasses.fields(Form)})
    if origins.from_elsewhere(request):
        form = dataclasses.replace(form, token="", number="")
    lang = pages.language(form.lang) if form.lang else lang
    note(who=form.token.partition(".")[0])
    if danger := bodies.danger_in(raw, fields.get("text")):
        return _render(request, await _in_danger(request, form, danger.kind, danger.lang))
    if form.do == "exit":
        return await _exit(request, form)
    if wait := await request.app.state.limits.of_request(request):
        return _render(request, _held(form, lang, "too_many", 429, wait))
    if not any((form.text, form.choice, form.do)) and "text" not in fields:
        return _render(request, _held(form, lang, "unread", 400))
    try:
        return await _in_session(request, form, lang)
    except BadToken:  # forgotten meanwhile
        return _render(request, Page(lang, said="forgotten"))
    except (Busy, StoreLost):
        return _render(request, _held(form, lang, "unavailable", 503))


async def _in_session(request: Request, form: Form, lang: str) -> Response:
    sessions: Sessions = request.app.state.sessions
    try:
        session, token, said = await sessions.find(form.token), form.token, ""
    except BadToken as error:
        if form.do == "forget":
            return _render(request, Page(lang, said="forgotten"))
        # Nobody types a token: one that is not ours is an old one, from before a restart.
        (token, session), said = await sessions.open(), "" if error.reason == "missing" else "new_conversation"
    if form.do == "forget":
        await request.app.state.conversations.forget(session)
        return _render(request, Page(lang, said="forgotten"))
    page = Page(lang, token=token, number=session.shown.number, replies=session.shown.replies, text=form.text)
    if len(form.text) > LONGEST_MESSAGE or len(form.choice) > CHOICE_LONGEST:
        page.said, page.status = "too_long", 413
        return _render(request, page)
    if wait := await request.app.state.limits.of_session(session.conversation):
        page.said, page.status, page.wait = "too_many", 429, wait.seconds
        return _render(request, page)
    if papers.asks_for_paper(form.choice):
        try:
            return await papers.made(request, session, form.choice)
        except papers.NoPaper as error:
            page.said, page.status = error.reason, error.status
            return _render(request, page)
    page = await turn(request.app.state.conversations, session, form, sessions.mark(session, form.asked), lang)
    page.token = token
    page.said = page.said or said
    return _render(request, page)


def _held(form: Form, lang: str, said: str, status: int, wait: Wait | None = None) -> Page:
    """A refusal that keeps what was typed and the conversation."""
    number = int(form.number) if form.number.isdecimal() and len(form.number) < 7 else 0
    return Page(lang, said=said, text=form.text, token=form.token, number=number, status=status, wait=wait.seconds if wait else 0)


async def _in_danger(request: Request, form: Form, kind: str, lang: str) -> Page:
    """The numbers at once. The conversation, and an interview under way, stay as they are."""
    page = Page(lang, emergency(kind, lang).replies, token=form.token)
    sessions: Sessions = request.app.state.sessions
    session = await sessions.glance(sessions.find(form.token))
    if session is None:
        return page
    if in_interview(session):
        resume = {"id": SAYS["resume"], "label": wording.say("interviews.resume", lang)}
        page.replies = [{**page.replies[0], "choices": [resume]}]
    page.number = session.shown.number
    return page


async def _exit(request: Request, form: Form) -> Response:
    """Away at once; the conversation is revoked before and erased behind."""
    sessions: Sessions = request.app.state.sessions
    response = RedirectResponse(pages.EXIT_URL, 303, headers={"content-security-policy": _POLICY.format(exit=pages.EXIT_URL.rstrip("/"))})
    with suppress(BadToken, StoreLost):
        session = await sessions.find(form.token)
        await sessions.close(session)
        response.background = BackgroundTask(request.app.state.conversations.forget, session)
    return response


def _render(request: Request, page: Page) -> Response:
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
        reasons=REASONS, steps_along=bool(replies) and replies[-1].kind == "question", day=lambda day: labels.date(day, page.lang),
    )


def _said(page: Page) -> str:
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
