"""How content files are written by a program: comments, quotes and order stay, and lines stay broken where their author broke them."""

from __future__ import annotations

from typing import Any

from ruamel.yaml import YAML


def yaml() -> Any:
    """A reader and writer that leaves the layout of a content file as it is."""
    made: Any = YAML()
    made.preserve_quotes, made.width = True, 10_000
    made.indent(mapping=2, sequence=4, offset=2)
    made.representer.ignore_aliases = lambda *_: True  # the same day twice is written twice
    return made
