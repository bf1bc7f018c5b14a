"""The trained model: made only when something that goes into it changed, named by the hash of its inputs."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bot import fingerprint, paths, unseen
from bot.errors import CharterOakError
from bot.law import content
from bot.routing import routes

# Rasa's own fingerprint sees a component's class source only, so the hash covers more than Rasa looks at.
_FILES = ("config.yml", "domain.yml", "content/jurisdiction.yml", "uv.lock")
_FOLDERS = ((paths.ROOT, "data"), (paths.ROOT, "content/topics"), (paths.PACKAGES, "bot/nlp"), (paths.PACKAGES, "rasa_ext"))
_OWN_VERSION = re.compile(rb'(?<=^name = "charter-oak"\n)version = .*\n', re.M)  # in uv.lock: a new number alone trains nothing anew
_KEPT = 2  # the present model, and the one before it for whoever goes back a release


class TrainingFailed(CharterOakError):
    """Rasa could not train; its log says why."""


def _inputs() -> Iterator[tuple[str, bytes]]:
    for name in _FILES:
        yield name, _OWN_VERSION.sub(b"", (paths.ROOT / name).read_bytes().replace(b"\r\n", b"\n"))
    for root, folder in _FOLDERS:
        yield from fingerprint.read(root, root / folder, ".yml", ".py")


def inputs_hash() -> str:
    """The hash of everything that the model depends on: the same in a repository and in the release that was made of it."""
    return fingerprint.of(_inputs())[:12]


def current() -> Path:
    """Where the model of the present inputs is, or will be."""
    return paths.models_dir() / f"charter-oak-{inputs_hash()}.tar.gz"


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
    log = paths.logs_dir() / "train.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    command = [
        sys.executable, "-m", "rasa_ext.serve", "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data",
        "--out", str(model.parent.absolute()), "--fixed-model-name", model.name.removesuffix(".tar.gz"), "--quiet",
    ]
    environ = {
        **unseen.without_gateways_own(os.environ), **paths.for_children(), "RASA_TELEMETRY_ENABLED": "false", "PYTHONHASHSEED": "0",
        "RASA_CACHE_DIRECTORY": str(paths.home().absolute() / ".rasa" / "cache"),
    }
    with open(log, "wb") as out:
        code = subprocess.run(command, cwd=paths.ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT, check=False).returncode
    if code or not model.exists():
        raise TrainingFailed(f"Training failed (exit code {code}). See {log}")
    for old in sorted(model.parent.glob("charter-oak-*.tar.gz"), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        old.unlink()
    return model
