"""Saying that an answer did not help by text and in Slack, signed as they sign; and on every channel while Rasa is dead."""

from __future__ import annotations

import re
import sqlite3
import time
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bot.law.content import LANGUAGES
from bot.render.segments import segments
from bot.safety import wording
from bot.safety.emergency import watch
from bot.sms_client import Phone
from gateway.sms import keywords
from gateway.usage.published import FILE
from tests import fuzzing, marks
from tests.channels import SITE, TWILIO_TOKEN
from tests.house import CONTACT, House, house, page, words
from tests.slack_web_api import Call, Sender

QUESTION, DANGER = "how do i clear my record", "he is outside my door with a knife"
MARKED = f"{QUESTION}, {marks.WORD}, my name is {marks.NAME}, call {marks.NUMBER}"
LEGAL_AID, HOTLINE = "1-800-453-3320", "1-888-373-7888"


# -- by text -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["NOHELP", "Not helpful.", "NO AYUDA"])
def test_the_word_gets_a_numbered_list_and_the_number_what_helps(open_house: House, word: str) -> None:
    phone = open_house.phone()
    assert len(phone.text(QUESTION)) == 2
    [listed] = phone.text(word)
    assert "1 I need a person" in listed and "5 " in listed and segments(listed).count <= 3
    [told] = phone.text("1")
    assert LEGAL_AID in told


def test_no_text_offers_it_but_help_which_names_the_word(open_house: House) -> None:
    phone = open_house.phone()
    assert not any("NOHELP" in text for text in phone.text(QUESTION))
    for order, word in (("HELP", "NOHELP"), ("AYUDA", "NO AYUDA")):
        [told] = phone.text(order)
        assert word in told and told.index("911") < told.index(word) and segments(told).count <= 3


def test_words_around_it_make_it_a_question_and_after_stop_it_meets_silence(open_house: House) -> None:
    phone = open_house.phone()
    phone.text(QUESTION)
    begun = len(open_house.rasa.asked)
    assert "the answer" in phone.text("nohelp with my case came from the police")[-1]
    assert len(open_house.rasa.asked) == begun + 1
    phone.text("STOP")
    assert phone.text("NOHELP") == []
    assert HOTLINE in phone.text(DANGER)[0]


def test_before_anything_was_asked_the_word_is_told_so(open_house: House) -> None:
    assert phone_says(open_house.phone(), "NOHELP") == wording.say("sms.expired", "en") + "\n" + wording.say("sms.expired", "es")


def phone_says(phone: Phone, text: str) -> str:
    return "\n".join(phone.text(text))


def test_inside_guided_questions_the_word_is_an_answer_like_any_other() -> None:
    with fuzzing.gateway(twilio_auth_token=TWILIO_TOKEN) as alone:
        phone = Phone("", TWILIO_TOKEN, SITE, "+12035550142", http=alone.client)  # type: ignore[arg-type]
        phone.text("hello there")
        alone.core._remembered.clear()
        texted = alone.client.app.state.texting  # type: ignore[attr-defined]
        assert texted is not None
        conversation = {"kind": "question", "lang": "en", "lines": [{"text": "Which charge was it?", "kind": "lead"}], "progress": [1, 3]}
        heard: list[str] = []

        def turn(body: dict[str, str]) -> list[dict[str, Any]]:
            heard.append(body["choice"] or body["text"])
            return [conversation]

        alone.core._turn = turn  # type: ignore[method-assign]
        phone.text("ask me")
        phone.text("NOHELP")
        assert heard == ["ask me", "NOHELP"]


def test_none_of_the_words_is_a_cry_that_danger_hears_or_another_order() -> None:
    for lang in LANGUAGES:
        for word in wording.say("sms.words_unhelpful", lang).split(","):
            found = keywords.read(word.strip())
            assert found and found.order == "unhelpful" and not watch().look(word)


# -- in Slack -------------------------------------------------------------------------------------------------


def menu(call: Call) -> dict[str, Any]:
    [found] = [each for block in call.blocks for each in block.get("elements", ()) if each.get("action_id") == "unhelpful"]
    return dict(found)


def picked(found: dict[str, Any], reason: str) -> dict[str, Any]:
    [option] = [each for each in found["options"] if each["value"].endswith(f":{reason}")]
    return {"type": "static_select", "action_id": found["action_id"], "selected_option": option}


