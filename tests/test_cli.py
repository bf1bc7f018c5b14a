"""The command line: what it prints, and one clear line where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import paths
from bot.cli import main


@pytest.fixture
def run(law_db: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return invoke


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["law", "54-95c"], "Superior Court"),
        (["law", "53a-192a", "--as-of", "2010-06-01"], "Class B felony"),
        (["law", "53a-192a", "--as-of", "2018-01-01"], "class A felony"),
        (["law", "53a-192a", "--history"], "P.A. 06-43 § 1"),
        (["law", "C.G.S. § 52-571i"], "$1,000"),
        (["bill", "2021", "--section", "7", "--redline"], "[+Office of Victim Services"),
        (["bill", "2021", "--section", "7"], "PROPOSED, NOT THE LAW"),
        (["differences", "54-95c"], "Office of Victim Services"),
        (["search", "registered", "mail"], "54-95c"),
        (["search", "--lang", "es", "correo certificado"], "54-95c"),
        (["changes", "2021-06-30", "2021-12-31"], "54-95c"),
        (["coverage"], "305 of 305"),
        (["check"], "in order"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_command_prints_what_it_was_asked_for(run, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert result.exit_code == 0, result.output
    assert says in result.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["law", "53a-999z"], "not in the store"),
        (["law", "54-95c", "--as-of", "2001-01-01"], "only from October 1, 2013"),
        (["law", "54-95c", "--as-of", "February 30 2015"], "not a date that the calendar has"),
        (["law", "54-95c", "--as-of", "2090-01-01"], "in the future"),
        (["bill", "1815"], "2006, 2013, 2021"),
        (["bill", "2021", "--section", "99"], "no section 99"),
        (["differences", "1-1"], "not in the store"),
        (["ask", "--url", "http://127.0.0.1:9", "hello"], "No bot answers"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_shown_is_said_in_one_line(run, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    result = run(*arguments)
    assert result.exit_code != 0
    assert says in result.output + str(result.exception)
    assert "Traceback" not in result.output


def test_the_export_is_the_store_as_json_and_csv(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("export", "--to", str(tmp_path)).exit_code == 0
    sections = json.loads((tmp_path / "sections.json").read_text(encoding="utf-8"))
    assert any(row["section"] == "54-95c" for row in sections)
    assert (tmp_path / "provisions.csv").read_text(encoding="utf-8").startswith("id,")


def test_the_readme_names_every_command_it_shows(run) -> None:  # type: ignore[no-untyped-def]
    readme = (paths.ROOT / "README.md").read_text(encoding="utf-8")
    assert readme.index("make run") < readme.index("make test") < 300
    for name in ("ask", "law", "bill", "differences", "coverage", "export"):
        assert f"charter-oak {name}" in readme
        assert name in main.commands
