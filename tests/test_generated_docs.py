"""Documents cannot rot: what is made is made anew and compared, and what is written names nothing that is not there."""

from __future__ import annotations

import shlex
from pathlib import Path

import click
import pytest

from bot import paths
from bot.law import content as contents
from bot.upkeep import coverage
from manual import channels, commands, documents, interviews, references, shown
from tests.walks import content

COMMANDS = dict(commands.every())
WRITTEN = {path.relative_to(paths.ROOT).as_posix(): path for path in references.documents()}
PRINTED = [(name, line, output) for name, text in shown.texts().items() if name not in documents.DOCUMENTS for line, output in shown.printed(text)]


@pytest.fixture(autouse=True)
def fresh_store(law_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What commands read: the store compiled afresh, and the real content, which takes seconds to read and is read once."""
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
    monkeypatch.setattr(contents, "load", lambda root: (content(), []))


@pytest.mark.parametrize("path", documents.DOCUMENTS)
def test_a_generated_document_is_what_would_be_made_now(path: str) -> None:
    assert not documents.stale(path), f"{path} is out of date. Run: {documents.mends(path)}"


def test_a_document_that_was_edited_by_hand_is_noticed_and_mended(tmp_path: Path) -> None:
    path = "docs/schema.md"
    assert documents.stale(path, tmp_path)
    assert documents.write(path, tmp_path)
    assert not documents.stale(path, tmp_path)
    (tmp_path / path).write_text((tmp_path / path).read_text(encoding="utf-8") + "by hand\n", encoding="utf-8")
    assert documents.stale(path, tmp_path)
    assert documents.write(path, tmp_path) and not documents.write(path, tmp_path)


@pytest.mark.parametrize("path", [*documents.DOCUMENTS, *documents.MEASURED])
def test_a_generated_document_says_what_makes_it(path: str) -> None:
    if path.endswith(".md"):
        top = (paths.ROOT / path).read_text(encoding="utf-8")[:900]
        assert f"python -m manual {path}" in top or "Made by `" in top


# -- what is written -------------------------------------------------------------------


@pytest.mark.parametrize("name", WRITTEN)
def test_a_document_names_no_command_option_link_or_path_that_is_not_there(name: str) -> None:
    document = WRITTEN[name]
    assert references.problems(document.read_text(encoding="utf-8"), document.parent) == []


@pytest.mark.parametrize(
    ("written", "says"),
    [
        ("```\n$ charter-oak lawn 54-95c\n```\n", "there is no command charter-oak lawn"),
        ("`charter-oak law 54-95c --as-off 2015`", "No such option"),
        ("```\nPORT=1 .venv/bin/charter-oak review due --by\n```\n", "requires an argument"),
        ("`make coffee`", "nothing to make called coffee"),
        ("`python -m bot.nothing`", "no module bot.nothing"),
        ("[a page](../docs/nothing.md#here)", "the link ../docs/nothing.md#here leads nowhere"),
        ("in `bot/nothing.py`", "there is no bot/nothing.py"),
        ("in `wording/<lang>/nothing.yml`", "there is no wording/<lang>/nothing.yml"),
    ],
)
def test_what_is_not_there_is_named(written: str, says: str) -> None:
    assert [problem for problem in references.problems(written, paths.ROOT / "docs") if says in problem]


@pytest.mark.parametrize(("name", "line", "output"), PRINTED, ids=[f"{name}: {line}" for name, line, _ in PRINTED])
def test_what_a_document_shows_as_printed_is_what_is_printed(name: str, line: str, output: str) -> None:
    assert shown.left(output, shown.run(line)) == [], f"{name} shows what `{line}` does not print any more"


def test_only_what_changes_nothing_is_run_and_the_tours_show_some_of_it() -> None:
    assert len({name for name, *_ in PRINTED}) >= 3
    for line in ("charter-oak review sign 54-95c --by X --as lawyer", "charter-oak drift x --mark", "charter-oak build", "charter-oak law 1 > file"):
        assert list(shown.printed(f"```\n$ {line}\nDone.\n```\n")) == []
        with pytest.raises(ValueError, match="might change"):
            shown.run(line)


def test_what_is_shown_may_leave_out_and_break_lines_but_not_say_otherwise() -> None:
    now = "There are two answers here.\nBoth are long.\nLaw checked today."
    assert shown.left("There are two\nanswers here.\n...\nLaw checked today.", now) == []
    assert shown.left("There are three answers here. ...", now) == ["There are three answers here."]
    assert shown.left("Law checked today. ... Both are long.", now) == ["Both are long."]


def test_the_front_page_says_what_this_is_not_and_whether_a_lawyer_has_reviewed_it() -> None:
    front = (paths.ROOT / "docs" / "index.md").read_text(encoding="utf-8")
    everywhere = (paths.ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    nobody = "No lawyer has reviewed any of it yet." in coverage.as_markdown(content())
    for text in (front, everywhere):
        assert "legal information and not legal advice" in text.lower() and "Apache" in text
        assert ("No lawyer has reviewed the content yet" in text) == nobody
    assert all(number in front for number in ("911", "1-888-373-7888", "233733"))


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_and_an_example_that_it_would_take(name: str) -> None:
    command = COMMANDS[name]
    assert command.help, name
    if name == commands.NAME:
        return
    lines = commands.examples(command)
    assert lines, f"{name} has no example: @click.command(epilog=example(...))"
    for line in lines:
        assert line.startswith(name), line
        words = shlex.split(line.removeprefix(name))
        command.make_parser(click.Context(command, help_option_names=["-h", "--help"])).parse_args(words)


# -- what the pages are made of --------------------------------------------------------


@pytest.mark.parametrize("name", content().interviews)
def test_a_flowchart_leads_from_the_start_past_every_question_to_each_outcome(name: str) -> None:
    interview = content().interviews[name]
    page = (paths.ROOT / "docs" / "interviews.md").read_text(encoding="utf-8")
    chart = page.partition(f"/ctlaw interview {name}`")[2].partition("```mermaid\n")[2].partition("```")[0]
    arrows = [(words[0], words[-1]) for line in chart.splitlines() if "-->" in line and (words := line.split())]
    reached = {"start"}
    for _ in arrows:
        reached |= {to for from_, to in arrows if from_ in reached}
    assert {interviews.box(step) for step in interview.steps} <= reached
    assert {"may0", "does_not_appear0", "cannot_tell0"} <= reached
    assert all(any(from_ == interviews.box(step) for from_, _ in arrows) for step in interview.steps)


def test_a_limit_that_is_no_longer_in_the_code_fails_and_is_not_guessed() -> None:
    for where in ("bot.limits:NO_SUCH", "widget/src/exit.js:NO_SUCH"):
        with pytest.raises(AttributeError):
            channels.Limit("", where, str).value()
    assert channels.Limit("", "bot.render.segments:JOINED.GSM-7", str).value() == 153
