"""A short message that names no subject asks after something of the last answer's subject."""

from __future__ import annotations

import pytest

from bot import asked_after, nearness
from bot.desk import Desk
from bot.leaning import lean
from bot.pointing import supposed_age
from bot.reply import Memory

# What a classifier makes of such words when it has to guess: another subject, and fairly sure of it.
SOUNDS_LIKE_WAGES = (("wages_deadline", 0.7), ("civil_deadline", 0.1), ("hotel_records", 0.05))
SOUNDS_LIKE_POSTING = (("posting_where", 0.62), ("compensation_amount", 0.11))


def talking_of(desk: Desk, topic: str) -> Memory:
    wording = desk.store.answer(topic, "en")
    assert wording is not None
    return Memory(lang="en", topic=topic, cites=tuple(dict.fromkeys(cite for sentence in wording.full for cite in sentence.cites)))


@pytest.mark.parametrize(("message", "facet"), [
    ("how long does it take", "duration"), ("how long do i have", "deadline"), ("cuanto tiempo tengo", "deadline"), ("every year?", "schedule"),
    ("can it go higher", "amount"), ("is there a fine if i skip", "penalty"), ("since when", "history"), ("desde cuando", "history"),
    ("how do i sign up", "steps"), ("under what age", "age"), ("where do i get it", "form"),
])
def test_what_a_message_asks_after_is_read_from_its_words(message: str, facet: str) -> None:
    assert asked_after.facets(message)[0] == facet


def test_a_question_word_alone_names_nothing_and_a_named_thing_does() -> None:
    assert asked_after.asks_only_a_word("to who")
    assert not asked_after.asks_only_a_word("who sells forged passports")
    assert asked_after.named("how long does a forged passport last")


@pytest.mark.parametrize(("topic", "message", "ranking", "answered"), [
    ("protective_order", "how long", SOUNDS_LIKE_WAGES, "protective_order"),
    ("registration", "for how long", SOUNDS_LIKE_WAGES, "registration"),
    ("compensation", "deadline", SOUNDS_LIKE_WAGES, "compensation_deadline"),
    ("civil_sue", "how long do i have", SOUNDS_LIKE_WAGES, "civil_deadline"),
    ("penalty", "can it go higher", SOUNDS_LIKE_POSTING, "penalty"),
    ("training_who", "is there a fine if i skip", (("posting_penalty", 0.9),), "training_when"),
    ("council_reports", "to who", (("help_labor", 0.6),), "council_reports"),
])
def test_it_is_answered_by_the_topic_nearest_the_last_one(
    desk: Desk, topic: str, message: str, ranking: tuple[tuple[str, float], ...], answered: str
) -> None:
    assert lean(desk, ranking, message, (), talking_of(desk, topic))[0][0] == answered


def test_topics_of_a_group_that_gathers_many_subjects_are_not_all_near(desk: Desk) -> None:
    assert nearness.kin(desk, "protective_order_violation", "protective_order")
    assert not nearness.kin(desk, "forfeiture", "protective_order")
    assert nearness.kin(desk, "posting_penalty", "posting_who")


def test_a_question_that_names_another_subject_leaves_the_last_one(desk: Desk) -> None:
    asked = (("hotel_records", 0.99), ("wages_rules", 0.01))
    assert lean(desk, asked, "how long do i keep guest receipts", (), talking_of(desk, "protective_order"))[0][0] == "hotel_records"


@pytest.mark.parametrize(("message", "age"), [
    ("what if she's 13", 13), ("and if he is 16?", 16), ("does it work for a 19 year old", 19), ("y si tiene 15?", 15), ("what if it was 2013", 0),
])
def test_an_age_that_is_supposed_is_read(message: str, age: int) -> None:
    assert supposed_age(message) == age
