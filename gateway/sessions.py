"""Sessions: a signed token of absolute age, bound to one random conversation id.

The id is an identifier and never a credential; the token is checked on every request and kept by the
browser in memory only. Nothing about a person is stored: only ids, times and replies not yet shown.
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


class BadToken(Exception):
    """The token cannot be used. ``reason`` is "missing", "unknown" or "expired"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


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


class Sessions:
    """Gives out tokens and knows which are alive.

    Args:
        secret: the key that signs tokens.
        idle, absolute: seconds after which a session ends, unused or in any case.
        clock: the time in seconds since the epoch; set in tests.
    """

    def __init__(self, secret: str, idle: float, absolute: float, clock: Callable[[], float] = time.time) -> None:
        self._key = secret.encode()
        self._idle, self._absolute, self._clock = idle, absolute, clock
        self._alive: dict[str, Session] = {}
        self._named: dict[str, str] = {}

    def open(self) -> tuple[str, Session]:
        """A new session and its token."""
        self._sweep()
        now = self._clock()
        session = Session(secrets.token_urlsafe(18), now + self._absolute, now)
        self._alive[session.conversation] = session
        return self._token(session), session

    def named(self, name: str) -> tuple[Session, bool]:
        """The live session of someone whom a channel itself tells apart, and whether it is new.

        Args:
            name: a keyed hash of a phone number, a thread; never a number or a name as such.
        """
        now = self._clock()
        session = self._alive.get(self._named.get(name, ""))
        if session and self._lives(session, now):
            session.touched = now
            return session, False
        _, session = self.open()
        self._named[name] = session.conversation
        return session, True

    def _lives(self, session: Session, now: float) -> bool:
        return now <= session.expires and now - session.touched <= self._idle

    def find(self, token: str | None) -> Session:
        """The live session of ``token``. Raises ``BadToken`` and says why."""
        if not token:
            raise BadToken("missing")
        conversation, _, rest = token.partition(".")
        expires, _, signature = rest.partition(".")
        if not hmac.compare_digest(signature, self._sign(f"{conversation}.{expires}")):
            raise BadToken("unknown")
        now = self._clock()
        session = self._alive.get(conversation)
        if session is None or not self._lives(session, now):
            self._alive.pop(conversation, None)
            raise BadToken("expired")
        session.touched = now
        return session

    def alive(self, session: Session) -> bool:
        """Whether ``session`` goes on: neither forgotten nor idle nor too old."""
        return not session.forgotten and self._lives(session, self._clock())

    def close(self, session: Session) -> None:
        """Revoke the token of ``session``."""
        session.forgotten = True
        session.late.clear()
        self._alive.pop(session.conversation, None)

    def _token(self, session: Session) -> str:
        body = f"{session.conversation}.{int(session.expires)}"
        return f"{body}.{self._sign(body)}"

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()

    def _sweep(self) -> None:
        now = self._clock()
        for key in [key for key, session in self._alive.items() if not self._lives(session, now)]:
            del self._alive[key]
        self._named = {name: key for name, key in self._named.items() if key in self._alive}
