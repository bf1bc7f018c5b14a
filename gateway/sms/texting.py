"""The order in which a text is considered: danger, then the phone's own orders, then what was asked.

Everything here works with the phone's hash; the number itself is only compared with the opt-outs, under their own key.
"""

from __future__ import annotations

import asyncio
import logging
import time

from bot.law.content import LANGUAGES
from bot.render import neutral, sms
from bot.safety import wording
from bot.safety.emergency import watch
from gateway.conversation import Conversations
from gateway.limits import Limits
from gateway.operations.turn import note
from gateway.sessions import Session, Sessions
from gateway.sms import keywords
from gateway.sms.keywords import Keyword
from gateway.sms.optouts import OptOuts
from gateway.sms.replays import Replays
from gateway.sms.senders import Senders
from gateway.sms.thread import Thread
from gateway.sms.webhook import Text

IN_TIME = 11.0  # seconds: Twilio waits 15 for an answer
FORGOTTEN = "forgotten"
RESTS = 180  # seconds of silence after a flood from one phone, which gets one notice
SAYS = {"more": "say:more", "simpler": "say:simpler", "menu": "say:menu", "back": "say:menu", "done": "say:goodbye"}

logger = logging.getLogger("gateway")
Answer = tuple[str, ...]


class Texting:
    """Answers texts: what goes back for each, one or two messages, or none for silence."""

    def __init__(self, site: str, sessions: Sessions, conversations: Conversations, limits: Limits, optouts: OptOuts) -> None:
        self._site, self._sessions, self._conversations, self._limits, self._optouts = site, sessions, conversations, limits, optouts
        self._senders, self._replays = Senders(), Replays()

    async def answer(self, text: Text) -> Answer:
        """What goes back for ``text``, inside 12 seconds whatever happens: else the numbers to call."""
        try:
            return await self._considered(text)
        except Exception as error:  # an error is no reason for silence
            logger.error("a text could not be answered: %s", type(error).__name__)
            note(outcome="unavailable", part="sms", error=type(error).__name__)
            return (_in_both("unavailable"),)

    async def _considered(self, text: Text) -> Answer:
        if not text.incoming:
            return ()
        note(who=text.sender)
        keyword = keywords.read(text.body)
        asks_help = keyword is not None and keyword.order == "help"  # a reserved word; its answer starts with the same numbers
        if not asks_help and (danger := watch().look(text.body)):
            note(kind="emergency", lang=danger.lang)
            return (_say(f"emergency_{danger.kind}", danger.lang),)
        if not text.phone:
            return ()  # a machine: answering it would start an endless exchange
        if text.keyword:
            await self._note(text)
            return ()  # Twilio's Advanced Opt-Out has answered
        name, *before = self._senders.names(text.sender)
        return await self._replays.once(text.sid, name, lambda: self._ordered(text, keyword, name, before))

    async def _note(self, text: Text) -> None:
        """What Twilio did about a keyword, so that both lists say the same."""
        if text.keyword == "STOP":
            await self._optouts.add(text.phone)
        elif text.keyword == "START":
            await self._optouts.remove(text.phone)

    async def _ordered(self, text: Text, keyword: Keyword | None, name: str, before: list[str]) -> Answer:
        """Obey an order of the phone's own, respect an opt-out and the limit, else answer what was asked."""
        order = keyword.order if keyword else ""
        out = await self._optouts.has(text.phone)
        session, _ = self._sessions.named(name, *before)
        lang = session.last_lang or (keyword.lang if keyword else "") or LANGUAGES[0]
        if keyword and keyword.lang == "es":
            lang = "es"  # who writes ALTO reads Spanish; who writes STOP may do so in either language
        if order == "stop":
            await self._optouts.add(text.phone)
            return () if out else (_say("stopped", lang),)
        if order == "start" or (out and order == "start_again"):
            await self._optouts.remove(text.phone)
            return (_say("started", lang),)
        if order == "help":
            return (_say("help", lang),)
        if order == "delete":
            await self._forget(session, name)
            return () if out else (_say("deleted", lang),)
        if out or keywords.is_reaction(text.body):
            return ()
        thread = Thread.of(session)
        if time.monotonic() < thread.rests_until:
            return ()
        if await self._limits.of_sender(name):
            thread.rests_until = time.monotonic() + RESTS
            return (_said("too_many", session),)
        if self._conversations.doors.closed:
            note(outcome="closed")
            return (_say("closed", session.last_lang),) if session.last_lang else tuple(_say("closed", each) for each in LANGUAGES)
        return await self._in_time(session, thread, text, order, name)

    async def _forget(self, session: Session, name: str) -> None:
        self._sessions.close(session)
        session.thread = None
        self._replays.forget(name)
        await asyncio.wait_for(self._conversations.forget(session), IN_TIME)

    async def _in_time(self, session: Session, thread: Thread, text: Text, order: str, name: str) -> Answer:
        """The answer; or the numbers where it takes too long, and then it comes before the next one."""
        turn = asyncio.create_task(self._turn(session, thread, text, order, name))
        done, _ = await asyncio.wait({turn}, timeout=IN_TIME)
        if done:
            return turn.result()
        turn.add_done_callback(lambda late: thread.late.extend(() if late.cancelled() or late.exception() else late.result()))
        return (_said("unavailable", session),)

    async def _turn(self, session: Session, thread: Thread, text: Text, order: str, name: str) -> Answer:
        async with thread.turn:
            if session.forgotten:
                return ()
            late, thread.late = tuple(thread.late), []
            answer = await self._next(session, thread, text, order)
        if thread.kind == FORGOTTEN:
            await self._forget(session, name)
        return (*late, *answer)

    async def _next(self, session: Session, thread: Thread, text: Text, order: str) -> Answer:
        """The next page, or the answer to what was asked, chosen or given as a number."""
        begun = bool(thread.kind)
        number = None if thread.counts else keywords.number(text.body)
        if not begun and (number is not None or order in SAYS.keys() - {"menu"}):
            return (_said("expired", session),)
        if order == "more" and thread.unread:
            return (thread.next_page(),)
        if thread.waits and order in ("more", "simpler"):
            return (thread.first,)  # the question again: it has no other page
        choice = ""
        if number is not None:
            if not 1 <= number <= len(thread.choices):
                return (_said("no_such_number", session),)
            if number > thread.shown:
                return (_said("not_shown_yet", session),)
            choice = thread.choices[number - 1]
        elif order in SAYS and not thread.waits and not (order == "back" and thread.kind == "result"):
            choice = SAYS[order]  # by its id, so that one English word does not change the language
        elif text.media and not text.body.strip():
            return (_said("picture", session),)
        return await self._asked(session, thread, text.body, choice)

    async def _asked(self, session: Session, thread: Thread, body: str, choice: str) -> Answer:
        """The core's answer; before the first of a conversation, what this line is."""
        answer = await self._conversations.send(session, "" if choice else body, choice, channel="sms")
        if answer.unavailable:
            return (_said("unavailable", session),)
        replies = [neutral.parse(reply) for reply in answer.replies]
        if sms.forgets(replies[-1]):  # said in other words than DELETE
            thread.kind = FORGOTTEN
            return (_say("deleted", replies[-1].lang),)
        page = thread.keep(sms.render(replies, self._site), replies[-1].kind)
        if thread.introduced or answer.emergency:
            return (page,)
        thread.introduced = True
        return _say("intro", replies[-1].lang), page


def _say(key: str, lang: str) -> str:
    return wording.say(f"sms.{key}", lang)


def _said(key: str, session: Session) -> str:
    """The words in the language last spoken, or in both."""
    return _say(key, session.last_lang) if session.last_lang else _in_both(key)


def _in_both(key: str) -> str:
    return "\n".join(_say(key, lang) for lang in LANGUAGES)
