"""Tells the bank's questions apart with our classifier, with Rasa's own two, and with ours and DIET together.

Every classifier is trained by Rasa from ``data/nlu`` and loaded by Rasa in a process of its own. A topic is right
when it is the question's or among its ``also``. What is counted and why: bench/README.md.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from bot import model, paths

if TYPE_CHECKING:
    from tests.evaluate import Ask

TIMED = 200  # messages, one at a time
ONE_THREAD = dict.fromkeys(("OMP_NUM_THREADS", "TF_INTER_OP_PARALLELISM_THREADS", "TF_INTRA_OP_PARALLELISM_THREADS"), "1")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2", "PYTHONWARNINGS": "ignore"}
ENVIRON = {**os.environ, **ONE_THREAD, **QUIET, "RASA_MAX_CACHE_SIZE": "0"}  # without a cache every training is a whole one
FEATURES: list[dict[str, Any]] = [  # as in the pipeline that Rasa takes when none is given
    {"name": "WhitespaceTokenizer"},
    {"name": "CountVectorsFeaturizer"},
    {"name": "CountVectorsFeaturizer", "analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4},
]
NAMES = {"ours": "n-grams, linear machine (ours)", "logistic": "Rasa's LogisticRegressionClassifier", "diet": "DIET", "both": "ours and DIET, mean"}


def _pipeline(name: str, epochs: int, seed: int) -> list[dict[str, Any]]:
    if name == "ours":
        from bot.law.content import read_yaml

        return [dict(part) for part in read_yaml(paths.ROOT / "config.yml")["pipeline"] if part["name"].endswith("TopicClassifier")]
    if name == "logistic":
        return [*FEATURES, {"name": "LogisticRegressionClassifier", "ranking_length": 0}]
    return [*FEATURES, {"name": "DIETClassifier", "epochs": epochs, "random_seed": seed, "ranking_length": 0}]


def _start_rasa(tensorflow: bool) -> None:
    """First thing in a classifier's own process, which imports nothing but what that classifier needs."""
    from rasa_ext import lean

    if not tensorflow:
        lean.without_tensorflow()
    from rasa.utils.tensorflow import environment

    environment.setup_tf_environment()


def _train(job: dict[str, Any]) -> dict[str, Any]:
    """Train ``job["config"]`` on ``job["data"]`` into ``job["archive"]``; how many seconds, without the imports."""
    _start_rasa(job["tensorflow"])
    from rasa.model_training import train_nlu

    archive, start = Path(job["archive"]), time.perf_counter()
    made = train_nlu(job["config"], job["data"], str(archive.parent), fixed_model_name=archive.name.removesuffix(".tar.gz"))
    assert made and Path(made) == archive, made
    return {"training": time.perf_counter() - start}


def _ask(job: dict[str, Any]) -> dict[str, Any]:
    """Load ``job["archives"]`` and put ``job["texts"]`` to them: the best topic of each, and what it cost."""
    _start_rasa(job["tensorflow"])
    from rasa.core.agent import load_agent

    loop = asyncio.new_event_loop()
    agents = [loop.run_until_complete(load_agent(model_path=archive)) for archive in job["archives"]]

    def best(text: str) -> str:
        total: dict[str, float] = defaultdict(float)
        for agent in agents:
            for item in loop.run_until_complete(agent.parse_message(text))["intent_ranking"]:
                total[item["name"]] += item["confidence"]
        return max(total, key=total.__getitem__) if total else ""

    best(job["texts"][0])
    found: dict[str, Any] = {"ready": time.time(), "memory": _resident()}
    found["best"] = [best(text) for text in job["texts"]]
    marks = [(time.perf_counter(), best(text), time.perf_counter()) for text in random.Random(0).sample(job["texts"], TIMED)]
    return {**found, "milliseconds": 1000 * statistics.median(end - start for start, _, end in marks)}


