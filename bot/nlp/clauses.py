"""Splits a message that asks two things: "who has to post it and what is the fine?"."""

from __future__ import annotations

import re

# A new question starts after its mark, after a full stop, or where "and", "also", "y", "también" lead into
# a question word. "and" alone joins nouns far more often than questions, so it does not split.
_ASKS = (
    r"(?:how|what|whats|when|where|who|whom|which|why|can|could|do|does|did|is|are|will|would|if)\b"
    r"|(?:c[oó]mo|qu[eé]|cu[aá]ndo|d[oó]nde|qui[eé]n|cu[aá]l|cu[aá]les|cu[aá]nt[oa]s?|puedo|puede|pueden|debo|debe|hay|si)\b"
)
_BREAK = re.compile(
    r"(?<=[?!;])\s+|(?<=[a-zñáéíóú)]\.)\s+(?=\S)|\n+"
    rf"|,?\s+(?:and|n|also|and also|plus|or|y|e|y tambi[eé]n|tambi[eé]n|adem[aá]s)\s+(?={_ASKS})",
    re.I,
)
_LEAST_LETTERS = 8
_COURTESY = re.compile(
    r"^\W*(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|excuse me|sorry to bother(?: you)?|pardon|quick question|(?:just )?a question"
    r"|(?:i have|got) a (?:quick )?question|hola|buen[oa]s(?: (?:d[ií]as|tardes|noches))?|buen d[ií]a|disculp[ea](?:n|me)?|perd[oó]n(?:e|a)?(?:me)?"
    r"|oig[ao]|oye|saludos|una (?:pregunta|consulta|duda)|tengo una (?:pregunta|duda)|con (?:todo )?respeto|usted|there|sir|madam|se[nñ]or(?:a|ita)?)"
    r"\b[\s,.;:!¡¿-]*)+(?=\w+\W+\w+)",
    re.I,
)


_JOINT = re.compile(r"(?<!\d-),? (?:and|plus|as well as|y|e|adem[aá]s de) | & |;", re.I)
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")


def halves(text: str) -> tuple[str, ...]:
    """The two sides of a message, at its first joint with enough on both sides; empty where there is none.

    "and" joins nouns far more often than questions: whether the halves are two questions is for the classifier to say.
    """
    text = _SPACES.sub(" ", text)  # a run of spaces costs its cube otherwise
    for joint in _JOINT.finditer(text):
        sides = (text[: joint.start()].strip(), text[joint.end() :].strip())
        if all(sum(c.isalpha() for c in side) >= _LEAST_LETTERS for side in sides):
            return sides
    return ()


def without_courtesy(text: str) -> str:
    """The message without the greeting that leads it, which says nothing of what is asked: "disculpe, me deben tres quincenas".

    A greeting that stands alone, or before a single word, stays.
    """
    return text[match.end() :] if (match := _COURTESY.match(text)) else text


def split(text: str) -> tuple[str, ...]:
    """The questions of a message, in order; a message that asks one thing comes back whole.

    A piece too short to be a question of its own stays with the one before it.
    """
    pieces: list[str] = []
    for piece in (part.strip() for part in _BREAK.split(_BLANKS.sub(" ", text))):
        if not piece:
            continue
        if pieces and sum(char.isalpha() for char in piece) < _LEAST_LETTERS:
            pieces[-1] += " " + piece
        else:
            pieces.append(piece)
    return tuple(pieces)
