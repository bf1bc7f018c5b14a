"""Whether law.db is that of the present content: an older one would answer with older law."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from bot.errors import CharterOakError, NoLawStore
from bot.law import compile as compiler
from bot.law.content import digest
from bot.law.store import LawStore


class CannotKeep(CharterOakError):
    """The store cannot be written where it is to lie."""


def made_of(target: Path) -> str:
    """The hash of the content that the store at ``target`` was made of; empty where there is no store."""
    try:
        store = LawStore(target)
    except NoLawStore:
        return ""
    try:
        return store.content_hash
    finally:
        store.close()


def out_of_date(root: Path, target: Path) -> str:
    """What is wrong with the store at ``target``, in a sentence with what to do; empty where it is that of the content below ``root``."""
    made = made_of(target)
    if made == digest(root):
        return ""
    wrong = f"{target} was made of other content than is here now" if made else f"There is no law store at {target}"
    return f"{wrong}. Make it: charter-oak build"


def ensure(root: Path, target: Path, say: Callable[[str], None]) -> None:
    """Compile the store where it is missing or of other content. Raises ``ContentError``, and ``CannotKeep`` for a place that is read-only."""
    if not out_of_date(root, target):
        return
    say("Compiling the law store ...")
    try:
        compiler.build(root, target)
    except OSError as error:
        raise CannotKeep(f"{target} cannot be written ({error.strerror}). Name a folder that can be: CHARTER_OAK_HOME") from None
