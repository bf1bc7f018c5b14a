"""The audit of dependencies: what is argued passes, what is not fails, what is no longer needed is said."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import msgspec
import pytest

from bot import paths
from tests import audit
from tests.audit import Argued, Reported, judge, reported

TODAY = dt.date(2026, 11, 21)
KNOWN = Argued("aiohttp", ("CVE-2024-52304", "GHSA-8495-4g3g-x7pr"), "It serves nothing here.", dt.date(2027, 5, 21))
ANSWER = {
    "dependencies": [
        {"name": "aiohttp", "version": "3.9.5", "vulns": [{"id": "PYSEC-1", "aliases": ["GHSA-8495-4g3g-x7pr"], "fix_versions": ["3.10.11"]}]},
        {"name": "jinja2", "version": "3.1.6", "vulns": []},
        {"name": "ours", "skip_reason": "not on the index"},
    ],
    "fixes": [],
}


def test_pip_audits_answer_is_read_with_what_no_service_knew() -> None:
    found, unknown = reported(ANSWER)
    assert found == [Reported("aiohttp", "3.9.5", frozenset({"PYSEC-1", "GHSA-8495-4g3g-x7pr"}), ("3.10.11",))]
    assert unknown == ["ours"]


def test_a_service_that_knows_nothing_is_not_taken_for_a_clean_bill() -> None:
    assert audit.answers(ANSWER)
    assert not audit.answers(None)
    assert not audit.answers({"dependencies": [{"name": "jinja2", "version": "2.4.1", "vulns": []}]})
    assert not audit.answers({"dependencies": [{"name": "jinja2", "skip_reason": "Dependency not found"}]})


def test_an_advisory_is_known_by_any_of_its_names_and_for_its_own_package_only() -> None:
    found, _ = reported(ANSWER)
    assert judge(found, [KNOWN], TODAY).good
    assert judge(found, [KNOWN], TODAY).argued == tuple(found)
    elsewhere = Reported("other", "1", frozenset({"CVE-2024-52304"}))
    assert judge([elsewhere], [KNOWN], TODAY).open == (elsewhere,) and not judge([elsewhere], [KNOWN], TODAY).good


def test_what_is_no_longer_reported_is_said_and_an_overdue_review_fails() -> None:
    assert judge([], [KNOWN], TODAY).stale == (KNOWN,) and judge([], [KNOWN], TODAY).good
    assert not judge([], [KNOWN], dt.date(2027, 5, 22)).good


def test_each_exception_is_argued_and_is_of_a_package_that_rasa_holds_back() -> None:
    lock = (paths.ROOT / "uv.lock").read_text(encoding="utf-8")
    known = audit.exceptions()
    assert known
    for each in known:
        assert len(each.why.split()) >= 10 and each.ids and re.search(rf'^name = "{re.escape(each.package)}"$', lock, re.M), each


def test_an_exception_without_a_reason_or_a_date_stops_the_audit(tmp_path: Path) -> None:
    file = tmp_path / "advisories.yml"
    file.write_text("- package: x\n  ids: [CVE-1]\n  review: 2027-01-01\n")
    with pytest.raises(msgspec.ValidationError):
        audit.exceptions(file)


def test_both_halves_of_the_lock_are_audited() -> None:
    try:
        rasa, newer = (audit._locked(python) for python in audit.HALVES)
    except FileNotFoundError:
        pytest.skip("no uv here (scripts/setup brings it)")
    if not rasa:
        pytest.skip("no uv here (scripts/setup brings it)")
    assert "rasa==3.6.21" in rasa and not any(pin.startswith("rasa==") for pin in newer)
    assert any(pin.startswith("starlette==") for pin in newer) and len(newer) > 50
    assert all(re.fullmatch(r"[\w.\[\]-]+==[\w.+!]+", pin) for pin in (*rasa, *newer))
