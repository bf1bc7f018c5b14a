"""What is looked at from time to time, also when nobody comes: which parts answer, how current the content is, whose time is over."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Awaitable, Callable, Mapping

from bot.law import review
from gateway import shelf
from gateway.operations.log import TurnLog
from gateway.operations.metrics import Metrics

EVERY_SECONDS = 15

Parts = Mapping[str, Callable[[], Awaitable[bool]]]


async def keep_watch(metrics: Metrics, log: TurnLog, parts: Parts) -> None:
    """Look every so often until cancelled. ``parts`` are asked whether they answer; without metrics, none is."""
    while True:
        log.write_what_is_due()
        metrics.close_the_day()
        for name, answers in parts.items():
            metrics.seen(name, await answers())
        if store := shelf.store():
            metrics.content(store.checked_on, len(review.overdue(store.resources.values(), dt.date.today())))
        await asyncio.sleep(EVERY_SECONDS)
