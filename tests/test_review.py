"""Review state: who signed what, computed from a ledger whose entries lapse when what was signed is edited."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from icalendar import Calendar
from starlette.testclient import TestClient

from bot import paths
from bot.answers import topic
from bot.cli import main
from bot.desk import Desk
from bot.law import check, review
from bot.law import compile as compiler
from bot.law import content as contents
from bot.law.content import Content
from bot.law.fresh import Fresh
from bot.law.review import Standing
from bot.law.store import LawStore
from bot.upkeep import coverage, due, sign
from gateway.app import create_app
from gateway.settings import Settings

DAY = dt.date(2026, 11, 20)


def standing(root: Path, unit: str) -> Standing:
    content, errors = contents.load(root)
    assert errors == []
    return next(one for one in review.standings(content) if one.unit.id == unit)


def signed(root: Path, unit: str, role: review.Role = "lawyer", by: str = "L. Lawyer") -> Standing:
    content, _ = contents.load(root)
    sign.sign(root, sign.named(content, unit), role, by, DAY)
    return standing(root, unit)


# -- standing ------------------------------------------------------------------


def test_everything_begins_as_drafted_and_what_is_signed_moves_on(invented: Path) -> None:
    assert standing(invented, "section:en:9a-1").state == "drafted"
    assert signed(invented, "section:en:9a-1", "project").state == "checked"
    assert signed(invented, "section:en:9a-1", "lawyer").state == "lawyer"
    assert standing(invented, "section:es:9a-1").state == "drafted"


def test_a_native_reader_s_word_stands_beside_the_state_and_makes_nothing_checked(invented: Path) -> None:
    read = signed(invented, "answer:es:weather_penalty", "editor", "E. Editora")
    assert (read.state, set(read.signed)) == ("drafted", {"editor"})


def test_an_edit_makes_the_sign_off_lapse_by_itself_and_taking_it_back_restores_it(invented: Path) -> None:
    signed(invented, "section:en:9a-1")
    path = invented / "sections" / "9a-1.yml"
    before = path.read_text()
    path.write_text(before.replace("40 pounds", "50 pounds"))
    lapsed = standing(invented, "section:en:9a-1")
    assert (lapsed.state, lapsed.lapsed) == ("drafted", ("lawyer",))
    path.write_text(before)
    assert standing(invented, "section:en:9a-1").state == "lawyer"


def test_what_is_no_part_of_the_words_makes_nothing_lapse(invented: Path) -> None:
    """The day of a check, a mark, a number of the inventory, a comment, the order of a flow."""
    signed(invented, "section:en:9a-1")
    path = invented / "sections" / "9a-1.yml"
    text = path.read_text().replace("on: 2026-01-02", "on: 2026-03-04").replace("seed_items: [1, 2]", "seed_items: [1]")
    path.write_text("# a comment\n" + text[: text.index("under_review")])
    assert standing(invented, "section:en:9a-1").state == "lawyer"


def test_an_answer_that_rests_on_a_section_under_review_is_so_too(invented: Path) -> None:
    content, _ = contents.load(invented)
    marked = {one.id: one.under_review for one in review.units(content) if one.under_review}
    assert marked["section:en:9a-1"] == "P.A. 25-1" and marked["answer:es:weather_penalty"] == "P.A. 25-1"


def test_the_check_refuses_a_sign_off_of_what_does_not_exist(invented: Path) -> None:
    signed(invented, "section:en:9a-1")
    path = invented / review.FILE
    path.write_text(path.read_text().replace("9a-1", "9a-7"))
    content, _ = contents.load(invented)
    assert "section:en:9a-7: is signed and does not exist" in "\n".join(map(str, check.problems(content)))


def test_the_real_ledger_claims_no_lawyer_and_no_native_reader() -> None:
    assert {entry.role for entry in review.ledger(paths.content_dir())} <= {"project"}


# -- the command ------------------------------------------------------------------


@pytest.fixture
def run(invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CHARTER_OAK_CONTENT", str(invented))
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "law.db"))

    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments)

    return invoke


def test_the_summary_says_that_no_lawyer_has_reviewed_anything_until_one_has(run) -> None:  # type: ignore[no-untyped-def]
    assert "Reviewed by a lawyer: none yet." in run("review").output
    assert run("review", "sign", "answer:en:weather_penalty", "--by", "L. Lawyer", "--as", "lawyer").exit_code == 0
    assert "Reviewed by a lawyer: 1." in run("review").output
    assert run("review", "list", "--state", "lawyer").output.startswith("answer:en:weather_penalty")


def test_a_section_under_review_is_not_signed_before_the_act_s_version_is_written(run, invented: Path) -> None:  # type: ignore[no-untyped-def]
    path = invented / "sections" / "9a-1.yml"
    refused = run("review", "sign", "9a-1", "--by", "L. Lawyer", "--as", "lawyer")
    assert refused.exit_code == 1 and "no version in its file was made by that act" in refused.output
    assert not (invented / review.FILE).exists() and "under_review" in path.read_text()
    path.write_text(path.read_text().replace("versions:\n", (
        "versions:\n  - effective: 2025-10-01\n    acts: [P.A. 25-1 § 1]\n    changed: Nothing of weight.\n    provisions:\n"
        '      - {id: (a), kind: offense, says: "A person commits theft of weather by taking a cloud of more than 40 pounds."}\n'
        "      - {id: (b), kind: penalty, says: Theft of weather is a class A felony.}\n"
    )))
    for kind in ("provisions", "versions"):  # the translator's part, without which the store cannot be built
        (invented / "wording" / "es" / kind / "9a-1.yml").unlink()
    early = run("review", "sign", "9a-1", "--by", "L. Lawyer", "--as", "lawyer")
    assert early.exit_code == 1 and "has no Spanish" in early.output and "under_review" in path.read_text()


def test_a_reason_that_nothing_changed_takes_the_mark_away_and_is_kept(run, invented: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    given = run("review", "sign", "9a-1", "--by", "L. Lawyer", "--as", "lawyer", "--on", "2026-11-20", "--no-change", "It renumbers another part.")
    assert given.exit_code == 0 and "9a-1 is no longer under review." in given.output
    assert "under_review" not in (invented / "sections" / "9a-1.yml").read_text()
    entry = review.ledger(invented)[-1]
    assert (entry.by, entry.role, entry.on, entry.note) == ("L. Lawyer", "lawyer", DAY, "no change: It renumbers another part.")
    assert LawStore(tmp_path / "law.db").reviewed()[0].lawyer_by == "L. Lawyer"


def test_an_editor_s_word_leaves_a_mark_where_it_is(run, invented: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("review", "sign", "9a-1", "--by", "E. Editor", "--as", "editor").exit_code == 0
    assert "under_review" in (invented / "sections" / "9a-1.yml").read_text()


@pytest.mark.parametrize(("arguments", "says"), [
    (["sign", "9a-7", "--by", "L.", "--as", "lawyer"], "Nothing is called 9a-7"),
    (["sign", "weather_penalty", "--by", "L.", "--as", "lawyer"], "Did you mean answer:en:weather_penalty"),
    (["sign", "section:es:9a-1", "--by", " ", "--as", "editor"], "needs the name"),
    (["sign", "section:es:9a-1", "--by", "L.", "--as", "editor", "--on", "2090-01-01"], "still to come"),
    (["sign", "section:es:9a-1", "--by", "L.", "--as", "editor", "--on", "2026-02-30"], "not a date that the calendar has"),
], ids=["unknown", "two languages", "no name", "to come", "no such day"])
def test_what_cannot_be_signed_is_said_and_signs_nothing(run, invented: Path, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    refused = run("review", *arguments)
    assert refused.exit_code != 0 and says in refused.output
    assert not (invented / review.FILE).exists()


# -- what is due -----------------------------------------------------------------------


def test_what_is_due_comes_in_order_acts_checks_and_phone_numbers(invented: Path) -> None:
    signed(invented, "section:es:9a-2", "project", "the project")
    content, _ = contents.load(invented)
    listed = due.due(content, DAY + dt.timedelta(days=400))
    assert [one.on for one in listed] == sorted(one.on for one in listed)
    by_unit = {one.unit: one for one in listed}
    assert by_unit["section:en:9a-1"].on == dt.date(2025, 10, 1) and "P.A. 25-1 changed it" in by_unit["section:en:9a-1"].why
    assert by_unit["section:es:9a-2"].on == DAY + dt.timedelta(days=365)
    assert by_unit["help:hotline"].on == content.resources["hotline"].review_by
    assert "section:es:9a-2" not in {one.unit for one in due.due(content, DAY + dt.timedelta(days=364))}


def test_the_calendar_has_an_event_a_day_that_other_programs_read(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    written = run("review", "due", "--by", "2028-01-01", "--ics", str(tmp_path / "due.ics"))
    assert written.exit_code == 0
    events = Calendar.from_ical((tmp_path / "due.ics").read_bytes()).walk("VEVENT")
    assert dt.date(2025, 10, 1) in [event.decoded("dtstart") for event in events]
    assert len({event["uid"] for event in events}) == len(events) > 1


# -- said to people -------------------------------------------------------------------------


def test_the_coverage_page_names_every_topic_and_says_that_no_lawyer_has_reviewed_it(real_content: Content) -> None:
    made = coverage.as_markdown(real_content)
    assert "No lawyer has reviewed any of it yet." in made
    assert all(f"| {topic} |" in made for topic in real_content.topics)


@pytest.fixture
def reviewed_db(law_db: Path, tmp_path: Path) -> Path:
    """The real store, as if a lawyer had signed one section and an act had changed another."""
    import shutil
    import sqlite3

    path = tmp_path / "reviewed.db"
    shutil.copy(law_db, path)
    with sqlite3.connect(path) as db:
        db.execute("update reviews set state = 'lawyer', lawyer_by = 'L. Lawyer', lawyer_on = '2026-11-20' where unit = 'section:en:54-95c'")
        db.execute("update sections set review_act = 'P.A. 27-1', review_since = '2027-10-01' where section = '52-571i'")
    return path


def test_the_about_page_says_who_has_reviewed_how_much(law_db: Path, reviewed_db: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
    http = TestClient(create_app(Settings.read()))
    assert "No lawyer has reviewed them yet." in http.get("/about").text and "Ningún abogado" in http.get("/about?lang=es").text
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(reviewed_db))
    assert "A lawyer has reviewed 1 of" in http.get("/about").text and "L. Lawyer" in http.get("/about?lang=es").text


def test_how_current_it_is_comes_from_the_store(desk: Desk, reviewed_db: Path) -> None:
    def answered(at: Desk, lang: str) -> str:
        reply = topic.answer(at, "currentness", lang)
        assert reply
        return " ".join(line.text for line in reply.lines)

    now, then = answered(desk, "en"), answered(Desk.open(reviewed_db), "en")
    assert "checked on November 21, 2026" in now and "No lawyer has reviewed" in now and "44-5" in now and "52-571i" not in now
    assert "52-571i" in then and "P.A. 27-1, October 1, 2027" in then and "A lawyer has reviewed 1 of" in then
    assert "52-571i" in answered(Desk.open(reviewed_db), "es") and "{" not in now + then


# -- a new store in a running process ------------------------------------------------------------


def test_a_process_reads_a_new_store_at_the_next_question_and_keeps_the_old_one_where_the_new_cannot_be_read(
    invented: Path, tmp_path: Path
) -> None:
    path = tmp_path / "law.db"
    compiler.build(invented, path)
    store = Fresh(lambda: path, LawStore)
    first = store()
    assert store() is first
    section = invented / "sections" / "9a-1.yml"
    section.write_text(section.read_text().replace("title: Theft of weather", "title: Taking of weather"))
    compiler.build(invented, path)
    assert (head := store().head("9a-1")) and head.title == "Taking of weather"
    assert (old := first.head("9a-1")) and old.title == "Theft of weather"  # whoever still holds it reads on
    good = store()
    path.write_bytes(b"noise")
    assert store() is good
    path.unlink()
    assert store() is good
