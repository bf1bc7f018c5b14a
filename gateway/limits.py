"""How many requests are taken, by conversation, by address prefix and in all; the rest are told when to try again.

An address is never kept: the counter's name is a keyed hash of its prefix, and gone within the minute that it counts. The key is made
anew with each process; gateways that share their counters make it of the secret that they share.
"""

from __future__ import annotations

import hashlib
import ipaddress
import math
import re
import secrets
from dataclasses import dataclass

from starlette.requests import Request
from throttled.asyncio import MemoryStore, RateLimiterType, RateLimitResult, RedisStore, Throttled, rate_limiter
from throttled.exceptions import StoreUnavailableError

from bot.held import Held
from bot.shared import CONNECTION, Shared, StoreLost
from gateway.settings import Settings

MOST_COUNTERS = 50_000  # a flood from many addresses drops the oldest counters, never the memory
_WITH_PORT = re.compile(r"\[([0-9A-Fa-f:.%\w]+)\](?::\d+)?|(\d+\.\d+\.\d+\.\d+):\d+")
LOOPBACK = ("127.0.0.1", "::1")


HELD = Held(
    what="How often an address prefix, a conversation and a phone asked, under keyed hashes; never an address or a number",
    where="memory of the gateway, or the Redis of `REDIS_URL`",
    how_long="about a minute each; the key of the hashes is made anew with each process and never written",
    who="whoever controls the machine",
    erased="a restart",
)


@dataclass(frozen=True)
class Wait:
    """That the caller is to wait, in whole seconds."""

    seconds: int


class Limits:
    """The counters of one gateway."""

    def __init__(self, settings: Settings) -> None:
        self._shared = Shared(settings.redis_url) if settings.redis_url else None
        self._salt = hashlib.blake2b(f"limits\0{settings.secret}".encode(), digest_size=32).digest() if self._shared else secrets.token_bytes(16)
        self._proxies = settings.trusted_proxies
        self._public = bool(settings.public_url)
        shared = {"CONNECTION_POOL_KWARGS": CONNECTION}
        store = RedisStore(settings.redis_url, shared) if self._shared else MemoryStore(options={"MAX_SIZE": MOST_COUNTERS})
        self._limiters = {
            name: Throttled(using=RateLimiterType.GCRA.value, quota=rate_limiter.per_min(number, burst=number), store=store)
            for name, number in (
                ("session", settings.per_session), ("address", settings.per_address), ("all", settings.in_all), ("sender", settings.per_sender),
            )
            if number
        }

    async def of_request(self, request: Request) -> Wait | None:
        """Whether a request waits for its address prefix, or for everyone's.

        Until a PUBLIC_URL is set this is someone's own machine, and what comes from that machine itself is not counted.
        """
        prefix = self._prefix(request)
        return (await self._hit("address", prefix) or await self._hit("all", "all")) if prefix else None

    async def of_reader(self, request: Request) -> Wait | None:
        """Whether a reader of the public pages waits. Counted apart, so that a crawler never uses up what those who ask have."""
        prefix = self._prefix(request)
        return await self._hit("address", f"reader:{prefix}") if prefix else None

    async def of_session(self, conversation: str) -> Wait | None:
        """Whether a message waits for its conversation's own limit."""
        return await self._hit("session", conversation)

    async def of_sender(self, name: str) -> Wait | None:
        """Whether a text waits for its phone's limit; ``name`` is the phone's keyed hash."""
        return await self._hit("sender", name)

    async def _hit(self, name: str, key: str) -> Wait | None:
        limiter = self._limiters.get(name)
        if limiter is None:
            return None
        try:
            result = await (self._shared.ask(lambda: _counted(limiter, f"{name}:{key}")) if self._shared else limiter.limit(f"{name}:{key}"))
        except StoreLost:
            return None  # nobody is turned away because nothing can be counted: people in need come first
        return Wait(max(1, math.ceil(result.state.retry_after))) if result.limited else None

    def _prefix(self, request: Request) -> str:
        """The counter's name for the caller's network; empty where the caller is not counted."""
        caller = self._caller(request)
        if not self._public and caller in LOOPBACK:
            return ""
        return hashlib.blake2b(address_prefix(caller).encode(), key=self._salt, digest_size=12).hexdigest()

    def _caller(self, request: Request) -> str:
        """The address that the outermost trusted proxy saw; what stands before it in the header anyone may have written."""
        peer = request.client.host if request.client else ""
        seen = [part.strip() for part in ",".join(request.headers.getlist("x-forwarded-for")).split(",") if part.strip()]
        return seen[-self._proxies] if 0 < self._proxies <= len(seen) else peer


async def _counted(limiter: Throttled, key: str) -> RateLimitResult:
    try:
        return await limiter.limit(key)
    except StoreUnavailableError as error:
        raise error.__cause__ or error from None


def address_prefix(address: str) -> str:
    """The network that an address belongs to, wide enough that changing the address inside one line changes nothing.

    /24 of IPv4 and /56 of IPv6, which is what one household or office gets. What is no address stands for itself.
    """
    bare = _WITH_PORT.fullmatch(address)  # some proxies write the port as well, which changes with each connection
    address = (bare[1] or bare[2]) if bare else address
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    if isinstance(found, ipaddress.IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ipaddress.ip_network(f"{found}/{24 if found.version == 4 else 56}", strict=False))
