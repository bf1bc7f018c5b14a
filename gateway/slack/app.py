"""Slack's requests: verified by Bolt, let in by workspace, taken once, acknowledged at once, and answered in the background."""

from __future__ import annotations

import hashlib
import json
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt import BoltResponse
from slack_bolt.adapter.starlette.async_handler import to_async_bolt_request, to_starlette_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot.nlp.language import detect
from bot.render.slack import note, words
from bot.render.slack_views import home
from bot.safety import wording
from bot.shared import StoreLost
from gateway import shelf
from gateway.conversation import Conversations
from gateway.limits import Limits
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.slack import ctlaw, paper_links
from gateway.slack.crew import Crew
from gateway.slack.events import Messages, is_for_us, place_of
from gateway.slack.interactions import Interactions
from gateway.slack.markup import typed
from gateway.slack.outbound import Outbound
from gateway.slack.paper_links import PaperLinks
from gateway.slack.seen import Seen
from gateway.slack.talk import Said, Talk, texts
from gateway.slack.window import Windows
from gateway.stores.kept import Store

logger = logging.getLogger("gateway")

ADDRESSES = ("/slack/events", "/slack/commands", "/slack/interactions")
MOST_BYTES = 512 * 1024  # a press sends the whole message or window back, form-encoded
Ack = Callable[..., Awaitable[Any]]
Body = dict[str, Any]


def configured(settings: Settings) -> bool:
    """Whether a deployer has set Slack up."""
    return bool(settings.slack_signing_secret and settings.slack_bot_token)


def routes(settings: Settings) -> list[Route]:
    """Slack's addresses and that of the papers; none where Slack is not set up."""
    if not configured(settings):
        return []
    return [*(Route(address, receive, methods=["POST"]) for address in ADDRESSES), *paper_links.routes()]


async def receive(request: Request) -> Response:
    """One request of Slack's. 401 for what Slack did not sign in the last five minutes."""
    slack: Slack = request.app.state.slack
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > MOST_BYTES:
            return _refused("too_long", 413)
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _refused("unreadable", 400)
    try:
        answered = await slack.bolt.async_dispatch(to_async_bolt_request(request, raw))
    except Exception as error:  # a signed body that is none of the shapes that Slack documents
        logger.warning("a request of slack could not be read: %s", type(error).__name__)
        return _refused("unreadable", 400)
    if answered.status == 500:  # the same, seen only by one of our own parts; Bolt has caught what it raised
        logger.warning("a request of slack could not be taken")
        return _refused("unreadable", 400)
    return _refused("unsigned", 401) if answered.status == 401 else to_starlette_response(answered)


def _refused(reason: str, status: int) -> Response:
    return JSONResponse({
        "error": reason, "message": words(reason, "en"), "mensaje": words(reason, "es"),
        "help": wording.numbers("en"), "ayuda": wording.numbers("es"),
    }, status_code=status)


