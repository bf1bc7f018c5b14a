"""Everything that is measured, as steps whose figures are kept as they come: a run that was broken off goes on where it stopped."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from bench import floor, lookup, stock, training, where
from bench.running import ASKS, Running, ours
from bench.running import stock as started_stock
from bot import model, paths

CLIENTS = (1, 4, 16, 64)
VARIANTS = ("ours", "stock")
PAGES = ("/law/53a-192a", "/law", "/widget/charter-oak-chat.js")
RATE = 100  # requests a second to a page


@dataclass(frozen=True)
class Length:
    """How much is measured: rounds of each variant, seconds of each load, turns of a long conversation."""

    rounds: int = 3
    seconds: float = 8
    warm: float = 2
    turns: int = 404


class Suite:
    """One run. Each figure has a name ("ours/1/clients/16"); what stands in ``kept`` already is not measured again."""

    def __init__(self, kept: Path, length: Length, only: set[str], say: Callable[[str], None]) -> None:
        self._kept, self._length, self._only, self._say = kept, length, only, say
        self.found: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
        self._logs = stock.FOLDER / "logs"

    def run(self) -> dict[str, Any]:
        """Measure what is wanted and not there yet; the figures by name."""
        archive = model.train(self._say) if self._only - {"stock"} else model.current()
        trained = stock.prepare(self._say) if "stock" in self._only else None
        for number in range(1, self._length.rounds + 1):
            if "ours" in self._only:
                self._round("ours", number, lambda: ours(self._logs / "ours"))
            if trained is not None:
                self._round("stock", number, lambda: started_stock(self._logs / "stock", trained))
        if "parts" in self._only:
            self._step("parse/ours", lambda: _parse(sys.executable, "ours", archive))
            if trained is not None:
                self._step("parse/stock", lambda: _parse(str(stock.PYTHON), "stock", trained.model))
            self._step("floor", lambda: floor.measure(archive))
            self._step("lookup", lookup.measure)
            self._step("training/ours", lambda: training.measure(archive))
        if trained is not None:
            self._step("training/stock", lambda: {"seconds": trained.training, "size": trained.model.stat().st_size / 1e6})
        if "where" in self._only:
            self._step("where/turn", where.turn)
            self._step("where/start", where.start)
        return self.found

    def _step(self, name: str, measure: Callable[[], Any]) -> None:
        if name in self.found:
            return
        start = time.monotonic()
        self.found[name] = measure()
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        self._kept.write_text(json.dumps(self.found, indent=1))
        self._say(f"  {name}: {time.monotonic() - start:.0f} s")

    def _round(self, variant: str, number: int, start: Callable[[], AbstractContextManager[Running]]) -> None:
        """One start of a variant and everything that is asked of it."""
        at, length = f"{variant}/{number}", self._length
        if f"{at}/end" in self.found:
            return
        self._say(f"{variant}, round {number} of {length.rounds}")
        with contextlib.ExitStack() as stack:
            running = stack.enter_context(start())
            self.found.setdefault(f"{at}/start", running.seconds)
            rest = {"channel": "rest", "url": running.rest, "asks": ASKS, "warm": length.warm, "seconds": length.seconds}
            for clients in CLIENTS:
                self._step(f"{at}/clients/{clients}", partial(_asked, running, {**rest, "kind": "closed", "clients": clients}))
            self._step(f"{at}/conversation", lambda: _load({**rest, "kind": "conversation", "turns": length.turns}))
            self._step(f"{at}/memory", running.memory)
            if running.gateway:
                self._beyond(at, running)
        self._step(f"{at}/end", lambda: True)

    def _beyond(self, at: str, running: Running) -> None:
        """What stock has no like of: interviews, the gateway, the law pages."""
        neutral = {"channel": "gateway", "url": f"{running.rasa}/webhooks/gateway/webhook", "asks": ASKS}
        through = {"channel": "api", "url": f"{running.gateway}/api/v1/messages"}
        self._step(f"{at}/interview", lambda: _load({**neutral, "kind": "interview", "begin": "interview:vacatur", "turns": 100}))
        self._step(f"{at}/gateway", lambda: _load({**neutral, **through, "kind": "compared", "turns": 160, "other": neutral}))
        alone = {"kind": "closed", "clients": 1, "warm": self._length.warm, "seconds": self._length.seconds}
        self._step(f"{at}/through", partial(_asked, running, {**neutral, **through, **alone}))
        for page in PAGES:
            for again in (False, True):
                job = {"kind": "open", "url": running.gateway + page, "rate": RATE, "seconds": self._length.seconds, "again": again}
                self._step(f"{at}/page{page}/{'again' if again else 'first'}", partial(_load, job))


def _asked(running: Running, job: dict[str, Any]) -> dict[str, Any]:
    """The figures of a load, with the processor time in milliseconds that a turn took of each process: other work does not blur it."""
    before = running.processor()
    found = _load(job)
    return {**found, "processor": {name: 1000 * (used - before[name]) / found["asked"] for name, used in running.processor().items()}}


def _load(job: dict[str, Any]) -> dict[str, Any]:
    """The figures of the load generator, which is a process of its own. Raises ``RuntimeError`` with what went wrong."""
    done = subprocess.run([sys.executable, "-m", "bench.load"], input=json.dumps(job), capture_output=True, text=True, cwd=paths.ROOT, check=False)
    if done.returncode:
        raise RuntimeError(f"{job['kind']}: {done.stderr.strip().splitlines()[-1]}")
    return json.loads(done.stdout)  # type: ignore[no-any-return]


def _parse(python: str, variant: str, archive: Path) -> list[float]:
    """Milliseconds of each parse."""
    environ = {**os.environ, **stock.QUIET, "PYTHONPATH": str(paths.ROOT), "PYTHONWARNINGS": "ignore"}
    done = subprocess.run([python, "-m", "bench.parse", variant, str(archive)], env=environ, capture_output=True, text=True, check=True)
    return [1000 * seconds for seconds in json.loads(done.stdout.strip().splitlines()[-1])]
