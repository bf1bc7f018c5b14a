"""What every command shares: one clear line where it cannot go on, and dates as people write them."""

from __future__ import annotations

import datetime as dt
import functools
import sys
from collections.abc import Callable
from typing import Any

import click

from bot.errors import CharterOakError


def in_a_line(command: Callable[..., None]) -> Callable[..., None]:
    """End with one clear line where this project raises on purpose."""

    @functools.wraps(command)
    def run(*args: Any, **kwargs: Any) -> None:
        try:
            command(*args, **kwargs)
        except CharterOakError as error:
            sys.exit(str(error))

    return run


def example(*lines: str) -> str:
    """The end of a command's help: command lines that can be typed as they stand. docs/commands.md shows them too."""
    return "\b\nExample:\n" + "\n".join(f"  {line}" for line in lines)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A date as people give it: 2015-06-01, June 1 2015, or a year, which stands for its last day."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        """The day that ``value`` names; says so where the calendar has none such."""
        from bot.nlp.dates import DateMention, find_date

        if isinstance(value, dt.date):
            return value
        found = find_date(value)
        if isinstance(found, DateMention):
            return found.last
        self.fail(f"{value!r} is not a date that the calendar has. Write it like 2015-06-01.", param, ctx)
