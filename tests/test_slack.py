"""The desk in Slack, over HTTP: requests signed as Slack signs them into the real running bot, and what it sends back."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from bot import paths
from bot.safety import wording
from tests.running import Bot
from tests.slack_desk import (
    ASK_ME,
    DANGER,
    FACTS,
    HOTLINE,
    POSTED,
    SUE,
    VACATUR,
    gateway,
    in_numbers,
    posted,
    quiet,
)
from tests.slack_web_api import TEAM, TOKEN, Call, Sender, WebApi, stamp

# -- who is heard -----------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/slack/events", "/slack/commands", "/slack/interactions"])
def test_what_slack_did_not_sign_or_signed_too_long_ago_is_refused_with_the_numbers(slack: Sender, path: str) -> None:
    begun = len(slack.api.calls)
    body = json.dumps({"type": "event_callback", "team_id": TEAM, "event": {"type": "message", "text": VACATUR}})
    refused = [
        slack.post(path, body, "application/json", secret="another secret"),
        slack.post(path, body, "application/json", age=360),
        slack.post(path, body, "application/json", age=-360),
        slack.post(path, body, "application/json", **{"x-slack-signature": "v0=" + "0" * 64}),
        slack.http.post(f"{slack.url}{path}", content=body, headers={"content-type": "application/json"}),
    ]
    for response in refused:
        assert response.status_code == 401
        assert in_numbers(response.json()["help"]) and response.json()["mensaje"]
    assert quiet(slack.api, begun)


def test_the_address_is_confirmed_as_slack_asks(slack: Sender) -> None:
    assert slack.json({"type": "url_verification", "challenge": "c-123"}).json() == {"challenge": "c-123"}
    assert slack.post("/slack/commands", "ssl_check=1&token=x", "application/x-www-form-urlencoded").status_code == 200


def test_a_retried_event_is_acknowledged_and_not_answered_twice(slack: Sender) -> None:
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D10", "text": SUE, "ts": stamp()}
    posted(slack, lambda: slack.event(event, event_id="Ev-again"))
    begun = len(slack.api.calls)
    for reason in ("http_timeout", "http_error", "unknown"):
        again = slack.event(event, event_id="Ev-again", **{"x-slack-retry-num": "1", "x-slack-retry-reason": reason})
        assert again.status_code == 200
    assert slack.event(event, event_id="Ev-other-id-same-message").status_code == 200
    assert quiet(slack.api, begun)


def test_another_workspace_is_not_answered_but_told_where_that_is_possible(slack: Sender) -> None:
    begun = len(slack.api.calls)
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D11", "text": SUE, "ts": stamp()}
    assert slack.event(event, team="T-FOREIGN").status_code == 200
    told = slack.command("54-95c", team="T-FOREIGN").json()
    assert "does not answer in this workspace" in told["text"] and told["response_type"] == "ephemeral"
    button, message = {"type": "button", "action_id": "choice:0", "value": "topic:vacatur_how"}, Call("chat.postMessage", {"channel": "D11"}, "", 0)
    assert slack.press(button, message, stamp_of="1.1", team="T-FOREIGN").status_code == 200
    guest = {"type": "app_mention", "user": "U7", "user_team": "T-FOREIGN", "channel": "C7", "text": f"<@UBOT> {SUE}", "ts": stamp()}
    assert slack.event(guest).status_code == 200
    assert quiet(slack.api, begun)
    assert in_numbers(slack.command(DANGER["en"], team="T-FOREIGN").json()["text"])
    assert in_numbers(posted(slack, lambda: slack.event({**guest, "text": f"<@UBOT> {DANGER['es']}", "ts": stamp()})).words)


def test_a_second_workspace_that_is_named_is_answered(slack: Sender) -> None:
    event = {"type": "message", "channel_type": "im", "user": "U1", "channel": "D12", "text": SUE, "ts": stamp(), "team": "T9"}
    assert "52-571i" in posted(slack, lambda: slack.event(event, team="T9")).words


@pytest.mark.parametrize(
    "change",
    [
        {"subtype": "message_changed", "message": {"text": SUE}},
        {"subtype": "message_deleted"},
        {"subtype": "bot_message"},
        {"bot_id": "B1"},
        {"app_id": "A1", "bot_id": "B1"},
        {"user": ""},
        {"channel_type": "channel", "channel": "C5"},
        {"channel_type": "mpim", "channel": "G5"},
    ],
    ids=lambda change: "-".join(f"{key}={value}" for key, value in change.items())[:50],
)
def test_edits_bots_and_what_was_not_written_to_the_desk_are_ignored(slack: Sender, change: dict[str, Any]) -> None:
    begun = len(slack.api.calls)
    assert slack.direct(SUE, **{"channel": "D13", **change}).status_code == 200
    assert quiet(slack.api, begun, 0.4)


@pytest.mark.parametrize(
    ("path", "body", "kind"),
    [
        ("/slack/events", "[]", "application/json"),
        ("/slack/events", "null", "application/json"),
        ("/slack/events", "{not json", "application/json"),
        ("/slack/events", '{"type": "event_callback", "team_id": "T1"}', "application/json"),
        ("/slack/events", '{"type": "event_callback", "team_id": "T1", "event": {"type": "message"}}', "application/json"),
        ("/slack/events", '{"type": "event_callback", "team_id": "T1", "event": {"type": "made_up"}}', "application/json"),
        ("/slack/interactions", "payload=%7Bnot", "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": '{"type": "made_up", "team": {"id": "T1"}}'}), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": '{"type": "block_actions", "team": null}'}), "application/x-www-form-urlencoded"),
        ("/slack/interactions", urlencode({"payload": '[]'}), "application/x-www-form-urlencoded"),
        ("/slack/commands", "", "application/x-www-form-urlencoded"),
        ("/slack/commands", "command=%2Fctlaw&team_id=T1", "application/x-www-form-urlencoded"),
    ],
)
def test_a_signed_request_that_cannot_be_read_is_no_error_of_ours(slack: Sender, path: str, body: str, kind: str) -> None:
    assert slack.post(path, body, kind).status_code in (200, 400, 404)
    assert slack.http.get(f"{slack.url}/healthz").json() == {"alive": True}


def test_a_body_larger_than_any_of_slacks_is_refused_in_words(slack: Sender) -> None:
    refused = slack.post("/slack/events", json.dumps({"x": "y" * 600_000}), "application/json")
    assert refused.status_code == 413
    assert in_numbers(refused.json()["help"])


# -- asking -----------------------------------------------------------------------------


def test_a_direct_message_is_answered_where_it_was_written_with_its_law(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.direct(VACATUR, channel="D20"))
    assert answer.body["channel"] == "D20" and "thread_ts" not in answer.body
    assert answer.token == f"Bearer {TOKEN}"
    for says in ("54-95c", "certified mail", "The applicant carries the burden", "Where a source does not say", "What no source here says"):
        assert says in answer.words


def test_a_mention_is_answered_in_a_thread_and_a_thread_goes_on_where_it_is(slack: Sender) -> None:
    first = posted(slack, lambda: slack.mention(SUE, channel="C20", ts="100.1"))
    assert (first.body["channel"], first.body["thread_ts"]) == ("C20", "100.1")
    second = posted(slack, lambda: slack.mention("how long is there to do that?", channel="C20", ts="100.2", thread_ts="100.1"))
    assert second.body["thread_ts"] == "100.1"


def test_two_people_in_one_channel_and_one_in_a_direct_message_never_mix(slack: Sender) -> None:
    posted(slack, lambda: slack.mention(VACATUR, user="UA", channel="C21", ts="200.1"))
    posted(slack, lambda: slack.mention(SUE, user="UB", channel="C21", ts="200.2"))
    posted(slack, lambda: slack.direct("do nail salons have to post the trafficking hotline notice", user="UA", channel="D21"))
    begun = len(slack.api.calls)
    slack.mention("which section is that?", user="UA", channel="C21", thread_ts="200.1")
    slack.mention("which section is that?", user="UB", channel="C21", thread_ts="200.2")
    slack.direct("which section is that?", user="UA", channel="D21")
    slack.direct("tell me more", user="UC", channel="D22")
    law = {}
    for where in ("200.1", "200.2", "D21", "D22"):
        answer = slack.api.wait(begun, lambda call, at=where: at in (call.body.get("thread_ts"), call.body.get("channel")))  # type: ignore[misc]
        law[where] = {section for section in ("54-95c", "52-571i", "54-234a") if section in answer.words}
    assert law == {"200.1": {"54-95c"}, "200.2": {"52-571i"}, "D21": {"54-234a"}, "D22": set()}


def test_a_question_in_spanish_is_answered_in_spanish(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.direct("¿cómo anulo una condena vieja por prostitución?", channel="D23"))
    assert "54-95c" in answer.words and "dice esto desde" in answer.words


def test_a_button_below_an_answer_asks_the_next_question_in_the_same_thread(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.mention(VACATUR, channel="C24", ts="240.1"))
    button = next(element for element in answer.buttons.values() if element.get("value") == "topic:vacatur_deadline")
    again = posted(slack, lambda: slack.press(button, answer))
    assert again.body["thread_ts"] == "240.1" and "54-95c" in again.words
    history = next(element for element in answer.buttons.values() if element.get("value") == "history:54-95c")
    assert "P.A. 16-71" in posted(slack, lambda: slack.press(history, answer)).words


def test_a_button_that_nothing_knows_is_acknowledged_and_answered_in_words(slack: Sender) -> None:
    answer = posted(slack, lambda: slack.direct(SUE, channel="D25"))
    for element in ({"type": "button", "action_id": "made-up", "value": "x"}, {"type": "button", "action_id": "choice:9"},
                    {"type": "static_select", "action_id": "old:menu"}):
        told = posted(slack, lambda element=element: slack.press(element, answer), "response_url")  # type: ignore[misc]
        assert "This button is none that I know" in told.words and "No conozco este botón" in told.words


def test_a_message_of_4000_characters_is_told_kindly(slack: Sender) -> None:
    told = posted(slack, lambda: slack.direct("what is the law " * 250, channel="D26"), "chat.postEphemeral")
    assert "too long" in told.words and in_numbers(told.words)
    assert "too long" in slack.command("what is the law " * 250).json()["text"]


def test_a_file_without_words_is_told_that_it_was_not_opened(slack: Sender) -> None:
    told = posted(slack, lambda: slack.direct("", channel="D27", subtype="file_share", files=[{"id": "F1"}]), "chat.postEphemeral")
    assert "cannot read files" in told.words


def test_delete_forgets_the_conversation_and_says_what_slack_keeps(slack: Sender) -> None:
    posted(slack, lambda: slack.direct(VACATUR, channel="D28"))
    told = posted(slack, lambda: slack.direct("Delete", channel="D28"))
    assert "erased here" in told.words and "Slack keeps its own copy" in told.words
    assert "54-95c" not in posted(slack, lambda: slack.direct("tell me more", channel="D28")).words
    posted(slack, lambda: slack.direct("¿cómo anulo una condena?", channel="D28"))
    assert "se borró aquí" in posted(slack, lambda: slack.direct("borrar", channel="D28")).words


def test_nobody_can_be_mentioned_through_the_desk(slack: Sender) -> None:
    for text in ("what is <!channel> <@U123> & <b>", "&lt;!channel&gt; what is trafficking", "53a-999z &lt;@U1&gt;"):
        assert not re.search(r"<[!@#]", posted(slack, lambda text=text: slack.direct(text, channel="D29")).words)  # type: ignore[misc]


# -- danger -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "es"])
def test_someone_in_danger_gets_the_numbers_wherever_it_is_written(slack: Sender, lang: str) -> None:
    said = wording.emergency("danger", lang)[:40]
    assert said in posted(slack, lambda: slack.direct(DANGER[lang], channel="D30")).words
    assert said in posted(slack, lambda: slack.mention(DANGER[lang], channel="C30")).words
    assert said in slack.command(DANGER[lang]).json()["text"]
    assert said in slack.command(f"share {DANGER[lang]}").json()["text"]
    assert said in slack.command(f'search "{DANGER[lang]}"').json()["text"]


def test_danger_comes_before_client_facts_and_before_the_size(slack: Sender) -> None:
    for text in (f"{DANGER['en']} {FACTS}", f"{DANGER['en']} " + "x " * 2500):
        answer = posted(slack, lambda text=text: slack.direct(text, channel="D31"))  # type: ignore[misc]
        assert in_numbers(answer.words)
        assert in_numbers(slack.command(text).json()["text"])


def test_help_alone_shows_the_commands_below_the_numbers(slack: Sender) -> None:
    for text in ("help", "ayuda"):
        shown = posted(slack, lambda text=text: slack.command(text), "response_url")  # type: ignore[misc]
        assert in_numbers(json.dumps(shown.blocks[0]))
        assert "/ctlaw" in shown.words


@pytest.mark.parametrize("lang", ["en", "es"])
def test_danger_in_the_middle_of_the_questions_wins_and_they_can_be_taken_up_again(slack: Sender, lang: str) -> None:
    channel = f"D32{lang}"
    first = posted(slack, lambda: slack.direct(ASK_ME[lang], channel=channel))
    second = posted(slack, lambda: slack.press(next(iter(first.buttons.values())), first))
    danger = posted(slack, lambda: slack.direct(DANGER[lang], channel=channel))
    assert in_numbers(danger.words)
    resume = danger.buttons[wording.say("interviews.resume", lang)]
    again = posted(slack, lambda: slack.press(resume, danger))
    assert list(again.buttons) == list(second.buttons)


# -- client confidentiality ------------------------------------------------------------------


def test_client_facts_are_refused_to_the_writer_only_on_every_surface(slack: Sender) -> None:
    for send in (lambda: slack.direct(FACTS, channel="D40"), lambda: slack.mention(FACTS, channel="C40")):
        told = posted(slack, send, "chat.postEphemeral", *POSTED)
        assert told.method == "chat.postEphemeral" and told.body["user"] == "U1"
        for kind in ("a phone number", "a case or docket number", "a client's name"):
            assert kind in told.words
        assert "ask about the law alone" in told.words and "Zyxwvut" not in told.words and "555" not in told.words
    for text in (FACTS, f"share {FACTS}", f"search {FACTS}", f"es {FACTS}"):
        answered = slack.command(text)
        assert answered.json()["response_type"] == "ephemeral" and "a client's name" in answered.json()["text"]
    text = "mi clienta María Zyxwvut nació el 3 de mayo de 2004, ¿qué puede hacer?"
    spanish = posted(slack, lambda: slack.direct(text, channel="D40"), "chat.postEphemeral")
    assert "una fecha de nacimiento" in spanish.words and "el nombre de un cliente" in spanish.words


# -- the Home tab, and Slack switched off ---------------------------------------------------------


def test_the_home_tab_is_published_and_changes_its_language(slack: Sender) -> None:
    event = {"type": "app_home_opened", "user": "U90", "tab": "home", "channel": "D90", "event_ts": stamp()}
    home = posted(slack, lambda: slack.event(event), "views.publish")
    assert home.body["user_id"] == "U90"
    for says in ("How current the law is", "November 21, 2026", "P.A. 26-98", "Slack keeps messages", HOTLINE):
        assert says in home.words
    spanish = posted(slack, lambda: slack.press(home.buttons["Español"], home, user="U90", view_id="V90"), "views.publish")
    assert "Qué tan al día está la ley" in spanish.words
    interview = next(element for element in spanish.buttons.values() if element.get("value") == "interview:vacatur")
    window = posted(slack, lambda: slack.press(interview, spanish, view_id="V90"), "views.update")
    assert "Pregunta 1 de" in window.words
    begun = len(slack.api.calls)
    assert slack.event({**event, "tab": "messages"}).status_code == 200
    assert quiet(slack.api, begun, 0.4)


def test_without_its_settings_slack_is_off_and_the_start_says_so(bot: Bot) -> None:
    for path in ("/slack/events", "/slack/commands", "/slack/interactions", "/paper/x"):
        off = bot.http.post(f"{bot.url}{path}", json={"type": "url_verification", "challenge": "x"})
        assert off.status_code == 404 and off.json()["message"]
    assert "slack is off" in (bot.logs / "gateway.log").read_text()


def test_without_named_workspaces_nobody_is_answered(slack_api: WebApi, tmp_path: Path) -> None:
    with gateway(tmp_path, slack_api, "http://127.0.0.1:9", SLACK_TEAM_IDS="") as (slack, _):
        begun = len(slack_api.calls)
        assert slack.direct(SUE).status_code == 200
        assert "does not answer in this workspace" in slack.command("54-95c").json()["text"]
        assert quiet(slack_api, begun)
    assert "nobody is answered" in (tmp_path / "gateway.log").read_text()


def test_the_manifest_asks_for_no_more_than_is_used() -> None:
    from bot.law.content import read_yaml

    manifest = read_yaml(paths.ROOT / "deploy" / "slack-manifest.yml")
    assert sorted(manifest["oauth_config"]["scopes"]["bot"]) == ["app_mentions:read", "chat:write", "commands", "im:history"]
    assert "user" not in manifest["oauth_config"]["scopes"]
    assert sorted(manifest["settings"]["event_subscriptions"]["bot_events"]) == ["app_home_opened", "app_mention", "message.im"]
    addresses = {manifest["settings"]["event_subscriptions"]["request_url"], manifest["settings"]["interactivity"]["request_url"],
                 *(command["url"] for command in manifest["features"]["slash_commands"])}
    assert {address.removeprefix("https://bot.example.org") for address in addresses} == {"/slack/events", "/slack/commands", "/slack/interactions"}
