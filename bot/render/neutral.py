"""The reply as JSON: for the gateway, which renders it for the web, SMS and Slack."""

from __future__ import annotations

from typing import Any

import msgspec

from bot.reply import Reply


def render(reply: Reply) -> dict[str, Any]:
    """``reply`` as built-in types."""
    built: dict[str, Any] = msgspec.to_builtins(reply)
    return built


def parse(data: Any) -> Reply:
    """The reply back from ``render``. Raises ``msgspec.ValidationError``."""
    return msgspec.convert(data, Reply)
