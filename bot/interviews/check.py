"""Holds each interview to its rule: the rule is there, ends every way, and finds nothing that has no words.

Long interviews are tried on some hundred of their ways here, evenly chosen; the tests try all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

from bot.errors import CharterOakError, ContentError
from bot.interviews import rules, ways
from bot.interviews.conclusion import PARTS, Conclusion
from bot.interviews.walk import Facts
from bot.law.content import LANGUAGES, Content
from bot.law.records import Interview
from bot.law.store import LawStore

MOST_WAYS = 300
_RULES = Path("bot/interviews/rules")
_BROKEN = (CharterOakError, KeyError, ValueError, TypeError, AttributeError)  # what a rule that is being written raises


def problems(content: Content, store: LawStore) -> Iterator[ContentError]:
    """What is wrong between the interviews of ``content`` and their rules, which read the figures of ``store``."""
    for name, interview in content.interviews.items():
        if name not in rules.RULES:
            yield ContentError(_RULES / f"{name}.py", "conclude", f"is missing: nothing says what follows from the answers of {name}")
        else:
            yield from _findings(content, interview, store)
    if content.interviews:  # another place may have none, and the rules stay where they are
        for name in rules.RULES.keys() - content.interviews.keys():
            yield ContentError(_RULES / f"{name}.py", "conclude", f"is the rule of no interview: there is no content/interviews/{name}.yml")


def _findings(content: Content, interview: Interview, store: LawStore) -> Iterator[ContentError]:
    """Each way ends in a conclusion whose words are there."""
    name, today = interview.interview, dt.date.today()
    words = {lang: content.interview_words[lang][name] for lang in LANGUAGES}
    every = ways.through(content, interview)
    lacking: set[tuple[str, str, str]] = set()
    for way in every[:: len(every) // MOST_WAYS + 1]:
        try:
            found = rules.RULES[name](Facts(way), store, today)
        except _BROKEN as error:
            yield ContentError(_RULES / f"{name}.py", "conclude", f"{type(error).__name__}: {error}, after the answers {way}")
            return
        lacking |= {(lang, part, key) for part, key in named(found) for lang in LANGUAGES if key not in getattr(words[lang], part)}
    for lang, part, key in sorted(lacking):
        yield ContentError(content.origin[f"interview:{lang}:{name}"], f"{part}.{key}", f"is found by {_RULES / name}.py and has no words")


def named(found: Conclusion) -> set[tuple[str, str]]:
    """The words that a conclusion needs: the part of the wording file, and the key."""
    said = {found.headline.key, *(finding.key for part in PARTS for finding in found.part(part))}
    rows = {row.key for row in found.rows} | {due.key for due in found.due}
    return {("findings", key) for key in said} | {("rows", key) for key in rows}

