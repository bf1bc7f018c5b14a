"""A turn as an operator may know it: which way it came, how it ended, how long it took. Never what was asked, nor by whom.

The middleware opens a turn for each request that may hold a message. Whoever answers it calls ``note`` with what there is to
know. Slack's answers are made after the request: whoever works on keeps the turn open with ``hold``.
"""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.operations.doors import Doors

CHANNELS = {
    "/api/v1/messages": "web", "/ask": "page", "/sms/twilio": "sms",
    "/slack/events": "slack", "/slack/commands": "slack", "/slack/interactions": "slack",
}
EMERGENCY = "emergency"
OUTCOMES = ("answered", "unavailable", "closed", "leaving", "refused", "failed")
_FIRST = ("part", "error")  # what failed first is the cause of what failed after
_KEY = secrets.token_bytes(16)


@dataclass
class Turn:
    """One turn under way.

    ``outcome`` is one of ``OUTCOMES``; ``kind``, ``lang`` and ``topic`` are those of the reply; ``part`` and ``error`` say which
    part failed and how. ``who`` tells conversations apart, as a keyed hash that means nothing outside this process.
    """

    channel: str
    begun: float
    ended: Callable[[Turn], None]
    outcome: str = "answered"
    kind: str = ""
    lang: str = ""
    topic: str = ""
    part: str = ""
    error: str = ""
    who: bytes = b""
    seconds: float = 0.0
    noted: bool = False
    holders: int = 1  # the request, and whatever goes on after it
    resumed: Callable[[], None] = lambda: None  # told where work begins after the request has ended already

    def release(self) -> None:
        """Let go of the turn; the last one to do so ends it."""
        self.holders -= 1
        if not self.holders:
            self.seconds = time.monotonic() - self.begun
            self.ended(self)


_now: ContextVar[Turn | None] = ContextVar("turn", default=None)


def note(*, outcome: str = "", kind: str = "", lang: str = "", topic: str = "", part: str = "", error: str = "", who: str = "") -> None:
    """Say of the turn under way what an operator may know; nothing where there is none.

    ``who`` is hashed at once, and only the first one counts.
    """
    turn = _now.get()
    if turn is None:
        return
    for name, value in (("outcome", outcome), ("kind", kind), ("lang", lang), ("topic", topic), ("part", part), ("error", error)):
        if value:
            turn.noted = True
            if name not in _FIRST or not getattr(turn, name):
                setattr(turn, name, value)
    if who and not turn.who:
        turn.who = hashlib.blake2b(who.encode("utf-8", "replace"), key=_KEY, digest_size=12).digest()


def channel() -> str:
    """Which way the turn under way came: "web", "page", "sms" or "slack"; empty where there is none."""
    turn = _now.get()
    return turn.channel if turn else ""


class Turns:
    """The turns of one gateway. Each that ends is handed to ``listeners``.

    Someone in danger is answered also while nobody else is. So that an "answered" at such a time does not tell of it, an emergency is
    handed on looking like the turn before it.
    """

    def __init__(self, doors: Doors, *listeners: Callable[[Turn], None]) -> None:
        self._doors, self._listeners = doors, listeners
        self._last = Turn("", 0.0, self._ended)
        self.in_flight = 0
        self.forwarded = 0  # the fewest addresses that a request of a proxy showed: so many proxies wrote into it
        self.at_rasa = 0

    def begin(self, channel: str) -> Turn:
        """Open a turn."""
        self.in_flight += 1
        return Turn(channel, time.monotonic(), self._ended, resumed=self._resumed)

    def _resumed(self) -> None:
        self.in_flight += 1

    def _ended(self, turn: Turn) -> None:
        self.in_flight -= 1
        if turn.kind == EMERGENCY:
            if self._doors.refuses:
                turn.outcome = self._doors.refuses
            else:
                like = self._last
                turn.outcome, turn.part, turn.error, turn.seconds = like.outcome, like.part, like.error, like.seconds
        elif turn.outcome in ("answered", "unavailable"):
            self._last = turn
        if turn.noted:  # an order such as STOP, or what Slack sends beside messages, is no turn
            for listen in self._listeners:
                listen(turn)

    @contextmanager
    def asking_rasa(self) -> Iterator[None]:
        """A message that is with Rasa; all others under way wait for their place, or for nobody."""
        self.at_rasa += 1
        try:
            yield
        finally:
            self.at_rasa -= 1


def hold() -> Callable[[], None]:
    """Keep the turn under way open for work that goes on after its request was answered; call what is returned at the end of it."""
    turn = _now.get()
    if turn is None:
        return lambda: None
    if not turn.holders:  # Slack's listeners may begin once the request was acknowledged
        turn.resumed()
    turn.holders += 1
    return turn.release


class WatchTurns:
    """Opens a turn around each request that may hold a message, and reads its end from the status."""

    def __init__(self, app: ASGIApp, turns: Turns, doors: Doors) -> None:
        self._app, self._turns, self._doors = app, turns, doors

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass everything on, and watch."""
        channel = CHANNELS.get(scope.get("path", "")) if scope["type"] == "http" and scope["method"] == "POST" else None

        if scope["type"] == "http" and (shown := _proxies(scope)):
            self._turns.forwarded = min(shown, self._turns.forwarded or shown)

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                if self._doors.leaving:  # so that whoever holds this connection opens the next one elsewhere
                    MutableHeaders(scope=message)["connection"] = "close"
                if message["status"] >= 400 and (turn := _now.get()):
                    note(outcome="refused" if turn.outcome == "answered" else "", error=turn.error or f"status_{message['status']}")
            await send(message)

        if channel is None:
            await self._app(scope, receive, watched if scope["type"] == "http" else send)
            return
        turn = self._turns.begin(channel)
        before = _now.set(turn)
        try:
            await self._app(scope, receive, watched)
        except Exception as error:
            note(outcome="failed", part="gateway", error=type(error).__name__)
            raise
        finally:
            _now.reset(before)
            turn.release()


def _proxies(scope: Scope) -> int:
    """How many addresses a request shows in X-Forwarded-For."""
    return sum(bool(part.strip()) for header in Headers(scope=scope).getlist("x-forwarded-for") for part in header.split(","))
