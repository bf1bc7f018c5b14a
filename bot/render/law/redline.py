"""Redlines: what a text lost and gained, word by word; and the marks that bills carry themselves."""

from __future__ import annotations

import difflib
import re
from itertools import groupby
from typing import Literal

import msgspec

Kind = Literal["same", "deleted", "added"]
ALIKE = 0.45  # below this share of common words a redline is harder to read than the two texts side by side
_TOKEN = re.compile(r"[^\W_]+(?:[-'.,][^\W_]+)*|\s+|[^\w\s]|_")
_WORD = re.compile(r"[^\W_]")
_MARK = re.compile(r"\{--(?P<deleted>.*?)--\}|\{\+\+(?P<added>.*?)\+\+\}")


class Run(msgspec.Struct, frozen=True, omit_defaults=True):
    """Some words in a row that fared alike.

    ``opens`` and ``closes`` say where a change starts and ends, so that it is announced once however many lines it spans.
    """

    kind: Kind
    text: str
    opens: bool = False
    closes: bool = False


class BillLine(msgspec.Struct, frozen=True):
    """One line of a bill; ``number`` is the line's own, 0 where the bill gives it none."""

    number: int
    runs: tuple[Run, ...]


def alike(old: str, new: str) -> float:
    """The share of words that two texts have in common, from 0 to 1."""
    return difflib.SequenceMatcher(None, old.split(), new.split(), autojunk=False).ratio()


def between(old: str, new: str) -> tuple[Run, ...]:
    """``old`` and ``new`` in one: their common words once, the others as deleted and added.

    The runs that are not added give ``old`` back, those that are not deleted ``new``.
    """
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    changes: list[tuple[bool, str, str]] = []  # whether it is the same, the old words, the new words
    for tag, i, j, k, m in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        gone, come = "".join(before[i:j]), "".join(after[k:m])
        changes.append((tag == "equal" and bool(_WORD.search(gone)), gone, come))
    runs: list[Run] = []
    for same, group in groupby(changes, key=lambda change: change[0]):  # a mere space or comma between two changes joins them
        parts = list(group)
        gone, come = "".join(part[1] for part in parts), "".join(part[2] for part in parts)
        if same or gone == come:
            runs.append(Run("same", gone))
        else:
            runs += [Run("deleted", gone)] if gone else []
            runs += [Run("added", come)] if come else []
    return _announced([runs])[0]


def of_bill(text: str) -> tuple[BillLine, ...]:
    """The lines of a bill's part, with its own line numbers and marks (``{--…--}``, ``{++…++}``)."""
    numbers, lines = [], []
    for line in text.splitlines():
        number, rest = re.fullmatch(r"(?:(\d+) )?(.*)", line).groups()  # type: ignore[union-attr]
        numbers.append(int(number or 0))
        lines.append(_marked(rest))
    return tuple(BillLine(number, runs) for number, runs in zip(numbers, _announced(lines), strict=True))


def _marked(line: str) -> list[Run]:
    runs, end = [], 0
    for match in _MARK.finditer(line):
        runs.append(Run("same", line[end : match.start()]))
        runs.append(Run("deleted", match["deleted"]) if match["deleted"] is not None else Run("added", match["added"]))
        end = match.end()
    return [run for run in (*runs, Run("same", line[end:])) if run.text]


def _announced(lines: list[list[Run]]) -> list[tuple[Run, ...]]:
    """The same runs, with where each change opens and closes; one that goes on in the next line or word is one change."""
    flat = [run for line in lines for run in line]
    words = [run for run in flat if run.kind != "same" or run.text.strip()]
    at = {id(run): place for place, run in enumerate(words)}

    def announced(run: Run) -> Run:
        if run.kind == "same":
            return run
        place = at[id(run)]
        before = words[place - 1].kind if place else "same"
        after = words[place + 1].kind if place + 1 < len(words) else "same"
        return msgspec.structs.replace(run, opens=before != run.kind, closes=after != run.kind)

    return [tuple(announced(run) for run in line) for line in lines]
