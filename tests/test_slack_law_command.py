"""The law command in Slack: who sees the answer, and what it takes."""

from __future__ import annotations

import time

import pytest

from tests.slack_desk import (
    VACATUR,
    RecordingRasa,
    posted,
    quiet,
)
from tests.slack_web_api import TEAM, Sender

# -- the law command ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("54-95c(b)", "registered or certified mail"),
        ("53a-192a 2015", "In force from October 1, 2015 to September 30, 2016"),
        ("history 53a-192a", "P.A. 17-32"),
        ("diff 53a-192a 2016 2022", "~Class B felony"),
        ("bill 2021 7", "PROPOSED, NOT THE LAW"),
        ("differences 54-95c", "Why it matters:"),
        ('search "registered mail"', "`/ctlaw 54-95c(b)`"),
        ("cite 54-95c", "Conn. Gen. Stat. § 54-95c (2025)"),
        ("help", "/ctlaw history"),
        ("histroy 53a-192a", "Did you mean `/ctlaw history 53a-192a`?"),
        ("how is notice given in a vacatur case?", "certified mail"),
        ("es 54-95c(b)", "correo registrado o certificado"),
    ],
)
def test_the_law_command_answers_whoever_typed_it(slack: Sender, text: str, says: str) -> None:
    begun = len(slack.api.calls)
    acknowledged = slack.command(text)
    assert (acknowledged.status_code, acknowledged.text) == (200, "")
    slack.api.wait(begun, lambda call: says in call.words)
    for call in slack.api.since(begun):
        assert (call.method, call.body["response_type"]) == ("response_url", "ephemeral")


def test_share_posts_the_answer_in_the_channel_and_nothing_else_does(slack: Sender) -> None:
    for text in ("share 54-95c(b)", "54-95c(b) share", "compartir es 54-95c(b)", "share how is notice given in a vacatur case?"):
        assert posted(slack, lambda text=text: slack.command(text), "response_url").body["response_type"] == "in_channel"  # type: ignore[misc]
    for text in ("share help", "share histroy 53a-192a"):
        assert posted(slack, lambda text=text: slack.command(text), "response_url").body["response_type"] == "ephemeral"  # type: ignore[misc]


def test_an_answer_to_the_command_can_be_gone_on_with_by_its_buttons_for_that_person_only(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.command(VACATUR, user="U70", channel="C70"), "response_url")
    button = next(element for element in answer.buttons.values() if element.get("value") == "topic:vacatur_deadline")
    again = posted(slack, lambda: slack.press(button, answer, user="U70"), "response_url")
    assert again.body["response_type"] == "ephemeral" and again.body["replace_original"] is False
    assert "54-95c" in again.words


def test_a_command_sent_twice_is_answered_once(slack: Sender) -> None:
    begun = len(slack.api.calls)
    body = f"command=%2Fctlaw&text=54-95c&team_id={TEAM}&channel_id=C1&user_id=U1&trigger_id=twice&response_url={slack.api.url}/response/1"
    for _ in range(2):
        assert slack.post("/slack/commands", body, "application/x-www-form-urlencoded").status_code == 200
    slack.api.wait(begun, lambda call: call.method == "response_url")
    time.sleep(0.5)
    assert len([call for call in slack.api.since(begun) if "Application to vacate" in call.words]) == 1


def test_an_address_that_is_not_slacks_is_never_answered_to(slack: Sender) -> None:
    begun = len(slack.api.calls)
    with RecordingRasa().serve() as elsewhere:
        body = f"command=%2Fctlaw&text=54-95c&team_id={TEAM}&trigger_id=elsewhere&response_url={elsewhere}/response/1"
        assert slack.post("/slack/commands", body, "application/x-www-form-urlencoded").status_code == 200
        assert quiet(slack.api, begun)
