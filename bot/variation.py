"""The same question of another: another degree, another class of felony, someone of another age."""

from __future__ import annotations

from bot import pointing
from bot.desk import Desk
from bot.reply import Memory


def other_degree(desk: Desk, plain: str, memory: Memory) -> str:
    """The offense of "and in the third degree?" after another degree of it; empty where none is meant."""
    family, _, before = memory.variant.rpartition("_")
    degree = pointing.other_degree(plain)
    other = f"{family}_{degree}"
    return other if degree and before in pointing.DEGREES and before != degree and other in desk.store.terms.get("offense", {}) else ""


def other_class(desk: Desk, plain: str, memory: Memory) -> str:
    """The class of "and E?" after another class; empty where none is meant."""
    family, _, before = memory.variant.rpartition("_")
    other = f"{family}_{letter}" if (letter := pointing.other_class(plain)) and len(before) == 1 else ""
    return other if other in desk.store.terms.get("offense", {}) else ""


def at_that_age(desk: Desk, topic: str, age: int) -> str:
    """The topic that answers for someone of ``age`` what the topic answers: on minors, or on grown people."""
    if age < pointing.FULL_AGE:
        return desk.store.topics[topic].with_a_minor or topic
    return next((name for name, grown in desk.store.topics.items() if grown.with_a_minor == topic), topic)
