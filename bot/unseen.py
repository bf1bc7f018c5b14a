"""Keeps what a process holds inside it: no core file, no other process of the same user that reads its memory or its secrets."""

from __future__ import annotations

import ctypes
import resource
import sys
from collections.abc import Mapping

# Settings that only the gateway needs. Rasa, which loads a model, and the action server never see them.
GATEWAYS_OWN = (
    "GATEWAY_SECRET", "SMS_OPTOUT_KEY", "TWILIO_AUTH_TOKEN", "SLACK_SIGNING_SECRET", "SLACK_BOT_TOKEN", "OPTOUTS_REDIS_URL",
)
_PR_SET_DUMPABLE = 4  # linux/prctl.h


def close_memory() -> None:
    """Leave no core file when this process crashes, and let nobody but root read its memory and environment (Linux; elsewhere the first only).

    A core file would hold conversations, and the environment the keys. An interpreter keeps freed text in memory for a while:
    this is what stands between that and another program of the same user.
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def without_gateways_own(environ: Mapping[str, str]) -> dict[str, str]:
    """``environ`` for the processes behind the gateway."""
    return {name: value for name, value in environ.items() if name not in GATEWAYS_OWN}
