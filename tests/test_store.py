"""Reading the store: what the law says, on a date, through time, and what it does not know."""

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from bot.errors import NoFactForDate, NoLawStore
from bot.law.found import Ambiguous, BeforeStore, Found, NotFound
from bot.law.store import LawStore


def test_a_provision_is_found_by_its_cite(invented_store: LawStore) -> None:
    found = invented_store.look_up("9a-1(b)")
    assert isinstance(found, Found)
    assert [p.cite for p in found.provisions] == ["9a-1(b)"]
    assert found.version.acts == ("P.A. 10-5 § 1",)


def test_a_subsection_brings_what_lies_inside_it(invented_store: LawStore) -> None:
    found = invented_store.look_up("9a-1(a)")
    assert isinstance(found, Found)
    assert [p.pin for p in found.provisions] == ["(a)", "(a)(1)"]


def test_a_finer_pin_than_the_store_has_brings_the_provision_around_it(invented_store: LawStore) -> None:
    found = invented_store.look_up("9a-1(b)(7)")
    assert isinstance(found, Found)
    assert [p.cite for p in found.provisions] == ["9a-1(b)"]


@pytest.mark.parametrize(
    ("day", "says"),
    [(dt.date(2010, 6, 30), "class B"), (dt.date(2010, 7, 1), "class A"), (dt.date(2000, 10, 1), "class B")],
)
def test_the_law_changes_on_its_effective_date_and_not_a_day_off(invented_store: LawStore, day: dt.date, says: str) -> None:
    found = invented_store.look_up("9a-1(b)", day)
    assert isinstance(found, Found)
    assert says in found.provisions[0].says


def test_before_the_first_known_version_the_store_does_not_guess(invented_store: LawStore) -> None:
    assert invented_store.look_up("9a-1", dt.date(2000, 9, 30)) == BeforeStore("9a-1", dt.date(2000, 10, 1))


def test_what_is_not_there_comes_with_the_nearest_that_is(invented_store: LawStore) -> None:
    missing = invented_store.look_up("9a-11")
    assert isinstance(missing, NotFound)
    assert "9a-1" in missing.nearest
    pin = invented_store.look_up("9a-1(z)")
    assert isinstance(pin, NotFound)
    assert pin.nearest == ("9a-1(a)", "9a-1(b)")


def test_a_number_without_its_title_is_completed_or_ambiguous(invented_store: LawStore) -> None:
    assert isinstance(invented_store.look_up("1(b)"), Found)
    assert not isinstance(invented_store.look_up("3"), (Found, Ambiguous))


def test_a_figure_outside_the_known_dates_raises(invented_store: LawStore) -> None:
    assert invented_store.figure("9a-1(b)", "largest_fine_dollars") == 2000
    with pytest.raises(NoFactForDate):
        invented_store.figure("9a-1(b)", "largest_fine_dollars", dt.date(2005, 1, 1))
    with pytest.raises(NoFactForDate):
        invented_store.figure("9a-1(b)", "largest_fine_dollars", dt.date(1999, 1, 1))


def test_what_changed_between_two_dates(invented_store: LawStore) -> None:
    changed = invented_store.changes_between(dt.date(2005, 1, 1), dt.date(2010, 12, 31))
    assert [(v.section, v.effective.year) for v in changed] == [("9a-2", 2005), ("9a-1", 2010)]


def test_search_folds_accents_and_never_trips_over_punctuation(invented_store: LawStore) -> None:
    assert invented_store.search("nube de más", "es")
    assert {hit.key for hit in invented_store.search("numero nube", "es")} >= {"9a-1(a)"}
    for text in ("54-95c", '"', "a AND", "NEAR(", "*", "cloud'; drop table search", ""):
        invented_store.search(text, "en")


def test_who_refers_to_whom(invented_store: LawStore) -> None:
    assert invented_store.refers_to("9a-1") == (("9a-2",), ())
    assert invented_store.refers_to("9a-2") == ((), ("9a-1",))


def test_the_store_cannot_be_written_to(invented_store: LawStore) -> None:
    with pytest.raises(sqlite3.OperationalError):
        invented_store._db.execute("delete from sections")


def test_a_missing_or_broken_store_is_said_in_a_line(tmp_path: Path) -> None:
    with pytest.raises(NoLawStore, match="charter-oak build"):
        LawStore(tmp_path / "none.db")
    (tmp_path / "noise.db").write_bytes(b"not a database at all" * 100)
    with pytest.raises(NoLawStore, match="charter-oak build"):
        LawStore(tmp_path / "noise.db")
