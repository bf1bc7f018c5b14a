"""Changes as Slack shows them: ~what went~ and *what came*, word by word.

Slack reads a mark only where it stands against a space, so that runs are marked without the spaces around them.
"""

from __future__ import annotations

import difflib
import re

from bot.render.block_kit import escape

_BILL = re.compile(r"\{--(.*?)--\}|\{\+\+(.*?)\+\+\}", re.S)
FEWEST_SHARED = 0.35  # of two texts; below it they are shown one after the other


def changes(old: str, new: str) -> str:
    """``old`` against ``new``; texts that share little are shown whole, one struck and one bold."""
    before, after = old.split(), new.split()
    matcher = difflib.SequenceMatcher(a=before, b=after, autojunk=False)
    if not before or not after or matcher.ratio() < FEWEST_SHARED:
        return "\n".join(part for part in (struck(old), bold(new)) if part)
    parts = []
    for kind, a, b, c, d in matcher.get_opcodes():
        if kind == "equal":
            parts.append(escape(" ".join(after[c:d])))
        else:
            parts += [part for part in (struck(" ".join(before[a:b])), bold(" ".join(after[c:d]))) if part]
    return " ".join(parts)


def bill_text(text: str) -> str:
    """A bill's own text with its {--deletions--} and {++additions++} marked, line by line."""
    pieces, end = [], 0
    for match in _BILL.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        marked = struck(match[1]) if match[1] is not None else bold(match[2])
        pieces.append(_apart(pieces[-1], marked))
        end = match.end()
    rest = text[end:]
    return "".join(pieces) + (" " if pieces and rest[:1].isalnum() else "") + escape(rest)


def _apart(before: str, marked: str) -> str:
    return f" {marked}" if before[-1:].isalnum() else marked


def struck(text: str) -> str:
    """``text`` struck through, line by line, as Slack's marks end with a line."""
    return _marked(text, "~")


def bold(text: str) -> str:
    """``text`` in bold, line by line."""
    return _marked(text, "*")


def _marked(text: str, mark: str) -> str:
    return "\n".join(f"{mark}{escape(line.strip())}{mark}" for line in text.splitlines() if line.strip())
