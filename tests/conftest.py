"""Fixtures: an invented jurisdiction for the core, the real store, and the real bot on ports of its own."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from bot import paths
from bot.desk import Desk
from bot.law import compile as compiler
from bot.law import content as contents
from bot.law.store import LawStore
from tests import evaluate, fuzzing, walks
from tests.places import invented_content
from tests.running import Bot, start

# What only Rasa's own Python can show, or has shown for all. Everything else passes on a current Python as well: scripts/test-newer.
if sys.version_info >= (3, 11):
    collect_ignore = [
        "test_bank.py", "test_chaos.py", "test_deployment.py", "test_images.py", "test_pipeline.py", "test_plain_words.py", "test_wheel.py",
    ]

settings.register_profile("untimed", deadline=None)  # a busy machine is no fault of the code
settings.load_profile("untimed")

pytest_plugins = ("tests.browser", "tests.chat_widget", "tests.house", "tests.law_site", "tests.slack_desk", "tests.texting")


@pytest.fixture
def invented(tmp_path: Path) -> Path:
    """A copy of the invented jurisdiction's content, with this project's own furniture, to break at will."""
    return invented_content(tmp_path / "content")


@pytest.fixture
def invented_store(invented: Path, tmp_path: Path) -> Iterator[LawStore]:
    """The invented jurisdiction, compiled."""
    compiler.build(invented, tmp_path / "law.db")
    store = LawStore(tmp_path / "law.db")
    yield store
    store.close()


@pytest.fixture(scope="session")
def real_content() -> contents.Content:
    """The real content, read; not to be changed."""
    return walks.content()


@pytest.fixture(scope="session")
def law_db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real content, compiled afresh."""
    path = tmp_path_factory.mktemp("law") / "law.db"
    compiler.build(paths.content_dir(), path)
    return path


@pytest.fixture(scope="session")
def store(law_db: Path) -> LawStore:
    """The real store."""
    return LawStore(law_db)


@pytest.fixture(scope="session")
def desk(law_db: Path) -> Desk:
    """The real desk, on a day in November 2026."""
    opened = Desk.open(law_db)
    return Desk(opened.store, opened.citations, opened.terms, opened.watch, today=lambda: dt.date(2026, 11, 21))


@pytest.fixture(scope="session")
def bot(tmp_path_factory: pytest.TempPathFactory, demo: tuple[Path, int]) -> Iterator[Bot]:
    """The three real processes with the real trained model, on ports of their own. The demo site may embed its chat."""
    with start(tmp_path_factory.mktemp("bot"), EMBED_ORIGINS=f"http://127.0.0.1:{demo[1]}") as running:
        for name in ("index.html", "visit.html", "style.css"):
            page = (paths.ROOT / "widget" / "demo" / name).read_text(encoding="utf-8")
            (demo[0] / name).write_text(page.replace("http://127.0.0.1:8000", running.url), encoding="utf-8")
        yield running


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any, error: object) -> None:
    """What a parallel worker had to show goes to the process that prints."""
    told = getattr(node, "workeroutput", {})
    if lines := told.get(evaluate.AT_THE_END):
        node.config.stash[evaluate.SCORE] = lines
    fuzzing.COUNTS.update(told.get("fuzzed", {}))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A parallel worker tells how much it fuzzed."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["fuzzed"] = dict(fuzzing.COUNTS)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the question bank's score and how much was fuzzed below the tests."""
    if fuzzed := fuzzing.COUNTS:
        terminalreporter.section("fuzzed")
        for surface, number in sorted(fuzzed.items()):
            terminalreporter.write_line(f"{surface}: {number}")
        terminalreporter.write_line(f"in all: {sum(fuzzed.values())}")
    if lines := config.stash.get(evaluate.SCORE, None):
        terminalreporter.section("question bank")
        for line in lines:
            terminalreporter.write_line(line)
