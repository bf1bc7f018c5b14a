"""Text messages: requests signed as Twilio signs them, over HTTP, against the real running bot."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import pytest
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from bot import launch, paths
from bot.answers import provision
from bot.desk import Desk
from bot.law.content import LANGUAGES
from bot.render import sms as rendering
from bot.render.segments import segments
from bot.reply import Choice, Line, Reply
from bot.safety import wording
from bot.sms_client import PATH, messages
from gateway.app import create_app
from gateway.settings import Settings
from gateway.sms import keywords
from gateway.sms.replays import Replays
from gateway.stores.memory import MemoryStore
from tests.running import Bot, free_port
from tests.texting import (
    CASE_WORDS,
    DANGER,
    HOTLINE,
    SITE,
    TEXT_LINE,
    TOKEN,
    held,
    leads_with_the_numbers,
    phone,
)

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
