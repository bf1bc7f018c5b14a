"""Starts Rasa's own command line, lean: ``python -m rasa_ext.serve run -i 127.0.0.1``."""

from __future__ import annotations

import os


def main() -> None:
    """Run ``rasa`` with the arguments of this process."""
    # A failed training would otherwise try to reach an error-reporting host.
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    # A turn's one matrix product takes microseconds; with more threads each waits for it in a loop and takes a core from the others.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    os.environ["ACTIONS_URL"] = os.environ.get("ACTIONS_URL") or f"http://127.0.0.1:{os.environ.get('ACTIONS_PORT', '5055')}"
    from bot import unseen
    from rasa_ext import lean

    unseen.close_memory()
    lean.without_tensorflow()
    from rasa_ext import patches

    patches.apply()
    from rasa.__main__ import main as rasa_main

    rasa_main()


if __name__ == "__main__":
    main()
