"""What drift and rests print: what differs, with how sure that is, then everything to read again because of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import groupby

from bot.law.content import Content
from bot.upkeep.drift import Difference, Drift
from bot.upkeep.rests import Rest

Echo = Callable[[str], object]
_SIDES = {
    "text": "the text has {}, the store does not", "store": "the store has {}, the text does not",
    "gone": "the text had {} when the two were last compared, and has it no more",
}
MOST_SHOWN = 12  # of what names the section only


def drift(content: Content, found: Drift, shown: Iterable[Difference], echo: Echo) -> None:
    """Each difference in a line, by subsection."""
    section = content.sections[found.section]
    echo(f"{found.section} {section.title}")
    for one in shown:
        echo(f"  {one.confidence:<6}  {one.pin or 'whole section':<14} {_SIDES[one.side].format(one.what)}")


def rests(found: Iterable[Rest], echo: Echo, *, everything: bool = False) -> None:
    """What rests on the provisions, by kind; what only names their section is counted, unless ``everything`` is asked for."""
    for kind, group in groupby(found, key=lambda rest: rest.kind):
        listed = list(group)
        exact = [rest for rest in listed if rest.exact]
        others = [rest for rest in listed if not rest.exact]
        echo(f"\n{_plural(kind)}: {len(exact)} on this, {len(others)} on its section")
        for rest in [*exact, *(others if everything else others[: max(0, MOST_SHOWN - len(exact))])]:
            where = f"  {rest.where}" if rest.where else ""
            echo(f"  {'*' if rest.exact else ' '} {rest.what}{where}")
        hidden = 0 if everything else len(others) - max(0, MOST_SHOWN - len(exact))
        if hidden > 0:
            echo(f"    and {hidden} more that name the section: --all")


def _plural(kind: str) -> str:
    return {"sum": "Sums", "wording": "Wording", "interview words": "Interview words"}.get(kind, f"{kind[:1].upper()}{kind[1:]}s")
