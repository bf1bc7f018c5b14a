"""The two ways into Rasa, both on loopback: ``rest`` for developers, ``gateway`` for the gateway.

Both answer someone in danger before Rasa sees the message, take the slash from payloads that would
bypass the understanding, and never stay silent.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import CollectingOutputChannel, InputChannel, UserMessage
from sanic import Blueprint, Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot import wordless
from bot.limits import LONGEST_MESSAGE
from bot.safety import wording
from bot.safety.emergency import watch
from bot.shared import StoreLost
from rasa_ext.conversations import ExpiringTrackerStore, idle_seconds

logger = logging.getLogger(__name__)
OnMessage = Callable[[UserMessage], Awaitable[Any]]
SWEEP_SECONDS = 60  # or as often as a conversation may expire
_CONVERSATION = re.compile(r"[\w.:-]{1,128}")


def _said(intent: str, entities: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    """Parse data that stands in for the understanding, where a message is not to be understood by its words."""
    name = {"name": intent, "confidence": 1.0}
    return {"intent": name, "intent_ranking": [name], "entities": entities or [], "text": ""}


def as_user_message(text: str, choice: str, sender: str, channel: str, metadata: dict[str, Any]) -> UserMessage:
    """The message as Rasa gets it: no leading slash, choices as parse data, nothing too long."""
    text = re.sub(r"^[\s/]+", "", text)
    parse_data = None
    if choice:
        # The id stands as the text too: an interview's form is filled by text, and an empty one would not reach it.
        text, parse_data = choice, _said("choose", [{"entity": "choice", "value": choice}])
    elif not text:
        parse_data = _said("say_nothing")
    elif len(text) > LONGEST_MESSAGE:
        text, parse_data = "", _said("say_too_much")
    return UserMessage(text, CollectingOutputChannel(), sender, parse_data=parse_data, input_channel=channel, metadata=metadata)


async def turn(on_new_message: OnMessage, message: UserMessage) -> list[dict[str, Any]]:
    """What Rasa says to ``message``; empty where it failed. Nothing of the message is logged.

    Keeping the conversation comes last. Where that failed, nothing of what was collected is said: a question that is shown and was
    not kept would take the answer to it for the answer to the one before.
    """
    wordless.install()  # not before: while Rasa starts, its own words tell what is wrong
    try:
        await on_new_message(message)
    except asyncio.CancelledError:
        logger.error("turn cancelled")
        return []
    except Exception as error:
        logger.error("turn failed: %s", type(error).__name__)
        return []
    assert isinstance(message.output_channel, CollectingOutputChannel)
    return list(message.output_channel.messages)


class LocalRest(InputChannel):
    """Rasa's ``rest`` address with plain text replies, for developers and tests on this machine."""

    @classmethod
    def name(cls) -> str:
        """The address below ``/webhooks/``."""
        return "rest"

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """``POST /webhooks/rest/webhook`` with ``{"sender", "message"}``."""
        routes = Blueprint("local_rest", __name__)

        @routes.route("/", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = _json_object(request)
            sender, text = body.get("sender"), body.get("message")
            if not isinstance(sender, str) or not _CONVERSATION.fullmatch(sender):
                return response.json({"error": "Say who is asking: a `sender` of letters, digits, . : _ or -"}, status=400)
            if not isinstance(text, str):
                return response.json({"error": "Say what is asked: a `message` that is text"}, status=400)
            if danger := watch().look(text):
                return response.json([{"recipient_id": sender, "text": wording.emergency(danger.kind, danger.lang)}])
            said = await turn(on_new_message, as_user_message(text, "", sender, "rest", {}))
            return response.json(said or [{"recipient_id": sender, "text": wording.unavailable()}])

        return routes


class GatewayInput(InputChannel):
    """The internal channel: the gateway's messages in, neutral replies out."""

    @classmethod
    def name(cls) -> str:
        """The address below ``/webhooks/``."""
        return "gateway"

    def blueprint(self, on_new_message: OnMessage) -> Blueprint:
        """``POST /webhooks/gateway/webhook``, ``DELETE …/conversations/<id>``, ``GET …/ready``."""
        routes = Blueprint("gateway_input", __name__)

        @routes.listener("after_server_start")
        async def begin_sweeping(app: Sanic, loop: asyncio.AbstractEventLoop) -> None:
            app.add_task(_sweep(app, min(SWEEP_SECONDS, idle_seconds())))

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            body = _json_object(request)
            sender, text, choice = body.get("conversation"), body.get("text") or "", body.get("choice") or ""
            if not isinstance(sender, str) or not _CONVERSATION.fullmatch(sender) or not isinstance(text, str) or not isinstance(choice, str):
                return response.json({"error": "malformed"}, status=400)
            if danger := watch().look(text):
                return response.json({"emergency": {"kind": danger.kind, "lang": danger.lang}})
            metadata = {key: body[key] for key in ("channel", "audience") if isinstance(body.get(key), str)}
            said = await turn(on_new_message, as_user_message(text, choice, sender, "gateway", metadata))
            return response.json({"replies": [item["custom"] for item in said if "custom" in item]})

        @routes.route("/conversations/<conversation>", methods=["DELETE"])
        async def forget(request: Request, conversation: str) -> HTTPResponse:
            agent = request.app.ctx.agent
            try:
                # Waits for the turn in flight, which would otherwise save the conversation back.
                async with agent.lock_store.lock(conversation):
                    await running_store(agent).forget(conversation)
            except StoreLost:
                return response.json({"error": "unavailable"}, status=503)
            return response.empty()

        @routes.route("/ready", methods=["GET"])
        async def ready(request: Request) -> HTTPResponse:
            agent = getattr(request.app.ctx, "agent", None)
            store = running_store(agent) if agent is not None and agent.is_ready() else None
            # A store that fails to import silently becomes Rasa's own, which forgets nothing.
            good = isinstance(store, ExpiringTrackerStore) and await store.answers()
            return response.json({"ready": good}, status=200 if good else 503)

        return routes


async def _sweep(app: Sanic, seconds: float) -> None:
    """Without it the last conversation of a day would stay until somebody else asks something."""
    while True:
        await asyncio.sleep(seconds)
        if (agent := getattr(app.ctx, "agent", None)) and hasattr(store := running_store(agent), "sweep"):
            await store.sweep()


def running_store(agent: Any) -> Any:
    """The tracker store inside Rasa's fail-safe wrapper."""
    return getattr(agent.tracker_store, "_tracker_store", agent.tracker_store)


def _json_object(request: Request) -> dict[str, Any]:
    try:
        body = request.json
    except Exception:
        return {}
    return body if isinstance(body, dict) else {}
