"""Signs off what was reviewed: an entry in the ledger, with the digest of what was signed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from fnmatch import fnmatchcase
from pathlib import Path

from ruamel.yaml.comments import CommentedMap, CommentedSeq

from bot.errors import CharterOakError
from bot.law.content import Content
from bot.law.review import FILE, Role, SignOff, Unit, ledger, units
from bot.upkeep import layout

_HEAD = (
    "Who reviewed what, and when: one entry a sign-off, written by charter-oak review sign. The digest is of what was signed, so that\n"
    "a later edit makes the sign-off lapse by itself. as: project (checked against the source), lawyer, editor (native reader)."
)


class CannotSign(CharterOakError):
    """Nothing was signed; the message says why."""


def named(content: Content, subject: str) -> tuple[Unit, ...]:
    """The units that ``subject`` names: ``answer:es:vacatur_how``, a pattern such as ``section:en:*``, or a bare section or topic.

    Raises:
        CannotSign: it names nothing.
    """
    everything = tuple(units(content))
    if found := tuple(unit for unit in everything if unit.id == subject or ("*" in subject and fnmatchcase(unit.id, subject))):
        return found
    bare = tuple(unit for unit in everything if unit.name == subject and (unit.kind, unit.lang) == ("section", "en"))
    if bare:
        return bare
    near = [unit.id for unit in everything if unit.name == subject] or [unit.id for unit in everything if subject and subject in unit.id][:5]
    raise CannotSign(f"Nothing is called {subject}." + (f" Did you mean {', '.join(near)}?" if near else " See: charter-oak review list"))


def sign(root: Path, reviewed: Iterable[Unit], role: Role, by: str, on: dt.date, note: str = "") -> tuple[SignOff, ...]:
    """Write a sign-off for each unit into the ledger below ``root``.

    Args:
        by: the name of who reviewed it.
        on: the day of the review.

    Raises:
        CannotSign: no name, or a day to come.
    """
    if not by.strip():
        raise CannotSign("A sign-off needs the name of who reviewed it: --by")
    if on > dt.date.today():
        raise CannotSign(f"{on} is still to come. A sign-off is dated on the day of the review, or left undated for today.")
    new = tuple(SignOff(unit=unit.id, role=role, by=by.strip(), on=on, digest=unit.digest, note=note) for unit in reviewed)
    _write(root, [*ledger(root), *new])
    return new


def _write(root: Path, entries: list[SignOff]) -> None:
    listed = CommentedSeq()
    for entry in entries:
        line = CommentedMap(unit=entry.unit, **{"as": entry.role}, by=entry.by, on=entry.on, digest=entry.digest)
        if entry.note:
            line["note"] = entry.note
        line.fa.set_flow_style()
        listed.append(line)
    with open(root / FILE, "w", encoding="utf-8") as out:
        out.write("".join(f"# {line}\n" for line in _HEAD.split("\n")))
        writer = layout.yaml()
        writer.indent(sequence=2, offset=0)
        writer.dump(listed, out)
