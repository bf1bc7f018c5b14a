"""The memory of every process over a run, and whether it stays flat."""

from __future__ import annotations

import asyncio
import statistics
from dataclasses import dataclass, field

from bench.chaos.fleet import Fleet

EVERY_SECONDS = 2.0


@dataclass
class Memory:
    """Samples in MiB by process, from the start of a run to its end."""

    samples: dict[str, list[float]] = field(default_factory=dict)

    async def watch(self, fleet: Fleet) -> None:
        """Sample until cancelled."""
        while True:
            for name, process in fleet.processes.items():
                self.samples.setdefault(name, []).append(process.memory)
            await asyncio.sleep(EVERY_SECONDS)

    def course(self, name: str) -> tuple[float, float, float]:
        """The first sample, and the medians of the third quarter and of the last."""
        taken = self.samples[name]
        quarter = max(1, len(taken) // 4)
        return taken[0], statistics.median(taken[-2 * quarter:-quarter] or taken), statistics.median(taken[-quarter:])

    def growth(self) -> float:
        """The most that any process grew from the third quarter of the run to its last, as a ratio; 1.0 is a plateau."""
        return max(last / third for name in self.samples for _, third, last in [self.course(name)] if third)

    def table(self) -> str:
        """The course of each process, as Markdown."""
        rows = ["| process | at the start | third quarter | last quarter |", "|---|---|---|---|"]
        for name in sorted(self.samples):
            first, third, last = self.course(name)
            rows.append(f"| {name} | {first:.0f} MiB | {third:.0f} MiB | {last:.0f} MiB |")
        return "\n".join(rows)
