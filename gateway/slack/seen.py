"""What was taken already, so that a retried event or a second press is not answered twice. Ids only, for an hour."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable

from bot.held import Held

KEPT_SECONDS = 3600  # Slack tries an event again at once, after a minute and after five
MOST = 50_000


HELD = Held(
    what="Which of Slack's requests were taken: Slack's ids of events, places of messages and presses",
    where="memory of the gateway",
    how_long=f"{KEPT_SECONDS // 60} minutes",
    who="whoever controls the machine",
    erased="a restart",
)


class Seen:
    """A bounded memory of ids."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._ids: OrderedDict[str, float] = OrderedDict()

    def again(self, name: str) -> bool:
        """Whether ``name`` came before; it counts as seen from now on."""
        now = self._clock()
        while self._ids and (len(self._ids) >= MOST or next(iter(self._ids.values())) < now - KEPT_SECONDS):
            self._ids.popitem(last=False)
        if name in self._ids:
            return True
        self._ids[name] = now
        return False
