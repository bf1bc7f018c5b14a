"""Carries a message to Rasa and brings the replies back, or the numbers where none come."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from typing import Any

import httpx

from bot.law.content import LANGUAGES
from bot.safety import wording
from bot.safety.emergency import watch
from gateway.operations.doors import Doors
from gateway.operations.turn import Turns, note
from gateway.sessions import Session

logger = logging.getLogger("gateway")


@dataclass(frozen=True)
class Answer:
    """What goes back for one message.

    ``unavailable``: the replies are the numbers, not an answer. ``refused``: why not, where nobody was asked: "closed" or "leaving".
    """

    replies: list[dict[str, Any]]
    unavailable: bool = False
    emergency: bool = False
    refused: str = ""


class Conversations:
    """Talks to Rasa over loopback, while ``doors`` are open."""

    def __init__(self, rasa_url: str, patience: float, doors: Doors, turns: Turns) -> None:
        self._patience, self.doors, self._turns = patience, doors, turns
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
        note(who=session.conversation)
        if refused := self.doors.refuses:
            return not_taken(refused, session.last_lang)
        text, choice = (part.encode("utf-8", "replace").decode() for part in (text, choice))  # halves of letters cannot be sent on
        task = asyncio.create_task(self._ask(session, text, choice, channel, audience))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        try:
            replies = await asyncio.wait_for(asyncio.shield(task), self._patience)
        except asyncio.TimeoutError:
            task.add_done_callback(lambda done: _keep_late(session, done))
            note(part="rasa", error="late")
            return unavailable(session.last_lang)
        if not replies:
            return unavailable(session.last_lang)
        last = replies[-1]
        note(kind=last.get("kind", ""), lang=last.get("lang", ""), topic=last.get("topic", ""))
        session.last_lang = last.get("lang", session.last_lang)
        late, session.late = session.late, []
        return Answer(late + replies, emergency=any(reply.get("kind") == "emergency" for reply in replies))

    async def _ask(self, session: Session, text: str, choice: str, channel: str, audience: str) -> list[dict[str, Any]]:
        async with session.turn:
            if session.forgotten:
                return []
            body = {"conversation": session.conversation, "text": text, "choice": choice, "channel": channel, "audience": audience}
            try:
                with self._turns.asking_rasa():
                    response = await self._http.post("/webhooks/gateway/webhook", json=body)
                response.raise_for_status()
                data = response.json()
            except (httpx.HTTPError, ValueError) as error:
                logger.warning("rasa did not answer: %s", type(error).__name__)
                note(part="rasa", error=type(error).__name__)
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
    note(kind="emergency", lang=lang)
    return Answer([_note("emergency", lang, wording.emergency(kind, lang))], emergency=True)


def unavailable(lang: str = "") -> Answer:
    """That no answer can be given now, with the numbers, in the language last spoken or in both."""
    note(outcome="unavailable")
    return Answer([_note("info", lang or "en", wording.unavailable(lang))], unavailable=True)


def not_taken(refused: str, lang: str = "") -> Answer:
    """That the service is "closed", or this process "leaving", with the numbers, in the language last spoken or in both."""
    note(outcome=refused)
    said = "\n".join(f"{wording.gateway(refused, each)} {wording.numbers(each)}" for each in ((lang,) if lang else LANGUAGES))
    return Answer([_note("info", lang or "en", said)], unavailable=True, refused=refused)
