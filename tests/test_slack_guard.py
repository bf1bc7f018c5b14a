"""Client confidentiality in Slack: what could tell who a client is, and what advocates write all the time."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot import paths
from bot.law.content import read_yaml
from bot.law.store import LawStore
from gateway.slack.guard import guard

BEFORE = st.sampled_from(["", "please call her at ", "what is the law, ", "mi pregunta es ", "she wrote ", "vacatur for someone: "])
AFTER = st.sampled_from(["", ".", " please", ", what can we do?", " y qué sigue"])
PHONE_FORMS = ["{}-{}-{}", "({}) {}-{}", "{}.{}.{}", "{} {} {}", "{}{}{}", "1-{}-{}-{}", "+1 ({}) {}-{}", "+1{}{}{}", "{}\u2011{}\u2011{}",
               "{}\u00a0{}\u00a0{}"]
PUBLIC = {re.sub(r"\D", "", entry.get("call", ""))[-10:] for entry in read_yaml(paths.content_dir() / "help.yml")}
UNNAMED = ["was", "is", "charged", "convicted", "wants", "lives", "under", "18", "in", "2015", "with", "a", "record", "fue", "tiene"]
NAMES = st.sampled_from(["Ana", "María", "Luis Pérez", "Nguyen", "O'Brien", "Jean-Luc", "Ñusta", "Rosa Elena Díaz"])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("my client Maria Lopez was charged", "name"),
        ("My client, Ana, wants to apply", "name"),
        ("our young client Ana has two cases", "name"),
        ("mi cliente María fue acusada", "name"),
        ("nuestra clienta, la Sra. Gómez, quiere anular", "name"),
        ("the survivor is named Rosa", "name"),
        ("the client's name is Ana", "name"),
        ("her name is Rosa", "name"),
        ("ella se llama Rosa", "name"),
        ("MY CLIENT MARIA WAS ARRESTED", "name"),
        ("her number is (860) 555-0142", "phone"),
        ("860.555.0142", "phone"),
        ("555-0142", "phone"),
        ("+52 55 1234 5678", "phone"),
        ("８６０-555-0142", "phone"),
        ("ssn 123-45-6789", "ssn"),
        ("the last four of her social security number are 6789", "ssn"),
        ("seguro social 123 45 6789", "ssn"),
        ("she was born June 1, 2005", "birth"),
        ("DOB 6/1/05", "birth"),
        ("nació el 3 de mayo de 2004", "birth"),
        ("fecha de nacimiento: 03/05/2004", "birth"),
        ("docket HHD-CR21-0123456-S", "case"),
        ("FST CV 20 6012345", "case"),
        ("3:21-cr-00123", "case"),
        ("docket no. 12345", "case"),
        ("case number 21-123", "case"),
        ("expediente núm. 4567", "case"),
        ("número de caso 778", "case"),
        ("A123-456-789", "case"),
        ("write to ana.lopez@example.org", "email"),
    ],
)
def test_what_could_tell_who_a_client_is_is_found(text: str, kind: str) -> None:
    assert kind in guard().look(text)


@pytest.mark.parametrize(
    "text",
    [
        "my client was charged with prostitution, what is the defense",
        "My client Was charged",
        "my client is Guatemalan and under 18",
        "the Office of Victim Services and the Victim Advocate",
        "CAN THE VICTIM OBJECT TO MY VACATUR",
        "call 1-888-373-7888 or text 233733, in danger 911",
        "DCFHART@ct.gov",
        "P.A. 21-103 § 7 and H.B. 6657 of 2021",
        "54-95c(b) in 2015, 53a-192a 2016 2022",
        "in this case no 54-95c relief?",
        "mi expediente dice 53a-87, qué dice esa ley",
        "someone born before October 1, 2005",
        "convicted on June 1, 2015",
        "$1,000 for each of 365 days in 2020-2021",
        "how do i get a case number or a docket number",
        "a law called Safe Harbor",
        "18 U.S.C. § 1595(a)",
    ],
)
def test_what_advocates_write_all_the_time_is_let_through(text: str) -> None:
    assert guard().look(text) == ()


def test_no_question_of_the_bank_and_no_training_phrase_is_refused() -> None:
    files = [*(paths.ROOT / "tests" / "bank").glob("*.yml"), *(paths.ROOT / "data" / "nlu").rglob("*.yml")]
    lines = [line.strip().lstrip("- ") for file in files for line in file.read_text(encoding="utf-8").splitlines()]
    assert len(lines) > 10_000
    assert [line for line in lines if guard().look(line)] == []


def test_no_section_of_the_store_is_taken_for_a_case_or_a_number_however_it_is_asked_for(store: LawStore) -> None:
    assert len(store.section_ids) > 50
    for section in store.section_ids:
        charged, case = f"my client was charged under {section}(a)(1)", f"the case on {section} of June 1, 2015"
        for asked in (section, f"diff {section} 2016 2022", charged, case):
            assert guard().look(asked) == (), asked


def test_every_number_of_the_help_list_may_be_written() -> None:
    for entry in read_yaml(paths.content_dir() / "help.yml"):
        for number in filter(None, (entry.get("call"), entry.get("text"), entry.get("email"))):
            assert guard().look(f"tell them to contact {number}") == (), number


@given(BEFORE, AFTER, st.from_regex(r"[2-9][0-9]{2}[2-9][0-9]{6}", fullmatch=True), st.sampled_from(PHONE_FORMS))
@example("", "", "8605550142", "{}{}{}")
def test_a_phone_number_is_found_however_it_is_written(before: str, after: str, digits: str, form: str) -> None:
    assume(digits not in PUBLIC)
    number = form.format(digits[:3], digits[3:6], digits[6:])
    assert "phone" in guard().look(before + number + after)


@given(BEFORE, AFTER, st.from_regex(r"\d{3}([ .-])\d{2}\1\d{4}", fullmatch=True))
def test_a_social_security_number_is_found(before: str, after: str, number: str) -> None:
    assert "ssn" in guard().look(before + number + after)


@given(st.sampled_from(["born", "DOB:", "date of birth", "birthday", "nacida el", "fecha de nacimiento"]),
       st.dates(dt.date(1950, 1, 1), dt.date(2015, 12, 31)),
       st.sampled_from(["%Y-%m-%d", "%m/%d/%Y", "%m/%d/%y", "%B %d, %Y", "%d %B %Y", "%b %d %Y"]), AFTER)
def test_a_date_is_a_birth_date_beside_a_cue_and_only_there(cue: str, day: dt.date, form: str, after: str) -> None:
    written = day.strftime(form)
    assert "birth" in guard().look(f"she, {cue} {written}{after}")
    assert "birth" not in guard().look(f"convicted on {written}{after}")


@given(st.sampled_from(["my client", "My client,", "our client", "mi cliente", "mi clienta,", "nuestra clienta"]), NAMES,
       st.sampled_from([" was charged", ", who is 17,", "'s case", "?", " fue acusada", ""]))
def test_a_name_after_my_client_is_found(lead: str, name: str, rest: str) -> None:
    assert "name" in guard().look(f"{lead} {name}{rest}")


@given(st.sampled_from(["my client", "our client", "mi cliente", "the victim"]),
       st.lists(st.sampled_from(UNNAMED), min_size=1))
def test_a_client_without_a_name_is_not_a_name(lead: str, rest: list[str]) -> None:
    assert "name" not in guard().look(f"{lead} {' '.join(rest)}")


@given(st.text(max_size=400))
def test_any_text_at_all_is_looked_at_without_an_error(text: str) -> None:
    assert set(guard().look(text)) <= {"phone", "ssn", "birth", "case", "email", "name"}
