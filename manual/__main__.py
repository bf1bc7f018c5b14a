"""``python -m manual``: make every generated document anew; ``python -m manual docs/commands.md``: only this one."""

from __future__ import annotations

import sys

import click

from bot import paths
from bot.law import current
from manual import documents


@click.command()
@click.argument("wanted", nargs=-1, metavar="[DOCUMENT]...")
@click.option("--check", is_flag=True, help="Write nothing; name each that is out of date, and end with 1 where one is. Without the measured ones.")
def main(wanted: tuple[str, ...], check: bool) -> None:
    """Make the generated documents anew: all of them, or those named, such as docs/commands.md."""
    every = documents.DOCUMENTS if check else documents.DOCUMENTS | documents.MEASURED
    if unknown := set(wanted) - every.keys():
        sys.exit(f"{', '.join(sorted(unknown))}: not among the generated documents, which are {', '.join(every)}.")
    current.ensure(paths.content_dir(), paths.law_db(), click.echo)
    if check:
        found = [path for path in wanted or every if documents.stale(path)]
        for path in found:
            click.echo(f"{path} is out of date. Run: {documents.mends(path)}")
        sys.exit(1 if found else 0)
    for path in wanted or every:
        click.echo(f"{path}: {'made anew' if documents.write(path) else 'as it was'}")


if __name__ == "__main__":
    main()
