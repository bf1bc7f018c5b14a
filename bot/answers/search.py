"""Replies that list: what an act made, a range of sections, search hits, on what an answer rests."""

from __future__ import annotations

import re

from bot.answers.topic import answer, topic_choices
from bot.desk import Desk
from bot.law import labels
from bot.law.cite import code_order
from bot.reply import Choice, Line, Memory, Reply

MOST = 6
MOST_OF_AN_ACT = 12


def document(desk: Desk, cite: str, lang: str) -> Reply:
    """What a public act did or a bill was: what the store says of the document, and the sections it made."""
    source = desk.store.source(cite)
    if source is None:
        text = desk.say(lang, "cards.no_such_document", cite=cite)
        return Reply(kind="not_found", lang=lang, lines=(Line(text, kind="note"),), choices=topic_choices(desk, ("changes_in_year",), lang))
    if source["kind"] == "bill" and (reply := answer(desk, cite.replace("-", "_"), lang)):
        return reply
    made = desk.store.made_by(cite)[:MOST_OF_AN_ACT]
    if not made and (of_its_year := _of_its_year(desk, cite, lang)):
        return of_its_year
    status = f"{source['status']} {source['note']}".strip() if lang == "en" else source["name"]  # the store has the note in English
    lines = [Line(status, (cite,))] if lang == "en" or not made else []
    for version in made:
        changed = f": {version.change(lang)}" if version.changed else "."
        lines.append(Line(f"§ {version.section}, {labels.date(version.effective, lang)}{changed}", (version.section,)))
    return Reply(kind="card", lang=lang, topic="section_history", title=source["name"], lines=tuple(lines), links=labels.links(desk.store, (cite,)))


def _of_its_year(desk: Desk, cite: str, lang: str) -> Reply | None:
    """What is known of an act whose text is not in the store: the answer on its year, where that speaks of it."""
    numbered = re.fullmatch(r"\S+ (\d\d)-\d+", cite)
    reply = answer(desk, "changes_in_year", lang, f"20{numbered[1]}") if numbered else None
    return reply if reply and any(cite in line.cites for line in reply.lines) else None


def in_range(desk: Desk, cite: str, lang: str) -> Reply:
    """The sections of the store inside a range such as ``53a-86 to 53a-89``."""
    first, _, last = cite.partition(" to ")
    inside = [s for s in desk.store.section_ids if code_order(first) <= code_order(s) <= code_order(last)]
    if not inside:
        text = desk.say(lang, "furniture.no_such_section_alone", cite=cite)
        return Reply(kind="not_found", lang=lang, lines=(Line(text, kind="note"),))
    lines = tuple(Line(head.title, (section,)) for section in inside[:MOST] if (head := desk.store.head(section)))
    choices = tuple(Choice(f"law:{section}", labels.cite(desk.store, section)) for section in inside[:MOST])
    return Reply(kind="card", lang=lang, topic="section_lookup", title=labels.cite(desk.store, cite), lines=lines, choices=choices)


def choices(desk: Desk, text: str, lang: str) -> tuple[Choice, ...]:
    """What the full-text search of the store finds, as choices."""
    found = []
    for hit in desk.store.search(text, lang, limit=3):
        name = hit.key.partition("@")[0]
        found.append(Choice(f"topic:{name}", hit.title) if hit.kind == "answer" else Choice(f"law:{hit.key}", f"§ {hit.key} {hit.title}"))
    return tuple({choice.id: choice for choice in found}.values())


def who_says(desk: Desk, memory: Memory, lang: str) -> Reply:
    """On what the last answer rests: the cites, the edition they were checked against, the official pages."""
    text = desk.say(lang, "furniture.who_says", date=labels.date(desk.store.checked_on, lang))
    links = labels.links(desk.store, memory.cites)
    lines = [Line(text, kind="note"), *(Line(link.label, (link.cite,)) for link in links[:MOST])]
    return Reply(kind="info", lang=lang, lines=tuple(lines), links=links)
