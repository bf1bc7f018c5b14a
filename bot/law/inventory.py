"""The inventory of the source documents: every item must be answered for by a record of the store."""

from __future__ import annotations

from bot.law.store import LawStore

ITEMS = 305  # provisions, numbers, dates, penalties, list entries and recommendations, numbered from 1


def coverage(store: LawStore) -> tuple[int, list[int]]:
    """How many items are covered, and the numbers of those that are not."""
    covered = store.seed_items()
    missing = [item for item in range(1, ITEMS + 1) if item not in covered]
    return ITEMS - len(missing), missing
