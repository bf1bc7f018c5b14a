"""``charter-oak review``: where everything stands, what is due, and the signing."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

import click

from bot import paths
from bot.command_line import Day, example, in_a_line
from bot.law import compile as compiler
from bot.law import content as contents
from bot.law.content import Content
from bot.law.review import ROLES, STATES, standings
from bot.upkeep import coverage, due, mark, own, sign

_OTHERS = ("lapsed", "read", "under-review")


def _content() -> Content:
    content, errors = contents.load(paths.content_dir())
    for error in errors:
        raise error
    return content


@click.group(invoke_without_command=True, epilog=example("charter-oak review"))
@click.pass_context
def review(context: click.Context) -> None:
    """Who has reviewed what: a summary, or list, due, sign, table."""
    if context.invoked_subcommand is None:
        _summary()


@in_a_line
def _summary() -> None:
    content = _content()
    everything = standings(content)
    for kind in ("section", "answer", "interview", "words"):
        for lang in contents.LANGUAGES:
            of_kind = [one for one in everything if (one.unit.kind, one.unit.lang) == (kind, lang)]
            counts = Counter(one.state for one in of_kind)
            said = ", ".join(f"{counts[state]} {state}" for state in STATES if counts[state])
            more = [f"{number} {name}" for name, number in (
                ("read by an editor", sum("editor" in one.signed for one in of_kind)), ("lapsed", sum(bool(one.lapsed) for one in of_kind)),
                ("under review", sum(bool(one.unit.under_review) for one in of_kind))) if number]
            click.echo(f"{kind:<9} {lang}  {len(of_kind):>4}: {said}" + (f" ({', '.join(more)})" if more else ""))
    lawyers = sum("lawyer" in one.signed for one in everything)
    click.echo(f"Reviewed by a lawyer: {lawyers or 'none yet'}.")
    open_ = len(due.due(content, dt.date.today()))
    click.echo(f"Due today: {open_}." + (" See: charter-oak review due" if open_ else ""))


@review.command("list", epilog=example("charter-oak review list --state drafted --kind answer --lang es"))
@click.option("--state", type=click.Choice([*STATES, *_OTHERS]), help="Only what is in this state.")
@click.option("--kind", type=click.Choice(["section", "answer", "interview", "words"]), help="Only this kind.")
@click.option("--lang", type=click.Choice(contents.LANGUAGES), help="Only this language.")
@in_a_line
def listed(state: str | None, kind: str | None, lang: str | None) -> None:
    """List each provision and wording with its state."""
    for one in standings(_content()):
        also = {"lapsed": bool(one.lapsed), "read": "editor" in one.signed, "under-review": bool(one.unit.under_review)}
        if (kind and one.unit.kind != kind) or (lang and one.unit.lang != lang):
            continue
        if state and state != one.state and not also.get(state):
            continue
        signed = "; ".join(f"{role} {given.by} {given.on}" for role, given in one.signed.items())
        marks = ", ".join(name for name, so in also.items() if so)
        click.echo(f"{one.unit.id:<48} {one.state:<8} {signed}{' ' if signed and marks else ''}{marks}".rstrip())


@review.command("due", epilog=example("charter-oak review due --by 2027-12-31 --ics due.ics"))
@click.option("--by", type=Day(), help="Up to this day; today unless given.")
@click.option("--ics", type=click.Path(dir_okay=False, path_type=Path), help="Write a calendar file too.")
@in_a_line
def due_(by: dt.date | None, ics: Path | None) -> None:
    """List what is due to be looked at again."""
    found = due.due(_content(), by or dt.date.today())
    for one in found:
        click.echo(f"{'now' if one.on == dt.date.min else one.on}  {one.unit}: {one.why}")
    if ics:
        ics.write_bytes(due.calendar(found, dt.datetime.now(dt.timezone.utc)))
        click.echo(f"{ics}: {len(found)} to review.")
    if not found:
        click.echo("Nothing is due.")


@review.command("sign", epilog=example(
    'charter-oak review sign 54-95c --by "A. Name" --as project', 'charter-oak review sign "section:en:54-*" --by "A. Name" --as lawyer',
))
@click.argument("subject")
@click.option("--by", required=True, help="The name of who reviewed it.")
@click.option("--as", "role", type=click.Choice(ROLES), required=True, help="project: checked against the source.")
@click.option("--on", type=Day(), help="The day of the review; today unless given.")
@click.option("--note", default="", help="What to remember of it.")
@click.option("--no-change", default="", metavar="REASON", help="The act changed nothing that the store says, and why.")
@in_a_line
def sign_(subject: str, by: str, role: str, on: dt.date | None, note: str, no_change: str) -> None:
    """Sign off SUBJECT: a section (54-95c), answer:es:vacatur_how, or a pattern such as "section:en:*".

    Takes the mark "under review" away from a section where the version that the act made stands in its file.
    """
    own.hold(paths.content_dir())
    content = _content()
    reviewed = sign.named(content, subject)
    english = [content.sections[unit.name] for unit in reviewed if unit.kind == "section" and unit.lang == "en"]
    marked = [section for section in english if section.under_review] if role != "editor" else []
    for section in marked if not no_change else ():
        mark.written(section)
    note = "; ".join(filter(None, (note, f"no change: {no_change}" if no_change else "")))
    for given in sign.sign(content.root, reviewed, role, by, on or dt.date.today(), note):  # type: ignore[arg-type]
        click.echo(f"{given.unit} signed by {given.by} as {given.role} on {given.on}.")
    for section in marked:
        mark.take_away(content.root, paths.law_db(), section)
        click.echo(f"{section.section} is no longer under review.")
    if not marked:
        compiler.build(content.root, paths.law_db())


@review.command(epilog=example("charter-oak review table"))
@in_a_line
def table() -> None:
    """Write the page docs/coverage.md."""
    click.echo(coverage.as_markdown(_content()), nl=False)
