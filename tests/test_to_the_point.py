"""What an answer leads with, what it leaves alone, and what it does only when it is plainly meant; on the real store."""

from __future__ import annotations

import pytest

from bot import service
from bot.answers import provision, topic
from bot.desk import Desk
from bot.nlp import language
from bot.nlp.clauses import without_courtesy
from bot.reply import Clause, Memory, Question, Turn


def ask(desk: Desk, text: str, *ranking: tuple[str, float], memory: Memory = Memory()) -> Turn:
    return service.respond(desk, Question(text=text, clauses=(Clause(text, ranking),), memory=memory))


@pytest.mark.parametrize(
    ("name", "asked", "leads_with"),
    [
        ("vacatur_judge", "can the decision be appealed", "appeal"),
        ("posting_history", "when did they add estheticians", "January 1, 2020"),
        ("vacatur_how", "how do i get a conviction vacated", "asks the Superior Court"),  # the first sentence already answers
    ],
)
def test_an_answer_leads_with_the_sentence_that_speaks_to_the_question(desk: Desk, name: str, asked: str, leads_with: str) -> None:
    reply = topic.answer(desk, name, "en", asked=asked)
    assert reply is not None
    assert leads_with in reply.lines[0].text


@pytest.mark.parametrize(
    ("name", "asked", "leads_with"),
    [
        ("documents_taken", "mi jefe dice que llama a la migra", "amenazar con llamar a inmigración"),
        ("forfeiture", "y para dónde va ese dinero", "fondo estatal para víctimas"),
        ("compensation", "me la pueden negar por mis antecedentes", "infringió una ley penal"),
        ("registration", "cuántos años dura", "10 años"),
    ],
)
def test_the_words_in_which_people_ask_for_a_fact_bring_it_to_the_front(desk: Desk, name: str, asked: str, leads_with: str) -> None:
    reply = topic.answer(desk, name, "es", asked=asked)
    assert reply is not None
    assert leads_with in reply.lines[0].text


def test_two_sections_that_are_compared_are_both_shown(desk: Desk) -> None:
    turn = ask(desk, "cual es la diferencia entre 53a-83 y 53a-83b", ("section_lookup", 0.9))
    assert [reply.lines[0].cites[0].partition("(")[0] for reply in turn.replies] == ["53a-83", "53a-83b"]


def test_after_the_numbers_for_papers_kept_a_question_is_about_them(desk: Desk) -> None:
    told = ask(desk, "mi jefe me quito el pasaporte", ("out_of_scope", 0.5))
    assert told.replies[0].kind == "emergency"
    asked = ask(desk, "es delito?", ("offense_prostitution", 0.4), memory=told.memory)
    assert asked.replies[0].topic == "documents_taken"


def test_nothing_is_lost_where_a_sentence_moves_to_the_front(desk: Desk) -> None:
    plain = topic.answer(desk, "vacatur_judge", "en")
    led = topic.answer(desk, "vacatur_judge", "en", asked="can the decision be appealed")
    assert plain is not None and led is not None
    assert set(plain.lines) <= set(led.lines)


def test_two_places_that_the_law_treats_differently_get_an_answer_each(desk: Desk) -> None:
    turn = ask(desk, "do my nail salon and the barber shop next door both have to post", ("posting_who", 0.9))
    assert sorted(reply.title for reply in turn.replies) == [
        "Does a hair salon or barber shop have to post the notice?", "Does a nail salon have to post the notice?",
    ]
    assert len(ask(desk, "i run a spa, we do massages and facials", ("posting_who", 0.9)).replies) == 1


def test_a_difference_is_shown_where_it_bears_on_the_question_and_left_out_where_not(desk: Desk) -> None:
    def difference(name: str, asked: str) -> str:
        reply = topic.answer(desk, name, "en", asked=asked)
        assert reply is not None
        return " ".join(notice.text for notice in reply.notices if notice.kind == "difference")

    assert "$1,000" in difference("civil_amount", "how much can i sue for")
    assert "hotels" in difference("hotel_duties", "do hotels have to post")
    assert "adult" not in difference("posting_who", "do nail salons have to post")


