"""Prints the report of a month: ``python -m gateway.usage [--month 2026-10] [--json | --csv]``."""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import sys

from bot import paths
from bot.errors import CharterOakError
from bot.shared import StoreLost
from gateway import shelf
from gateway.settings import Settings
from gateway.usage import written
from gateway.usage.published import Month, open_published
from gateway.usage.report import NoReport, in_words, report, still_closing, wanted

_WRITTEN = {"text": written.text, "json": lambda found: written.as_json(found) + "\n", "csv": written.as_csv}


def main() -> None:
    """Exit code 1, and a line that says why, where there is no such report."""
    parser = argparse.ArgumentParser(prog="charter-oak report", description="What was answered, fell back and did not help in a month.")
    parser.add_argument("--month", default="", help="such as 2026-10; the last that is over, unless given")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", dest="form", action="store_const", const="json", help="for programs")
    form.add_argument("--csv", dest="form", action="store_const", const="csv", help="every line, for a spreadsheet")
    asked = parser.parse_args()
    try:
        print(written_report(asked.month, asked.form or "text", dt.datetime.now(dt.timezone.utc)), end="")
    except StoreLost as error:
        sys.exit(f"REDIS_URL: Redis could not be asked ({error}). Check the address, and that Redis runs.")
    except CharterOakError as error:
        sys.exit(str(error))


def written_report(asked: str, form: str, now: dt.datetime) -> str:
    """The report as "text", "json" or "csv". Raises ``NoReport``, ``BadSetting``, ``CannotPublish``, ``StoreLost``."""
    settings = Settings.read()
    month = wanted(asked, now)
    if still_closing(month, now):  # what a restart closed of it before is not the whole
        raise NoReport(f"{in_words(month)} is being closed. Ask again after one o'clock UTC.")
    found = asyncio.run(_kept(settings, month))
    if not found.smallest:
        raise NoReport(_why_nothing(settings, month))
    return _WRITTEN[form](report(found, shelf.store(), paths.ROOT))


async def _kept(settings: Settings, month: str) -> Month:
    published = open_published(settings)
    try:
        return await published.read(month)
    finally:
        await published.close()


def _why_nothing(settings: Settings, month: str) -> str:
    if not settings.usage_counts:
        return f"Nothing was counted in {in_words(month)}. Nothing is, unless USAGE_COUNTS is on."
    return (
        f"Nothing was counted in {in_words(month)}: nobody asked, the counting was not on yet, or the gateway was killed before it could keep"
        " anything. With several gateways, set REDIS_URL and GATEWAY_SECRET here as they have them."
    )


if __name__ == "__main__":
    main()
