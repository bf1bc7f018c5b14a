"""Which sentence an answer leads with: the one that gives what is asked, by its words, its kind, or the time it tells of."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.answers import topic
from bot.desk import Desk
from bot.nlp.dates import period_told


@pytest.mark.parametrize(
    ("name", "asked", "leads_with"),
    [
        ("juvenile_petition", "is it free", "states no fee"),  # other words for it
        ("protective_order", "how many years does it stay in force", "lasts as long as the court sets"),
        ("vacatur_ground", "was his arrest needed first, was he ever caught", "need not have been convicted"),  # as people ask for it
        ("offense_promoting", "what is 2nd degree", "Second degree"),
        ("time_limit_criminal", "it was in 2012, how long do they have", "From July 1, 2006 until October 1, 2017"),  # the time it tells of
        ("vacatur_how", "how do i get my old prostitution conviction vacated", "asks the Superior Court"),  # steps stay in their order
        ("hotel_training", "how long do hotels have to train staff", "must be trained when hired"),
        ("civil_amount", "what counts as a day", "There is no set sum"),  # words that ask of anything move nothing
    ],
)
def test_an_answer_leads_with_what_is_asked_for(desk: Desk, name: str, asked: str, leads_with: str) -> None:
    reply = topic.answer(desk, name, "en", asked=asked)
    assert reply is not None
    assert leads_with in reply.lines[0].text


def test_a_sentence_that_leans_on_the_one_before_moves_with_it_or_not_at_all(desk: Desk) -> None:
    plain = topic.answer(desk, "civil_conviction", "en")
    led = topic.answer(desk, "civil_conviction", "en", asked="does the federal one have to wait")
    assert plain is not None and led is not None
    texts = [line.text for line in led.lines]
    on_hold = next(place for place, text in enumerate(texts) if text.startswith("It is put on hold"))
    assert "federal lawsuit" in texts[on_hold - 1]
    assert set(line.text for line in plain.lines) <= set(texts)


@pytest.mark.parametrize(
    ("said", "span"),
    [
        ("from july 1, 2006 until october 1, 2017 it was class b", (dt.date(2006, 7, 1), dt.date(2017, 10, 1))),
        ("del 1 de julio de 2006 al 1 de octubre de 2017 era de clase b", (dt.date(2006, 7, 1), dt.date(2017, 10, 1))),
        ("from the trafficker to the victim", None),
    ],
)
def test_the_time_that_a_sentence_tells_of_is_read(said: str, span: tuple[dt.date, dt.date] | None) -> None:
    assert period_told(said) == span
