"""A result's paper by an address: random, good for one use, and for as long as the conversation lives.

Opening it shows a button first, so that a program which follows links does not use it up.
"""

from __future__ import annotations

import secrets
import time

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.held import Held
from gateway import pages, papers
from gateway.problems import too_many
from gateway.sessions import Session, Sessions
from gateway.stores.kept import Store

HELD = Held(
    what="That a paper may be fetched at a random address: the conversation and the kind of file. The file itself is made when it is fetched, "
         "and never stored.",
    where="memory of the gateway, or the Redis of `REDIS_URL`; the address stands in the Slack message",
    how_long="until it is fetched once, or its conversation ends",
    who="whoever has the address first",
    erased="fetching it, \"forget\", a restart",
)


class Offer(msgspec.Struct, frozen=True):
    """A paper that waits to be fetched, and the session whose result it is."""

    name: str
    conversation: str
    choice: str
    lang: str


class PaperLinks:
    """The addresses given out."""

    def __init__(self, store: Store, sessions: Sessions, public_url: str) -> None:
        self._store, self._sessions, self._public_url = store, sessions, public_url

    async def offer(self, session: Session, choice: str, lang: str) -> str:
        """A new address for the paper that ``choice`` ("result:pdf") asks for; empty without a public address."""
        if not self._public_url:
            return ""
        name = secrets.token_urlsafe(32)
        offered = Offer(session.name, session.conversation, choice, lang)
        await self._store.put(f"paper:{name}", msgspec.json.encode(offered), session.expires - time.time())
        return f"{self._public_url}/paper/{name}"

    async def find(self, name: str) -> tuple[Session, Offer] | None:
        """What waits under ``name``; None where it was fetched, never was, or its conversation ended."""
        return await self._of(await self._store.get(f"paper:{name}"))

    async def take(self, name: str) -> tuple[Session, Offer] | None:
        """The same, and it is used up."""
        return await self._of(await self._store.take(f"paper:{name}"))

    async def _of(self, kept: bytes | None) -> tuple[Session, Offer] | None:
        if kept is None:
            return None
        offered = msgspec.json.decode(kept, type=Offer)
        session = await self._sessions.alive(offered.name, offered.conversation)
        return (session, offered) if session else None


def routes() -> list[Route]:
    """``/paper/<name>``."""
    return [Route("/paper/{name}", show, methods=["GET"]), Route("/paper/{name}", fetch, methods=["POST"])]


async def show(request: Request) -> Response:
    """A page with the one button that fetches the paper; nothing is used up by it."""
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    found = await _links(request).find(request.path_params["name"])
    return _page("ready", found[1].lang) if found else _gone(request)


async def fetch(request: Request) -> Response:
    """The paper as a file, once."""
    if wait := await request.app.state.limits.of_request(request):
        return too_many(wait)
    found = await _links(request).take(request.path_params["name"])
    if found is None:
        return _gone(request)
    session, offered = found
    response = await papers.as_file(request, session, offered.choice)
    return response if response.status_code == 200 else _page("failed", offered.lang, response.status_code)


def _links(request: Request) -> PaperLinks:
    links: PaperLinks = request.app.state.slack.links
    return links


def _gone(request: Request) -> Response:
    """Whoever comes late is told in the language that the browser asks for."""
    wanted = request.headers.get("accept-language", "").strip().lower()
    return _page("gone", "es" if wanted.startswith("es") else "en", 410)


def _page(state: str, lang: str, status: int = 200) -> Response:
    return pages.page("paper.html", lang, status=status, state=state)
