"""The page docs/commands.md: the help of every command as it prints it, and what the examples that only read the store print."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

import click
from click.testing import CliRunner

from bot.cli import main

NAME = "charter-oak"
WIDTH = 100
READS_ONLY = ("law", "differences", "bill", "search", "changes", "coverage")  # their output rests on the content and on nothing else
MOST_LINES = 12

HEAD = f"""# The command line

Made of the commands' own help by `python -m manual docs/commands.md`; a test fails where it is out of date. After `make run` the
command is `.venv/bin/{NAME}`. What cannot be done is said in one line, and the exit code is then not 0.
"""


def every(command: click.Command = main, name: str = NAME) -> Iterator[tuple[str, click.Command]]:
    """Each command and subcommand by its whole name, in the order of their names, the program itself first."""
    yield name, command
    if isinstance(command, click.Group):
        for each in sorted(command.commands):
            yield from every(command.commands[each], f"{name} {each}")


def examples(command: click.Command) -> list[str]:
    """The command lines that a command's help ends with."""
    return [line.strip() for line in (command.epilog or "").splitlines() if line.strip().startswith(NAME)]


def as_markdown() -> str:
    """The page."""
    parts = [HEAD]
    for name, command in every():
        parts += [f"## {name}\n", "```", _help(name, command), "```\n"]
        if name.removeprefix(f"{NAME} ") in READS_ONLY:
            parts += ["```", *_run(examples(command)[0]), "```\n"]
    return "\n".join(parts).rstrip() + "\n"


def _help(name: str, command: click.Command) -> str:
    with click.Context(command, info_name=name, terminal_width=WIDTH, max_content_width=WIDTH, help_option_names=["-h", "--help"]) as context:
        return command.get_help(context)


def _run(line: str) -> Iterator[str]:
    """The command line and the first lines of what it prints."""
    result = CliRunner().invoke(main, shlex.split(line)[1:])
    if result.exit_code:
        raise RuntimeError(f"{line}: {result.output}{result.exception}")
    printed = result.output.rstrip().splitlines()
    yield f"$ {line}"
    yield from (text.rstrip() for text in printed[:MOST_LINES])
    if len(printed) > MOST_LINES:
        yield "..."
