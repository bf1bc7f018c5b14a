"""``POST /sms/twilio``: whether Twilio sent it, what it says, and the answer as TwiML, which needs no credential to send."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response
from twilio.request_validator import RequestValidator
from twilio.twiml.messaging_response import MessagingResponse

from gateway import bodies
from gateway.problems import problem
from gateway.settings import Settings

PATH = "/sms/twilio"
_CHANNEL = re.compile(r"^[a-z]+:")  # "whatsapp:+1860...": the same phone on another of Twilio's channels
_PHONE = re.compile(r"\+\d{7,15}")
_INCOMING = frozenset({"", "received", "receiving"})  # any other status is news of a message that we sent

logger = logging.getLogger("gateway")


@dataclass(frozen=True)
class Text:
    """A text message as Twilio hands it over.

    ``phone`` is the number in international form, and empty where no person can be behind it: a short code, a company's name.
    ``sender`` tells apart the same phone on different channels. ``keyword``: "STOP", "START" or "HELP" where Twilio's Advanced
    Opt-Out has already answered.
    """

    sid: str
    sender: str
    phone: str
    body: str
    media: int = 0
    keyword: str = ""
    incoming: bool = True

    @classmethod
    def read(cls, fields: Mapping[str, str]) -> Text:
        """From the form's fields, any of which may be missing."""
        sender = fields.get("From", "").strip().replace(" ", "")
        number = _CHANNEL.sub("", sender)
        media = fields.get("NumMedia", "")
        own = sender != "" and sender == fields.get("To", "").strip().replace(" ", "")
        return cls(
            sid=next((fields[name] for name in ("MessageSid", "SmsMessageSid", "SmsSid") if fields.get(name)), ""),
            sender=sender, phone=number if _PHONE.fullmatch(number) else "", body=fields.get("Body", ""),
            media=int(media) if media.isascii() and media.isdigit() and len(media) < 4 else 0, keyword=fields.get("OptOutType", "").strip().upper(),
            incoming=not own and not fields.get("MessageStatus") and fields.get("SmsStatus", "") in _INCOMING,
        )


async def receive(request: Request) -> Response:
    """Answer one text. 404 where texts are not set up, 403 without Twilio's signature over the configured public address."""
    texting = request.app.state.texting
    if texting is None:
        return problem(404, "texting_off")
    try:
        fields = bodies.as_form(await bodies.read(request))
    except bodies.TooLarge:
        return problem(413, "too_long")
    if not _signed(request, fields):
        logger.warning("a request to %s did not carry Twilio's signature; if Twilio sent it, PUBLIC_URL or the token differ from the console", PATH)
        return problem(403, "not_twilio")
    return twiml(await texting.answer(Text.read(fields)))


def _signed(request: Request, fields: Mapping[str, str]) -> bool:
    """Whether Twilio signed these fields for the address that people know, whatever a proxy or a stranger says of the host."""
    settings: Settings = request.app.state.settings
    query = f"?{request.url.query}" if request.url.query else ""
    signature = request.headers.get("x-twilio-signature", "")
    return bool(RequestValidator(settings.twilio_auth_token).validate(f"{settings.public_url}{PATH}{query}", fields, signature))


def twiml(texts: Iterable[str]) -> Response:
    """The texts in their order, each a message; none is silence."""
    answer = MessagingResponse()
    for text in texts:
        answer.message(text)
    return Response(str(answer), media_type="application/xml")
