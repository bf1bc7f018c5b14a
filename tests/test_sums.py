"""Sums that a question gives the numbers for: computed from the store's figures, never from a guess."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answers import sums
from bot.desk import Desk


@pytest.mark.parametrize(
    ("topic", "asked", "says"),
    [
        ("civil_amount", "how much for 90 days", "$90,000"),
        ("civil_amount", "cuanto por cuarenta y cinco dias", "$45,000"),
        ("civil_amount", "he kept me for two months, how much", "$60,000"),
        ("wages_recover", "my boss owes me $1,800", "$3,600"),
        ("wages_recover", "me deben 4,250.50 dolares", "$8,501"),
        ("wages_recover", "he owes me 2k", "$4,000"),
        ("wages_crime", "is it a crime if he owes me 1500", "364 days"),
        ("wages_crime", "and if its 800 bucks", "6 months"),
        ("wages_crime", "he owes me $500", "3 months"),
        ("wages_crime", "he owes $2,000.01", "class D"),
        ("posting_penalty", "caught 3 times with no sign", "$600"),
    ],
)
def test_the_numbers_in_a_question_are_computed_with(desk: Desk, topic: str, asked: str, says: str) -> None:
    lang = "es" if "cuanto" in asked or "deben" in asked else "en"
    line = sums.line(desk, topic, lang, asked)
    assert line is not None
    assert says in line.text
    assert line.cites


@pytest.mark.parametrize(
    ("topic", "asked"),
    [
        ("civil_amount", "how much can i sue for"),
        ("civil_amount", "it happened 3 years ago, how much"),
        ("civil_amount", "hace 2 anos, cuanto me toca"),
        ("wages_recover", "i worked 60 hours"),
        ("wages_recover", "he owes me $500 and $700"),  # which one is not said
        ("wages_recover", "section 31-72"),
        ("wages_recover", "me pagaban 100 dolares la semana"),  # what was paid is not what is owed
        ("wages_recover", "she paid me only $50 a week"),
        ("posting_penalty", "what is the fine in 2021"),
        ("vacatur_how", "i have 3 convictions"),
    ],
)
def test_where_the_numbers_are_not_clear_nothing_is_computed(desk: Desk, topic: str, asked: str) -> None:
    assert sums.line(desk, topic, "en", asked) is None


@given(days=st.integers(1, sums.MOST_DAYS))
def test_the_part_for_days_is_a_ceiling_of_a_thousand_a_day(desk: Desk, days: int) -> None:
    line = sums.line(desk, "civil_amount", "en", f"how much for {days} days")
    assert line is not None
    assert f"${days * 1000:,}" in line.text
    assert "at most" in line.text and "ceiling" in line.text


@given(text=st.text(max_size=200))
def test_any_text_is_read_without_an_error(desk: Desk, text: str) -> None:
    for topic in ("civil_amount", "wages_recover", "wages_crime", "posting_penalty"):
        sums.line(desk, topic, "en", text)
        sums.line(desk, topic, "es", f"me deben {text} pesos 3 dias 4 veces")
