"""The reply as plain text: answer, cites, notices, what to ask next."""

from __future__ import annotations

from itertools import groupby

from bot.answers import labels
from bot.law.store import LawStore
from bot.reply import Reply


def render(reply: Reply, store: LawStore) -> str:
    """One text without blank lines: Rasa's channels would cut it there into separate messages.

    Sentences that rest on the same provisions share one cite at their end.
    """
    parts = [reply.title] if reply.kind == "card" and reply.title else []
    for cites, group in groupby(reply.lines, key=lambda line: (line.cites, line.kind == "lead")):
        text = " ".join(line.text for line in group)
        parts.append(f"{text} ({labels.cites(store, cites[0])})" if cites[0] and not cites[1] else text)
    lines = ["\n".join(parts) if reply.kind == "card" else " ".join(parts)]
    lines += [notice.text for notice in reply.notices]
    if reply.choices:
        lines.append(" | ".join(choice.label for choice in reply.choices))
    return "\n".join(line for line in lines if line)
