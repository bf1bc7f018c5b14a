"""Carries a message to Rasa and brings the replies back, or the numbers where none come."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx

from bot.held import Held
from bot.law.content import LANGUAGES
from bot.safety import wording
from bot.safety.emergency import watch
from bot.shared import StoreLost
from gateway import unhelpful
from gateway.operations.doors import Doors
from gateway.operations.turn import Turns, note
from gateway.sessions import BadToken, Session, Sessions
from gateway.stores.kept import Busy
from gateway.usage.counted import Counted

logger = logging.getLogger("gateway")

FORGETS_IN = 10.0  # seconds that forgetting waits for the turn in flight, and then for Rasa
T = TypeVar("T")


HELD = Held(
    what="The message that is being answered, as it was written",
    where="memory of the gateway, Rasa and the action server, and the connections between them",
    how_long="until it is answered, at most a minute",
    who="whoever controls the machines and, where they are several, the network between them",
    erased="nothing: it is gone with its answer. The memory that it stood in is used again, not overwritten",
)


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
    """Talks to Rasa while ``doors`` are open, one turn of a conversation at a time, whichever gateway is asked."""

    def __init__(
        self, rasa_url: str, patience: float, sessions: Sessions, doors: Doors, turns: Turns, counted: Counted | None = None, contact: str = ""
    ) -> None:
        self._patience, self._sessions, self.doors, self._turns = patience, sessions, doors, turns
        self._counted = counted or Counted()
        self._unhelpful = unhelpful.Unhelpful(contact, self._counted)
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
        """The replies to one message, in a turn of its own.

        An emergency is answered here at once, whatever Rasa does. Raises ``BadToken`` where the conversation was forgotten meanwhile.
        """
        if danger := watch().look(text):
            return emergency(danger.kind, danger.lang)
        note(who=session.conversation)
        if refused := self.doors.refuses:
            return not_taken(refused, session.last_lang)
        try:
            answer = await self.in_turn(session, lambda current: self._asked(current, text, choice, channel, audience), keep_late)
        except (Busy, StoreLost) as error:
            logger.warning("a turn could not be taken: %s", type(error).__name__)
            note(part="redis" if isinstance(error, StoreLost) else "gateway", error=type(error).__name__)
            answer = None
        return answer or unavailable(session.last_lang)

    async def in_turn(
        self, session: Session, work: Callable[[Session], Awaitable[T]], late: Callable[[Session, T], None], patience: float | None = None
    ) -> T | None:
        """What ``work`` makes of the session in its turn; None where the person has waited long enough.

        Then the turn goes on to its end all the same, and ``late`` puts what came of it into the session, for whichever gateway is
        asked next. A turn that could not begin in that time does not begin later: the person has been told to ask again.

        Args:
            patience: seconds that a person waits.

        Raises ``BadToken`` where the session was forgotten meanwhile, ``Busy`` and ``StoreLost``.
        """
        patience = min(self._patience, patience or self._patience)
        waits, made = True, False

        async def turn() -> T:
            nonlocal made
            async with self._sessions.turn(session, patience) as current:
                result = await work(current)
                made = True
                if not waits:
                    late(current, result)
            return result

        task = asyncio.create_task(turn())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        await asyncio.wait({task}, timeout=patience)
        if not task.done() and not made:
            waits = False
            note(outcome="unavailable", part="rasa", error="late")
            task.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody is there to be told
            return None
        return await task  # where it was made, only keeping it is left

    async def ask(self, session: Session, text: str, choice: str = "", channel: str = "web", audience: str = "public") -> Answer:
        """Rasa's replies to one message within the turn of ``session``, after those that came too late before."""
        if danger := watch().look(text):
            return emergency(danger.kind, danger.lang)
        note(who=session.conversation)
        if refused := self.doors.refuses:
            return not_taken(refused, session.last_lang)
        return await self._asked(session, text, choice, channel, audience)

    async def _asked(self, session: Session, text: str, choice: str, channel: str, audience: str) -> Answer:
        if unhelpful.is_meant(choice) and not text:
            said = self._unhelpful.answer(session, choice, channel)
            note(kind="info", lang=said["lang"])
            return Answer([said])
        replies = await self._post(session, text, choice, channel, audience)
        if not replies:
            return unavailable(session.last_lang)
        last = replies[-1]
        note(kind=last.get("kind", ""), lang=last.get("lang", ""), topic=last.get("topic", ""))
        session.last_lang = last.get("lang", session.last_lang)
        unhelpful.offer(session, last)
        self._counted.reply(session, last)
        before, session.late = [unhelpful.without(reply) for reply in session.late], []
        return Answer(before + replies, emergency=any(reply.get("kind") == "emergency" for reply in replies))

    async def _post(self, session: Session, text: str, choice: str, channel: str, audience: str) -> list[dict[str, Any]]:
        text, choice = (part.encode("utf-8", "replace").decode() for part in (text, choice))  # halves of letters cannot be sent on
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
        """Erase the conversation everywhere, after the turn in flight; whether Rasa confirmed it.

        The token is revoked first, so that the turn in flight keeps nothing. Raises ``StoreLost`` where that cannot be done.
        """
        await self._sessions.close(session)
        try:
            async with self._sessions.turn(session, FORGETS_IN):
                pass  # begun by the same phone or thread since: the turn in flight is over
        except (BadToken, Busy, StoreLost):
            pass  # Rasa's own lock is a second line
        try:
            response = await self._http.delete(f"/webhooks/gateway/conversations/{session.conversation}", timeout=FORGETS_IN)
            return response.status_code == 204
        except httpx.HTTPError:
            return False  # Rasa is down: what it held in memory is gone with it, and what it shares expires


def keep_late(session: Session, answer: Answer) -> None:
    """Keep an answer that came too late, to be shown before the next."""
    if not answer.unavailable:
        session.late = answer.replies


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
