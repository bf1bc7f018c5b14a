"""The date that a question names."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.nlp.dates import DateMention, ImpossibleDate, find_date

DAY = dt.date


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("what was the law in 2010", DAY(2010, 1, 1), DAY(2010, 12, 31)),
        ("on June 1, 2015", DAY(2015, 6, 1), DAY(2015, 6, 1)),
        ("june 2015?", DAY(2015, 6, 1), DAY(2015, 6, 30)),
        ("in December 2016", DAY(2016, 12, 1), DAY(2016, 12, 31)),
        ("2015-06-01", DAY(2015, 6, 1), DAY(2015, 6, 1)),
        ("6/1/2015", DAY(2015, 6, 1), DAY(2015, 6, 1)),
        ("el 1 de octubre de 2021", DAY(2021, 10, 1), DAY(2021, 10, 1)),
        ("en octubre de 2021", DAY(2021, 10, 1), DAY(2021, 10, 31)),
    ],
)
def test_a_date_is_read_as_precisely_as_it_was_said(text: str, first: DAY, last: DAY) -> None:
    found = find_date(text)
    assert isinstance(found, DateMention)
    assert (found.first, found.last) == (first, last)


@pytest.mark.parametrize("text", ["on February 30 2015", "2015-13-01", "el 31 de junio de 2020"])
def test_a_date_that_the_calendar_lacks_is_said_to_be_impossible(text: str) -> None:
    assert isinstance(find_date(text), ImpossibleDate)


@pytest.mark.parametrize("text", ["no date here", "$2000", "a fine of $2,000", "54-95c", "I am 20 years old", "1,995"])
def test_numbers_that_are_no_dates_are_left_alone(text: str) -> None:
    assert find_date(text) is None


@given(st.dates(DAY(1950, 1, 1), DAY(2049, 12, 31)))
def test_every_day_of_a_hundred_years_is_read_in_both_languages(day: dt.date) -> None:
    spanish = ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"]
    for text in (day.isoformat(), f"{day:%B} {day.day}, {day.year}", f"{day.day} de {spanish[day.month - 1]} de {day.year}"):
        assert find_date(text) == DateMention(day, day, "day")


@given(st.text(max_size=200))
def test_any_text_is_read_without_failing(text: str) -> None:
    find_date(text)
