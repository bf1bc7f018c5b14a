"""What Rasa 3.6.21 does over and over in each turn, done once or not at all; its results stay the same.

Found with ``bench/where.py``; docs/performance.md has the figures. Each part says what Rasa does, and why less is enough.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable
from functools import cache, lru_cache, wraps
from typing import Any

import dask.core
from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, SHOULD_NOT_BE_SET, RulePolicy
from rasa.engine.exceptions import GraphRunError
from rasa.engine.runner.dask import DaskGraphRunner
from rasa.shared.core import events
from rasa.shared.core.constants import PREVIOUS_ACTION, USER
from rasa.shared.nlu.constants import INTENT


def apply() -> None:
    """Put all parts in place."""
    _look_rules_up_by_intent()
    _skip_rules_by_text_where_there_are_none()
    _run_the_graph_directly()
    _find_event_types_once()


def _look_rules_up_by_intent() -> None:
    """Ask of the few rules on the message's intent whether they apply, not of all.

    Rasa asks each of some 300 rules, four times a turn. A rule whose last state names an intent can apply to no other
    intent, so that leaving those out loses none; what is left is asked as before.
    """
    among_all: Callable[..., set[str]] = RulePolicy._get_possible_keys

    @wraps(among_all)
    def possible(self: RulePolicy, lookup: dict[str, str], states: list[Any]) -> set[str]:
        if not states or not states[-1].get(PREVIOUS_ACTION):
            return among_all(self, lookup, states)  # the start of a conversation: Rasa compares nothing there
        by_intent = _by_intent(tuple(lookup))
        candidates = by_intent.get(states[-1].get(USER, {}).get(INTENT), ()) + by_intent.get(None, ())
        return among_all(self, dict.fromkeys(candidates, ""), states)

    RulePolicy._get_possible_keys = possible  # type: ignore[method-assign]


@lru_cache(maxsize=8)
def _by_intent(keys: tuple[str, ...]) -> dict[str | None, tuple[str, ...]]:
    """The keys of rules by the intent that their last state asks for; under None those that ask for none."""
    found: dict[str | None, list[str]] = defaultdict(list)
    for key in keys:
        states = json.loads(key)
        intent = states[-1].get(USER, {}).get(INTENT) if states else None
        found[None if intent == SHOULD_NOT_BE_SET else intent or None].append(key)
    return {intent: tuple(of_it) for intent, of_it in found.items()}


def _skip_rules_by_text_where_there_are_none() -> None:
    """Match rules against the message's very words only where a rule names words.

    A prediction by text knows no intent, so that only a rule without an intent can apply to it; where each rule has one,
    going through the conversation for it finds nothing.
    """
    found_by: Callable[..., tuple[str | None, str | None, bool]] = RulePolicy._find_action_from_rules

    @wraps(found_by)
    def find(self: RulePolicy, tracker: Any, domain: Any, use_text_for_last_user_input: bool) -> tuple[str | None, str | None, bool]:
        if use_text_for_last_user_input and not any(_by_intent(tuple(self.lookup[kind])).get(None) for kind in (RULES, RULES_FOR_LOOP_UNHAPPY_PATH)):
            return None, None, False
        return found_by(self, tracker, domain, use_text_for_last_user_input)

    RulePolicy._find_action_from_rules = find  # type: ignore[method-assign]


def _run_the_graph_directly() -> None:
    """Run the steps of a turn one after the other, without dask's scheduler and without writing all inputs out for the log.

    The scheduler keeps the books of a parallel run, though Rasa has it run one step at a time; and the line for the log
    is put together, message and conversation and all, also where it is not logged.
    """

    def run(self: DaskGraphRunner, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        wanted = targets or self._graph_schema.target_names
        steps = self._build_dask_graph(self._graph_schema.minimal_graph_schema(wanted))
        self._add_inputs_to_graph(inputs, steps)
        try:
            return dict(dask.core.get(steps, wanted))  # type: ignore[no-untyped-call]
        except RuntimeError as error:
            raise GraphRunError("Error running runner.") from error

    DaskGraphRunner.run = run  # type: ignore[method-assign,assignment]


def _find_event_types_once() -> None:
    """Keep which class a kind of event is; Rasa goes through all classes for each event that an action sends back."""
    events.Event.resolve_by_type = staticmethod(cache(events.Event.resolve_by_type))  # type: ignore[method-assign,assignment]
