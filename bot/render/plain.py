"""The reply as plain text: answer, cites, notices, what to ask next."""

from __future__ import annotations

from itertools import groupby

from bot.law import labels
from bot.law.store import LawStore
from bot.reply import Reply


def render(reply: Reply, store: LawStore) -> str:
    """One text without blank lines: Rasa's channels would cut it there into separate messages.

    Sentences that rest on the same provisions share one cite at their end.
    """
    by_line = reply.kind in ("card", "question", "result")
    parts = [reply.title] if reply.kind == "card" and reply.title else []
    if reply.progress:
        parts.append("({}/{})".format(*reply.progress))
    for cites, group in groupby(reply.lines, key=lambda line: (line.cites, line.kind == "lead")):
        text = " ".join(line.text for line in group)
        parts.append(f"{text} ({labels.cites(store, cites[0], reply.lang)})" if cites[0] and not cites[1] else text)
    lines = ["\n".join(parts) if by_line else " ".join(parts)]
    lines += [f"{label}: {amount}" for label, amount in reply.table]
    lines += [notice.text for notice in reply.notices]
    if reply.kind == "card" and reply.links:
        lines.append(reply.links[0].url)
    if reply.choices:  # a number picks one
        lines.append(" | ".join(f"{place}. {choice.label}" for place, choice in enumerate(reply.choices, 1)))
    return "\n".join(line for line in lines if line)
