"""Errors as words: what happened, what can be done, and the numbers, in both languages."""

from __future__ import annotations

from starlette.responses import JSONResponse, Response

from bot.safety import wording
from gateway.limits import Wait
from gateway.operations.turn import note

# Which words of content/wording/<lang>/gateway.yml say what a reason means. The numbers come with each of them.
STATUS_WITH_NUMBERS = frozenset({401, 403, 410, 413, 429, 500, 503})

RETRY_SECONDS = 10  # after which a gateway that left is back, or the balancer knows another


def problem(status: int, reason: str) -> Response:
    """A refusal with a machine's word (``reason``) and a person's words (``message``, ``mensaje``)."""
    note(error=reason)
    body = {"error": reason, "message": wording.gateway(reason, "en"), "mensaje": wording.gateway(reason, "es")}
    if status in STATUS_WITH_NUMBERS:
        body["help"], body["ayuda"] = wording.numbers("en"), wording.numbers("es")
    return JSONResponse(body, status_code=status)


def leaving() -> Response:
    """503 of a process that ends: another one, or the same after its start, takes the message."""
    note(outcome="leaving")
    response = problem(503, "leaving")
    response.headers["retry-after"] = str(RETRY_SECONDS)
    return response


def too_many(wait: Wait) -> Response:
    """429, with the seconds to wait."""
    response = problem(429, "too_many")
    response.headers["retry-after"] = str(wait.seconds)
    return response
