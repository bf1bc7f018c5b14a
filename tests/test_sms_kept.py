"""Text messages when Rasa is slow or gone, and what is kept of a phone."""

from __future__ import annotations

import asyncio
import json
import stat
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from twilio.request_validator import RequestValidator

from bot import paths
from bot.sms_client import PATH, Phone, messages
from gateway.app import create_app
from gateway.sessions import Session, Sessions
from gateway.settings import BadSetting, Settings
from gateway.sms.optouts import FileOptOuts
from gateway.sms.senders import Senders
from gateway.stores.memory import MemoryStore
from tests.running import Bot, free_port, start
from tests.texting import (
    DANGER,
    HOTLINE,
    SITE,
    TOKEN,
    held,
    leads_with_the_numbers,
    phone,
)

# -- when Rasa is slow or gone ---------------------------------------------------------------


class _Slow(BaseHTTPRequestHandler):
    """Stands where Rasa does and answers late, with the text that it was asked."""

    delay = 0.6

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
        time.sleep(self.delay)
        reply = {"kind": "info", "lang": "en", "lines": [{"text": f"about {asked['text'] or asked['choice']}", "kind": "note"}],
                 "choices": [{"id": f"topic:{asked['text']}", "label": "this"}]}
        body = json.dumps({"replies": [reply]}).encode()
        self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None: ...


@pytest.fixture
def slow() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def post(client: TestClient, caller: Phone, text: str) -> list[str]:
    form = caller.form(text)
    signed = RequestValidator(TOKEN).compute_signature(SITE + PATH, form)
    response = client.post(PATH, data=form, headers={"X-Twilio-Signature": signed})
    assert response.status_code == 200
    return messages(response.text)


def app_with(tmp_path: Path, rasa: str, patience: float) -> TestClient:
    return TestClient(create_app(Settings(
        rasa_url=rasa, secret="s", patience=patience, public_url=SITE, twilio_auth_token=TOKEN, state=tmp_path / "state",
    )))


def test_a_slow_answer_gives_the_numbers_in_time_and_comes_before_the_next(slow: str, tmp_path: Path) -> None:
    caller = Phone("", TOKEN, SITE)
    with app_with(tmp_path, slow, 0.2) as client:
        (first,) = post(client, caller, "one")
        assert "911" in first and HOTLINE in first and "No answer can be given" in first
        time.sleep(1)
        client.app.state.conversations._patience = 5.0  # type: ignore[attr-defined]
        text = "\n".join(post(client, caller, "two"))
    assert text.index("about one") < text.index("about two")


