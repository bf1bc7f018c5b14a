"""A plain page on which one can ask and be answered: one form, no script, nothing stored in the browser.

The conversation's token travels in the form itself, so that the page works on any device and Back
shows nothing that the server did not send again.
"""

from __future__ import annotations

from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from bot.limits import LONGEST_MESSAGE
from bot.safety import wording
from bot.safety.emergency import watch
from gateway import bodies, papers
from gateway.conversation import emergency
from gateway.sessions import BadToken

_PAGE = """<!doctype html>
<html lang="{lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Charter Oak</title>
<link rel="icon" href="data:,">
</head>
<body>
<main>
<h1>Charter Oak</h1>
<p>{intro}</p>
<p><strong>{numbers}</strong></p>
{exchange}
<form method="post" action="/" autocomplete="off">
<input type="hidden" name="token" value="{token}">
<label for="text">{label}</label><br>
<textarea id="text" name="text" rows="3" cols="60" maxlength="{longest}"></textarea><br>
<button type="submit">{send}</button>
<button type="submit" name="forget" value="yes">{forget}</button>
{choices}
</form>
</main>
</body>
</html>
"""


def routes() -> list[Route]:
    """The page's addresses."""
    return [Route("/", show, methods=["GET"]), Route("/", ask, methods=["POST"])]


async def show(request: Request) -> Response:
    """``GET /``: the page with an empty form."""
    return _render(request, "", [], "en")


async def ask(request: Request) -> Response:
    """``POST /``: the same page with the answer above the form."""
    try:
        fields = bodies.as_form(await bodies.read(request))
    except bodies.TooLarge:
        return _render(request, "", [_said(wording.gateway("too_long", "en"))], "en")
    text, choice, token = fields.get("text", ""), fields.get("choice", ""), fields.get("token", "")
    if danger := watch().look(text):
        return _render(request, token, emergency(danger.kind, danger.lang).replies, danger.lang)
    sessions = request.app.state.sessions
    try:
        session = sessions.find(token)
    except BadToken:
        token, session = sessions.open()
    if fields.get("forget"):
        sessions.close(session)
        await request.app.state.conversations.forget(session)
        return _render(request, "", [_said(wording.gateway("forgotten", session.last_lang or "en"))], session.last_lang or "en")
    if len(text) > LONGEST_MESSAGE:
        return _render(request, token, [_said(wording.gateway("too_long", session.last_lang or "en"))], session.last_lang or "en")
    if papers.asks_for_paper(choice) and not text.strip():
        return await papers.as_file(request, session, choice)
    answer = await request.app.state.conversations.send(session, text, "" if text.strip() else choice)
    return _render(request, token, answer.replies, answer.replies[-1].get("lang", "en"))


def _said(text: str) -> dict[str, Any]:
    return {"kind": "info", "lines": [{"text": text, "kind": "note"}]}


def _render(request: Request, token: str, replies: list[dict[str, Any]], lang: str) -> Response:
    choices = replies[-1].get("choices", []) if replies else []
    html = _PAGE.format(
        lang=escape(lang), token=escape(token, quote=True), longest=LONGEST_MESSAGE,
        intro=escape(wording.gateway("page_intro", lang)), numbers=escape(wording.numbers(lang)),
        label=escape(wording.gateway("page_label", lang)), send=escape(wording.gateway("page_send", lang)),
        forget=escape(wording.gateway("page_forget", lang)), exchange="\n".join(_reply(reply) for reply in replies),
        choices="\n".join(
            f'<button type="submit" name="choice" value="{escape(c["id"], quote=True)}">{escape(c["label"])}</button>' for c in choices
        ),
    )
    return HTMLResponse(html)


def _reply(reply: dict[str, Any]) -> str:
    title = f"<h2>{escape(reply['title'])}</h2>" if reply.get("title") else ""
    lines = "".join(f"<p>{escape(line['text'])}{_cites(line.get('cites', ()))}</p>" for line in reply["lines"])
    rows = "".join(f'<tr><th scope="row">{escape(label)}</th><td>{escape(amount)}</td></tr>' for label, amount in reply.get("table", ()))
    lines += f"<table>{rows}</table>" if rows else ""
    progress = reply.get("progress")
    lines = f"<p><small>{progress[0]} / {progress[1]}</small></p>{lines}" if progress else lines
    notices = "".join(f"<p><small>{escape(notice['text'])}</small></p>" for notice in reply.get("notices", ()))
    links = "".join(_link(link) for link in reply.get("links", ()))
    return f"<section>{title}{lines}{notices}<ul>{links}</ul></section>" if links else f"<section>{title}{lines}{notices}</section>"


def _link(link: dict[str, str]) -> str:
    return f'<li><a rel="noreferrer" href="{escape(link["url"], quote=True)}">{escape(link["label"])}</a></li>'


def _cites(cites: Any) -> str:
    return f" <cite>({escape('; '.join(f'§ {cite}' if cite[:1].isdigit() and '-' in cite else cite for cite in cites))})</cite>" if cites else ""
