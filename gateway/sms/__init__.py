"""Text messages: Twilio's webhook in, TwiML out. A phone's number becomes a keyed hash before anything else sees it."""

from __future__ import annotations

import logging

from starlette.routing import Route

from gateway.conversation import Conversations
from gateway.limits import Limits
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.sms import webhook
from gateway.sms.optouts import FileOptOuts
from gateway.sms.texting import Texting

logger = logging.getLogger("gateway")


def routes() -> list[Route]:
    """The address that Twilio posts to."""
    return [Route(webhook.PATH, webhook.receive, methods=["POST"])]


def set_up(settings: Settings, sessions: Sessions, conversations: Conversations, limits: Limits) -> Texting | None:
    """What answers texts; None where they are not set up, which the start says. Raises ``BadSetting``."""
    if not (settings.twilio_auth_token and settings.public_url):
        logger.warning("text messages are off: they need TWILIO_AUTH_TOKEN and PUBLIC_URL")
        return None
    optouts = FileOptOuts(settings.state, settings.sms_optout_key)
    return Texting(settings.public_url, sessions, conversations, limits, optouts)
