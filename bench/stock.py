"""The peer: what ``pip install rasa`` and ``rasa init`` give a newcomer, trained on this project's domain and phrases.

It has an environment of its own, so that Rasa's pins resolve as they do for a newcomer (jsonschema 4.17 among them), and the
pipeline and policies that Rasa's template stands for, read from Rasa's own package. What differs, and why, is in bench/README.md.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

from bot import paths
from bot.law.content import read_yaml

FOLDER = paths.ROOT / "build" / "bench"
ENVIRONMENT = FOLDER / "stock-venv"
PYTHON = ENVIRONMENT / "bin" / "python"
REQUIREMENT = "rasa==3.6.21"
EPOCHS = 2  # DIET takes minutes an epoch on all phrases; neither a start, nor memory, nor a turn depends on how many there were
TEMPLATE = "lib/python3.10/site-packages/rasa/engine/recipes/config_files/default_config.yml"
_BAR = re.compile(r"Epochs:\s+100%.*?\[([\d:]+)<")
QUIET = {"RASA_TELEMETRY_ENABLED": "false", "TF_CPP_MIN_LOG_LEVEL": "2"}


@dataclass(frozen=True)
class Stock:
    """A trained stock assistant: its folder, its model, and the seconds that its training takes with all epochs."""

    folder: Path
    model: Path
    training: float


def prepare(say: Callable[[str], None]) -> Stock:
    """Make the environment and the model where they are missing or out of date. Raises ``CalledProcessError``."""
    _environment(say)
    config = _config()
    stories = _stories()
    key = _key(config, stories)
    folder = FOLDER / f"stock-{key}"
    note = folder / "training.json"
    if not note.exists():
        say(f"Training stock Rasa on all phrases, {EPOCHS} epochs (some ten minutes; only when the phrases changed) ...")
        shutil.rmtree(folder, ignore_errors=True)
        _lay_out(folder, config, stories)
        note.write_text(json.dumps({"seconds": _train(folder)}), encoding="utf-8")
        for old in FOLDER.glob("stock-*-*"):
            if old != folder and old != ENVIRONMENT:
                shutil.rmtree(old)
    return Stock(folder, folder / "models" / "stock.tar.gz", json.loads(note.read_text())["seconds"])


def _environment(say: Callable[[str], None]) -> None:
    ready = ENVIRONMENT / ".ready"
    if ready.exists() and ready.read_text() == REQUIREMENT:
        return
    say(f"Installing {REQUIREMENT} into an environment of its own ...")
    uv = shutil.which("uv") or str(paths.ROOT / ".tools" / "bin" / "uv")
    # Without this project's settings: its constraint on jsonschema is one of the things that are compared.
    alone = ["--no-config", "--quiet"]
    subprocess.run([uv, "venv", *alone, "--clear", "--python", "3.10", str(ENVIRONMENT)], check=True)
    subprocess.run([uv, "pip", "install", *alone, "--python", str(PYTHON), "--compile-bytecode", REQUIREMENT], check=True)
    ready.write_text(REQUIREMENT)


def _config() -> dict[str, Any]:
    """Rasa's template, with fewer epochs."""
    config = read_yaml(ENVIRONMENT / TEMPLATE)
    for part in [*config["pipeline"], *config["policies"]]:
        if "epochs" in part:
            part["epochs"] = EPOCHS
    return {**config, "assistant_id": "stock"}


def _stories() -> dict[str, Any]:
    """One story an intent, made from the rules: without stories TED and UnexpecTED skip their training."""
    rules = [rule for file in sorted((paths.ROOT / "data" / "rules").glob("*.yml")) for rule in read_yaml(file)["rules"]]
    return {"version": "3.1", "stories": [{"story": f"{rule['rule']}, as a story", "steps": rule["steps"]} for rule in rules if _is_one_turn(rule)]}


def _is_one_turn(rule: dict[str, Any]) -> bool:
    return "condition" not in rule and [next(iter(step)) for step in rule["steps"]] == ["intent", "action"]


def _key(config: dict[str, Any], stories: dict[str, Any]) -> str:
    total = hashlib.sha256(json.dumps([REQUIREMENT, config, stories]).encode())
    for file in (paths.ROOT / "domain.yml", *sorted((paths.ROOT / "data").rglob("*.yml"))):
        total.update(file.read_bytes())
    return total.hexdigest()[:12]


def _lay_out(folder: Path, config: dict[str, Any], stories: dict[str, Any]) -> None:
    """The files of the assistant, as ``rasa init`` lays them out."""
    shutil.copytree(paths.ROOT / "data", folder / "data")
    shutil.copy(paths.ROOT / "domain.yml", folder)
    endpoints = {"action_endpoint": {"url": "http://127.0.0.1:${ACTIONS_PORT}/webhook"}}
    written = {"config.yml": config, "data/stories.yml": stories, "endpoints.yml": endpoints, "credentials.yml": {"rest": None}}
    for name, value in written.items():
        with open(folder / name, "w", encoding="utf-8") as out:
            YAML().dump(value, out)


def _train(folder: Path) -> float:
    """Train; the seconds that all of the template's 100 epochs take, by the seconds of those that were run."""
    log = folder / "training.log"
    start = time.monotonic()
    with open(log, "wb") as out:
        subprocess.run(
            [str(PYTHON), "-m", "rasa", "train", "--fixed-model-name", "stock"], cwd=folder, env={**os.environ, **QUIET},
            stdout=out, stderr=subprocess.STDOUT, check=True,
        )
    return with_all_epochs(time.monotonic() - start, log.read_text(errors="replace"))


def with_all_epochs(whole: float, log: str) -> float:
    """The seconds that a training of ``whole`` seconds takes with the template's 100 epochs, by its progress bars in ``log``."""
    bars = [_BAR.findall(piece) for piece in log.split("Epochs:   0%")]  # one piece a component; its bar is written out several times
    ran = sum(_seconds(shown[-1]) for shown in bars if shown)
    return whole + ran * (100 / EPOCHS - 1)


def _seconds(shown: str) -> float:
    """The seconds of a progress bar's "1:02:03"."""
    total = 0
    for part in shown.split(":"):
        total = 60 * total + int(part)
    return float(total)


if __name__ == "__main__":
    print(prepare(lambda line: print(line, file=sys.stderr)))
