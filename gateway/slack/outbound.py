"""What goes out to Slack: posted, whispered, answered by response_url, shown in a window. Waits where Slack says so, and not for ever."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from slack_sdk.errors import SlackClientError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import AsyncConnectionErrorRetryHandler, AsyncRateLimitErrorRetryHandler
from slack_sdk.http_retry.request import HttpRequest
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.http_retry.state import RetryState
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.render.block_kit import Message

logger = logging.getLogger("gateway")

LONGEST_WAIT = 60  # seconds that a Retry-After may ask for
RETRIES = 3
BY_RESPONSE_URL = 5  # messages that Slack takes through one


class _RateLimit(AsyncRateLimitErrorRetryHandler):
    """Waits as Retry-After says, unless that is longer than anyone waits for an answer."""

    async def _can_retry_async(
        self, *, state: RetryState, request: HttpRequest, response: HttpResponse | None = None, error: Exception | None = None
    ) -> bool:
        if response is None or response.status_code != 429:
            return False
        asked = next((values[0] for name, values in response.headers.items() if name.lower() == "retry-after"), "1")
        return asked.isdigit() and int(asked) <= LONGEST_WAIT


def _handlers() -> list[AsyncRetryHandler]:
    return [_RateLimit(max_retry_count=RETRIES), AsyncConnectionErrorRetryHandler(max_retry_count=2)]


class Outbound:
    """Slack's Web API, as far as it is used here. A call that fails is logged by its method's name and returns nothing."""

    def __init__(self, token: str, api_url: str) -> None:
        self._api = urlsplit(api_url)[:2]
        self.client = AsyncWebClient(token=token, base_url=api_url, timeout=15, retry_handlers=_handlers())

    async def post(self, channel: str, messages: Sequence[Message], thread: str = "") -> str:
        """Post ``messages`` in a channel or thread; the time stamp of the last one, empty where it failed."""
        stamp = ""
        for message in messages:
            body = {"channel": channel, "text": message.text, "blocks": list(message.blocks), **_thread(thread)}
            sent = await self._call("chat.postMessage", **body, unfurl_links=False, unfurl_media=False)
            stamp = str(sent.get("ts", ""))
        return stamp

    async def whisper(self, channel: str, user: str, messages: Sequence[Message], thread: str = "") -> None:
        """Show ``messages`` to one person only."""
        for message in messages:
            await self._call("chat.postEphemeral", channel=channel, user=user, text=message.text, blocks=list(message.blocks), **_thread(thread))

    async def replace(self, channel: str, stamp: str, message: Message) -> None:
        """Put ``message`` in the place of one that was posted."""
        await self._call("chat.update", channel=channel, ts=stamp, text=message.text, blocks=list(message.blocks))

    async def respond(self, response_url: str, messages: Sequence[Message], *, share: bool = False) -> None:
        """Answer a command or a press where it was made: to one person, or to the channel with ``share``."""
        if not self._is_slacks(response_url):
            logger.warning("a response_url that is not Slack's was left alone")
            return
        webhook = AsyncWebhookClient(response_url, timeout=15, retry_handlers=_handlers())
        for message in messages[:BY_RESPONSE_URL]:
            try:
                sent = await webhook.send(text=message.text, blocks=list(message.blocks), response_type="in_channel" if share else "ephemeral",
                                          replace_original=False, unfurl_links=False, unfurl_media=False)
                if sent.status_code != 200:
                    logger.warning("slack refused response_url: %s", sent.status_code)
            except Exception as error:
                logger.warning("slack did not take response_url: %s", type(error).__name__)

    async def open_view(self, trigger: str, view: dict[str, Any]) -> str:
        """Open a window; its id, empty where it failed. ``trigger`` is good for three seconds."""
        sent = await self._call("views.open", trigger_id=trigger, view=view)
        return str((sent.get("view") or {}).get("id", ""))

    async def update_view(self, view_id: str, view: dict[str, Any]) -> None:
        """Show ``view`` in a window that is open."""
        await self._call("views.update", view_id=view_id, view=view)

    async def publish(self, user: str, view: dict[str, Any]) -> None:
        """Show ``view`` as someone's Home tab."""
        await self._call("views.publish", user_id=user, view=view)

    async def _call(self, method: str, **body: Any) -> dict[str, Any]:
        try:
            sent = await self.client.api_call(method, json=body)
        except (SlackClientError, OSError, TimeoutError) as error:
            logger.warning("slack refused %s: %s", method, type(error).__name__)
            return {}
        except Exception as error:  # aiohttp's own errors, whatever they are called in its next version
            logger.warning("slack did not take %s: %s", method, type(error).__name__)
            return {}
        return dict(sent.data) if isinstance(sent.data, dict) else {}

    def _is_slacks(self, url: str) -> bool:
        """Whether an address is Slack's own. The signature vouches for it; this is a second line."""
        try:
            parts = urlsplit(url)
        except ValueError:  # "https://["
            return False
        host = parts.hostname or ""
        return parts[:2] == self._api or (parts.scheme == "https" and host.endswith((".slack.com", ".slack-gov.com")))


def _thread(thread: str) -> dict[str, str]:
    return {"thread_ts": thread} if thread else {}
