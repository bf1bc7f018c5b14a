"""Parse alone: a model loaded by Rasa in a process of its own, messages one at a time.

Imports nothing of bench, so that both environments can run it: ``python -m bench.parse ours|stock MODEL``.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

TEXTS = (
    "how do i vacate my conviction", "do nail salons have to post the hotline notice", "what does 54-95c(b) say",
    "how much can i sue my trafficker for", "is there a time limit to sue", "cómo anulo mi condena por prostitución",
)
TIMED = 120


def main() -> None:
    """Print the seconds of each parse as JSON."""
    if sys.argv[1] == "ours":
        from rasa_ext import lean, patches

        lean.without_tensorflow()
        patches.apply()
    from rasa.core.agent import load_agent

    loop = asyncio.new_event_loop()
    agent = loop.run_until_complete(load_agent(model_path=sys.argv[2]))
    taken = []
    for number in range(TIMED + len(TEXTS)):
        start = time.perf_counter()
        found = loop.run_until_complete(agent.parse_message(TEXTS[number % len(TEXTS)]))
        taken.append(time.perf_counter() - start)
        assert found["intent"]["name"], found
    print(json.dumps(taken[len(TEXTS):]))


if __name__ == "__main__":
    main()
