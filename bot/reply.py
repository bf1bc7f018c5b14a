"""What goes into the core and what comes out: plain values, the same for every channel."""

from __future__ import annotations

from typing import Literal

import msgspec

ReplyKind = Literal["answer", "card", "choices", "info", "emergency", "declined", "not_found"]


class Clause(msgspec.Struct, frozen=True):
    """One question of a message, with the topics that the classifier thinks of, the likeliest first."""

    text: str
    ranking: tuple[tuple[str, float], ...]
    half: bool = False  # one side of an "and", which may be half a question only


class Memory(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a conversation is about. Everything that is remembered between turns, and no words of the person's."""

    lang: str = ""
    lang_chosen: bool = False  # asked for, so that a single word in the other language does not change it
    topic: str = ""
    variant: str = ""
    cites: tuple[str, ...] = ()  # what the last answer rested on
    as_of: str = ""
    told: int = 0  # how often "more" was answered for this topic
    offered: tuple[str, ...] = ()  # ids of the choices shown last


class Question(msgspec.Struct, frozen=True):
    """A message as the core sees it."""

    text: str
    clauses: tuple[Clause, ...] = ()
    choice: str = ""
    too_long: bool = False
    channel: str = "rest"
    audience: Literal["public", "advocate"] = "public"
    memory: Memory = Memory()


class Line(msgspec.Struct, frozen=True, omit_defaults=True):
    """A sentence and the provisions that it rests on. ``kind`` is "law", "note" or "lead"."""

    text: str
    cites: tuple[str, ...] = ()
    kind: str = "law"


class Notice(msgspec.Struct, frozen=True):
    """A line below an answer: how current it is, what is under review, where a source differs."""

    kind: Literal["checked", "review", "difference", "safety", "other"]
    text: str


class Choice(msgspec.Struct, frozen=True):
    """Something to pick next. ``id`` comes back as the message's choice."""

    id: str
    label: str


class Link(msgspec.Struct, frozen=True):
    """A cited provision, how to name it, and the official page."""

    cite: str
    label: str
    url: str


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A channel-neutral reply: what is said, on what it rests, what can be asked next."""

    kind: ReplyKind
    lang: str
    lines: tuple[Line, ...]
    topic: str = ""
    title: str = ""
    notices: tuple[Notice, ...] = ()
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    more: bool = False


class Turn(msgspec.Struct, frozen=True):
    """The replies to one message and what is remembered after it."""

    replies: tuple[Reply, ...]
    memory: Memory
