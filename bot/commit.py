"""Which commit a tree is at. hatch_build.py uses it too, where nothing is installed: so it stands on Python alone."""

from __future__ import annotations

import subprocess
from pathlib import Path

NOTE = "BUILT_FROM"  # what a release and an unpacked sdist carry in place of git


def of(root: Path) -> str:
    """The commit, with "+changes" where files differ from it. Empty for a release's tag, and where there is neither git nor the note."""
    if (root / NOTE).exists():
        return (root / NOTE).read_text(encoding="utf-8")
    if not (root / ".git").exists():
        return ""
    found = _git(root, "describe", "--always", "--exclude=*", "--abbrev=12", "--dirty=+changes")
    return "" if not found.endswith("+changes") and _git(root, "tag", "--points-at", "HEAD", "v*") else found


def _git(root: Path, *words: str) -> str:
    try:
        return subprocess.run(["git", *words], cwd=root, capture_output=True, text=True, check=False).stdout.strip()
    except OSError:  # a machine without git
        return ""
