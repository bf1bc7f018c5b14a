"""Text messages: requests signed as Twilio signs them, over HTTP, against the real running bot."""

from __future__ import annotations

import asyncio
import itertools
import json
import re
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from bot import launch, paths, service
from bot.answers import provision, topic
from bot.desk import Desk
from bot.interviews import result as results
from bot.interviews.walk import walk
from bot.law.content import LANGUAGES
from bot.nlp.folding import fold
from bot.render import sms as rendering
from bot.render.segments import is_gsm, segments
from bot.reply import Choice, Line, Memory, Question, Reply
from bot.safety import wording
from bot.sms_client import PATH, Phone, messages
from gateway.app import create_app
from gateway.sessions import Session, Sessions
from gateway.settings import BadSetting, Settings
from gateway.sms import keywords
from gateway.sms.optouts import FileOptOuts
from gateway.sms.replays import Replays
from gateway.sms.senders import Senders
from gateway.stores.memory import MemoryStore
from tests import stories
from tests import test_plain_words as plain_words
from tests.running import Bot, free_port, start

TOKEN, SITE = "a-token-for-tests", "https://bot.example.org"
HOTLINE, TEXT_LINE = "1-888-373-7888", "233733"
DANGER = {"en": "he is outside my door with a knife", "es": "él está afuera de mi puerta con un cuchillo"}
CASE_WORDS = re.compile(r"traffick|trata\b|prostitu|vacat|anular|victim|víctima|sex", re.I)
RESERVED = {"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT", "REVOKE", "OPTOUT", "START", "UNSTOP", "YES", "HELP", "INFO"}
HINTS = ("more", "more_brief", "more_changed", "more_changed_brief")
_numbers = itertools.count(1000)


def phone(bot: Bot, number: str = "") -> Phone:
    return Phone(bot.url, TOKEN, SITE, number or f"+1203555{next(_numbers)}")


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("state")


@pytest.fixture(scope="module")
def texted(tmp_path_factory: pytest.TempPathFactory, state: Path) -> Iterator[Bot]:
    """The real bot with texts set up."""
    with start(tmp_path_factory.mktemp("texted"), TWILIO_AUTH_TOKEN=TOKEN, PUBLIC_URL=SITE, STATE_DIR=str(state), RATE_PER_SENDER="60") as running:
        yield running


def held(texts: list[str]) -> list[str]:
    """The texts, each of which must go out in three segments."""
    for text in texts:
        assert segments(text).count <= 3, text
    return texts


def leads_with_the_numbers(text: str) -> bool:
    return "911" in text[:60] and HOTLINE in text and TEXT_LINE in text


# -- who may post ---------------------------------------------------------------------


def test_a_signed_question_is_answered_with_its_section_after_the_line_that_says_what_this_is(texted: Bot) -> None:
    intro, answer = held(phone(texted).text("how do i get my old conviction vacated"))
    assert answer.startswith("Info:\n")
    assert "§ 54-95c(a), (b)" in answer
    for said in ("automated", "not a lawyer", "Connecticut", "sees this phone", "DELETE", "STOP", "HELP", "911"):
        assert said in intro
    assert segments(intro).count <= 2


def test_a_forged_a_missing_and_a_foreign_signature_are_refused_with_the_numbers(texted: Bot) -> None:
    caller = phone(texted)
    form = caller.form("do nail salons have to post the notice")
    signed = RequestValidator(TOKEN).compute_signature(SITE + PATH, form)
    refused = [
        caller.post(form, ""), caller.post(form, "made up"),
        caller.http.post(f"{texted.url}{PATH}", data=form, headers=[(b"x-twilio-signature", b"\xf1\xff")]),
        caller.post({**form, "Body": "something else"}, signed), caller.post({**form, "Added": "field"}, signed),
        caller.post(form, RequestValidator("another token").compute_signature(SITE + PATH, form)),
        caller.post(form, RequestValidator(TOKEN).compute_signature(f"{texted.url}{PATH}", form)),
        caller.http.post(f"{texted.url}{PATH}", content=b"\xff\xfe not a form", headers={"X-Twilio-Signature": signed}),
    ]
    for response in refused:
        assert response.status_code == 403
        assert response.json()["error"] == "not_twilio"
        assert HOTLINE in response.json()["help"]
    assert caller.post(form, signed).status_code == 200


def test_no_header_of_a_stranger_changes_the_address_that_is_signed(texted: Bot) -> None:
    caller = phone(texted)
    form = caller.form("hello")
    theirs = RequestValidator(TOKEN).compute_signature(f"https://evil.example{PATH}", form)
    headers = {"X-Twilio-Signature": theirs, "X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https", "Host": "evil.example"}
    assert caller.http.post(f"{texted.url}{PATH}", data=form, headers=headers).status_code == 403


def test_a_query_in_the_webhooks_address_is_signed_with_it(texted: Bot) -> None:
    caller = phone(texted)
    form = caller.form("menu")
    signed = RequestValidator(TOKEN).compute_signature(f"{SITE}{PATH}?line=1", form)
    headers = {"X-Twilio-Signature": signed}
    assert caller.http.post(f"{texted.url}{PATH}?line=1", data=form, headers=headers).status_code == 200
    assert caller.http.post(f"{texted.url}{PATH}?line=2", data=form, headers=headers).status_code == 403


