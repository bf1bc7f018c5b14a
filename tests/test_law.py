"""The law cases: sentences about Connecticut law that a lawyer can read, held against the store."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from bot import paths
from bot.law import compile as compiler
from bot.law import content, inventory
from bot.law.check import problems
from bot.law.content import read_yaml
from bot.law.found import BeforeStore, Found
from bot.law.store import LawStore

CASES: list[dict[str, Any]] = read_yaml(Path(__file__).parent / "cases" / "law.yml")


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["name"])
def test_the_store_says_what_the_law_is(store: LawStore, case: dict[str, Any]) -> None:
    found = store.look_up(case["cite"], case.get("as_of"))
    assert isinstance(found, Found)
    text = " ".join([found.version.changed if case.get("as_of") else "", *(p.says for p in found.provisions)])
    for pattern in case.get("says", ()):
        assert re.search(pattern, text, re.I), f"{pattern!r} is not in {text!r}"
    for pattern in case.get("never", ()):
        assert not re.search(pattern, text, re.I), f"{pattern!r} is in {text!r}"


def test_the_content_is_in_order() -> None:
    law, errors = content.load(paths.content_dir())
    assert [str(problem) for problem in errors + problems(law)] == []


def test_every_item_of_the_source_documents_is_answered_for(store: LawStore) -> None:
    covered, missing = inventory.coverage(store)
    assert missing == []
    assert covered == inventory.ITEMS


def test_trafficking_has_its_seven_versions(store: LawStore) -> None:
    effective = [version.effective for version in store.history("53a-192a")]
    assert effective == [
        dt.date(2006, 7, 1), dt.date(2010, 7, 1), dt.date(2013, 10, 1), dt.date(2015, 10, 1), dt.date(2016, 10, 1),
        dt.date(2017, 10, 1), dt.date(2021, 10, 1),
    ]
    assert isinstance(store.look_up("53a-192a", dt.date(2006, 6, 30)), BeforeStore)


def test_sections_that_an_unread_act_changed_are_under_review(store: LawStore) -> None:
    for section in ("44-4", "44-5", "44-6", "54-234a"):
        head = store.head(section)
        assert head is not None
        assert (head.review_act, head.review_since) == ("P.A. 26-98", dt.date(2026, 10, 1))


def test_the_summary_is_never_named(store: LawStore) -> None:
    source = store.source("summary-2021")
    assert source is not None
    assert source["name"] == "a secondary summary of about 2021"
    # jurisdiction.yml holds words by which questions are recognised, and none that is ever said
    said = (path for path in paths.content_dir().rglob("*.yml") if path.name != "jurisdiction.yml")
    everything = "\n".join(path.read_text(encoding="utf-8") for path in said)
    assert not re.search(r"rotary|ragas|rag\s?as\b", everything, re.I)


def test_the_build_is_repeatable(tmp_path: Path) -> None:
    compiler.build(paths.content_dir(), tmp_path / "a.db")
    compiler.build(paths.content_dir(), tmp_path / "b.db")
    one, two = LawStore(tmp_path / "a.db"), LawStore(tmp_path / "b.db")
    assert one.content_hash == two.content_hash
    assert (tmp_path / "a.db").read_bytes() == (tmp_path / "b.db").read_bytes()
