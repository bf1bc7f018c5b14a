"""The privacy ledger, from what the code declares: ``python -m tests.ledger > docs/privacy-ledger.md``.

Each module that holds something of people says so itself, in a ``HELD`` beside the code. They are found by reading the sources, so
that the page can be made on any Python.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Iterator
from pathlib import Path

from bot import paths
from bot.held import Held
from gateway.settings import Settings

PACKAGES = ("gateway", "rasa_ext", "actions", "bot")
_HEADINGS = ("what is held", "where", "how long", "who can see it", "what erases it")
# What is kept by others, which no code of this project declares.
_OUTSIDE = (
    Held("The conversation by text", "the phone's own thread", "until someone deletes it there", "whoever holds or watches the phone",
         "the person, on the phone; DELETE cannot"),
    Held("Numbers, times and texts of messages", "the phone companies and Twilio", "as their contracts and laws say",
         "they, and whoever has the Twilio account's password", "the operator, in Twilio's console: set message redaction (docs/sms.md)"),
    Held("The conversation in Slack", "Slack", "as the workspace's owner set it", "the channel or the direct message, and the workspace's owner",
         "the workspace's retention rules; \"forget\" erases only what this project holds"),
    Held("That an address was visited, and of a search on `/law?q=` its words",
         "the browser's history; a reverse proxy's access log, unless it is off",
         "as browser and proxy are set", "whoever holds the device; whoever runs the proxy", "clearing the history; `access_log off` in the proxy"),
    Held("Freed memory", "the processes' memory, and swap where it is not encrypted", "until used again",
         "root only: the processes leave no core files and close their memory to other programs of their user",
         "a restart, and a machine without swap"),
)


def modules() -> Iterator[Path]:
    """Every module of this project that declares what it holds."""
    for package in PACKAGES:
        for path in sorted((paths.ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if any(isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "HELD" for node in tree.body):
                yield path.relative_to(paths.ROOT)


def declared() -> dict[Path, Held]:
    """What each of them declares."""
    found = {path: importlib.import_module(".".join(path.with_suffix("").parts)).HELD for path in modules()}
    assert all(isinstance(held, Held) for held in found.values())
    return found


def as_markdown() -> str:
    """The page."""
    usual = Settings()
    head = (
        "# Privacy ledger\n\n"
        "What is held of the people who ask, where, how long, who can see it and what erases it. Made of declarations that stand beside the\n"
        "code that holds each thing, by `python -m manual docs/privacy-ledger.md`; a test fails where it is out of date. Another test\n"
        "(`tests/test_ledger.py`) drives every channel of the running bot with marked words, names and numbers, and looks for them in logs,\n"
        "metrics, files, environments and command lines: it finds none.\n\n"
        f"As they come, `CONVERSATION_IDLE_SECONDS` is {usual.idle:.0f} ({usual.idle / 60:.0f} minutes) and `CONVERSATION_SECONDS` is\n"
        f"{usual.absolute:.0f} ({usual.absolute / 3600:.0f} hours). There are no accounts, no cookies, no analytics and no backups.\n"
    )
    inside = [(*_row(held), f"`{path.as_posix()}`") for path, held in declared().items()]
    parts = [
        head, "## Held by this project\n", *_table((*_HEADINGS, "declared in"), inside),
        "", "## Held by others, or left behind\n", *_table(_HEADINGS, [_row(held) for held in _OUTSIDE]), "", MEMORY,
    ]
    return "\n".join(parts)


def _row(held: Held) -> tuple[str, ...]:
    return held.what, held.where, held.how_long, held.who, held.erased


def _table(headings: tuple[str, ...], rows: list[tuple[str, ...]]) -> Iterator[str]:
    yield "| " + " | ".join(headings) + " |"
    yield "|" + "---|" * len(headings)
    for row in rows:
        yield "| " + " | ".join(row) + " |"


MEMORY = """## What stays in freed memory

Python does not overwrite what it lets go of. The test also reads the memory of the three processes, as root can, and counts where the
marked words still stand after DELETE and expiry; the last run's counts are in [security.md](security.md#what-stays-in-memory). Nothing
refers to them any more, and they go as the memory is used again. The answer to it is a restart, and a machine without swap.
"""


if __name__ == "__main__":
    print(as_markdown(), end="")
