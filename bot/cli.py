"""The command line: ``charter-oak law 54-95c``, ``charter-oak check``, ``charter-oak serve``."""

from __future__ import annotations

import datetime as dt
import os
import sys
from pathlib import Path
from typing import NoReturn

import click

from bot import paths, secret_files, show
from bot.command_line import Day, example, in_a_line
from bot.law import compile as compiler
from bot.law import content as contents
from bot.law import current
from bot.law.official import OfficialTexts
from bot.law.overdue import overdue
from bot.law.store import LawStore
from bot.upkeep import whole
from bot.upkeep.commands import COMMANDS


def _law_db() -> Path:
    """The store to read. At its usual place it is made where it is missing or of other content; one that was named is left as it is."""
    content, path = paths.content_dir(), paths.law_db()
    if not os.environ.get("CHARTER_OAK_LAW_DB"):
        current.ensure(content, path, _aside)
    elif path.exists() and (wrong := current.out_of_date(content, path)):
        _aside(wrong)
    return path


def _store() -> LawStore:
    return LawStore(_law_db())


def _aside(line: str) -> None:
    click.echo(line, err=True)  # beside what was asked for, which a program may read


def _of_the_gateway(module: str, *options: str) -> NoReturn:
    """Run a module of the gateway's and end as it does: in a process of its own, since the core knows nothing of the gateway."""
    import subprocess

    command = [sys.executable, "-m", f"gateway.{module}", *options]
    sys.exit(subprocess.run(command, cwd=paths.ROOT, env={**os.environ, **paths.for_children()}, check=False).returncode)


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.option("--version", is_flag=True, help="Show what this is made of: code, content, law, model.")
@click.option("--json", "as_json", is_flag=True, help="With --version: for programs.")
@click.pass_context
@in_a_line
def main(context: click.Context, version: bool, as_json: bool) -> None:
    """Charter Oak: legal information about human trafficking, cited and dated."""
    if version:
        show.version(as_json, click.echo)
        context.exit()
    if as_json:
        raise click.UsageError("--json goes with --version, or after the command.")
    secret_files.read(os.environ)
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@main.command(epilog=example("charter-oak law 53a-192a --as-of 2015-06-01"))
@click.argument("cite")
@click.option("--as-of", type=Day(), help="The law on this date, such as 2015-06-01 or 2015.")
@click.option("--history", is_flag=True, help="Every version that the store knows.")
@click.option("--official", is_flag=True, help="The official words beside it, where they were loaded (charter-oak official).")
@in_a_line
def law(cite: str, as_of: dt.date | None, history: bool, official: bool) -> None:
    """Show a section or a provision: 54-95c, "53a-192a(b)", "C.G.S. § 52-571i", "18 USC 1595"."""
    show.law(_store(), cite, as_of, history, click.echo, OfficialTexts(paths.official_db()) if official else None)


@main.command(epilog=example("charter-oak differences 54-95c"))
@click.argument("section")
@in_a_line
def differences(section: str) -> None:
    """Where the source documents do not say what a section says."""
    show.differences(_store(), section, click.echo)


@main.command(epilog=example("charter-oak bill 2021 --section 7 --redline"))
@click.argument("year", type=int)
@click.option("--section", default="", help="One section of the bill.")
@click.option("--redline", is_flag=True, help="Deletions struck through, additions underlined.")
@in_a_line
def bill(year: int, section: str, redline: bool) -> None:
    """Show a bill as proposed, and what was enacted instead."""
    show.bill(_store(), year, section, redline, click.echo)


@main.command(epilog=example("charter-oak search registered mail"))
@click.argument("words", nargs=-1, required=True)
@click.option("--lang", type=click.Choice(contents.LANGUAGES), default="en", help="Search in English or Spanish.")
@in_a_line
def search(words: tuple[str, ...], lang: str) -> None:
    """Search the store's full text."""
    show.search(_store(), " ".join(words), lang, click.echo)


@main.command(epilog=example("charter-oak changes 2021-06-30 2021-12-31 --section 54-95c"))
@click.argument("start", type=Day())
@click.argument("end", type=Day())
@click.option("--section", default=None, help="Only this section.")
@in_a_line
def changes(start: dt.date, end: dt.date, section: str | None) -> None:
    """What took effect after START and up to END."""
    show.changes(_store(), start, end, section, click.echo)


@main.command(epilog=example("charter-oak build"))
@in_a_line
def build() -> None:
    """Check the content and compile it into build/law.db."""
    law = compiler.build(paths.content_dir(), paths.law_db())
    click.echo(f"{paths.law_db()}: {len(law.sections)} sections, {len(law.topics)} topics, {len(law.sources)} sources.")