def test_a_body_too_large_to_be_a_text_is_refused_with_the_numbers(texted: Bot) -> None:
    response = phone(texted).http.post(f"{texted.url}{PATH}", content=b"Body=" + b"x" * 200_000)
    assert response.status_code == 413
    assert HOTLINE in response.json()["help"]


@pytest.mark.parametrize("missing", [{}, {"twilio_auth_token": TOKEN}, {"public_url": SITE}])
def test_without_token_and_public_address_the_route_is_off_and_the_start_says_so(
    missing: dict[str, str], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with TestClient(create_app(Settings(secret="s", **missing))) as client:  # type: ignore[arg-type]
        response = client.post(PATH, data={"Body": "hello"})
    assert response.status_code == 404
    assert "not set up" in response.json()["message"]
    assert "text messages are off" in caplog.text
    for name, value in (("TWILIO_AUTH_TOKEN", missing.get("twilio_auth_token", "")), ("PUBLIC_URL", missing.get("public_url", ""))):
        monkeypatch.setenv(name, value)
    assert "Text messages: off" in launch._text_messages()


def test_the_start_says_where_texts_are_taken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWILIO_AUTH_TOKEN", TOKEN)
    monkeypatch.setenv("PUBLIC_URL", f"{SITE}/")
    assert launch._text_messages() == f"Text messages: on, for Twilio at {SITE}{PATH}"


# -- the same message again -------------------------------------------------------------


def test_a_replay_gets_the_same_answer_and_takes_no_second_turn(texted: Bot) -> None:
    caller = phone(texted)
    caller.text("how much can i sue my trafficker for")
    form = caller.form("more")
    first = caller.post(form)
    assert [caller.post(form).text for _ in range(3)] == [first.text] * 3
    assert caller.text("more") != messages(first.text)


def test_two_copies_at_the_same_moment_take_one_turn(texted: Bot) -> None:
    caller = phone(texted)
    form = caller.form("what is coercion")
    with ThreadPoolExecutor(4) as pool:
        answers = {response.text for response in pool.map(lambda _: caller.post(form), range(4))}
    assert len(answers) == 1
    assert len(messages(answers.pop())) == 2


def test_a_replay_after_delete_gets_nothing_of_what_was_forgotten(texted: Bot) -> None:
    caller = phone(texted)
    form = caller.form("how do i get my old conviction vacated")
    assert "54-95c" in caller.post(form).text
    caller.text("DELETE")
    assert messages(caller.post(form).text) == []


def test_an_old_replay_is_met_with_silence_and_the_memory_of_messages_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    now, made = 0.0, []

    async def make() -> tuple[str, ...]:
        made.append(now)
        return ("answer",)

    async def walk_through() -> None:
        nonlocal now
        store = MemoryStore(clock=lambda: now)
        replays = Replays(store, b"key")
        first = replays.mark("SM1")
        assert await replays.once(first, make) == ("answer",)
        assert await replays.once(first, make) == ("answer",)
        now += 11 * 60
        assert await replays.once(first, make) == ()
        assert len(made) == 1
        now += 25 * 60 * 60
        assert await replays.once(first, make) == ("answer",)
        monkeypatch.setattr("gateway.stores.memory.MOST", 10)
        for number in range(100):
            await replays.once(replays.mark(f"SM-{number}"), make)
        kept = [name for kind in store._kinds.values() for name in kind]
        assert 0 < len(kept) <= 20
        assert not any("SM" in name for name in kept)

    asyncio.run(walk_through())


# -- danger ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("before", [[], ["hello"], ["how do i get my old conviction vacated", "1"], ["STOP"], ["DELETE"], ["hello"] * 65],
                         ids=["at first", "in a chat", "in an interview", "after STOP", "after DELETE", "in a flood"])
def test_someone_in_danger_gets_the_numbers_in_every_state_and_no_word_of_the_subject(texted: Bot, lang: str, before: list[str]) -> None:
    caller = phone(texted)
    for text in before:
        caller.text(text)
    (answer,) = held(caller.text(DANGER[lang]))
    assert leads_with_the_numbers(answer)
    assert not CASE_WORDS.search(answer)


def test_each_kind_of_danger_has_words_of_this_channel_in_both_languages(texted: Bot) -> None:
    said = {"suicide": "i want to kill myself", "child": "a man is raping my daughter", "held": "they took my passport and locked me in"}
    answers = {kind: phone(texted).text(text)[0] for kind, text in said.items()}
    assert "988" in answers["suicide"]
    assert "1-800-842-2288" in answers["child"]
    assert len(set(answers.values())) == 3
    for answer in answers.values():
        assert leads_with_the_numbers(answer) or answer.startswith("I am glad you wrote. Call 911")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_danger_that_only_the_understanding_heard_comes_before_an_answer_that_was_late(desk: Desk, lang: str) -> None:
    late = provision.card(desk, "54-95c", lang)
    said = Reply(kind="emergency", lang=lang, lines=(Line(wording.emergency("held", lang), kind="note"),),
                 choices=(Choice("interview:resume", desk.say(lang, "interviews.resume")),))
    first = rendering.render([late, said], SITE).pages[0].text
    assert first.startswith(wording.say("sms.emergency_held", lang))
    assert f"1 {desk.say(lang, 'interviews.resume')}" in rendering.render([said], SITE).pages[0].text


def test_danger_leaves_the_questions_under_way_where_they_are(texted: Bot) -> None:
    caller = phone(texted)
    caller.text("check if my record qualifies for vacatur, ask me the questions")
    caller.text("1")
    assert "911" in caller.text(DANGER["en"])[0]
    assert "3/" in caller.text("1")[0]


