"""What a deployer can set, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from bot import paths
from bot.errors import CharterOakError

_HOST = r"(?:[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])"  # as a browser writes it: lower case, other letters as xn--
_ORIGIN = re.compile(rf"https://{_HOST}(?::\d{{1,5}})?|http://(?:localhost|127\.0\.0\.1)(?::\d{{1,5}})?")


_ON, _OFF = ("1", "on", "true", "yes"), ("", "0", "off", "false", "no")
LOG_TURNS = ("plain", "topics", "off")


class BadSetting(CharterOakError):
    """A setting that cannot be meant; the message names it and says what it may be."""


@dataclass(frozen=True)
class Settings:
    """Settings of the gateway; seconds and bytes unless said otherwise."""

    rasa_url: str = "http://127.0.0.1:5005"
    redis_url: str = ""  # what gateways and Rasa workers side by side share; empty: each keeps it in its own memory
    optouts_redis_url: str = ""  # another Redis, which keeps a file; empty: a SQLite file in ``state``
    secret: str = ""  # signs session tokens; replicas share it
    idle: float = 30 * 60.0  # Rasa's store uses the same two limits
    absolute: float = 4 * 60 * 60.0
    most_sessions: int = 20_000  # and the same number
    patience: float = 8.0  # how long a person waits before the numbers are shown instead
    most_bytes: int = 64 * 1024  # of one request's body
    public_url: str = ""  # the address that people and webhooks use, without a slash at its end; empty on one's own machine
    embed_origins: frozenset[str] = frozenset()  # the sites that may embed the chat; none unless named
    trusted_proxies: int = 0  # reverse proxies in front, each of which appends the address it saw to X-Forwarded-For
    operator: str = ""  # who runs this copy, and how to reach them: shown on /about, /privacy and /terms
    operator_contact: str = ""
    per_session: int = 120  # messages a minute
    per_address: int = 600  # requests a minute of one address prefix: a shelter shares one
    in_all: int = 6_000  # requests a minute
    state: Path = field(default_factory=paths.state_dir)  # the one thing that outlives a restart: who opted out of texts
    twilio_auth_token: str = ""
    sms_optout_key: str = ""  # hashes the numbers that opted out; without it one is made and kept in ``state``
    per_sender: int = 20  # text messages a minute of one phone
    slack_signing_secret: str = ""
    slack_bot_token: str = ""
    slack_teams: frozenset[str] = frozenset()
    slack_api_url: str = "https://slack.com/api/"
    sunset: bool = False  # closed for good; the file "sunset" in ``state`` does the same without a restart
    linger: float = 0.0  # how long a gateway that was asked to end still refuses in words, so that a balancer notices
    log_turns: str = "plain"  # or "topics", on one's own machine only, or "off"
    metrics_port: int = 0  # no metrics unless set
    metrics_host: str = "127.0.0.1"
    usage_counts: bool = False  # whether subjects are counted by the month, in groups of ``smallest_group`` or more
    smallest_group: int = 5  # how many conversations have to share a subject before it is counted out

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """From the environment; the names are in docs/configuration.md.

        Without ``GATEWAY_SECRET`` one is made for this process: tokens then end with it. Raises ``BadSetting``.
        """
        _fit_replicas(environ)
        return cls(
            redis_url=environ.get("REDIS_URL", ""),
            optouts_redis_url=environ.get("OPTOUTS_REDIS_URL", ""),
            rasa_url=environ.get("RASA_URL") or f"http://127.0.0.1:{environ.get('RASA_PORT', '5005')}",
            secret=environ.get("GATEWAY_SECRET") or secrets.token_hex(32),
            idle=_number(environ, "CONVERSATION_IDLE_SECONDS", cls.idle),
            absolute=_number(environ, "CONVERSATION_SECONDS", cls.absolute),
            most_sessions=int(_number(environ, "MAX_CONVERSATIONS", cls.most_sessions)) or cls.most_sessions,
            public_url=_public_url(environ.get("PUBLIC_URL", "")),
            embed_origins=_origins(environ.get("EMBED_ORIGINS", "")),
            trusted_proxies=int(_number(environ, "TRUSTED_PROXIES", cls.trusted_proxies)),
            operator=environ.get("OPERATOR", "").strip(),
            operator_contact=environ.get("OPERATOR_CONTACT", "").strip(),
            per_session=int(_number(environ, "RATE_PER_SESSION", cls.per_session)),
            per_address=int(_number(environ, "RATE_PER_ADDRESS", cls.per_address)),
            in_all=int(_number(environ, "RATE_IN_ALL", cls.in_all)),
            state=Path(environ["STATE_DIR"]) if environ.get("STATE_DIR") else paths.state_dir(),
            twilio_auth_token=environ.get("TWILIO_AUTH_TOKEN", ""),
            sms_optout_key=environ.get("SMS_OPTOUT_KEY", ""),
            per_sender=int(_number(environ, "RATE_PER_SENDER", cls.per_sender)),
            slack_signing_secret=environ.get("SLACK_SIGNING_SECRET", ""),
            slack_bot_token=environ.get("SLACK_BOT_TOKEN", ""),
            slack_teams=frozenset(_listed(environ.get("SLACK_TEAM_IDS", ""))),
            slack_api_url=environ.get("SLACK_API_URL") or cls.slack_api_url,
            sunset=_switch(environ, "SUNSET"),
            linger=_number(environ, "LEAVE_SECONDS", cls.linger),
            log_turns=_log_turns(environ.get("LOG_TURNS", "").strip().lower() or cls.log_turns, bool(environ.get("PUBLIC_URL"))),
            metrics_port=_port(environ, "METRICS_PORT"),
            metrics_host=environ.get("METRICS_HOST", "").strip() or cls.metrics_host,
            usage_counts=_switch(environ, "USAGE_COUNTS"),
            smallest_group=_smallest_group(environ),
        )


def _fit_replicas(environ: Mapping[str, str]) -> None:
    """What gateways side by side need: without it each would know others' tokens, phones and opt-outs by another name."""
    shared, optouts = environ.get("REDIS_URL", ""), environ.get("OPTOUTS_REDIS_URL", "")
    for name, url in (("REDIS_URL", shared), ("OPTOUTS_REDIS_URL", optouts)):
        if url and not _is_redis(url):
            raise BadSetting(f"{name} is not the address of a Redis, such as redis://host:6379/0.")
    if shared and not environ.get("GATEWAY_SECRET"):
        raise BadSetting("REDIS_URL is set and GATEWAY_SECRET is not. Gateways that share a Redis share the key of their tokens.")
    if shared and environ.get("TWILIO_AUTH_TOKEN") and not optouts:
        raise BadSetting("REDIS_URL is set and OPTOUTS_REDIS_URL is not. A file on one machine does not tell the others who opted out of texts.")
    if optouts and len(environ.get("SMS_OPTOUT_KEY", "")) < 32:
        raise BadSetting("OPTOUTS_REDIS_URL needs SMS_OPTOUT_KEY, at least 32 characters: gateways that share the opt-outs hash numbers alike.")
    if shared and optouts and _instance(shared) == _instance(optouts):
        # Redis keeps a file of all its databases or of none: conversations must never be in one, and opt-outs must.
        raise BadSetting("REDIS_URL and OPTOUTS_REDIS_URL are the same Redis. Conversations must never be written to disk, and opt-outs must.")


