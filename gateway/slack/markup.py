"""What a person typed, out of Slack's own markup: escapes undone, mentions gone, links as the words that stood there."""

from __future__ import annotations

import html
import re

_SPECIAL = re.compile(r"<([^<>]*)>")


def typed(text: str) -> str:
    """The words of ``text``.

    >>> typed("<@U1> call <tel:+18605550100|860-555-0100> &amp; see <https://a.example|a.example>")
    'call 860-555-0100 & see a.example'
    """
    plain = html.unescape(_SPECIAL.sub(_shown, text))
    return re.sub(r"[ \t]+", " ", plain).strip()


def _shown(match: re.Match[str]) -> str:
    target, _, label = match[1].partition("|")
    if target[:1] in "@!":  # a person, a group, everyone: none of them is a part of the question
        return " "
    if target.startswith("#"):
        return label
    return label or re.sub(r"^(?:mailto|tel):", "", target)
