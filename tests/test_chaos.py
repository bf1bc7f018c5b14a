"""A short chaos: two of each process, killed under people on three channels. The long one is ``make chaos``; see docs/reliability.md."""

from __future__ import annotations

import pytest

from bench.chaos.__main__ import run
from bench.chaos.fleet import missing
from bench.chaos.load import Crowd
from bench.chaos.memory import Memory
from bench.chaos.people import ANSWERED, BEGUN_ANEW, LOST, REFUSED, WRONG, Person, Silence, Town
from bench.chaos.report import BEGIN, END, PAGE, table, write
from bench.chaos.stage import Result
from bot import model


def test_a_fleet_survives_a_killed_worker_and_a_killed_redis() -> None:
    if lacking := missing():
        pytest.skip(f"not here: {', '.join(lacking)} (Debian, Ubuntu: redis-server, nginx-light)")
    if not model.current().exists():
        pytest.skip("no trained model here: charter-oak train")
    results, _ = run(("worker", "redis-killed", "load"), 60, short=True, say=print)
    assert [result.broken for result in results] == [[], [], []], table(results)


class Stub(Person):
    """Someone who is answered with these words; None is silence."""

    def __init__(self, said: str | None) -> None:
        town = Town(None, None, None, frozenset(), iter(()), every=frozenset({"54-95c", "53a-86", "31-72"}),  # type: ignore[arg-type]
                    without_context=frozenset({"31-72"}))
        super().__init__("53a-86", "web", town)
        self.said = said

    async def send(self, text: str) -> str:
        if self.said is None:
            raise Silence
        return self.said


@pytest.mark.parametrize(("said", "outcome"), [
    ("Under § 53a-86(a) that is a felony.", ANSWERED), ("See § 54-95c, and not yours.", WRONG), ("Type a number, such as § 31-72.", BEGUN_ANEW),
    ("Not now. In danger? Call 911 or 1-888-373-7888.", REFUSED), (None, LOST), ("See § 54-95c. Hotline: 1-888-373-7888", WRONG),
])
@pytest.mark.anyio
async def test_each_reply_shows_whose_it_is(said: str | None, outcome: str) -> None:
    assert await Stub(said).ask("what is {section}") == outcome


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def test_growing_memory_is_seen_and_a_plateau_is_not_taken_for_growth() -> None:
    flat, growing = [100.0, 150.0, *[200.0] * 20], [100.0 + 10 * step for step in range(24)]
    assert Memory({"gateway-1": flat}).growth() == 1.0
    assert Memory({"gateway-1": flat, "rasa-1": growing}).growth() > 1.1


def test_a_crowd_counts_every_message() -> None:
    seen = Crowd()
    seen.outcomes.update({("web", ANSWERED): 3, ("text", LOST): 1, ("slack", ANSWERED): 2})
    assert seen.messages == 6 and seen.of(ANSWERED) == 5 and sorted(set(seen.all)) == [ANSWERED, LOST]


def test_what_did_not_hold_is_counted_as_not_survived_and_written_between_the_marks(tmp_path: object) -> None:
    from pathlib import Path

    results = [Result("a fault", 2, "9 answered"), Result("another", 3, "1 lost", ["nothing is lost"])]
    assert [result.survived for result in results] == [2, 0]
    page = Path(str(tmp_path)) / "reliability.md"
    page.write_text(PAGE.read_text())
    write(table(results), page)
    written = page.read_text()
    assert "| a fault | 2 | 2 | 9 answered. |" in written and "Did not hold: nothing is lost" in written
    assert written.index(BEGIN) < written.index("a fault | 2") < written.index(END)
