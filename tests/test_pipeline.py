"""Rasa's own parts as this project uses them: the store of conversations, the stand-ins, what is logged."""

from __future__ import annotations

import asyncio
import logging
import subprocess
import sys

import pytest

from bot import paths, wordless


@pytest.fixture(scope="module", autouse=True)
def lean() -> None:
    from rasa_ext.lean import without_tensorflow

    without_tensorflow()


def _tracker(store, sender: str, turns: int):  # type: ignore[no-untyped-def]
    from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = asyncio.run(store.retrieve(sender)) or DialogueStateTracker(sender, store.domain.slots)
    for turn in range(turns):
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(UserUttered(f"secret words {turn}", intent={"name": "greet", "confidence": 1.0}))
        tracker.update(ActionExecuted("action_converse"))
        tracker.update(SlotSet("topic", f"topic {turn}"))
        tracker.update(BotUttered(f"secret reply {turn}"))
        asyncio.run(store.save(tracker))
        tracker = asyncio.run(store.retrieve(sender))
    return tracker


@pytest.fixture
def make_store(monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]
    from rasa.shared.core.domain import Domain

    from bot import paths

    domain = Domain.load(str(paths.ROOT / "domain.yml"))

    def make(**environ: str):  # type: ignore[no-untyped-def]
        from rasa_ext.conversations import ExpiringTrackerStore

        for name, value in environ.items():
            monkeypatch.setenv(name, value)
        return ExpiringTrackerStore(domain, host="somewhere")

    return make


def test_a_long_conversation_keeps_its_slots_and_only_its_last_turns(make_store) -> None:  # type: ignore[no-untyped-def]
    store = make_store()
    after_ten = len(_tracker(store, "ten", 10).events)
    tracker = _tracker(store, "many", 200)
    assert len(tracker.events) <= after_ten + 2
    assert tracker.get_slot("topic") == "topic 199"


def test_nothing_that_was_said_is_kept(make_store) -> None:  # type: ignore[no-untyped-def]
    store = make_store()
    _tracker(store, "a", 5)
    kept = repr([event.as_dict() for kept in store.shelf._kept.values() for event in kept.events])
    assert "secret" not in kept


def test_conversations_expire_when_idle_when_old_and_when_too_many(make_store) -> None:  # type: ignore[no-untyped-def]
    store = make_store(CONVERSATION_IDLE_SECONDS="0.05")
    _tracker(store, "idle", 1)
    asyncio.run(asyncio.sleep(0.1))
    assert asyncio.run(store.retrieve("idle")) is None
    store = make_store(CONVERSATION_IDLE_SECONDS="60", CONVERSATION_SECONDS="0.05")
    _tracker(store, "old", 1)
    asyncio.run(asyncio.sleep(0.1))
    assert asyncio.run(store.retrieve("old")) is None
    store = make_store(CONVERSATION_SECONDS="60", MAX_CONVERSATIONS="3")
    for number in range(5):
        _tracker(store, str(number), 1)
    assert asyncio.run(store.keys()) == ["2", "3", "4"]


def test_a_forgotten_conversation_is_gone(make_store) -> None:  # type: ignore[no-untyped-def]
    store = make_store()
    _tracker(store, "a", 1)
    asyncio.run(store.forget("a"))
    assert asyncio.run(store.retrieve("a")) is None


def test_starting_rasa_this_way_imports_no_tensorflow() -> None:
    # In a process of its own: what another test imported is still there in this one.
    started = (
        "import sys; from rasa_ext import lean; lean.without_tensorflow(); import rasa.core.agent;"
        "sys.exit('tensorflow' in sys.modules)"
    )
    subprocess.run([sys.executable, "-W", "ignore", "-c", started], cwd=paths.ROOT, check=True, timeout=120)


def test_a_librarys_log_lines_lose_their_words_and_errors_their_messages(caplog: pytest.LogCaptureFixture) -> None:
    factory = logging.getLogRecordFactory()
    try:
        wordless.install()
        try:
            raise ValueError("Marigold said this")
        except ValueError:
            logging.getLogger("rasa.core").exception("could not handle %s", "Marigold")
        logging.getLogger("gateway").warning("rasa did not answer: %s", "ConnectError")
    finally:
        logging.setLogRecordFactory(factory)
    assert "Marigold" not in caplog.text
    assert "ValueError" in caplog.text
    assert "rasa did not answer: ConnectError" in caplog.text
