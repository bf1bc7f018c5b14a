"""A result's paper by an address: random, good for one use, and for as long as the conversation lives.

Opening it shows a button first, so that a program which follows links does not use it up.
"""

from __future__ import annotations

import secrets
from collections import OrderedDict
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.held import Held
from gateway import pages, papers
from gateway.problems import too_many
from gateway.sessions import Session, Sessions

MOST = 10_000


HELD = Held(
    what="That a paper may be fetched at a random address: the conversation and the kind of file. The file itself is made when it is fetched, "
         "and never stored.",
    where="memory of the gateway; the address stands in the Slack message",
    how_long="until it is fetched once, or its conversation ends",
    who="whoever has the address first",
    erased="fetching it, \"forget\", a restart",
)


@dataclass(frozen=True)
class Offer:
    """A paper that waits to be fetched."""

    session: Session
    choice: str
    lang: str


class PaperLinks:
    """The addresses given out by this process."""

    def __init__(self, sessions: Sessions, public_url: str) -> None:
        self._sessions, self._public_url = sessions, public_url
        self._offers: OrderedDict[str, Offer] = OrderedDict()

    def offer(self, session: Session, choice: str, lang: str) -> str:
        """A new address for the paper that ``choice`` ("result:pdf") asks for; empty without a public address."""
        if not self._public_url:
            return ""
        while len(self._offers) >= MOST:
            self._offers.popitem(last=False)
        name = secrets.token_urlsafe(32)
        self._offers[name] = Offer(session, choice, lang)
        return f"{self._public_url}/paper/{name}"

    def find(self, name: str) -> Offer | None:
        """What waits under ``name``; None where it was fetched, never was, or its conversation ended."""
        found = self._offers.get(name)
        if found and not self._sessions.alive(found.session):
            del self._offers[name]
            return None
        return found

    def take(self, name: str) -> Offer | None:
        """The same, and it is used up."""
        found = self.find(name)
        self._offers.pop(name, None)
        return found


def routes() -> list[Route]:
    """``/paper/<name>``."""
    return [Route("/paper/{name}", show, methods=["GET"]), Route("/paper/{name}", fetch, methods=["POST"])]


async def show(request: Request) -> Response:
    """A page with the one button that fetches the paper; nothing is used up by it."""
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    found = _links(request).find(request.path_params["name"])
    return _page("ready", found.lang) if found else _gone(request)


async def fetch(request: Request) -> Response:
    """The paper as a file, once."""
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    found = _links(request).take(request.path_params["name"])
    if found is None:
        return _gone(request)
    response = await papers.as_file(request, found.session, found.choice)
    return response if response.status_code == 200 else _page("failed", found.lang, response.status_code)


def _links(request: Request) -> PaperLinks:
    links: PaperLinks = request.app.state.slack.links
    return links


def _gone(request: Request) -> Response:
    """Whoever comes late is told in the language that the browser asks for."""
    wanted = request.headers.get("accept-language", "").strip().lower()
    return _page("gone", "es" if wanted.startswith("es") else "en", 410)


def _page(state: str, lang: str, status: int = 200) -> Response:
    return pages.page("paper.html", lang, status=status, state=state)
