"""Starts the action server, quiet: rasa_sdk's own start logs each call."""

from __future__ import annotations

import argparse
import logging
import os


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
    desk()  # the store and its readers are opened before the first question, not by it
    app = create_app("actions")
    wordless.install()
    app.run(host=os.environ["SANIC_HOST"], port=port, access_log=False, debug=False)


if __name__ == "__main__":
    main()
