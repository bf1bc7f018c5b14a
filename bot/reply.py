"""What goes into the core and what comes out: plain values, the same for every channel."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec

ReplyKind = Literal["answer", "card", "choices", "info", "emergency", "declined", "not_found", "question", "result"]


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
    interview: str = ""  # the guided interview under way, or the last one that ended
    given: tuple[str, ...] = ()  # its answers so far, in their fixed form
    tries: int = 0  # how often the question asked now was answered unreadably
    paused: bool = False  # left by the person's wish or for an emergency; it can be taken up again


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


class Moment(msgspec.Struct, frozen=True):
    """A change of the law on a time line: when it took effect, the section and the acts that made it, and whether it is the law now."""

    day: dt.date
    section: str
    acts: tuple[str, ...]
    in_force: bool


class SheetPart(msgspec.Struct, frozen=True, omit_defaults=True):
    """A part of a result sheet: its heading, and its lines or boxes to tick."""

    heading: str
    lines: tuple[Line, ...] = ()
    checklist: bool = False


class SheetDate(msgspec.Struct, frozen=True):
    """A day by which something is due, once or every so many years."""

    label: str
    day: dt.date
    every_years: int = 0


class Sheet(msgspec.Struct, frozen=True, omit_defaults=True):
    """The result of an interview as a paper to take along. It holds nothing that tells who asked."""

    lang: str
    title: str
    made_on: dt.date
    outcome: tuple[Line, ...]
    not_official: str  # that this is no official form and no legal advice
    parts: tuple[SheetPart, ...] = ()
    table: tuple[tuple[str, str], ...] = ()
    blanks: tuple[str, ...] = ()  # labels of the lines left for the person to fill in by hand
    dates: tuple[SheetDate, ...] = ()
    sources: tuple[Link, ...] = ()
    checked: str = ""  # how current it is
    help: tuple[str, ...] = ()  # places to turn to, with their numbers


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """A channel-neutral reply: what is said, on what it rests, what can be asked next."""

    kind: ReplyKind
    lang: str
    lines: tuple[Line, ...]
    topic: str = ""
    variant: str = ""  # the part of the topic's answer that was given: the section of a bill
    title: str = ""
    notices: tuple[Notice, ...] = ()
    choices: tuple[Choice, ...] = ()
    links: tuple[Link, ...] = ()
    more: bool = False
    progress: tuple[int, int] | None = None  # of an interview's question: which one it is, of how many at most
    table: tuple[tuple[str, str], ...] = ()  # of a result: the rows of a sum, label and amount
    timeline: tuple[Moment, ...] = ()  # of an answer on how the law changed, oldest first
    sheet: Sheet | None = None  # of a paper that was asked for
    document: str = ""  # "pdf", "docx" or "ics", with a sheet
    unhelpful: str = ""  # the choice that says that this answer did not help; ":hard" after it says why. Only the gateway sets it


class Turn(msgspec.Struct, frozen=True):
    """The replies to one message and what is remembered after it."""

    replies: tuple[Reply, ...]
    memory: Memory
