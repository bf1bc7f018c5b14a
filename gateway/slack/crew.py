"""Work that goes on after Slack was answered: so much at once, known to the process, and finished before it ends."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Coroutine
from typing import Any

from gateway.operations.turn import hold, note

logger = logging.getLogger("gateway")

AT_ONCE = 32
MOST_WAITING = 500  # above it Slack is asked to try again later, or the person is
LAST_SECONDS = 6.0  # what the launcher leaves a process to end


class Crew:
    """Runs coroutines in the background."""

    def __init__(self, at_once: int = AT_ONCE, most: int = MOST_WAITING) -> None:
        self._places = asyncio.Semaphore(at_once)
        self._most = most
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def full(self) -> bool:
        """Whether too much is waiting to take on more."""
        return len(self._tasks) >= self._most

    def start(self, work: Coroutine[Any, Any, None], *, urgent: bool = False) -> None:
        """Do ``work`` as soon as there is a place, or at once where it is ``urgent``. What it raises is logged without words."""
        task = asyncio.create_task(self._do(work, urgent, hold()))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _do(self, work: Coroutine[Any, Any, None], urgent: bool, release: Callable[[], None]) -> None:
        try:
            if urgent:
                await work
            else:
                async with self._places:
                    await work
        except Exception as error:
            logger.error("a reply to Slack failed: %s", type(error).__name__)
            note(outcome="failed", part="slack", error=type(error).__name__)
        finally:
            work.close()  # does nothing to one that ran
            release()

    async def close(self, seconds: float = LAST_SECONDS) -> None:
        """Finish what was begun, for at most ``seconds``; then let go of the rest."""
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=seconds)
            for task in late:
                task.cancel()
