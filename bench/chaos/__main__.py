"""Breaks a running fleet on purpose and prints what it survived: ``make chaos``, ``python -m bench.chaos --help``."""

from __future__ import annotations

import asyncio
import signal
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from bench.chaos import report, sustained
from bench.chaos.faults import FAULTS
from bench.chaos.fleet import Fleet, missing
from bench.chaos.people import slack_stand_in, town
from bench.chaos.stage import Result, Stage

EXPIRY = {"CONVERSATION_IDLE_SECONDS": "60"}
SIZES = ("workers", "load", "flood")  # after the faults


@click.command()
@click.argument("names", nargs=-1, type=click.Choice([*FAULTS, *SIZES]))
@click.option("--conversations", default=10_000, show_default=True, help="How many conversations the load has.")
@click.option("--short", is_flag=True, help="300 conversations; no verdict on memory and on a second worker, which need a longer run.")
@click.option("--write", is_flag=True, help="Put the table into docs/reliability.md.")
def main(names: tuple[str, ...], conversations: int, short: bool, write: bool) -> None:
    """Start the fleet, inject the faults named (all of them unless named), print the table; exit code 1 where one was not survived."""
    if lacking := missing():
        sys.exit(f"Not here: {', '.join(lacking)}. Debian, Ubuntu: apt-get install redis-server nginx-light")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))  # the fleet is stopped as well
    results, notes = run(names or (*FAULTS, *SIZES), min(conversations, 300) if short else conversations, short=short, say=click.echo)
    click.echo("\n" + report.block(results, notes))
    if write:
        report.write(report.block(results, notes))
    broken = sum(bool(result.broken) for result in results)
    click.echo(f"\n{sum(r.injected for r in results):,} faults and conversations injected, {sum(r.survived for r in results):,} survived.")
    sys.exit(1 if broken else 0)


def run(names: tuple[str, ...], conversations: int, *, short: bool, say: Callable[[str], object]) -> tuple[list[Result], dict[str, str]]:
    """Inject the faults by their names into a fleet of its own; the results, and the report's further blocks."""
    with tempfile.TemporaryDirectory(prefix="chaos-") as folder, slack_stand_in() as (api, settings):
        fleet = Fleet(Path(folder), settings, EXPIRY)
        try:
            say("Starting two gateways, two Rasa workers, two action servers, two of Redis and nginx ...")
            fleet.start()
            return asyncio.run(_inject(names, conversations, fleet, api, short, say))
        finally:
            fleet.end()


async def _inject(names: tuple[str, ...], conversations: int, fleet: Fleet, api: object, short: bool, say: Callable[[str], object]
                  ) -> tuple[list[Result], dict[str, str]]:
    people = town(fleet.url, api, sustained.AT_ONCE)  # type: ignore[arg-type]
    await people.settle(12 if short else 0)
    say(f"{len(people.sections)} sections to ask about, each answered on every channel while nothing is broken.")
    stage = Stage(fleet, people, short)
    sized: dict[str, Callable[[], Awaitable[Result]]] = {
        "workers": lambda: sustained.workers(stage, 3 if short else 20),
        "load": lambda: sustained.load(stage, conversations),
        "flood": lambda: sustained.flood(stage, 4_000 if short else 10_000),
    }
    results = []
    for name in names:
        begun = time.monotonic()
        results.append(await (sized[name]() if name in sized else FAULTS[name](stage)))
        say(f"{'held  ' if not results[-1].broken else 'BROKEN'} {results[-1].fault}: {results[-1].counts} [{time.monotonic() - begun:.0f} s]")
        for broken in results[-1].broken:
            say(f"       did not hold: {broken}")
    await people.http.aclose()
    return results, stage.notes


if __name__ == "__main__":
    main()
