"""What the store answers with: a section's version and provisions, a difference, a review, and why there is none."""

from __future__ import annotations

import datetime as dt

import msgspec

from bot.law.records import FigureValue


class ProvisionText(msgspec.Struct, frozen=True):
    """One provision as a version of its section has it."""

    cite: str
    pin: str
    kind: str
    says: str
    says_es: str | None
    figures: dict[str, FigureValue]
    readings: tuple[str, ...]

    def in_language(self, lang: str) -> str:
        """The restatement in ``lang``."""
        return self.says_es if lang == "es" and self.says_es else self.says


class VersionText(msgspec.Struct, frozen=True):
    """A section's text from ``effective`` until ``until`` (None: until now)."""

    section: str
    effective: dt.date
    until: dt.date | None
    acts: tuple[str, ...]
    changed: str
    changed_es: str | None
    complete: bool
    basis: str
    repealed: bool
    provisions: tuple[ProvisionText, ...]

    def change(self, lang: str) -> str:
        """What this version changed, in ``lang``."""
        return self.changed_es if lang == "es" and self.changed_es else self.changed


class SectionHead(msgspec.Struct, frozen=True):
    """What is true of a section whatever the date."""

    section: str
    title: str
    link: str
    checked_on: dt.date
    checked_against: str
    checked_by: str
    formerly: str
    review_act: str | None
    review_since: dt.date | None
    review_note: str | None


class DifferenceText(msgspec.Struct, frozen=True):
    """A point on which a source document does not say what the law says."""

    section: str
    pin: str
    source: str
    source_name: str
    in_source: str
    source_says: str
    law_says: str
    matters: str
    line: str
    line_es: str | None

    def in_language(self, lang: str) -> str:
        """The one line in ``lang``, where it was written; in English otherwise."""
        return self.line_es if lang == "es" and self.line_es else self.line


class Found(msgspec.Struct, frozen=True):
    """The version in force on the date asked for, and the provisions that the cite names."""

    head: SectionHead
    version: VersionText
    provisions: tuple[ProvisionText, ...]


class Ambiguous(msgspec.Struct, frozen=True):
    """Several sections could be meant."""

    candidates: tuple[str, ...]


class NotFound(msgspec.Struct, frozen=True):
    """No such section or subsection in the store; the nearest that are."""

    asked: str
    nearest: tuple[str, ...]


class BeforeStore(msgspec.Struct, frozen=True):
    """The store does not know what the section said so early."""

    section: str
    first: dt.date


class Reviewed(msgspec.Struct, frozen=True):
    """Where one provision or wording stands: drafted, checked against the source, reviewed by a lawyer."""

    unit: str
    kind: str
    lang: str
    name: str
    state: str
    checked_on: dt.date | None
    lawyer_on: dt.date | None
    lawyer_by: str | None
    due: dt.date | None
    under_review: str


class SearchHit(msgspec.Struct, frozen=True):
    """A row of the full-text index."""

    kind: str
    key: str
    title: str
    body: str


Lookup = Found | Ambiguous | NotFound | BeforeStore
