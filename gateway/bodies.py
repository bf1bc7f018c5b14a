"""Reads a request's body up to a size, and never turns away someone in danger for the size of it."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request

from bot.safety.emergency import READ_AT_EACH_END, Emergency, watch


class TooLarge(Exception):
    """The body is larger than any honest message."""


async def read(request: Request) -> bytes:
    """The body as sent. Raises ``TooLarge``, unless what was read until then speaks of danger."""
    most, raw = request.app.state.settings.most_bytes, b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > most:
            if watch().look(raw.decode("utf-8", "replace")):
                return raw[:READ_AT_EACH_END] + raw[-READ_AT_EACH_END:]
            raise TooLarge
    return raw


def as_json(raw: bytes) -> dict[str, Any] | None:
    """The JSON object in ``raw``; None where it is none."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def as_form(raw: bytes) -> dict[str, str]:
    """The fields of a form; of a field sent twice, the last."""
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def danger_in(raw: bytes, text: object) -> Emergency | None:
    """Whether a message speaks of danger: in its ``text``, or anywhere in a body that could not be read."""
    return watch().look(text if isinstance(text, str) else raw.decode("utf-8", "replace"))
