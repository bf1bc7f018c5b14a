"""Which numbers a sentence states: what the check of every answer stands on."""

import pytest

from bot.law.numbers import stated, unsupported


@pytest.mark.parametrize(
    ("sentence", "numbers"),
    [
        ("The fine is up to $20,000.", {"20000"}),
        ("A class A felony: 10 to 25 years.", {"class a", "10", "25"}),
        ("Class C, D and E felonies.", {"class c", "class d", "class e"}),
        ("Un delito de clase A.", {"class a"}),
        ("Since October 1, 2021.", {"2021-10-01"}),
        ("Desde el 1 de octubre de 2021.", {"2021-10-01"}),
        ("Every three years, cada tres años.", {"3"}),
        ("See § 53a-192a(b), 18 USC 1595, P.A. 21-103 and H.B. 6657.", set()),
        ("A person is a person.", set()),
    ],
)
def test_numbers_dates_and_classes_are_read_but_names_of_laws_are_not(sentence: str, numbers: set[str]) -> None:
    assert stated(sentence) == numbers


def test_a_number_that_its_provision_lacks_is_found() -> None:
    assert unsupported("Up to $1,000 a day, within 3 years.", "not more than $1,000 for each day") == {"3"}


def test_a_year_is_supported_by_a_full_date_of_it() -> None:
    assert unsupported("It changed in 2017.", "2017-10-01") == set()
