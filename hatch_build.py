"""What the wheel holds beside the packages, and which commit it was built from. Read by hatchling; see docs/decisions/0012-releases.md."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

# Goes to bot/shipped, under the names that it has in the repository: bot/paths.py looks for it in either place.
SHIPPED = ("content", "data", "widget/src", "config.yml", "credentials.yml", "domain.yml", "endpoints.yml", "uv.lock")


class Shipped(BuildHookInterface):
    """Adds files to the wheel and the sdist. An editable install reads the repository itself, and needs none."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Say what is to be added."""
        if version == "editable":
            return
        sys.path.insert(0, self.root)
        from bot import commit

        root, wheel = Path(self.root), self.target_name == "wheel"
        added = {str(root / name): f"bot/shipped/{name}" for name in SHIPPED} if wheel else {}
        self._folder = tempfile.TemporaryDirectory()  # lasts as long as the build
        note = Path(self._folder.name) / commit.NOTE
        note.write_text(commit.of(root), encoding="utf-8")
        added[str(note)] = f"bot/shipped/{commit.NOTE}" if wheel else commit.NOTE
        build_data["force_include"].update(added)
