"""``python -m release check|law|record|build``: the steps of docs/releasing.md that a program can take."""

from __future__ import annotations

import datetime as dt
import sys
from pathlib import Path

import click

from bot import paths, version
from bot.command_line import in_a_line
from bot.law import content as contents
from bot.law.content import Content, digest
from bot.law.edition import of_files
from release import build as building
from release import changelog, record
from release.build import CannotRelease


def read_content() -> Content:
    """The content, which has to be readable. Raises ``ContentError``."""
    content, errors = contents.load(paths.content_dir())
    for error in errors:
        raise error
    return content


def problems(now: record.Sections) -> list[str]:
    """What is wrong with the changelog of this repository, where ``now`` is the law."""
    records = record.read()
    return list(changelog.problems(_entries(), records, version.number(), now, "" if _before(records) else _first(now)))


def _entries() -> list[changelog.Entry]:
    return changelog.read((paths.ROOT / "CHANGELOG.md").read_text(encoding="utf-8"))


def _before(records: list[record.Record]) -> record.Record | None:
    """The release before the one that the code's version names."""
    return next((one for one in reversed(records) if record.number(one.version) < record.number(version.number())), None)


def _first(now: record.Sections) -> str:
    checked, revised_to = of_files(paths.content_dir())
    return changelog.first_line(now, revised_to, checked or dt.date.min)


@click.group()
def main() -> None:
    """Make a release."""


@main.command()
@in_a_line
def law() -> None:
    """Print the changelog's line on the law: what changed since the last release."""
    now, before = record.sections(read_content()), _before(record.read())
    click.echo(changelog.law_line(record.changes(before.sections, now)) if before else _first(now))


@main.command()
@in_a_line
def check() -> None:
    """Hold CHANGELOG.md against the law, the records and the version."""
    if found := problems(record.sections(read_content())):
        sys.exit("\n".join(found))
    click.echo("The changelog is in order.")


@main.command("record")
@in_a_line
def record_() -> None:
    """Write down what the law is in this release, once its entry has a date."""
    content = read_content()
    if found := problems(record.sections(content)):
        sys.exit("\n".join(found))
    newest = _entries()[0]
    if newest.date is None:
        raise CannotRelease(f"The entry {newest.version} says (unreleased). Give it the day of the release.")
    path = record.write(content, newest.version, newest.date)
    click.echo(f"{path.relative_to(paths.ROOT)}: {len(content.sections)} sections. Commit it, and tag the commit v{newest.version}.")


@main.command("build")
@click.option("--to", "out", type=click.Path(file_okay=False, path_type=Path), default=Path("dist"), show_default=True)
@click.option("--rehearse", is_flag=True, help="Build from any tree. The result names its commit and is no release.")
@in_a_line
def build_(out: Path, rehearse: bool) -> None:
    """Build the release: sdist, wheel, requirements.txt, model, SHA256SUMS."""
    number = version.number()
    if not rehearse:
        if files := building.changed_files():
            raise CannotRelease(f"Files differ from the commit:\n{files.rstrip()}")
        made = next((one for one in record.read() if one.version == number), None)
        if made is None or made.content != digest(paths.content_dir()):
            raise CannotRelease(f"There is no record of {number} with this content. Run: python -m release record")
        if not building.tagged(number):
            raise CannotRelease(f"This commit is not tagged. Run: git tag -a v{number} -m 'Charter Oak {number}'")
        if found := problems(made.sections):
            sys.exit("\n".join(found))
    for path in building.everything(out):
        click.echo(f"{path.stat().st_size:>12,}  {path}")


if __name__ == "__main__":
    main()
