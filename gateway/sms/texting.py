"""The order in which a text is considered: danger, then the phone's own orders, then what was asked.

Everything here works with the phone's hash; the number itself is only compared with the opt-outs, under their own key.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import NamedTuple

from bot.law.content import LANGUAGES
from bot.render import neutral, sms
from bot.safety import wording
from bot.safety.emergency import watch
from bot.shared import StoreLost
from gateway import unhelpful
from gateway.conversation import Conversations
from gateway.limits import Limits
from gateway.operations.turn import note
from gateway.sessions import BadToken, Session, Sessions
from gateway.sms import keywords
from gateway.sms.keywords import Keyword
from gateway.sms.optouts import OptOuts, OptOutsUnknown
from gateway.sms.replays import Replays
from gateway.sms.senders import Senders
from gateway.sms.thread import Thread
from gateway.sms.webhook import Text
from gateway.stores.kept import Busy

IN_TIME = 11.0  # seconds: Twilio waits 15 for an answer
FORGOTTEN = "forgotten"
RESTS = 180  # seconds of silence after a flood from one phone, which gets one notice
SAYS = {
    "more": "say:more", "simpler": "say:simpler", "menu": "say:menu", "back": "say:menu", "done": "say:goodbye", "unhelpful": unhelpful.LAST,
}

logger = logging.getLogger("gateway")
Answer = tuple[str, ...]


class Made(NamedTuple):
    """What came of a turn, and whether the conversation is to be forgotten after it."""

    answer: Answer
    forgets: bool


class Texting:
    """Answers texts: what goes back for each, one or two messages, or none for silence."""

    def __init__(
        self, site: str, sessions: Sessions, conversations: Conversations, limits: Limits, optouts: OptOuts, senders: Senders, replays: Replays
    ) -> None:
        self._site, self._sessions, self._conversations, self._limits, self._optouts = site, sessions, conversations, limits, optouts
        self._senders, self._replays = senders, replays
        self._forgetting: set[asyncio.Task[None]] = set()

    async def ready(self) -> bool:
        """Whether it can be told who opted out."""
        return await self._optouts.ready()

    async def answer(self, text: Text) -> Answer:
        """What goes back for ``text``, inside 12 seconds whatever happens: else the numbers to call."""
        try:
            return await self._considered(text)
        except OptOutsUnknown as error:
            # Whoever opted out, perhaps because someone else reads the phone, gets no text whatever is broken here. So a first text
            # meets silence while that lasts; danger, HELP and a conversation under way were answered before.
            logger.error("it cannot be told who opted out of texts: %s", error)
            return ()
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
        try:
            names = await self._senders.names(text.sender)
            mark = self._replays.mark(text.sid)
            if not text.sid:
                return await self._ordered(text, keyword, names, mark)
            return await self._replays.once(mark, lambda: self._ordered(text, keyword, names, mark))
        except StoreLost as error:
            logger.warning("a text was answered without its conversation: %s", error)
            return await self._unremembered(text, keyword)

    async def _note(self, text: Text) -> None:
        """What Twilio did about a keyword, so that both lists say the same."""
        if text.keyword == "STOP":
            await self._optouts.add(text.phone)
        elif text.keyword == "START":
            await self._optouts.remove(text.phone)

    async def _ordered(self, text: Text, keyword: Keyword | None, names: Sequence[str], mark: str) -> Answer:
        """Obey an order of the phone's own, respect an opt-out and the limit, else answer what was asked."""
        order = keyword.order if keyword else ""
        session, _ = await self._sessions.named(*names)
        thread = Thread.of(session)
        lang = session.last_lang or (keyword.lang if keyword else "") or LANGUAGES[0]
        if keyword and keyword.lang == "es":
            lang = "es"  # who writes ALTO reads Spanish; who writes STOP may do so in either language
        if order == "stop":
            return await self._stop(text.phone, lang, session)
        if order == "help":
            return (_say("help", lang),)
        if order == "delete":
            await self._forget(session, thread)
        out = await self._is_out(text.phone, talks=bool(thread.kind))
        if order == "delete":
            return () if out else (_say("deleted", lang),)
        if order == "start" or (out and order == "start_again"):
            await self._optouts.remove(text.phone)
            return (_say("started", lang),)
        if out or keywords.is_reaction(text.body) or time.time() < thread.rests_until:
            return ()
        if await self._limits.of_sender(names[0]):
            return (_said("too_many", session),) if await self._rests(session) else ()
        if self._conversations.doors.closed:
            note(outcome="closed")
            return (_say("closed", session.last_lang),) if session.last_lang else tuple(_say("closed", each) for each in LANGUAGES)
        return await self._in_time(session, text, order, mark)

    async def _unremembered(self, text: Text, keyword: Keyword | None) -> Answer:
        """Without the store of the conversations: the orders that need none, else that no answer can be given now."""
        order, lang = (keyword.order, keyword.lang or LANGUAGES[0]) if keyword else ("", "")
        if order == "stop":
            return await self._stop(text.phone, lang)
        if order == "help":
            return (_say("help", lang),)
        if order == "start":
            await self._optouts.remove(text.phone)
            return (_say("started", lang),)
        return () if await self._optouts.has(text.phone) else (_in_both("unavailable"),)

    async def _is_out(self, phone: str, *, talks: bool) -> bool:
        """Whether ``phone`` opted out. Where that cannot be told, a phone that was answered in this conversation did not: STOP ends it."""
        try:
            return await self._optouts.has(phone)
        except OptOutsUnknown:
            if talks:
                return False
            raise

    async def _stop(self, phone: str, lang: str, session: Session | None = None) -> Answer:
        """No more texts; confirmed only once it is kept."""
        try:
            out = await self._optouts.has(phone)
            await self._optouts.add(phone)
        except OptOutsUnknown:
            if session:
                await self._sessions.close(session)
            await self._optouts.add(phone)
            return ()
        return () if out else (_say("stopped", lang),)

    async def _rests(self, session: Session) -> bool:
        """Let a phone that floods rest; whether that is new."""
        with suppress(BadToken, Busy):
            async with self._sessions.turn(session, IN_TIME) as current:
                thread = Thread.of(current)
                if time.time() >= thread.rests_until:
                    thread.rests_until = time.time() + RESTS
                    thread.keep_in(current)
                    return True
        return False

    async def _forget(self, session: Session, thread: Thread) -> None:
        await self._replays.forget(thread.answered)
        forgetting = asyncio.create_task(self._conversations.forget(session))
        await asyncio.wait({forgetting}, timeout=IN_TIME)
        if not forgetting.done():
            raise TimeoutError
        forgetting.result()

    async def _in_time(self, session: Session, text: Text, order: str, mark: str) -> Answer:
        """The answer; or the numbers where it takes too long, and then it comes before the next one."""
        try:
            made = await self._conversations.in_turn(session, lambda current: self._turn(current, text, order, mark), self._keep_late, IN_TIME)
        except BadToken:  # forgotten meanwhile
            return ()
        except Busy:
            made = None
        if made is None:
            return (_said("unavailable", session),)
        if made.forgets:
            await self._forget(session, Thread.of(session))
        return made.answer

    def _keep_late(self, session: Session, made: Made) -> None:
        if made.forgets:
            task = asyncio.create_task(self._forget(session, Thread.of(session)))  # once this turn is over
            self._forgetting.add(task)
            task.add_done_callback(self._forgetting.discard)
            return
        thread = Thread.of(session)
        thread.late.extend(said for said in made.answer if said != _said("unavailable", session))
        thread.keep_in(session)

    async def _turn(self, session: Session, text: Text, order: str, mark: str) -> Made:
        thread = Thread.of(session)
        late, thread.late = tuple(thread.late), []
        answer = await self._next(session, thread, text, order)
        thread.answered.append(mark)
        thread.keep_in(session)
        return Made((*late, *answer), thread.kind == FORGOTTEN)

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
        answer = await self._conversations.ask(session, "" if choice else body, choice, channel="sms")
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
