"""Every document that is made and not written: where it stands, and what makes it. The one list of them.

To add one, write a function that gives its text, without today's date, a time or a path of this machine, and name it here.
``make docs`` makes all of them anew; ``tests/test_generated_docs.py`` names each that is out of date.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import redirect_stdout
from functools import cache
from io import StringIO
from pathlib import Path

from bot import paths
from bot.law import schema
from bot.upkeep import coverage
from gateway import configuration, standby
from manual import channels, commands, decisions, interviews
from tests import ledger
from tests.walks import content

Make = Callable[[], str]


def _standby(name: str) -> str:
    return standby.files()[name].decode().rstrip() + "\n"


DOCUMENTS: dict[str, Make] = {
    "docs/channels.md": channels.as_markdown,
    "docs/commands.md": commands.as_markdown,
    "docs/configuration.md": configuration.as_markdown,
    "docs/coverage.md": lambda: coverage.as_markdown(content()),
    "docs/decisions/README.md": decisions.as_markdown,
    "docs/interviews.md": lambda: interviews.as_markdown(content()),
    "docs/privacy-ledger.md": ledger.as_markdown,
    "docs/schema.md": schema.as_markdown,
    "deploy/nginx/standby/numbers.html": lambda: _standby("numbers.html"),
    "deploy/nginx/standby/numbers.json": lambda: _standby("numbers.json"),
}


@cache
def _scores() -> dict[str, str]:
    from tests import evaluate  # loads the trained model

    with redirect_stdout(StringIO()):  # Rasa prints each question that it reads
        return evaluate.documents(evaluate.run(evaluate.make_asker()))


# What the question bank says of the trained model takes a minute: tests/test_bank.py compares it with the score that it has anyway.
MEASURED: dict[str, Make] = {
    "docs/evaluation.md": lambda: _scores()["docs/evaluation.md"],
    "docs/evaluation.svg": lambda: _scores()["docs/evaluation.svg"],
}


def stale(path: str, root: Path = paths.ROOT) -> bool:
    """Whether the document at ``path`` is not what would be made now."""
    file = root / path
    return not file.is_file() or file.read_text(encoding="utf-8") != DOCUMENTS[path]()


def write(path: str, root: Path = paths.ROOT) -> bool:
    """Make the document at ``path`` anew; whether that changed it."""
    file, made = root / path, {**DOCUMENTS, **MEASURED}[path]()
    if file.is_file() and file.read_text(encoding="utf-8") == made:
        return False
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(made, encoding="utf-8")
    return True


def mends(path: str) -> str:
    """The command that makes the document at ``path`` anew."""
    return f".venv/bin/python -m manual {path}"
