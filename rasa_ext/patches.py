"""What Rasa 3.6.21 does in a way that a person in need cannot wait for, put right in one place."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import jsonschema
from rasa.core.actions import action
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.utils.endpoints import EndpointConfig

# A hung action server would hold its conversation's lock for Rasa's own limit of 300 s.
ACTION_SECONDS = 5


def apply() -> None:
    """Cap and retry action calls, compile the schema of their results once, and let a lost store be noticed."""
    action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS  # type: ignore[attr-defined]
    _compile_result_schema()
    _retry_action_calls()
    _tell_of_lost_conversations()


def _compile_result_schema() -> None:
    validator = jsonschema.Draft7Validator(action.RemoteAction.action_response_format_spec())

    def validate(self: action.RemoteAction, result: dict[str, Any]) -> bool:
        validator.validate(result)
        return True

    action.RemoteAction._validate_action_result = validate  # type: ignore[method-assign]


def _retry_action_calls() -> None:
    """Call the action server a second time when it did not answer; the user's turn is never sent again.

    Actions only read the tracker that travels with the call, so that a second call is safe.
    """
    once = EndpointConfig.request

    async def request(self: EndpointConfig, *args: Any, **kwargs: Any) -> Any:
        try:
            return await once(self, *args, **dict(kwargs))
        except (aiohttp.ClientConnectionError, asyncio.TimeoutError):
            return await once(self, *args, **kwargs)

    EndpointConfig.request = request  # type: ignore[method-assign]


def _tell_of_lost_conversations() -> None:
    """Let the tracker store's errors reach the channel: Rasa would go on with an empty conversation, as if nothing had been said."""

    def raised(self: FailSafeTrackerStore, error: Exception) -> None:
        raise error

    FailSafeTrackerStore.on_tracker_store_error = raised  # type: ignore[method-assign]
    FailSafeTrackerStore.on_tracker_store_retrieve_error = raised  # type: ignore[method-assign]
