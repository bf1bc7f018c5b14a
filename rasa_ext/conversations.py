"""The tracker store: conversations bounded in length, in number and in time, in memory or in a shared Redis.

Rasa's own in-memory store never evicts, so that memory grows for ever and a survivor's words stay; its Redis store waits for a hung
Redis without an end. This one keeps the tail of a conversation, without the words.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.held import Held
from bot.shared import Shared
from rasa_ext.shelves import Life, MemoryShelf, SharedShelf, Shelf
from rasa_ext.tail import TURNS_KEPT, tail

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 4 * 60 * 60

HELD = Held(
    what="What a conversation is about (section, date, language, choices offered), the answers given in an interview, and the kind of its last "
         f"{TURNS_KEPT} turns. Not what was written, and not what was answered.",
    where="memory of the Rasa process, or the Redis of `REDIS_URL`, under a random id",
    how_long="`CONVERSATION_IDLE_SECONDS` after its last message, at most `CONVERSATION_SECONDS`; an expired one is dropped within a minute",
    who="whoever controls the machine",
    erased="DELETE on every channel, the end of its session, a restart",
)


def idle_seconds() -> float:
    """How long a conversation is kept after its last message."""
    return float(os.environ.get("CONVERSATION_IDLE_SECONDS", IDLE_SECONDS))


class ExpiringTrackerStore(TrackerStore):
    """Conversations that expire when idle, and in any case after some hours. ``REDIS_URL`` alone says where they lie."""

    def __init__(self, domain: Domain | None, host: str | None = None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        """``host`` is what Rasa passes for the endpoint's address; the address of the Redis comes from the environment."""
        absolute = float(os.environ.get("CONVERSATION_SECONDS", ABSOLUTE_SECONDS))
        life = Life(idle_seconds(), absolute, int(os.environ.get("MAX_CONVERSATIONS", "20000")))
        url = os.environ.get("REDIS_URL")
        self.shelf: Shelf = SharedShelf(Shared(url), life) if url else MemoryShelf(life)
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tail of the conversation."""
        await self.shelf.put(tracker.sender_id, tail(tracker))

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as kept, or None where there is none or it has expired."""
        events = await self.shelf.get(sender_id)
        return DialogueStateTracker.from_events(sender_id, events, self.domain.slots, domain=self.domain) if events is not None else None

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations held now."""
        return await self.shelf.ids()

    async def forget(self, sender_id: str) -> None:
        """Erase a conversation at once."""
        await self.shelf.drop(sender_id)

    async def answers(self) -> bool:
        """Whether conversations can be read and kept now."""
        return await self.shelf.answers()

    async def sweep(self) -> None:
        """Let go of what has expired also when nobody comes. Redis does so by itself."""
        if isinstance(self.shelf, MemoryShelf):
            await self.shelf.ids()
