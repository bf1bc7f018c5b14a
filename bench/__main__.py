"""``make bench``: measures everything, side by side with stock Rasa, and writes what it found. What each part means: bench/README.md."""

from __future__ import annotations

import argparse
import datetime as dt
import json

from bench import machine, report, stock
from bench.suite import Length, Suite
from bot import paths
from bot.law import current

PARTS = ("ours", "stock", "parts", "where")
SHORT = Length(rounds=1, seconds=2, warm=1, turns=104)


def main() -> None:
    """Measure, print the table, write it to bench/results and docs/performance.md."""
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--only", nargs="+", choices=PARTS, default=list(PARTS), help="measure these only; nothing is written to docs then")
    parser.add_argument("--rounds", type=int, default=Length.rounds, help="starts of each variant; the figures are their medians")
    parser.add_argument("--short", action="store_true", help="a try-out: one round of two seconds a load; nothing is written to docs")
    parser.add_argument("--afresh", action="store_true", help="forget what a run of this commit that was broken off has measured")
    options = parser.parse_args()
    length = SHORT if options.short else Length(rounds=options.rounds)
    commit = machine.commit()
    kept = stock.FOLDER / f"measured-{commit}{'-short' if options.short else ''}.json"
    if options.afresh:
        kept.unlink(missing_ok=True)
    current.ensure(paths.content_dir(), paths.law_db(), print)
    # Named before the load of this run is on it.
    named = {"date": dt.date.today().isoformat(), "commit": commit, "machine": machine.describe()}
    figures = Suite(kept, length, set(options.only), print).run()
    whole = not options.short and set(options.only) == set(PARTS)
    result = {**named, "rounds": length.rounds, "figures": figures}
    print("\n" + report.table(result))
    if whole:
        folder = paths.ROOT / "bench" / "results"
        folder.mkdir(exist_ok=True)
        name = f"{named['date']}-{commit}"
        (folder / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
        (folder / f"{name}.md").write_text(report.sheet(result), encoding="utf-8")
        report.publish(result, paths.ROOT / "docs")
        kept.unlink()  # the next run of the same commit measures again
        print(f"\nWritten: bench/results/{name}.md and .json, docs/performance.md")


if __name__ == "__main__":
    main()
