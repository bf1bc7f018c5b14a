"""How current the law is: which edition of the code is restated, and when it was last held against it."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from pathlib import Path

from bot.law.content import read_yaml
from bot.law.store import LawStore


def revised_to(store: LawStore) -> str:
    """The date of the source that most sections were held against, "2025-01-01"; empty for an empty store or an undated source."""
    against = Counter(head.checked_against for section in store.section_ids if (head := store.head(section)))
    source = store.source(against.most_common(1)[0][0]) if against else None
    return str((source or {}).get("date", ""))


def of_files(root: Path) -> tuple[dt.date | None, str]:
    """The latest day of a check and the edition, from the content files themselves. Takes a second or two: for where no store was made yet."""
    checked = [read_yaml(path)["checked"] for path in (root / "sections").glob("*.yml")]
    if not checked:
        return None, ""
    against = Counter(one["against"] for one in checked).most_common(1)[0][0]
    dates = [str(source.get("date", "")) for source in read_yaml(root / "sources.yml") if source["id"] == against]
    return max(one["on"] for one in checked), dates[0] if dates else ""
