"""Reads the deployment files for the tests, and fetches the tools that check them, each in an environment of its own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot import paths

DEPLOY = paths.ROOT / "deploy"
KUBERNETES = DEPLOY / "kubernetes"
EXAMPLE = KUBERNETES / "overlays" / "example"


def documents(path: Path) -> list[dict[str, Any]]:
    """The documents of a YAML file, anchors and merges resolved."""
    return [document for document in YAML(typ="safe").load_all(path.read_text(encoding="utf-8")) if document]


def tool(requirement: str, command: str) -> list[str]:
    """The command of a checker from the package index; the test is skipped, visibly, where it cannot be fetched."""
    uv = shutil.which("uv") or next((str(path) for path in [paths.ROOT / ".tools/bin/uv"] if path.exists()), "")
    if not uv:
        pytest.skip(f"no uv here, which fetches {requirement} (scripts/setup brings it)")
    run = [uv, "tool", "run", "--python", os.path.realpath(sys.executable), "--from", requirement, command]
    if subprocess.run([*run, "--version"], capture_output=True, check=False, timeout=300).returncode:
        pytest.skip(f"{requirement} could not be fetched: no network?")
    return run


def passes(command: list[str]) -> None:
    """Run a checker; fails with what it says."""
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300)
    assert ended.returncode == 0, ended.stdout[-4000:] + ended.stderr[-4000:]


@cache
def built() -> list[dict[str, Any]]:
    """What the example overlay comes to. By kustomize where it is there; otherwise the files as they lie, which hold the same."""
    command = next((c for c in (["kustomize", "build"], ["kubectl", "kustomize"]) if shutil.which(c[0])), None)
    if command:
        ended = subprocess.run([*command, str(EXAMPLE)], capture_output=True, text=True, check=False, timeout=60)
        if ended.returncode == 0 or "build" in command:
            assert ended.returncode == 0, ended.stderr
            return [document for document in YAML(typ="safe").load_all(ended.stdout) if document]
    return [*(document for path in resources(EXAMPLE) for document in documents(path)), *_config_maps()]


def _config_maps() -> list[dict[str, Any]]:
    made: dict[str, dict[str, str]] = {}
    for folder in (KUBERNETES / "base", EXAMPLE):
        for generator in documents(folder / "kustomization.yaml")[0].get("configMapGenerator", ()):
            made.setdefault(generator["name"], {}).update(literal.split("=", 1) for literal in generator.get("literals", ()))
    return [{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": name}, "data": data} for name, data in made.items()]


def resources(folder: Path) -> list[Path]:
    """The files that a kustomization names, and those it stands on. Fails where one is not there."""
    found: list[Path] = []
    kustomization = documents(folder / "kustomization.yaml")[0]
    for name in [*kustomization.get("resources", ()), *kustomization.get("components", ())]:
        path = (folder / name).resolve()
        assert path.exists(), f"{folder}: {name} is not there"
        found += resources(path) if path.is_dir() else [path]
    for patch in kustomization.get("patches", ()):
        assert (folder / patch["path"]).exists(), f"{folder}: {patch['path']} is not there"
    for generator in kustomization.get("configMapGenerator", ()):
        for name in generator.get("files", ()):
            assert (folder / name).exists(), f"{folder}: {name} is not there"
    return found


def instructions(containerfile: Path) -> list[tuple[str, str]]:
    """The instructions of a Containerfile in their order, lines joined: ("RUN", "uv sync …")."""
    text = re.sub(r"^\s*#.*\n", "", containerfile.read_text(encoding="utf-8"), flags=re.MULTILINE).replace("\\\n", " ")
    return [(line.split(None, 1)[0], line.split(None, 1)[1].strip()) for line in text.splitlines() if line.strip()]
