"""Holds the whole project together: the content against itself, and what beside it repeats its names or is made of it."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path

from bot.errors import ContentError
from bot.interviews import check as interviews
from bot.law import check, compile, content
from bot.law.content import Content
from bot.law.store import LawStore
from bot.routing import phrases, routes
from bot.upkeep import coverage


def problems(root: Path) -> tuple[Content, list[ContentError]]:
    """The content below ``root``, and everything that is wrong with it and with what lies around it.

    Routing and pages are looked at where they lie beside the content; rules of interviews are tried once the law is in order.
    """
    law, found = content.load(root)
    found += check.problems(law)
    around: list[Iterator[ContentError]] = []
    if (root.parent / routes.DOMAIN).exists():
        around += [routes.stale(law, root.parent), phrases.problems(law, root.parent)]
    if not found:
        around += [_rules(law), _coverage(law, root.parent / coverage.PAGE)]
    for rule in around:
        try:
            found += rule
        except ContentError as error:  # a file that cannot be read
            found.append(error)
    return law, found


def _rules(law: Content) -> Iterator[ContentError]:
    with tempfile.TemporaryDirectory() as folder:
        compile.write(law, Path(folder) / "law.db")
        store = LawStore(Path(folder) / "law.db")
        yield from interviews.problems(law, store)
        store.close()


def _coverage(law: Content, page: Path) -> Iterator[ContentError]:
    if page.exists() and page.read_text(encoding="utf-8") != coverage.as_markdown(law):
        yield ContentError(page, "", f"is older than the content; make it anew: charter-oak review table > {coverage.PAGE}")
