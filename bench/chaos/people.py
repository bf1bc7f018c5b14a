"""People on three channels, each asking about a section of their own, so that a reply shows whose it is."""

from __future__ import annotations

import asyncio
import re
import threading
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx

from bench.chaos.fleet import PUBLIC_URL, TWILIO_TOKEN
from bot import paths
from bot.law.store import LawStore
from bot.sms_client import Phone, messages
from tests import slack_web_api as slack

HOTLINE = "1-888-373-7888"
FIRST, THEN = "what is {section}", "what was it in 2020"  # the second leans on the first: it is answered only where the state lives on
IN_DANGER = "he has a gun and he is outside my door"
PATIENCE = 30.0  # seconds until a message counts as lost
_CITED = re.compile(r"\b\d+[a-z]?-\d+[a-z]*\b")

ANSWERED, REFUSED, LOST = "answered", "refused with the numbers", "lost"
BEGUN_ANEW, WRONG = "answered as if new", "answered with another conversation's words"


class Silence(Exception):
    """Nothing came back."""


@dataclass
class Person:
    """Someone in one conversation about one section."""

    section: str
    channel: str
    town: Town

    async def send(self, text: str) -> str:
        """Everything that came back for one message. Raises ``Silence`` and whatever the connection raises."""
        raise NotImplementedError

    async def ask(self, text: str) -> str:
        """What became of one message: one of the five kinds above."""
        try:
            said = await asyncio.wait_for(self.send(text.format(section=self.section)), PATIENCE)
        except (Silence, httpx.HTTPError, asyncio.TimeoutError):
            return LOST
        found = self.town.cited(said)
        if self.section in found:
            return ANSWERED
        if found - self.town.without_context:
            return WRONG
        return REFUSED if HOTLINE in said and not found else BEGUN_ANEW

    async def cries(self) -> bool:
        """Whether words of danger are answered with 911 and the hotline."""
        try:
            said = await asyncio.wait_for(self.send(IN_DANGER), PATIENCE)
        except (Silence, httpx.HTTPError, asyncio.TimeoutError):
            return False
        return "911" in said and HOTLINE in said


class Web(Person):
    """On a website, by the JSON API."""

    def __init__(self, town: Town, section: str) -> None:
        super().__init__(section, "web", town)
        self._token = ""

    async def send(self, text: str) -> str:
        """The answer's JSON, as it came."""
        if not self._token:
            opened = await self.town.http.post("/api/v1/sessions")
            if opened.status_code != 201:
                return opened.text
            self._token = opened.json()["token"]
        answer = await self.town.http.post("/api/v1/messages", headers={"Authorization": f"Bearer {self._token}"}, json={"text": text})
        if answer.status_code == 401:
            self._token = ""
        return answer.text


class Texting(Person):
    """By text message: signed as Twilio signs. Where the webhook fails, Twilio's fallback address gives the numbers."""

    def __init__(self, town: Town, section: str) -> None:
        super().__init__(section, "text", town)
        self.phone = Phone("", TWILIO_TOKEN, PUBLIC_URL, town.number(), http=town.http)  # type: ignore[arg-type]

    async def send(self, text: str) -> str:
        """The texts that came back."""
        answer = await self.phone.post(self.phone.form(text))  # type: ignore[misc]
        if answer.status_code != 200:
            return f"the fallback address: {HOTLINE}"
        said = messages(answer.text)
        if not said:
            raise Silence
        return "\n".join(said)

    async def is_texted(self) -> bool:
        """Whether a question makes this phone ring, by us or by the fallback address."""
        try:
            await self.send(FIRST.format(section=self.section))
        except Silence:
            return False
        return True


class Slack(Person):
    """In Slack, by direct message: acknowledged at once, answered over the Web API. Sent again, as Slack does, where it is not taken."""

    def __init__(self, town: Town, section: str) -> None:
        super().__init__(section, "slack", town)
        self.place = uuid.uuid4().hex[:10].upper()

    async def send(self, text: str) -> str:
        """What was posted in the conversation's channel."""
        inbox = self.town.inbox(f"D{self.place}")
        event = f"Ev{uuid.uuid4().hex}"
        for attempt in range(4):
            again = {"x-slack-retry-num": str(attempt)} if attempt else {}
            event_fields = {"type": "message", "channel_type": "im", "user": f"U{self.place}", "channel": f"D{self.place}", "text": text,
                            "ts": slack.stamp(), "team": slack.TEAM}
            taken = await self.town.sender.event(event_fields, event_id=event, **again)  # type: ignore[misc]
            if taken.status_code == 200:
                break
            await asyncio.sleep(1)
        else:
            raise Silence
        said = await inbox.get()
        while not self.section or self.section not in said:
            try:
                said += "\n" + await asyncio.wait_for(inbox.get(), 0.5)
            except asyncio.TimeoutError:
                break
        return said


