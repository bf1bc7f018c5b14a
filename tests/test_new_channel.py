"""A channel written as CONTRIBUTING.md says answers danger before anything else, and questions through the real gateway and core."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot import paths, service
from bot.desk import Desk
from bot.limits import LONGEST_MESSAGE
from bot.render import neutral
from bot.reply import Memory, Question
from tests.channels import stand_in_rasa
from tests.following import Tree, parts
from tests.running import gateway_alone

DANGER = "he is outside my door with a knife"


@pytest.fixture(scope="module")
def pager(law_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A client of the gateway with the pager of the page in it; behind it the core, as Rasa's action asks it."""
    root, folder = tmp_path_factory.mktemp("project"), tmp_path_factory.mktemp("run")
    for name in ("bot", "gateway", "widget"):
        shutil.copytree(paths.ROOT / name, root / name)
    tree = Tree(root)
    for step in parts()["A channel"].steps:
        tree.apply(step)
    memories: dict[str, Memory] = {}

    def core(asked: dict[str, str]) -> list[dict[str, Any]]:
        memory = memories.get(asked["conversation"], Memory())
        turn = service.respond(Desk.open(law_db), Question(text=asked["text"], channel=asked["channel"], memory=memory))
        memories[asked["conversation"]] = turn.memory
        return [neutral.render(reply) for reply in turn.replies]

    places = {"PYTHONPATH": str(root), "CHARTER_OAK_CONTENT": str(paths.content_dir()), "CHARTER_OAK_LAW_DB": str(law_db)}
    with stand_in_rasa(replies=core) as rasa, gateway_alone(folder, root, RASA_URL=rasa.url, STATE_DIR=str(folder / "state"), **places) as running:
        yield httpx.Client(base_url=running.url, timeout=30, trust_env=False)


def token(pager: httpx.Client) -> dict[str, str]:
    return {"X-Token": pager.post("/api/v1/sessions").json()["token"]}


@pytest.mark.parametrize("headers", [{}, {"X-Token": "none"}])
def test_danger_is_answered_without_a_conversation(pager: httpx.Client, headers: dict[str, str]) -> None:
    told = pager.post("/pager", content=DANGER, headers=headers)
    assert told.status_code == 200
    assert "911" in told.text


def test_danger_at_the_end_of_far_too_long_a_message_is_answered(pager: httpx.Client) -> None:
    told = pager.post("/pager", content="word " * 40_000 + DANGER)
    assert told.status_code == 200
    assert "911" in told.text


def test_a_question_is_answered_from_the_store_with_its_cite(pager: httpx.Client) -> None:
    told = pager.post("/pager", content="what does § 54-95c(b) say", headers=token(pager))
    assert told.status_code == 200
    assert "(54-95c(b))" in told.text
    assert "Law checked" in told.text


def test_a_conversation_goes_on_and_danger_in_it_comes_first(pager: httpx.Client) -> None:
    mine = token(pager)
    first = pager.post("/pager", content="54-95c", headers=mine).text
    assert "1. " in first
    assert "911" in pager.post("/pager", content=DANGER, headers=mine).text
    assert pager.post("/pager", content="1", headers=mine).text not in ("", first)


def test_what_is_refused_is_refused_with_the_numbers(pager: httpx.Client) -> None:
    for content, headers, status in (("hello", {}, 401), ("x" * (LONGEST_MESSAGE + 1), token(pager), 413)):
        told = pager.post("/pager", content=content, headers=headers)
        assert told.status_code == status
        assert "911" in told.text
