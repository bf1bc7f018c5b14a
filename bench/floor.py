"""The physical floor: what one answer cannot do without, in plain Python at the real model's and store's sizes.

Vectorise the message, multiply by the weights, read the answer from SQLite, write it as JSON. No framework, no processes, no
network. How many times this a whole turn takes says how much is left to gain at all.
"""

from __future__ import annotations

import json
import sqlite3
import statistics
import tarfile
import tempfile
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from typing import Any

import joblib

from bench.parse import TEXTS
from bot import paths

ROUNDS = 2_000


def measure(archive: Path) -> dict[str, float]:
    """The medians in milliseconds of each part and of all, with the trained model in ``archive``."""
    model = trained_model(archive)
    store = sqlite3.connect(f"file:{paths.law_db()}?mode=ro", uri=True)
    sections = [row[0] for row in store.execute("select section from sections order by section")]
    known = {f"w {ngram}": row for ngram, row in model.words.vocabulary_.items()}
    first = len(known)
    known.update({f"c {ngram}": first + row for ngram, row in model.letters.vocabulary_.items()})

    def vectorise(number: int) -> list[int]:
        return _rows(TEXTS[number % len(TEXTS)], known)

    def multiply(rows: list[int]) -> int:
        return int((model.weights[rows].sum(axis=0) + model.bias).argmax())

    def read(number: int) -> list[Any]:
        return store.execute("select pin, cite, says, says_es from provisions where section = ?", [sections[number % len(sections)]]).fetchall()

    def write(found: list[Any]) -> str:
        return json.dumps({"kind": "answer", "lines": [{"text": row[2], "cites": [row[1]]} for row in found]})

    def whole(number: int) -> str:
        multiply(vectorise(number))
        return write(read(number))

    vectors = [vectorise(number) for number in range(len(TEXTS))]
    answers = [read(number) for number in range(len(sections))]
    parts: dict[str, Callable[[int], object]] = {
        "vectorise": vectorise,
        "multiply": lambda number: multiply(vectors[number % len(vectors)]),
        "read": read,
        "write": lambda number: write(answers[number % len(answers)]),
        "whole": whole,
    }
    return {name: _median(part) for name, part in parts.items()}


def trained_model(archive: Path) -> Any:
    """The n-gram model inside a trained archive."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(archive) as packed:
        name = next(name for name in packed.getnames() if name.endswith("model.joblib"))
        packed.extract(name, folder)
        return joblib.load(Path(folder) / name)


def _rows(text: str, known: dict[str, int]) -> list[int]:
    """Which n-grams of words (1 and 2) and letters (2 to 5) of ``text`` the model knows."""
    words = text.lower().split()
    grams = [f"w {word}" for word in words] + [f"w {one} {two}" for one, two in pairwise(words)]
    for word in words:
        padded = f" {word} "
        grams += [f"c {padded[at:at + size]}" for size in range(2, 6) for at in range(len(padded) - size + 1)]
    return [known[gram] for gram in grams if gram in known]


def _median(work: Callable[[int], object]) -> float:
    taken = []
    for number in range(ROUNDS + 100):
        start = time.perf_counter()
        work(number)
        taken.append(time.perf_counter() - start)
    return 1000 * statistics.median(taken[100:])
