"""What a deployer can set, read once from the environment."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from bot import paths
from bot.errors import CharterOakError

_ORIGIN = re.compile(r"https://[^/\s*@]+|http://(?:localhost|127\.0\.0\.1)(?::\d+)?")


class BadSetting(CharterOakError):
    """A setting that cannot be meant; the message names it and says what it may be."""


@dataclass(frozen=True)
class Settings:
    """Settings of the gateway; seconds and bytes unless said otherwise."""

    rasa_url: str = "http://127.0.0.1:5005"
    secret: str = ""  # signs session tokens; replicas share it
    idle: float = 30 * 60  # RASA's store uses the same two limits
    absolute: float = 4 * 60 * 60
    patience: float = 8.0  # how long a person waits before the numbers are shown instead
    most_bytes: int = 64 * 1024  # of one request's body
    public_url: str = ""  # the address that people and webhooks use, without a slash at its end; empty on one's own machine
    embed_origins: frozenset[str] = frozenset()  # the sites that may embed the chat; none unless named
    trusted_proxies: int = 0  # reverse proxies in front, each of which appends the address it saw to X-Forwarded-For
    per_session: int = 120  # messages a minute
    per_address: int = 600  # requests a minute of one address prefix: a shelter shares one
    in_all: int = 6_000  # requests a minute
    state: Path = paths.ROOT / ".state"  # the one thing that outlives a restart: who opted out of texts
    twilio_auth_token: str = ""
    sms_optout_key: str = ""  # hashes the numbers that opted out; without it one is made and kept in ``state``
    per_sender: int = 20  # text messages a minute of one phone
    slack_signing_secret: str = ""
    slack_bot_token: str = ""
    slack_teams: frozenset[str] = frozenset()
    slack_api_url: str = "https://slack.com/api/"

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """From the environment; the names are in docs/configuration.md.

        Without ``GATEWAY_SECRET`` one is made for this process: tokens then end with it. Raises ``BadSetting``.
        """
        return cls(
            rasa_url=environ.get("RASA_URL") or f"http://127.0.0.1:{environ.get('RASA_PORT', '5005')}",
            secret=environ.get("GATEWAY_SECRET") or secrets.token_hex(32),
            idle=_number(environ, "CONVERSATION_IDLE_SECONDS", cls.idle),
            absolute=_number(environ, "CONVERSATION_SECONDS", cls.absolute),
            public_url=_public_url(environ.get("PUBLIC_URL", "")),
            embed_origins=_origins(environ.get("EMBED_ORIGINS", "")),
            trusted_proxies=int(_number(environ, "TRUSTED_PROXIES", cls.trusted_proxies)),
            per_session=int(_number(environ, "RATE_PER_SESSION", cls.per_session)),
            per_address=int(_number(environ, "RATE_PER_ADDRESS", cls.per_address)),
            in_all=int(_number(environ, "RATE_IN_ALL", cls.in_all)),
            state=Path(environ["STATE_DIR"]) if environ.get("STATE_DIR") else cls.state,
            twilio_auth_token=environ.get("TWILIO_AUTH_TOKEN", ""),
            sms_optout_key=environ.get("SMS_OPTOUT_KEY", ""),
            per_sender=int(_number(environ, "RATE_PER_SENDER", cls.per_sender)),
            slack_signing_secret=environ.get("SLACK_SIGNING_SECRET", ""),
            slack_bot_token=environ.get("SLACK_BOT_TOKEN", ""),
            slack_teams=frozenset(_listed(environ.get("SLACK_TEAM_IDS", ""))),
            slack_api_url=environ.get("SLACK_API_URL") or cls.slack_api_url,
        )


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
        raise BadSetting(f"{name}={value} is not a number.")
    return number


def _public_url(value: str) -> str:
    url = value.strip().rstrip("/")
    if url and not re.fullmatch(r"https?://[^/\s?#@]+", url):
        raise BadSetting(f"PUBLIC_URL={value} is not an address such as https://bot.example.org, without a path.")
    return url


def _origins(value: str) -> frozenset[str]:
    """The origins named. A wildcard or a path is a mistake that would open or close more than is meant: it stops the start."""
    named = [origin.rstrip("/") for origin in _listed(value)]
    for origin in named:
        if not _ORIGIN.fullmatch(origin):
            raise BadSetting(f"EMBED_ORIGINS: {origin} is not an origin such as https://charity.example.org (https, no path, no *).")
    return frozenset(named)
