"""Saying that an answer did not help: a fixed list, on every channel in its own manner, also while Rasa is down; counted once, or not at all."""

from __future__ import annotations

import html
import itertools
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
from textstat.textstat import textstatistics

from bot.law.content import LANGUAGES
from bot.render import neutral, sms
from bot.render.segments import segments
from bot.reply import Reply
from bot.safety import wording
from bot.safety.emergency import watch
from bot.sms_client import Phone
from gateway.sessions import LastAnswer, Session
from gateway.sms import keywords
from gateway.unhelpful import LAST, Unhelpful, offer, without
from gateway.usage.counted import Counted
from gateway.usage.lines import REASONS
from gateway.usage.published import FILE
from tests import fuzzing, marks
from tests.channels import SITE, TWILIO_TOKEN, Gateway, Rasa, gateway, stand_in_rasa
from tests.slack_web_api import Call, Sender, WebApi, web_api

QUESTION, DANGER = "how do i clear my record", "he is outside my door with a knife"
MARKED = f"{QUESTION}, {marks.WORD}, my name is {marks.NAME}, call {marks.NUMBER}"
CONTACT, LEGAL_AID, HOTLINE = "mistakes@example.org", "1-800-453-3320", "1-888-373-7888"
_numbers = itertools.count(2000)


@dataclass
class House:
    """A gateway with every channel, a stand-in for Rasa that always answers on one topic, and one for Slack."""

    gateway: Gateway
    rasa: Rasa
    slack: WebApi
    http: httpx.Client

    def bearer(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.http.post(f'{self.gateway.url}/api/v1/sessions').json()['token']}"}

    def send(self, bearer: dict[str, str], **body: Any) -> dict[str, Any]:
        return dict(self.http.post(f"{self.gateway.url}/api/v1/messages", headers=bearer, json=body).json())

    def phone(self) -> Phone:
        return Phone(self.gateway.url, TWILIO_TOKEN, SITE, f"+1203555{next(_numbers)}")


def house(folder: Path, stack: ExitStack, **environ: str) -> House:
    rasa, slack = stack.enter_context(stand_in_rasa()), stack.enter_context(web_api())
    settings = {"OPERATOR": "Example Aid", "OPERATOR_CONTACT": CONTACT, "RATE_PER_SENDER": "0", **environ}
    running = stack.enter_context(gateway(folder, rasa.url, slack, **settings))
    return House(running, rasa, slack, httpx.Client(timeout=30, trust_env=False))


@pytest.fixture(scope="module")
def open_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with ExitStack() as stack:
        yield house(tmp_path_factory.mktemp("house"), stack, USAGE_COUNTS="on")


def words(said: dict[str, Any]) -> str:
    return " ".join(line["text"] for reply in said["replies"] for line in reply["lines"])


# -- what is said --------------------------------------------------------------------------------


def answered(lang: str = "en") -> Session:
    """A conversation that was given an answer."""
    session = Session("n", "c", 0)
    offer(session, {"kind": "answer", "lang": lang, "topic": "vacatur_how", "lines": [{"text": "x", "cites": ["54-95c(a)"]}]})
    return session


def said(choice: str, session: Session | None = None, *, channel: str = "web", contact: str = CONTACT, lang: str = "en") -> Reply:
    return neutral.parse(Unhelpful(contact, Counted()).answer(session or answered(lang), choice, channel))


@pytest.mark.parametrize(
    ("reason", "words_of_it", "steps"),
    [
        ("person", LEGAL_AID, ["say:menu"]), ("other", "one short sentence", ["say:menu"]), ("hard", "Simpler words", ["say:simpler"]),
        ("missing", "The section of law", ["law:54-95c(a)", "say:menu"]), ("wrong", CONTACT, ["law:54-95c(a)"]),
    ],
)
def test_each_reason_leads_to_what_helps_now(reason: str, words_of_it: str, steps: list[str]) -> None:
    reply = said(f"unhelpful:1:{reason}")
    assert words_of_it in " ".join(line.text for line in reply.lines)
    assert [choice.id for choice in reply.choices] == steps


def test_a_mistake_is_reported_by_its_subject_and_without_a_word_of_oneself() -> None:
    told = " ".join(line.text for line in said("unhelpful:1:wrong").lines)
    assert "tell nothing about yourself" in told and "The subject of that answer: " in told
    alone = " ".join(line.text for line in said("unhelpful:1:wrong", contact="").lines)
    assert "named nobody" in alone and LEGAL_AID in alone and "{" not in alone


