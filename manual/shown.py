"""What documents show as printed or answered, held against what is printed and answered now.

In a block of code ``$ charter-oak ...`` and ``> a question`` are followed by what came back. ``...`` stands for what is left out, and
lines may be broken anywhere.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

from click.testing import CliRunner

from bot import paths
from bot.cli import main
from manual.commands import NAME, READS_ONLY
from manual.references import blocks, documents

# What changes nothing, and prints the same until content, tests or documents change. Nothing else may ever be run here.
REPEATABLE = re.compile(rf"{NAME} (?:{'|'.join(READS_ONLY)}|check|rests|review(?=$| list| due --by))\b[^>|]*")
# On a copy with what they add: the first is followed to the letter by tests/test_contributing.py, the second tells how it went.
OF_A_COPY = ("CONTRIBUTING.md", "first-change.md")
_TODAY = re.compile(r"Due today: .*")  # changes by itself


def texts() -> dict[str, str]:
    """The documents whose outputs are those of the project as it is."""
    return {path.relative_to(paths.ROOT).as_posix(): path.read_text(encoding="utf-8") for path in documents() if path.name not in OF_A_COPY}


def printed(text: str) -> Iterator[tuple[str, str]]:
    """Each command line in a document whose output is shown and could be printed again, with that output."""
    for line, shown in _after(text, "$"):
        if shown and REPEATABLE.fullmatch(line) and "--ics" not in line:
            yield line, shown


def asked(text: str) -> Iterator[tuple[str, str]]:
    """Each question in a document whose answer is shown, with that answer."""
    yield from _after(text, ">")
    for line, shown in _after(text, "$"):
        if line.startswith(f"{NAME} ask "):
            yield shlex.split(line)[2], shown


def run(line: str) -> str:
    """What a command line prints now. Only one that changes nothing is run."""
    if not REPEATABLE.fullmatch(line):
        raise ValueError(f"{line} might change something")
    return CliRunner().invoke(main, shlex.split(line, comments=True)[1:]).output


def left(shown: str, now: str) -> list[str]:
    """The pieces of what is shown that do not come now, in this order."""
    rest, missing = " ".join(now.split()), []
    for piece in re.split(r"\.\.\.|\n\s*\n", _TODAY.sub("...", shown)):
        plain = " ".join(piece.split())
        found = rest.find(plain)
        if found < 0:
            missing.append(plain)
        else:
            rest = rest[found + len(plain):]
    return missing


def _after(text: str, mark: str) -> Iterator[tuple[str, str]]:
    for block in blocks(text):
        for part in re.split(r"^(?=\s*[$>] )", block, flags=re.M):
            first, _, rest = part.partition("\n")
            if first.strip().startswith(f"{mark} "):
                yield first.strip()[2:].split("   #")[0].strip(), rest.strip()
