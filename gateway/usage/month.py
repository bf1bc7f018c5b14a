"""The running month: adds up the days of all gateways, exact and nameless, and closes a month once it is over.

Exact counts lie in the gateways' store only, in memory or in a Redis without files, and never on a disk: two copies of a disk would tell
by their difference what the one visitor in between asked.
"""

from __future__ import annotations

import calendar
import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping

import msgspec

from gateway.stores.kept import Store
from gateway.usage.lines import Line
from gateway.usage.published import Published
from gateway.usage.suppressed import shown

STAYS = 7 * 24 * 60 * 60  # seconds that a month which nobody could close is held after its end
PATIENCE = 10.0  # seconds to wait for another gateway that is adding its day
_READER = msgspec.json.Decoder(list[tuple[Line, int]])


class Months:
    """Adds to months and closes them.

    Args:
        store: where the exact counts lie until then.
        published: takes what may be shown of a month.
        possible: gives every line that can be counted here.
        smallest: how many conversations have to share a line.
        alone: whether ``store`` ends with this process.
        clock: seconds since the epoch; set in tests.
    """

    def __init__(
        self, store: Store, published: Published, possible: Callable[[], Iterable[Line]], smallest: int, alone: bool,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._store, self._published, self._possible = store, published, possible
        self._smallest, self._alone, self._clock = smallest, alone, clock

    async def add(self, month: str, counts: Mapping[Line, int]) -> None:
        """Add a day to its month. Raises ``StoreLost``, ``Busy``."""
        name, left = _name(month), _ends(month) + STAYS - self._clock()
        await self._store.add(name, b"[]", left)
        async with self._store.turn(name, left, PATIENCE) as held:
            so_far = Counter(dict(_READER.decode(held.value or b"[]")))
            held.value = msgspec.json.encode(sorted((so_far + Counter(counts)).items()))

    async def close_before(self, month: str) -> None:
        """Close the month before ``month``, unless that was done. Raises ``StoreLost``, ``Busy``, ``CannotPublish``."""
        first = dt.date.fromisoformat(f"{month}-01")
        await self._close((first - dt.timedelta(days=1)).strftime("%Y-%m"))

    async def leave(self, month: str) -> None:
        """The process ends: close what would be lost with it."""
        if self._alone:
            await self.close_before(month)
            await self._close(month)
        await self._published.close()

    async def _close(self, month: str) -> None:
        """Publish what may be shown, and drop all else. What cannot be published now stays for the next try."""
        async with self._store.turn(_name(month), STAYS, PATIENCE) as held:
            if held.value is not None:
                counts = dict(_READER.decode(held.value))
                await self._published.add(month, shown(counts, self._possible(), self._smallest), self._smallest)
                await self._store.drop(_name(month))


def _name(month: str) -> str:
    return f"usage:{month}"


def _ends(month: str) -> float:
    """When a month is over, in seconds since the epoch."""
    year, number = map(int, month.split("-"))
    return dt.datetime(year, number, calendar.monthrange(year, number)[1], tzinfo=dt.timezone.utc).timestamp() + 24 * 60 * 60
