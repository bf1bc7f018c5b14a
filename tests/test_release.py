"""A release says what it changes of the law: CHANGELOG.md is held against the content and against what earlier releases recorded."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from bot.law.content import Content
from release import __main__ as command
from release import changelog, record

HOTEL = "54-234a"
FIRST = "Law: all 2 sections of the store, as revised to January 1, 2025, checked on November 21, 2026."
BEFORE: record.Sections = {"54-234a": {"": "a", "2016-10-01": "b"}, "18 USC 1595": {"": "c", "2003-12-19": "d"}}
AFTER: record.Sections = {**BEFORE, "54-234a": {"": "a", "2016-10-01": "b", "2026-10-01": "e"}}
MADE = record.Record("0.1.0", dt.date(2026, 11, 21), "c", "m", BEFORE)


def page(*entries: tuple[str, str, str]) -> str:
    return "# Changelog\n\n" + "\n".join(f"## {version} ({day})\n\n{law}\n\n- Something for users.\n" for version, day, law in entries)


RELEASED = ("0.1.0", "2026-11-21", FIRST)


def wrong(law: str, now: record.Sections = AFTER, version: str = "0.2.0") -> str:
    text = page(("0.2.0", "unreleased", law), RELEASED)
    return "\n".join(changelog.problems(changelog.read(text), [MADE], version, now, FIRST))


def test_the_changelog_of_this_project_is_in_order(real_content: Content) -> None:
    assert command.problems(record.sections(real_content)) == [], "run: python -m release law"


def test_a_release_that_changes_the_hotel_section_without_saying_so_fails(real_content: Content) -> None:
    """The real section, as P.A. 26-98 may leave it: a new version in front of the others."""
    before = record.sections(real_content)
    section = real_content.sections[HOTEL]
    newest = msgspec.structs.replace(section.versions[0], effective=dt.date(2026, 10, 1), acts=("P.A. 26-98 § 3",))
    changed = msgspec.structs.replace(section, versions=(newest, *section.versions))
    content = Content(**{**vars(real_content), "sections": {**real_content.sections, HOTEL: changed}})
    touched = record.changes(before, record.sections(content))
    assert touched == {HOTEL: (dt.date(2026, 10, 1),)}
    made = record.Record("0.1.0", dt.date(2026, 11, 21), "c", "m", before)
    for law, says in (
        (changelog.NOTHING, "§ 54-234a changed, and the line on the law does not name it."),
        ("Law: § 54-234a.", "from October 1, 2026 changed, and the line on the law does not name that day."),
        ("Law: § 54-234a (October 1, 2026).", ""),
    ):
        entries = changelog.read(page(("0.2.0", "unreleased", law), RELEASED))
        found = "\n".join(changelog.problems(entries, [made], "0.2.0", record.sections(content), FIRST))
        assert says in found and bool(says) == bool(found)


def test_a_word_of_a_provision_a_mark_and_a_difference_count_and_the_day_of_a_check_does_not(real_content: Content) -> None:
    before, section = record.sections(real_content), real_content.sections[HOTEL]
    newest = section.versions[0]
    reworded = msgspec.structs.replace(newest.provisions[0], says=newest.provisions[0].says + " At once.")
    provisions = (reworded, *newest.provisions[1:])
    later = msgspec.structs.replace(section.checked, on=dt.date(2027, 1, 1))
    for changed, days in (
        ({"versions": (msgspec.structs.replace(newest, provisions=provisions), *section.versions[1:])}, (newest.effective,)),
        ({"under_review": None}, ()), ({"differences": section.differences[1:]}, ()), ({"checked": later, "seed_items": (1,)}, None),
    ):
        content = Content(**{**vars(real_content), "sections": {**real_content.sections, HOTEL: msgspec.structs.replace(section, **changed)}})
        assert record.changes(before, record.sections(content)).get(HOTEL) == days


@pytest.mark.parametrize(("law", "now", "says"), [
    ("Law: § 54-234a (October 1, 2026); 18 USC 1595.", AFTER, "names 18 USC 1595, which is as it was"),
    ("Law: § 54-234a (July 1, 2026).", AFTER, "from October 1, 2026"),
    ("Law: § 54-234a; 18 USC 1595 (October 1, 2026).", {**AFTER, "18 USC 1595": {"": "x"}}, "what § 54-234a says from October 1, 2026"),
    (changelog.NOTHING, {"54-234a": BEFORE["54-234a"]}, "18 USC 1595 changed"),
    ("Law: a little.", BEFORE, "has to be: Law: nothing changed."),
    ("Nothing of the law.", AFTER, "no line that begins with: Law:"),
])
def test_a_line_on_the_law_that_is_not_true_is_refused(law: str, now: record.Sections, says: str) -> None:
    assert says in wrong(law, now)


def test_a_section_is_not_taken_for_one_whose_number_begins_alike() -> None:
    before: record.Sections = {"53a-192": {"": "a"}, "53a-192a": {"": "b"}}
    made = record.Record("0.1.0", dt.date(2026, 11, 21), "c", "m", before)
    entries = changelog.read(page(("0.2.0", "unreleased", "Law: § 53a-192a."), RELEASED))
    found = list(changelog.problems(entries, [made], "0.2.0", {**before, "53a-192": {"": "x"}}, FIRST))
    assert len(found) == 2 and "§ 53a-192 changed" in found[0] and "names § 53a-192a, which is as it was" in found[1]


@pytest.mark.parametrize("now", [AFTER, BEFORE, {"54-234a": {"": "z"}}])
def test_the_line_that_is_offered_is_one_that_is_accepted(now: record.Sections) -> None:
    assert wrong(changelog.law_line(record.changes(BEFORE, now)), now) == ""


def test_a_line_may_run_over_several_lines_and_say_more() -> None:
    assert wrong("Law: the posting duty, § 54-234a\n(P.A. 26-98, from October 1,\n2026).") == ""


def test_nothing_is_added_to_a_release_that_was_made() -> None:
    text = page(RELEASED)
    assert list(changelog.problems(changelog.read(text), [MADE], "0.1.0", BEFORE, FIRST)) == []
    (found,) = changelog.problems(changelog.read(text), [MADE], "0.1.0", AFTER, FIRST)
    assert "§ 54-234a changed after 0.1.0 was released" in found
    (found,) = changelog.problems(changelog.read(page(("0.1.0", "2026-12-01", FIRST))), [MADE], "0.1.0", BEFORE, FIRST)
    assert "was released on 2026-11-21" in found


@pytest.mark.parametrize(("entries", "says"), [
    ((RELEASED, ("0.2.0", "2027-01-01", changelog.NOTHING)), "0.1.0 stands above 0.2.0"),
    ((("0.10.0", "2027-02-01", changelog.NOTHING), ("0.9.0", "unreleased", changelog.NOTHING), RELEASED), "0.9.0 is not the newest entry"),
    ((("0.2.0", "2026-01-01", changelog.NOTHING), RELEASED), "0.2.0 is dated before 0.1.0"),
    ((("0.2.0", "unreleased", changelog.NOTHING),), "0.1.0 was released, and has no entry"),
    ((("0.3.0", "unreleased", changelog.NOTHING), RELEASED), "The newest entry is 0.3.0, and pyproject.toml says 0.2.0"),
    ((("0.2.0", "unreleased", changelog.NOTHING), ("0.1.1", "2026-12-01", changelog.NOTHING), RELEASED), "0.1.1 has an entry and no record"),
    ((), "has no entry"),
])
def test_entries_are_in_order_dated_and_of_releases_that_were_made(entries: tuple[tuple[str, str, str], ...], says: str) -> None:
    assert says in "\n".join(changelog.problems(changelog.read(page(*entries)), [MADE], "0.2.0", BEFORE, FIRST))


def test_the_first_release_names_how_many_sections_of_which_edition() -> None:
    text = page(("0.1.0", "unreleased", "Law: all of it."))
    (found,) = changelog.problems(changelog.read(text), [], "0.1.0", BEFORE, FIRST)
    assert FIRST in found
    assert changelog.first_line(BEFORE, "2025-01-01", dt.date(2026, 11, 21)) == FIRST


def test_records_are_read_in_the_order_of_versions(real_content: Content, tmp_path: Path) -> None:
    for version in ("0.10.0", "0.9.0", "0.9.1"):
        record.write(real_content, version, dt.date(2026, 11, 21), tmp_path)
    found = record.read(tmp_path)
    assert [one.version for one in found] == ["0.9.0", "0.9.1", "0.10.0"]
    assert record.changes(found[0].sections, record.sections(real_content)) == {}
