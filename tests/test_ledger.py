"""What is held of people: the ledger says all of it, and nothing that someone wrote is found where it must not be."""

from __future__ import annotations

import ast
import os
import secrets
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from twilio.request_validator import RequestValidator

from bot import paths, service
from bot.desk import Desk
from bot.reply import Clause, Memory, Question
from bot.sms_client import Phone
from tests import fuzzing, ledger, marks
from tests.marks import NAME, NUMBER, WORD, Run
from tests.redis_server import needs_redis, redis_server
from tests.running import Bot, free_port, start
from tests.slack_web_api import SECRET, TEAM, TOKEN, Sender, WebApi, web_api

TWILIO, SITE = "a-token-for-tests", "https://bot.example.org"
IDLE = 6  # seconds
SWEPT = 2 * IDLE + 2  # seconds after which every process has let go of what expired
SAID = f"my name is {NAME}, call me at 203-555-0187, {WORD}"
DANGER = f"he is outside my door with a knife {WORD} {NAME} 203-555-0187"


# -- the page -------------------------------------------------------------------------


# Modules that make something which lasts longer than a request, and hold nothing of people in it.
HOLDS_NOTHING = {
    # the stores themselves: what lies in them is declared by who puts it there
    "gateway/sms/shared_optouts.py", "gateway/stores/memory.py", "rasa_ext/shelves.py",
    "gateway/app.py",
    "gateway/pages.py",
    "gateway/law/kept.py",
    "gateway/slack/outbound.py",
    "gateway/slack/crew.py",
    "gateway/sms/texting.py",
    "gateway/slack/app.py",
}


def _keeps(tree: ast.AST) -> bool:
    """Whether an object of the module gets a container of its own, which lasts as long as it."""
    for node in ast.walk(tree):
        if isinstance(node, ast.AnnAssign | ast.Assign):
            target = node.target if isinstance(node, ast.AnnAssign) else node.targets[0]
            if isinstance(target, ast.Attribute) and isinstance(target.value, ast.Name) and target.value.id == "self" and node.value is not None:
                made = getattr(getattr(node.value, "func", None), "id", "")
                if isinstance(node.value, ast.Dict | ast.List | ast.Set) or made in ("dict", "list", "set", "OrderedDict", "deque", "defaultdict"):
                    return True
    return False


def test_a_module_that_keeps_something_says_what() -> None:
    declared = {path.as_posix() for path in ledger.declared()}
    keeping = {
        path.relative_to(paths.ROOT).as_posix()
        for package in ("gateway", "rasa_ext", "actions")
        for path in (paths.ROOT / package).rglob("*.py")
        if _keeps(ast.parse(path.read_text(encoding="utf-8")))
    }
    assert keeping - HOLDS_NOTHING <= declared
    assert not declared & HOLDS_NOTHING


# -- the run --------------------------------------------------------------------------


@pytest.fixture(scope="module")
def api() -> Iterator[WebApi]:
    with web_api() as running:
        yield running


@contextmanager
def a_bot(folder: Path, api: WebApi, redis: tuple[str, ...] = (), **more: str) -> Iterator[tuple[Bot, Run]]:
    """The real bot with every channel, short lives, and folders of its own for all that it may write."""
    (folder / "tmp").mkdir()
    began, metrics = time.time(), free_port()
    settings = {
        "TWILIO_AUTH_TOKEN": TWILIO,
        "PUBLIC_URL": SITE,
        "STATE_DIR": str(folder / "state"),
        "TMPDIR": str(folder / "tmp"),
        "HOME": str(folder / "home"),
        "CONVERSATION_IDLE_SECONDS": str(IDLE),
        "CONVERSATION_SECONDS": "60",
        "RATE_PER_SENDER": "0",
        "SLACK_SIGNING_SECRET": SECRET,
        "SLACK_BOT_TOKEN": TOKEN,
        "SLACK_TEAM_IDS": TEAM,
        "SLACK_API_URL": f"{api.url}/api/",
        "METRICS_PORT": str(metrics),
        "USAGE_COUNTS": "on",
        **more,
    }
    with start(folder, **settings) as bot:
        yield bot, Run(bot.url, folder, paths.ROOT, began, metrics=f"http://127.0.0.1:{metrics}/metrics", redis=redis)


@pytest.fixture(scope="module")
def marked(tmp_path_factory: pytest.TempPathFactory, api: WebApi) -> Iterator[tuple[Bot, Run]]:
    """The bot of one machine: memory and SQLite."""
    with a_bot(tmp_path_factory.mktemp("marked"), api) as running:
        yield running


