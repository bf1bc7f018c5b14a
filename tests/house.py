"""A gateway with every channel and stand-ins for Rasa and Slack: for what the gateway answers by itself."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.sms_client import Phone
from tests.channels import SITE, TWILIO_TOKEN, Gateway, Rasa, gateway, stand_in_rasa
from tests.slack_web_api import WebApi, web_api

CONTACT = "mistakes@example.org"
_numbers = itertools.count(2000)


@dataclass
class House:
    """A gateway with every channel, a stand-in for Rasa that always answers on one topic, and one for Slack."""

    gateway: Gateway
    rasa: Rasa
    slack: WebApi
    http: httpx.Client

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.http.post(f'{self.gateway.url}/api/v1/sessions').json()['token']}"}

    def send(self, bearer: dict[str, str], **body: Any) -> dict[str, Any]:
        return dict(self.http.post(f"{self.gateway.url}/api/v1/messages", headers=bearer, json=body).json())

    def phone(self) -> Phone:
        return Phone(self.gateway.url, TWILIO_TOKEN, SITE, f"+1203555{next(_numbers)}")


def house(folder: Path, stack: ExitStack, **environ: str) -> House:
    rasa, slack = stack.enter_context(stand_in_rasa()), stack.enter_context(web_api())
    settings = {"OPERATOR": "Example Aid", "OPERATOR_CONTACT": CONTACT, "RATE_PER_SENDER": "0", **environ}
    running = stack.enter_context(gateway(folder, rasa.url, slack, **settings))
    return House(running, rasa, slack, httpx.Client(timeout=30, trust_env=False))


@pytest.fixture(scope="session")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with ExitStack() as stack:
        yield house(tmp_path_factory.mktemp("house"), stack, USAGE_COUNTS="on")


def words(said: dict[str, Any]) -> str:
    """Everything that is said in an answer of the API."""
    return " ".join(line["text"] for reply in said["replies"] for line in reply["lines"])


def page(open_house: House, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The page that comes back, and its hidden fields with a text that stays empty."""
    shown = open_house.http.post(f"{open_house.gateway.url}/ask", data=fields).text
    return shown, {"text": "", **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))}