def test_danger_in_an_odd_request_is_answered_all_the_same(texted: Bot) -> None:
    caller = phone(texted)
    for fields in ({"From": ""}, {"From": "12345"}, {"From": "whatsapp:+12035550199"}, {"MessageSid": "", "SmsSid": "", "SmsMessageSid": ""},
                   {"NumMedia": "1"}, {"OptOutType": "STOP"}):
        assert leads_with_the_numbers(caller.text(DANGER["en"], **fields)[0])


# -- keywords ---------------------------------------------------------------------------


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


# -- odd messages -----------------------------------------------------------------------


@pytest.mark.parametrize(("body", "fields", "says"), [
    ("", {"NumMedia": "1", "MediaUrl0": "https://api.twilio.com/x", "MediaContentType0": "image/jpeg"}, "Only words can be read"),
    ("", {}, "did not get any words"),
    ("   \n", {}, "did not get any words"),
    ("what is coercion", {"NumMedia": "2"}, "53a-192"),
    ("😀" * 400, {}, "words only"),
    ("🔥🔥🔥", {"NumMedia": "x"}, "words only"),
    ("tell me about wages " * 80, {}, "."),
    ("x" * 5000, {}, "too long"),
    ("我需要帮助", {}, "English and Spanish"),
    ("what is coercion", {"From": "whatsapp:+12035550142"}, "53a-192"),
    ("what is coercion", {"From": "+525512345678"}, "53a-192"),
    ("what is coercion", {"From": " +44 7700 900123 "}, "53a-192"),
    ("what is coercion", {"MessageSid": "", "SmsSid": "", "SmsMessageSid": ""}, "53a-192"),
    ('/inform{"lang":"es"}', {}, "."),
    ("<Message>&\x00\x07", {}, "."),
])
def test_an_odd_message_gets_a_kind_answer(texted: Bot, body: str, fields: dict[str, str], says: str) -> None:
    answers = held(phone(texted).text(body, **fields))
    assert re.search(says, answers[-1])


@pytest.mark.parametrize("fields", [
    {"From": ""}, {"From": "12345"}, {"From": "262966"}, {"From": "MYBANK"}, {"From": "+18605550100"}, {"SmsStatus": "delivered"},
    {"MessageStatus": "sent"},
])
def test_a_machine_a_status_report_and_our_own_number_are_not_answered(texted: Bot, fields: dict[str, str]) -> None:
    assert phone(texted).text("menu", **fields) == []


def test_a_reaction_to_one_of_our_texts_is_not_taken_for_a_question(texted: Bot) -> None:
    caller = phone(texted)
    caller.text("what is coercion")
    for reaction in ("Liked “Info: It is making someone do”", 'Le encantó "Info:"', "Reacted to “Info: It is”"):
        assert caller.text(reaction) == []


def test_a_form_without_any_field_is_answered_without_an_error(texted: Bot) -> None:
    response = phone(texted).post({})
    assert response.status_code == 200
    assert messages(response.text) == []


def test_a_flood_from_one_phone_gets_one_notice_and_then_silence_and_no_other_phone_notices(texted: Bot) -> None:
    caller, other = phone(texted), phone(texted)
    answers = [tuple(caller.text("what is coercion")) for _ in range(90)]
    notice = wording.say("sms.too_many", "en")
    assert answers.count((notice,)) == 1
    place = answers.index((notice,))
    assert all("53a-192" in answer[-1] for answer in answers[:place])
    assert set(answers[place + 1 :]) == {()}
    assert "911" in notice and HOTLINE in notice
    assert "53a-192" in other.text("what is coercion")[-1]
    assert caller.text("STOP")


def test_two_texts_at_once_from_one_phone_are_both_answered(texted: Bot) -> None:
    caller = phone(texted)
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda text: held(caller.text(text)), ["what is coercion", "how much can i sue my trafficker for"]))
    assert "53a-192" in both[0][-1]
    assert "52-571i" in both[1][-1]
    assert sorted(len(answers) for answers in both) == [1, 2]  # introduced once


# -- pages, numbers, steering ------------------------------------------------------------


def drained(caller: Phone, answers: list[str], word: str = "MORE") -> list[str]:
    """The answer's pages, turned until the last."""
    pages = [answers[-1]]
    while _hint(pages[-1]):
        pages += held(caller.text(word))
    return pages


def test_more_turns_the_pages_and_then_asks_the_core_for_detail(texted: Bot) -> None:
    caller = phone(texted)
    pages = drained(caller, caller.text("54-95c"))
    text = " ".join(page.removeprefix("Info:\n") for page in pages)
    for pin in ("(a)", "(b)", "(c)", "(e)"):
        assert f"§ 54-95c{pin}" in text
    assert f"{SITE}/law/54-95c" in pages[0]
    caller.text("how much can i sue my trafficker for")
    last = drained(caller, caller.text("how much can i sue my trafficker for"))[-1]
    assert last.endswith("Reply MORE for details.")
    assert "52-571i" in " ".join(drained(caller, caller.text("more")))


@pytest.mark.parametrize(("first", "words"), [
    ("how do i get my old conviction vacated", ["MORE", "more", "More please"]),
    ("como anulo una condena vieja por prostitucion", ["MÁS", "mas", "SIGA", "más por favor"]),
])
def test_every_form_of_more_turns_the_same_page(texted: Bot, first: str, words: list[str]) -> None:
    turned = set()
    for word in words:
        caller = phone(texted)
        caller.text(first)
        turned.add(tuple(caller.text(word)))
    assert len(turned) == 1


