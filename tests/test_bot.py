"""The three real processes with the real trained model: questions in, cited answers out, on both doors."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import paths
from tests.running import Bot, free_port, said, start

HOTLINE = "1-888-373-7888"

HEADLINES = [
    # what is asked, what the answer must say (regular expressions), what it must never say
    ("do nail salons have to post the trafficking hotline notice", ["^Yes", "54-234a", "nail", "P.A. 26-98"], ["not on the list"]),
    ("i was forced into it, is that a defense to prostitution", ["53a-82", "affirmative defense"], []),
    ("how much can i sue my trafficker for", ["52-571i", r"\$1,000", "not more than|up to|ceiling|at most"], []),
    ("how do i get my old conviction vacated", ["54-95c", "Superior Court", "registered or certified mail"], ["must notify the Office of Victim"]),
    ("53a-192a(b)?", [r"53a-192a\(b\)", "under 18", "affirmative defense"], []),
    ("tienen que poner el aviso los salones de uñas?", ["54-234a", "uñas"], []),
    ("como anulo una condena vieja por prostitucion", ["54-95c"], []),
]


@pytest.mark.parametrize(("asked", "says", "never"), HEADLINES, ids=[h[0] for h in HEADLINES])
def test_a_headline_question_is_answered_with_its_section_on_both_doors(bot: Bot, asked: str, says: list[str], never: list[str]) -> None:
    for answer in (bot.rest(asked), said(bot.send(bot.open(), text=asked))):
        for pattern in says:
            assert re.search(pattern, answer, re.I), f"{pattern!r} is not in:\n{answer}"
        for pattern in never:
            assert not re.search(pattern, answer, re.I)


def test_an_answer_says_where_a_source_differs_and_when_the_law_was_checked(bot: Bot) -> None:
    answer = bot.rest("how much can i sue my trafficker for")
    assert "Where another document differs" in answer
    assert "Law checked November 21, 2026" in answer


@pytest.mark.parametrize("words", ["he is outside my door with a knife", "él está afuera de mi puerta con un cuchillo"])
def test_someone_in_danger_gets_911_and_the_hotline_at_once(bot: Bot, words: str) -> None:
    for answer in (bot.rest(words), said(bot.send(bot.open(), text=words))):
        assert "911" in answer
        assert HOTLINE in answer
        assert "233733" in answer


def test_an_emergency_wins_in_the_middle_of_a_conversation_and_the_conversation_goes_on(bot: Bot) -> None:
    session = bot.open()
    bot.send(session, text="how do i get my old conviction vacated")
    assert "911" in said(bot.send(session, text="he just broke in, he has a gun"))
    assert "54-95c" in said(bot.send(session, text="is there a deadline to apply?"))


def test_danger_is_answered_before_the_token_the_size_and_the_format_are_looked_at(bot: Bot) -> None:
    url = f"{bot.url}/api/v1/messages"
    for response in (
        bot.http.post(url, json={"text": "help me please he is going to kill me"}),
        bot.http.post(url, json={"text": "he is going to kill me right now " + "x" * 9000}),
        bot.http.post(url, json={"text": "x " * 6000 + " he is going to kill me right now"}),
        bot.http.post(url, content=b"he is going to kill me, not json"),
    ):
        assert response.status_code == 200
        assert response.json()["emergency"] is True
        assert HOTLINE in said(response)


# -- bad input ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("message", "says"),
    [
        ("", "did not get any words"),
        ("   \n\t ", "did not get any words"),
        ("😀😀😀", "words only"),
        ("x" * 10_000, "too long"),
        ("我需要帮助", "English and Spanish"),
        ("Мне нужна помощь", "English and Spanish"),
        ("/affirm", "."),
        ('/inform{"topic": "vacatur_how"}', "."),
        ('/emergency{"x":"y"}', "."),
        ("53a-999z", "not in the store"),
        ("54-95c on February 30 2015", "calendar"),
        ("what was the penalty for trafficking in 2035", "not come yet"),
        ("<script>alert(1)</script>", "."),
        ("'; drop table sections; --", "."),
    ],
)
def test_bad_input_gets_a_clear_answer_and_never_an_error(bot: Bot, message: str, says: str) -> None:
    assert re.search(says, bot.rest(message))
    response = bot.send(bot.open(), text=message)
    if len(message) > 2000:
        assert response.status_code == 413
        assert HOTLINE in response.json()["help"]
        assert "too long" in response.json()["message"]
    else:
        assert response.status_code == 200
        assert re.search(says, said(response))


def test_a_slash_payload_sets_no_intent_and_no_slot(bot: Bot) -> None:
    session = bot.open()
    answer = said(bot.send(session, text='/vacatur_how{"lang": "es", "topic": "vacatur_how"}'))
    assert "anular" not in answer


def test_messages_that_cannot_be_read_are_refused_in_words(bot: Bot) -> None:
    session = bot.open()
    url = f"{bot.url}/api/v1/messages"
    cases = [
        (bot.http.post(url, headers=session, content=b"{not json"), 400, "not_json"),
        (bot.http.post(url, headers=session, json=[1, 2]), 400, "not_json"),
        (bot.http.post(url, headers=session, json={"txt": "hello"}), 400, "no_message"),
        (bot.http.post(url, headers=session, json={"text": 5}), 400, "no_message"),
        (bot.http.post(url, json={"text": "hello"}), 401, "missing"),
        (bot.http.post(url, headers={"Authorization": "Bearer made.up.token"}, json={"text": "hello"}), 401, "unknown"),
        (bot.http.post(url, headers={"Authorization": "Basic abc"}, json={"text": "hello"}), 401, "missing"),
        (bot.http.post(url, headers=session, content=b"{" + b"x" * 200_000), 413, "too_long"),
        (bot.http.get(f"{bot.url}/nothing"), 404, "no_such_page"),
        (bot.http.put(url), 405, "not_allowed"),
    ]
    for response, status, reason in cases:
        assert (response.status_code, response.json()["error"]) == (status, reason)
        assert response.json()["message"] and response.json()["mensaje"]


def test_the_rest_door_refuses_a_message_without_a_sender(bot: Bot) -> None:
    url = f"http://127.0.0.1:{bot.rasa}/webhooks/rest/webhook"
    for body in ({"message": "hi"}, {"sender": "", "message": "hi"}, {"sender": "a b", "message": "hi"}, {"sender": "x"}, []):
        assert bot.http.post(url, json=body).status_code == 400


# -- conversations --------------------------------------------------------------------


def test_a_follow_up_leans_on_what_was_said_before(bot: Bot) -> None:
    session = bot.open()
    bot.send(session, text="how do i get my old prostitution conviction vacated")
    assert "54-95c" in said(bot.send(session, text="and where do i file it?"))


def test_more_gives_the_detail_and_simpler_gives_shorter_words(bot: Bot) -> None:
    session = bot.open()
    first = said(bot.send(session, text="how much can i sue my trafficker for"))
    more = said(bot.send(session, text="tell me more"))
    assert "52-571i" in more
    assert more != first
    assert len(said(bot.send(session, text="say it simpler please"))) < len(first)


def test_two_conversations_never_mix(bot: Bot) -> None:
    one, two = bot.open(), bot.open()
    bot.send(one, text="how do i get my old conviction vacated")
    assert "54-95c" not in said(bot.send(two, text="tell me more"))


def test_a_choice_that_was_offered_can_be_picked(bot: Bot) -> None:
    session = bot.open()
    reply = bot.send(session, text="how much can i sue my trafficker for").json()["replies"][0]
    picked = bot.send(session, choice=reply["choices"][0]["id"])
    assert picked.status_code == 200
    assert picked.json()["replies"][0]["title"] == reply["choices"][0]["label"]


def test_an_unknown_choice_is_met_with_the_menu(bot: Bot) -> None:
    response = bot.send(bot.open(), choice="topic:../../etc/passwd")
    assert response.status_code == 200
    assert response.json()["replies"][0]["choices"]


def test_forgetting_erases_the_conversation_and_revokes_the_token(bot: Bot) -> None:
    session = bot.open()
    bot.send(session, text="how do i get my old conviction vacated")
    assert bot.http.delete(f"{bot.url}/api/v1/sessions", headers=session).status_code == 204
    assert bot.send(session, text="tell me more").status_code == 401
    assert bot.http.delete(f"{bot.url}/api/v1/sessions", headers=session).status_code == 401


def test_a_closing_page_can_forget_by_beacon(bot: Bot) -> None:
    session = bot.open()
    token = session["Authorization"].removeprefix("Bearer ")
    response = bot.http.post(f"{bot.url}/api/v1/sessions/end", content=token, headers={"content-type": "text/plain"})
    assert response.status_code == 204
    assert bot.send(session, text="hello").status_code == 401


def test_every_response_forbids_caching_framing_and_referring(bot: Bot) -> None:
    for response in (bot.http.get(f"{bot.url}/ask"), bot.http.post(f"{bot.url}/api/v1/sessions"), bot.http.get(f"{bot.url}/nothing")):
        assert response.headers["cache-control"] == "no-store"
        assert response.headers["referrer-policy"] == "no-referrer"
        assert "frame-ancestors 'none'" in response.headers["content-security-policy"]
        assert "set-cookie" not in response.headers


# -- the processes ----------------------------------------------------------------------


def test_health_and_readiness(bot: Bot) -> None:
    assert bot.http.get(f"{bot.url}/healthz").json() == {"alive": True}
    assert bot.http.get(f"{bot.url}/readyz").json() == {"ready": True}


def test_all_three_listen_on_this_machine_only(bot: Bot) -> None:
    listening = set()
    for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]:
        local, state = line.split()[1], line.split()[3]
        if state == "0A":
            address, port = local.split(":")
            listening.add((address, int(port, 16)))
    for port in (bot.gateway, bot.rasa, bot.actions):
        assert ("0100007F", port) in listening  # 127.0.0.1, as the kernel writes it
        assert ("00000000", port) not in listening


def test_nothing_that_was_typed_is_in_any_log(bot: Bot) -> None:
    marked = "Zyxwvut Marigold 860-555-0142"
    for text in (f"my name is {marked} how much can i sue for", f"/x{{{marked}", f"53a-999z {marked}", f"{marked} " * 300):
        bot.rest(text)
        bot.send(bot.open(), text=text)
    for path in bot.logs.glob("*.log"):
        log = path.read_text(encoding="utf-8", errors="replace")
        assert not re.search("zyxwvut|marigold|555-0142", log, re.I), path.name


def test_a_port_in_use_is_said_in_one_line(bot: Bot) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "serve"], cwd=paths.ROOT, capture_output=True, text=True, check=False,
        env={"PATH": "/usr/bin:/bin", "PORT": str(bot.gateway)},
    )
    assert ended.returncode == 1
    assert f"Port {bot.gateway} is in use" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_a_broken_content_file_and_a_wrong_port_are_said_in_one_line(invented: Path, tmp_path: Path) -> None:
    file = invented / "wording/en/answers/weather.yml"
    file.write_text(file.read_text().replace("up to $2,000", "up to $3,000"))
    cases = [
        ({"CHARTER_OAK_CONTENT": str(invented), "CHARTER_OAK_LAW_DB": str(tmp_path / "law.db")}, "weather.yml: weather_penalty.full: 3000"),
        ({"PORT": "http"}, "PORT=http is not a port"),
    ]
    for environ, says in cases:
        ports = {"PORT": str(free_port()), "RASA_PORT": str(free_port()), "ACTIONS_PORT": str(free_port())}
        ended = subprocess.run(
            [sys.executable, "-m", "bot.cli", "serve"], cwd=paths.ROOT, capture_output=True, text=True, check=False,
            env={"PATH": "/usr/bin:/bin", **ports, **environ},
        )
        assert ended.returncode == 1
        assert says in ended.stderr
        assert len(ended.stderr.strip().splitlines()) == 1


def test_the_command_line_asks_the_running_bot(bot: Bot) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "ask", "--url", bot.url, "how much can i sue my trafficker for"],
        cwd=paths.ROOT, capture_output=True, text=True, check=False,
    )
    assert "52-571i" in ended.stdout


# -- a bot that loses its parts -----------------------------------------------------------


def test_when_the_action_server_dies_the_person_gets_the_numbers_and_it_comes_back(tmp_path_factory: pytest.TempPathFactory) -> None:
    with start(tmp_path_factory.mktemp("doomed")) as bot:
        session = bot.open()
        assert "52-571i" in said(bot.send(session, text="how much can i sue my trafficker for"))
        subprocess.run(["pkill", "-KILL", "-f", f"actions.server --port {bot.actions}"], check=True)
        response = bot.send(session, text="how do i get my old conviction vacated")
        assert response.status_code == 200
        assert response.json()["unavailable"] is True
        assert HOTLINE in said(response)
        assert "911" in bot.rest("he has a gun, help")
        deadline = time.monotonic() + 60
        while bot.send(session, text="how do i get my old conviction vacated").json().get("unavailable"):
            assert time.monotonic() < deadline, "the action server did not come back"
            time.sleep(0.5)


def test_a_dead_rasa_and_dead_actions_are_said_with_the_numbers_and_emergencies_still_answered() -> None:
    """The gateway alone: no Rasa behind it at all."""
    from starlette.testclient import TestClient

    from gateway.app import create_app
    from gateway.settings import Settings

    with TestClient(create_app(Settings(rasa_url="http://127.0.0.1:9", secret="s", patience=1.0))) as client:
        token = client.post("/api/v1/sessions").json()["token"]
        bearer = {"Authorization": f"Bearer {token}"}
        answer = client.post("/api/v1/messages", headers=bearer, json={"text": "how do i sue"})
        assert answer.status_code == 200
        assert answer.json()["unavailable"] is True
        assert HOTLINE in answer.text and "233733" in answer.text
        assert client.post("/api/v1/messages", headers=bearer, json={"text": "he has a gun"}).json()["emergency"] is True
        assert client.get("/readyz").status_code == 503
        assert client.delete("/api/v1/sessions", headers=bearer).status_code == 204


@pytest.fixture(scope="module")
def slow_rasa() -> Iterator[str]:
    """A Rasa that takes 1.2 seconds: a real server on loopback, standing in for a loaded one."""
    import threading
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

    class Slow(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["content-length"]))
            time.sleep(1.2)
            body = b'{"replies": [{"kind": "answer", "lang": "en", "lines": [{"text": "the slow answer"}]}]}'
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_a_reply_that_comes_too_late_is_kept_and_shown_before_the_next(slow_rasa: str) -> None:
    from starlette.testclient import TestClient

    from gateway.app import create_app
    from gateway.settings import Settings

    with TestClient(create_app(Settings(rasa_url=slow_rasa, secret="s", patience=0.3))) as client:
        bearer = {"Authorization": f"Bearer {client.post('/api/v1/sessions').json()['token']}"}
        first = client.post("/api/v1/messages", headers=bearer, json={"text": "one"})
        assert first.json()["unavailable"] is True
        time.sleep(1.5)
        client.app.state.conversations._patience = 5.0  # type: ignore[attr-defined]
        second = client.post("/api/v1/messages", headers=bearer, json={"text": "two"})
        assert [reply["lines"][0]["text"] for reply in second.json()["replies"]] == ["the slow answer", "the slow answer"]


def test_a_token_ends_when_idle_and_in_any_case_after_its_time() -> None:
    from gateway.sessions import BadToken, Sessions
    from gateway.stores.memory import MemoryStore

    now = 1000.0
    sessions = Sessions("key", 100, 250, MemoryStore(clock=lambda: now), clock=lambda: now)

    async def asks() -> None:
        nonlocal now
        token, _ = await sessions.open()
        for step in (90, 90):
            now += step
            async with sessions.turn(await sessions.find(token), 1):
                pass
        now += 80  # used all the while, but older than its absolute age
        with pytest.raises(BadToken, match="expired"):
            await sessions.find(token)
        token, session = await sessions.open()
        now += 90
        await sessions.keep(session)  # the person asked for more time
        now += 90
        await sessions.find(token)
        now += 11
        with pytest.raises(BadToken, match="expired"):
            await sessions.find(token)

    asyncio.run(asks())

