"""Sessions: a signed token of absolute age, bound to one random conversation id.

The id is an identifier and never a credential; the token is checked on every request and kept by the
browser in memory only. Nothing that a person wrote is held: only ids, times, and replies not yet shown or just shown.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from bot.held import Held

HELD = Held(
    what="That a conversation goes on: a random id, when it began and was last used, its language, an answer that came too late to be shown, and "
         "the last answer of the plain page. Not what was written.",
    where="memory of the gateway; the browser holds the token, in memory or in the page's form",
    how_long="`CONVERSATION_IDLE_SECONDS` after its last message, at most `CONVERSATION_SECONDS`; an expired one is dropped within a minute",
    who="whoever controls the machine; whoever holds the token sees the last answer",
    erased="DELETE on every channel, the exit button, a restart",
)


class BadToken(Exception):
    """The token cannot be used. ``reason`` is "missing", "unknown" or "expired"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass
class Shown:
    """What the plain page of a session last showed, so that a form sent twice is answered once."""

    number: int = 0  # of the page
    sent: bytes = b""  # a keyed hash of what was sent from the page before it
    replies: list[dict[str, Any]] = field(default_factory=list)
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass
class Session:
    """One conversation as the gateway knows it."""

    conversation: str
    expires: float
    touched: float
    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # one turn at a time: Rasa's own lock is a second line
    late: list[dict[str, Any]] = field(default_factory=list)  # replies that came after the person was told to wait
    last_lang: str = ""
    forgotten: bool = False
    shown: Shown = field(default_factory=Shown)
    thread: Any = None  # what its channel keeps for it, such as pages not read yet; gone with it


class Sessions:
    """Gives out tokens and knows which are alive.

    Args:
        secret: the key that signs tokens.
        idle, absolute: seconds after which a session ends, unused or in any case.
        clock: the time in seconds since the epoch; set in tests.
        most: how many are held at once; a flood ends the ones that were unused longest.
    """

    def __init__(self, secret: str, idle: float, absolute: float, clock: Callable[[], float] = time.time, most: int = 20_000) -> None:
        self._key = secret.encode()
        self._idle, self._absolute, self._clock = idle, absolute, clock
        self._most, self._swept = most, 0.0
        self._alive: dict[str, Session] = {}  # the longest unused first
        self._named: dict[str, str] = {}

    def open(self) -> tuple[str, Session]:
        """A new session and its token."""
        if self._clock() - self._swept >= 1:
            self.sweep()
        while len(self._alive) >= self._most:
            self.close(next(iter(self._alive.values())))
        now = self._clock()
        session = Session(secrets.token_urlsafe(18), now + self._absolute, now)
        self._alive[session.conversation] = session
        return self._token(session), session

    def named(self, name: str, *before: str) -> tuple[Session, bool]:
        """The live session of someone whom a channel itself tells apart, and whether it is new.

        Args:
            name: a keyed hash of a phone number, a thread; never a number or a name as such.
            before: names that the same person may still be known by, such as under yesterday's key.
        """
        now = self._clock()
        for known in (name, *before):
            session = self._alive.get(self._named.get(known, ""))
            if session and self._lives(session, now):
                self._touch(session, now)
                self._named[name] = session.conversation
                return session, False
        _, session = self.open()
        self._named[name] = session.conversation
        return session, True

    def _lives(self, session: Session, now: float) -> bool:
        return now <= session.expires and now - session.touched <= self._idle

    def find(self, token: str | None) -> Session:
        """The live session of ``token``, whatever was sent as one. Raises ``BadToken`` and says why."""
        if not token:
            raise BadToken("missing")
        conversation, _, rest = token.partition(".")
        expires, _, signature = rest.partition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(f"{conversation}.{expires}").encode()):
            raise BadToken("unknown")
        now = self._clock()
        session = self._alive.get(conversation)
        if session is None or not self._lives(session, now):
            self._alive.pop(conversation, None)
            raise BadToken("expired")
        self._touch(session, now)
        return session

    def _touch(self, session: Session, now: float) -> None:
        session.touched = now
        self._alive[session.conversation] = self._alive.pop(session.conversation)

    def alive(self, session: Session) -> bool:
        """Whether ``session`` goes on: neither forgotten nor idle nor too old."""
        return not session.forgotten and self._lives(session, self._clock())

    def close(self, session: Session) -> None:
        """Revoke the token of ``session``."""
        session.forgotten = True
        session.late.clear()
        session.shown, session.thread = Shown(), None
        self._alive.pop(session.conversation, None)

    def _token(self, session: Session) -> str:
        body = f"{session.conversation}.{int(session.expires)}"
        return f"{body}.{self._sign(body)}"

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def sweep(self) -> None:
        """Let go of what has expired."""
        now = self._swept = self._clock()
        for key in [key for key, session in self._alive.items() if not self._lives(session, now)]:
            del self._alive[key]
        self._named = {name: key for name, key in self._named.items() if key in self._alive}
