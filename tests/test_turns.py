"""What each turn is spared changes nothing of what it comes to: rules, features, action calls."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import msgspec
import numpy as np
import pytest
from scipy import sparse
from scipy.special import softmax

from bot import paths
from bot.law.content import read_yaml
from tests.test_domain import phrases


@pytest.fixture(scope="module", autouse=True)
def patched() -> None:
    from rasa_ext.lean import without_tensorflow

    without_tensorflow()
    from rasa_ext import patches

    patches.apply()


def _user(intent: str) -> dict[str, Any]:
    return {"prev_action": {"action_name": "action_listen"}, "user": {"intent": intent}}


def _rules() -> dict[str, str]:
    """The rules of ``data/rules`` as Rasa's policy keeps them, and two of kinds that are not there today."""
    found = {}
    for path in sorted((paths.ROOT / "data" / "rules").glob("*.yml")):
        for rule in read_yaml(path)["rules"]:
            intent, action = rule["steps"][0]["intent"], rule["steps"][1]["action"]
            done = {"prev_action": {"action_name": action}, "user": {"intent": intent}}
            found[json.dumps([_user(intent)])] = action
            found[json.dumps([_user(intent), done])] = "action_listen"
    found[json.dumps([{"prev_action": {"action_name": "action_listen"}, "active_loop": {"name": "interview_form"}}])] = "interview_form"
    found[json.dumps([{"user": {"intent": "greet"}}])] = "action_converse"  # at the start of a conversation only
    return found


def test_the_rules_that_apply_are_those_that_rasa_finds_among_all() -> None:
    from rasa.core.policies.rule_policy import RulePolicy

    policy = RulePolicy.__new__(RulePolicy)
    rules = _rules()
    plain = inspect.unwrap(RulePolicy._get_possible_keys)
    assert plain is not RulePolicy._get_possible_keys
    for intent in ("vacatur_how", "greet", "emergency", "never heard of"):
        after = {"prev_action": {"action_name": "action_answer_question"}, "user": {"intent": intent}}
        in_loop = {**_user(intent), "active_loop": {"name": "interview_form"}}
        for states in ([{}, _user(intent)], [{}, _user(intent), after], [{}, in_loop], [{"user": {"intent": intent}}], []):
            assert policy._get_possible_keys(rules, states) == plain(policy, rules, states), states
    assert policy._get_possible_keys(rules, [{}, _user("vacatur_how")]) == {json.dumps([_user("vacatur_how")])}


def test_rules_by_text_are_looked_for_where_a_rule_has_no_intent(monkeypatch: pytest.MonkeyPatch) -> None:
    from rasa.core.policies.rule_policy import RULES, RULES_FOR_LOOP_UNHAPPY_PATH, RulePolicy

    class Looked(Exception):
        """Rasa's own way was taken."""

    def look(*_: Any, **__: Any) -> None:
        raise Looked

    class Tracker:
        latest_action_name = "action_listen"

    monkeypatch.setattr(RulePolicy, "_prediction_states", look)
    policy = RulePolicy.__new__(RulePolicy)
    monkeypatch.setattr(policy, "_get_rule_only_data", lambda: {}, raising=False)
    with_intents = {json.dumps([_user("greet")]): "action_converse"}
    policy.lookup = {RULES: with_intents, RULES_FOR_LOOP_UNHAPPY_PATH: {}}
    assert policy._find_action_from_rules(Tracker(), None, True) == (None, None, False)  # type: ignore[arg-type]
    with pytest.raises(Looked):
        policy._find_action_from_rules(Tracker(), None, False)  # type: ignore[arg-type]
    by_words = json.dumps([{"prev_action": {"action_name": "action_listen"}, "user": {"text": "hello"}}])
    policy.lookup = {RULES: {**with_intents, by_words: "action_converse"}, RULES_FOR_LOOP_UNHAPPY_PATH: {}}
    with pytest.raises(Looked):
        policy._find_action_from_rules(Tracker(), None, True)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def taught() -> tuple[list[str], list[str]]:
    chosen = ("vacatur_how", "greet", "posting_who", "civil_amount")
    pairs = [(text, intent) for intent in chosen for lang in ("en", "es") for text in phrases(lang)[intent][:40]]
    return [text for text, _ in pairs], [intent for _, intent in pairs]


