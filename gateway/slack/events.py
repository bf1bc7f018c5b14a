"""Messages and mentions: who wrote where, and how the answer gets back there."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.render.block_kit import Message, actions, button
from bot.render.slack import note, words
from bot.reply import Reply
from bot.shared import StoreLost
from gateway import shelf
from gateway.slack.markup import typed
from gateway.slack.outbound import Outbound
from gateway.slack.talk import Said, Talk

ANSWERED_SUBTYPES = frozenset({None, "file_share", "thread_broadcast"})  # everything else is an edit, a deletion, a bot, a notice


@dataclass(frozen=True)
class Place:
    """A conversation in Slack: a direct message, or a thread in it or in a channel."""

    team: str
    channel: str
    user: str
    thread: str = ""
    private: bool = True

    @property
    def name(self) -> tuple[str, str, str]:
        """What tells the conversation from every other."""
        return self.team, self.channel, self.thread


def place_of(team: str, event: dict[str, Any]) -> Place:
    """Where the answer to an event goes: a mention is answered in a thread, a direct message where it was written."""
    private = event.get("type") == "message"
    thread = event.get("thread_ts") or ("" if private else event.get("ts", ""))
    return Place(team, event.get("channel", ""), event.get("user", ""), thread, private)


def is_for_us(event: dict[str, Any]) -> bool:
    """Whether a person wrote it, to this app: no edit, no bot, and of the messages only the direct ones."""
    if event.get("bot_id") or event.get("app_id") or not event.get("user") or event.get("subtype") not in ANSWERED_SUBTYPES:
        return False
    return event.get("type") == "app_mention" or event.get("channel_type") == "im"


class Messages:
    """Answers what is written to the desk."""

    def __init__(self, talk: Talk, out: Outbound) -> None:
        self._talk, self._out = talk, out

    async def at_once(self, place: Place, text: str) -> Said | None:
        """What needs nobody else to answer: danger, client facts, too long a message."""
        return self._talk.at_once(text, await self._talk.glance(*place.name))

    async def answer(self, place: Place, event: dict[str, Any]) -> None:
        """Say what there is to say to a message that ``at_once`` let through."""
        text = typed(event.get("text") or "")
        session, _ = await self._talk.session(*place.name)
        if not text and event.get("files"):
            await self.show(place, Said(note(words("no_files", session.last_lang or "en")), "en", quiet=True))
            return
        said = await self._talk.say(session, text, private=place.private)
        await self.show(place, said)

    async def choose(self, place: Place, choice: str = "", word: str = "") -> None:
        """Answer a button as if it had been written."""
        session, _ = await self._talk.session(*place.name)
        await self.show(place, await self._talk.say(session, word, choice, private=place.private))

    async def show(self, place: Place, said: Said) -> None:
        """Post what was said, or whisper it; guided questions in a channel are led to a window instead."""
        if said.question and not place.private:
            session, _ = await self._talk.session(*place.name)
            await self._talk.leave_questions(session, said.lang)
            said = Said(private_only(said.question), said.lang)
        if said.quiet:
            await self._out.whisper(place.channel, place.user, said.messages, place.thread)
            return
        stamp = await self._out.post(place.channel, said.messages, place.thread)
        if said.question:
            with suppress(StoreLost):  # it is posted; its buttons are taken without that
                await self._talk.asked_at((await self._talk.session(*place.name))[0], stamp)


def private_only(question: Reply) -> list[Message]:
    """That guided questions are not asked where others read, with a button that opens them in a window."""
    store = shelf.store()
    titles = {i.title: name for name, i in store.interview_words[question.lang].items()} if store else {}
    name = titles.get(question.title, "")
    window = actions([button(question.title, f"window:0:{question.lang}", f"interview:{name}")]) if name else []
    return note(words("private_only", question.lang), *window)
