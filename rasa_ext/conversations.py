"""The tracker store: conversations in memory, bounded in length, in number and in time.

Rasa's own in-memory store never evicts, so that memory grows for ever and a survivor's words stay; and
a turn's cost grows with the conversation, because the whole tracker travels with each action call.
This one keeps the slots, the active loop and the last few turns, without the words.
"""

from __future__ import annotations

import os
import time
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.held import Held

IDLE_SECONDS = 30 * 60
ABSOLUTE_SECONDS = 4 * 60 * 60
TURNS_KEPT = 3

HELD = Held(
    what="What a conversation is about (section, date, language, choices offered), the answers given in an interview, and the kind of its last "
         f"{TURNS_KEPT} turns. Not what was written, and not what was answered.",
    where="memory of the Rasa process, under a random id",
    how_long="`CONVERSATION_IDLE_SECONDS` after its last message, at most `CONVERSATION_SECONDS`; an expired one is dropped within a minute",
    who="whoever controls the machine",
    erased="DELETE on every channel, the end of its session, a restart",
)


@dataclass
class _Kept:
    events: list[Event]
    started: float
    touched: float


class ExpiringTrackerStore(TrackerStore):
    """Holds at most ``max_conversations``; each expires when idle, and in any case after some hours."""

    def __init__(self, domain: Domain | None, host: str | None = None, event_broker: EventBroker | None = None, **kwargs: Any) -> None:
        """``host`` is what Rasa passes for the endpoint's address; a store in memory has none."""
        self._idle = float(os.environ.get("CONVERSATION_IDLE_SECONDS", IDLE_SECONDS))
        self._absolute = float(os.environ.get("CONVERSATION_SECONDS", ABSOLUTE_SECONDS))
        self._most = int(os.environ.get("MAX_CONVERSATIONS", "20000"))
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # the least recently used first
        super().__init__(domain, event_broker)

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Keep the tail of the conversation, and let go of what has expired."""
        now = time.monotonic()
        before = self._kept.pop(tracker.sender_id, None)
        self._kept[tracker.sender_id] = _Kept(_tail(tracker), before.started if before else now, now)
        self._expire(now)

    async def retrieve(self, sender_id: str) -> DialogueStateTracker | None:
        """The conversation as kept, or None where there is none or it has expired."""
        self._expire(time.monotonic())
        kept = self._kept.get(sender_id)
        if kept is None:
            return None
        return DialogueStateTracker.from_events(sender_id, kept.events, self.domain.slots, domain=self.domain)

    async def keys(self) -> Iterable[str]:
        """The ids of the conversations held now."""
        self._expire(time.monotonic())
        return list(self._kept)

    def forget(self, sender_id: str) -> None:
        """Erase a conversation at once."""
        self._kept.pop(sender_id, None)

    def sweep(self) -> None:
        """Let go of what has expired also when nobody comes."""
        self._expire(time.monotonic())

    def _expire(self, now: float) -> None:
        while self._kept:
            sender, oldest = next(iter(self._kept.items()))
            if now - oldest.touched > self._idle or len(self._kept) > self._most:
                del self._kept[sender]
            else:
                break
        for sender in [s for s, kept in self._kept.items() if now - kept.started > self._absolute]:
            del self._kept[sender]


def _tail(tracker: DialogueStateTracker) -> list[Event]:
    """The events that give back the same state: slots, loop, and the last turns cut where the bot listened."""
    events = list(tracker.applied_events())
    starts = [i for i, event in enumerate(events) if isinstance(event, ActionExecuted) and event.action_name == ACTION_LISTEN_NAME]
    cut = starts[-TURNS_KEPT - 1] if len(starts) > TURNS_KEPT else 0
    head: list[Event] = []
    if cut:
        slots = {e.key: e.value for e in events[:cut] if isinstance(e, SlotSet)}
        loops = [e for e in events[:cut] if isinstance(e, ActiveLoop)]
        head = [SessionStarted(), *(SlotSet(name, value) for name, value in slots.items()), *loops[-1:]]
    return head + [_wordless(event) for event in events[cut:]]


def _wordless(event: Event) -> Event:
    """The event without anything a person wrote or was told; its intent is enough to go on."""
    if isinstance(event, UserUttered):
        return UserUttered("", intent={"name": event.intent_name, "confidence": 1.0}, input_channel=event.input_channel, timestamp=event.timestamp)
    if isinstance(event, BotUttered):
        return BotUttered("", timestamp=event.timestamp)
    return event
