"""A process that is asked to end under load: each message is answered or refused, and none that was taken is lost."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from gateway.problems import RETRY_SECONDS
from tests.channels import gateway, lines, stand_in_rasa
from tests.running import Bot, start
from tests.slack_web_api import web_api

HOTLINE = "1-888-373-7888"
SUE = "how much can i sue my trafficker for"
DANGER = "he is outside my door with a knife"


@dataclass
class Load:
    """So many people who ask one thing after another until nobody listens any more, and what became of each message."""

    url: str
    people: int
    marked: bool = False  # whether each answer holds its conversation's own mark
    ends: Counter[str] = field(default_factory=Counter)
    errors: list[str] = field(default_factory=list)
    threads: list[threading.Thread] = field(default_factory=list)

    def begin(self) -> None:
        """Start asking; returns when everyone has had an answer."""
        self.threads = [threading.Thread(target=self._person) for _ in range(self.people)]
        for thread in self.threads:
            thread.start()
        deadline = time.monotonic() + 60
        while self.ends["answered"] < 2 * self.people:
            assert time.monotonic() < deadline, (self.ends, self.errors)
            time.sleep(0.05)

    def finish(self) -> Counter[str]:
        """Wait until everyone has met a closed door; how the messages ended."""
        for thread in self.threads:
            thread.join(timeout=60)
        return self.ends

    def _person(self) -> None:
        http = httpx.Client(base_url=self.url, trust_env=False, timeout=30)
        token = http.post("/api/v1/sessions").json()["token"]
        while True:
            try:
                answer = http.post("/api/v1/messages", headers={"Authorization": f"Bearer {token}"}, json={"text": SUE})
                end = self._end(answer, token.partition(".")[0])
            except (httpx.ConnectError, httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError) as error:
                # Refused by the machine; or taken by it and never by the process, which had closed its door in that instant.
                self.ends["nobody there" if isinstance(error, httpx.ConnectError) else "cut off"] += 1
                return
            except httpx.HTTPError as error:
                end = "lost"
                self.errors.append(repr(error))
            self.ends[end] += 1
            if end in ("lost", "odd"):
                return
            time.sleep(0.02 if end == "answered" else 0.2)

    def _end(self, response: httpx.Response, conversation: str) -> str:
        body = response.json()
        if response.status_code == 503 and body["error"] == "leaving" and HOTLINE in body["help"] and response.headers["retry-after"]:
            return "refused"
        if response.status_code == 200 and not body.get("unavailable") and (conversation in response.text or not self.marked):
            return "answered"
        self.errors.append(response.text)
        return "odd"


def test_under_load_each_message_is_answered_or_refused_and_none_is_lost(tmp_path: Path) -> None:
    with web_api() as slack, stand_in_rasa(0.4) as rasa, gateway(tmp_path, rasa.url, slack, LEAVE_SECONDS="3") as running:
        load = Load(running.url, people=20, marked=True)
        load.begin()
        running.process.terminate()
        _until_not_ready(running.url)
        danger = httpx.post(f"{running.url}/api/v1/messages", json={"text": DANGER}, trust_env=False)
        assert danger.json()["emergency"] is True and danger.headers["connection"] == "close"
        ends = load.finish()
        assert running.process.wait(timeout=30) == 0
    assert load.errors == [] and set(ends) <= {"answered", "refused", "nobody there", "cut off"}, ends
    assert ends["nobody there"] + ends["cut off"] == 20 and ends["refused"] >= 20
    assert len(rasa.asked) == ends["answered"], "what Rasa was asked and what people were answered differ"  # so none that was cut off was taken


def test_while_it_leaves_every_channel_refuses_in_its_own_way(tmp_path: Path) -> None:
    with web_api() as slack, stand_in_rasa() as rasa, gateway(tmp_path, rasa.url, slack, LEAVE_SECONDS="600") as running:
        people = {line.name: line for line in lines(running.url, slack)}
        running.process.terminate()
        _until_not_ready(running.url)
        api = httpx.post(f"{running.url}/api/v1/sessions", trust_env=False)
        refused = httpx.post(
            f"{running.url}/api/v1/messages", headers={"Authorization": f"Bearer {api.json()['token']}"}, json={"text": SUE}, trust_env=False
        )
        assert (refused.status_code, refused.json()["error"], refused.headers["retry-after"]) == (503, "leaving", str(RETRY_SECONDS))
        page = httpx.post(f"{running.url}/ask", data={"text": SUE}, trust_env=False)
        assert page.status_code == 503 and page.headers["retry-after"] and SUE in page.text and "tel:911" in page.text
        assert HOTLINE in people["sms"].say(SUE)
        assert "starting again" in people["command"].say(SUE) or HOTLINE in people["command"].say(SUE)
        for line in people.values():
            assert HOTLINE in line.say(DANGER), line.name
        assert rasa.asked == []
        running.process.terminate()  # asked a second time, it does not wait
        assert running.process.wait(timeout=30) is not None


def test_a_turn_that_takes_too_long_is_told_so_and_holds_up_nothing(tmp_path: Path) -> None:
    with web_api() as slack, stand_in_rasa(60) as rasa, gateway(tmp_path, rasa.url, slack) as running:
        said: list[str] = []
        waiting = [threading.Thread(target=lambda line=line: said.append(line.say(SUE))) for line in lines(running.url, slack)[:3]]
        for thread in waiting:
            thread.start()
        while len(rasa.asked) < 3:
            time.sleep(0.05)
        running.process.terminate()
        for thread in waiting:
            thread.join(timeout=30)
        assert len(said) == 3 and all(HOTLINE in answer for answer in said)
        assert running.process.wait(timeout=30) == 0


def test_the_whole_bot_ends_without_losing_a_message_and_rasa_finishes_the_turn_that_it_is_in(tmp_path: Path) -> None:
    with start(tmp_path) as bot:
        actions, rasa = _process(f"actions.server --port {bot.actions}"), _process(f"-p {bot.rasa} ")
        session, answers = bot.open(), []
        bot.send(session, text=SUE)
        os.kill(actions, signal.SIGSTOP)  # holds the next turn in Rasa's hands
        asking = threading.Thread(target=lambda: answers.append(bot.send(session, text="how do i get my old conviction vacated")))
        asking.start()
        time.sleep(1)
        os.kill(rasa, signal.SIGTERM)
        time.sleep(1)
        os.kill(actions, signal.SIGCONT)
        asking.join(timeout=30)
        assert "54-95c" in answers[0].text, answers[0].text
        _until_restarted(tmp_path / "serve.log", bot)
        load = Load(bot.url, people=8)
        load.begin()
    ends = load.finish()
    assert load.errors == [] and set(ends) <= {"answered", "refused", "nobody there", "cut off"}, ends
    assert ends["nobody there"] + ends["cut off"] == 8


def _until_not_ready(url: str) -> None:
    deadline = time.monotonic() + 30
    while httpx.get(f"{url}/readyz", trust_env=False).status_code != 503:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _until_restarted(log: Path, bot: Bot) -> None:
    deadline = time.monotonic() + 180
    while "The rasa process ended; starting it again." not in log.read_text():
        assert time.monotonic() < deadline, "Rasa did not end"
        time.sleep(0.2)
    while bot.send(bot.open(), text=SUE).json().get("unavailable"):
        assert time.monotonic() < deadline, "Rasa did not come back"
        time.sleep(0.5)


def _process(words: str) -> int:
    """The one process whose command line holds ``words``."""
    for place in Path("/proc").glob("[0-9]*/cmdline"):
        if words in place.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace") + " ":
            return int(place.parent.name)
    raise AssertionError(f"nothing runs with {words}")