def _resident() -> float:
    """Memory of this process in MB (Linux; elsewhere not known)."""
    statm = Path("/proc/self/statm")
    return int(statm.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6 if statm.exists() else float("nan")


def _apart(step: str, job: dict[str, Any]) -> dict[str, Any]:
    """Run ``_train`` or ``_ask`` in a process of its own."""
    with tempfile.NamedTemporaryFile() as answer:
        command = [sys.executable, "-m", "bench.classifiers", "--step", step, "--answer", answer.name]
        subprocess.run(command, cwd=paths.ROOT, env=ENVIRON, input=json.dumps(job).encode(), stdout=subprocess.DEVNULL, check=True)
        return cast("dict[str, Any]", json.loads(Path(answer.name).read_bytes()))


def _phrases(sample: int, folder: Path) -> tuple[Path, int]:
    """The training data, whole or some of each intent chosen by chance (the same each time), and how many phrases."""
    from rasa.shared.nlu.training_data.loading import load_data
    from rasa.shared.nlu.training_data.training_data import TrainingData

    source = paths.ROOT / "data" / "nlu"
    whole = load_data(str(source))
    if not sample:
        return source, len(whole.intent_examples)
    by_intent = defaultdict(list)
    for message in whole.intent_examples:
        by_intent[message.get("intent")].append(message)
    chosen = [m for _, all_ in sorted(by_intent.items()) for m in random.Random(0).sample(all_, min(sample, len(all_)))]
    (folder / "nlu.yml").write_text(TrainingData(chosen).nlu_as_yaml(), encoding="utf-8")
    return folder / "nlu.yml", len(chosen)


def _trained(name: str, options: argparse.Namespace, data: Path, folder: Path) -> tuple[str, float]:
    """The archive of a classifier and the seconds its training took; trained before only where nothing changed since."""
    from ruamel.yaml import YAML

    config = {"recipe": "default.v1", "language": "en", "assistant_id": "bench", "pipeline": _pipeline(name, options.epochs, options.seed)}
    key = hashlib.sha256(json.dumps([config["pipeline"], options.sample, model.inputs_hash()]).encode()).hexdigest()[:12]
    archive = paths.ROOT / "build" / "bench" / f"{name}-{key}.tar.gz"
    note = archive.with_suffix(".json")
    if not (archive.exists() and note.exists()):
        archive.parent.mkdir(parents=True, exist_ok=True)
        with open(folder / f"{name}.yml", "w", encoding="utf-8") as out:
            YAML().dump(config, out)
        job = {"config": str(folder / f"{name}.yml"), "data": str(data), "archive": str(archive), "tensorflow": name == "diet"}
        note.write_text(json.dumps(_apart("train", job)))
    return str(archive), json.loads(note.read_text())["training"]


@dataclass
class Row:
    """What one classifier got right and what it cost."""

    right: list[bool]
    figures: dict[str, float]  # milliseconds, memory (MB), load (s), training (s)

    def line(self, name: str, ours: Row, asks: list[Ask]) -> str:
        """A row of the table."""
        groups = [[True] * len(asks), [a.lang == "en" for a in asks], [a.lang == "es" for a in asks], [a.noisy for a in asks]]
        rates = [100 * statistics.mean(r for r, inside in zip(self.right, group, strict=True) if inside) for group in groups]
        gained = sum(r and not o for r, o in zip(self.right, ours.right, strict=True))
        lost = sum(o and not r for r, o in zip(self.right, ours.right, strict=True))
        costs = [f"{value:.3g} ({value / ours.figures[key]:.3g} x)" for key, value in self.figures.items()]
        return f"| {NAMES[name]} | " + " | ".join([*(f"{rate:.1f} %" for rate in rates), f"+{gained} -{lost}", *costs]) + " |"


def main() -> None:
    """Print the table; ratios in brackets are to ours."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--epochs", type=int, default=30, help="DIET's")
    parser.add_argument("--seed", type=int, default=0, help="DIET's")
    parser.add_argument("--sample", type=int, default=0, help="phrases an intent; all where not given")
    parser.add_argument("--without", nargs="*", default=[], choices=["logistic", "diet"], help="what takes too long")
    parser.add_argument("--step", choices=["train", "ask"], help=argparse.SUPPRESS)
    parser.add_argument("--answer", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.step:
        Path(options.answer).write_text(json.dumps({"train": _train, "ask": _ask}[options.step](json.load(sys.stdin))))
        return
    from tests.evaluate import questions

    asks = [ask for ask in questions() if not ask.after and not ask.two]
    parts = {name: [name] for name in ("ours", "logistic", "diet") if name not in options.without}
    if "diet" in parts:
        parts["both"] = ["ours", "diet"]
    with tempfile.TemporaryDirectory() as folder:
        data, phrases = _phrases(options.sample, Path(folder))
        print(f"{phrases:,} phrases, {len(asks)} questions, inputs {model.inputs_hash()}; DIET: {options.epochs} epochs, seed {options.seed}\n")
        print("| classifier | all | English | Spanish | noisy | against ours | ms a message | memory, MB | load, s | training, s |")
        print("|---" * 10 + "|", flush=True)
        rows: dict[str, Row] = {}
        for name, needed in parts.items():
            made = [_trained(part, options, data, Path(folder)) for part in needed]
            job = {"archives": [archive for archive, _ in made], "texts": [ask.ask for ask in asks], "tensorflow": "diet" in needed}
            start = time.time()
            found = _apart("ask", job)
            right = [best == ask.topic or best in ask.also for best, ask in zip(found["best"], asks, strict=True)]
            figures = {"milliseconds": found["milliseconds"], "memory": found["memory"], "load": found["ready"] - start}
            rows[name] = Row(right, {**figures, "training": sum(seconds for _, seconds in made)})
            print(rows[name].line(name, rows["ours"], asks), flush=True)


if __name__ == "__main__":
    main()
