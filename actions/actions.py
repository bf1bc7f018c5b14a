"""One action a kind of route; each turns the tracker into a question and the core's replies into events.

No law, no wording, no logic here. Every non-abstract ``Action`` in this package is registered, so the
shared part is a base class whose ``name`` is abstract.
"""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import EventType
from rasa_sdk.executor import CollectingDispatcher

from actions.tracker import answered_already, as_question, form_events, slot_events
from bot import paths, service
from bot.desk import Desk
from bot.interviews import talk
from bot.law.fresh import Fresh
from bot.render import neutral, plain
from bot.reply import Line, Question, Reply, Turn
from bot.safety import wording

logger = logging.getLogger(__name__)


# The desk of this process: opened at the first action, and opened again when law.db was replaced.
desk = Fresh(paths.law_db, Desk.open)


class _CoreAction(Action, ABC):
    """Hands the message to the core and its replies to the channel."""

    @abstractmethod
    def name(self) -> str:
        """The action's name in domain.yml."""

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Answer one message."""
        question, now = Question(""), desk()
        try:
            question = as_question(tracker)
            turn = service.respond(now, question)
        except Exception as error:
            logger.error("the core failed: %s", type(error).__name__)
            turn = Turn((_unavailable(question.memory.lang or "en"),), question.memory)
        for reply in turn.replies:
            if tracker.get_latest_input_channel() == "gateway":
                dispatcher.utter_message(json_message=neutral.render(reply))
            else:
                dispatcher.utter_message(text=plain.render(reply, now.store))
        return [*slot_events(question.memory, turn.memory), *form_events(tracker, waiting=talk.running(now, turn.memory))]


class ActionAnswerQuestion(_CoreAction):
    """A question about the law, its history, help, or this service."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer_question"


class ActionConverse(_CoreAction):
    """Greetings, "more", "simpler", a change of language: the conversation itself."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_converse"


class ActionTakeChoice(_CoreAction):
    """A choice that was offered and picked."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_take_choice"


class ActionTurnAway(_CoreAction):
    """What this service does not do: other subjects, harm, attempts to take it over."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_turn_away"


class ActionAnswerEmergency(_CoreAction):
    """An emergency that only the classifier recognised."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_answer_emergency"


class ValidateInterviewForm(_CoreAction):
    """A message while an interview waits for an answer: what it means is for the core to say."""

    def name(self) -> str:
        """The action's name in domain.yml; Rasa calls it before it asks for the form's slot again."""
        return "validate_interview_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[EventType]:
        """Take the message; Rasa also calls this right after another action has begun the form, when there is none to take."""
        if answered_already(tracker):
            return []
        return super().run(dispatcher, tracker, domain)


class ActionAskBack(_CoreAction):
    """A message that was not understood, was empty or too long."""

    def name(self) -> str:
        """The action's name in domain.yml."""
        return "action_ask_back"


def _unavailable(lang: str) -> Reply:
    return Reply(kind="info", lang=lang, lines=(Line(wording.unavailable(lang), kind="note"),))
