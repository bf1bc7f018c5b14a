"""Names the machine and the state of the sources: a figure without them says nothing."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path

from bot import paths


def describe() -> dict[str, str]:
    """Processor, cores, memory, kernel, Python, and how busy the machine was with other work when this was asked."""
    return {
        "processor": _field("/proc/cpuinfo", "model name"), "cores": str(os.cpu_count()),
        "memory": f"{int(_field('/proc/meminfo', 'MemTotal').split()[0]) / 1024 ** 2:.0f} GB",
        "kernel": platform.release(), "python": platform.python_version(), "load": f"{os.getloadavg()[0]:.1f}",
    }


def commit() -> str:
    """The commit that was measured, with ``-changed`` where the sources differ from it."""
    def git(*words: str) -> str:
        return subprocess.run(["git", *words], cwd=paths.ROOT, capture_output=True, text=True, check=True).stdout.strip()

    try:
        return git("rev-parse", "--short=10", "HEAD") + ("-changed" if git("status", "--porcelain", "--untracked-files=no") else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def _field(file: str, name: str) -> str:
    for line in Path(file).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "?"