def test_a_number_picks_what_was_offered_and_the_list_stays_good_while_pages_turn(texted: Bot) -> None:
    caller = phone(texted)
    offered = caller.text("how do i get my old conviction vacated")[-1]
    label = re.search(r"^4 (.+)$", offered, re.M)
    assert label and "deadline" in label[1]
    drained(caller, [offered])
    caller.text("more")  # detail without a list of its own
    assert "no deadline" in caller.text("4.")[0]


def test_a_number_that_was_not_offered_or_not_shown_yet_is_told_so(texted: Bot) -> None:
    caller = phone(texted)
    offered = caller.text("como anulo una condena vieja por prostitucion")[-1]
    assert "1 " not in offered
    assert caller.text("1") == [wording.say("sms.not_shown_yet", "es")]
    caller.text("MÁS")
    assert caller.text("9") == [wording.say("sms.no_such_number", "es")]
    assert "1/9" in caller.text("1")[0]


@pytest.mark.parametrize("word", ["1", "2.", "#3", "1️⃣", "MORE", "MÁS", "BACK", "atrás", "DONE", "listo", "simpler"])
def test_a_steering_word_after_the_chat_has_expired_is_told_so_and_starts_nothing(texted: Bot, word: str) -> None:
    (said,) = held(phone(texted).text(word))
    assert "No chat is open" in said and "No hay un chat abierto" in said


@pytest.mark.parametrize(("first", "word", "says"), [
    ("what is coercion", "MENU", "Here is what I can tell you"), ("what is coercion", "menu please", "Here is what I can tell you"),
    ("what is coercion", "BACK", "Here is what I can tell you"), ("what is coercion", "DONE", "Take care"),
    ("what is coercion", "SIMPLER", "53a-192"), ("qué es la coacción", "MENÚ", "Puedo ayudarle con esto"),
    ("qué es la coacción", "menu", "Puedo ayudarle con esto"), ("qué es la coacción", "ATRÁS", "Puedo ayudarle con esto"),
    ("qué es la coacción", "atras", "Puedo ayudarle con esto"), ("qué es la coacción", "LISTO", "Cuídese"),
    ("qué es la coacción", "MÁS SIMPLE", "metiéndole miedo"), ("qué es la coacción", "mas facil", "metiéndole miedo"),
    ("qué es la coacción", "DONE", "Cuídese"), ("qué es la coacción", "MENU", "Puedo ayudarle con esto"),
])
def test_a_steering_word_works_by_text_and_keeps_the_language(texted: Bot, first: str, word: str, says: str) -> None:
    caller = phone(texted)
    caller.text(first)
    assert says in caller.text(word)[0]


@pytest.mark.parametrize(("first", "steps"), [
    ("check if my record qualifies for vacatur, ask me the questions",
     [("1", "2/"), ("MORE", "2/"), ("simpler", "2/"), ("BACK", "1/"), ("WHY", "1/"), ("skip", "2/"), ("done", "1 Go on"), ("1", "2/"),
      ("MENU", "1 Go on"), ("resume", "2/")]),
    ("pregúnteme para ver si mi récord califica para anular",
     [("1", "2/"), ("MÁS", "2/"), ("ATRAS", "1/"), ("POR QUÉ", "1/"), ("Saltar", "2/"), ("LISTO", "1 Seguir"), ("1", "2/"), ("MENÚ", "1 Seguir"),
      ("seguir", "2/")]),
])
def test_every_steering_word_of_an_interview_works_by_text(texted: Bot, first: str, steps: list[tuple[str, str]]) -> None:
    caller = phone(texted)
    answers = caller.text(first)
    while "MÁS" in answers[-1].rpartition("\n")[2]:
        answers = caller.text("MÁS")
    for word, says in steps:
        assert says in " ".join(held(caller.text(word))), word


def test_what_this_is_is_said_once_a_conversation(texted: Bot) -> None:
    caller = phone(texted)
    assert [len(caller.text(text)) for text in ("hola", "menu", "what is coercion")] == [2, 1, 1]
    caller.text("DELETE")
    assert len(caller.text("hola")) == 2


def test_the_chats_of_two_phones_never_mix(texted: Bot) -> None:
    one, two = phone(texted), phone(texted)
    one.text("how do i get my old conviction vacated")
    two.text("what is coercion")
    assert "54-95c" not in " ".join(two.text("more"))


# -- whole interviews by number --------------------------------------------------------------


def by_number(desk: Desk, name: str, lang: str, pick: int) -> Iterator[tuple[str, list[Reply]]]:
    """What a phone sends in an interview in which the same number is always picked, and what the core answers."""
    start_choice = f"interview:{name}"
    turn = service.respond(desk, Question(text="", choice=start_choice, channel="sms", memory=Memory(lang=lang)))
    yield "", list(turn.replies)
    for _ in range(stories.MOST_TURNS):
        if turn.replies[-1].kind != "question":
            return
        choices = [choice for choice in turn.replies[-1].choices if choice.id != "answer:unsure"]
        step = walk(desk.store.interviews[name], turn.memory.given).next
        assert step is not None
        if choices:
            number = min(pick, len(choices))
            text, question = str(number), Question(text="", choice=choices[number - 1].id, channel="sms", memory=turn.memory)
        else:
            text = "2022" if step.kind == "date" else "90"
            question = Question(text=text, channel="sms", memory=turn.memory)
        turn = service.respond(desk, question)
        yield text, list(turn.replies)
    raise AssertionError("the interview does not end")


