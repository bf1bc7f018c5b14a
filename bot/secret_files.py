"""Secrets from files: ``GATEWAY_SECRET_FILE=/run/secrets/gateway_secret`` stands for ``GATEWAY_SECRET``.

Compose, systemd and Kubernetes can all hand a secret over as a file, which no list of processes or settings shows.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from pathlib import Path

from bot.errors import CharterOakError

NAMES = (
    "GATEWAY_SECRET", "TWILIO_AUTH_TOKEN", "SMS_OPTOUT_KEY", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "REDIS_URL", "OPTOUTS_REDIS_URL",
)


class UnreadableSecret(CharterOakError):
    """A secret's file that cannot be read, or a secret given twice; the message names the setting and never the secret."""


def read(environ: MutableMapping[str, str]) -> None:
    """Put the content of each file named by ``<NAME>_FILE`` into ``<NAME>``, without the line's end. Raises ``UnreadableSecret``."""
    for name in NAMES:
        file = environ.get(f"{name}_FILE", "")
        if not file:
            continue
        if environ.get(name):
            raise UnreadableSecret(f"{name} and {name}_FILE are both set. Keep one of them.")
        try:
            secret = Path(file).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise UnreadableSecret(f"{name}_FILE={file} cannot be read. Is it there, and may this user read it?") from None
        if not secret:
            raise UnreadableSecret(f"{name}_FILE={file} is empty.")
        environ[name] = secret
        del environ[f"{name}_FILE"]  # this program's children get the secret, and would find it given twice
