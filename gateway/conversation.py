"""Carries a message to Rasa and brings the replies back, or the numbers where none come."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import httpx

from bot.held import Held
from bot.safety import wording
from bot.safety.emergency import watch
from gateway.sessions import Session

logger = logging.getLogger("gateway")


HELD = Held(
    what="The message that is being answered, as it was written",
    where="memory of the gateway, Rasa and the action server, and the connections between them",
    how_long="until it is answered, at most a minute",
    who="whoever controls the machines and, where they are several, the network between them",
    erased="nothing: it is gone with its answer. The memory that it stood in is used again, not overwritten",
)


@dataclass(frozen=True)
class Answer:
    """What goes back for one message. ``unavailable``: the replies are the numbers, not an answer."""

    replies: list[dict[str, Any]]
    unavailable: bool = False
    emergency: bool = False


class Conversations:
    """Talks to Rasa over loopback."""

    def __init__(self, rasa_url: str, patience: float) -> None:
        self._patience = patience
        self._tasks: set[asyncio.Task[Any]] = set()
        self._http = httpx.AsyncClient(base_url=rasa_url, timeout=httpx.Timeout(60, connect=2), trust_env=False)

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def ready(self) -> bool:
        """Whether Rasa has its model and this project's tracker store."""
        try:
            return (await self._http.get("/webhooks/gateway/ready", timeout=3)).status_code == 200
        except httpx.HTTPError:
            return False

    async def send(self, session: Session, text: str, choice: str = "", channel: str = "web", audience: str = "public") -> Answer:
        """The replies to one message.

        An emergency is answered here at once, whatever Rasa does. A reply that comes after the
        person's patience is kept and shown before the next answer.
        """
        if danger := watch().look(text):
            return emergency(danger.kind, danger.lang)
        text, choice = (part.encode("utf-8", "replace").decode() for part in (text, choice))  # halves of letters cannot be sent on
        task = asyncio.create_task(self._ask(session, text, choice, channel, audience))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            replies = await asyncio.wait_for(asyncio.shield(task), self._patience)
        except asyncio.TimeoutError:
            task.add_done_callback(lambda done: _keep_late(session, done))
            return unavailable(session.last_lang)
        if not replies:
            return unavailable(session.last_lang)
        session.last_lang = replies[-1].get("lang", session.last_lang)
        late, session.late = session.late, []
        return Answer(late + replies, emergency=any(reply.get("kind") == "emergency" for reply in replies))

    async def _ask(self, session: Session, text: str, choice: str, channel: str, audience: str) -> list[dict[str, Any]]:
        async with session.turn:
            if session.forgotten:
                return []
            body = {"conversation": session.conversation, "text": text, "choice": choice, "channel": channel, "audience": audience}
            try:
                response = await self._http.post("/webhooks/gateway/webhook", json=body)
                response.raise_for_status()
                data = response.json()
            except (httpx.HTTPError, ValueError) as error:
                logger.warning("rasa did not answer: %s", type(error).__name__)
                return []
        if found := data.get("emergency"):
            return emergency(found["kind"], found["lang"]).replies
        return list(data.get("replies", []))

    async def forget(self, session: Session) -> bool:
        """Erase the conversation in Rasa, after the turn in flight; whether Rasa confirmed it."""
        async with session.turn:
            try:
                response = await self._http.delete(f"/webhooks/gateway/conversations/{session.conversation}", timeout=10)
                return response.status_code == 204
            except httpx.HTTPError:
                return False  # Rasa is down: what it held in memory is gone with it


def _keep_late(session: Session, done: asyncio.Task[list[dict[str, Any]]]) -> None:
    if not done.cancelled() and done.exception() is None and not session.forgotten:
        session.late.extend(done.result())


def _note(kind: str, lang: str, text: str) -> dict[str, Any]:
    return {"kind": kind, "lang": lang, "lines": [{"text": text, "kind": "note"}]}


def emergency(kind: str, lang: str) -> Answer:
    """What someone in danger is told, from the safety wording alone."""
    return Answer([_note("emergency", lang, wording.emergency(kind, lang))], emergency=True)


def unavailable(lang: str = "") -> Answer:
    """That no answer can be given now, with the numbers, in the language last spoken or in both."""
    return Answer([_note("info", lang or "en", wording.unavailable(lang))], unavailable=True)
