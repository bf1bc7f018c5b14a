"""Runs a /ctlaw command against the store: the messages to show, without Rasa and without the network."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.law import labels
from bot.nlp.folding import fold
from bot.render import slack_bill, slack_law, slack_search
from bot.render.block_kit import Message, code, messages, section
from bot.render.slack import note, words
from bot.render.slack_views import help_blocks
from bot.safety import wording
from gateway.shelf import Shelf
from gateway.slack.command_line import Command


def run(command: Command, shelf: Shelf | None, today: Callable[[], dt.date] = dt.date.today) -> list[Message]:
    """The answer to a command that the store alone answers; in words where it cannot."""
    lang = command.lang or "en"
    if command.name == "help":
        return messages(words("help_title", lang), help_blocks(lang))
    if command.name == "misuse":
        return misuse(command, lang)
    if shelf is None:
        return note(wording.unavailable(lang))
    store = shelf.store
    if command.wrong_date:
        return note(words("impossible_date", lang, date=command.wrong_date))
    if late := next((date for date in command.dates if date.first > today()), None):
        return note(words("future_date", lang, date=str(late.first.year) if late.precision == "year" else labels.date(late.first, lang)))
    if command.name == "card":
        return slack_law.card(store, command.cite, command.dates[0].last if command.dates else None, lang, shelf.official)
    if command.name == "diff":
        return slack_law.difference_between(store, command.cite, command.dates[0].last, command.dates[1].last, lang)
    if command.name == "bill":
        return slack_bill.bill(store, command.year, command.part, lang)
    if command.name == "search":
        return slack_search.search(store, command.text, lang)
    of_a_cite = {"history": slack_law.history, "differences": slack_law.differences, "cite": slack_law.cite_form}
    return of_a_cite[command.name](store, command.cite, lang)


def misuse(command: Command, lang: str) -> list[Message]:
    """How a command is written, and what was probably meant."""
    usage = words(f"usage_{command.text}", lang)
    text = words("misuse", lang, usage=usage)
    near = words("misuse_near", lang, near=code(f"/ctlaw {command.near}")) if command.near else ""
    return messages(f"{text} {near}".strip(), section("\n".join(filter(None, (near, text)))))


def interview_of(typed: str, titles: dict[str, str]) -> str:
    """The interview that ``typed`` names, by its id or by a word of its title; empty where that is not one."""
    wanted = fold(typed).strip()
    if wanted in titles:
        return wanted
    fitting = [name for name, title in titles.items() if wanted and wanted in fold(title)]
    return fitting[0] if len(fitting) == 1 else ""
