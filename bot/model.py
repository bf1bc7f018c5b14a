"""The trained model: made only when something that goes into it changed, named by the hash of its inputs."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot import paths, unseen
from bot.errors import CharterOakError
from bot.law import content
from bot.routing import routes

# Rasa's own fingerprint sees a component's class source only, so the hash covers more than Rasa looks at.
_INPUTS = ("config.yml", "domain.yml", "uv.lock", "data", "content/topics", "content/jurisdiction.yml", "bot/nlp", "rasa_ext")


class TrainingFailed(CharterOakError):
    """Rasa could not train; its log says why."""


def _files() -> Iterator[Path]:
    for name in _INPUTS:
        place = paths.ROOT / name
        yield from sorted(p for p in place.rglob("*") if p.suffix in (".yml", ".py")) if place.is_dir() else (place,)


def inputs_hash() -> str:
    """The hash of everything that the model depends on."""
    total = hashlib.sha256()
    for file in _files():
        total.update(file.relative_to(paths.ROOT).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return total.hexdigest()[:12]


def current() -> Path:
    """Where the model of the present inputs is, or will be."""
    return paths.ROOT / "models" / f"charter-oak-{inputs_hash()}.tar.gz"


def train(say: Callable[[str], None]) -> Path:
    """Train where the inputs changed; returns the model's path. Raises ``TrainingFailed`` or ``ContentError``.

    Needs the compiled store, whose vocabulary the entity extractor reads. The routes follow the topics first: an intent that
    Rasa does not know would be dropped in silence.
    """
    model = current()
    if model.exists():
        return model
    law, errors = content.load(paths.ROOT / "content")
    for error in errors:
        raise error
    for path in routes.write(law, paths.ROOT):
        say(f"Written: {path.relative_to(paths.ROOT)}")
    model = current()
    say("Training the language model (about a minute; only when its phrases or settings changed) ...")
    log = paths.ROOT / "build" / "logs" / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "rasa_ext.serve", "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data",
        "--out", str(model.parent), "--fixed-model-name", model.name.removesuffix(".tar.gz"), "--quiet",
    ]
    environ = {**unseen.without_gateways_own(os.environ), "RASA_TELEMETRY_ENABLED": "false", "PYTHONPATH": str(paths.ROOT), "PYTHONHASHSEED": "0"}
    with open(log, "wb") as out:
        code = subprocess.run(command, cwd=paths.ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    if code or not model.exists():
        raise TrainingFailed(f"Training failed (exit code {code}). See {log}")
    for old in model.parent.glob("charter-oak-*.tar.gz"):
        if old != model:
            old.unlink()
    return model