def test_a_second_reason_for_the_same_answer_helps_too_and_is_no_second_count() -> None:
    session = answered()
    first, second = said("unhelpful:1:hard", session), said("unhelpful:1:person", session)
    assert "already" not in first.lines[0].text and "has a reason already" in second.lines[0].text and LEGAL_AID in second.lines[1].text


@pytest.mark.parametrize("number", ["7", "0", "-1", "999999999999999999999", "one", ""])
def test_an_answer_that_is_not_the_last_or_never_was_is_told_so_and_help_comes_all_the_same(number: str) -> None:
    session = answered()
    reply = said(f"unhelpful:{number}:person", session)
    assert "earlier answer" in reply.lines[0].text and LEGAL_AID in reply.lines[1].text and not session.answer.told


@pytest.mark.parametrize("choice", ["unhelpful:1:zyxquine", "unhelpful:1:", "unhelpful", "unhelpful:::", "unhelpful:zyxquine", LAST])
def test_a_reason_that_is_none_gets_the_list_and_nothing_of_it_comes_back(choice: str) -> None:
    reply = said(choice)
    assert [each.id.rpartition(":")[2] for each in reply.choices] == list(REASONS) and "zyxquine" not in str(reply)


@pytest.mark.parametrize("kind", ["choices", "not_found", "declined"])
def test_after_a_reply_that_was_no_answer_there_is_nothing_to_say_it_of_and_a_person_to_call(kind: str) -> None:
    session = answered()
    fallback = {"kind": kind, "lang": "en", "lines": []}
    offer(session, fallback)
    assert "unhelpful" not in fallback and LEGAL_AID in said(LAST, session).lines[0].text


@pytest.mark.parametrize("kind", ["emergency", "question", "info"])
def test_below_an_emergency_a_question_and_a_courtesy_it_is_never_offered(kind: str) -> None:
    reply = {"kind": kind, "lang": "en", "topic": "vacatur_how", "lines": []}
    offer(Session("n", "c", 0), reply)
    assert "unhelpful" not in reply


def test_an_answer_that_comes_late_before_the_newest_no_longer_offers_it() -> None:
    late = {"kind": "answer", "lang": "en", "lines": [], "unhelpful": "unhelpful:1"}
    assert "unhelpful" not in without(late) and late["unhelpful"]


def test_a_topic_that_the_store_no_longer_has_is_answered_without_its_name() -> None:
    session = Session("n", "c", 0, answer=LastAnswer(1, "en", "answer", "gone_since"))
    assert CONTACT in said("unhelpful:1:wrong", session).lines[0].text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_by_text_each_of_it_is_one_message_of_three_segments(lang: str) -> None:
    for contact, choice in itertools.product(("", CONTACT), (LAST, *(f"unhelpful:{number}:{reason}" for number in ("1", "8") for reason in REASONS))):
        pages = sms.render([said(choice, channel="sms", contact=contact, lang=lang)], SITE).pages
        assert len(pages) == 1 and segments(pages[0].text).count <= 3, pages


def test_the_words_are_the_same_keys_in_both_languages_and_plain() -> None:
    english, spanish = (wording.of_file("unhelpful", lang) for lang in LANGUAGES)
    assert english.keys() == spanish.keys()
    measure = textstatistics()
    measure.set_rounding(False)
    for key, text in english.items():
        plain = re.sub(r"Statewide Legal Services", "Aid", re.sub(r"[\d-]{3,}|\{\w+\}", "it", text))
        assert len(plain.split()) < 8 or measure.flesch_kincaid_grade(plain) <= 8, (key, measure.flesch_kincaid_grade(plain))
    for text in (*english.values(), *spanish.values()):
        assert not re.search(r"[—–‘’“”•]|you should|deber[ií]a", text), text


# -- over the API -----------------------------------------------------------------------------------


