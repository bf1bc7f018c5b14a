"""What is kept of a conversation between its turns: slots, the active loop and the last few turns, without the words.

A turn's cost would otherwise grow with the conversation, because the whole tracker travels with each action call.
"""

from __future__ import annotations

from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted, ActiveLoop, BotUttered, Event, SessionStarted, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

TURNS_KEPT = 3


def tail(tracker: DialogueStateTracker) -> list[Event]:
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