def test_in_slack_a_menu_below_the_answer_and_what_is_said_to_it_only_its_reader_sees(open_house: House) -> None:
    slack = Sender(open_house.gateway.url, open_house.slack)
    for send, channel in ((slack.direct, "D77"), (slack.mention, "C77")):
        begun = len(open_house.slack.calls)
        send(QUESTION, channel=channel)
        answer = open_house.slack.wait(begun, lambda call: call.method == "chat.postMessage")
        found = menu(answer)
        assert found["placeholder"]["text"] == "This did not help" and len(found["options"]) == 5
        begun = len(open_house.slack.calls)
        assert slack.press(picked(found, "person"), answer).status_code == 200
        told = open_house.slack.wait(begun, lambda call: call.method == "response_url")
        assert LEGAL_AID in told.words and told.body["response_type"] == "ephemeral" and "already" not in told.words
        begun = len(open_house.slack.calls)
        slack.press(picked(found, "hard"), answer)
        assert "already" in open_house.slack.wait(begun, lambda call: call.method == "response_url").words


def test_below_the_commands_answer_it_is_of_that_answer(open_house: House) -> None:
    slack, begun = Sender(open_house.gateway.url, open_house.slack), len(open_house.slack.calls)
    slack.command(f"ask {QUESTION}", user="U88", channel="C1")
    answer = open_house.slack.wait(begun, lambda call: call.method == "response_url")
    begun = len(open_house.slack.calls)
    slack.press(picked(menu(answer), "wrong"), answer, user="U88")
    assert CONTACT in open_house.slack.wait(begun, lambda call: call.method == "response_url").words


def test_a_forged_pick_in_slack_and_one_of_a_conversation_that_ended_are_kind(open_house: House) -> None:
    slack, begun = Sender(open_house.gateway.url, open_house.slack), len(open_house.slack.calls)
    slack.direct(QUESTION, channel="D99", user="U99")
    answer = open_house.slack.wait(begun, lambda call: call.method == "chat.postMessage")
    begun = len(open_house.slack.calls)
    forged = {"type": "static_select", "action_id": "unhelpful", "selected_option": {"value": "say:more"}}
    asked = len(open_house.rasa.asked)
    slack.press(forged, answer, user="U99")
    slack.press({"type": "static_select", "action_id": "unhelpful", "selected_option": None}, answer, user="U99")
    slack.direct("forget", channel="D99", user="U99")
    open_house.slack.wait(begun, lambda call: "erased" in call.words)
    assert len(open_house.rasa.asked) == asked
    begun = len(open_house.slack.calls)
    slack.press(picked(menu(answer), "hard"), answer, user="U99")
    assert "no longer kept" in open_house.slack.wait(begun, lambda call: call.method == "response_url").words


# -- whatever is broken, and what is kept ----------------------------------------------------------------------------


def test_it_works_on_every_channel_while_rasa_is_dead_and_the_reasons_of_many_are_kept(tmp_path: Path) -> None:
    with ExitStack() as stack:
        here = house(tmp_path, stack, USAGE_COUNTS="on")
        bearers = [here.bearer() for _ in range(6)]
        for bearer in bearers:
            here.send(bearer, text=MARKED)
        phone = here.phone()
        phone.text(MARKED)
        _, hidden = page(here, {"text": QUESTION})
        slack, begun = Sender(here.gateway.url, here.slack), len(here.slack.calls)
        slack.direct(QUESTION)
        answer = here.slack.wait(begun, lambda call: call.method == "chat.postMessage")
        here.rasa.dead = True
        assert here.send(bearers[0], text=QUESTION)["unavailable"] is True
        for bearer in bearers:
            here.send(bearer, choice=f"unhelpful:1:{marks.WORD}", reason=marks.NAME)
            for _ in range(3):  # pressed again and again
                assert "Simpler words" in words(here.send(bearer, choice="unhelpful:1:hard"))
        assert "1 I need a person" in phone_says(phone, "NOHELP") and "Simpler words" in phone_says(phone, "3")
        assert "Simpler words" in page(here, {**hidden, "choice": "unhelpful:1:hard"})[0]
        begun = len(here.slack.calls)
        slack.press(picked(menu(answer), "hard"), answer)
        here.slack.wait(begun, lambda call: "Simpler words" in call.words)
        here.gateway.process.terminate()
        here.gateway.process.wait(timeout=30)
        with sqlite3.connect(tmp_path / "state" / FILE) as db:
            kept = db.execute("SELECT channel, lang, what, topic, conversations FROM lines").fetchall()
            month = db.execute("SELECT month FROM months").fetchone()[0]
        assert marks.found(marks.Run("", tmp_path, tmp_path, 0), {"files": marks.files}) == {}
    assert ("web", "en", "unhelpful_hard", "vacatur_how", 5) in kept and ("web", "en", "answered", "vacatur_how", 5) in kept
    assert all(number % 5 == 0 for *_, number in kept) and not any(channel in ("sms", "slack", "page") for channel, *_ in kept)
    assert re.fullmatch(r"\d{4}-\d{2}", month) and time.strftime("%Y", time.gmtime()) == month[:4]
