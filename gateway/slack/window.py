"""Guided interviews in a window of their own: opened by a button or a command, one conversation a window."""

from __future__ import annotations

import asyncio
import secrets
from typing import Any

from bot.render.block_kit import Block
from bot.render.slack import says_unhelpful, words
from bot.render.slack_views import TYPED, window
from bot.shared import StoreLost
from gateway.slack.crew import Crew
from gateway.slack.outbound import Outbound
from gateway.slack.talk import Said, Talk, steer

SOON = 2.0  # seconds to wait for an answer before the window is told to: Slack waits three
AFTER_THE_ACK = 0.5  # so that Slack has shown the waiting window before it is replaced


class Windows:
    """Opens windows and puts the next question into them."""

    def __init__(self, talk: Talk, out: Outbound, crew: Crew) -> None:
        self._talk, self._out, self._crew = talk, out, crew

    async def open(self, trigger: str, team: str, choice: str, lang: str) -> bool:
        """Open a window for ``choice`` ("interview:vacatur"); whether Slack did."""
        view_id = await self._out.open_view(trigger, waiting(lang))
        if not view_id:
            return False
        session, _ = await self._talk.session(team, "window", view_id)
        if lang != "en":
            await self._talk.set_language(session, lang)
        said = await self._talk.say(session, "", choice)
        await self._out.update_view(view_id, shown(said))
        return True

    async def pressed(self, team: str, view: dict[str, Any], choice: str = "", word: str = "") -> None:
        """A button in a window: a choice, or a steering word such as "back"."""
        session, new = await self._talk.session(team, "window", root(view))
        lang = view.get("private_metadata") or "en"
        if new and not choice.startswith("interview:"):
            await self._out.update_view(view["id"], ended(lang))
            return
        said = await self._talk.say(session, steer(word, lang) if word else "", choice)
        await self._out.update_view(view["id"], shown(said))

    async def submitted(self, team: str, view: dict[str, Any]) -> dict[str, Any]:
        """What was typed into a window: the body of the acknowledgement, within Slack's three seconds.

        Danger and client facts are answered in it, without asking anyone.
        """
        lang = view.get("private_metadata") or "en"
        field, text = typed(view)
        session = await self._talk.glance(team, "window", root(view))
        if said := self._talk.in_danger(text, session):
            return {"response_action": "update", "view": shown(said)}
        if said := self._talk.at_once(text, session):
            return {"response_action": "errors", "errors": {field: said.messages[0].text}}
        try:
            session, new = await self._talk.session(team, "window", root(view))
        except StoreLost:
            return {"response_action": "errors", "errors": {field: self._talk.nothing(lang).messages[0].text}}
        if new:
            return {"response_action": "update", "view": ended(lang)}
        if not text:
            return {"response_action": "errors", "errors": {field: words("window_empty", lang)}}
        answer = asyncio.ensure_future(self._talk.say(session, text))
        done, _ = await asyncio.wait({answer}, timeout=SOON)
        if done:
            return {"response_action": "update", "view": shown(answer.result())}
        self._crew.start(self._later(view["id"], answer))
        return {"response_action": "update", "view": waiting(lang)}

    async def _later(self, view_id: str, answer: asyncio.Future[Said]) -> None:
        said = await answer
        await asyncio.sleep(AFTER_THE_ACK)
        await self._out.update_view(view_id, shown(said))


def root(view: dict[str, Any]) -> str:
    """The window's own id through all its updates."""
    return str(view.get("root_view_id") or view.get("id"))


def typed(view: dict[str, Any]) -> tuple[str, str]:
    """The field of a window and what stands in it."""
    for field, values in ((view.get("state") or {}).get("values") or {}).items():
        if TYPED in values:
            return str(field), str(values[TYPED].get("value") or "").strip()
    return "", ""


def shown(said: Said) -> dict[str, Any]:
    """What was said, as a window; with a field where a question waits. Nobody is asked there what they think of an answer."""
    blocks: list[Block] = [block for message in said.messages for block in message.blocks if not says_unhelpful(block)]
    return window(said.lang, blocks, field=f"field-{secrets.token_hex(4)}" if said.question else "")


def waiting(lang: str) -> dict[str, Any]:
    """A window that waits for its first question, or the next."""
    return window(lang, [], note=words("window_waiting", lang))


def ended(lang: str) -> dict[str, Any]:
    """A window whose conversation ended."""
    return window(lang, [], note=words("window_ended", lang))
