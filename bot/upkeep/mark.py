"""Puts a section under review in its content file, takes the mark away, and rebuilds the store, which the running bot then reads.

Comments, order and layout of the file stay as they are.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot.errors import CharterOakError, ContentError
from bot.law import compile as compiler
from bot.law.cite import file_name
from bot.law.records import Section, UnderReview
from bot.upkeep import layout


class CannotMark(CharterOakError):
    """The mark cannot be put or taken away; the message says why. Nothing was changed."""


def put(root: Path, target: Path, section: Section, act: str, since: dt.date) -> UnderReview:
    """Put ``section`` under review and rebuild the store at ``target``.

    Args:
        act: what changed the section, such as ``P.A. 26-98 § 3``. Beside an act that it is under review for already.
        since: the day on which the change took effect, or takes it.

    Raises:
        ContentError: the content does not hold together; the file is left as it was.
    """
    before = section.under_review
    if before and act not in before.act:
        act, since = f"{before.act}, {act}", min(before.since, since)
    note = f"{act}, effective {since:%B} {since.day}, {since.year}, changed this section. Its text is not in the store yet."
    mark = UnderReview(act=act, since=since, note=before.note if before and before.act == act else note)

    def change(data: Any) -> None:
        data["under_review"] = {"act": mark.act, "since": mark.since, "note": mark.note}

    _rewrite(root, target, section.section, change)
    return mark


def written(section: Section) -> None:
    """Hold that the versions which the acts of the mark made stand in the file. Raises ``CannotMark`` where one is missing."""
    if section.under_review is None:
        return
    acts = [act.partition(" §")[0].strip() for act in section.under_review.act.split(",")]
    made = {act.partition(" §")[0] for version in section.versions for act in version.acts}
    if missing := [act for act in acts if act not in made]:
        raise CannotMark(
            f"{section.section} is under review for {', '.join(missing)}, and no version in its file was made by that act. Write the "
            "version first. If the act changed nothing that stands here, say so: --no-change \"the reason\""
        )


def take_away(root: Path, target: Path, section: Section) -> None:
    """Take the mark from ``section`` and rebuild the store. Raises ``ContentError``; the file is then left as it was."""
    _rewrite(root, target, section.section, lambda data: data.pop("under_review"))


def _rewrite(root: Path, target: Path, section: str, change: Callable[[Any], object]) -> None:
    """Change a section's file and rebuild; where that fails, put the file back as it was."""
    path = root / "sections" / f"{file_name(section)}.yml"
    before = path.read_bytes()
    kept = layout.yaml()
    data = kept.load(before.decode("utf-8"))
    change(data)
    out = io.StringIO()
    kept.dump(data, out)
    path.write_text(out.getvalue(), encoding="utf-8")
    try:
        compiler.build(root, target)
    except ContentError:
        path.write_bytes(before)
        raise