@pytest.mark.parametrize("pick", [1, 2, 3])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["vacatur", "damages", "posting", "defense", "training"])
def test_a_whole_interview_is_walked_by_numbers_alone_to_the_cores_result(texted: Bot, desk: Desk, name: str, lang: str, pick: int) -> None:
    caller = phone(texted)
    title = desk.store.interview_words[lang][name].title
    caller.text("menu" if lang == "en" else "temas en español por favor")
    sent = [title, *(text for text, _ in itertools.islice(by_number(desk, name, lang, pick), 1, None))]
    opening = {"en": {"vacatur": "check if my record qualifies for vacatur, ask me the questions", "damages": "calculate my damages with me",
                      "posting": "go through the posting list with me for my business", "defense": "run the defense finder with me",
                      "training": "work out my training deadline"},
               "es": {"vacatur": "pregúnteme para ver si mi récord califica para anular", "damages": "sáqueme la cuenta de mis daños",
                      "posting": "revise mi negocio conmigo para lo del aviso", "defense": "pregúnteme para ver qué defensa tengo",
                      "training": "calcule la fecha límite de mi capacitación"}}[lang][name]
    sent[0] = opening
    for text, (_, replies) in zip(sent, by_number(desk, name, lang, pick), strict=True):
        (said,) = held(caller.text(text))
        pages = rendering.render(replies, SITE).pages
        assert said == pages[0].text
    assert replies[-1].kind == "result"
    pages_read = drained(caller, [said], "MÁS" if lang == "es" else "MORE")
    assert len(pages_read) == len(pages)
    paper = next(number for number, choice in enumerate(replies[-1].choices, 1) if choice.id == "result:paper")
    (where,) = held(caller.text(str(paper)))
    assert where.endswith(SITE)


# -- three segments ----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_topic_is_answered_inside_three_segments_over_the_gateway(texted: Bot, desk: Desk, lang: str) -> None:
    split = []
    topics = [name for name in desk.store.topics if desk.store.answer(name, lang)]
    assert len(topics) > 100
    for place, name in enumerate(topics):
        if place % 15 == 0:  # no phone reaches its limit
            caller = phone(texted)
            caller.text("hello" if lang == "en" else "hola")
            caller.text("in english please" if lang == "en" else "en español por favor")
        (page,) = held(caller.text(desk.store.answer(name, lang).title))  # type: ignore[union-attr]
        assert page.startswith("Info:\n")
        core = topic.answer(desk, name, lang, "", "short")
        assert core is not None
        said = [unit.text for unit in rendering.sentences(core.lines, lang)]  # with their cites
        if not all(text in page for text in said):
            split.append(name)
    assert len(split) <= 1, split  # a short answer beside the line of a changed law


def test_every_document_behind_a_sentence_is_named_and_not_by_its_file(desk: Desk) -> None:
    for lang in LANGUAGES:
        for replies in everything(desk, lang):
            for reply in replies:
                for cite in (cite for line in reply.lines for cite in line.cites):
                    (unit,) = rendering.sentences((Line("", (cite,)),), lang)
                    assert not re.search(r"[a-z]-(?:[a-z]|\d{4})", unit.text), unit.text


def rendered(replies: list[Reply]) -> list[str]:
    return [page.text for page in rendering.render(replies, SITE).pages]


@cache
def everything(desk: Desk, lang: str) -> list[list[Reply]]:
    return list(_everything(desk, lang))


def _everything(desk: Desk, lang: str) -> Iterator[list[Reply]]:
    """Every reply of the core that a text can bring: answers of every length and variant, cards, history, differences, interviews."""
    for name, known in desk.store.topics.items():
        for variant in ("", *desk.store.terms.get(known.subject, {})):
            found = [topic.answer(desk, name, lang, variant, "short")]
            if not variant:
                found += [topic.answer(desk, name, lang, variant, length) for length in ("full", "simple")]
                found += [topic.further(desk, name, lang, variant, told) for told in (0, 1)]
            yield from ([reply] for reply in found if reply)
    for section in desk.store.section_ids:
        yield [provision.card(desk, section, lang)]
        yield [provision.history(desk, section, lang)]
        for text in (f"who says {section} differs", f"where do the documents differ on {section}", f"{section} on june 1 2012"):
            yield list(service.respond(desk, Question(text=text, channel="sms", memory=Memory(lang=lang, lang_chosen=True))).replies)
    for name, interview in desk.store.interviews.items():
        for pick in (1, 2):
            for _, replies in by_number(desk, name, lang, pick):
                yield replies
        for story in (story for story in stories.stories() if story.interview == name and story.lang == lang):
            memory = stories.play(desk, story)
            facts = walk(interview, memory.given).facts
            yield [results.reply(desk, interview, facts, lang)]
            yield [results.why_reply(desk, interview, memory.given, lang)]
            yield from ([results.part_reply(desk, interview, facts, part, lang)] for part in ("steps", "effects", "alternatives", "unknown"))


@cache
def all_pages(desk: Desk, lang: str) -> list[str]:
    return [page for replies in everything(desk, lang) for page in rendered(replies)]


