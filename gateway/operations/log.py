"""One line a turn, as JSON, of fields that are allowed one by one.

On a small site the log alone could tell on someone: a subject beside a minute and a channel is the question of the one person who
texted then. So a line holds no subject, no language, and not even that it was an emergency; lines are held for ten minutes and
written in no order, under the time at which those ten minutes began. Only on one's own machine, where PUBLIC_URL is not set, may
LOG_TURNS=topics write all of it at once.
"""

from __future__ import annotations

import json
import logging
import random
import sys
import time
from collections.abc import Callable

from bot.held import Held
from gateway.operations.subjects import subject
from gateway.operations.turn import Turn

HELD_SECONDS = 600
MOST_HELD = 10_000  # with so many, none stands alone
# Seconds. The first is far above what any answer from here takes, danger among them, so that the time does not tell the kind.
BUCKETS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
PLAIN = ("time", "channel", "outcome", "took", "part", "error")
TOPICS = (*PLAIN, "language", "kind", "topic")

HELD = Held(
    what="That a message was answered: channel, how it ended, how long it took. Not its subject, its language or whose it was",
    where="memory of the gateway for ten minutes; then its log, in no order, under the time at which those ten minutes began",
    how_long="as long as whoever runs it keeps the log; LOG_TURNS=off writes none",
    who="whoever reads the machine's logs",
    erased="whoever keeps the log",
)


def bucket(seconds: float) -> float:
    """The bound under which ``seconds`` lie; infinite above the last."""
    return next((bound for bound in BUCKETS if seconds <= bound), float("inf"))


class TurnLog:
    """Writes the lines.

    Args:
        mode: "plain", "topics" or "off".
        write: takes a line; to the process's output unless given.
        clock: seconds since the epoch; set in tests.
    """

    def __init__(self, mode: str, write: Callable[[str], None] | None = None, clock: Callable[[], float] = time.time) -> None:
        self._mode, self._write, self._clock = mode, write or _to_output(), clock
        self._held: list[dict[str, str]] = []
        self._since = self._slot()

    def add(self, turn: Turn) -> None:
        """Take down a turn that ended."""
        if self._mode == "off":
            return
        self.write_what_is_due()
        bound = bucket(turn.seconds)
        known = {
            "time": _at(self._clock() // 60 * 60 if self._mode == "topics" else self._since), "channel": turn.channel, "outcome": turn.outcome,
            "took": f"under {bound:g} s" if bound != float("inf") else f"over {BUCKETS[-1]:g} s", "part": turn.part, "error": turn.error,
            "language": turn.lang, "kind": turn.kind, "topic": subject(turn.topic, turn.kind),
        }
        self._held.append({name: known[name] for name in (TOPICS if self._mode == "topics" else PLAIN) if known[name]})
        if self._mode == "topics" or len(self._held) >= MOST_HELD:
            self.flush()

    def write_what_is_due(self) -> None:
        """Write the lines of the ten minutes that are over."""
        if (slot := self._slot()) != self._since:
            self.flush()
            self._since = slot

    def flush(self) -> None:
        """Write what is held: when its time is over, or the process ends."""
        lines, self._held = self._held, []
        random.SystemRandom().shuffle(lines)  # their order would string the turns of one conversation together
        for line in lines:
            self._write(json.dumps(line))

    def _slot(self) -> float:
        return self._clock() // HELD_SECONDS * HELD_SECONDS


def _at(seconds: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%MZ", time.gmtime(seconds))


def _to_output() -> Callable[[str], None]:
    logger = logging.getLogger("gateway.turns")
    if not logger.handlers:
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("%(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
        logger.propagate = False
    return logger.info