@main.command(epilog=example("charter-oak check"))
@in_a_line
def check() -> None:
    """Check every content file, and what beside them repeats them: keys, cites, dates, numbers, translations, routes, phrases, rules."""
    law, found = whole.problems(paths.content_dir())
    for problem in found:
        click.echo(str(problem), err=True)
    if found:
        sys.exit(f"{len(found)} problem(s) in the content.")
    for place in overdue(law.resources.values(), dt.date.today()):
        click.echo(f"Warning: {place.id} in help.yml was to be checked again by {place.review_by}.", err=True)
    click.echo("The content is in order.")


@main.command(epilog=example("charter-oak doctor"))
@click.option("--online", is_flag=True, help="Ask Slack and the public address too.")
@click.option("--json", "as_json", is_flag=True, help="Print a list for programs.")
def doctor(online: bool, as_json: bool) -> None:
    """Look for what a deployer may get wrong, and say what to do. Exit code 1 where something is wrong."""
    _of_the_gateway("doctor", *(name for name, wanted in (("--online", online), ("--json", as_json)) if wanted))


@main.command(epilog=example("charter-oak report --month 2026-10"))
@click.option("--month", default="", help="Such as 2026-10; the last that is over, unless given.")
@click.option("--json", "form", flag_value="json", help="For programs.")
@click.option("--csv", "form", flag_value="csv", help="Every line, for a spreadsheet.")
def report(month: str, form: str | None) -> None:
    """What was answered, fell back and did not help in a month, of many conversations only (USAGE_COUNTS)."""
    _of_the_gateway("usage", *(["--month", month] if month else []), *([f"--{form}"] if form else []))


@main.command(epilog=example("charter-oak coverage"))
@in_a_line
def coverage() -> None:
    """How many of the inventory's items at least one record answers for, and which are missing."""
    from bot.law import inventory

    covered, missing = inventory.coverage(_store())
    click.echo(f"{covered} of {inventory.ITEMS}")
    if missing:
        sys.exit("Missing: " + ", ".join(map(str, missing)))


@main.command(epilog=example("charter-oak export --to build/export"))
@click.option("--to", "folder", type=click.Path(file_okay=False, path_type=Path), default=Path("build/export"), show_default=True)
@in_a_line
def export(folder: Path) -> None:
    """Write the store as JSON and CSV, a file a table."""
    from bot.law.export import export as write

    for path in write(_law_db(), folder):
        click.echo(str(path))


@main.command(epilog=example("charter-oak schema"))
def schema() -> None:
    """Describe the tables of law.db, as Markdown."""
    from bot.law.schema import as_markdown

    click.echo(as_markdown(), nl=False)


@main.command(epilog=example('charter-oak ask "do nail salons have to post the hotline notice"'))
@click.argument("text")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The gateway of the running bot.")
@in_a_line
def ask(text: str, url: str) -> None:
    """Ask the running bot one question, through its gateway."""
    from bot import client

    click.echo(client.ask(url, text))


@main.command(epilog=example('charter-oak sms "can a record be cleared?"'))
@click.argument("text", required=False)
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The gateway of the running bot.")
@click.option("--from", "number", default="", help="The phone's number; an invented one unless given.")
@in_a_line
def sms(text: str | None, url: str, number: str) -> None:
    """Text the running bot as Twilio does: one TEXT, or a conversation, a line a text. Shows segments and cost units.

    Reads TWILIO_AUTH_TOKEN and PUBLIC_URL, which the bot must have been started with.
    """
    from bot import sms_client

    token, site = os.environ.get("TWILIO_AUTH_TOKEN", ""), os.environ.get("PUBLIC_URL", "")
    if not token or not site:
        raise sms_client.TextingOff(
            f"Set TWILIO_AUTH_TOKEN and PUBLIC_URL as the bot has them. To try it out, start the bot with: {sms_client.HOW_TO_START}"
        )
    phone = sms_client.Phone(url, token, site, number) if number else sms_client.Phone(url, token, site)
    lines = (text,) if text is not None else sys.stdin
    sms_client.converse(phone, lines, click.echo)


@main.command(epilog=example("charter-oak embed --url https://bot.example.org"))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help="The gateway of the running bot.")
@in_a_line
def embed(url: str) -> None:
    """Print the lines that put the chat on a website."""
    from bot import client

    click.echo(client.embed(url), nl=False)


@main.command(epilog=example("charter-oak train"))
@in_a_line
def train() -> None:
    """Train the language model where its inputs changed."""
    from bot import model

    current.ensure(paths.content_dir(), paths.law_db(), click.echo)
    click.echo(str(model.train(click.echo)))


@main.command(epilog=example("charter-oak serve"))
@in_a_line
def serve() -> None:
    """Build and train what is out of date, then run the bot until Ctrl-C."""
    from bot import launch

    sys.exit(launch.serve(click.echo))


@main.command(epilog=example("charter-oak run gateway"))
@click.argument("process", type=click.Choice(("gateway", "rasa", "actions")))
@in_a_line
def run(process: str) -> None:
    """Run one of the three processes by itself, as a replica: what a container or a unit of its own starts."""
    from bot import replica

    replica.run(process)


for _command in COMMANDS:
    main.add_command(_command)


if __name__ == "__main__":
    main()
