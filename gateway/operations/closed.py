"""The pages while the service is closed: that it is, and the numbers, in both languages.

Messages are not turned away here: each is looked at for danger first, and then told the same (``gateway.conversation``). What a
website has embedded goes on loading, and can then say so. The pages of the law close too: nobody checks any more what they say.
"""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.law.content import LANGUAGES
from bot.safety import wording
from bot.safety.emergency import watch
from gateway import pages
from gateway.operations.doors import Doors
from gateway.problems import problem

SHUT = ("/", "/ask", "/embed", "/law")
GONE = 410  # so that search engines let go of them


class ClosedPages:
    """Puts one page in the place of all that are shut."""

    def __init__(self, app: ASGIApp, doors: Doors) -> None:
        self._app, self._doors = app, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Show the page where the service is closed; someone who searches for help in danger is let through."""
        if scope["type"] != "http" or scope["method"] not in ("GET", "HEAD") or not _shut(scope["path"]) or not self._doors.closed or _danger(scope):
            await self._app(scope, receive, send)
            return
        if "text/html" in Headers(scope=scope).get("accept", ""):
            asked = parse_qs(scope["query_string"].decode("latin-1")).get("lang", [""])[0]
            lang = pages.language(asked)
            order = sorted(LANGUAGES, key=lambda each: each != lang)
            both = [(each, wording.gateway("closed_title", each), wording.gateway("closed", each), wording.numbers(each)) for each in order]
            response: Response = pages.page("closed.html", lang, status=GONE, both=both)
        else:
            response = problem(GONE, "closed")
        await response(scope, receive, send)


def _shut(path: str) -> bool:
    return path in SHUT or path.startswith("/law/")


def _danger(scope: Scope) -> bool:
    typed = parse_qs(scope["query_string"].decode("latin-1")).get("q", [""])[0]
    return bool(typed) and watch().look(typed) is not None
