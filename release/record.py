"""What the law was in each release: a digest of every section and of each of its versions, kept in ``release/records``."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec

from bot import model, paths
from bot.law.cite import code_order
from bot.law.content import Content, digest
from bot.law.review import digest_of, said

FOLDER = paths.ROOT / "release" / "records"
REST = ""  # stands beside a section's versions: its title, its mark "under review", where documents differ, what is not known

Sections = dict[str, dict[str, str]]  # by section: by the day on which a version took effect, or REST: a digest
Changes = dict[str, tuple[dt.date, ...]]  # by section: the days of the versions that are new, gone or not as they were


class Record(msgspec.Struct, frozen=True):
    """One release, as it was made."""

    version: str
    date: dt.date
    content: str  # the hash of all content files
    model: str  # the hash of what the model is trained on
    sections: Sections


def number(version: str) -> tuple[int, ...]:
    """A version's parts in the order of versions: "0.10.0" is later than "0.9.0". Raises ``ValueError``."""
    return tuple(map(int, version.split(".")))


def sections(content: Content) -> Sections:
    """The digests of the law as it is now. The day of a check and the inventory's numbers are no part of them."""
    found: Sections = {}
    for name, section in content.sections.items():
        fields = said(section)
        versions = {version["effective"]: digest_of(version) for version in fields.pop("versions")}
        found[name] = {REST: digest_of([fields, msgspec.to_builtins(section.under_review)]), **versions}
    return found


def changes(before: Sections, now: Sections) -> Changes:
    """The sections that are not as they were, in the order of the code."""
    touched: Changes = {}
    for name in sorted({*before, *now}, key=code_order):
        old, new = before.get(name, {}), now.get(name, {})
        if old != new:
            days = sorted(day for day in {*old, *new} - {REST} if old.get(day) != new.get(day))
            touched[name] = tuple(dt.date.fromisoformat(day) for day in days)
    return touched


def read(folder: Path = FOLDER) -> list[Record]:
    """Every release's record, oldest first."""
    found = [msgspec.json.decode(path.read_bytes(), type=Record) for path in folder.glob("*.json")]
    return sorted(found, key=lambda record: number(record.version))


def write(content: Content, version: str, date: dt.date, folder: Path = FOLDER) -> Path:
    """Record the content as that of a release."""
    made = Record(version, date, digest(content.root), model.inputs_hash(), sections(content))
    path = folder / f"{version}.json"
    folder.mkdir(parents=True, exist_ok=True)
    path.write_bytes(msgspec.json.format(msgspec.json.encode(made, order="deterministic"), indent=1) + b"\n")
    return path
