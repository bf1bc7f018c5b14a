"""Sessions: a signed token of absolute age, bound to one random conversation id.

The id is an identifier and never a credential; the token is checked on every request and kept by the browser in memory only.
Nothing that a person wrote is held: only ids, times, and replies not yet shown or just shown. What a session is may change only
in its turn: it is read at the beginning, by whichever gateway is asked, and written back at the end.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec

from bot.held import Held
from bot.shared import StoreLost
from gateway.stores.kept import Store

AT_A_GLANCE = 0.3  # seconds; someone in danger does not wait for what would only be a convenience

HELD = Held(
    what="That a conversation goes on: a random id, when it began and was last used, its language, an answer that came too late to be shown, "
         "the last answer of the plain page, the subject of the last answer, and where USAGE_COUNTS is on the subjects that it was counted under. "
         "Not what was written.",
    where="memory of the gateway, or the Redis of `REDIS_URL`; the browser holds the token, in memory or in the page's form",
    how_long="`CONVERSATION_IDLE_SECONDS` after its last message, at most `CONVERSATION_SECONDS`; an expired one is dropped within a minute",
    who="whoever controls the machine; whoever holds the token sees the last answer",
    erased="DELETE on every channel, the exit button, a restart",
)


class BadToken(Exception):
    """The token cannot be used. ``reason`` is "missing", "unknown" or "expired"."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Shown(msgspec.Struct, omit_defaults=True):
    """What the plain page of a session last showed, so that a form sent twice is answered once."""

    number: int = 0  # of the page
    sent: str = ""  # a keyed hash of what was sent from the page before it
    replies: list[dict[str, Any]] = []


class LastAnswer(msgspec.Struct, omit_defaults=True):
    """The answer that was given last, so that it can be said not to have helped: what it was about, and no word of it."""

    number: int = 0  # in the conversation
    lang: str = ""
    kind: str = ""  # empty where the last reply was no answer
    topic: str = ""
    cite: str = ""
    told: bool = False  # a reason was given


class Session(msgspec.Struct, omit_defaults=True):
    """One conversation as the gateway knows it: a copy, of which the one in its turn is kept."""

    name: str  # under which it is found: of a page the conversation itself, of a phone or a thread a keyed hash
    conversation: str
    expires: float
    late: list[dict[str, Any]] = []  # replies that came after the person was told to wait
    last_lang: str = ""
    shown: Shown = msgspec.field(default_factory=Shown)
    thread: msgspec.Raw = msgspec.Raw(b"null")  # what text messages keep for it, such as pages not read yet
    answer: LastAnswer = msgspec.field(default_factory=LastAnswer)
    counted: list[str] = []  # under which subjects it was counted, so that it counts once (``gateway.usage``)
    asks: str | None = None  # where in Slack its question stands, empty until it was posted; None where none waits


_READER, _WRITER = msgspec.json.Decoder(Session), msgspec.json.Encoder()  # made once: each takes longer to make than to use


class Sessions:
    """Gives out tokens and knows which are alive.

    Args:
        secret: the key that signs tokens.
        idle, absolute: seconds after which a session ends, unused or in any case.
        store: where they are kept.
        clock: the time in seconds since the epoch; set in tests.
    """

    def __init__(self, secret: str, idle: float, absolute: float, store: Store, clock: Callable[[], float] = time.time) -> None:
        self._key = secret.encode()
        self._idle, self._absolute, self._store, self._clock = idle, absolute, store, clock

    async def open(self) -> tuple[str, Session]:
        """A new session and its token."""
        session = self._new()
        await self._store.put(_key(session.name), _WRITER.encode(session), self._left(session))
        body = f"{session.conversation}.{int(session.expires)}"
        return f"{body}.{self._sign(body)}", session

    async def named(self, name: str, *before: str) -> tuple[Session, bool]:
        """The live session of someone whom a channel itself tells apart, and whether it is new.

        Args:
            name: a keyed hash of a phone number, a thread; never a number or a name as such.
            before: names that the same person may still be known by, such as under yesterday's key.
        """
        for known in (name, *before):
            if found := await self.known(known):
                return found, False
        session = self._new(name)
        standing = await self._store.add(_key(name), _WRITER.encode(session), self._left(session))
        return (_read(standing), False) if standing else (session, True)

    async def known(self, name: str) -> Session | None:
        """The live session under ``name``, where there is one."""
        found = await self._store.get(_key(name))
        return self._if_young(_read(found)) if found else None

    async def find(self, token: str | None) -> Session:
        """The live session of ``token``, whatever was sent as one. Raises ``BadToken`` and says why."""
        if not token:
            raise BadToken("missing")
        conversation, _, rest = token.partition(".")
        expires, _, signature = rest.partition(".")
        if not hmac.compare_digest(signature.encode("utf-8", "replace"), self._sign(f"{conversation}.{expires}").encode()):
            raise BadToken("unknown")
        session = await self.known(conversation)
        if session is None:
            raise BadToken("expired")
        return session

    async def glance(self, find: Awaitable[Session | None]) -> Session | None:
        """What ``find`` (``find``, ``known``) finds at once, for someone in danger; None where there is nothing, or it takes a while."""
        looking = asyncio.ensure_future(find)
        await asyncio.wait({looking}, timeout=AT_A_GLANCE)
        if not looking.done():
            looking.add_done_callback(lambda done: done.cancelled() or done.exception())  # nobody asks for it any more
            return None
        with suppress(BadToken, StoreLost):
            return looking.result()
        return None

    @asynccontextmanager
    async def turn(self, session: Session, patience: float) -> AsyncIterator[Session]:
        """The session as it is now, alone until the block ends, and then kept as the block left it.

        Raises ``BadToken`` ("expired") where it was forgotten meanwhile, ``Busy`` where the turn before lasts longer than
        ``patience`` seconds, ``StoreLost``.
        """
        async with self._store.turn(_key(session.name), self._left(session), patience) as held:
            if held.value is None:
                raise BadToken("expired")
            current = _read(held.value)
            yield current
            held.value = _WRITER.encode(current)

    async def keep(self, session: Session) -> None:
        """Keep a session from going idle."""
        await self._store.touch(_key(session.name), self._left(session))

    async def alive(self, name: str, conversation: str) -> Session | None:
        """The session under ``name``, where it is that conversation still."""
        session = await self.known(name)
        return session if session and session.conversation == conversation else None

    async def close(self, session: Session) -> None:
        """Revoke the token of ``session`` on every gateway. What a turn under way would keep of it is not kept."""
        await self._store.drop(_key(session.name))

    def mark(self, session: Session, words: str) -> str:
        """A keyed hash of ``words``, to tell what was sent before without keeping it."""
        said = f"{session.conversation}\0{words}".encode("utf-8", "replace")
        return hmac.new(self._key, said, hashlib.sha256).hexdigest()

    def _new(self, name: str = "") -> Session:
        conversation = secrets.token_urlsafe(18)
        return Session(name or conversation, conversation, self._clock() + self._absolute)

    def _left(self, session: Session) -> float:
        """Seconds until it ends, unused."""
        return min(self._idle, session.expires - self._clock())

    def _if_young(self, session: Session) -> Session | None:
        return session if self._clock() <= session.expires else None

    def _sign(self, body: str) -> str:
        digest = hmac.new(self._key, body.encode("utf-8", "replace"), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()


def _key(name: str) -> str:
    return f"session:{name}"


def _read(kept: bytes) -> Session:
    return _READER.decode(kept)
