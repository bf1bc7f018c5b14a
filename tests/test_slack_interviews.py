"""Guided questions in Slack: in a direct message, and in a window."""

from __future__ import annotations

import json
import re
import time

from bot.safety import wording
from tests.running import Bot
from tests.slack_desk import (
    ASK_ME,
    DANGER,
    FACTS,
    POSTED,
    SUE,
    in_numbers,
    opened,
    posted,
)
from tests.slack_web_api import Call, Sender, stamp, view_problems

# -- guided questions --------------------------------------------------------------------------


def through(slack: Sender, first: Call) -> Call:
    """Answer each question in a direct message with its first button, to the result."""
    call = first
    for _ in range(30):
        answer = next((element for element in call.buttons.values() if element.get("value", "").startswith("answer:")), None)
        if answer is None:
            return call
        call = posted(slack, lambda answer=answer, call=call: slack.press(answer, call))  # type: ignore[misc]
    raise AssertionError("the questions never end")


def test_the_questions_run_in_a_direct_message_to_a_result_and_its_paper_by_a_link_that_works_once(slack: Sender, desk_bot: Bot) -> None:
    begun = len(slack.api.calls)
    first = posted(slack, lambda: slack.direct(ASK_ME["en"], channel="D80"))
    assert "Question 1 of" in first.words and {"Yes", "No", "Not sure", "Back", "Skip"} <= set(first.buttons)
    result = through(slack, first)
    assert "54-95c" in result.words
    settled = slack.api.since(begun, "chat.update")
    assert settled and all("You chose:" in call.words and not call.buttons for call in settled)
    kinds = posted(slack, lambda: slack.press(result.buttons["A sheet to take along"], result))
    ready = posted(slack, lambda: slack.press(kinds.buttons["PDF"], kinds))
    assert "works once" in ready.words
    link = ready.buttons["Get the sheet: PDF"]["url"]
    assert re.fullmatch(r"http://127\.0\.0\.1:9/paper/[\w-]{43}", link)
    address = desk_bot.url + link.removeprefix("http://127.0.0.1:9")
    for _ in range(2):  # opening the page uses nothing up
        page = slack.http.get(address)
        assert page.status_code == 200 and "<form" in page.text and page.headers["referrer-policy"] == "no-referrer"
    paper = slack.http.post(address)
    assert paper.content.startswith(b"%PDF") and paper.headers["cache-control"] == "no-store"
    for gone in (slack.http.post(address), slack.http.get(address), slack.http.get(f"{desk_bot.url}/paper/made-up")):
        assert gone.status_code == 410 and "used up" in gone.text
    assert "ya se usó" in slack.http.get(address, headers={"accept-language": "es-MX"}).text
    name = link.rpartition("/")[2]
    assert not any(name in path.read_text(errors="replace") for path in desk_bot.logs.glob("*.log"))


def test_a_papers_link_ends_with_its_conversation(slack: Sender, desk_bot: Bot) -> None:
    result = through(slack, posted(slack, lambda: slack.direct("calculate my damages with me", channel="D81")))
    assert "A sheet to take along" in result.buttons
    kinds = posted(slack, lambda: slack.press(result.buttons["A sheet to take along"], result))
    link = posted(slack, lambda: slack.press(kinds.buttons["Word (DOCX)"], kinds)).buttons["Get the sheet: Word (DOCX)"]["url"]
    posted(slack, lambda: slack.direct("delete", channel="D81"))
    assert slack.http.post(desk_bot.url + link.removeprefix("http://127.0.0.1:9")).status_code == 410


def test_an_answered_question_takes_no_second_answer_and_a_second_press_does_nothing(slack: Sender) -> None:
    first = posted(slack, lambda: slack.direct(ASK_ME["en"], channel="D82"))
    second = posted(slack, lambda: slack.press(first.buttons["Yes"], first))
    told = posted(slack, lambda: slack.press(first.buttons["No"], first), "response_url", *POSTED)
    assert told.method == "response_url" and "answered already" in told.words
    begun = len(slack.api.calls)
    for _ in range(3):
        slack.press(second.buttons["Not sure"], second, action_ts="82.1")  # one press, sent three times
    slack.api.wait(begun, lambda call: call.method == "chat.postMessage")
    time.sleep(0.4)
    assert len(slack.api.since(begun, *POSTED)) == 1


def test_back_why_and_skip_are_buttons_below_a_question(slack: Sender) -> None:
    first = posted(slack, lambda: slack.direct(ASK_ME["en"], channel="D83"))
    second = posted(slack, lambda: slack.press(first.buttons["Yes"], first))
    why = posted(slack, lambda: slack.press(second.buttons["Why do you ask?"], second))
    assert "Question 2 of" in why.words and why.words != second.words
    back = posted(slack, lambda: slack.press(why.buttons["Back"], why))
    assert "Question 1 of" in back.words
    assert "Question 2 of" in posted(slack, lambda: slack.press(back.buttons["Skip"], back)).words


