"""What the gateway keeps of a conversation by text, in its session and gone with it: pages not read yet, numbers offered."""

from __future__ import annotations

from functools import cache

import msgspec

from bot.held import Held
from bot.render.pages import Page
from bot.render.sms import Rendered
from gateway.sessions import Session

MOST_MARKS = 100

HELD = Held(
    what="Pages of an answer by text that were not read yet, and what the numbers in it stand for",
    where="memory of the gateway, or the Redis of `REDIS_URL`, with its session",
    how_long="as long as the session",
    who="whoever controls the machine; whoever holds the phone can ask for MORE",
    erased="DELETE by text, a restart",
)


class Thread(msgspec.Struct, omit_defaults=True):
    """Where one phone's conversation stands. Nothing of what the person wrote."""

    introduced: bool = False
    rests_until: float = 0.0  # after a flood, since the epoch
    kind: str = ""  # of the last reply; empty before the first
    first: str = ""  # its first page: the question, where one waits
    unread: tuple[Page, ...] = ()
    choices: tuple[str, ...] = ()  # what numbers stand for
    shown: int = 0  # how many of them were on a page already
    counts: bool = False  # a bare number is an answer by itself
    late: list[str] = []  # pages that were not ready in time
    answered: list[str] = []  # the marks of the messages answered last, whose answers are forgotten with it

    @classmethod
    def of(cls, session: Session) -> Thread:
        """The thread of ``session`` as it was kept."""
        return _reader().decode(session.thread) or cls()

    def keep_in(self, session: Session) -> None:
        """Write it into ``session``, which is in its turn."""
        self.answered = self.answered[-MOST_MARKS:]
        session.thread = msgspec.Raw(msgspec.json.encode(self))

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


@cache
def _reader() -> msgspec.json.Decoder[Thread | None]:
    return msgspec.json.Decoder(Thread | None)
