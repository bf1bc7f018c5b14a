"""Interviews through the real processes: Rasa's one form, buttons, interruptions, danger, papers."""

from __future__ import annotations

import uuid

import pytest

from bot.desk import Desk
from bot.interviews import result
from bot.interviews.walk import walk
from tests import stories as tables
from tests.running import Bot, said

START = {
    "en": {"vacatur": "check if my record qualifies for vacatur, ask me the questions", "damages": "calculate my damages with me",
           "posting": "go through the posting list with me for my business", "defense": "run the defense finder with me",
           "training": "work out my training deadline"},
    "es": {"vacatur": "pregúnteme para ver si mi récord califica para anular", "damages": "sáqueme la cuenta de mis daños",
           "posting": "revise mi negocio conmigo para lo del aviso", "defense": "pregúnteme para ver qué defensa tengo",
           "training": "calcule la fecha límite de mi capacitación"},
}
STORIES = [story for name in START["en"] for story in [s for s in tables.stories() if s.interview == name][:3]]


@pytest.mark.parametrize("story", STORIES, ids=lambda story: f"{story.interview}: {story.name}")
def test_a_story_runs_through_the_real_form_to_the_same_result(bot: Bot, desk: Desk, story: tables.Story) -> None:
    assert len(STORIES) >= 10
    sender = uuid.uuid4().hex
    wanted = tables.found(desk, story, tables.play(desk, story))
    spoken = [desk.store.interview_words[lang][story.interview] for lang in ("en", "es")]  # an answer may change the language
    answer = bot.rest(START[story.lang][story.interview], sender)
    assert answer.count("(1/") == 1  # begun once
    given: tuple[str, ...] = ()
    for _ in range(tables.MOST_TURNS):
        step = walk(desk.store.interviews[story.interview], given).next
        if step is None:
            break
        assert any(desk.fill(words.steps[step.step].ask) in answer for words in spoken), answer
        text = story.answers.get(step.step, "not sure")
        answer = bot.rest(text, sender)
        given = (*given, _value(desk, story, given, text))
    assert any(words.findings[wanted.headline.key][0].text.partition("{")[0][:60] in answer for words in spoken), answer


def _value(desk: Desk, story: tables.Story, given: tuple[str, ...], text: str) -> str:
    from bot import service
    from bot.reply import Memory, Question

    memory = Memory(lang=story.lang, interview=story.interview, given=given)
    return service.respond(desk, Question(text=text, memory=memory)).memory.given[-1]


def test_buttons_back_a_question_of_law_and_danger_in_one_interview(bot: Bot) -> None:
    session = bot.open()
    begun = bot.send(session, choice="interview:vacatur").json()["replies"][-1]
    assert begun["kind"] == "question"
    assert [choice["id"] for choice in begun["choices"]] == ["answer:yes", "answer:no", "answer:unsure"]
    court = bot.send(session, choice="answer:yes").json()["replies"][-1]
    assert court["progress"][0] == 2
    assert bot.send(session, text="back").json()["replies"][-1]["progress"][0] == 1
    bot.send(session, text="yes")
    both = bot.send(session, text="how much can i sue my trafficker for").json()["replies"]
    assert [reply["kind"] for reply in both] == ["answer", "question"]
    assert "911" in said(bot.send(session, text="he is outside my door with a knife"))
    assert bot.send(session, text="a connecticut court").json()["replies"][-1]["progress"][0] == 3


def test_an_interview_is_left_and_taken_up_again_after_another_question(bot: Bot) -> None:
    sender = uuid.uuid4().hex
    bot.rest(START["en"]["vacatur"], sender)
    bot.rest("yes", sender)
    assert "stay until this chat ends" in bot.rest("DONE", sender)
    assert "52-571i" in bot.rest("how much can i sue my trafficker for", sender)
    assert "(2/" in bot.rest("continue", sender)


def test_a_result_brings_its_sheet_to_the_gateway_and_no_question_waits_after_it(bot: Bot, desk: Desk) -> None:
    session = bot.open()
    bot.send(session, choice="interview:vacatur")
    done = bot.send(session, text="no").json()["replies"][-1]
    assert done["kind"] == "result"
    assert {"result:why", "result:paper", "result:over"} <= {choice["id"] for choice in done["choices"]}
    assert any(choice["id"] == "result:pdf" for choice in bot.send(session, choice="result:paper").json()["replies"][0]["choices"])
    assert "54-95c" in said(bot.send(session, text="is there a deadline to vacate a conviction?"))
    assert result.DOCUMENTS == ("pdf", "docx", "ics")


@pytest.mark.parametrize(("kind", "starts"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04"), ("ics", b"BEGIN:VCALENDAR")])
def test_a_paper_is_handed_over_and_says_nothing_of_the_subject_in_its_name(bot: Bot, kind: str, starts: bytes) -> None:
    session = bot.open()
    bot.send(session, choice="interview:training")
    for text in ("hotel", "not sure", "march 2024", "not sure", "not sure", "not sure", "not sure", "not sure"):
        reply = bot.send(session, text=text).json()["replies"][-1]
        if reply["kind"] == "result":
            break
    response = bot.send(session, choice=f"result:{kind}")
    if kind == "pdf" and response.status_code == 503:
        pytest.skip("no Pango on this machine")
    assert response.status_code == 200
    assert response.content.startswith(starts)
    assert response.headers["cache-control"] == "no-store"
    assert "traffick" not in response.headers["content-disposition"]


def test_a_paper_without_a_result_is_refused_in_words(bot: Bot) -> None:
    response = bot.send(bot.open(), choice="result:pdf")
    assert response.status_code == 409
    assert "Answer the questions first" in response.json()["message"]