def test_a_button_of_a_conversation_that_ended_says_so(slack: Sender) -> None:
    old = Call("chat.postMessage", {"channel": "D84", "text": "x", "blocks": []}, "", 0)
    for action, value in (("choice:0", "answer:yes"), ("choice:1", "result:pdf"), ("steer:back:en", "")):
        element = {"type": "button", "action_id": action, "value": value}
        slack.direct("delete", channel="D84")
        time.sleep(0.3)
        told = posted(slack, lambda element=element: slack.press(element, old, stamp_of=stamp()), "response_url")  # type: ignore[misc]
        assert "conversation has ended" in told.words


def test_guided_questions_are_not_asked_in_a_channel_but_led_to_a_window(slack: Sender) -> None:
    told = posted(slack, lambda: slack.mention(ASK_ME["en"], channel="C85", ts="850.1"))
    assert "not asked where others can read" in told.words and "Was there a conviction" not in told.words
    begun = len(slack.api.calls)
    window = posted(slack, lambda: slack.press(told.buttons["Could this record be vacated?"], told), "views.update")
    assert "Was there a conviction" in window.words
    assert not slack.api.since(begun, *POSTED)
    # the thread itself goes on as if nothing had been begun
    assert "52-571i" in posted(slack, lambda: slack.mention(SUE, channel="C85", thread_ts="850.1")).words


def test_a_window_asks_hears_buttons_and_words_goes_back_and_tells_the_result(slack: Sender) -> None:
    shown, view = opened(slack, lambda: slack.command("interview vacatur"))
    assert "Question 1 of" in shown.words and in_numbers(shown.words)
    shown = posted(slack, lambda: slack.press(shown.buttons["Yes"], shown, view_id=view), "views.update")
    assert "Question 2 of" in shown.words
    answered = slack.submit(shown, view, "a connecticut court for adults").json()
    assert answered["response_action"] == "update" and "Question 3 of" in json.dumps(answered)
    assert list(view_problems(answered["view"])) == []
    shown = Call("views.update", {"view": answered["view"]}, "", 0)
    assert "Question 2 of" in posted(slack, lambda: slack.press(shown.buttons["Back"], shown, view_id=view), "views.update").words
    for _ in range(30):
        answer = next((element for element in shown.buttons.values() if element.get("value", "").startswith("answer:")), None)
        if answer is None:
            break
        shown = posted(slack, lambda answer=answer, shown=shown: slack.press(answer, shown, view_id=view), "views.update")  # type: ignore[misc]
    assert "54-95c" in shown.words and "submit" not in shown.body["view"]


def test_a_window_refuses_client_facts_beside_the_field_and_answers_danger_at_once(slack: Sender) -> None:
    shown, view = opened(slack, lambda: slack.command("preguntas vacatur"))
    assert "¿" in shown.words
    refused = slack.submit(shown, view, FACTS).json()
    assert refused["response_action"] == "errors" and list(refused["errors"]) == [shown.blocks[-2]["block_id"]]
    empty = slack.submit(shown, view, "   ").json()
    assert empty["response_action"] == "errors" and "escriba una respuesta" in json.dumps(empty, ensure_ascii=False)
    for lang in ("en", "es"):
        answered = slack.submit(shown, view, DANGER[lang]).json()
        assert answered["response_action"] == "update" and in_numbers(json.dumps(answered))
        danger = Call("views.update", {"view": answered["view"]}, "", 0)
        again = posted(slack, lambda lang=lang, danger=danger: slack.press(  # type: ignore[misc]
            danger.buttons[wording.say("interviews.resume", lang)], danger, view_id=view), "views.update")
        assert list(again.buttons)[:3] == list(shown.buttons)[:3]


def test_two_windows_of_one_person_are_two_conversations(slack: Sender) -> None:
    first, one = opened(slack, lambda: slack.command("interview vacatur"))
    second, two = opened(slack, lambda: slack.command("interview vacatur"))
    assert one != two
    assert "Question 2 of" in posted(slack, lambda: slack.press(first.buttons["Yes"], first, view_id=one), "views.update").words
    assert "Question 1 of" in slack.submit(second, two, "why").text


def test_an_unknown_interview_gets_the_list(slack: Sender) -> None:
    shown = posted(slack, lambda: slack.command("interview something else"), "response_url")
    assert len(shown.buttons) == 5
    assert posted(slack, lambda: slack.press(shown.buttons["Which defenses fit a charge?"], shown), "views.open")