class _Inboxes(list[Any]):
    """Where the stand-in for Slack's Web API puts what it is sent: into the inbox of its channel, and nowhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.by_channel: dict[str, asyncio.Queue[str]] = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.count, self._lock = 0, threading.Lock()

    def __len__(self) -> int:
        return self.count

    def append(self, call: Any) -> None:
        """Take a call of the Web API; called by the stand-in's threads."""
        with self._lock:
            self.count += 1
        inbox = self.by_channel.get(str(call.body.get("channel")))
        if self.loop and inbox and call.method in ("chat.postMessage", "chat.update", "chat.postEphemeral"):
            self.loop.call_soon_threadsafe(inbox.put_nowait, call.words)


@dataclass
class Town:
    """Where the people of one run come from."""

    http: httpx.AsyncClient
    sender: slack.Sender
    inboxes: _Inboxes
    sections: frozenset[str]
    numbers: Iterator[str]
    every: frozenset[str] = frozenset()  # the sections of the store
    without_context: frozenset[str] = frozenset()  # those that are named where the second question is asked first
    turn: int = 0

    def cited(self, said: str) -> frozenset[str]:
        """The sections that a reply names."""
        return frozenset(_CITED.findall(said)) & self.every

    def number(self) -> str:
        """A phone number that nobody else has."""
        return next(self.numbers)

    def inbox(self, channel: str) -> asyncio.Queue[str]:
        """What Slack was sent for a channel."""
        return self.inboxes.by_channel.setdefault(channel, asyncio.Queue())

    def leave(self, person: Person) -> None:
        """Forget someone who is done, so that this side's memory stays flat as well."""
        if isinstance(person, Slack):
            self.inboxes.by_channel.pop(f"D{person.place}", None)

    def someone(self) -> Person:
        """The next person: the three channels by turns, the sections by turns."""
        self.turn += 1
        section = sorted(self.sections)[self.turn % len(self.sections)]
        return (Web, Texting, Slack)[self.turn % 3](self, section)

    async def settle(self, most: int = 0) -> None:
        """Keep the sections about which both questions are answered on every channel while nothing is broken; ``most`` of them."""
        fit: set[str] = set()
        strangers = [kind(self, "") for kind in (Web, Texting, Slack)]
        self.without_context = frozenset().union(*[self.cited(await stranger.send(THEN)) for stranger in strangers])
        for section in sorted(self.every - self.without_context):
            if most and len(fit) >= most:
                break
            everyone = [kind(self, section) for kind in (Web, Texting, Slack)]
            outcomes = [outcome for question in (FIRST, THEN) for outcome in await asyncio.gather(*(person.ask(question) for person in everyone))]
            fit |= {section} if set(outcomes) == {ANSWERED} else set()
        self.sections = frozenset(fit)


@contextmanager
def slack_stand_in() -> Iterator[tuple[slack.WebApi, dict[str, str]]]:
    """Slack's Web API on loopback, and the settings that point the gateways to it."""
    with slack.web_api() as api:
        api.calls = _Inboxes()
        yield api, {
            "SLACK_SIGNING_SECRET": slack.SECRET, "SLACK_BOT_TOKEN": slack.TOKEN, "SLACK_TEAM_IDS": slack.TEAM, "SLACK_API_URL": f"{api.url}/api/",
        }


def town(url: str, api: slack.WebApi, at_once: int) -> Town:
    """People who reach the service at ``url``; at most ``at_once`` connections. To be called inside the event loop."""
    limits = httpx.Limits(max_connections=at_once + 16, max_keepalive_connections=at_once)
    http = httpx.AsyncClient(base_url=url, timeout=httpx.Timeout(PATIENCE), limits=limits, trust_env=False)
    assert isinstance(api.calls, _Inboxes)
    api.calls.loop = asyncio.get_running_loop()
    store = LawStore(paths.law_db())
    sections = frozenset(name for name in store.section_ids if _CITED.fullmatch(name))
    store.close()
    numbers = (f"+1860{number:07}" for number in range(2_000_000, 9_999_999))
    return Town(http, slack.Sender("", api, http), api.calls, frozenset(), numbers, every=sections)


def summed(outcomes: list[str]) -> str:
    """What became of some messages: 40 answered, 3 refused with the numbers."""
    counted = Counter(outcomes)
    return ", ".join(f"{counted[kind]} {kind}" for kind in (ANSWERED, REFUSED, BEGUN_ANEW, LOST, WRONG) if counted[kind] or kind == ANSWERED)