def test_features_and_probabilities_are_those_of_scikit_learns_own_matrices(taught: tuple[list[str], list[str]]) -> None:
    from rasa_ext.ngrams import plain, train

    model = train(*taught, 0.5)
    asked = [*taught[0], "zzzz qqqq", "", "how do I clear my RECORD???", "¿cómo anulo mi condena?", "vacate vacate vacate"]
    cleaned = [plain(text) for text in asked]
    matrix = sparse.hstack([model.words.transform(cleaned), model.letters.transform(cleaned)], format="csr")
    whole = softmax(np.asarray(matrix @ model.weights) + model.bias, axis=1)
    assert np.allclose(model.probabilities(asked), whole, atol=1e-5)


def test_the_same_phrases_give_the_same_weights(taught: tuple[list[str], list[str]]) -> None:
    from rasa_ext.ngrams import train

    one, two = train(*taught, 0.5), train(*taught, 0.5)
    assert one.labels == two.labels
    assert np.array_equal(one.weights, two.weights) and np.array_equal(one.bias, two.bias)


class _ActionServer:
    """Answers any action; counts connections, and hangs up after each answer where told to."""

    def __init__(self, hang_up: bool) -> None:
        self.connections = 0
        self._hang_up = hang_up

    @asynccontextmanager
    async def running(self) -> AsyncIterator[str]:
        server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        async with server:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/webhook"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        body = b'{"events": [], "responses": []}'
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                length = next(int(line[15:]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length:"))
                await reader.readexactly(length)
                writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
                await writer.drain()
                if self._hang_up:
                    break
        except asyncio.IncompleteReadError:
            pass
        finally:
            writer.close()


async def _call(server: _ActionServer, times: int) -> list[Any]:
    from rasa.utils.endpoints import EndpointConfig

    async with server.running() as url:
        endpoint = EndpointConfig(url)
        answers = [await endpoint.request(json={"next_action": "action_converse"}) for _ in range(times)]
        async with endpoint.session() as session:
            pass
        await session.close()
        return answers


def test_action_calls_share_one_connection() -> None:
    server = _ActionServer(hang_up=False)
    assert asyncio.run(_call(server, 5)) == [{"events": [], "responses": []}] * 5
    assert server.connections == 1


def test_a_connection_that_the_action_server_closed_is_opened_again() -> None:
    server = _ActionServer(hang_up=True)
    assert asyncio.run(_call(server, 5)) == [{"events": [], "responses": []}] * 5
    assert server.connections == 5


@pytest.mark.parametrize("result", [None, [], "fine", {"events": "none"}, {"responses": [1]}, {"events": [["slot"]]}])
def test_what_is_no_result_of_an_action_is_refused(result: Any) -> None:
    from rasa.core.actions.action import RemoteAction

    with pytest.raises(msgspec.ValidationError):
        RemoteAction("action_converse", None)._validate_action_result(result)


def test_a_result_of_an_action_is_taken() -> None:
    from rasa.core.actions.action import RemoteAction

    good = {"events": [{"event": "slot", "name": "topic", "value": "penalty", "timestamp": None}], "responses": [{"custom": {"kind": "answer"}}]}
    assert RemoteAction("action_converse", None)._validate_action_result(good)


def test_folding_goes_letter_by_letter_and_keeps_the_length() -> None:
    import unicodedata

    from bot.nlp.folding import fold

    letters = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x20000))]
    assert all(len(fold(letter)) == 1 for letter in letters)
    plain = {letter: unicodedata.normalize("NFD", letter)[0].lower() for letter in letters if letter.isalpha()}
    assert all(fold(letter) == base for letter, base in plain.items() if len(base) == 1)
    assert fold("ANULACIÓN “Ya”—¿Señor’s Ñandú?") == "anulacion \"ya\"-¿senor's nandu?"
