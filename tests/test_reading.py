"""Answers as people type them, in both languages: read right, or said to be unreadable, never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.interviews.reading import Reading, read
from bot.law.records import Step, StepWords

TODAY = dt.date(2026, 11, 21)
WORDS = StepWords(ask="", why="", again="", options={"connecticut": "A Connecticut court", "federal": "A federal court"},
                  heard_as={"connecticut": ("ct", "state court", "connecticut"), "federal": ("federal", "fed")})


def heard(kind: str, text: str, at_most: int = 36500) -> Reading:
    return read(Step(step="s", kind=kind, options=tuple(WORDS.options), at_most=at_most), WORDS, text, {}, TODAY)  # type: ignore[arg-type]


@pytest.mark.parametrize(("kind", "text", "value"), [
    ("yes_no", "sí", "yes"),
    ("yes_no", "Yeah", "yes"),
    ("yes_no", "nope", "no"),
    ("yes_no", "todavía no", "no"),
    ("yes_no", "not yet", "no"),
    ("yes_no", "not sure", "unsure"),
    ("yes_no", "no sé", "unsure"),
    ("yes_no", "no, he never let me", "no"),
    ("yes_no", "3", "unsure"),
    ("choice", "federal", "federal"),
    ("choice", "2", "federal"),
    ("choice", "in CT state court", "connecticut"),
    ("choice", "3", "unsure"),
    ("duration", "like 3 months", "days:90"),
    ("duration", "2 yrs", "days:730"),
    ("duration", "since march 2022", "days:1726"),
    ("duration", "desde marzo de 2022", "days:1726"),
    ("duration", "from march 2022 to june 2023", "days:486"),
    ("duration", "90", "days:90"),
    ("duration", "un año y medio", "days:548"),
    ("duration", "half a year", "days:182"),
    ("duration", "un par de meses", "days:60"),
    ("duration", "3 months and 2 weeks", "days:104"),
    ("duration", "veinticinco días", "days:25"),
    ("duration", "all of 2021", "days:365"),
    ("money", "$1,200", "cents:120000"),
    ("money", "1.200,50", "cents:120050"),
    ("money", "1,200.5", "cents:120050"),
    ("money", "2k", "cents:200000"),
    ("money", "5 mil", "cents:500000"),
    ("money", "2 mil 500", "cents:250000"),
    ("money", "5 thousand", "cents:500000"),
    ("money", "dos mil", "cents:200000"),
    ("money", "1 million", "cents:100000000"),
    ("money", "unos 500 dólares", "cents:50000"),
    ("money", "nothing", "cents:0"),
    ("money", "nada", "cents:0"),
    ("date", "march 2022", "2022-03"),
    ("date", "marzo de 2022", "2022-03"),
    ("date", "3/15/2022", "2022-03-15"),
    ("date", "15/3/2022", "2022-03-15"),
    ("date", "9/8/26", "2026-09-08"),
    ("date", "2024-05", "2024-05"),
    ("date", "2019", "2019"),
    ("date", "last year", "2025"),
    ("date", "el año pasado", "2025"),
    ("date", "2 weeks ago", "2026-11-07"),
    ("date", "ayer", "2026-11-20"),
    ("date", "march", "2026-03"),
    ("date", "I was hired on June 1, 2024", "2024-06-01"),
])
def test_an_answer_in_a_persons_own_words_is_read(kind: str, text: str, value: str) -> None:
    assert heard(kind, text).value == value


@pytest.mark.parametrize(("kind", "text", "problem"), [
    ("yes_no", "yes and no", "which_one"),
    ("yes_no", "what is that?", "not_understood"),
    ("choice", "ct and federal", "which_one"),
    ("choice", "1 and 2", "which_one"),
    ("choice", "9", "not_understood"),
    ("duration", "-4 days", "negative"),
    ("duration", "40000 days", "too_many"),
    ("duration", "a lot", "not_understood"),
    ("duration", "2-3 months", "which_one"),
    ("duration", "3 or 4 months", "which_one"),
    ("duration", "in 2021", "not_understood"),
    ("duration", "since february 30 2020", "impossible_date"),
    ("duration", "since 2027", "future_date"),
    ("money", "-50", "negative"),
    ("money", "$5 and $10", "which_one"),
    ("money", "a lot", "not_understood"),
    ("date", "february 30 2020", "impossible_date"),
    ("date", "2030", "future_date"),
    ("date", "nail salon", "not_understood"),
    ("date", "in the 90s", "not_understood"),
])
def test_what_cannot_be_read_says_why(kind: str, text: str, problem: str) -> None:
    assert heard(kind, text) == Reading(problem=problem)


@given(st.sampled_from(["yes_no", "choice", "duration", "money", "number", "date"]), st.text(max_size=80))
def test_no_text_breaks_the_reading(kind: str, text: str) -> None:
    reading = heard(kind, text)
    assert bool(reading.value) != bool(reading.problem)


@given(st.integers(0, 36500))
def test_a_count_of_days_comes_back_as_it_was_given(days: int) -> None:
    if not 1900 <= days < 2100:
        assert heard("duration", str(days)).value == f"days:{days}"
    assert heard("duration", f"{days} days").value == f"days:{days}"


@given(st.integers(0, 9_999_999))
def test_an_amount_is_read_however_it_is_written(cents: int) -> None:
    dollars, rest = divmod(cents, 100)
    for written in (f"${dollars:,}.{rest:02}", f"{dollars}.{rest:02}", f"{dollars:,}".replace(",", ".") + f",{rest:02}"):
        assert heard("money", written).value == f"cents:{cents}"
