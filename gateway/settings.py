"""What a deployer can set, read once from the environment."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """Settings of the gateway; seconds and bytes unless said otherwise."""

    rasa_url: str = "http://127.0.0.1:5005"
    secret: str = ""  # signs session tokens; replicas share it
    idle: float = 30 * 60  # RASA's store uses the same two limits
    absolute: float = 4 * 60 * 60
    patience: float = 8.0  # how long a person waits before the numbers are shown instead
    most_bytes: int = 64 * 1024  # of one request's body

    @classmethod
    def read(cls, environ: Mapping[str, str] = os.environ) -> Settings:
        """From ``RASA_URL`` or ``RASA_PORT``, ``GATEWAY_SECRET``, ``CONVERSATION_IDLE_SECONDS``, ``CONVERSATION_SECONDS``.

        Without a secret one is made for this process: tokens then end with it.
        """
        return cls(
            rasa_url=environ.get("RASA_URL") or f"http://127.0.0.1:{environ.get('RASA_PORT', '5005')}",
            secret=environ.get("GATEWAY_SECRET") or secrets.token_hex(32),
            idle=float(environ.get("CONVERSATION_IDLE_SECONDS", cls.idle)),
            absolute=float(environ.get("CONVERSATION_SECONDS", cls.absolute)),
        )
