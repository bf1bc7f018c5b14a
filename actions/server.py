"""Starts the action server, quiet: rasa_sdk's own start logs each call."""

from __future__ import annotations

import argparse
import logging
import os
from typing import Any

import msgspec
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse


class _Tracker(msgspec.Struct):
    """As much of a tracker as has to be of its kind for an action to be called at all."""

    slots: dict[str, Any] = {}
    latest_message: dict[str, Any] | None = None
    events: list[dict[str, Any]] | None = None
    active_loop: dict[str, Any] | None = None


class _Call(msgspec.Struct):
    """A call of an action, as Rasa sends it."""

    next_action: str
    tracker: _Tracker
    domain: dict[str, Any] | None = None
    version: str | None = None


def refuse_what_is_no_call(app: Sanic) -> None:
    """Answer 400 to what is not a call of an action; rasa_sdk itself would fail on it."""

    @app.on_request
    async def look(request: Request) -> HTTPResponse | None:
        if request.method != "POST" or request.path != "/webhook":
            return None
        try:
            msgspec.json.decode(request.body, type=_Call)
        except (msgspec.DecodeError, RecursionError):
            return response.json({"error": "malformed"}, status=400)
        return None


def main() -> None:
    """Serve the actions on loopback, or on ``SANIC_HOST``."""
    parser = argparse.ArgumentParser(description="Charter Oak's action server")
    parser.add_argument("--port", type=int, default=5055)
    port = parser.parse_args().port
    os.environ.setdefault("SANIC_HOST", "127.0.0.1")
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    from rasa_sdk.endpoint import create_app

    from actions.actions import desk
    from bot import unseen, wordless

    unseen.close_memory()
    refuse_what_is_no_call(app := create_app("actions"))
    desk()  # the store and its readers are opened before the first question, not by it
    wordless.install()
    app.run(host=os.environ["SANIC_HOST"], port=port, access_log=False, debug=False)


if __name__ == "__main__":
    main()
