"""The gateway's web application: sessions and messages as JSON, a plain page, health."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import wordless
from bot.limits import LONGEST_MESSAGE
from bot.safety import wording
from bot.safety.emergency import watch
from gateway import page, papers
from gateway.conversation import Conversations, emergency
from gateway.headers import SecurityHeaders
from gateway.problems import problem
from gateway.sessions import BadToken, Session, Sessions
from gateway.settings import Settings

CHOICE_LONGEST = 200


def create_app(settings: Settings | None = None) -> Starlette:
    """Build the application. The safety wording is read here: without it the gateway does not start."""
    settings = settings or Settings.read()
    wording.load()
    watch()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        wordless.install()
        yield
        await app.state.conversations.close()

    app = Starlette(
        routes=[
            Route("/", page.show, methods=["GET"]),
            Route("/", page.ask, methods=["POST"]),
            Route("/api/v1/sessions", open_session, methods=["POST"]),
            Route("/api/v1/sessions", close_session, methods=["DELETE"]),
            Route("/api/v1/sessions/end", close_by_beacon, methods=["POST"]),
            Route("/api/v1/messages", message, methods=["POST"]),
            Route("/healthz", healthz, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
        ],
        middleware=[Middleware(SecurityHeaders)],
        exception_handlers={404: _not_found, 405: _not_allowed, 500: _failed},
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.sessions = Sessions(settings.secret, settings.idle, settings.absolute)
    app.state.conversations = Conversations(settings.rasa_url, settings.patience)
    return app


async def open_session(request: Request) -> Response:
    """``POST /api/v1/sessions``: 201 with ``token`` and ``expires_at`` (seconds since the epoch)."""
    token, session = request.app.state.sessions.open()
    return JSONResponse({"token": token, "expires_at": int(session.expires)}, status_code=201)


async def close_session(request: Request) -> Response:
    """``DELETE /api/v1/sessions``: forgets the conversation everywhere and revokes the token; 204."""
    try:
        session = request.app.state.sessions.find(_bearer(request))
    except BadToken as error:
        return problem(401, error.reason)
    await _forget(request, session)
    return Response(status_code=204)


async def close_by_beacon(request: Request) -> Response:
    """``POST /api/v1/sessions/end`` with the token as text: what a page can still send while it closes."""
    token = (await _body(request) or b"").decode("utf-8", "replace").strip()
    with suppress(BadToken):  # nothing to forget, and nobody there to be told
        await _forget(request, request.app.state.sessions.find(token))
    return Response(status_code=204)


async def _forget(request: Request, session: Session) -> None:
    request.app.state.sessions.close(session)
    await request.app.state.conversations.forget(session)


async def message(request: Request) -> Response:
    """``POST /api/v1/messages`` with ``{"text"}`` or ``{"choice"}``: ``{"replies": [...]}``; or a file, where a paper is chosen.

    Words of danger are answered before the token, the size or anything else is looked at.
    """
    raw = await _body(request)
    if raw is None:
        return problem(413, "too_long")
    body = _json(raw)
    text = body.get("text", "") if body is not None else ""
    if (danger := watch().look(text if isinstance(text, str) else "")) or (
        danger := watch().look(raw.decode("utf-8", "replace")) if body is None else None
    ):
        return _answered(emergency(danger.kind, danger.lang).replies, emergency=True)
    try:
        session = request.app.state.sessions.find(_bearer(request))
    except BadToken as error:
        return problem(401, error.reason)
    if body is None:
        return problem(400, "not_json")
    choice = body.get("choice", "")
    if not isinstance(text, str) or not isinstance(choice, str) or not ("text" in body or "choice" in body):
        return problem(400, "no_message")
    if len(text) > LONGEST_MESSAGE or len(choice) > CHOICE_LONGEST:
        return problem(413, "too_long")
    if papers.asks_for_paper(choice) and not text:
        return await papers.as_file(request, session, choice)
    answer = await request.app.state.conversations.send(session, text, choice)
    return _answered(answer.replies, unavailable=answer.unavailable, emergency=answer.emergency)


def _answered(replies: list[dict[str, Any]], **flags: bool) -> Response:
    return JSONResponse({"replies": replies, **{name: True for name, on in flags.items() if on}})


async def healthz(request: Request) -> Response:
    """Whether this process is alive."""
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> Response:
    """Whether a question would be answered: Rasa is up, with its model and our tracker store."""
    good = await request.app.state.conversations.ready()
    return JSONResponse({"ready": good}, status_code=200 if good else 503)


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None


async def _body(request: Request) -> bytes | None:
    """The body, or None where it is larger than any honest message; what was read is looked at for danger first."""
    most, read = request.app.state.settings.most_bytes, b""
    async for chunk in request.stream():
        read += chunk
        if len(read) > most:
            return read if watch().look(read.decode("utf-8", "replace")) else None
    return read


def _json(raw: bytes) -> dict[str, Any] | None:
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


async def _not_found(request: Request, error: Exception) -> Response:
    return problem(404, "no_such_page")


async def _not_allowed(request: Request, error: Exception) -> Response:
    return problem(405, "not_allowed")


async def _failed(request: Request, error: Exception) -> Response:
    return problem(500, "failed")
