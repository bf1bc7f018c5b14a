"""What a message means after an answer: the degree, the age, the law or the paper that was just talked about."""

from __future__ import annotations

import pytest

from bot import service
from bot.desk import Desk
from bot.nlp.clauses import halves
from bot.reply import Clause, Memory, Question, Reply


def told(desk: Desk, text: str, ranking: dict[str, float], memory: Memory) -> tuple[Reply, Memory]:
    turn = service.respond(desk, Question(text=text, clauses=(Clause(text, tuple(ranking.items())),), memory=memory))
    return turn.replies[0], turn.memory


@pytest.mark.parametrize(
    ("text", "ranking", "topic", "variant"),
    [
        ("y la de tercer grado", {"offense_csam": 0.5, "offense_promoting": 0.4}, "penalty", "promoting_third"),
        ("and in the second degree?", {"offense_csam": 0.5, "offense_promoting": 0.4}, "penalty", "promoting_second"),
        ("y si es la segunda vez", {"penalty": 0.5, "wages_crime": 0.2}, "penalty", "promoting_first"),
    ],
)
def test_another_degree_or_a_supposition_stays_with_the_offense(
    desk: Desk, text: str, ranking: dict[str, float], topic: str, variant: str
) -> None:
    reply, memory = told(desk, text, ranking, Memory(lang="es", topic="penalty", variant="promoting_first"))
    assert (reply.topic, memory.variant) == (topic, variant)


def test_the_penalty_of_that_is_the_penalty_of_what_was_talked_about(desk: Desk) -> None:
    _, memory = told(desk, "y la pena de eso?", {"penalty": 0.9}, Memory(lang="es", topic="coercion"))
    assert (memory.topic, memory.variant) == ("penalty", "coercion")


@pytest.mark.parametrize("text", ["y si la persona es menor?", "and if she is a minor?", "y si era menor de edad"])
def test_a_minor_supposed_brings_the_answer_on_minors(desk: Desk, text: str) -> None:
    reply, _ = told(desk, text, {"juvenile_erasure": 0.6}, Memory(lang="es", topic="offense_soliciting"))
    assert reply.topic == "offense_buying_minor"


@pytest.mark.parametrize("text", ["qué le hacen al que pagó a una muchacha de 17", "what happens to a man who paid a girl of 16"])
def test_a_minor_told_of_brings_the_answer_on_minors(desk: Desk, text: str) -> None:
    reply, _ = told(desk, text, {"offense_soliciting": 0.9}, Memory())
    assert reply.topic == "offense_buying_minor"


def test_a_belief_about_the_age_supposes_none(desk: Desk) -> None:
    reply, _ = told(desk, "y si creia que era menor de edad", {"offense_permitting": 0.99}, Memory(lang="es", topic="offense_soliciting"))
    assert reply.topic != "offense_buying_minor"


def test_a_question_that_says_whose_time_it_is_names_its_own_subject(desk: Desk) -> None:
    text = "y cuánto tiempo tiene la fiscalía para acusarlo"
    reply, _ = told(desk, text, {"time_limit_criminal": 0.99}, Memory(lang="es", topic="compensation_amount"))
    assert reply.topic == "time_limit_criminal"


@pytest.mark.parametrize("text", ["y se lo dieron?", "y al final quedó?", "y eso está vigente?"])
def test_what_became_of_a_part_of_a_bill_is_asked_of_that_part(desk: Desk, text: str) -> None:
    reply, _ = told(desk, text, {"differences": 0.4}, Memory(lang="es", topic="bill_2006", variant="9"))
    assert reply.topic == "bill_2006"
    assert "06-187" in reply.lines[0].text


def test_what_an_act_did_to_a_section_leads_the_history_of_the_section(desk: Desk) -> None:
    reply, _ = told(desk, "fecha de vigencia de PA 17-32 sobre 53a-192a", {"section_history": 0.9}, Memory(lang="es"))
    assert reply.topic == "section_history"
    assert "17-32" in reply.lines[0].text


def test_the_joint_with_a_question_on_both_sides_splits_a_message() -> None:
    assert halves("tengo 17 y me obligaron, puedo borrar lo juvenil y también demandar") == (
        "tengo 17 y me obligaron, puedo borrar lo juvenil", "también demandar",
    )
    assert halves("tengo 17 y ya") == ()
