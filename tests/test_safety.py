"""Safety before everything: who is recognised as in danger by rules alone, and what they are told."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import paths, service
from bot.desk import Desk
from bot.law.content import read_yaml
from bot.reply import Clause, Question
from bot.safety import wording
from bot.safety.emergency import KINDS, watch

HOTLINE, TEXT = "1-888-373-7888", "233733"


@pytest.mark.parametrize(
    ("words", "kind", "lang"),
    [
        ("he is outside my door with a knife", "danger", "en"),
        ("HE'S HERE", "danger", "en"),
        ("help", "danger", "en"),
        ("3 months but he is coming in now", "danger", "en"),
        ("they locked me in the basement and took my phone", "held", "en"),
        ("my boss has my passport and wont let me leave", "held", "en"),
        ("i want to die", "suicide", "en"),
        ("a man took my daughter to a motel please help", "child", "en"),
        ("i see a girl being dragged into a van", "witness", "en"),
        ("él está afuera de mi puerta con un cuchillo", "danger", "es"),
        ("ayuda", "danger", "es"),
        ("me tienen encerrada y no me dejan salir", "held", "es"),
        ("ya no quiero vivir", "suicide", "es"),
        ("mi primita de 13 la estan vendiendo por internet", "child", "es"),
        ("me escape anoche de la casa donde me tenian, tengo miedo q me encuentren", "danger", "es"),
        ("i escaped last night and im scared they will find me", "danger", "en"),
        ("se llevaron a mi hija", "child", "es"),
        ("veo a una muchacha golpeada que pide ayuda", "witness", "es"),
        ("una amiga de 14 esta en un motel con un hombre", "child", "es"),
        ("antes me encerraba y todavia me encierra", "held", "es"),
    ],
)
def test_someone_in_danger_is_recognised_by_the_words_people_use(words: str, kind: str, lang: str) -> None:
    found = watch().look(words)
    assert found is not None
    assert found.lang == lang
    assert found.kind == kind or words in ("ayuda", "help")


@pytest.mark.parametrize(
    "words",
    [
        "what is the penalty for using force",
        "is it coercion to threaten someone with a gun",
        "my passport was taken by my boss two years ago, was that coercion",
        "can I sue the man who held me, I escaped in 2019",
        "what does the notice say about people who cannot leave",
        "cuál es la pena por amenazar a alguien con una pistola",
        "me quitaron el pasaporte hace tres años, puedo demandar",
        "how do i get my old conviction vacated",
        "hace 5 años mi ex me golpeaba y me obligaba. ya estoy a salvo, que derechos tengo",
        "como borro los registros del hotel antes de que llegue la policia",
        "",
    ],
)
def test_a_question_of_law_about_violence_is_no_emergency(words: str) -> None:
    assert watch().look(words) is None


@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("my boss took my passport", "my boss took my passport, is that legal?"),
        ("she has my papers and wont give them back", "she has my papers and wont pay me, can i sue"),
        ("mi patrona me quitó el pasaporte", "mi patrona me quitó el pasaporte, ¿qué puedo hacer?"),
    ],
)
def test_papers_kept_are_a_cry_for_help_and_beside_a_question_the_answer_carries_the_numbers(told: str, asked: str, desk: Desk) -> None:
    danger = watch().look(told)
    assert danger and danger.kind == "held"
    assert watch().look(asked) is None
    turn = service.respond(desk, Question(asked, clauses=(Clause(asked, (("civil_sue", 0.95),)),)))
    assert turn.replies[-1].kind == "answer"
    assert any(notice.kind == "safety" and "911" in notice.text and "1-888-373-7888" in notice.text for notice in turn.replies[-1].notices)


def test_words_of_danger_are_found_at_both_ends_of_a_long_message() -> None:
    noise = "lorem ipsum " * 4000
    assert watch().look("he is going to kill me " + noise)
    assert watch().look(noise + " he is going to kill me")


def test_rules_alone_take_few_legal_questions_for_an_emergency() -> None:
    bank = paths.ROOT / "tests" / "bank"
    alike = read_yaml(bank / "lookalikes.yml")
    alarms = [item["ask"] for item in alike if watch().look(item["ask"])]
    assert len(alarms) <= 0.02 * len(alike), alarms


@pytest.mark.parametrize("lang", ["en", "es"])
@pytest.mark.parametrize("kind", KINDS)
def test_everyone_in_danger_gets_911_the_hotline_and_its_text_number_in_few_words(kind: str, lang: str) -> None:
    said = wording.emergency(kind, lang)
    assert "911" in said and HOTLINE in said and TEXT in said
    assert len(said) <= 320
    assert "?" not in said  # asks nothing first
    if kind == "suicide":
        assert "988" in said
    if kind == "child":
        assert "1-800-842-2288" in said


def test_the_numbers_are_those_of_the_help_list_and_stand_nowhere_else() -> None:
    resources = {item["id"]: item for item in read_yaml(paths.content_dir() / "help.yml")}
    assert resources["hotline"]["call"] == HOTLINE and str(resources["hotline"]["text"]) == TEXT
    for folder in ("bot", "gateway", "actions", "rasa_ext"):
        for path in (paths.ROOT / folder).rglob("*.py"):
            assert HOTLINE not in path.read_text(encoding="utf-8"), path


def test_when_nothing_can_be_answered_both_languages_carry_the_numbers() -> None:
    said = wording.unavailable()
    assert said.count(HOTLINE) == 2 and said.count("911") == 2


@given(st.text(max_size=500))
def test_any_text_is_looked_at_without_failing(text: str) -> None:
    watch().look(text)
