"""Asks a running bot through its gateway, as the web does."""

from __future__ import annotations

import httpx

from bot import paths
from bot.errors import CharterOakError
from bot.law.store import LawStore
from bot.render import neutral, plain


class BotUnreachable(CharterOakError):
    """No gateway answers at the address."""


def ask(url: str, text: str) -> str:
    """The bot's replies to one question as plain text. Raises ``BotUnreachable``."""
    try:
        with httpx.Client(base_url=url, timeout=30, trust_env=False) as http:
            token = http.post("/api/v1/sessions").raise_for_status().json()["token"]
            bearer = {"Authorization": f"Bearer {token}"}
            answer = http.post("/api/v1/messages", headers=bearer, json={"text": text}).json()
            http.delete("/api/v1/sessions", headers=bearer)
    except httpx.HTTPError:
        raise BotUnreachable(f"No bot answers at {url}. Start it with: charter-oak serve") from None
    if "replies" not in answer:
        return "\n".join(str(answer[key]) for key in ("message", "help") if key in answer)
    store = LawStore(paths.law_db())
    return "\n\n".join(plain.render(neutral.parse(reply), store) for reply in answer["replies"])


def embed(url: str) -> str:
    """The lines that a website pastes to have the chat, pinned to the script that the bot serves now. Raises ``BotUnreachable``."""
    try:
        return httpx.get(f"{url}/embed", timeout=30, trust_env=False).raise_for_status().text
    except (httpx.HTTPError, httpx.InvalidURL):
        raise BotUnreachable(f"No bot answers at {url}. Start it with: charter-oak serve") from None
