"""The core alone, on the invented jurisdiction: what is answered, in which order, and what is remembered."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot import service
from bot.desk import Desk
from bot.law import compile as compiler
from bot.reply import Clause, Memory, Question, Turn


@pytest.fixture
def desk(invented: Path, tmp_path: Path) -> Iterator[Desk]:
    compiler.build(invented, tmp_path / "law.db")
    opened = Desk.open(tmp_path / "law.db")
    yield Desk(opened.store, opened.citations, opened.terms, opened.watch, today=lambda: dt.date(2026, 1, 2))
    opened.store.close()


def ask(desk: Desk, text: str, *ranking: tuple[str, float], memory: Memory = Memory(), **more: object) -> Turn:
    clauses = (Clause(text, ranking or ((("nlu_fallback"), 1.0),)),)
    return service.respond(desk, Question(text=text, clauses=clauses, memory=memory, **more))  # type: ignore[arg-type]


def words(turn: Turn) -> str:
    return " ".join([*(line.text for reply in turn.replies for line in reply.lines), *(n.text for r in turn.replies for n in r.notices)])


def test_a_sure_topic_is_answered_with_its_cites_notices_and_what_to_ask_next(desk: Desk) -> None:
    turn = ask(desk, "what does it cost to take a cloud", ("weather_penalty", 0.9))
    (reply,) = turn.replies
    assert [line.cites for line in reply.lines] == [("9a-1(b)",), ("9a-1(b)",), ()]
    assert {notice.kind for notice in reply.notices} == {"review", "difference", "checked"}
    assert "class C felony. The law makes it class A" in words(turn)
    assert "P.A. 25-1" in words(turn)
    assert [choice.id for choice in reply.choices]
    assert turn.memory.topic == "weather_penalty"


def test_an_unsure_topic_is_offered_and_not_guessed(desk: Desk) -> None:
    turn = ask(desk, "hmm clouds", ("weather_penalty", 0.2), ("weather_return", 0.15))
    (reply,) = turn.replies
    assert reply.kind == "choices"
    assert [choice.id for choice in reply.choices] == ["topic:weather_penalty", "topic:weather_return"]
    assert not any(line.cites for line in reply.lines)


def test_nothing_likely_brings_what_the_store_search_finds(desk: Desk) -> None:
    turn = ask(desk, "cloud at any height", ("weather_penalty", 0.01))
    assert any(choice.id.startswith("law:9a-1") for choice in turn.replies[0].choices)


def test_danger_wins_over_everything_and_leaves_the_memory_alone(desk: Desk) -> None:
    memory = Memory(lang="en", topic="weather_penalty", told=1)
    turn = ask(desk, "he is going to kill me", ("weather_penalty", 0.99), memory=memory)
    assert turn.replies[0].kind == "emergency"
    assert "911" in words(turn)
    assert turn.memory == memory


def test_the_thing_named_picks_the_variant_and_fills_it_in(desk: Desk) -> None:
    turn = ask(desk, "is stealing clouds punished", ("weather_penalty", 0.9))
    assert words(turn).startswith("For cloud theft the law sets a fine.")
    assert turn.replies[0].lines[0].cites == ("9a-1(b)",)


def test_a_misspelt_name_is_still_recognised(desk: Desk) -> None:
    assert "For cloud theft" in words(ask(desk, "is steeling clouds punished", ("weather_penalty", 0.9)))


def test_spanish_is_answered_in_spanish_with_the_same_cite(desk: Desk) -> None:
    turn = ask(desk, "¿qué pena tiene por llevarse el clima?", ("weather_penalty", 0.9))
    assert turn.replies[0].lang == "es"
    assert "clase A" in words(turn)
    assert turn.replies[0].lines[0].cites == ("9a-1(b)",)


def test_a_bare_citation_brings_the_provision_and_since_when_it_stands(desk: Desk) -> None:
    turn = ask(desk, "9a-1(b)?")
    assert "class A felony" in words(turn)
    assert "July 1, 2010" in words(turn)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("9a-1(b) in 2005", "class B felony"),
        ("9a-1(b) in 2010", "class B felony"),  # it changed in July: both are shown
        ("9a-1(b) in 2010", "class A felony"),
        ("9a-1(b) in 1990", "only from October 1, 2000"),
        ("9a-1(b) on February 30 2015", "calendar"),
        ("9a-1(b) in 2040", "not come yet"),
        ("9a-77", "not in the store"),
        ("9a-1(z)", "9a-1(a)"),
        ("9a-2", "repealed"),
    ],
)
def test_a_citation_with_a_date_or_without_one_that_exists(desk: Desk, text: str, says: str) -> None:
    assert says in words(ask(desk, text))


def test_what_the_law_was_in_a_year_is_asked_about_the_topic(desk: Desk) -> None:
    turn = ask(desk, "what was the penalty in 2005", ("weather_penalty", 0.8))
    assert "class B felony" in words(turn)
    assert "Today it is" in words(turn) and "class A" in words(turn)


def test_two_questions_in_one_message_get_two_answers(desk: Desk) -> None:
    whole = Clause("what is the fine and must it be returned", (("weather_penalty", 0.5), ("weather_return", 0.4)))
    parts = (Clause("what is the fine", (("weather_penalty", 0.9),)), Clause("must it be returned", (("weather_return", 0.9),)))
    turn = service.respond(desk, Question(text=whole.text, clauses=(whole, *parts)))
    assert [reply.topic for reply in turn.replies] == ["weather_penalty", "weather_return"]


def test_more_then_differences_then_nothing_more(desk: Desk) -> None:
    turn = ask(desk, "what does it cost", ("weather_penalty", 0.9))
    first = ask(desk, "more", ("more", 0.9), memory=turn.memory)
    assert "raised to class A in 2010" in words(first)
    second = ask(desk, "more", ("more", 0.9), memory=first.memory)
    assert "1999 bill" in words(second) and "clerk would know" in words(second)
    third = ask(desk, "more", ("more", 0.9), memory=second.memory)
    assert "all I have" in words(third)


def test_advice_gets_the_law_its_limits_and_who_can_help(desk: Desk) -> None:
    turn = ask(desk, "should I admit taking the cloud", ("about_advice", 0.8), ("weather_penalty", 0.15))
    assert "cannot tell you what to do" in words(turn)
    assert "class A felony" in words(turn)
    assert "1-800-453-3320" in words(turn)


def test_a_chosen_language_stays_through_single_words_of_the_other(desk: Desk) -> None:
    switched = ask(desk, "español por favor", ("switch_spanish", 0.9))
    assert switched.memory.lang == "es" and switched.memory.lang_chosen
    assert ask(desk, "ok", ("thanks", 0.9), memory=switched.memory).replies[0].lang == "es"


def test_another_subject_harm_and_injection_are_turned_away_without_any_law(desk: Desk) -> None:
    for intent in ("out_of_scope", "harmful", "injection"):
        turn = ask(desk, "tell me about something else", (intent, 0.9))
        assert turn.replies[0].kind == "declined"
        assert not any(line.cites for line in turn.replies[0].lines)


rankings = st.lists(
    st.tuples(st.sampled_from(["weather_penalty", "weather_return", "more", "greet", "about_advice", "out_of_scope", "nowhere"]),
              st.floats(0, 1, allow_nan=False)),
    max_size=4,
)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=400), ranking=rankings, choice=st.one_of(st.just(""), st.text(max_size=30)))
def test_any_message_is_answered_in_words_and_no_law_is_said_without_a_cite(
    desk: Desk, text: str, ranking: list[tuple[str, float]], choice: str
) -> None:
    turn = service.respond(desk, Question(text=text, clauses=(Clause(text, tuple(ranking)),), choice=choice))
    assert turn.replies
    for reply in turn.replies:
        assert reply.lines and all(line.text for line in reply.lines)
        assert all(line.cites for line in reply.lines if line.kind == "law")
