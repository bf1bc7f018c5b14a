"""Reads a request's body up to a size, and never turns away someone in danger for the size or the form of it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from email.message import Message
from email.parser import BytesHeaderParser
from typing import Any
from urllib.parse import parse_qsl, unquote_plus

from starlette.requests import Request

from bot.safety.emergency import READ_AT_EACH_END, Emergency, watch

READ_ON = 4  # how many times the size taken is still read: for words of danger, and so that the refusal reaches the sender
MOST_PARTS = 32  # of a multipart form: no form of this project has as many fields
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")


class TooLarge(Exception):
    """The body is larger than any honest message."""


async def read(request: Request, most: int = 0) -> bytes:
    """The body as sent. Raises ``TooLarge``, unless both ends of what was read speak of danger: then those.

    Args:
        most: the bytes taken; the setting's, unless given.
    """
    most, raw = most or request.app.state.settings.most_bytes, b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > READ_ON * most:
            break
    if len(raw) <= most:
        return raw
    text = spoken(raw)
    if watch().look(text):
        return (text[:READ_AT_EACH_END] + "\n" + text[-READ_AT_EACH_END:]).encode("utf-8", "replace")
    raise TooLarge


def spoken(raw: bytes) -> str:
    """What a body says whatever it was meant to be: the escapes of JSON and of forms undone."""
    text = raw.decode("utf-8", "replace")
    return unquote_plus(_ESCAPED.sub(lambda escape: chr(int(escape[1], 16)), text))


def as_json(raw: bytes) -> dict[str, Any] | None:
    """The JSON object in ``raw``; None where it is none."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def as_form(raw: bytes, content_type: str = "") -> dict[str, str]:
    """The fields of a form, in either of the two ways that browsers send one; of a field sent twice, the last. Files are left out."""
    if content_type.lower().startswith("multipart/form-data"):
        return {_name(part): _value(part) for part in _parts(raw, content_type) if _name(part) and part.get_filename() is None}
    return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


def _parts(raw: bytes, content_type: str) -> Iterator[Message]:
    """The parts of a multipart form, one level deep: a form has no other, and each further level would cost time and stack."""
    header = b"Content-Type: " + content_type.replace("\n", " ").encode("latin-1", "replace") + b"\r\n\r\n"
    boundary = BytesHeaderParser().parsebytes(header).get_boundary()
    if not boundary:
        return
    for part in (b"\r\n" + raw).split(b"\r\n--" + boundary.encode("latin-1", "replace"), MOST_PARTS)[1:]:
        if part.startswith(b"--"):
            return
        yield BytesHeaderParser().parsebytes(part.partition(b"\r\n")[2])


def _name(part: Message) -> str:
    name = part.get_param("name", "", header="content-disposition")
    return name if isinstance(name, str) else ""


def _value(part: Message) -> str:
    payload = part.get_payload(decode=True)
    return payload.decode("utf-8", "replace") if isinstance(payload, bytes) else ""


def danger_in(raw: bytes, text: object) -> Emergency | None:
    """Whether a message speaks of danger: in its ``text``, or anywhere in a body that could not be read."""
    return watch().look(text if isinstance(text, str) else spoken(raw))