class Slack:
    """The desk in Slack: its parts, and which request goes to which."""

    def __init__(self, settings: Settings, store: Store, sessions: Sessions, conversations: Conversations, limits: Limits) -> None:
        self._settings, self._doors = settings, conversations.doors
        self.crew = Crew()
        self._seen = Seen(store, hashlib.blake2b(f"slack\0{settings.secret}".encode(), digest_size=32).digest())
        self.links = PaperLinks(store, sessions, settings.public_url)
        self._out = Outbound(settings.slack_bot_token, settings.slack_api_url)
        self._talk = Talk(settings, sessions, conversations, limits, self.links)
        self._messages = Messages(self._talk, self._out)
        self._windows = Windows(self._talk, self._out, self.crew)
        self._presses = Interactions(self._talk, self._messages, self._windows, self._out, self._seen)
        self._commands = ctlaw.CtLaw(self._talk, self._windows, self._out)
        if configured(settings):
            self.bolt = self._wired()
            detect("warm")  # reads its word lists now and not at the first message
            if not settings.slack_teams:
                logger.warning("slack is on, and SLACK_TEAM_IDS names no workspace: nobody is answered")
        else:
            logger.warning("slack is off: SLACK_SIGNING_SECRET and SLACK_BOT_TOKEN are not both set")

    async def close(self) -> None:
        """Finish the answers under way."""
        await self.crew.close()

    def _wired(self) -> AsyncApp:
        async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
            # Not `token=`: with it Bolt asks Slack who it is before the first acknowledgement.
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=self._settings.slack_bot_token)

        logging.getLogger("slack_bolt.AsyncApp").setLevel(logging.ERROR)  # it warns that the token's variable is set, which is as it should be
        app = AsyncApp(signing_secret=self._settings.slack_signing_secret, authorize=authorize)
        app.middleware(self._gate)
        for event in ("message", "app_mention"):
            app.event(event)(self._message)
        app.event("app_home_opened")(self._home)
        app.event(re.compile(".*"))(_nothing)
        app.command(re.compile(".*"))(self._command)
        app.action(re.compile(".*", re.S))(self._press)
        app.view("interview")(self._submit)
        app.view(re.compile(".*"))(_acknowledge)
        app.shortcut(re.compile(".*"))(_acknowledge)
        return app

    # -- who and what is let in ---------------------------------------------------------

    async def _gate(self, body: Body, next: Callable[[], Awaitable[BoltResponse]]) -> BoltResponse | None:
        """Workspaces that are named, each request once, and no more than can be answered."""
        danger = self._talk.in_danger(_text_of(body))
        if team_of(body) not in self._settings.slack_teams or (_guest(body, self._settings.slack_teams) and not danger):
            return self._foreign(body, danger)
        if (self.crew.full or self._doors.leaving) and not danger:
            return _busy(body)
        if await self._seen.again(*_marks(body)):
            return BoltResponse(status=200, body="")
        return await next()

    def _foreign(self, body: Body, danger: Said | None) -> BoltResponse:
        """Another workspace gets no answer, so that Slack does not try again; a command says so, and danger is answered anyway."""
        if "command" not in body:
            return BoltResponse(status=200, body="")
        lang = detect(_text_of(body)) or "en"
        return _as_body(danger or Said(note(f"{words('foreign', lang)} {wording.numbers(lang)}"), lang))

    # -- events ---------------------------------------------------------------------------

    async def _message(self, body: Body, event: Body) -> None:
        if not is_for_us(event):
            return
        place = place_of(team_of(body), event)
        if said := await self._messages.at_once(place, typed(event.get("text") or "")):
            self.crew.start(self._messages.show(place, said), urgent=said.danger)
        else:
            self.crew.start(self._or_nothing(self._messages.answer(place, event), lambda nothing: self._messages.show(place, nothing)))

    async def _home(self, event: Body) -> None:
        if event.get("tab") == "home" and event.get("user"):
            self.crew.start(self._out.publish(event["user"], self._home_tab("en")))

    def _home_tab(self, lang: str) -> Body:
        if said := self._talk.closed(lang):
            return {"type": "home", "blocks": list(said.messages[0].blocks)}
        return home(shelf.store(), lang, self._settings.public_url)

    # -- commands and presses -----------------------------------------------------------------

    async def _command(self, ack: Ack, body: Body) -> None:
        text = typed(body.get("text") or "")
        if said := self._commands.at_once(body, text) or self._talk.closed(detect(text) or "en"):
            await ack(**texts(said))
            return
        await ack()
        url = body.get("response_url", "")
        self.crew.start(self._or_nothing(self._commands.answer(body, text), lambda nothing: self._out.respond(url, nothing.messages)))

    async def _press(self, ack: Ack, body: Body, action: Body) -> None:
        await ack()
        if str(action.get("action_id", "")).startswith("home:"):
            self.crew.start(self._out.publish(body["user"]["id"], self._home_tab(action.get("value") or "en")))
        else:
            pressed = self._presses.pressed(team_of(body), body, action)
            self.crew.start(self._or_nothing(pressed, lambda nothing: self._presses.tell(body, nothing.messages[0].text)))

    async def _submit(self, ack: Ack, body: Body, view: Body) -> None:
        await ack(**await self._windows.submitted(team_of(body), view))


    async def _or_nothing(self, work: Awaitable[None], tell: Callable[[Said], Awaitable[None]]) -> None:
        """Do ``work``; where the conversations cannot be reached, say so with the numbers."""
        try:
            await work
        except StoreLost as error:
            logger.warning("a request of slack was answered without its conversation: %s", error)
            await tell(self._talk.nothing())


async def _nothing() -> None:
    """An event that was not asked for."""


async def _acknowledge(ack: Ack) -> None:
    await ack()


def team_of(body: Body) -> str:
    """The workspace that a request comes from; empty where it does not say."""
    return str(body.get("team_id") or (body.get("team") or {}).get("id") or "")


def _guest(body: Body, teams: frozenset[str]) -> bool:
    """Whether someone of another workspace writes in a channel that is shared with it."""
    event = body.get("event") or {}
    theirs = event.get("user_team") or event.get("team") or (body.get("user") or {}).get("team_id")
    return bool(theirs) and str(theirs) not in teams


def _text_of(body: Body) -> str:
    """What was written, in any of the shapes that a request has."""
    values = ((body.get("view") or {}).get("state") or {}).get("values") or {}
    fields = [str(action.get("value") or "") for field in values.values() for action in field.values()]
    return typed(" ".join([str((body.get("event") or {}).get("text") or body.get("text") or ""), *fields]).strip())


def _marks(body: Body) -> list[str]:
    """What tells a request from every other: the event's id and the message's own place, the press, the command."""
    team = team_of(body)
    event = body.get("event") or {}
    names = [f"event:{body['event_id']}"] if body.get("event_id") else []
    if event.get("ts") and event.get("type") in ("message", "app_mention") and not event.get("subtype"):
        names.append(f"message:{team}:{event.get('channel')}:{event['ts']}")
    presses = body.get("actions") or []
    names += [f"press:{team}:{press.get('action_ts')}:{press.get('action_id')}" for press in presses if press.get("action_ts")]
    if body.get("trigger_id") and not presses:
        names.append(f"trigger:{body['trigger_id']}")
    return names


def _busy(body: Body) -> BoltResponse:
    """Events are sent again by Slack; a person is told."""
    if "event" in body:
        return BoltResponse(status=503, body="", headers={"retry-after": ["30"]})
    if "command" not in body:
        return BoltResponse(status=200, body="")
    return _as_body(Said(note(f"{wording.gateway('too_many', 'en')} {wording.numbers('en')}"), "en"))


def _as_body(said: Said) -> BoltResponse:
    return BoltResponse(status=200, body=json.dumps(texts(said)), headers={"content-type": ["application/json"]})
