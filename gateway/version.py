"""Which version answers here: ``GET /api/v1/version``, and a line on ``/about``."""

from __future__ import annotations

import datetime as dt
from functools import cache

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot import commit, paths, version
from bot.law.edition import revised_to
from gateway import shelf


class Served(msgspec.Struct):
    """What answers here: the code's version, its commit where it is no release, the content's hash, when the law was held against which edition.

    Without a law store, the last three are empty or null.
    """

    version: str
    commit: str
    content: str
    law_checked: dt.date | None
    law_revised_to: str


def routes() -> list[Route]:
    """The version's address."""
    return [Route("/api/v1/version", show, methods=["GET"])]


async def show(request: Request) -> Response:
    """``GET /api/v1/version``."""
    return Response(msgspec.json.encode(served()), media_type="application/json")


def served() -> Served:
    """What answers now: the code as this process was started, and the store that it reads at this moment."""
    number, at = code()
    store = shelf.store()
    if store is None:
        return Served(number, at, "", None, "")
    return Served(number, at, store.content_hash, store.checked_on, revised_to(store))


@cache
def trained_on() -> str:
    """The hash of what the model is trained on; empty in the gateway's own image, which holds nothing of the model."""
    return version.trained_on()


@cache
def code() -> tuple[str, str]:
    """The version and the commit that this process was started from: files that change later are not what runs."""
    return version.number(), commit.of(paths.ROOT)
