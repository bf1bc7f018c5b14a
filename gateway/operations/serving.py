"""Serves the gateway, and leaves in order: asked to end, it takes no more turns, finishes those under way, and then ends."""

from __future__ import annotations

from types import FrameType

import uvicorn

from gateway.operations.doors import Doors
from gateway.operations.turn import Turns

FINISH_SECONDS = 12.0  # longer than any turn: eleven are what a text waits, and then it is told so
CLOSE_SECONDS = 3  # for answers that are still being sent


class Server(uvicorn.Server):
    """Uvicorn's server with a time between the signal and the closed door.

    Uvicorn alone closes its sockets at once: whoever comes then meets a broken connection in place of words and numbers.

    Args:
        linger: seconds for which it refuses in words although nothing is under way, so that a balancer notices.
    """

    def __init__(self, config: uvicorn.Config, doors: Doors, turns: Turns, linger: float) -> None:
        super().__init__(config)
        self._doors, self._turns, self._linger = doors, turns, linger

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin to leave; asked a second time, at once."""
        if self._doors.leaving or not self.started:
            super().handle_exit(sig, frame)
        else:
            self._doors.leave()

    async def on_tick(self, counter: int) -> bool:
        """End where nothing is under way any more, or where that took too long."""
        for_so_long = self._doors.leaving_for
        if self._doors.leaving and for_so_long >= self._linger and (not self._turns.in_flight or for_so_long >= self._linger + FINISH_SECONDS):
            return True
        return await super().on_tick(counter)


def run(config: uvicorn.Config, doors: Doors, turns: Turns, linger: float) -> None:
    """Serve until a signal, and leave in order."""
    config.timeout_graceful_shutdown = CLOSE_SECONDS
    Server(config, doors, turns, linger).run()
