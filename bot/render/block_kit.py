"""Slack's Block Kit within its limits: text that cannot mention anyone, sections, buttons, and messages that are not too large.

The limits are those of https://docs.slack.dev/reference/block-kit/blocks; the size of a message's blocks is not documented and
was found by others to fail above some 13 kB.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

Block = dict[str, Any]

SECTION = 3000  # characters of a section's text, escapes counted
HEADER = 150
BUTTON = 75
ELEMENTS = 25  # buttons of one actions block
BLOCKS = 50  # of one message
BYTES = 12_000  # of one message's blocks as JSON
FALLBACK = 3000
_MARKS = str.maketrans({mark: f"\u2060{mark}\u2060" for mark in "*_~`"})  # a word joiner on both sides: shown, and no longer a mark


@dataclass(frozen=True)
class Message:
    """One message: ``text`` is what notifications and screen readers get."""

    text: str
    blocks: tuple[Block, ...]


def escape(text: str) -> str:
    """``text`` as Slack shows it word for word: no mention, link or formatting can come from it.

    >>> escape("<!channel> a & b")
    '&lt;!channel&gt; a &amp; b'
    """
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").translate(_MARKS)


def code(text: str) -> str:
    """``text`` as something to type or copy."""
    return "`" + text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("`", "'") + "`"


def link(url: str, label: str) -> str:
    """A link; ``label`` alone where there is no address."""
    return f"<{url.replace('>', '%3E').replace('|', '%7C')}|{escape(label)}>" if url else escape(label)


def section(mrkdwn: str) -> list[Block]:
    """``mrkdwn`` as one section, or as many as its length takes."""
    pieces = [part for piece in cut(mrkdwn, SECTION) for part in ([piece] if len(json.dumps(piece)) < BYTES - 200 else cut(piece, SECTION // 6))]
    return [{"type": "section", "text": {"type": "mrkdwn", "text": piece, "verbatim": True}} for piece in pieces]


def header(text: str) -> Block:
    """A heading in large type."""
    return {"type": "header", "text": plain(text, HEADER)}


def context(*lines: str) -> list[Block]:
    """Small print, a line each."""
    return [{"type": "context", "elements": [{"type": "mrkdwn", "text": piece, "verbatim": True}]} for line in lines for piece in cut(line, 2000)]


def divider() -> Block:
    """A line across."""
    return {"type": "divider"}


def button(label: str, action: str, value: str = "", url: str = "", style: str = "") -> Block:
    """A button. ``action`` has to be its own in a message; ``value`` comes back when it is pressed."""
    made: Block = {"type": "button", "text": plain(label, BUTTON), "action_id": action}
    made |= {"value": value} if value else {}
    made |= {"url": url} if url else {}
    return made | ({"style": style} if style else {})


def menu(label: str, action: str, options: Sequence[tuple[str, str]]) -> Block:
    """A menu that opens below ``label``. ``options`` are labels and values, of which the one picked comes back."""
    picks = [{"text": plain(text, BUTTON), "value": value} for text, value in options]
    return {"type": "static_select", "placeholder": plain(label, HEADER), "action_id": action, "options": picks}


def actions(buttons: Sequence[Block]) -> list[Block]:
    """Buttons in rows of at most 25, none larger than a message."""
    rows: list[list[Block]] = []
    for each in buttons:
        if not rows or len(rows[-1]) == ELEMENTS or len(json.dumps([*rows[-1], each])) > BYTES - 200:
            rows.append([])
        rows[-1].append(each)
    return [{"type": "actions", "elements": row} for row in rows]


def plain(text: str, most: int) -> Block:
    """Plain text of at most ``most`` characters."""
    return {"type": "plain_text", "text": shorten(text, most), "emoji": False}


def shorten(text: str, most: int) -> str:
    """``text``, or its beginning up to a whole word where it is longer than ``most``."""
    if len(text) <= most:
        return text
    kept = text[: most - 3]
    return (kept.rpartition(" ")[0] or kept).rstrip(" ,;:") + "..."


def cut(text: str, most: int) -> list[str]:
    """``text`` in pieces of at most ``most`` characters, parted between lines, else between words, never inside an escape."""
    pieces = []
    rest = text.strip()
    while len(rest) > most:
        place = max(rest.rfind("\n", 0, most), 0) or max(rest.rfind(" ", 0, most), 0) or most
        if place == most and (start := rest.rfind("&", most - 6, most)) > 0:
            place = start
        pieces.append(rest[:place].rstrip())
        rest = rest[place:].lstrip()
    return [*pieces, rest] if rest else pieces


def messages(text: str, blocks: Iterable[Block]) -> list[Message]:
    """``blocks`` as messages that Slack takes, in order, each with a fallback text of its own."""
    packed: list[list[Block]] = [[]]
    size = 2
    for block in blocks:
        weight = len(json.dumps(block)) + 1
        if packed[-1] and (len(packed[-1]) == BLOCKS or size + weight > BYTES):
            packed.append([])
            size = 2
        packed[-1].append(block)
        size += weight
    first, *others = [tuple(group) for group in packed]
    return [Message(shorten(text, FALLBACK), first), *(Message(shorten(spoken(group) or text, FALLBACK), group) for group in others)]


def spoken(blocks: Iterable[Block]) -> str:
    """The words of sections and headings, for a fallback."""
    return " ".join(block["text"]["text"] for block in blocks if block["type"] in ("section", "header"))
