"""Sessions and messages as JSON: what the chat widget speaks, and anyone who builds a client of their own."""

from __future__ import annotations

import time
from contextlib import suppress
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.limits import LONGEST_MESSAGE
from bot.shared import StoreLost
from gateway import bodies, papers
from gateway.conversation import emergency, unavailable
from gateway.operations.turn import note
from gateway.problems import leaving, problem, too_many
from gateway.sessions import BadToken, Session

CHOICE_LONGEST = 200


def routes() -> list[Route]:
    """The addresses below ``/api/v1``."""
    return [
        Route("/api/v1/sessions", open_session, methods=["POST"]),
        Route("/api/v1/sessions", keep_session, methods=["GET"]),
        Route("/api/v1/sessions", close_session, methods=["DELETE"]),
        Route("/api/v1/sessions/end", close_by_beacon, methods=["POST"]),
        Route("/api/v1/messages", message, methods=["POST"]),
    ]


async def open_session(request: Request) -> Response:
    """``POST /api/v1/sessions``: 201 with ``token`` and how long it lives."""
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    token, session = await request.app.state.sessions.open()
    return JSONResponse({"token": token, **_life(request, session)}, status_code=201)


async def keep_session(request: Request) -> Response:
    """``GET /api/v1/sessions``: keeps a session from going idle, when a person asks for more time."""
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    try:
        session = await request.app.state.sessions.find(_bearer(request))
    except BadToken as error:
        return problem(401, error.reason)
    await request.app.state.sessions.keep(session)
    return JSONResponse(_life(request, session))


def _life(request: Request, session: Session) -> dict[str, int]:
    """When a session ends in any case (since the epoch, and from now: a caller's clock may be wrong), and after how many unused seconds."""
    left = int(session.expires - time.time())
    return {"expires_at": int(session.expires), "seconds_left": left, "idle_seconds": int(request.app.state.settings.idle)}


async def close_session(request: Request) -> Response:
    """``DELETE /api/v1/sessions``: forgets the conversation everywhere and revokes the token; 204."""
    try:
        session = await request.app.state.sessions.find(_bearer(request))
    except BadToken as error:
        return problem(401, error.reason)
    await request.app.state.conversations.forget(session)
    return Response(status_code=204)


async def close_by_beacon(request: Request) -> Response:
    """``POST /api/v1/sessions/end`` with the token as text: what a page can still send while it closes."""
    with suppress(BadToken, StoreLost, bodies.TooLarge):  # nothing to forget, and nobody there to be told
        token = (await bodies.read(request)).decode("utf-8", "replace").strip()
        await request.app.state.conversations.forget(await request.app.state.sessions.find(token))
    return Response(status_code=204)


async def message(request: Request) -> Response:
    """``POST /api/v1/messages`` with ``{"text"}`` or ``{"choice"}``: ``{"replies": [...]}``; or a file, where a paper is chosen.

    Words of danger are answered before the limits, the token, the size or anything else is looked at.
    """
    try:
        raw = await bodies.read(request)
    except bodies.TooLarge:
        return problem(413, "too_long")
    body = bodies.as_json(raw)
    text = body.get("text", "") if body is not None else None
    note(who=(_bearer(request) or "").partition(".")[0])
    if danger := bodies.danger_in(raw, text):
        return _answered(emergency(danger.kind, danger.lang).replies, emergency=True)
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    try:
        return await _in_session(request, await request.app.state.sessions.find(_bearer(request)), body)
    except BadToken as error:
        return problem(401, error.reason)
    except StoreLost:
        return _answered(unavailable().replies, unavailable=True)


async def _in_session(request: Request, session: Session, body: dict[str, Any] | None) -> Response:
    """The answer in a session that is alive."""
    if body is None:
        return problem(400, "not_json")
    text = body.get("text", "")
    choice = body.get("choice", "")
    if not isinstance(text, str) or not isinstance(choice, str) or not ("text" in body or "choice" in body):
        return problem(400, "no_message")
    if len(text) > LONGEST_MESSAGE or len(choice) > CHOICE_LONGEST:
        return problem(413, "too_long")
    if wait := await request.app.state.limits.of_session(session.conversation):
        return too_many(wait)
    if papers.asks_for_paper(choice) and not text:
        return await papers.as_file(request, session, choice)
    answer = await request.app.state.conversations.send(session, text, choice)
    if answer.refused == "leaving":
        return leaving()
    return _answered(answer.replies, unavailable=answer.unavailable, emergency=answer.emergency)


def _answered(replies: list[dict[str, Any]], **flags: bool) -> Response:
    return JSONResponse({"replies": replies, **{name: True for name, on in flags.items() if on}})


def _bearer(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" else None
