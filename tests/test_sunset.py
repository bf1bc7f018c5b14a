"""The service closed for good: every channel says so and gives the numbers, and someone in danger is answered as always."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from bot.law.content import LANGUAGES
from bot.render.segments import segments
from bot.safety import wording
from bot.sms_client import Phone
from gateway.app import create_app
from gateway.operations.doors import LOOK_EVERY, Doors
from gateway.settings import BadSetting, Settings
from tests.channels import SITE, TWILIO_TOKEN, Gateway, Rasa, gateway, lines, stand_in_rasa
from tests.slack_web_api import Sender, WebApi, web_api

HOTLINE, TEXT_LINE = "1-888-373-7888", "233733"
SUE = "how much can i sue my trafficker for"
DANGER = {"en": "he is outside my door with a knife", "es": "él está afuera de mi puerta con un cuchillo"}
PAGES = ("/", "/ask", "/law", "/law/54-95c", "/law/54-95c?as_of=2015-06-01", "/law?q=vacate", "/law/bills/2021", "/embed")
OPEN = ("/about", "/privacy", "/terms", "/widget/charter-oak-chat.js", "/healthz")


@pytest.fixture(scope="module")
def slack() -> Iterator[WebApi]:
    with web_api() as running:
        yield running


@pytest.fixture(scope="module")
def rasa() -> Iterator[Rasa]:
    with stand_in_rasa() as running:
        yield running


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory, rasa: Rasa, slack: WebApi) -> Iterator[Gateway]:
    """A gateway that was open, took a question on each channel, and was closed by the file, without a restart."""
    with gateway(tmp_path_factory.mktemp("sunset"), rasa.url, slack) as started:
        for line in lines(started.url, slack):
            assert "the answer" in line.say(SUE), line.name
        (started.log.parent / "state" / "sunset").touch()
        time.sleep(LOOK_EVERY + 0.1)
        rasa.asked.clear()
        yield started


def has_numbers(said: str) -> bool:
    return "911" in said and HOTLINE in said and TEXT_LINE in said


def test_every_channel_says_that_it_is_closed_and_nothing_reaches_rasa(running: Gateway, rasa: Rasa, slack: WebApi) -> None:
    for line in lines(running.url, slack):
        for asked in (SUE, "menu", "1", "¿cómo anulo mi condena?"):
            said = line.say(asked)
            assert "closed" in said or "cerrado" in said or "ya no responde" in said, (line.name, asked, said)
            assert has_numbers(said), (line.name, asked, said)
    assert rasa.asked == []


def test_someone_in_danger_is_answered_as_always_on_every_channel_in_both_languages(running: Gateway, rasa: Rasa, slack: WebApi) -> None:
    for line in lines(running.url, slack):
        for lang in LANGUAGES:
            said = line.say(DANGER[lang])
            assert has_numbers(said), (line.name, said)
            assert wording.gateway("closed", lang)[:30] not in said, line.name
    assert rasa.asked == []


def test_a_new_conversation_is_told_in_both_languages(running: Gateway, slack: WebApi) -> None:
    for line in lines(running.url, slack):
        if line.name in ("api", "page", "sms"):
            said = line.say(SUE)
            assert ("answers no more questions" in said) and ("ya no responde preguntas" in said), line.name


def test_stop_start_help_and_delete_go_on_working(running: Gateway, rasa: Rasa) -> None:
    phone = Phone(running.url, TWILIO_TOKEN, SITE, "+12035550099")
    assert phone.text("STOP") == [wording.say("sms.stopped", "en")]
    assert phone.text(SUE) == []
    assert has_numbers("".join(phone.text(DANGER["en"])))
    assert phone.text("START") == [wording.say("sms.started", "en")]
    assert phone.text("HELP") == [wording.say("sms.help", "en")]
    forgotten = rasa.forgotten
    assert phone.text("BORRAR") == [wording.say("sms.deleted", "es")]
    assert rasa.forgotten == forgotten + 1


def test_a_chat_can_still_be_erased_on_the_web_and_in_slack(running: Gateway, rasa: Rasa, slack: WebApi) -> None:
    http = httpx.Client(base_url=running.url, trust_env=False, timeout=30)
    bearer = {"Authorization": f"Bearer {http.post('/api/v1/sessions').json()['token']}"}
    forgotten = rasa.forgotten
    assert http.delete("/api/v1/sessions", headers=bearer).status_code == 204
    assert http.get("/api/v1/sessions", headers=bearer).json()["error"] == "expired"
    direct = next(line for line in lines(running.url, slack) if line.name == "slack")
    assert "erased" in direct.say("forget")
    assert rasa.forgotten == forgotten + 2


@pytest.mark.parametrize("path", PAGES)
def test_pages_give_way_to_one_that_says_so_in_both_languages(running: Gateway, path: str) -> None:
    page = httpx.get(running.url + path, headers={"accept": "text/html"}, trust_env=False)
    assert page.status_code == 410 and page.headers["cache-control"] == "no-store"
    assert "This service is closed" in page.text and "Este servicio está cerrado" in page.text
    assert page.text.count('href="tel:911"') >= 2 and TEXT_LINE in page.text
    spanish = httpx.get(running.url + path.partition("?")[0] + "?lang=es", headers={"accept": "text/html"}, trust_env=False).text
    assert spanish.index("Este servicio está cerrado") < spanish.index("This service is closed")
    program = httpx.get(running.url + path, headers={"accept": "application/json"}, trust_env=False)
    assert program.status_code == 410 and program.json()["error"] == "closed" and has_numbers(program.json()["help"])


def test_whoever_searches_for_help_in_danger_gets_the_numbers_for_it(running: Gateway) -> None:
    page = httpx.get(f"{running.url}/law", params={"q": "i want to kill myself"}, headers={"accept": "text/html"}, trust_env=False)
    assert "988" in page.text


@pytest.mark.parametrize("path", OPEN)
def test_what_websites_embed_and_what_the_service_holds_stay_open(running: Gateway, path: str) -> None:
    assert httpx.get(running.url + path, trust_env=False).status_code == 200


def test_slacks_home_and_the_law_command_are_closed_too(running: Gateway, slack: WebApi) -> None:
    sender = Sender(running.url, slack)
    for command in ("54-95c", "help", "interview vacatur", "es ayuda"):
        said = sender.command(command).json()
        assert has_numbers(said["text"]) and said["response_type"] == "ephemeral"
    begun = len(slack.calls)
    sender.event({"type": "app_home_opened", "user": "U1", "tab": "home"})
    shown = slack.wait(begun, lambda call: call.method == "views.publish")
    assert "closed" in shown.words and has_numbers(shown.words)


def test_a_paper_is_refused_in_words(running: Gateway) -> None:
    http = httpx.Client(base_url=running.url, trust_env=False)
    bearer = {"Authorization": f"Bearer {http.post('/api/v1/sessions').json()['token']}"}
    refused = http.post("/api/v1/messages", headers=bearer, json={"choice": "result:pdf"})
    assert refused.status_code == 503 and refused.json()["error"] == "closed" and has_numbers(refused.json()["help"])


def test_a_closed_service_is_ready_without_rasa_and_the_setting_closes_it_too() -> None:
    app = create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9", sunset=True))
    with TestClient(app) as client:
        assert client.get("/readyz").json() == {"ready": True}
        assert client.get("/").status_code == 410
    for value, closed in (("on", True), ("1", True), ("off", False), ("", False)):
        assert Settings.read({"SUNSET": value}).sunset is closed
    with pytest.raises(BadSetting, match="SUNSET=perhaps"):
        Settings.read({"SUNSET": "perhaps"})


def test_removing_the_file_opens_the_service_again(tmp_path: Path) -> None:
    now = [0.0]
    doors = Doors(folder=tmp_path, clock=lambda: now[0])
    seen = []
    for change in (lambda: None, (tmp_path / "sunset").touch, (tmp_path / "sunset").unlink):
        change()
        now[0] += LOOK_EVERY
        seen.append(doors.closed)
    assert seen == [False, True, False]
    assert Doors(folder=tmp_path / "not there").closed is False


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_text_message_fits_its_segments(lang: str) -> None:
    assert segments(wording.say("sms.closed", lang)).count <= 3
