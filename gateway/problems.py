"""Errors as words: what happened, what can be done, and the numbers, in both languages."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from bot.safety import wording
from gateway.limits import Wait

# Which words of content/wording/<lang>/gateway.yml say what a reason means. The numbers come with each of them.
STATUS_WITH_NUMBERS = frozenset({401, 403, 413, 429, 500, 503})


def problem(status: int, reason: str) -> Response:
    """A refusal with a machine's word (``reason``) and a person's words (``message``, ``mensaje``)."""
    body = {"error": reason, "message": wording.gateway(reason, "en"), "mensaje": wording.gateway(reason, "es")}
    if status in STATUS_WITH_NUMBERS:
        body["help"], body["ayuda"] = wording.numbers("en"), wording.numbers("es")
    return JSONResponse(body, status_code=status)


def too_many(wait: Wait) -> Response:
    """429, with the seconds to wait."""
    response = problem(429, "too_many")
    response.headers["retry-after"] = str(wait.seconds)
    return response
