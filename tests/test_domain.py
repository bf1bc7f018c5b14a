"""Routing holds together: topics, intents, rules and training phrases name the same things."""

from __future__ import annotations

import re
from pathlib import Path

import msgspec

from bot import paths
from bot.law.content import load, read_yaml
from bot.leaning import CONVERSATION
from bot.nlp.folding import fold
from bot.reply import Memory
from bot.routing import phrases as training
from bot.understanding import TURNED_AWAY
from bot.upkeep import whole
from rasa_ext.lean import NEVER_USED, STAND_INS

ROOT = paths.ROOT
DOMAIN = read_yaml(ROOT / "domain.yml")
BY_CHANNELS = {"choose", "say_nothing", "say_too_much"}


def phrases(lang: str) -> dict[str, list[str]]:
    """The training phrases of a language by intent."""
    found: dict[str, list[str]] = {}
    for phrase in training.read(ROOT, lang):
        found.setdefault(phrase.intent, []).append(phrase.text)
    return found


def test_each_topic_is_an_intent_and_each_intent_is_known() -> None:
    content, _ = load(paths.content_dir())
    interviews = {f"interview_{name}" for name in content.interviews}
    assert set(DOMAIN["intents"]) == set(content.topics) | interviews | CONVERSATION | TURNED_AWAY | {"emergency"} | BY_CHANNELS


def test_each_intent_has_one_rule_and_each_action_exists() -> None:
    steps = [rule["steps"] for path in (ROOT / "data/rules").glob("*.yml") for rule in read_yaml(path)["rules"]]
    intents = [pair[0]["intent"] for pair in steps]
    assert sorted(intents) == sorted([*DOMAIN["intents"], "nlu_fallback"])
    assert {pair[1]["action"] for pair in steps} | {"validate_interview_form"} == set(DOMAIN["actions"])


def test_slots_are_the_fields_of_the_memory_and_steer_nothing() -> None:
    assert set(DOMAIN["slots"]) == {*Memory.__struct_fields__, "interview_answer"}
    assert not any(slot["influence_conversation"] for slot in DOMAIN["slots"].values())


def test_the_project_holds_together_as_the_check_command_says() -> None:
    """Routes as written, phrases enough and under one name, rules of interviews, the coverage page: all that `charter-oak check` looks at."""
    assert [str(problem) for problem in whole.problems(paths.content_dir())[1]] == []


def test_nothing_in_the_pipeline_needs_tensorflow_while_it_is_kept_out() -> None:
    names = [part["name"] for key in ("pipeline", "policies") for part in read_yaml(ROOT / "config.yml")[key]]
    classes = {"DIETClassifier", "ResponseSelector", "TEDPolicy", "UnexpecTEDIntentPolicy", "LanguageModelFeaturizer", "ConveRTFeaturizer"}
    assert not classes & {name.rpartition(".")[2] for name in names}
    assert len(STAND_INS) == 9


def test_no_channel_is_configured_that_is_kept_out() -> None:
    kept_out = {name.rpartition(".")[2] for name in NEVER_USED if name.startswith("rasa.core.channels.")}
    configured = set(read_yaml(ROOT / "credentials.yml"))
    assert configured == {"rasa_ext.channels.LocalRest", "rasa_ext.channels.GatewayInput"}
    assert not kept_out & configured


def test_the_domain_carries_no_wording() -> None:
    assert not DOMAIN["responses"]


def test_content_cannot_be_swallowed_as_training_data() -> None:
    for path in Path(ROOT / "data").rglob("*.yml"):
        assert set(read_yaml(path)) <= {"version", "nlu", "rules", "stories"}


def test_the_question_bank_is_held_apart_from_the_training_phrases() -> None:
    """No question of the bank is a training phrase, nor nearly one: the same words in another order count."""
    trained: dict[frozenset[str], str] = {}
    for lang in ("en", "es"):
        for texts in phrases(lang).values():
            trained.update({_bag(text): text for text in texts if len(_bag(text)) > 3})
    near = []
    for lang in ("en", "es"):
        for item in read_yaml(ROOT / "tests/bank" / f"questions.{lang}.yml"):
            bag = _bag(item["ask"])
            if len(bag) > 3 and (bag in trained):
                near.append((item["ask"], trained[bag]))
    assert near == []


def _bag(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9-]+", fold(text)))


def test_the_memory_survives_the_slots() -> None:
    memory = Memory(lang="es", topic="vacatur_how", cites=("54-95c(a)",), told=1)
    assert msgspec.convert(msgspec.to_builtins(memory), Memory) == memory
