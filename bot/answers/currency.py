"""How current the store is, for the answers that say so: fields that the store fills in, so that no date of it is typed twice."""

from __future__ import annotations

import datetime as dt

import msgspec

from bot.desk import Desk
from bot.law import labels
from bot.law.edition import revised_to
from bot.law.records import Answer, Sentence

FIELDS = ("checked_on", "revised_to", "under_review", "lawyer_review")
_LENGTHS = ("short", "full", "simple", "advocate")


def filled(desk: Desk, wording: Answer, lang: str) -> tuple[Answer, dict[str, str]]:
    """``wording`` without the sentences that have nothing to say, and the fields of the others; as it is where it has none of them."""
    if not any(_asks(sentence, FIELDS) for sentence in wording.full):
        return wording, {}
    fields = _fields(desk, lang)
    empty = tuple(name for name, value in fields.items() if not value)
    lengths = {length: tuple(one for one in getattr(wording, length) if not _asks(one, empty)) for length in _LENGTHS}
    return msgspec.structs.replace(wording, **lengths), fields


def _asks(sentence: Sentence, names: tuple[str, ...]) -> bool:
    return any(f"{{{name}}}" in sentence.text for name in names)


def _fields(desk: Desk, lang: str) -> dict[str, str]:
    store = desk.store
    heads = [head for section in store.section_ids if (head := store.head(section))]
    changed: dict[tuple[str, dt.date], list[str]] = {}
    for head in heads:
        if head.review_act and head.review_since:
            changed.setdefault((head.review_act, head.review_since), []).append(head.section)
    edition = revised_to(store)
    reviewed = store.reviewed()
    by_lawyer = sum(one.state == "lawyer" for one in reviewed)
    said = {"number": str(by_lawyer), "all": str(len(reviewed))}
    return {
        "checked_on": labels.date(store.checked_on, lang),
        "revised_to": labels.date(dt.date.fromisoformat(edition), lang) if len(edition) == len("2025-01-01") else edition,
        "under_review": "; ".join(
            f"{labels.cites(store, sections, lang)} ({act}, {labels.date(since, lang)})" for (act, since), sections in changed.items()
        ),
        "lawyer_review": desk.say(lang, "furniture.lawyer_some" if by_lawyer else "furniture.lawyer_none", **said),
    }