@pytest.mark.parametrize(
    ("text", "forgets"),
    [
        ("delete", True), ("BORRAR", True), ("delete my messages", True), ("forget me", True), ("borra esta conversacion", True),
        ("que diferencia hay entre anular y borrar", False), ("que significa borrar", False), ("delete all users", False),
        ("can you delete my record", False), ("borrar mis antecedentes", False),
        ("quiero un perdon, eso borra todo?", False),
    ],
)
def test_a_chat_is_forgotten_only_where_that_is_plainly_meant(desk: Desk, text: str, forgets: bool) -> None:
    memory = Memory(lang="en", topic="vacatur_how", cites=("54-95c(a)",))
    turn = ask(desk, text, ("delete", 0.99), ("vacatur_effect", 0.01), memory=memory)
    assert (turn.memory == Memory(lang=turn.memory.lang, offered=turn.memory.offered)) is forgets


@pytest.mark.parametrize("text", ["girls sleep in that massage place, what do i do", "what is the defense if he drove her and did not know"])
def test_who_reports_or_defends_is_not_told_that_they_mean_harm(desk: Desk, text: str) -> None:
    assert ask(desk, text, ("harmful", 0.9), ("help_report", 0.1)).replies[0].kind != "declined"


@pytest.mark.parametrize(
    ("text", "declined"),
    [
        ("can i clear my record even tho i live in florida now", False),
        ("vivo en texas, puedo anular mi condena", False),
        ("what is the penalty in texas", True),
    ],
)
def test_where_a_person_lives_is_no_other_places_law(desk: Desk, text: str, declined: bool) -> None:
    turn = ask(desk, text, ("penalty" if declined else "vacatur_how", 0.9))
    assert (turn.replies[0].kind == "declined") is declined


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("disculpe, me deben tres quincenas", "me deben tres quincenas"),
        ("Good morning, quick question: who posts it?", "who posts it?"),
        ("hola", "hola"), ("hi there", "hi there"), ("hello again", "hello again"),
    ],
)
def test_a_greeting_does_not_hide_the_question_behind_it(text: str, rest: str) -> None:
    assert without_courtesy(text) == rest


@pytest.mark.parametrize(
    ("text", "lang"),
    [
        ("no me dejaban salir", "es"), ("art. 53a-82", "es"), ("borrar record", "es"), ("me pegaba", "es"),
        ("section 53a-192a(q)", None), ("coercion", None), ("54-193", None), ("what is a class e felony", "en"),
    ],
)
def test_short_messages_are_told_apart_by_language(text: str, lang: str | None) -> None:
    assert language.detect(text) == lang


def test_the_same_question_for_another_age_stays_the_same_question(desk: Desk) -> None:
    memory = Memory(lang="en", topic="offense_soliciting", cites=("53a-83",))
    assert ask(desk, "and if she is 16?", ("defense_minor_prostitution", 0.9), memory=memory).memory.topic == "offense_buying_minor"
    assert ask(desk, "and if she is 19?", ("defense_minor_prostitution", 0.9), memory=memory).memory.topic == "offense_soliciting"


def test_a_history_leads_with_the_change_that_is_asked_about(desk: Desk) -> None:
    reply = provision.history(desk, "53a-192a", "en", "when did trafficking become a class a felony")
    assert reply.lines[0].text.startswith("October 1, 2017")
    assert {line.text for line in reply.lines} == {line.text for line in provision.history(desk, "53a-192a", "en").lines}


def test_a_short_question_that_the_last_answer_speaks_to_is_about_that_answer(desk: Desk) -> None:
    memory = Memory(lang="en", topic="address_confidentiality", cites=("54-240a",))
    turn = ask(desk, "who runs the program", ("training_program", 0.95), ("address_confidentiality", 0.01), memory=memory)
    assert turn.memory.topic == "address_confidentiality"


def test_a_short_question_that_names_the_crime_is_not_about_what_was_talked_about(desk: Desk) -> None:
    memory = Memory(lang="en", topic="posting_who", cites=("54-234a(a)",))
    assert ask(desk, "what is the penalty for trafficking", ("penalty", 0.95), memory=memory).memory.topic == "penalty"
    assert ask(desk, "what is the penalty", ("penalty", 0.95), memory=memory).memory.topic == "posting_penalty"


def test_of_two_likely_topics_the_one_that_turns_on_what_is_named_is_meant(desk: Desk) -> None:
    turn = ask(desk, "do nail salons have to post the notice", ("posting_history", 0.53), ("posting_who", 0.44))
    assert turn.replies[0].title == "Does a nail salon have to post the notice?"
    turn = ask(desk, "since when do nail salons have to post the notice", ("posting_history", 0.9), ("posting_who", 0.1))
    assert turn.replies[0].topic == "posting_history"
