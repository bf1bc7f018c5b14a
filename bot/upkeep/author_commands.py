"""The commands for whoever adds something: write the routes, and see what the core now says without starting anything."""

from __future__ import annotations

import re

import click
import msgspec

from bot import paths
from bot.command_line import example, in_a_line
from bot.law import content as contents
from bot.routing import routes as routing

_CHOICE = re.compile(r"(?:topic|law|history|interview|answer|result|say):\S+")


@click.command(epilog=example("charter-oak routes"))
@in_a_line
def routes() -> None:
    """Write the intents and rules of topics and interviews into domain.yml and data/rules/topics.yml."""
    law, errors = contents.load(paths.content_dir())
    for error in errors:
        raise error
    written = routing.write(law, paths.content_dir().parent)
    for path in written:
        click.echo(f"Written: {path.relative_to(paths.content_dir().parent)}")
    if not written:
        click.echo("Nothing to write.")


@click.command("try", epilog=example("charter-oak try topic:civil_amount say:more", 'charter-oak try interview:damages yes "90 days"'))
@click.argument("messages", nargs=-1, required=True)
@click.option("--lang", type=click.Choice(contents.LANGUAGES), default="en", help="The language of the conversation.")
@in_a_line
def try_(messages: tuple[str, ...], lang: str) -> None:
    """Say MESSAGES to the core alone, as built: topic:vacatur_how, law:54-95c, interview:damages yes "90 days".

    No model is needed, so a question in other words is not understood here. say:simpler and say:more show the other lengths.
    """
    from bot import service
    from bot.desk import Desk
    from bot.render import plain
    from bot.reply import Memory, Question

    desk, memory = Desk.open(paths.law_db()), Memory(lang=lang, lang_chosen=True)
    for message in messages:
        chosen = bool(_CHOICE.fullmatch(message))
        turn = service.respond(desk, Question(text="" if chosen else message, choice=message if chosen else "", memory=memory))
        memory = msgspec.structs.replace(turn.memory, lang=lang)
        click.echo(click.style(f"> {message}", bold=True))
        for reply in turn.replies:
            click.echo(plain.render(reply, desk.store) + "\n")
