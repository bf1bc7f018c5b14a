"""What Rasa 3.6.21 does in a way that a person in need cannot wait for, put right in one place."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any
from weakref import WeakKeyDictionary

import aiohttp
import msgspec
from rasa.core.actions import action
from rasa.core.tracker_store import FailSafeTrackerStore
from rasa.utils.endpoints import EndpointConfig

from rasa_ext import turns

# A hung action server would hold its conversation's lock for Rasa's own limit of 300 s.
ACTION_SECONDS = 5


def apply() -> None:
    """Cap and retry action calls, keep their connections, let a lost store be noticed, and spare each turn what it need not do."""
    action.DEFAULT_REQUEST_TIMEOUT = ACTION_SECONDS  # type: ignore[attr-defined]
    _check_results_by_type()
    _keep_connections()
    _retry_action_calls()
    _tell_of_lost_conversations()
    turns.apply()


class _Result(msgspec.Struct):
    """What an action server sends back: the shape that everything after the check relies on."""

    events: list[dict[str, Any]] = []
    responses: list[dict[str, Any]] = []


def _check_results_by_type() -> None:
    """Refuse what is no result of an action, in microseconds.

    Rasa checks a JSON schema at each call; even compiled once that is a millisecond and more. What the schema says of the
    single events, Rasa's own reading of them says again.
    """

    def validate(self: action.RemoteAction, result: dict[str, Any]) -> bool:
        msgspec.convert(result, _Result)
        return True

    action.RemoteAction._validate_action_result = validate  # type: ignore[method-assign]


class _Kept:
    """A client session that stays open when the ``async with`` around one call ends."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def __aenter__(self) -> aiohttp.ClientSession:
        return self._session

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        return None


def _keep_connections() -> None:
    """Use one session an endpoint and event loop: Rasa opens a session, and so a connection, for each call of an action."""
    opened = EndpointConfig.session
    kept: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[int, aiohttp.ClientSession]] = WeakKeyDictionary()

    def session(self: EndpointConfig) -> Any:
        mine = kept.setdefault(asyncio.get_running_loop(), {})
        if id(self) not in mine or mine[id(self)].closed:
            mine[id(self)] = opened(self)
        return _Kept(mine[id(self)])

    EndpointConfig.session = session  # type: ignore[method-assign]


def _retry_action_calls() -> None:
    """Call the action server a second time when it did not answer; the user's turn is never sent again.

    Actions only read the tracker that travels with the call, so that a second call is safe. It also covers a kept
    connection that the action server has closed in the meantime.
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
