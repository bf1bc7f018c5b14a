"""What is held of people: a declaration that stands beside the code that holds it. docs/privacy-ledger.md is made of them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Held:
    """One thing that is held, in words for someone who has to decide whether to trust it.

    Args:
        what: the thing, and what it is not.
        where: the process or file.
        how_long: until when, with the setting or constant that says so.
        who: who can see it.
        erased: what erases it before.
    """

    what: str
    where: str
    how_long: str
    who: str
    erased: str