def test_whatever_the_core_says_in_english_stays_in_the_gsm_alphabet_and_in_three_segments_a_page(desk: Desk) -> None:
    pages = all_pages(desk, "en")
    assert len(pages) > 1000
    for page in pages:
        assert is_gsm(page), [char for char in page if not is_gsm(char)]
        assert segments(page).count <= 3


def test_whatever_the_core_says_in_spanish_keeps_its_accents_and_three_segments_a_page(desk: Desk) -> None:
    pages = all_pages(desk, "es")
    assert all(segments(page).count <= 3 for page in pages)
    assert sum("ó" in page for page in pages) > 500
    assert not any(re.search("[’“”—–•]", page) for page in pages)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_lose_no_sentence_no_choice_and_no_notice(desk: Desk, lang: str) -> None:
    for replies in everything(desk, lang)[::11]:
        if any(reply.kind == "choices" or reply.document for reply in replies):
            continue
        flat = re.sub(r"\W", "", " ".join(page.partition("\n")[2].removesuffix(_hint(page)) for page in rendered(replies)))
        for reply in replies:
            for text in [*(line.text for line in reply.lines), *(choice.label for choice in replies[-1].choices if choice.id != "answer:unsure")]:
                assert re.sub(r"\W", "", rendering.fold(text, lang)) in flat, text


def _hint(page: str) -> str:
    last = page.rpartition("\n")[2]
    return last if last in {wording.say(f"sms.{key}", lang) for key in HINTS for lang in LANGUAGES} else ""


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_line_of_every_reply_says_nothing_of_the_subject(desk: Desk, lang: str) -> None:
    assert all(page.startswith("Info:\n") for page in all_pages(desk, lang))
    for key, text in wording.of_file("sms", lang).items():
        if not key.startswith(("words_", "reactions", "courtesy")):
            assert not CASE_WORDS.search(text), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_on_a_law_that_has_changed_since_says_so_on_its_first_page(desk: Desk, lang: str) -> None:
    marked = 0
    for name in desk.store.topics:
        reply = topic.answer(desk, name, lang, "", "short")
        if reply and any(notice.kind == "review" for notice in reply.notices):
            page = rendered([reply])[0]
            assert re.search("26-98|changed|ambió", page) or segments(page).units > 190, name
            marked += bool(re.search("26-98|changed|ambió", page))
    assert marked >= 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_channels_own_words_fit_and_cost_little(lang: str) -> None:
    own = {key: text for key, text in wording.of_file("sms", lang).items() if not key.startswith(("words_", "reactions", "courtesy"))}
    for key, text in own.items():
        assert segments(text).count <= (2 if key == "intro" else 3), key
        assert lang == "es" or is_gsm(text), key
        assert is_gsm(text) or not key.startswith(("emergency", "intro", "help", "stopped", "unavailable", "too_many")), f"{key} costs double"
    for key in ("unavailable", "too_many", "expired", "picture", "no_such_number"):
        both = "\n".join(wording.say(f"sms.{key}", each) for each in LANGUAGES)
        assert segments(both).count <= 3, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_channels_own_words_are_plain(lang: str) -> None:
    for key, text in wording.of_file("sms", lang).items():
        if key.startswith(("words_", "reactions", "courtesy", "source_")):
            continue
        for sentence in re.split(r"(?<=[.!?:;])\s+", plain_words.past_the_names(text)):
            if len(sentence.split()) <= plain_words.TOO_SHORT_TO_GRADE:
                continue
            if lang == "en":
                assert plain_words.ENGLISH.flesch_kincaid_grade(sentence) <= plain_words.HARDEST_GRADE, (key, sentence)
            else:
                assert plain_words.SPANISH.fernandez_huerta(sentence) >= plain_words.EASE_OF_ANY_SPANISH_ANSWER, (key, sentence)


def test_a_notice_links_to_the_projects_own_short_page_without_a_full_stop_behind(desk: Desk) -> None:
    reply = topic.answer(desk, "posting_exempt", "en", "", "short")
    assert reply is not None
    text = "\n".join(rendered([reply]))
    assert f"{SITE}/law/54-234a\n" in text
    assert "cga.ct.gov" not in text


# -- when Rasa is slow or gone ---------------------------------------------------------------


