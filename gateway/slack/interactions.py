"""Buttons: in direct messages, in threads, in what only one person sees, and in windows."""

from __future__ import annotations

from typing import Any

from bot.render.block_kit import Block, Message, context, escape
from bot.render.slack import UNHELPFUL, note, words
from gateway import unhelpful
from gateway.sessions import Session
from gateway.slack.events import Messages, Place, private_only
from gateway.slack.outbound import Outbound
from gateway.slack.seen import Seen
from gateway.slack.talk import ONE_ANSWER, Said, Talk, steer
from gateway.slack.window import Windows


class Interactions:
    """Takes each press to where it belongs; one that nothing knows is answered in words."""

    def __init__(self, talk: Talk, messages: Messages, windows: Windows, out: Outbound, seen: Seen) -> None:
        self._talk, self._messages, self._windows, self._out, self._seen = talk, messages, windows, out, seen

    async def pressed(self, team: str, body: dict[str, Any], action: dict[str, Any]) -> None:
        """Do what a button says."""
        kind, _, rest = str(action.get("action_id", "")).partition(":")
        value, view = str(action.get("value") or ""), body.get("view") or {}
        if kind == "open":  # a link, which the browser follows by itself
            return
        if kind == "window" and value.startswith("interview:"):
            lang = "es" if rest.endswith("es") else "en"
            if not await self._windows.open(body.get("trigger_id", ""), team, value, lang):
                await self.tell(body, words("window_not_opened", lang))
        elif view.get("type") == "modal" and kind in ("choice", "steer"):
            if not (value.startswith(ONE_ANSWER) and await self._seen.again(f"answered:{view.get('id')}:{view.get('hash')}")):
                await self._windows.pressed(team, view, value, rest.partition(":")[0] if kind == "steer" else "")
        elif kind == UNHELPFUL:
            await self._unhelpful(team, body, str((action.get("selected_option") or {}).get("value") or ""))
        elif kind == "choice" and value:
            await self._choice(team, body, value, action)
        elif kind == "steer":
            name, _, lang = rest.partition(":")
            await self._steer(team, body, name, lang or "en")
        else:
            await self.tell(body, words("unknown_button", "en") + "\n" + words("unknown_button", "es"))

    async def _choice(self, team: str, body: dict[str, Any], choice: str, action: dict[str, Any]) -> None:
        """A choice below an answer or a question."""
        if (body.get("container") or {}).get("is_ephemeral"):
            await self._whispered(team, body, choice)
            return
        place = _place(team, body)
        session, new = await self._talk.session(*place.name)
        lang = session.last_lang or "en"
        if choice.startswith((*ONE_ANSWER, "result:")) and new:
            await self.tell(body, words("conversation_ended", lang))
        elif choice.startswith(ONE_ANSWER) and not await self._takes(session, body):
            await self.tell(body, words("answered_already", lang))
        else:
            if choice.startswith(ONE_ANSWER):
                await self._settle(place, body, _label(action), lang)
            await self._messages.choose(place, choice)

    async def _unhelpful(self, team: str, body: dict[str, Any], choice: str) -> None:
        """Why an answer did not help. What is said to it only the one who picked it sees, wherever the answer stands."""
        if not unhelpful.is_meant(choice):
            return
        whispered = (body.get("container") or {}).get("is_ephemeral")
        session, _ = await self._talk.session(*(_alone(team, body) if whispered else _place(team, body).name))
        said = await self._talk.say(session, "", choice, private=False)
        await self._out.respond(body.get("response_url", ""), said.messages)

    async def _steer(self, team: str, body: dict[str, Any], name: str, lang: str) -> None:
        place = _place(team, body)
        session, new = await self._talk.session(*place.name)
        if new:
            await self.tell(body, words("conversation_ended", lang))
        elif not await self._takes(session, body):
            await self.tell(body, words("answered_already", lang))
        else:
            if name != "why":
                await self._settle(place, body, words(f"steer_{name}", lang), lang)
            await self._messages.choose(place, word=steer(name, lang))

    async def _takes(self, session: Session, body: dict[str, Any]) -> bool:
        """Whether the question that was pressed waits still, and this is its first press."""
        stamp = _stamp(body)
        return self._talk.is_waiting(session, stamp) and not await self._seen.again(f"answered:{session.conversation}:{stamp}")

    async def _settle(self, place: Place, body: dict[str, Any], label: str, lang: str) -> None:
        """Take the buttons from a question that was answered and say what was chosen."""
        message = body.get("message") or {}
        kept: list[Block] = [block for block in message.get("blocks") or [] if block.get("type") != "actions"]
        chosen = words("you_chose", lang, label=label)
        settled = Message(f"{message.get('text', '')} {escape(chosen)}", (*kept, *context(escape(chosen))))
        await self._out.replace(place.channel, _stamp(body), settled)

    async def _whispered(self, team: str, body: dict[str, Any], choice: str) -> None:
        """A choice below an answer that only one person sees."""
        session, _ = await self._talk.session(*_alone(team, body))
        said = await self._talk.say(session, "", choice, private=False)
        if said.question:
            await self._talk.leave_questions(session, said.lang)
            said = Said(private_only(said.question), said.lang)
        await self._out.respond(body.get("response_url", ""), said.messages)

    async def tell(self, body: dict[str, Any], text: str) -> None:
        """Words to the one who pressed."""
        channel, user = (body.get("channel") or {}).get("id", ""), (body.get("user") or {}).get("id", "")
        if body.get("response_url"):
            await self._out.respond(body["response_url"], note(text))
        elif channel and user:
            thread = (body.get("message") or {}).get("thread_ts") or ""
            await self._out.whisper(channel, user, note(text), thread)


def _alone(team: str, body: dict[str, Any]) -> tuple[str, ...]:
    """The conversation of what only one person sees: that of the command."""
    return team, (body.get("channel") or {}).get("id", ""), (body.get("user") or {}).get("id", ""), "command"


def _place(team: str, body: dict[str, Any]) -> Place:
    """Where a pressed message stands."""
    channel = (body.get("channel") or {}).get("id", "")
    message = body.get("message") or {}
    thread = message.get("thread_ts") or (body.get("container") or {}).get("thread_ts") or ""
    return Place(team, channel, (body.get("user") or {}).get("id", ""), thread, private=channel.startswith("D"))


def _stamp(body: dict[str, Any]) -> str:
    return str((body.get("container") or {}).get("message_ts") or (body.get("message") or {}).get("ts") or "")


def _label(action: dict[str, Any]) -> str:
    return str((action.get("text") or {}).get("text") or "")
