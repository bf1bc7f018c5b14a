"""STOP, START, HELP and DELETE by text, as phone companies and this project's users mean them."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.desk import Desk
from bot.law.content import LANGUAGES
from bot.nlp.folding import fold
from bot.safety import wording
from gateway.sms import keywords
from tests.running import Bot
from tests.texting import (
    CASE_WORDS,
    HOTLINE,
    RESERVED,
    TEXT_LINE,
    held,
    leads_with_the_numbers,
    phone,
)


@pytest.mark.parametrize("word", ["STOP", "Stop.", "stop please", "please stop", "STOPALL", "stop all", "UNSUBSCRIBE", "cancel", "END", "quit!",
                                  "REVOKE", "OPTOUT", "opt-out", "PARE", "¡ALTO!", "alto por favor", "no me escriba más", "Cancelar"])
def test_who_opts_out_gets_one_confirmation_with_the_numbers_and_then_silence(texted: Bot, word: str) -> None:
    caller = phone(texted)
    (confirmed,) = held(caller.text(word))
    assert "911" in confirmed and HOTLINE in confirmed and TEXT_LINE in confirmed
    assert not CASE_WORDS.search(confirmed)
    for silent in (word, "what is coercion", "1", "MORE", "DELETE", ""):
        assert caller.text(silent) == []
    (started,) = caller.text("INICIAR" if keywords.read(word).lang == "es" else "START")  # type: ignore[union-attr]
    assert "911" in started
    assert "§" in caller.text("what is coercion")[-1]


@pytest.mark.parametrize("word", ["START", "unstop", "YES", "iniciar", "Reanudar", "sí"])
def test_each_word_that_opts_in_again_does(texted: Bot, word: str) -> None:
    caller = phone(texted)
    caller.text("STOP")
    assert len(caller.text(word)) == 1
    assert caller.text("menu")


def test_the_answer_yes_is_no_order_to_someone_who_never_opted_out(texted: Bot) -> None:
    caller = phone(texted)
    caller.text("check if my record qualifies for vacatur, ask me the questions")
    assert "2/" in caller.text("yes")[0]


@pytest.mark.parametrize(("word", "lang"), [("HELP", "en"), ("info", "en"), ("Help!", "en"), ("AYUDA", "es"), ("información", "es")])
def test_help_leads_with_the_numbers_and_says_who_this_is(texted: Bot, word: str, lang: str) -> None:
    (said,) = held(phone(texted).text(word))
    assert leads_with_the_numbers(said)
    wanted = {"en": ("Charter Oak", "not a lawyer", "data rates may apply", "STOP", "DELETE"),
              "es": ("Charter Oak", "no un abogado", "Puede haber cargos", "ALTO", "BORRAR")}[lang]
    assert all(part in said for part in wanted)


def test_please_help_is_a_cry_and_no_keyword(texted: Bot) -> None:
    (answer,) = phone(texted).text("please help me")
    assert answer == wording.say("sms.emergency_danger", "en")


@pytest.mark.parametrize(("kind", "silent_after"), [("STOP", True), ("START", False), ("HELP", False)])
def test_where_twilio_has_answered_a_keyword_nothing_is_added_and_the_list_follows(texted: Bot, kind: str, silent_after: bool) -> None:
    caller = phone(texted)
    assert caller.text(kind, OptOutType=kind) == []
    assert (caller.text("menu") == []) == silent_after


@pytest.mark.parametrize("word", ["DELETE", "borrar", "Delete please", "Borrar todo", "please forget what I wrote here"])
def test_delete_forgets_the_conversation_and_says_what_stays(texted: Bot, word: str) -> None:
    caller = phone(texted)
    caller.text("how do i get my old conviction vacated")
    (said,) = held(caller.text(word))
    assert "Twilio" in said
    assert "No chat is open" in caller.text("1")[0]
    assert "54-95c" not in caller.text("and how long do i have?")[-1]


def test_to_erase_a_record_is_a_question_of_law_and_no_order(texted: Bot) -> None:
    answer = phone(texted).text("borrar mis antecedentes")[-1]
    assert "§ 54-" in answer or "1 " in answer
    assert "olvidado" not in answer


@given(st.sampled_from(["stop", "alto", "delete", "más", "menú"]), st.data())
@settings(max_examples=150)
def test_case_accents_signs_and_courtesy_do_not_hide_a_keyword(word: str, data: st.DataObject) -> None:
    wanted = keywords.read(word)
    assert wanted is not None
    dressed = "".join(data.draw(st.sampled_from([char, char.upper(), fold(char)])) for char in word)
    before, after = data.draw(st.text(" ¡¿!.,\n", max_size=4)), data.draw(st.text(" !.,…😀\n", max_size=4))
    courtesy = data.draw(st.sampled_from(["", " please", " por favor", ", gracias"]))
    assert keywords.read(f"{before}{dressed}{courtesy}{after}") == wanted


@given(st.sampled_from(["stop", "alto", "delete", "borrar", "help", "ayuda", "start", "cancel"]),
       st.sampled_from(["my record", "hurting", "him", "mis antecedentes", "el récord", "abuse", "a lawsuit", "it from happening"]))
def test_a_keyword_inside_a_sentence_is_no_order(word: str, rest: str) -> None:
    assert keywords.read(f"{word} {rest}") is None


def test_no_word_that_phone_companies_reserve_is_needed_in_dialogue(desk: Desk) -> None:
    steering = {}
    for lang in LANGUAGES:
        own = wording.of_file("sms", lang)
        for order in ("more", "simpler", "menu", "back", "done"):
            steering |= {word.strip(): order for word in own[f"words_{order}"].split(",")}
        asked = " ".join([own["greeting"], own["pick"], own["unsure"], own["more"], own["deeper"], desk.say(lang, "interviews.how_to_steer"),
                          desk.say(lang, "interviews.taken")])
        assert not RESERVED & set(re.findall(r"\b[A-Z]{3,}\b", asked))
    assert not RESERVED & {word.upper() for word in steering}
