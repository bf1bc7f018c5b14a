"""One message in, what Slack shows out: danger first, then what is not to be read, then the question.

Nothing here waits for the network but ``say``, which asks Rasa.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from bot.held import Held
from bot.limits import LONGEST_MESSAGE
from bot.nlp.folding import whole
from bot.nlp.language import detect
from bot.render import neutral
from bot.render.block_kit import Message, actions, button, link, section
from bot.render.slack import note, render, words
from bot.reply import Reply
from bot.safety import wording
from bot.safety.emergency import watch
from gateway import papers, shelf
from gateway.conversation import Answer, Conversations, emergency, keep_late, not_taken, unavailable
from gateway.limits import Limits
from gateway.operations import turn
from gateway.sessions import BadToken, Session, Sessions
from gateway.settings import Settings
from gateway.slack.guard import guard
from gateway.slack.paper_links import PaperLinks
from gateway.stores.kept import Busy

logger = logging.getLogger("gateway")

SOON = 2.0  # seconds to wait for a turn in which nobody is asked anything
ONE_ANSWER = ("answer:",)  # choices that answer the question asked now


HELD = Held(
    what="Where in Slack the question stands that waits for an answer: the time stamp of a message, under a conversation's random id. "
         "Conversations in Slack are found by a keyed hash of workspace, channel and thread.",
    where="memory of the gateway, or the Redis of `REDIS_URL`",
    how_long="until it is answered, and as long as its session",
    who="whoever controls the machine. The messages themselves are Slack's: the workspace's owner decides how long, and who can read them",
    erased="\"forget\", a restart",
)


@dataclass(frozen=True)
class Said:
    """What is shown for one message.

    ``quiet``: to the writer only, whatever was asked for. ``danger``: it is what someone in danger is told.
    ``question``: the guided question that now waits, as the core put it.
    """

    messages: list[Message]
    lang: str
    quiet: bool = False
    danger: bool = False
    question: Reply | None = None
    replies: tuple[Reply, ...] = ()


class Talk:
    """The desk's side of every conversation, wherever in Slack it is held."""

    def __init__(
        self, settings: Settings, sessions: Sessions, conversations: Conversations, limits: Limits, links: PaperLinks
    ) -> None:
        self._key = settings.secret.encode()
        self._sessions, self._conversations, self._limits = sessions, conversations, limits
        self._links = links

    async def session(self, *place: str) -> tuple[Session, bool]:
        """The conversation of a place in Slack and whether it is new; known by a keyed hash, never by Slack's ids. Raises ``StoreLost``."""
        return await self._sessions.named(self._name(*place))

    async def glance(self, *place: str) -> Session | None:
        """The conversation of a place, where there is one and it is found at once."""
        return await self._sessions.glance(self._sessions.known(self._name(*place)))

    def _name(self, *place: str) -> str:
        return "slack:" + hmac.new(self._key, "\0".join(("slack", *place)).encode(), hashlib.sha256).hexdigest()

    # -- before anything is asked -------------------------------------------------

    def at_once(self, text: str, session: Session | None = None) -> Said | None:
        """What is answered without asking anyone: danger, client facts, too long a message. None for everything else."""
        if said := self.in_danger(text, session):
            return said
        lang = self._language(text[:LONGEST_MESSAGE], session)
        if len(text) > LONGEST_MESSAGE:  # not read any further, whatever is in it
            too_long = f"{wording.gateway('too_long', lang)} {wording.numbers(lang)}"
            return Said(note(too_long), lang, quiet=True)
        if found := guard().look(text):
            return Said(self._warning(found, lang), lang, quiet=True)
        return None

    def in_danger(self, text: str, session: Session | None = None) -> Said | None:
        """What someone in danger is told; the questions under way wait, and are taken up again by a button."""
        danger = watch().look(text)
        if not danger:
            return None
        if session:
            turn.note(who=session.conversation)
        reply = neutral.parse(emergency(danger.kind, danger.lang).replies[0])
        resume = []
        if session and session.asks is not None:
            resume = actions([button(wording.say("interviews.resume", danger.lang), "choice:0", "interview:resume")])
        return Said(note(reply.lines[0].text, *resume), danger.lang, danger=True)

    def closed(self, lang: str) -> Said | None:
        """That the service is closed, where it is."""
        if not self._conversations.doors.closed:
            return None
        return Said(note(not_taken("closed", lang).replies[0]["lines"][0]["text"]), lang, quiet=True)

    def _language(self, text: str, session: Session | None) -> str:
        return detect(text) or (session.last_lang if session else "") or "en"

    def _warning(self, found: tuple[str, ...], lang: str) -> list[Message]:
        kinds = ", ".join(words(f"holds_{kind}", lang) for kind in found)
        return note(words("guarded", lang, kinds=kinds) + " " + words("guarded_how", lang) + " " + wording.numbers(lang))

    # -- asking -----------------------------------------------------------------------

    async def say(self, session: Session, text: str, choice: str = "", *, private: bool = True) -> Said:
        """The replies to a message or choice, rendered. Where no answer comes, the numbers; never nothing."""
        if danger := self.in_danger(text, session):
            return danger
        if await self._limits.of_session(session.conversation):
            lang = session.last_lang or "en"
            return Said(note(f"{wording.gateway('too_many', lang)} {wording.numbers(lang)}"), lang, quiet=True)
        if text and whole(text) in _words_of("forget_words"):
            return await self._forget(session, text)

        async def turn(current: Session) -> tuple[Answer, Said]:
            answer = await self._conversations.ask(current, text, choice, channel="slack", audience="advocate")
            return answer, await self._shown(current, [neutral.parse(reply) for reply in answer.replies], choice, private)

        try:
            done = await self._conversations.in_turn(session, turn, lambda current, late: keep_late(current, late[0]))
        except Exception as error:  # a reply that cannot be shown is as bad as none
            logger.error("a reply could not be shown in Slack: %s", type(error).__name__)
            done = None
        return done[1] if done else self.nothing(session.last_lang)

    def nothing(self, lang: str = "") -> Said:
        """That no answer can be given now, with the numbers."""
        return Said(note(unavailable(lang).replies[0]["lines"][0]["text"]), lang or "en")

    async def _shown(self, session: Session, replies: list[Reply], choice: str, private: bool) -> Said:
        """The replies as Slack shows them; ``session``, which is in its turn, keeps that a question waits."""
        last = replies[-1]
        if last.kind in ("question", "result"):
            session.asks = "" if last.kind == "question" else None
        messages = []
        for reply in replies:
            messages += await self._paper(session, choice, reply.lang) if reply.sheet else render(reply, shelf.store(), private=private)
        danger = any(reply.kind == "emergency" for reply in replies)
        return Said(messages, last.lang, danger=danger, question=last if last.kind == "question" else None, replies=tuple(replies))

    async def _paper(self, session: Session, choice: str, lang: str) -> list[Message]:
        """The way to the result's paper: an address that works once; where there is no public address, the website."""
        url = await self._links.offer(session, choice, lang) if papers.asks_for_paper(choice) else ""
        if not url:
            return note(wording.say("interviews.paper_web", lang))
        text = words("paper_ready", lang)
        kind = wording.say(f"interviews.paper_{choice.removeprefix(papers.CHOICE)}", lang)
        blocks = actions([button(words("paper_open", lang, kind=kind), "open:paper", url=url)])
        return [Message(f"{text} {link(url, kind)}", (*section(text), *blocks))]

    async def _forget(self, session: Session, text: str) -> Said:
        lang = self._language(text, session) if detect(text) else "es" if whole(text) in _words_of("forget_words", "es") else "en"
        await self._conversations.forget(session)
        return Said(note(words("forgotten", lang)), lang)

    async def leave_questions(self, session: Session, lang: str) -> None:
        """Leave the guided questions in a place that others read."""
        async def turn(current: Session) -> None:
            await self._conversations.ask(current, steer("leave", lang), channel="slack", audience="advocate")
            current.asks = None

        with suppress(BadToken, Busy):
            await self._conversations.in_turn(session, turn, lambda current, late: None)

    async def set_language(self, session: Session, lang: str) -> None:
        """Begin a conversation in ``lang``."""
        choice = {"en": "say:switch_english", "es": "say:switch_spanish"}[lang]
        await self._conversations.send(session, "", choice, channel="slack", audience="advocate")

    # -- questions that wait for an answer -----------------------------------------------

    async def asked_at(self, session: Session, stamp: str) -> None:
        """Remember where the question that waits now stands, so that an older one's buttons do not answer it."""
        if stamp:
            with suppress(BadToken, Busy):
                async with self._sessions.turn(session, SOON) as current:
                    current.asks = stamp if current.asks is not None else None

    def is_waiting(self, session: Session, stamp: str) -> bool:
        """Whether the question at ``stamp`` is the one that waits."""
        return session.asks in ("", stamp)


def steer(name: str, lang: str) -> str:
    """The word that steers the questions, as it would be typed: "back", "atrás"."""
    return wording.say(f"navigation.{name}", lang).partition(",")[0].strip()


def _words_of(key: str, lang: str = "") -> frozenset[str]:
    langs = (lang,) if lang else ("en", "es")
    return frozenset(whole(word) for each in langs for word in words(key, each).split(","))


def texts(said: Said) -> dict[str, Any]:
    """A message as the body of an acknowledgement: for what must not wait for the network."""
    first = said.messages[0]
    return {"text": first.text, "blocks": list(first.blocks), "response_type": "ephemeral"}
