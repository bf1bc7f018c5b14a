"""Drift watch: what is newly published is held against the store, and what rests on a change is listed and put under review."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import paths
from bot.cli import main
from bot.law import content as contents
from bot.law.content import Content
from bot.law.published import Published
from bot.upkeep import plain, rests, settled
from bot.upkeep.drift import Drift, compare
from bot.upkeep.facts import stated
from tests.chapter_page import page, save
from tests.running import said, start

# -- facts ----------------------------------------------------------------------


@pytest.mark.parametrize(("official", "ours"), [
    ("a fine not to exceed two thousand dollars", "a fine of up to $2,000"),
    ("not less than two thousand nor more than five thousand dollars", "$2,000 to $5,000"),
    ("a term of not less than ten years nor more than twenty-five years", "10 to 25 years in prison"),
    ("any person under eighteen years of age", "anyone under 18 years old"),
    ("for a period not to exceed three hundred sixty-four days", "at most 364 days"),
    ("on or before the first day of October 1, 2017", "by October 1, 2017"),
    ("a class C, D or E felony", "a class C felony, class D felony or class E felony"),
    ("within twelve months", "within one year"),
    ("a criminal violation of 18 USC Chapter 77, as amended", "a crime under 18 USC ch. 77"),
    ("as provided in section 9a-14 of the general statutes, revision of 1958, revised to January 1, 2019", "see § 9a-14"),
])
def test_the_law_s_words_and_ours_state_the_same_facts(official: str, ours: str) -> None:
    assert stated(official) == stated(ours) != frozenset()


def test_places_of_the_law_are_no_numbers() -> None:
    assert {fact.kind for fact in stated("subdivision (2) of subsection (a) of section 9a-4, part III of chapter 952, or title 30")} == {"place"}


# -- comparing -------------------------------------------------------------------


@pytest.fixture
def zembla(invented: Path) -> Content:
    return contents.load(invented)[0]


UNCHANGED = (
    "Sec. 9a-1. Theft of weather. (a) A person is guilty of theft of weather when such person takes a cloud of more than forty pounds. (1) A cloud "
    "is a cloud at any height.\n\n(b) Theft of weather is a class A felony, for which a fine shall not exceed two thousand dollars.\n\n"
    "(P.A. 00-1, S. 3; P.A. 10-5, S. 1.)"
)


def differ(content: Content, text: str, known: settled.Settled | None = None) -> set[tuple[str, str, str]]:
    return {(one.pin, one.side, one.what) for one in compare(content, plain.read(text), known).at_least("likely")}


def test_nothing_is_said_where_nothing_differs(zembla: Content) -> None:
    assert compare(zembla, plain.read(UNCHANGED)).differences == ()


@pytest.mark.parametrize(("was", "now", "says"), [
    ("class A", "class B", {("(b)", "text", "class B"), ("(b)", "store", "class A")}),
    ("two thousand", "five thousand", {("(b)", "text", "$5,000"), ("(b)", "store", "$2,000")}),
    ("\n\n(P.A.", "\n\n(c) A thaw is a defense.\n\n(P.A.", {("(c)", "text", "subsection (c)")}),
    ("\n\n(b) Theft of weather is", " Theft of weather is", {("(b)", "store", "subsection (b)")}),
    ("P.A. 10-5, S. 1.)", "P.A. 10-5, S. 1; P.A. 26-4, S. 2.)", {("", "text", "P.A. 26-4 in its source note")}),
    ("; P.A. 10-5, S. 1.)", ".)", {("", "store", "P.A. 10-5, which made its newest version")}),
    ("forty pounds", "forty pounds after March 1, 2026", {("(a)", "text", "2026-03-01")}),
], ids=["class", "fine", "new subsection", "a subsection gone", "a new act", "an older text", "a date"])
def test_what_changed_is_named_with_the_side_that_has_it(zembla: Content, was: str, now: str, says: set[tuple[str, str, str]]) -> None:
    assert was in UNCHANGED
    found = differ(zembla, UNCHANGED.replace(was, now))
    assert found >= says


def test_a_number_that_is_settled_is_quiet_until_it_goes_and_another_is_told(zembla: Content) -> None:
    longer = UNCHANGED.replace("any height.", "any height above nine miles.")
    known = {"9a-1": frozenset((one.pin, one.side, one.what) for one in compare(zembla, plain.read(longer)).differences)}
    assert known["9a-1"] and differ(zembla, longer, known) == set()
    assert differ(zembla, longer.replace("nine miles", "eight miles"), known) >= {("(a)", "text", "8 miles"), ("(a)", "gone", "9 miles")}


def test_a_section_that_the_store_has_as_repealed_is_quiet_until_it_has_words_again(zembla: Content) -> None:
    assert differ(zembla, "Sec. 9a-2. Return of weather. Section 9a-2 is repealed, effective October 1, 2005.") == set()
    assert differ(zembla, "Sec. 9a-2. Return of weather. A cloud shall be returned.") == {("", "text", "words, where the store has it as repealed")}


def test_settled_facts_hold_no_words_of_the_law_and_only_sections_of_the_store(real_content: Content) -> None:
    known = settled.read(paths.content_dir())
    assert known.keys() <= real_content.sections.keys()
    fact = re.compile(
        r"\$[\d,]+|class [A-E]|\d{4}(?:-\d\d-\d\d)?|[\d,]+(?: (?:years?|months?|days?|hours?|percent|miles?|feet))?|§ [\w-]+|\d+ USC \w+"
        r"|subsection (?:\(\w+\))+"
    )
    assert [what for lines in known.values() for _, _, what in lines if not fact.fullmatch(what)] == []


# -- on the real store ---------------------------------------------------------------


def resting(content: Content, *cites: str) -> dict[str, list[rests.Rest]]:
    found: dict[str, list[rests.Rest]] = {}
    for one in rests.on(content, cites, paths.ROOT):
        found.setdefault(one.kind, []).append(one)
    return found


def test_what_rests_on_a_provision_is_found_in_every_place(real_content: Content) -> None:
    found = resting(real_content, "54-234a(c)")
    names = {kind: [one.what for one in listed if one.exact] for kind, listed in found.items()}
    assert {lang for lang in ("en", "es") for one in names["answer"] if one.startswith(f"posting_penalty ({lang}")} == {"en", "es"}
    assert "posting: penalty (es)" in names["interview words"]
    assert "posting_penalty counts violations by 54-234a(c)" in names["sum"]
    assert "54-234a:where-and-penalty-left-out (summary-2021)" in names["difference"]
    assert "The penalty for not posting is civil, 100 then 250 dollars" in names["test case"]
    assert names["bank question"] and names["page"] == ["/law/54-234a"]


def test_an_interview_rule_that_reads_a_figure_of_the_provision_is_named_with_its_line(real_content: Content) -> None:
    rules = [one for one in resting(real_content, "53a-36a(c)")["interview rule"] if one.exact]
    assert [one.what for one in rules] == ["vacatur._alternatives reads 53a-36a(c)"]
    file, _, line = rules[0].where.partition(":")
    assert "53a-36a(c)" in (paths.ROOT / file).read_text().splitlines()[int(line) - 1]


# An invented text that stands for a section as P.A. 26-98 amended it. Of that act only this is known: in effect since October 1,
# 2026 it amends at least some of §§ 44-4 to 44-6 and § 54-234a, and each hotel operator has to register from January 1, 2027.
AS_AMENDED = (
    "Sec. 44-5. INVENTED WORDS FOR A TEST, NOT THE LAW. Whoever runs a place for short-stay guests shall train each employee when hired. On or "
    "before October 1, 2017, and every year after, the training shall be noted in each employee's file. On and after January 1, 2027, no place "
    "shall be registered without it.\n\n(P.A. 16-71, S. 5; P.A. 26-98, S. 2.)"
)


def test_the_opening_of_public_act_26_98_is_noticed_with_all_that_rests_on_the_hotel_section(real_content: Content) -> None:
    drift = compare(real_content, plain.read(AS_AMENDED), settled.read(paths.content_dir()))
    sure = {one.what: one.confidence for one in drift.differences}
    assert sure["P.A. 26-98 in its source note"] == "strong" and sure["2027-01-01"] in ("strong", "likely")
    found = resting(real_content, "44-5")
    assert any("(es:" in one.what for one in found["answer"]) and any("(en:" in one.what for one in found["answer"])
    assert any(one.what.startswith("training.") for one in found["interview rule"])
    assert found["bank question"] and any("interviews/training" in one.where for one in found["interview words"])


@pytest.fixture(scope="module")
def before_2017(tmp_path_factory: pytest.TempPathFactory) -> Content:
    """The content as it would have stood before October 1, 2017: no later version of § 53a-192a, its penalty in (b), class B."""
    root = tmp_path_factory.mktemp("before") / "content"
    shutil.copytree(paths.content_dir(), root)
    for path in [*(root / "wording").rglob("*.yml"), *(root / "topics").glob("*.yml")]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text.replace("53a-192a(b)", "53a-192a(a)").replace("53a-192a(c)", "53a-192a(b)"), encoding="utf-8")
    path = root / "sections" / "53a-192a.yml"
    text = path.read_text(encoding="utf-8")
    newer, older = text.index("  - effective: 2021-10-01"), text.index("  - effective: 2016-10-01")
    text = text[:newer] + text[older:]
    path.write_text(text[: text.index("differences:")] if "differences:" in text else text, encoding="utf-8")
    return contents.load(root)[0]


# Invented words with the facts of the change: P.A. 17-32 § 2 made the crime class A on October 1, 2017, and added a limb to (a).
AS_OF_2017 = Published(
    section="53a-192a", heading="INVENTED WORDS FOR A TEST",
    paragraphs=(
        "(a) Whoever (1) by force, fraud or coercion as section 53a-192 has it, compels or induces another to sexual contact or to labor, (2) so "
        "compels or induces a person under eighteen years of age, or (3) commits sex trafficking, traffics.", "(b) It is a class A felony.",
    ),
    source="(P.A. 06-43, S. 1; P.A. 10-36, S. 26; P.A. 13-166, S. 2; P.A. 15-195, S. 4; P.A. 16-71, S. 12; P.A. 17-32, S. 2.)",
)


def replayed(content: Content) -> Drift:
    return compare(content, AS_OF_2017)


def test_the_change_of_2017_from_class_b_to_class_a_is_caught_where_the_store_still_says_class_b(before_2017: Content) -> None:
    drift = replayed(before_2017)
    strong = {(one.pin, one.side, one.what) for one in drift.differences if one.confidence == "strong"}
    assert strong >= {("(b)", "text", "class A"), ("(b)", "store", "class B")}
    found = resting(before_2017, "53a-192a(b)")
    exact = {kind: [one.what for one in listed if one.exact] for kind, listed in found.items()}
    assert "53a-192a(b)" in exact["provision"]
    assert any(one.startswith("penalty@trafficking (en") for one in exact["answer"])
    assert any(one.startswith("penalty@trafficking (es") for one in exact["answer"])
    assert {"vacatur.offense_class reads felony_class of its terms"} <= {one.what for one in found["interview rule"]}
    assert any("(penalty)" in one for one in exact["bank question"])
    assert "Trafficking in persons is a class A felony today" in {one.what for one in found["test case"]}


# -- the command ------------------------------------------------------------------------


@pytest.fixture
def run(invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    monkeypatch.setenv("CHARTER_OAK_CONTENT", str(invented))
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "law.db"))
    monkeypatch.setenv("CHARTER_OAK_OFFICIAL_DB", str(tmp_path / "official.db"))

    def invoke(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, arguments, input=stdin)

    return invoke


def test_the_command_is_silent_where_nothing_changed_and_lists_all_where_something_did(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "new.txt").write_text(UNCHANGED)
    quiet = run("drift", str(tmp_path / "new.txt"))
    assert (quiet.exit_code, quiet.output) == (0, "")
    (tmp_path / "new.txt").write_text(UNCHANGED.replace("class A", "class B"))
    told = run("drift", str(tmp_path / "new.txt"))
    assert told.exit_code == 1
    assert "strong  (b)            the text has class B, the store does not" in told.output and "What rests on 9a-1(b):" in told.output
    assert "weather_penalty (es: short" in told.output


def test_a_page_saved_to_disk_and_what_was_loaded_are_compared_alike(run, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    changed = page().replace("two thousand dollars", "six thousand dollars")
    from_page = run("drift", str(save(tmp_path / "saved", "chap_9a.htm", changed)))
    assert "$6,000" in from_page.output
    run("official", "load", str(tmp_path / "saved"))
    assert run("drift", "--official").output == from_page.output


@pytest.mark.parametrize(("arguments", "says"), [
    (["drift"], "Nothing to compare"),
    (["drift", "nothing.htm"], "There is no file nothing.htm"),
    (["drift", "(a) Words without a number, of which there are some."], "Name the section: --section"),
    (["drift", "--section", "9a-7", "(a) Words without a number, some."], "9a-7 is not in the store"),
    (["drift", "--section", "9a-1", "Sec. 9a-2. Heading. Words and more words."], "9a-1 was asked for"),
    (["drift", "--section", "9a-1", "--mark", "(a) Words without a number, some."], "name the act and the day"),
    (["rests", "9a-1(z)"], "is not in the store"),
], ids=lambda value: " ".join(value)[:40] if isinstance(value, list) else "")
def test_what_cannot_be_compared_is_said_in_a_line(run, arguments: list[str], says: str) -> None:  # type: ignore[no-untyped-def]
    refused = run(*arguments)
    assert refused.exit_code == 1 and says in refused.output and "Traceback" not in refused.output


def test_a_mark_keeps_the_file_s_comments_and_layout_and_reaches_the_store(run, invented: Path, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    path = invented / "sections" / "9a-2.yml"
    path.write_text("# A comment of its author.\n" + path.read_text().replace("versions:", "versions:  # newest first"))
    before = path.read_text()
    marked = run("drift", "--section", "9a-2", "--act", "P.A. 26-4 § 2", "--since", "2026-10-01", "--mark")
    assert marked.exit_code == 0 and "9a-2 is under review: P.A. 26-4, since 2026-10-01" in marked.output
    assert path.read_text().startswith(before.rstrip("\n")) and "under_review:" in path.read_text()
    assert "UNDER REVIEW: P.A. 26-4 changed this section on 2026-10-01" in run("law", "9a-2").output


def test_a_second_act_is_named_beside_the_first(run) -> None:  # type: ignore[no-untyped-def]
    run("drift", "--section", "9a-1", "--act", "P.A. 26-4", "--since", "2026-10-01", "--mark")
    assert "UNDER REVIEW: P.A. 25-1, P.A. 26-4 changed this section on 2025-10-01" in run("law", "9a-1").output


def test_what_was_compared_and_found_right_is_settled(run, invented: Path) -> None:  # type: ignore[no-untyped-def]
    text = UNCHANGED.replace("two thousand", "five thousand")
    assert "Settled in" in run("drift", text, "--settle").output
    assert (invented / settled.FILE).read_text().count("5,000") == 1
    assert (run("drift", text).exit_code, run("drift", text).output) == (0, "")


# -- the running bot ------------------------------------------------------------------------


def test_the_running_bot_says_at_once_that_a_section_is_under_review_and_stops_when_it_is_signed_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "content"
    shutil.copytree(paths.content_dir(), root)
    places = {"CHARTER_OAK_CONTENT": str(root), "CHARTER_OAK_LAW_DB": str(tmp_path / "law.db")}
    for name, value in places.items():
        monkeypatch.setenv(name, value)

    def run(*arguments: str) -> Result:
        return CliRunner().invoke(main, arguments, catch_exceptions=False)

    with start(tmp_path, **places) as bot:
        bearer = bot.open()

        def ask(text: str) -> str:
            return said(bot.send(bearer, text=text))

        def page_says() -> str:
            return json.dumps(bot.http.get(f"{bot.url}/law/52-571i?format=json").json()["under_review"])

        before = ask("how much can i sue my trafficker for")
        assert "$1,000" in before and "27-1" not in before and page_says() == "null"
        marked = run("drift", "--section", "52-571i", "--act", "P.A. 27-1 § 4", "--since", "2026-11-01", "--mark")
        assert marked.exit_code == 0, marked.output
        after = ask("how much can i sue my trafficker for")
        assert "$1,000" in after and "P.A. 27-1" in after, after
        assert "P.A. 27-1" in ask("¿cuánto puedo pedir si demando a mi tratante?")
        assert "52-571i" in ask("how current is this?")
        assert "P.A. 27-1" in page_says()
        signed = run("review", "sign", "52-571i", "--by", "A. Maintainer", "--as", "project", "--no-change", "It changed nothing here.")
        assert signed.exit_code == 0, signed.output
        assert "27-1" not in ask("how much can i sue my trafficker for") and page_says() == "null"
    assert dt.date.today().isoformat() in (root / "reviews.yml").read_text()