def _is_redis(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return bool(parts.path if parts.scheme == "unix" else parts.scheme in ("redis", "rediss") and parts.hostname and parts.port != 0)
    except ValueError:  # a port that is none
        return False


def _instance(url: str) -> str:
    parts = urlsplit(url)
    host = "127.0.0.1" if parts.hostname in ("localhost", "::1") else parts.hostname
    return parts.path if parts.scheme == "unix" else f"{host}:{parts.port or 6379}"


def _listed(value: str) -> list[str]:
    return [part.strip() for part in value.split(",") if part.strip()]


def _number(environ: Mapping[str, str], name: str, usual: float) -> float:
    value = environ.get(name, "").strip()
    if not value:
        return usual
    try:
        number = float(value)
    except ValueError:
        number = -1
    if not 0 <= number < float("inf"):
        raise BadSetting(f"{name}={value} is not a number from zero up.")
    if isinstance(usual, int) and number != int(number):  # a half would count as none, and none means no limit
        raise BadSetting(f"{name}={value} is not a whole number.")
    return number


def _switch(environ: Mapping[str, str], name: str) -> bool:
    value = environ.get(name, "").strip().lower()
    if value not in (*_ON, *_OFF):
        raise BadSetting(f"{name}={value} is neither on nor off. Set it to on, or leave it away.")
    return value in _ON


def _port(environ: Mapping[str, str], name: str) -> int:
    port = int(_number(environ, name, 0))
    if port > 65535:
        raise BadSetting(f"{name}={port} is not a port. Choose a number from 1 to 65535.")
    return port


def _log_turns(mode: str, public: bool) -> str:
    if mode not in LOG_TURNS:
        raise BadSetting(f"LOG_TURNS={mode} is none of {', '.join(LOG_TURNS)}.")
    if mode == "topics" and public:  # on a small site a subject beside a minute is someone's question
        raise BadSetting("LOG_TURNS=topics is for one's own machine. With PUBLIC_URL set it would write down what people asked, and when.")
    return mode


def _smallest_group(environ: Mapping[str, str]) -> int:
    number = int(_number(environ, "METRICS_SMALLEST_GROUP", Settings.smallest_group))
    if number < Settings.smallest_group:
        raise BadSetting(f"METRICS_SMALLEST_GROUP={number} hides nobody. It can be raised from {Settings.smallest_group}, not lowered.")
    return number


def _public_url(value: str) -> str:
    url = _as_browsers_write(value)
    if url and not re.fullmatch(rf"https?://{_HOST}(?::\d{{1,5}})?", url):
        raise BadSetting(f"PUBLIC_URL={value} is not an address such as https://bot.example.org, without a path.")
    return url


def _as_browsers_write(origin: str) -> str:
    """An origin in the one form in which a browser sends it: lower case, no slash at its end, no usual port."""
    plain = origin.strip().rstrip("/").lower()
    return re.sub(r"(?<=^https)(://.*):443$|(?<=^http)(://.*):80$", lambda found: found[1] or found[2], plain)


def _origins(value: str) -> frozenset[str]:
    """The origins named. A wildcard or a path is a mistake that would open or close more than is meant: it stops the start."""
    named = [_as_browsers_write(origin) for origin in _listed(value)]
    for origin in named:
        if not _ORIGIN.fullmatch(origin):
            such = "such as https://charity.example.org (https, no path, no *, other letters as xn--)"
            raise BadSetting(f"EMBED_ORIGINS: {origin} is not an origin {such}.")
    return frozenset(named)
