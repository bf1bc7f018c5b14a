"""Intents and rules: one of each for a topic or an interview, written into the files that Rasa reads.

``domain.yml`` and ``data/rules/topics.yml`` only repeat the names that stand in ``content/``, so they are written by
``charter-oak routes`` (and by ``train``), and a name that is missing in them is named by ``charter-oak check``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

from bot.errors import ContentError
from bot.law.content import Content

DOMAIN, RULES = Path("domain.yml"), Path("data/rules/topics.yml")
HOW = "write it by: charter-oak routes"
_BEGIN, _END = "  # topics and interviews: written by charter-oak routes\n", "  # end of what charter-oak routes writes\n"
_HEAD = 'version: "3.1"\n\n# Questions of law, and asking to be led through questions. Written by charter-oak routes.\nrules:\n'


def names(content: Content) -> dict[str, str]:
    """The intents of topics and interviews, each with its group."""
    interviews = {f"interview_{name}": "the guided interviews" for name in content.interviews}
    return {topic: content.groups[topic] for topic in content.topics} | interviews


def stale(content: Content, root: Path) -> Iterator[ContentError]:
    """What ``domain.yml`` and the rules below ``root`` lack of the content's names, or have too much."""
    wanted = names(content)
    for path, made, found, what in (
        (root / DOMAIN, _domain(wanted, root), re.findall(r"^  - (\w+)$", _written(root)[1], re.M), "intent"),
        (root / RULES, _rules(wanted), re.findall(r"^  - rule: (\w+)$", _text(root / RULES), re.M), "rule"),
    ):
        for name in sorted(wanted.keys() - set(found)):
            yield ContentError(path, name, f"is a topic or interview of content/ and no {what} here; {HOW}")
        for name in sorted(set(found) - wanted.keys()):
            yield ContentError(path, name, f"has an entry here and is no topic or interview of content/; {HOW}")
        if set(found) == wanted.keys() and made != _text(path):
            yield ContentError(path, "", f"is not as charter-oak routes writes it; {HOW}")


def write(content: Content, root: Path) -> list[Path]:
    """Write both files where they are stale; those that were written. Raises ``ContentError`` where domain.yml has lost its marks."""
    wanted = names(content)
    made = {root / DOMAIN: _domain(wanted, root), root / RULES: _rules(wanted)}
    changed = [path for path, text in made.items() if text != _text(path)]
    for path in changed:
        path.write_text(made[path], encoding="utf-8")
    return changed


def _domain(wanted: dict[str, str], root: Path) -> str:
    before, _, after = _written(root)
    lines = [f"  # {group}\n" + "".join(f"  - {name}\n" for name in of_group) for group, of_group in groupby(wanted, wanted.__getitem__)]
    return before + "".join(lines) + after


def _written(root: Path) -> tuple[str, str, str]:
    """What stands in domain.yml before the written part, in it, and after it."""
    text = _text(root / DOMAIN)
    if text.count(_BEGIN) != 1 or text.count(_END) != 1:
        raise ContentError(root / DOMAIN, "intents", f"needs the lines {_BEGIN.strip()!r} and {_END.strip()!r}, each once")
    start, end = text.index(_BEGIN) + len(_BEGIN), text.index(_END)
    return text[:start], text[start:end], text[end:]


def _rules(wanted: dict[str, str]) -> str:
    return _HEAD + "".join(f"  - rule: {name}\n    steps: [{{intent: {name}}}, {{action: action_answer_question}}]\n" for name in wanted)


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.exists() else ""
