"""The whole question bank against the real trained model; its score is printed at the end of the run.

The floors are a little below what `make evaluate` measured: they catch a fall, they are no target.
"""

from __future__ import annotations

import re

import pytest

from bot import paths
from manual import shown
from tests import evaluate

FLOORS = {"overall": 0.95, "headline topics": 0.96, "conversations": 0.88, "emergencies": 0.98, "look-alikes": 0.98, "out of scope": 0.95}
NEAR = 2  # questions: on another machine's processor a close call may fall otherwise
MOST_WRONG = 0.03  # confident answers of another section or topic, or with something false


@pytest.fixture(scope="module")
def asker() -> evaluate.Asker:
    return evaluate.make_asker()


@pytest.fixture(scope="module")
def results(asker: evaluate.Asker, request: pytest.FixtureRequest) -> evaluate.Results:
    found = evaluate.run(asker)
    evaluate.show_at_the_end(request.config, found)
    return found


def _rate(score: evaluate.Score) -> float:
    return score.right / score.asked


def test_most_questions_of_the_bank_are_answered_right(results: evaluate.Results) -> None:
    assert results.overall.asked >= 500
    assert _rate(results.overall) >= FLOORS["overall"]


def test_few_answers_are_wrong_and_sure_of_it(results: evaluate.Results) -> None:
    assert results.verdicts["wrong"] / results.overall.asked <= MOST_WRONG


def test_conversations_of_several_turns_keep_their_thread(results: evaluate.Results) -> None:
    several = results.by_kind["conversations of several turns"]
    assert several.asked >= 50
    assert _rate(several) >= FLOORS["conversations"]


def test_the_four_headline_topics_are_answered_right(results: evaluate.Results) -> None:
    assert _rate(results.by_kind["headline topics"]) >= FLOORS["headline topics"]


def test_emergencies_are_recognised_and_questions_about_violence_are_not_taken_for_one(results: evaluate.Results) -> None:
    assert results.emergencies["recognised"].asked >= 150
    assert _rate(results.emergencies["recognised"]) >= FLOORS["emergencies"]
    assert _rate(results.emergencies["look-alikes left alone"]) >= FLOORS["look-alikes"]


def test_other_subjects_are_turned_away(results: evaluate.Results) -> None:
    assert results.by_kind["out of scope turned away"].asked >= 100
    assert _rate(results.by_kind["out of scope turned away"]) >= FLOORS["out of scope"]


def _figures(page: str) -> dict[str, tuple[int, int]]:
    """Of each row of the report that gives a share: how many, and of how many."""
    rows = re.findall(r"^\| (.+?) \|.*\((\d+) of (\d+)\) \|$", page, re.M)
    return {name: (int(right), int(asked)) for name, right, asked in rows}


def _topics(page: str) -> set[tuple[str, str]]:
    """Each topic of the report, with how many questions were asked of it."""
    return set(re.findall(r"^\| ([\w, ]+) \| (\d+) \| \d+ % \|", page, re.M))


def test_the_report_says_what_the_bank_scores_now(results: evaluate.Results) -> None:
    mends = "docs/evaluation.md is out of date. Run: make evaluate"
    written, made = (paths.ROOT / evaluate.REPORT).read_text(encoding="utf-8"), evaluate.report(results)
    said, found = _figures(written), _figures(made)
    assert len(found) > 25 and said.keys() == found.keys(), mends
    assert [name for name in found if found[name][1] != said[name][1] or abs(found[name][0] - said[name][0]) > NEAR] == [], mends
    assert len(_topics(made)) > 100 and _topics(written) == _topics(made), mends
    assert written.partition("| what |")[0] == made.partition("| what |")[0], mends


def test_an_answer_that_a_document_shows_is_the_answer_that_is_given(asker: evaluate.Asker) -> None:
    written = [(name, *one) for name, text in shown.texts().items() for one in shown.asked(text)]
    assert len(written) >= 5
    for name, question, answer in written:
        assert shown.left(answer, asker.text(asker.ask(question))) == [], f"{name}: {question}"