def test_an_answer_names_the_choice_and_the_list_and_a_reason_are_answered_without_rasa(open_house: House) -> None:
    bearer = open_house.bearer()
    answer = open_house.send(bearer, text=QUESTION)["replies"][-1]
    assert answer["unhelpful"] == "unhelpful:1"
    begun = len(open_house.rasa.asked)
    assert len(open_house.send(bearer, choice=answer["unhelpful"])["replies"][0]["choices"]) == 5
    told = words(open_house.send(bearer, choice=f"{answer['unhelpful']}:missing"))
    assert LEGAL_AID in told and "What is counted" in told
    assert len(open_house.rasa.asked) == begun
    assert open_house.send(bearer, text=QUESTION)["replies"][-1]["unhelpful"] == "unhelpful:2"
    assert "earlier answer" in words(open_house.send(bearer, choice="unhelpful:1:hard"))


def test_typed_words_are_answered_as_a_question_also_beside_the_choice(open_house: House) -> None:
    bearer = open_house.bearer()
    open_house.send(bearer, text=QUESTION)
    begun = len(open_house.rasa.asked)
    assert "the answer" in words(open_house.send(bearer, text="this did not help me at all, it is wrong"))
    assert "the answer" in words(open_house.send(bearer, text="it was too short", choice="unhelpful:1:hard"))
    assert len(open_house.rasa.asked) == begun + 2


def test_without_a_session_or_with_a_forged_one_it_is_refused_with_the_numbers(open_house: House) -> None:
    for headers, reason in (({}, "missing"), ({"Authorization": "Bearer a.9999999999.forged"}, "unknown")):
        refused = open_house.send(headers, choice="unhelpful:1:hard")
        assert refused["error"] == reason and HOTLINE in refused["help"]


def test_in_a_conversation_without_an_answer_it_is_said_kindly(open_house: House) -> None:
    assert "no answer that this could be about" in words(open_house.send(open_house.bearer(), choice="unhelpful:3:hard"))


def test_a_body_that_names_another_subject_changes_nothing(open_house: House) -> None:
    bearer = open_house.bearer()
    open_house.send(bearer, text=QUESTION)
    told = words(open_house.send(bearer, choice="unhelpful:1:wrong", topic="zyxquine", subject="zyxquine", reason="zyxquine"))
    assert "zyxquine" not in told and wording.say("unhelpful.subject", "en").split("{")[0] in told


def test_danger_beside_it_is_answered_first(open_house: House) -> None:
    bearer = open_house.bearer()
    open_house.send(bearer, text=QUESTION)
    danger = open_house.send(bearer, text=DANGER, choice="unhelpful:1:hard")
    assert danger["emergency"] is True and "unhelpful" not in danger["replies"][0]


def test_a_flood_of_it_meets_the_limit_of_its_conversation() -> None:
    with fuzzing.gateway(per_session=5) as flooded:
        bearer = {"authorization": f"Bearer {flooded.client.post('/api/v1/sessions').json()['token']}"}
        statuses = [flooded.client.post("/api/v1/messages", json={"choice": "unhelpful:1:hard"}, headers=bearer).status_code for _ in range(9)]
        assert statuses[:5] == [200] * 5 and statuses[-1] == 429


# -- on the plain page -----------------------------------------------------------------------------------


def page(open_house: House, fields: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The page that comes back, and its hidden fields with a text that stays empty."""
    shown = open_house.http.post(f"{open_house.gateway.url}/ask", data=fields).text
    return shown, {"text": "", **dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', shown))}


def test_the_plain_page_has_it_closed_below_an_answer_and_one_press_says_why(open_house: House) -> None:
    shown, hidden = page(open_house, {"text": QUESTION})
    opened = re.search(r'<details class="unhelpful">(.*?)</details>', shown, re.S)
    assert opened and re.findall(r'value="(unhelpful:1:\w+)"', opened[1]) == [f"unhelpful:1:{reason}" for reason in REASONS]
    told, again = page(open_house, {**hidden, "choice": "unhelpful:1:person"})
    assert LEGAL_AID in html.unescape(told) and '<details class="unhelpful">' not in told
    assert page(open_house, {**hidden, "choice": "unhelpful:1:person"})[0] == told  # sent twice by a double press
    assert again["number"] == str(int(hidden["number"]) + 1)


def test_no_page_with_an_emergency_has_it(open_house: House) -> None:
    _, hidden = page(open_house, {"text": QUESTION})
    shown, _ = page(open_house, {**hidden, "text": DANGER})
    assert HOTLINE in shown and "unhelpful" not in shown


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
