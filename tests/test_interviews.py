"""Guided interviews: they always end, never contradict their rules, lose nothing, and yield to danger."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import service
from bot.desk import Desk
from bot.interviews import result, rules, talk
from bot.interviews.conclusion import PARTS
from bot.interviews.walk import UNSURE, Facts, walk
from bot.law.records import Step
from bot.reply import Clause, Memory, Question, Turn
from tests import stories as tables
from tests.walks import content, every_path, values

NAMES = list(content().interviews)


def begin(desk: Desk, name: str, lang: str = "en") -> Memory:
    return talk.start(desk, name, Memory(lang=lang))[1]


def say(desk: Desk, memory: Memory, text: str, *ranking: tuple[str, float]) -> Turn:
    return service.respond(desk, Question(text=text, clauses=(Clause(text, ranking),), memory=memory))


def step_of(desk: Desk, memory: Memory) -> Step:
    step = walk(desk.store.interviews[memory.interview], memory.given).next
    assert step is not None
    return step


@pytest.mark.parametrize("story", tables.stories(), ids=lambda story: f"{story.interview}: {story.name}")
def test_a_story_ends_as_a_lawyer_would_have_it(desk: Desk, story: tables.Story) -> None:
    dated = dataclasses.replace(desk, today=lambda: story.today)
    memory = tables.play(dated, story)
    conclusion = tables.found(dated, story, memory)
    found = tables.keys(conclusion)
    assert conclusion.outcome == story.outcome
    assert set(story.finds) <= found
    assert not set(story.never) & found
    assert story.table.items() <= {row.key: result.dollars(row.cents) for row in conclusion.rows}.items()
    assert story.due.items() <= {due.key: due.day for due in conclusion.due}.items()


def test_there_are_stories_enough_of_each_interview() -> None:
    told = [story.interview for story in tables.stories()]
    assert len(told) >= 40
    assert {name: told.count(name) for name in NAMES if told.count(name) < 8} == {}


@pytest.mark.parametrize("name", NAMES)
def test_every_path_ends_in_one_of_three_outcomes_with_a_next_step_and_words_in_both_languages(desk: Desk, name: str) -> None:
    words = {lang: desk.store.interview_words[lang][name] for lang in ("en", "es")}
    every = every_path(name)
    assert len(every) > 2
    for path in every:
        conclusion = rules.RULES[name](Facts(path), desk.store, desk.today())
        assert conclusion.outcome in ("may", "does_not_appear", "cannot_tell")
        assert conclusion.steps, path
        assert conclusion.reasons, path
        for lang in ("en", "es"):
            missing = tables.keys(conclusion) - words[lang].findings.keys()
            assert not missing, (lang, missing, path)
            assert {row.key for row in (*conclusion.rows, *conclusion.due)} <= words[lang].rows.keys()


@pytest.mark.parametrize("name", NAMES)
def test_no_wording_is_left_that_no_path_leads_to(desk: Desk, name: str) -> None:
    reached: set[str] = set()
    for path in every_path(name):
        reached |= tables.keys(rules.RULES[name](Facts(path), desk.store, desk.today()))
    assert desk.store.interview_words["en"][name].findings.keys() - reached == set()


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_result_is_said_with_its_cites_and_no_field_is_left_open(desk: Desk, name: str, lang: str) -> None:
    interview = desk.store.interviews[name]
    for path in every_path(name)[::47]:
        facts = Facts(path)
        shown = [result.reply(desk, interview, facts, lang), *(result.part_reply(desk, interview, facts, part, lang) for part in PARTS)]
        for line in (line for reply in shown for line in reply.lines):
            assert "{" not in line.text, line
            assert bool(line.cites) == (line.kind == "law"), line
        sheet = result.sheet(desk, interview, facts, lang)
        assert sheet.outcome
        assert sheet.sources
        assert "911" in " ".join(sheet.help)


WALKS = st.lists(st.sampled_from(["yes", "no", "not sure", "1", "2", "3", "back", "skip", "why", "zzz", "", "90 days", "$500", "march 2020",
                                  "nail salon", "prostitution", "class d felony", "teacher", "😀", "yes and no", "-5", "40000 days"]), max_size=60)


@settings(max_examples=120)
@given(name=st.sampled_from(NAMES), texts=WALKS)
def test_any_walk_goes_on_and_ends_and_no_word_breaks_it(desk: Desk, name: str, texts: list[str]) -> None:
    memory = begin(desk, name)
    for text in texts:
        if not talk.running(desk, memory):
            break
        turn = say(desk, memory, text)
        assert turn.replies
        memory = turn.memory
    while talk.running(desk, memory):  # whatever was said, "not sure" leads to an end
        memory = say(desk, memory, "not sure").memory
    interview = desk.store.interviews[name]
    facts = walk(interview, memory.given).facts
    assert result.conclude(desk, interview, facts) == rules.RULES[name](facts, desk.store, desk.today())


@settings(max_examples=80)
@given(data=st.data(), name=st.sampled_from(NAMES))
def test_back_and_forward_again_gives_the_same(desk: Desk, data: st.DataObject, name: str) -> None:
    memory = begin(desk, name)
    for _ in range(data.draw(st.integers(0, 6))):
        if not talk.running(desk, memory):
            break
        memory = talk.give(desk, data.draw(st.sampled_from(values(step_of(desk, memory)))), memory)[1]
    if not talk.running(desk, memory):
        return
    step = step_of(desk, memory)
    answer = data.draw(st.sampled_from(values(step)))
    forward = talk.give(desk, answer, memory)[1]
    back = talk.obey(desk, "back", forward)[1]
    assert back.given == memory.given
    assert talk.give(desk, answer, back)[1].given == forward.given


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("lang", "danger"), [("en", "he is outside my door with a knife"), ("es", "él está afuera de mi puerta con un cuchillo")])
def test_danger_as_the_answer_to_any_question_gets_the_numbers_and_the_answers_stay(desk: Desk, name: str, lang: str, danger: str) -> None:
    memory = begin(desk, name, lang)
    for _ in range(20):
        if not talk.running(desk, memory):
            break
        turn = say(desk, memory, danger)
        (reply,) = turn.replies
        assert reply.kind == "emergency"
        assert "911" in reply.lines[0].text
        assert turn.memory.given == memory.given
        assert reply.choices[0].id == "interview:resume"
        taken_up = service.respond(desk, Question(text="", choice="interview:resume", memory=turn.memory))
        assert taken_up.replies[0].kind == "question"
        assert taken_up.memory.given == memory.given
        memory = say(desk, taken_up.memory, "not sure").memory
    else:
        pytest.fail("the interview does not end")


def test_only_the_classifier_sees_the_danger_and_it_still_wins(desk: Desk) -> None:
    memory = begin(desk, "vacatur")
    turn = say(desk, memory, "qwerty asdf", ("emergency", 0.9))
    assert turn.replies[0].kind == "emergency"
    assert turn.memory.paused


def test_a_question_of_law_in_the_middle_is_answered_and_the_step_asked_again(desk: Desk) -> None:
    memory = say(desk, begin(desk, "vacatur"), "yes").memory
    asked = step_of(desk, memory).step
    turn = say(desk, memory, "how much can i sue for", ("civil_amount", 0.95))
    assert [reply.kind for reply in turn.replies] == ["answer", "question"]
    assert any("52-571i" in line.cites for line in turn.replies[0].lines)
    assert turn.memory.given == memory.given
    assert step_of(desk, turn.memory).step == asked


def test_an_answer_that_cannot_be_read_is_asked_again_in_other_words_and_passed_over_the_third_time(desk: Desk) -> None:
    memory = begin(desk, "vacatur")
    words = desk.store.interview_words["en"]["vacatur"].steps["convicted"]
    for _ in range(2):
        turn = say(desk, memory, "purple")
        assert words.again in [line.text for line in turn.replies[0].lines]
        memory = turn.memory
    turn = say(desk, memory, "purple")
    assert turn.memory.given == (UNSURE,)
    assert "open for now" in turn.replies[0].lines[0].text


def test_steering_words_work_in_both_languages(desk: Desk) -> None:
    for back, why, leave, resume in (("back", "why do you ask?", "DONE", "continue"), ("Atrás", "¿por qué?", "salir", "seguir")):
        memory = say(desk, begin(desk, "vacatur", "en" if back == "back" else "es"), "yes" if back == "back" else "sí").memory
        assert say(desk, memory, back).memory.given == ()
        explained = say(desk, memory, why)
        assert explained.memory.given == ("yes",)
        assert len(explained.replies[0].lines) == 2
        left = say(desk, memory, leave)
        assert left.memory.paused
        assert left.memory.given == ("yes",)
        assert say(desk, left.memory, resume).replies[0].kind == "question"


def test_a_paused_interview_leaves_room_for_other_questions_and_is_not_lost(desk: Desk) -> None:
    paused = say(desk, say(desk, begin(desk, "vacatur"), "yes").memory, "done").memory
    asked = say(desk, paused, "how much can i sue for", ("civil_amount", 0.95))
    assert [reply.kind for reply in asked.replies] == ["answer"]
    assert say(desk, asked.memory, "go on").memory.given == ("yes",)


def test_an_old_button_is_no_answer_to_another_question(desk: Desk) -> None:
    memory = begin(desk, "vacatur")
    turn = service.respond(desk, Question(text="", choice="answer:federal", memory=memory))
    assert turn.memory.given == ()
    assert turn.replies[0].kind == "question"


@pytest.mark.parametrize(("step", "text", "says"), [
    ("days", "40000 days", "more than I can count"), ("days", "-3 days", "less than nothing"), ("days", "since february 30 2020", "calendar"),
    ("days", "since 2031", "not come yet"), ("medical", "$5 and $10", "two answers"), ("medical", "-20", "less than nothing"),
])
def test_impossible_numbers_and_dates_are_said_and_nothing_is_lost(desk: Desk, step: str, text: str, says: str) -> None:
    memory = begin(desk, "damages")
    while step_of(desk, memory).step != step:
        memory = say(desk, memory, "yes" if step_of(desk, memory).kind == "yes_no" else "90 days").memory
    turn = say(desk, memory, text)
    assert turn.memory.given == memory.given
    assert says in " ".join(line.text for line in turn.replies[0].lines)


def test_a_result_tells_why_with_the_answers_and_offers_its_parts_by_number(desk: Desk) -> None:
    memory = begin(desk, "vacatur")
    for text in ("yes", "a connecticut court", "prostitution", "yes", "no", "no", "2015"):
        turn = say(desk, memory, text)
        memory = turn.memory
    (reply,) = turn.replies
    assert reply.kind == "result"
    why = say(desk, memory, "why")
    assert any("Yes" in line.text for line in why.replies[0].lines)
    assert any("54-95c(d)(1)" in line.cites for line in why.replies[0].lines)
    first = say(desk, memory, "1")
    assert first.replies[0].lines[0].text == "What to do"
    paper = service.respond(desk, Question(text="", choice="result:pdf", memory=memory)).replies[0]
    assert paper.sheet is not None
    assert paper.document == "pdf"

