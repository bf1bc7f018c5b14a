"""What the official text states and the restatement leaves out, or the other way round, and a person has compared and settled.

``content/settled.yml`` holds facts only, no words of the law: a section, then lines such as ``(c) text: $35,000``. With it a
comparison is quiet where nothing changed, and speaks up where one of these facts is gone from the text.
"""

from __future__ import annotations

import re
from pathlib import Path

from bot.errors import ContentError
from bot.law.content import read_yaml
from bot.upkeep import layout

Settled = dict[str, frozenset[tuple[str, str, str]]]  # by section: subsection, side, what
FILE = "settled.yml"
_LINE = re.compile(r"(?P<pin>(?:\([A-Za-z0-9]+\))*) ?(?P<side>text|store): (?P<what>.+)")
_HEAD = (
    "Facts that the official text states and the restatement leaves out (text), or the other way round (store), when the two were\n"
    "last compared. Written by: charter-oak drift --settle. No words of the law stand here."
)


def read(root: Path) -> Settled:
    """The settled facts of the content below ``root``; none where the file is not there. Raises ``ContentError``."""
    path = root / FILE
    if not path.exists():
        return {}
    found: Settled = {}
    for section, lines in (read_yaml(path) or {}).items():
        matches = [_LINE.fullmatch(str(line)) for line in lines or ()]
        if not all(matches):
            raise ContentError(path, str(section), 'a line is not of the form "(c) text: $1,000"')
        found[str(section)] = frozenset((match["pin"], match["side"], match["what"]) for match in matches if match)
    return found


def write(root: Path, settled: Settled) -> None:
    """Write the file anew, in a fixed order."""
    with open(root / FILE, "w", encoding="utf-8") as out:
        out.write("".join(f"# {line}\n" for line in _HEAD.split("\n")))
        lines = {section: [f"{pin} {side}: {what}".strip() for pin, side, what in sorted(settled[section])] for section in sorted(settled)}
        layout.yaml().dump(lines, out)