class _Slow(BaseHTTPRequestHandler):
    """Stands where Rasa does and answers late, with the text that it was asked."""

    delay = 0.6

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        time.sleep(self.delay)
        reply = {"kind": "info", "lang": "en", "lines": [{"text": f"about {asked['text'] or asked['choice']}", "kind": "note"}],
                 "choices": [{"id": f"topic:{asked['text']}", "label": "this"}]}
        body = json.dumps({"replies": [reply]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def slow() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def post(client: TestClient, caller: Phone, text: str) -> list[str]:
    form = caller.form(text)
    signed = RequestValidator(TOKEN).compute_signature(SITE + PATH, form)
    response = client.post(PATH, data=form, headers={"X-Twilio-Signature": signed})
    assert response.status_code == 200
    return messages(response.text)


def app_with(tmp_path: Path, rasa: str, patience: float) -> TestClient:
    return TestClient(create_app(Settings(
        rasa_url=rasa, secret="s", patience=patience, public_url=SITE, twilio_auth_token=TOKEN, state=tmp_path / "state",
    )))


def test_a_slow_answer_gives_the_numbers_in_time_and_comes_before_the_next(slow: str, tmp_path: Path) -> None:
    caller = Phone("", TOKEN, SITE)
    with app_with(tmp_path, slow, 0.2) as client:
        (first,) = post(client, caller, "one")
        assert "911" in first and HOTLINE in first and "No answer can be given" in first
        time.sleep(1)
        client.app.state.conversations._patience = 5.0  # type: ignore[attr-defined]
        text = "\n".join(post(client, caller, "two"))
    assert text.index("about one") < text.index("about two")


def test_a_turn_that_waits_too_long_for_the_one_before_gives_the_numbers_and_is_not_lost(
    slow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sms.texting.IN_TIME", 0.3)
    caller = Phone("", TOKEN, SITE)
    with app_with(tmp_path, slow, 5) as client:
        assert HOTLINE in post(client, caller, "one")[0]
        time.sleep(1)
        monkeypatch.setattr("gateway.sms.texting.IN_TIME", 5.0)
        text = "\n".join(post(client, caller, "two"))
    assert text.index("about one") < text.index("about two")


def test_two_texts_at_once_are_answered_in_the_order_in_which_they_came(slow: str, tmp_path: Path) -> None:
    caller = Phone("", TOKEN, SITE)
    answers: dict[str, list[str]] = {}
    with app_with(tmp_path, slow, 5) as client:
        asks = [threading.Thread(target=lambda text=text: answers.update({text: post(client, caller, text)})) for text in ("what is it", "1")]  # type: ignore[misc]
        for ask in asks:
            ask.start()
            time.sleep(0.2)  # the first is with Rasa still
        for ask in asks:
            ask.join()
    assert "about what is it" in answers["what is it"][-1]
    assert "about topic:what is it" in answers["1"][0]  # the number was read against the answer that came in between


def test_without_rasa_the_numbers_are_given_in_both_languages(tmp_path: Path) -> None:
    with app_with(tmp_path, f"http://127.0.0.1:{free_port()}", 2) as client:
        (answer,) = held(post(client, Phone("", TOKEN, SITE), "how do i sue"))
    assert "911" in answer and HOTLINE in answer and "No answer" in answer and "Ahora no se puede" in answer


def test_an_error_inside_is_no_silence_and_its_log_holds_no_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app_with(tmp_path, f"http://127.0.0.1:{free_port()}", 2) as client:
        monkeypatch.setattr("gateway.sms.thread.Thread.of", lambda session: {}["zanzibar"])
        (answer,) = post(client, Phone("", TOKEN, SITE, "+12035559999"), "marked words zanzibar")
    assert "911" in answer and HOTLINE in answer
    assert "KeyError" in caplog.text
    assert "zanzibar" not in caplog.text and "5559999" not in caplog.text


def test_where_it_cannot_be_told_who_opted_out_only_danger_help_and_a_chat_under_way_are_answered(
    slow: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    talking, first = Phone("", TOKEN, SITE, "+12035559998"), Phone("", TOKEN, SITE, "+12035559999")
    with app_with(tmp_path, slow, 5) as client:
        assert "about one" in post(client, talking, "one")[-1]
        (tmp_path / "state" / "optouts.db").write_bytes(b"no database " * 100)
        assert client.get("/readyz").status_code == 503
        assert post(client, first, "marked words zanzibar") == []
        assert leads_with_the_numbers(post(client, first, DANGER["es"])[0])
        assert "911" in post(client, first, "HELP")[0]
        assert "about two" in post(client, talking, "two")[-1]
        assert post(client, talking, "STOP") == []  # not confirmed, since it could not be kept
        assert post(client, talking, "three") == []
        assert leads_with_the_numbers(post(client, talking, DANGER["en"])[0])
    assert "it cannot be told who opted out" in caplog.text
    assert "zanzibar" not in caplog.text and "5559999" not in caplog.text


# -- what is kept ----------------------------------------------------------------------------


def test_a_phones_name_changes_each_day_and_yesterdays_is_known_for_four_hours() -> None:
    now = 20_000 * 86_400 + 23 * 3600.0
    store = MemoryStore(clock=lambda: now)

    def names() -> tuple[str, ...]:
        return asyncio.run(Senders(store, clock=lambda: now).names("+12035550100"))

    (evening,) = names()
    assert "2035550100" not in evening
    now += 2 * 3600
    night = names()
    assert night[1] == evening and night[0] != evening
    now += 4 * 3600
    assert names() == night[:1]
    now += 10 * 86_400
    assert not set(names()) & {evening, night[0]}
    asyncio.run(store.sweep())
    assert len(store._kinds["day"]) == 1


def test_a_conversation_goes_on_over_midnight() -> None:
    now = 20_000 * 86_400 + 86_000.0
    store = MemoryStore(clock=lambda: now)
    senders, sessions = Senders(store, clock=lambda: now), Sessions("key", 1800, 14_400, store, clock=lambda: now)

    async def text() -> tuple[Session, bool]:
        session, new = await sessions.named(*await senders.names("+12035550100"))
        await sessions.keep(session)
        return session, new

    session, new = asyncio.run(text())
    assert new
    for _ in range(3):
        now += 1000
        assert asyncio.run(text()) == (session, False)


def test_an_opt_out_survives_delete_and_a_restart_and_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    state = tmp_path / "state"
    environ = {"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": SITE, "STATE_DIR": str(state)}
    with start(tmp_path, **environ) as running:
        caller, other = phone(running), phone(running)
        assert caller.text("ALTO")
        assert caller.text("DELETE") == []
        assert caller.text("menu") == []
        assert other.text("menu")
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for name in ("optouts.db", "optouts.key"):
        assert stat.S_IMODE((state / name).stat().st_mode) == 0o600
        assert caller.number.removeprefix("+1").encode() not in (state / name).read_bytes()
    with start(tmp_path, **environ) as running:
        assert Phone(running.url, TOKEN, SITE, caller.number).text("menu") == []
        assert Phone(running.url, TOKEN, SITE, other.number).text("menu")
        assert Phone(running.url, TOKEN, SITE, f"whatsapp:{caller.number}").text("menu") == []  # the same person
        assert Phone(running.url, TOKEN, SITE, caller.number).text("INICIAR")
        assert Phone(running.url, TOKEN, SITE, caller.number).text("menu")


def test_another_key_than_the_one_that_opt_outs_were_kept_under_stops_the_start(tmp_path: Path) -> None:
    asyncio.run(FileOptOuts(tmp_path, "the first key").add("+12035550100"))
    with pytest.raises(BadSetting, match="another key"):
        FileOptOuts(tmp_path, "another")
    assert asyncio.run(FileOptOuts(tmp_path, "the first key").has("+12035550100"))


def test_a_lost_key_is_noticed_and_none_is_made_in_its_place_quietly(tmp_path: Path) -> None:
    asyncio.run(FileOptOuts(tmp_path).add("+12035550100"))
    (tmp_path / "optouts.key").unlink()
    with pytest.raises(BadSetting, match="another key"):
        FileOptOuts(tmp_path)


def test_a_state_folder_that_cannot_be_written_stops_the_start_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="STATE_DIR"):
        FileOptOuts(tmp_path / "file" / "below")


def test_no_word_and_no_number_of_a_person_is_in_any_log_or_file(texted: Bot, state: Path) -> None:
    marks = ("qzvocado", "2035557731")
    caller = phone(texted, "+1" + marks[1])
    for text in (f"my name is {marks[0]} can my record be vacated", "1", marks[0], "", "x" * 3000, f"STOP {marks[0]}", DANGER["en"] + marks[0]):
        caller.text(text)
    caller.text("STOP")
    caller.post(caller.form(marks[0]), "forged")
    files = [*texted.logs.glob("*"), *state.rglob("*"), *(paths.ROOT / "build" / "logs").glob("*")]
    read = [path.read_bytes() for path in files if path.is_file()]
    assert len(read) >= 5
    for raw in read:
        assert not any(mark.encode() in raw for mark in marks)


# -- the phone in the terminal ---------------------------------------------------------------


def run_sms(*arguments: str, lines: str = "", token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot.cli", "sms", *arguments], cwd=paths.ROOT, input=lines, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/usr/bin:/bin", "TWILIO_AUTH_TOKEN": token, "PUBLIC_URL": SITE if token else ""},
    )


def test_a_conversation_is_held_in_the_terminal_and_its_cost_shown(texted: Bot) -> None:
    done = run_sms("--url", texted.url, lines="como anulo una condena vieja\nMÁS\n1\n")
    assert done.returncode == 0, done.stderr
    assert "54-95c" in done.stdout and "1/9" in done.stdout
    assert "UCS-2" in done.stdout and "GSM-7" in done.stdout
    assert "3 text(s) sent" in done.stdout


def test_one_text_is_sent_from_the_command_line(texted: Bot) -> None:
    done = run_sms("what is coercion", "--url", texted.url)
    assert "53a-192" in done.stdout and "cost unit" in done.stdout


def test_the_terminals_phone_says_how_to_start_a_bot_that_takes_texts(texted: Bot) -> None:
    for done in (run_sms("hello", token=""), run_sms("hello", "--url", f"http://127.0.0.1:{free_port()}")):
        assert done.returncode == 1
        assert "TWILIO_AUTH_TOKEN=" in done.stderr and "PUBLIC_URL=" in done.stderr
    assert "does not know our signature" in run_sms("hello", "--url", texted.url, token="another").stderr


# -- the documentation -----------------------------------------------------------------------


def test_the_page_on_connecting_a_number_says_what_is() -> None:
    page = (paths.ROOT / "docs" / "sms.md").read_text(encoding="utf-8")
    numbers = wording.numbers("en")
    assert all(number in numbers and number in page for number in ("911", HOTLINE, TEXT_LINE))
    row = {cells[1].strip(): cells[0] for line in page.splitlines() if line.startswith("| ") and len(cells := line.strip("|").split("|")) == 2}
    orders = {"no more texts": "stop", "texts again": "start", "911 and the hotline, who": "help", "the conversation is forgotten": "delete",
              "the next page": "more"}
    for says, order in orders.items():
        words = next(words for what, words in row.items() if what.startswith(says))
        for word in re.findall(r"[A-ZÁÉÍÓÚ]{2,}", words.replace("after STOP", "")):
            found = keywords.read(word)
            assert found and found.order in (order, f"{order}_again"), word
    for name in ("TWILIO_AUTH_TOKEN", "PUBLIC_URL", "STATE_DIR", "SMS_OPTOUT_KEY", "RATE_PER_SENDER"):
        assert f"`{name}`" in page
        given = Settings.read({name: "https://x.example" if name == "PUBLIC_URL" else "7", "GATEWAY_SECRET": "s"})
        assert given != Settings.read({"GATEWAY_SECRET": "s"}), name
