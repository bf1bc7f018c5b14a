"""How long our training takes from nothing, and whether it gives the same weights as the model in use."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

from bench.floor import trained_model
from bot import paths


def measure(archive: Path) -> dict[str, Any]:
    """Train as ``charter-oak train`` does, without a cache: seconds, the archive's size in MB, and whether the weights are equal."""
    with tempfile.TemporaryDirectory() as folder:
        command = [
            sys.executable, "-m", "rasa_ext.serve", "train", "--config", "config.yml", "--domain", "domain.yml", "--data", "data",
            "--out", folder, "--fixed-model-name", "again", "--quiet",
        ]
        environ = {**os.environ, "PYTHONPATH": str(paths.ROOT), "PYTHONHASHSEED": "0", "RASA_MAX_CACHE_SIZE": "0"}
        start = time.monotonic()
        subprocess.run(command, cwd=paths.ROOT, env=environ, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        seconds = time.monotonic() - start
        again, before = trained_model(Path(folder) / "again.tar.gz"), trained_model(archive)
    same = again.labels == before.labels and np.array_equal(again.weights, before.weights) and np.array_equal(again.bias, before.bias)
    return {"seconds": seconds, "size": archive.stat().st_size / 1e6, "same": bool(same)}

