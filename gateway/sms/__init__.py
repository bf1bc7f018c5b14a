"""Text messages: Twilio's webhook in, TwiML out. A phone's number becomes a keyed hash before anything else sees it."""

from __future__ import annotations

import hashlib
import logging

from starlette.routing import Route

from bot.shared import Shared
from gateway.conversation import Conversations
from gateway.limits import Limits
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.sms import webhook
from gateway.sms.optouts import FileOptOuts, OptOuts
from gateway.sms.replays import Replays
from gateway.sms.senders import Senders
from gateway.sms.shared_optouts import SharedOptOuts
from gateway.sms.texting import Texting
from gateway.stores.kept import Store

logger = logging.getLogger("gateway")


def routes() -> list[Route]:
    """The address that Twilio posts to."""
    return [Route(webhook.PATH, webhook.receive, methods=["POST"])]


def set_up(settings: Settings, store: Store, sessions: Sessions, conversations: Conversations, limits: Limits) -> Texting | None:
    """What answers texts; None where they are not set up, which the start says. Raises ``BadSetting``."""
    if not (settings.twilio_auth_token and settings.public_url):
        logger.warning("text messages are off: they need TWILIO_AUTH_TOKEN and PUBLIC_URL")
        return None
    replays = Replays(store, hashlib.blake2b(f"texts\0{settings.secret}".encode(), digest_size=32).digest())
    return Texting(settings.public_url, sessions, conversations, limits, _optouts(settings), Senders(store), replays)


def _optouts(settings: Settings) -> OptOuts:
    if settings.optouts_redis_url:
        return SharedOptOuts(Shared(settings.optouts_redis_url), settings.sms_optout_key)
    return FileOptOuts(settings.state, settings.sms_optout_key)


async def ready(texting: Texting | None) -> bool:
    """Whether it can be told who opted out; true where texts are off."""
    return texting is None or await texting.ready()
