"""Between Rasa's tracker and the core's values."""

from __future__ import annotations

import msgspec
from rasa_sdk import Tracker
from rasa_sdk.events import ActiveLoop, EventType, SlotSet

from bot.reply import Clause, Memory, Question

_RASAS_OWN = ("action_listen", "action_extract_slots", "action_session_start")
FORM, SLOT = "interview_form", "interview_answer"
_FIELDS = Memory.__struct_fields__


def as_question(tracker: Tracker) -> Question:
    """The latest message with what is remembered of the conversation."""
    message = tracker.latest_message
    metadata = message.get("metadata") or {}
    intent = (message.get("intent") or {}).get("name") or ""
    choice = next((e["value"] for e in message.get("entities", ()) if e.get("entity") == "choice" and intent == "choose"), "")
    clauses = msgspec.convert(message.get("clauses") or [], tuple[Clause, ...], strict=False)
    text = "" if choice else message.get("text") or ""
    return Question(
        text=text, clauses=clauses or (Clause(text, ()),), choice=choice, too_long=intent == "say_too_much",
        channel=metadata.get("channel", "rest"), audience="advocate" if metadata.get("audience") == "advocate" else "public",
        memory=memory(tracker),
    )


def memory(tracker: Tracker) -> Memory:
    """What is remembered, from the slots of the same names."""
    known = {name: tracker.get_slot(name) for name in _FIELDS}
    return msgspec.convert({name: value for name, value in known.items() if value is not None}, Memory, strict=False)


def slot_events(before: Memory, after: Memory) -> list[EventType]:
    """The slots that the turn changed."""
    old, new = msgspec.to_builtins(before), msgspec.to_builtins(after)
    return [SlotSet(name, new.get(name)) for name in _FIELDS if old.get(name) != new.get(name)]


def form_events(tracker: Tracker, *, waiting: bool) -> list[EventType]:
    """Keep Rasa's one form active as long as an interview waits for an answer, and its slot empty.

    The form ends by its filled slot. An interview that is paused for an emergency leaves the form at once.
    """
    active = (tracker.active_loop or {}).get("name") == FORM
    if waiting:
        return [SlotSet(SLOT, None)] if active else [SlotSet(SLOT, None), ActiveLoop(FORM)]
    return [SlotSet(SLOT, "done"), ActiveLoop(None)] if active else []


def answered_already(tracker: Tracker) -> bool:
    """Whether one of this project's actions has answered the latest message."""
    for event in reversed(tracker.events):
        if event["event"] == "user":
            return False
        if event["event"] == "action" and event["name"].startswith("action_") and event["name"] not in _RASAS_OWN:
            return True
    return False
