"""Saying that an answer did not help: a fixed list of reasons and what may help now, over the API and on the plain page."""

from __future__ import annotations

import html
import itertools
import re

import pytest
from textstat.textstat import textstatistics

from bot.law.content import LANGUAGES
from bot.render import neutral, sms
from bot.render.segments import segments
from bot.reply import Reply
from bot.safety import wording
from gateway.sessions import LastAnswer, Session
from gateway.unhelpful import LAST, Unhelpful, offer, without
from gateway.usage.counted import Counted
from gateway.usage.lines import REASONS
from tests import fuzzing
from tests.channels import SITE
from tests.house import CONTACT, House, page, words

QUESTION, DANGER = "how do i clear my record", "he is outside my door with a knife"
LEGAL_AID, HOTLINE = "1-800-453-3320", "1-888-373-7888"


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