def talk_everywhere(bot: Bot, api: WebApi) -> None:
    """Questions, interview answers, emergencies and broken requests, on every channel, each with the marks in it."""
    for text in (SAID, DANGER, f"how much can {NAME} sue for {WORD}"):
        bearer = bot.open()
        bot.send(bearer, text=text)
        for choice in ("topic:vacatur_how", "unhelpful:last", "unhelpful:1:wrong", f"unhelpful:1:{WORD}", f"unhelpful:{NUMBER}:hard"):
            bot.send(bearer, choice=choice, reason=WORD, topic=NAME)
        bot.send(bearer, text=f"{SAID} did not help", choice="unhelpful:1:hard")
        bot.send(bearer, choice="interview:vacatur")
        for answer in (f"yes {SAID}", f"in 2019 {SAID}", SAID, f"{WORD}:{NUMBER}"):
            bot.send(bearer, text=answer)
        bot.send(bearer, choice=f"answer:{WORD}")
        bot.http.get(f"{bot.url}/api/v1/sessions", headers={"authorization": f"Bearer {WORD}.{NUMBER}.x"})
        bot.http.request("DELETE", f"{bot.url}/api/v1/sessions", headers=bearer)
        page = bot.http.post(f"{bot.url}/ask", data={"text": text, "lang": "en"})
        assert page.status_code == 200
        bot.rest(text)
        bot.rest(f"/{WORD}" + '{"name": "' + NAME + '"}')
    for broken in (f'{{"text": "{SAID}', f'["{SAID}"]', f'{{"text": {{"{WORD}": 1}}}}', SAID, SAID * 2000):
        for path in ("/api/v1/messages", "/ask", "/sms/twilio", "/slack/events", "/api/v1/sessions/end"):
            headers = {"user-agent": WORD, "referer": f"https://{WORD}.example/", "cookie": WORD}
            bot.http.post(f"{bot.url}{path}", content=broken.encode(), headers=headers)
        for port, path in ((bot.rasa, "/webhooks/gateway/webhook"), (bot.rasa, "/webhooks/rest/webhook"), (bot.actions, "/webhook")):
            bot.http.post(f"http://127.0.0.1:{port}{path}", content=broken.encode(), headers={"content-type": "application/json"})
    for path in (f"/{WORD}", f"/law/{WORD}", f"/law?q={WORD}+{NAME}", f"/law/54-95c?as_of={WORD}", f"/paper/{WORD}", f"/static/{WORD}/{NAME}"):
        bot.http.get(f"{bot.url}{path}")
        bot.http.get(f"http://127.0.0.1:{bot.rasa}{path}")
    phone = Phone(bot.url, TWILIO, SITE, f"+1{NUMBER}")
    for text in (SAID, DANGER, "MORE", "1", f"check if my record qualifies {WORD}", SAID, "NOHELP", f"NOHELP {WORD}", "2", "STOP", SAID, "START",
                 "DELETE", f"DELETE {WORD}"):
        phone.text(text)
    phone.post(phone.form(SAID), signature="forged")
    slack, begun = Sender(bot.url, api), len(api.calls)
    slack.direct(f"what is trafficking {WORD}")
    api.wait(begun, lambda call: call.method == "chat.postMessage")
    for send in (slack.direct, slack.mention, slack.command):
        for text in (SAID, DANGER, f"search {WORD}", f"{WORD} {NAME}", "x" * 3000 + WORD):
            send(text)
    slack.post("/slack/events", f'{{"{WORD}": "{SAID}"}}', "application/json")
    slack.json(
        {"type": "event_callback", "team_id": TEAM, "event_id": WORD, "event": {"type": "message", "text": [SAID], "user": NAME, "channel": 1}}
    )


def test_nothing_that_anyone_wrote_is_found_in_logs_files_environments_or_metrics(marked: tuple[Bot, Run], api: WebApi) -> None:
    bot, run = marked
    assert len(run.processes()) >= 4  # or nothing was looked at
    talk_everywhere(bot, api)
    assert marks.found(run) == {}
    time.sleep(IDLE + 1)
    assert marks.found(run) == {}
    assert (run.folder / "state" / "optouts.db").stat().st_mode & 0o077 == 0
    logged = b"".join(raw for where, raw in marks.files(run) if where.startswith("logs"))
    assert b"Twilio's signature" in logged  # the forged text was logged, without a word of it


@needs_redis
def test_nothing_is_found_in_what_replicas_share_either(tmp_path: Path, api: WebApi) -> None:
    """The same with both Redis: keys, values and the opt-outs' append file, before expiry and after."""
    for name in ("passing", "optouts"):
        (tmp_path / name).mkdir()
    with redis_server(tmp_path / "passing") as passing, redis_server(tmp_path / "optouts", keeps=True) as optouts:
        keys = {"GATEWAY_SECRET": secrets.token_hex(32), "SMS_OPTOUT_KEY": secrets.token_hex(32)}
        addresses = {"REDIS_URL": passing.url, "OPTOUTS_REDIS_URL": optouts.url}
        with a_bot(tmp_path, api, (passing.url, optouts.url), **keys, **addresses) as (bot, run):
            talk_everywhere(bot, api)
            Phone(bot.url, TWILIO, SITE, f"+1{NUMBER}").text("STOP")
            assert len(passing.names()) > 5 and optouts.names()  # or nothing was looked at
            assert marks.found(run) == {}
            assert passing.without_an_end() == []
            time.sleep(IDLE + 1)
            assert marks.found(run) == {}
            assert [name for name in passing.names() if name.startswith("session:")] == []


