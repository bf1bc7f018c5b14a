"""docs/security.md: each control in its table is shown by tests that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot import paths
from bot.law.content import read_yaml

PAGE = paths.ROOT / "docs" / "security.md"
THREATS = (
    "trafficker with the victim's phone", "abuser with the laptop", "curious host", "bot flood", "forged or repeated webhook", "malicious embedder",
    "Prompt and payload injection", "poisoned content file", "stolen token", "dependency",
)


def rows() -> list[list[str]]:
    """The rows of the table of threats, below its head."""
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if "`test_" in line]


@pytest.fixture(scope="module")
def tests() -> set[str]:
    sources = (path.read_text(encoding="utf-8") for path in (paths.ROOT / "tests").glob("test_*.py"))
    return {name for source in sources for name in re.findall(r"^(?:async )?def (test_\w+)", source, re.M)}


@pytest.mark.parametrize("threat", THREATS)
def test_each_threat_has_a_control_what_remains_and_a_test_that_exists(threat: str, tests: set[str]) -> None:
    row = next(row for row in rows() if threat in row[0])
    assert len(row) == 5 and all(row)
    named = re.findall(r"`(test_\w+)`", row[4])
    assert named and set(named) <= tests, set(named) - tests


def test_yaml_that_asks_for_an_object_builds_none(tmp_path: Path) -> None:
    made = tmp_path / "made"
    file = tmp_path / "poisoned.yml"
    file.write_text(f"x: !!python/object/apply:os.mkdir ['{made}']\n")
    try:
        read = read_yaml(file)
    except Exception:
        read = None
    assert not made.exists() and (read is None or not callable(read.get("x")))


def test_the_pages_name_no_address_that_was_invented() -> None:
    assert "@" not in (paths.ROOT / "SECURITY.md").read_text(encoding="utf-8")
