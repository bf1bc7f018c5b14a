"""What is looked at from time to time, also when nobody comes: which parts answer, how current the content is, whose time is over."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Mapping

from bot.law.overdue import overdue
from gateway import shelf, version
from gateway.operations.log import TurnLog
from gateway.operations.metrics import Metrics
from gateway.usage.counted import Counted

EVERY_SECONDS = 15
logger = logging.getLogger("gateway")

Parts = Mapping[str, Callable[[], Awaitable[bool]]]


async def keep_watch(metrics: Metrics, log: TurnLog, parts: Parts, counted: Counted) -> None:
    """Look every so often until cancelled. ``parts`` are asked whether they answer; without metrics, none is."""
    while True:
        try:
            log.write_what_is_due()
            metrics.close_the_day()
            for name, answers in parts.items():
                metrics.seen(name, await answers())
            made = version.served()
            metrics.build(version=made.version, commit=made.commit, content=made.content, model=version.trained_on())
            if store := shelf.store():
                metrics.content(store.checked_on, len(overdue(store.resources.values(), dt.date.today())))
            await counted.keep_up()
        except Exception as error:  # what cannot be looked at now is looked at again
            logger.warning("the watch failed: %s", type(error).__name__)
        await asyncio.sleep(EVERY_SECONDS)
