"""Whether turns are taken: not after the service was closed for good, and not while this process leaves.

Someone in danger is answered in either case: that is decided before anyone looks here.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

FLAG = "sunset"  # the file in STATE_DIR that closes the service without a restart
LOOK_EVERY = 1.0  # seconds


class Doors:
    """The doors of one gateway.

    Args:
        sunset: closed by the setting, whatever the file says.
        folder: where the file ``sunset`` may stand. It is looked for again each second; a folder that cannot be read counts as without it.
        clock: seconds that only grow; set in tests.
    """

    def __init__(self, sunset: bool = False, folder: Path | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        self._sunset, self._clock = sunset, clock
        self._flag = folder / FLAG if folder else None
        self._seen, self._looked = False, -LOOK_EVERY
        self._left = 0.0
        self.leaving = False

    @property
    def closed(self) -> bool:
        """Whether the service is closed for good."""
        if self._sunset or self._flag is None:
            return self._sunset
        if self._clock() - self._looked >= LOOK_EVERY:
            self._looked = self._clock()
            try:
                self._seen = self._flag.exists()
            except OSError:
                self._seen = False
        return self._seen

    @property
    def refuses(self) -> str:
        """Why no turn is taken: "closed", "leaving", or "" where it is. Each is a key of gateway.yml."""
        return "closed" if self.closed else "leaving" if self.leaving else ""

    def leave(self) -> None:
        """Take no more turns: this process ends soon."""
        self.leaving, self._left = True, self._clock()

    @property
    def leaving_for(self) -> float:
        """Seconds since ``leave``; zero before."""
        return self._clock() - self._left if self.leaving else 0.0
