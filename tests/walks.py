"""The real content, and every way through its guided interviews, read once for all tests."""

from __future__ import annotations

from functools import cache

from bot import paths
from bot.interviews import ways
from bot.law.content import Content, load
from bot.law.records import Step


@cache
def content() -> Content:
    """The real content; not to be changed."""
    return load(paths.content_dir())[0]


def values(step: Step) -> list[str]:
    """Answers to a question, one of each sort."""
    return ways.answers(content(), step)


@cache
def every_path(name: str) -> list[dict[str, str]]:
    """Every way through the interview ``name``: its answers by question."""
    return ways.through(content(), content().interviews[name])
