"""The same question of another: another degree, class, section, age or day, and what is meant by "no, the other one"."""

from __future__ import annotations

import pytest

from bot import service
from bot.desk import Desk
from bot.pointing import only_an_age, other_class, supposed_age
from bot.reply import Clause, Memory, Question, Turn


def ask(desk: Desk, text: str, ranking: dict[str, float], memory: Memory) -> Turn:
    return service.respond(desk, Question(text=text, clauses=(Clause(text, tuple(ranking.items())),), memory=memory))


def test_another_class_of_felony_is_the_same_question(desk: Desk) -> None:
    turn = ask(desk, "and E?", {"emergency": 0.3}, Memory(lang="en", topic="penalty", variant="class_d"))
    assert turn.memory.variant == "class_e"


@pytest.mark.parametrize(("text", "letter"), [("and e", "e"), ("what about class b", "b"), ("and a lawyer", ""), ("class c", "")])
def test_a_class_is_read_only_where_nothing_else_is_said(text: str, letter: str) -> None:
    assert other_class(text) == letter


def test_a_number_after_a_section_means_its_neighbour(desk: Desk) -> None:
    shown = Memory(lang="en", topic="section_lookup", cites=("53a-86(a)(1)",))
    assert ask(desk, "and 87?", {"more": 0.4}, shown).memory.cites[0].startswith("53a-87")
    assert not any("999" in cite for cite in ask(desk, "and 999?", {"more": 0.4}, shown).memory.cites)


def test_now_after_a_day_of_the_past_shows_what_holds_today(desk: Desk) -> None:
    then = ask(desk, "what was the penalty for trafficking in 2010", {"penalty": 0.9}, Memory(lang="en"))
    now = ask(desk, "and now?", {"trafficking_definition": 0.6}, then.memory)
    assert "class A" in now.replies[0].lines[0].text


def test_the_other_one_is_offered_and_not_guessed(desk: Desk) -> None:
    turn = ask(desk, "no, the other one", {"deny": 0.6, "defense_barred": 0.3}, Memory(lang="en", topic="wages_deadline", cites=("52-596",)))
    assert turn.replies[0].kind == "choices"
    assert turn.replies[0].choices[0].id == "topic:civil_deadline"


@pytest.mark.parametrize(("message", "age"), [("and 16?", 16), ("what about 9", 9), ("and 87?", 0), ("what if it was 13 times", 0)])
def test_a_bare_age_is_read(message: str, age: int) -> None:
    assert supposed_age(message) == age


def test_a_grown_age_alone_tells_of_no_danger_and_a_childs_does(desk: Desk) -> None:
    memory = Memory(lang="en", topic="trafficking_minor", cites=("53a-192a",))
    assert ask(desk, "and what about me, im 30", {"emergency": 0.8}, memory).replies[0].kind != "emergency"
    assert ask(desk, "she's 13", {"emergency": 0.6}, memory).replies[0].kind == "emergency"
    assert ask(desk, "he is with a girl aged 13", {"emergency": 0.6}, memory).replies[0].kind == "emergency"
    assert only_an_age("im 30") and not only_an_age("im 15") and not only_an_age("im 30 and he hits me")


def test_the_numbers_stand_under_the_answer_on_a_child_who_is_only_supposed(desk: Desk) -> None:
    turn = ask(desk, "what if she's 13", {"emergency": 0.6}, Memory(lang="en", topic="offense_soliciting", cites=("53a-83",)))
    assert turn.replies[0].topic == "offense_buying_minor"
    assert any(notice.kind == "safety" for notice in turn.replies[-1].notices)


def test_a_question_word_alone_is_not_answered_at_random(desk: Desk) -> None:
    assert ask(desk, "where", {"posting_where": 0.5, "vacatur_where": 0.4}, Memory()).replies[0].kind == "choices"


def test_what_puts_a_place_on_the_list_counts(desk: Desk) -> None:
    turn = ask(desk, "tanning salon with an esthetician", {"posting_who": 0.9}, Memory())
    assert "must" in turn.replies[0].lines[0].text and not turn.replies[0].lines[0].text.startswith("No.")
    assert not ask(desk, "sauna place, no massage, need the poster?", {"posting_who": 0.9}, Memory()).replies[0].lines[0].text.startswith("Yes.")


def test_a_part_that_only_names_is_a_question_beside_one_that_asks(desk: Desk) -> None:
    whole = "sentence for trafficking and how long do they have to charge him"
    parts = (Clause("sentence for trafficking", (("penalty", 1.0),)), Clause("how long do they have to charge him", (("time_limit_criminal", 1.0),)))
    turn = service.respond(desk, Question(text=whole, clauses=(Clause(whole, (("time_limit_criminal", 0.8), ("penalty", 0.19))), *parts)))
    assert [reply.topic for reply in turn.replies] == ["penalty", "time_limit_criminal"]
