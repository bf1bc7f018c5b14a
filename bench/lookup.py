"""How long a look-up for one answer takes in law.db, beside the same rows read through sqlite-utils."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable

from sqlite_utils import Database

from bot import paths
from bot.law.store import LawStore

ROUNDS = 2_000


def _median(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return 1000 * statistics.median(times)


def measure() -> dict[str, float]:
    """The medians in milliseconds."""
    store, plain = LawStore(paths.law_db()), Database(paths.law_db())
    return {
        "provision": _median(lambda: store.look_up("54-95c(b)")),
        "wording": _median(lambda: store.answer("vacatur_how", "en")),
        "search": _median(lambda: store.search("registered mail notice to the victim", "en")),
        "plain": _median(lambda: list(plain["provisions"].rows_where("section = ?", ["54-95c"]))),
    }


def main() -> None:
    """Print the medians and their ratio."""
    found = measure()
    print(f"a provision as in force today  {found['provision']:.3f} ms ({found['provision'] / found['plain']:.1f} x the same rows "
          f"through sqlite-utils, {found['plain']:.3f} ms)")
    print(f"the wording of an answer       {found['wording']:.3f} ms")
    print(f"a full-text search             {found['search']:.3f} ms")
    print("budget: 1 ms")


if __name__ == "__main__":
    main()