def test_the_same_holds_with_the_action_server_dead_and_then_rasa(marked: tuple[Bot, Run], api: WebApi) -> None:
    bot, run = marked
    for name in ("actions.server", "rasa_ext.serve"):
        for pid in run.processes():
            if name.encode() in Path(f"/proc/{pid}/cmdline").read_bytes():
                os.kill(pid, signal.SIGKILL)
        bearer = bot.open()
        assert bot.send(bearer, text=f"{SAID} what is trafficking").status_code == 200
        Phone(bot.url, TWILIO, SITE, f"+1{NUMBER}").text(f"{SAID} again")
        assert marks.found(run) == {}
    deadline = time.monotonic() + 120
    while bot.http.get(f"{bot.url}/readyz").status_code != 200:  # the launcher starts them again
        assert time.monotonic() < deadline
        time.sleep(0.5)


def test_a_mark_is_found_where_it_does_stand(tmp_path: Path) -> None:
    """The search itself: what it looks through, it finds."""
    run = Run("", tmp_path, tmp_path, time.time() - 1)
    for place, text in (("a.log", f"said {WORD}"), ("b.db", "\0".join(f"+1{NUMBER}")), ("c.txt", "(203) 555-0187"), ("d", NAME.upper())):
        (tmp_path / place).write_text(text)
    assert {where.partition(": ")[2] for where in marks.found(run, {"files": marks.files})} == {"a.log", "b.db", "c.txt", "d"}


# -- memory ---------------------------------------------------------------------------


def test_the_core_refers_to_nothing_that_it_was_told(desk: Desk) -> None:
    ranking = tuple((name, 0.5) for name in list(desk.store.topics)[:2])
    for ending in ("burg", "son", "ford"):
        text = f"{WORD}{ending} is a salon in {NAME}{ending}, what did 53a-192a say in 2010"
        service.respond(desk, Question(text=text, clauses=(Clause(text, ranking),), memory=Memory()))
    del text
    held = marks.referred_to()
    assert [text for text in held if "burg" in text or "son is" in text] == []
    assert not [word for word in desk.terms._nlp.vocab.strings if marks.marks(word.encode())]


def test_the_gateway_refers_to_nothing_once_a_conversation_is_over(tmp_path: Path) -> None:
    with fuzzing.gateway(twilio_auth_token=TWILIO, state=tmp_path, idle=0.01) as gateway:
        for ending in ("burg", "ford"):
            text = f"{WORD}{ending} what is trafficking"
            bearer = {"authorization": f"Bearer {gateway.client.post('/api/v1/sessions').json()['token']}"}
            gateway.client.post("/api/v1/messages", json={"text": text}, headers=bearer)
            gateway.client.post("/ask", data={"text": text})
            gateway.client.get("/law", params={"q": text})
            form = {"From": f"+1{NUMBER}", "To": "+18605550100", "Body": text, "MessageSid": ending}
            signed = RequestValidator(TWILIO).compute_signature(f"{SITE}/sms/twilio", form)
            assert gateway.client.post("/sms/twilio", data=form, headers={"x-twilio-signature": signed}).status_code == 200
        del text, form
        gateway.client.get("/healthz")
        time.sleep(0.05)
        gateway.client.portal.call(gateway.client.app.state.store.sweep)  # type: ignore[attr-defined,union-attr]
        for n in range(30):  # Python's own parser of addresses remembers the last twenty
            gateway.client.get(f"/law?q=penalty{n}")
        held = marks.referred_to()
    assert [text for text in held if "burg" in text or "ford what" in text] == []


def test_what_is_left_in_freed_memory_is_counted(marked: tuple[Bot, Run], record_property: pytest.RecordProperty) -> None:
    """Not held to zero: an interpreter does not overwrite what it lets go of. docs/security.md has the counts."""
    bot, run = marked
    time.sleep(SWEPT)
    for n in range(50):  # others come and go
        bearer = bot.open()
        bot.send(bearer, text=f"what is the penalty for promoting prostitution, case {n}")
        bot.http.request("DELETE", f"{bot.url}/api/v1/sessions", headers=bearer)
    try:
        left = {Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[2].decode(): marks.in_memory(pid) for pid in run.processes()}
    except PermissionError:
        pytest.skip("the memory of the processes is closed to all but root")
    record_property("left_in_freed_memory", {name: dict(counted) for name, counted in left.items()})
    print(left)
    assert not left["bot.cli"]  # the launcher never sees a word


def test_rasa_and_the_action_server_see_none_of_the_gateways_secrets(marked: tuple[Bot, Run]) -> None:
    _, run = marked
    keys = {TWILIO.encode(), SECRET.encode(), TOKEN.encode()}
    for pid in run.processes():
        command, environ = (Path(f"/proc/{pid}/{name}").read_bytes() for name in ("cmdline", "environ"))
        if b"rasa_ext.serve" in command or b"actions.server" in command:
            assert not any(key in environ for key in keys)
        if b"gateway" in command.split(b"\0"):
            assert all(key in environ for key in keys)
        assert b"Max core file size        0" in Path(f"/proc/{pid}/limits").read_bytes()