def test_a_turn_that_waits_too_long_for_the_one_before_gives_the_numbers_and_is_not_lost(
    slow: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gateway.sms.texting.IN_TIME", 0.3)
    caller = Phone("", TOKEN, SITE)
    with app_with(tmp_path, slow, 5) as client:
        assert HOTLINE in post(client, caller, "one")[0]
        time.sleep(1)
        monkeypatch.setattr("gateway.sms.texting.IN_TIME", 5.0)
        text = "\n".join(post(client, caller, "two"))
    assert text.index("about one") < text.index("about two")


def test_two_texts_at_once_are_answered_in_the_order_in_which_they_came(slow: str, tmp_path: Path) -> None:
    caller = Phone("", TOKEN, SITE)
    answers: dict[str, list[str]] = {}
    with app_with(tmp_path, slow, 5) as client:
        asks = [threading.Thread(target=lambda text=text: answers.update({text: post(client, caller, text)})) for text in ("what is it", "1")]  # type: ignore[misc]
        for ask in asks:
            ask.start()
            time.sleep(0.2)  # the first is with Rasa still
        for ask in asks:
            ask.join()
    assert "about what is it" in answers["what is it"][-1]
    assert "about topic:what is it" in answers["1"][0]  # the number was read against the answer that came in between


def test_without_rasa_the_numbers_are_given_in_both_languages(tmp_path: Path) -> None:
    with app_with(tmp_path, f"http://127.0.0.1:{free_port()}", 2) as client:
        (answer,) = held(post(client, Phone("", TOKEN, SITE), "how do i sue"))
    assert "911" in answer and HOTLINE in answer and "No answer" in answer and "Ahora no se puede" in answer


def test_an_error_inside_is_no_silence_and_its_log_holds_no_words(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app_with(tmp_path, f"http://127.0.0.1:{free_port()}", 2) as client:
        monkeypatch.setattr("gateway.sms.thread.Thread.of", lambda session: {}["zanzibar"])
        (answer,) = post(client, Phone("", TOKEN, SITE, "+12035559999"), "marked words zanzibar")
    assert "911" in answer and HOTLINE in answer
    assert "KeyError" in caplog.text
    assert "zanzibar" not in caplog.text and "5559999" not in caplog.text


def test_where_it_cannot_be_told_who_opted_out_only_danger_help_and_a_chat_under_way_are_answered(
    slow: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    talking, first = Phone("", TOKEN, SITE, "+12035559998"), Phone("", TOKEN, SITE, "+12035559999")
    with app_with(tmp_path, slow, 5) as client:
        assert "about one" in post(client, talking, "one")[-1]
        (tmp_path / "state" / "optouts.db").write_bytes(b"no database " * 100)
        assert client.get("/readyz").status_code == 503
        assert post(client, first, "marked words zanzibar") == []
        assert leads_with_the_numbers(post(client, first, DANGER["es"])[0])
        assert "911" in post(client, first, "HELP")[0]
        assert "about two" in post(client, talking, "two")[-1]
        assert post(client, talking, "STOP") == []  # not confirmed, since it could not be kept
        assert post(client, talking, "three") == []
        assert leads_with_the_numbers(post(client, talking, DANGER["en"])[0])
    assert "it cannot be told who opted out" in caplog.text
    assert "zanzibar" not in caplog.text and "5559999" not in caplog.text


# -- what is kept ----------------------------------------------------------------------------


def test_a_phones_name_changes_each_day_and_yesterdays_is_known_for_four_hours() -> None:
    now = 20_000 * 86_400 + 23 * 3600.0
    store = MemoryStore(clock=lambda: now)

    def names() -> tuple[str, ...]:
        return asyncio.run(Senders(store, clock=lambda: now).names("+12035550100"))

    (evening,) = names()
    assert "2035550100" not in evening
    now += 2 * 3600
    night = names()
    assert night[1] == evening and night[0] != evening
    now += 4 * 3600
    assert names() == night[:1]
    now += 10 * 86_400
    assert not set(names()) & {evening, night[0]}
    asyncio.run(store.sweep())
    assert len(store._kinds["day"]) == 1


def test_a_conversation_goes_on_over_midnight() -> None:
    now = 20_000 * 86_400 + 86_000.0
    store = MemoryStore(clock=lambda: now)
    senders, sessions = Senders(store, clock=lambda: now), Sessions("key", 1800, 14_400, store, clock=lambda: now)

    async def text() -> tuple[Session, bool]:
        session, new = await sessions.named(*await senders.names("+12035550100"))
        await sessions.keep(session)
        return session, new

    session, new = asyncio.run(text())
    assert new
    for _ in range(3):
        now += 1000
        assert asyncio.run(text()) == (session, False)


def test_an_opt_out_survives_delete_and_a_restart_and_only_its_owner_may_read_the_file(tmp_path: Path) -> None:
    state = tmp_path / "state"
    environ = {"TWILIO_AUTH_TOKEN": TOKEN, "PUBLIC_URL": SITE, "STATE_DIR": str(state)}
    with start(tmp_path, **environ) as running:
        caller, other = phone(running), phone(running)
        assert caller.text("ALTO")
        assert caller.text("DELETE") == []
        assert caller.text("menu") == []
        assert other.text("menu")
    assert stat.S_IMODE(state.stat().st_mode) == 0o700
    for name in ("optouts.db", "optouts.key"):
        assert stat.S_IMODE((state / name).stat().st_mode) == 0o600
        assert caller.number.removeprefix("+1").encode() not in (state / name).read_bytes()
    with start(tmp_path, **environ) as running:
        assert Phone(running.url, TOKEN, SITE, caller.number).text("menu") == []
        assert Phone(running.url, TOKEN, SITE, other.number).text("menu")
        assert Phone(running.url, TOKEN, SITE, f"whatsapp:{caller.number}").text("menu") == []  # the same person
        assert Phone(running.url, TOKEN, SITE, caller.number).text("INICIAR")
        assert Phone(running.url, TOKEN, SITE, caller.number).text("menu")


def test_another_key_than_the_one_that_opt_outs_were_kept_under_stops_the_start(tmp_path: Path) -> None:
    asyncio.run(FileOptOuts(tmp_path, "the first key").add("+12035550100"))
    with pytest.raises(BadSetting, match="another key"):
        FileOptOuts(tmp_path, "another")
    assert asyncio.run(FileOptOuts(tmp_path, "the first key").has("+12035550100"))


def test_a_lost_key_is_noticed_and_none_is_made_in_its_place_quietly(tmp_path: Path) -> None:
    asyncio.run(FileOptOuts(tmp_path).add("+12035550100"))
    (tmp_path / "optouts.key").unlink()
    with pytest.raises(BadSetting, match="another key"):
        FileOptOuts(tmp_path)


def test_a_state_folder_that_cannot_be_written_stops_the_start_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSetting, match="STATE_DIR"):
        FileOptOuts(tmp_path / "file" / "below")


def test_no_word_and_no_number_of_a_person_is_in_any_log_or_file(texted: Bot, sms_state: Path) -> None:
    marks = ("qzvocado", "2035557731")
    caller = phone(texted, "+1" + marks[1])
    for text in (f"my name is {marks[0]} can my record be vacated", "1", marks[0], "", "x" * 3000, f"STOP {marks[0]}", DANGER["en"] + marks[0]):
        caller.text(text)
    caller.text("STOP")
    caller.post(caller.form(marks[0]), "forged")
    files = [*texted.logs.glob("*"), *sms_state.rglob("*"), *(paths.ROOT / "build" / "logs").glob("*")]
    read = [path.read_bytes() for path in files if path.is_file()]
    assert len(read) >= 5
    for raw in read:
        assert not any(mark.encode() in raw for mark in marks)
