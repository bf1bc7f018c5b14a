"""Texts a running bot as Twilio would: signs and posts its form, reads its TwiML, and counts what the answer costs."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from xml.etree import ElementTree

import httpx
from twilio.request_validator import RequestValidator

from bot.client import BotUnreachable
from bot.errors import CharterOakError
from bot.render.segments import Segments, segments

PATH = "/sms/twilio"
HOW_TO_START = "TWILIO_AUTH_TOKEN=try-out PUBLIC_URL=https://bot.example.org charter-oak serve"


class TextingOff(CharterOakError):
    """The running bot takes no texts, or not ours; the message says how to start it so that it does."""


@dataclass
class Phone:
    """A phone that texts the bot.

    Args:
        gateway: the address of the running gateway.
        token, public_url: those that the gateway was started with; it checks the signature against them.
        number: the phone's; an invented one of the range kept for fiction unless given.
    """

    gateway: str
    token: str
    public_url: str
    number: str = field(default_factory=lambda: f"+1860555{100 + secrets.randbelow(100):04}")
    to: str = "+18605550100"
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=20, trust_env=False))

    def form(self, body: str, **fields: str) -> dict[str, str]:
        """The fields that Twilio posts for one text; ``fields`` replaces or adds some."""
        sid = f"SM{secrets.token_hex(16)}"
        return {
            "ToCountry": "US", "SmsMessageSid": sid, "NumMedia": "0", "SmsSid": sid, "SmsStatus": "received", "Body": body,
            "FromCountry": "US", "To": self.to, "NumSegments": str(segments(body).count), "MessageSid": sid, "AccountSid": f"AC{'0' * 32}",
            "From": self.number, "ApiVersion": "2010-04-01", **fields,
        }

    def post(self, form: dict[str, str], signature: str | None = None) -> httpx.Response:
        """Post a form, signed for the public address as Twilio signs it, or with ``signature``. Raises ``BotUnreachable``."""
        signed = RequestValidator(self.token).compute_signature(f"{self.public_url.rstrip('/')}{PATH}", form) if signature is None else signature
        try:
            return self.http.post(f"{self.gateway}{PATH}", data=form, headers={"X-Twilio-Signature": signed} if signed else {})
        except httpx.HTTPError:
            raise BotUnreachable(f"No bot answers at {self.gateway}. Start it with: {HOW_TO_START}") from None

    def text(self, body: str, **fields: str) -> list[str]:
        """The messages that come back for one text. Raises ``TextingOff`` and ``BotUnreachable``."""
        response = self.post(self.form(body, **fields))
        if response.status_code == 404:
            raise TextingOff(f"The bot at {self.gateway} takes no texts. Start it with: {HOW_TO_START}")
        if response.status_code == 403:
            raise TextingOff("The bot does not know our signature. Use the TWILIO_AUTH_TOKEN and PUBLIC_URL that it was started with.")
        return messages(response.text)


def messages(twiml: str) -> list[str]:
    """The texts of a TwiML answer, in their order."""
    return [message.text or "" for message in ElementTree.fromstring(twiml).iter("Message")]


def converse(phone: Phone, lines: Iterable[str], echo: Callable[[str], object]) -> None:
    """Text each line and print what comes back, with what it costs; a sum at the end."""
    sent = got = 0
    for line in lines:
        sent += 1
        answers = phone.text(line.rstrip("\n"))
        for answer in answers:
            found = segments(answer)
            got += found.count
            echo(f"\n{answer}\n[{_cost(found)}]")
        if not answers:
            echo("\n[silence]")
    echo(f"\n{sent} text(s) sent, {got} segment(s) received.")


def _cost(found: Segments) -> str:
    plural = "s" if found.count > 1 else ""
    return f"{found.count} segment{plural} = {found.count} cost unit{plural}; {found.encoding}, {found.units} units"
