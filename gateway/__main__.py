"""Starts the gateway: ``python -m gateway --port 8000``."""

from __future__ import annotations

import argparse
import os
import sys

import uvicorn

from bot import unseen
from bot.errors import CharterOakError
from gateway.app import create_app
from gateway.operations import metrics, serving


def main() -> None:
    """Serve on loopback, or on ``GATEWAY_HOST``. No access log: addresses and times of visits are nobody's."""
    parser = argparse.ArgumentParser(description="Charter Oak's gateway")
    parser.add_argument("--port", type=int, default=8000)
    port = parser.parse_args().port
    unseen.close_memory()
    host = os.environ.get("GATEWAY_HOST", "127.0.0.1")
    try:
        app = create_app()
        close_metrics = metrics.serve(app.state.metrics, app.state.settings)
    except CharterOakError as error:
        sys.exit(str(error))
    # proxy_headers: X-Forwarded-For counts as far as TRUSTED_PROXIES says, and uvicorn has another rule.
    config = uvicorn.Config(
        app, host=host, port=port, access_log=False, log_level="warning", server_header=False, ws="none", proxy_headers=False
    )
    serving.run(config, app.state.doors, app.state.turns, app.state.settings.linger)
    close_metrics()


if __name__ == "__main__":
    main()
