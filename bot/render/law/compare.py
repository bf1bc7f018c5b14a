"""An older version beside today's: what differs, part by part, in the page's language."""

from __future__ import annotations

import msgspec

from bot.law import labels
from bot.law.found import ProvisionText, VersionText
from bot.law.store import LawStore
from bot.render.law.redline import ALIKE, Run, alike, between


class Pair(msgspec.Struct, frozen=True):
    """A provision then and the one in its place today: as a redline where they are alike, as two texts where they are not."""

    then_label: str
    today_label: str
    then: str
    today: str
    runs: tuple[Run, ...] = ()


class Change(msgspec.Struct, frozen=True):
    """What a later version says of itself that it changed."""

    date: str
    acts: tuple[str, ...]
    changed: str


class Comparison(msgspec.Struct, frozen=True):
    """What differs between an older version and today's, and the changes that lie between."""

    pairs: tuple[Pair, ...]
    added: tuple[Pair, ...]  # parts of today's that had no counterpart; only where the older text is known whole
    since: tuple[Change, ...]


def versions(store: LawStore, then: VersionText, now: VersionText, lang: str) -> Comparison:
    """Compare ``then`` with ``now``, versions of the same section. Parts that read the same are left out."""
    matches = [(old, _counterpart(old, now)) for old in then.provisions]
    pairs = tuple(_pair(store, old, new, lang) for old, new in matches if new is None or old.in_language(lang) != new.in_language(lang))
    matched = {new.cite for _, new in matches if new}
    fresh = [new for new in now.provisions if new.cite not in matched] if then.complete and not then.repealed else []
    return Comparison(
        pairs=pairs, added=tuple(Pair("", labels.cite(store, new.cite), "", new.in_language(lang)) for new in fresh),
        since=tuple(
            Change(labels.date(later.effective, lang), later.acts, later.change(lang))
            for later in store.changes_between(then.effective, now.effective, then.section) if later.changed
        ),
    )


def _counterpart(old: ProvisionText, now: VersionText) -> ProvisionText | None:
    """The provision of today that does what ``old`` did: of its kind, in its own place or else the most alike.

    Subsections are renumbered when acts put new ones before them, so the place alone would set a penalty beside a defense.
    """
    of_kind = [new for new in now.provisions if new.kind == old.kind]
    return max(of_kind, key=lambda new: (alike(old.says, new.says) >= ALIKE, new.pin == old.pin, alike(old.says, new.says)), default=None)


def _pair(store: LawStore, old: ProvisionText, new: ProvisionText | None, lang: str) -> Pair:
    then, label = old.in_language(lang), labels.cite(store, old.cite)
    if new is None:
        return Pair(label, "", then, "")
    today = new.in_language(lang)
    return Pair(label, labels.cite(store, new.cite), then, today, between(then, today) if alike(then, today) >= ALIKE else ())
