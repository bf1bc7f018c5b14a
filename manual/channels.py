"""The page docs/channels.md: what fits into each channel, how fast, how much and for how long, read from the constants that the code uses."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Any

from bot import paths

_JS_CONSTANT = r"^const {name} = (\d+);"


def _time(value: float) -> str:
    for size, unit in ((24 * 3600, "day"), (3600, "hour"), (60, "minute")):
        if value >= size and value % size == 0:
            return f"{value / size:.0f} {unit}{'s' if value > size else ''}"
    return f"{value:g} second{'s' if value != 1 else ''}"


def _size(value: int) -> str:
    return f"{value // 1024} KB"


def _many(value: int) -> str:
    return f"{value:,}"


def _of(noun: str) -> Callable[[Any], str]:
    return lambda value: f"{value:,} {noun}"


@dataclass(frozen=True)
class Limit:
    """One limit: what it bounds, the constant that sets it (``module:NAME``, or ``file.js:NAME``), how its value is written."""

    what: str
    where: str
    write: Callable[[Any], str]
    setting: str = ""  # the variable of the environment that changes it

    def value(self) -> Any:
        """The value that the code uses."""
        place, _, name = self.where.partition(":")
        if place.endswith(".js"):
            source = (paths.ROOT / place).read_text(encoding="utf-8")
            found = re.search(_JS_CONSTANT.format(name=name), source, re.M)
            if not found:
                raise AttributeError(f"{place} has no constant {name}")
            return int(found[1])
        first, *inside = re.findall(r"[\w-]+", name)
        start = getattr(importlib.import_module(place), first)
        return reduce(lambda value, key: value[key] if isinstance(value, dict) else getattr(value, key), inside, start)

    def row(self) -> str:
        """Its line of the table."""
        place, _, name = self.where.partition(":")
        file = place if place.endswith(".js") else place.replace(".", "/") + ".py"
        return f"| {self.what} | {self.write(self.value())} | {f'`{self.setting}`' if self.setting else ''} | `{file}` `{name}` |"


_SETTINGS = "gateway.settings:Settings"
LIMITS: dict[str, tuple[Limit, ...]] = {
    "Everywhere": (
        Limit("one message", "bot.limits:LONGEST_MESSAGE", _of("characters")),
        Limit("a conversation ends when unused for", f"{_SETTINGS}.idle", _time, "CONVERSATION_IDLE_SECONDS"),
        Limit("and in any case after", f"{_SETTINGS}.absolute", _time, "CONVERSATION_SECONDS"),
        Limit("conversations held at once", f"{_SETTINGS}.most_sessions", _many, "MAX_CONVERSATIONS"),
        Limit("the numbers are shown in place of an answer after", f"{_SETTINGS}.patience", _time),
        Limit("earlier turns that the language model's process keeps of a conversation, without their words", "rasa_ext.tail:TURNS_KEPT", _many),
        Limit("unreadable answers to one question of an interview, before it is passed over", "bot.interviews.talk:MOST_TRIES", _many),
        Limit("the short answer, in English", "bot.law.check_words:SHORT_LIMIT.en", _of("characters")),
        Limit("the short answer, in Spanish", "bot.law.check_words:SHORT_LIMIT.es", _of("characters")),
    ),
    "The chat on a website, and the JSON API": (
        Limit("messages of one conversation, a minute", f"{_SETTINGS}.per_session", _many, "RATE_PER_SESSION"),
        Limit("requests of one address prefix, a minute", f"{_SETTINGS}.per_address", _many, "RATE_PER_ADDRESS"),
        Limit("requests in all, a minute", f"{_SETTINGS}.in_all", _many, "RATE_IN_ALL"),
        Limit("the body of a request", f"{_SETTINGS}.most_bytes", _size),
        Limit("the id of a choice", "gateway.api:CHOICE_LONGEST", _of("characters")),
        Limit("the chat counts the characters left, from so many before the limit", "widget/src/composer.js:NEAR", _many),
        Limit("the chat warns before an idle end", "widget/src/lifetime.js:WARN_IDLE", _time),
        Limit("and before the last end", "widget/src/lifetime.js:WARN_END", _time),
        Limit("presses of Shift that leave the page", "widget/src/exit.js:PRESSES", _many),
    ),
    "The plain page": (
        Limit("the body of a form", "gateway.ask:MOST_BYTES", _size),
        Limit("the id of a choice", "gateway.ask:CHOICE_LONGEST", _of("characters")),
    ),
    "Text messages": (
        Limit("one answer", "bot.render.pages:MOST_SEGMENTS", _of("segments")),
        Limit("a lone segment in the GSM alphabet", "bot.render.segments:ALONE.GSM-7", _of("characters")),
        Limit("a lone segment with other letters, such as á", "bot.render.segments:ALONE.UCS-2", _of("characters")),
        Limit("a joined segment in the GSM alphabet", "bot.render.segments:JOINED.GSM-7", _of("characters")),
        Limit("a joined segment with other letters", "bot.render.segments:JOINED.UCS-2", _of("characters")),
        Limit("texts of one phone, a minute", f"{_SETTINGS}.per_sender", _many, "RATE_PER_SENDER"),
        Limit("silence after a flood from one phone, danger excepted", "gateway.sms.texting:RESTS", _time),
        Limit("a text is answered, or told that no answer can be given, within", "gateway.sms.texting:IN_TIME", _time),
        Limit("a text that is sent again gets the same answer for", "gateway.sms.replays:ANSWER_STAYS", _time),
        Limit("and is known as sent before for", "gateway.sms.replays:ID_STAYS", _time),
        Limit("the key that hashes numbers is made anew after", "gateway.sms.senders:DAY", _time),
        Limit("and yesterday's is dropped after another", "gateway.sms.senders:YESTERDAY_STAYS", _time),
    ),
    "Slack": (
        Limit("the body of a request", "gateway.slack.app:MOST_BYTES", _size),
        Limit("answers under way at once", "gateway.slack.crew:AT_ONCE", _many),
        Limit("answers that wait; above it Slack is asked to try again", "gateway.slack.crew:MOST_WAITING", _many),
        Limit("a window waits for its answer", "gateway.slack.window:SOON", _time),
        Limit("a request is known as taken for", "gateway.slack.seen:KEPT_SECONDS", _time),
        Limit("the longest wait that Slack may ask for", "gateway.slack.outbound:LONGEST_WAIT", _time),
        Limit("tries again", "gateway.slack.outbound:RETRIES", _many),
        Limit("messages through one response address", "gateway.slack.outbound:BY_RESPONSE_URL", _many),
        Limit("one section of a message", "bot.render.block_kit:SECTION", _of("characters")),
        Limit("a heading", "bot.render.block_kit:HEADER", _of("characters")),
        Limit("the label of a button", "bot.render.block_kit:BUTTON", _of("characters")),
        Limit("buttons of one row", "bot.render.block_kit:ELEMENTS", _many),
        Limit("blocks of one message", "bot.render.block_kit:BLOCKS", _many),
        Limit("the blocks of one message as JSON", "bot.render.block_kit:BYTES", _of("bytes")),
        Limit("blocks of a window", "bot.render.slack_views:MOST_VIEW_BLOCKS", _many),
        Limit("official words shown in a card; the law page has the rest", "bot.render.slack_official:LONGEST", _of("characters")),
        Limit("hits of a search", "bot.render.slack_search:MOST_HITS", _many),
    ),
}

HEAD = """# What fits into each channel

Read from the constants that the code itself uses, by `python -m manual docs/channels.md`; a test fails where it is out of date. Where
a setting is named, the value is the one that holds without it ([configuration](configuration.md)). No limit stands before someone in
danger: words of danger are looked for before size and rate, also at the beginning and the end of what is too long.
"""


def as_markdown() -> str:
    """The page."""
    parts = [HEAD]
    for channel, limits in LIMITS.items():
        parts += [f"## {channel}\n", "| what | limit | setting | in the code |", "|---|---|---|---|", *(limit.row() for limit in limits), ""]
    return "\n".join(parts).rstrip() + "\n"
