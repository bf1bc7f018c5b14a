"""What the gateway keeps of a conversation by text, beside its session and gone with it: pages not read yet, numbers offered."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field

from bot.held import Held
from bot.render.pages import Page
from bot.render.sms import Rendered
from gateway.sessions import Session

HELD = Held(
    what="Pages of an answer by text that were not read yet, and what the numbers in it stand for",
    where="memory of the gateway, with its session",
    how_long="as long as the session",
    who="whoever controls the machine; whoever holds the phone can ask for MORE",
    erased="DELETE by text, a restart",
)


@dataclass
class Thread:
    """Where one phone's conversation stands. Nothing of what the person wrote."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)  # two texts at once are answered in order
    introduced: bool = False
    rests_until: float = 0.0  # after a flood, by the monotonic clock
    kind: str = ""  # of the last reply; empty before the first
    first: str = ""  # its first page: the question, where one waits
    unread: tuple[Page, ...] = ()
    choices: tuple[str, ...] = ()  # what numbers stand for
    shown: int = 0  # how many of them were on a page already
    counts: bool = False  # a bare number is an answer by itself
    late: list[str] = field(default_factory=list)  # pages that were not ready in time

    @classmethod
    def of(cls, session: Session) -> Thread:
        """The thread of ``session``."""
        if session.thread is None:
            session.thread = cls()
        thread: Thread = session.thread
        return thread

    @property
    def waits(self) -> bool:
        """Whether a question of an interview stands open."""
        return self.kind == "question"

    def keep(self, rendered: Rendered, kind: str) -> str:
        """Take a new reply; its first page.

        Numbers keep what they stood for while nothing else is offered: the list is still on the phone's screen.
        """
        self.kind, self.unread, self.counts, self.shown = kind, rendered.pages, rendered.counts, 0 if rendered.choices else self.shown
        if rendered.choices or self.waits:
            self.choices, self.shown = rendered.choices, len(rendered.choices) if self.waits else 0
        self.first = self.next_page()
        return self.first

    def next_page(self) -> str:
        """The next page not read yet."""
        page, *rest = self.unread
        self.unread, self.shown = tuple(rest), max(self.shown, page.shown)
        return page.text
