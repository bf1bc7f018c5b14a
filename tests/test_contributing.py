"""CONTRIBUTING.md, followed to the letter: each step works, and each step that is left out is named."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import paths
from bot.law.check_translations import translations
from bot.law.content import load, read_yaml
from bot.law.found import Found
from bot.law.store import LawStore
from bot.routing import routes
from bot.upkeep import whole
from tests import following
from tests.following import Step, Tree
from tests.places import invented_content

PARTS = following.parts()
SENTENCE, SECTION, TOPIC, INTERVIEW, VERSION, CHANNEL, STATE = (
    "A sentence, in both languages", "A section", "A topic with its phrases", "An interview", "A new version by a public act", "A channel",
    "Another state",
)
ON_EACH_OTHER = (SECTION, TOPIC, INTERVIEW, VERSION)


def a_small_project(root: Path, invented: Path) -> Tree:
    """The invented place with this project's code, routing of its own, and the source that the page's section was checked against."""
    shutil.copytree(paths.ROOT / "bot", root / "bot")
    for rule in (root / "bot/interviews/rules").glob("[a-z]*.py"):
        rule.unlink()  # of interviews that the invented place does not have
    shutil.copytree(invented, root / "content")
    source = "- {id: general-statutes-2025, name: the code, kind: statutes, status: in force, checked_on: 2026-01-02}\n"
    with (root / "content/sources.yml").open("a", encoding="utf-8") as sources:
        sources.write(source)
    shutil.copy(paths.ROOT / routes.DOMAIN, root)
    for name in ("data/rules", "data/nlu/en", "data/nlu/es", "docs", "build", "tests/cases/interviews"):
        (root / name).mkdir(parents=True)
    for name in ("tests/__init__.py", "tests/stories.py"):
        shutil.copy(paths.ROOT / name, root / name)
    (root / "tests/cases/law.yml").write_text("# What the law is.\n")
    tree = Tree(root)
    for lang in ("en", "es"):
        for name in ("weather_return", "changes_in_year", "weather_penalty"):
            text = f"nlu:\n- intent: {name}\n  examples: |\n    - {name} in {lang}\n"
            tree.apply(Step("yaml", f"data/nlu/{lang}/{name}.yml", False, text))
    tree.follow(following.Part("nothing yet"))
    return tree


def python(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run this Python on the code below ``root``."""
    environ = {**os.environ, "PYTHONPATH": str(root)}
    return subprocess.run([sys.executable, *arguments], cwd=root, env=environ, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of the invented place with this project's furniture."""
    return invented_content(tmp_path_factory.mktemp("place") / "content")


@pytest.fixture(scope="module")
def stages(place: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Tree]:
    """The small project as it is before each part that stands on another; and at the "end"."""
    found, tree = {}, a_small_project(tmp_path_factory.mktemp("stages") / "project", place)
    for title in ON_EACH_OTHER:
        found[title] = tree.copied_to(tmp_path_factory.mktemp("stages") / "before")
        for step in PARTS[title].steps:
            tree.run(step) if step.kind == "console" else tree.apply(step)
    return found | {"end": tree}


def test_the_page_has_a_part_with_steps_for_each_thing_that_can_be_added() -> None:
    assert {SENTENCE, CHANNEL, STATE, *ON_EACH_OTHER} <= PARTS.keys()
    for title in (SENTENCE, *ON_EACH_OTHER):
        part = PARTS[title]
        files = {step.path for step in part.steps if step.path.startswith(("content/", "data/", "bot/"))}
        named = {left_out for left_out, _ in part.promises}
        assert files <= named, f"{title} does not say what is missed without {files - named}"
        assert part.steps[-1].kind == "console"


def test_a_section_a_topic_an_interview_and_a_version_are_added_as_written(stages: dict[str, Tree]) -> None:
    ran = " ".join(stages["end"].ran)
    for command in ("check", "build", "law", "rests", "routes", "review table", "try topic:carpet_permit", "try interview:carpet"):
        assert f"charter-oak {command}" in ran


def test_the_cases_and_stories_of_the_page_are_what_the_store_and_the_rule_say(stages: dict[str, Tree]) -> None:
    root = stages["end"].root
    store = LawStore(root / "build/law.db")
    cases = read_yaml(root / "tests/cases/law.yml")
    assert len(cases) == 2
    for case in cases:
        found = store.look_up(case["cite"], case.get("as_of"))
        assert isinstance(found, Found)
        assert case["says"][0].replace("\\", "") in found.provisions[0].says
    store.close()
    play = (
        "from bot import paths; from bot.desk import Desk; from tests import stories; desk = Desk.open(paths.law_db())\n"
        "for one in stories.stories():\n"
        "    found = stories.found(desk, one, stories.play(desk, one)); keys = stories.keys(found)\n"
        "    assert found.outcome == one.outcome and set(one.finds) <= keys and not set(one.never) & keys, one.name\n"
        "    print(one.name)"
    )
    played = python(root, "-c", play)
    assert played.returncode == 0, played.stderr
    assert len(played.stdout.splitlines()) == 2


@pytest.mark.parametrize(("title", "left_out", "said"), [(title, *promise) for title in ON_EACH_OTHER for promise in PARTS[title].promises])
def test_a_step_that_is_left_out_is_named(stages: dict[str, Tree], tmp_path: Path, title: str, left_out: str, said: str) -> None:
    tree = stages[title].copied_to(tmp_path / "project")
    tree.follow(PARTS[title], without=left_out)
    named = "\n".join(map(str, whole.problems(tree.root / "content")[1]))
    assert said in named


def test_a_finding_without_words_and_a_rule_that_fails_are_named_by_the_command(stages: dict[str, Tree], tmp_path: Path) -> None:
    root = tmp_path / "project"
    shutil.copytree(stages["end"].root, root)
    rule = root / "bot/interviews/rules/carpet.py"
    written = rule.read_text()
    for old, new, said in (
        ('Finding("ask_clerk")', 'Finding("ask_mayor")', "findings.ask_mayor: is found by bot/interviews/rules/carpet.py and has no words"),
        ('"largest_fine_dollars"', '"largest_fine"', "bot/interviews/rules/carpet.py: conclude: NoFactForDate"),
    ):
        assert old in written
        rule.write_text(written.replace(old, new))
        told = python(root, "-m", "bot.cli", "check")
        assert told.returncode == 1
        assert said in told.stderr


# -- a sentence, in the real content -----------------------------------------------------


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Tree]:
    """All that the commands read of the real project, copied."""
    root = tmp_path_factory.mktemp("real")
    for name in ("bot", "content", "data", "tests/cases"):
        shutil.copytree(paths.ROOT / name, root / name)
    for name in ("docs", "build"):
        (root / name).mkdir()
    shutil.copy(paths.ROOT / routes.DOMAIN, root)
    yield Tree(root)


def test_a_sentence_in_one_language_alone_is_named(real: Tree) -> None:
    for (left_out, said), step in zip(PARTS[SENTENCE].promises, reversed(PARTS[SENTENCE].steps[:2]), strict=True):
        assert left_out == step.path
        (other,) = (one for one in PARTS[SENTENCE].steps[:2] if one != step)
        before = (real.root / other.path).read_text(encoding="utf-8")
        real.apply(other)
        assert said in "\n".join(map(str, translations(load(real.root / "content")[0])))
        (real.root / other.path).write_text(before, encoding="utf-8")


def test_a_sentence_is_added_as_written_and_every_example_fits_into_the_real_content(real: Tree) -> None:
    for title in ON_EACH_OTHER:
        real.follow(PARTS[title])
    for step in PARTS[SENTENCE].steps:
        real.run(step) if step.kind == "console" else real.apply(step)
