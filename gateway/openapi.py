"""The contract of the JSON API as an OpenAPI 3.1 document, made from the very structs that the core replies with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.limits import LONGEST_MESSAGE
from bot.reply import Reply
from gateway import public
from gateway.api import CHOICE_LONGEST
from gateway.version import Served

VERSION = "1"
PAPERS = ("application/pdf", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", "text/calendar; charset=utf-8")


class Life(msgspec.Struct):
    """When a session ends in any case (seconds since the epoch), and after how many unused seconds before that."""

    expires_at: int
    idle_seconds: int


class Opened(Life):
    """A new session: the token goes into ``Authorization: Bearer``, and is kept in memory only."""

    token: str


class Message(msgspec.Struct):
    """A message: what was typed, or the id of a choice that was offered. ``text`` goes first where both are sent."""

    text: Annotated[str, Meta(max_length=LONGEST_MESSAGE)] = ""
    choice: Annotated[str, Meta(max_length=CHOICE_LONGEST)] = ""


class Answered(msgspec.Struct, omit_defaults=True):
    """The replies to a message. ``unavailable``: they are the numbers only. ``emergency``: someone may be in danger."""

    replies: Annotated[list[Reply], Meta(min_length=1)]
    unavailable: bool = False
    emergency: bool = False


class Problem(msgspec.Struct, omit_defaults=True):
    """A refusal: a word for programs, words for people in both languages, and the emergency numbers where a person may need them."""

    error: str
    message: str
    mensaje: str
    help: str = ""
    ayuda: str = ""


class Health(msgspec.Struct):
    """Whether the gateway's process lives."""

    alive: bool


class Readiness(msgspec.Struct):
    """Whether a question would be answered."""

    ready: bool


@dataclass(frozen=True)
class Operation:
    """One thing that can be asked of the API: what comes back by status, and which refusals (``gateway.yml``'s keys) by status."""

    method: str
    path: str
    name: str
    says: str
    returns: dict[int, type | None]
    refuses: Mapping[int, tuple[str, ...]]
    bearer: bool = False


ORIGIN = {403: ("origin_not_allowed",)}
TOKEN = {401: ("missing", "unknown", "expired")}
LIMIT = {429: ("too_many",)}
LOST = {503: ("unavailable",)}
OPERATIONS = (
    Operation("post", "/api/v1/sessions", "openSession", "Open a session.", {201: Opened}, {**ORIGIN, **LIMIT, **LOST}),
    Operation(
        "get", "/api/v1/sessions", "keepSession", "Keep a session from going idle.",
        {200: Life}, {**TOKEN, **ORIGIN, **LIMIT, **LOST}, bearer=True,
    ),
    Operation(
        "delete", "/api/v1/sessions", "closeSession", "Forget the conversation and revoke its token.",
        {204: None}, {**TOKEN, **ORIGIN, **LOST}, bearer=True,
    ),
    Operation(
        "post", "/api/v1/sessions/end", "endSession",
        "Forget the conversation, with the token as plain text: what a page can send while it closes. Says nothing of whether there was one.",
        {204: None}, ORIGIN,
    ),
    Operation(
        "post", "/api/v1/messages", "sendMessage",
        "Send a message, or pick a choice. Words of danger are answered before anything else is looked at, with or without a token. "
        "The choices result:pdf, result:docx and result:ics, offered at the end of an interview, bring a file.",
        {200: Answered},
        {
            400: ("not_json", "no_message"), **TOKEN, **ORIGIN, 409: ("no_result_yet", "no_dates"), 413: ("too_long",), **LIMIT,
            503: ("unavailable", "paper_unavailable", "closed", "leaving"),
        },
        bearer=True,
    ),
    Operation("get", "/api/v1/openapi.json", "describe", "This document.", {200: None}, ORIGIN),
    Operation("get", "/api/v1/version", "version", "Which code, content and law answer here.", {200: Served}, ORIGIN),
    Operation("get", "/healthz", "live", "Whether the gateway's process lives.", {200: Health}, {}),
    Operation("get", "/readyz", "ready", "Whether a question would be answered.", {200: Readiness, 503: Readiness}, {}),
)
GENERAL = """Every refusal is JSON with words for people in English (`message`) and Spanish (`mensaje`); 401, 403, 413, 429, 500 and 503
also carry the emergency numbers (`help`, `ayuda`). Any address may answer 404 (`no_such_page`), 405 (`not_allowed`, with `Allow`) or
500 (`failed`). A browser's `Origin` must be one that the host allows. No cookie is set, and nothing may be cached."""


def routes() -> list[Route]:
    """The document's address."""
    return [Route("/api/v1/openapi.json", show, methods=["GET"])]


async def show(request: Request) -> Response:
    """``GET /api/v1/openapi.json``."""
    return public.respond(request, _written(), "application/json", headers={"x-robots-tag": "noindex"})


@cache
def _written() -> bytes:
    return json.dumps(document(), ensure_ascii=False).encode()


def document() -> dict[str, Any]:
    """The OpenAPI document as built-in types."""
    structs: list[type] = [Opened, Life, Message, Answered, Problem, Health, Readiness, Served]
    refs, components = msgspec.json.schema_components(structs, ref_template="#/components/schemas/{name}")
    schema = dict(zip(structs, refs, strict=True))
    components["Message"]["anyOf"] = [{"required": ["text"]}, {"required": ["choice"]}]
    paths: dict[str, Any] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method] = _operation(operation, schema)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Charter Oak", "version": VERSION, "description": GENERAL, "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"}},
        "paths": paths,
        "components": {"schemas": components, "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}}},
    }


def _operation(operation: Operation, schema: dict[type, dict[str, Any]]) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for status, struct in operation.returns.items():
        responses[str(status)] = _response(operation.says, schema[struct] if struct else None)
    for status, reasons in operation.refuses.items():
        responses[str(status)] = _response("Refused: " + ", ".join(reasons), schema[Problem])
    made: dict[str, Any] = {"operationId": operation.name, "summary": operation.says, "responses": responses}
    if operation.bearer:
        made["security"] = [{"bearer": []}]
    if operation.name == "sendMessage":
        made["requestBody"] = {"required": True, "content": {"application/json": {"schema": schema[Message]}}}
        binary = {"schema": {"type": "string", "format": "binary"}}
        responses["200"]["content"] |= {media: binary for media in PAPERS}
    if operation.name == "endSession":
        made["requestBody"] = {"content": {"text/plain": {"schema": {"type": "string"}}}}
    if operation.name == "describe":
        responses["200"]["content"] = {"application/json": {"schema": {"type": "object"}}}
    if 429 in operation.refuses:
        seconds = {"description": "Seconds to wait.", "required": True, "schema": {"type": "integer", "minimum": 1}}
        responses["429"]["headers"] = {"Retry-After": seconds}
    return made


def _response(says: str, schema: dict[str, Any] | None) -> dict[str, Any]:
    return {"description": says} | ({"content": {"application/json": {"schema": schema}}} if schema else {})
