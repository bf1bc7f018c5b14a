"""``charter-oak doctor``: each thing that a deployer may get wrong is broken here, and the sentence on it read."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from bot import model, paths
from gateway.doctor import channels, content, house, installed, reach, secrets, stores
from gateway.doctor.checks import CHECKS, examine, sound
from gateway.doctor.finding import FINE, WARNING, WRONG, Deployment, Finding
from gateway.settings import BadSetting, Settings
from tests.running import free_port

NOW = dt.datetime(2026, 11, 21, 15, 0, tzinfo=dt.timezone.utc)
PUBLIC = {"PUBLIC_URL": "https://bot.example.org"}
LONG = "0123456789abcdef" * 4
HEX = "0123456789abcdef" * 2
SLACK = {"SLACK_SIGNING_SECRET": HEX, "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_TEAM_IDS": "T1"}


def deployment(root: Path = paths.ROOT, now: dt.datetime = NOW, online: bool = False, **environ: str) -> Deployment:
    """As the command makes it: without the settings, where they cannot be meant."""
    try:
        settings = Settings.read(environ)
    except BadSetting:
        settings = Settings()
    return Deployment(environ, settings, root, now, online)


def told(check: Callable[[Deployment], Iterator[Finding]], level: str, **environ: str) -> str:
    """What a check says of this level in such an environment, with what it says to do."""
    return "\n".join(f"{finding.says} {finding.do}" for finding in check(deployment(**environ)) if finding.level == level)


# -- settings ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("check", "level", "environ", "says"),
    [
        (reach.public_address, WRONG, {"PUBLIC_URL": "http://bot.example.org"}, "is not https"),
        (reach.public_address, WRONG, {"GATEWAY_HOST": "0.0.0.0"}, "PUBLIC_URL is not set"),
        (reach.public_address, WARNING, {**PUBLIC, "GATEWAY_HOST": "0.0.0.0"}, "TLS"),
        (reach.embedding, WRONG, {"EMBED_ORIGINS": "https://charity.example.org"}, "Set PUBLIC_URL"),
        (reach.embedding, WARNING, {**PUBLIC, "EMBED_ORIGINS": "http://localhost:8001"}, "http://localhost:8001"),
        (reach.proxies, WARNING, PUBLIC, "TRUSTED_PROXIES is 0"),
        (reach.metrics_address, WRONG, {"METRICS_PORT": "9100", "METRICS_HOST": "8.8.8.8"}, "the internet"),
        (reach.metrics_address, WARNING, {"METRICS_PORT": "9100", "METRICS_HOST": "0.0.0.0"}, "Prometheus only"),
        (reach.ports, WRONG, {"PORT": "5005"}, "have to differ"),
        (reach.ports, WRONG, {"METRICS_PORT": "8000"}, "have to differ"),
        (secrets.signing_key, WRONG, {"REDIS_URL": "redis://r"}, "GATEWAY_SECRET is not"),
        (secrets.signing_key, WRONG, {"GATEWAY_SECRET": "short"}, "could be guessed"),
        (secrets.signing_key, WARNING, PUBLIC, "each restart ends every chat"),
        (secrets.opt_outs, WRONG, {"SMS_OPTOUT_KEY": "short"}, "shorter than 32"),
        (channels.texts, WRONG, {"TWILIO_AUTH_TOKEN": HEX}, "PUBLIC_URL is not"),
        (channels.texts, WRONG, {"TWILIO_AUTH_TOKEN": HEX, "PUBLIC_URL": "http://bot.example.org"}, "not https"),
        (channels.texts, WARNING, {**PUBLIC, "TWILIO_AUTH_TOKEN": "SK-something"}, "does not look like"),
        (channels.slack, WRONG, {"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is not set"),
        (channels.slack, WRONG, {"SLACK_SIGNING_SECRET": HEX}, "SLACK_BOT_TOKEN is not set"),
        (channels.slack, WRONG, {**SLACK, "SLACK_TEAM_IDS": ""}, "nobody is answered"),
        (channels.slack, WRONG, {**SLACK, "SLACK_TEAM_IDS": "my team"}, "no workspace's id"),
        (channels.slack, WRONG, {**SLACK, "SLACK_BOT_TOKEN": "xoxp-1"}, "xoxb-"),
        (channels.slack, WARNING, {**SLACK, "SLACK_SIGNING_SECRET": "secret"}, "Basic Information"),
        (stores.redis, WRONG, {"REDIS_URL": "redis://127.0.0.1:9/0"}, "could not be asked"),
        (stores.redis, WRONG, {"OPTOUTS_REDIS_URL": "nonsense://x"}, "could not be asked"),
        (house.operator, WARNING, PUBLIC, "OPERATOR is not set"),
        (house.operator, WARNING, {**PUBLIC, "OPERATOR": "A charity"}, "OPERATOR_CONTACT"),
        (house.sunset, WARNING, {"SUNSET": "on"}, "closed"),
    ],
    ids=lambda value: " ".join(f"{name}={set_to[:12]}" for name, set_to in value.items()) if isinstance(value, dict) else None,
)
def test_a_mistake_in_the_settings_is_said_with_what_to_do(
    check: Callable[[Deployment], Iterator[Finding]], level: str, environ: dict[str, str], says: str
) -> None:
    assert says in told(check, level, **environ)
    assert all(finding.do for finding in check(deployment(**environ)) if finding.level != FINE)


def test_a_deployment_that_is_as_it_should_be_has_nothing_wrong_in_its_settings(tmp_path: Path) -> None:
    environ = {
        **PUBLIC, **SLACK, "GATEWAY_SECRET": LONG, "TRUSTED_PROXIES": "1", "TWILIO_AUTH_TOKEN": HEX, "SMS_OPTOUT_KEY": LONG,
        "STATE_DIR": str(tmp_path / "new"), "OPERATOR": "A charity", "OPERATOR_CONTACT": "hello@example.org",
        "EMBED_ORIGINS": "https://charity.example.org", "METRICS_PORT": str(free_port()),
    }
    checked = (reach.public_address, reach.embedding, reach.proxies, reach.metrics_address, secrets.signing_key, secrets.opt_outs, channels.texts,
               channels.slack, stores.redis, house.operator, house.sunset)
    assert [finding for check in checked for finding in check(deployment(**environ)) if finding.level != FINE] == []


# -- files ------------------------------------------------------------------------------------


def test_secrets_that_others_may_read_are_named(tmp_path: Path) -> None:
    state = tmp_path / "state"
    state.mkdir(mode=0o755)
    (state / "optouts.key").write_text("k")
    (tmp_path / ".env").write_text("TWILIO_AUTH_TOKEN=x")
    for path, mode in ((state, 0o755), (state / "optouts.key", 0o644), (tmp_path / ".env", 0o640)):
        path.chmod(mode)
    looked = replace(deployment(STATE_DIR=str(state)), root=tmp_path)
    says = "\n".join(finding.do for check in (secrets.opt_outs, secrets.env_files) for finding in check(looked))
    assert f"chmod 700 {state}" in says and f"chmod 600 {state / 'optouts.key'}" in says and f"chmod 600 {tmp_path / '.env'}" in says
    for path, mode in ((state, 0o700), (state / "optouts.key", 0o600), (tmp_path / ".env", 0o600)):
        path.chmod(mode)
    assert all(finding.level == FINE for check in (secrets.opt_outs, secrets.env_files) for finding in check(looked))


def test_a_missing_and_an_outdated_law_store_are_said(law_db: Path, invented: Path, tmp_path: Path) -> None:
    assert "charter-oak build" in told(content.law_store, WRONG, CHARTER_OAK_LAW_DB=str(tmp_path / "none.db"))
    assert "other content" in told(content.law_store, WRONG, CHARTER_OAK_LAW_DB=str(law_db), CHARTER_OAK_CONTENT=str(invented))
    assert "no content" in told(content.law_store, WRONG, CHARTER_OAK_LAW_DB=str(law_db), CHARTER_OAK_CONTENT=str(tmp_path / "none"))
    assert told(content.law_store, WRONG, CHARTER_OAK_LAW_DB=str(law_db)) == ""


def test_a_law_that_was_not_looked_at_for_half_a_year_is_said(law_db: Path) -> None:
    later = replace(deployment(CHARTER_OAK_LAW_DB=str(law_db)), now=NOW + dt.timedelta(days=200))
    assert any("last checked 200 days ago" in finding.says and finding.level == WARNING for finding in content.law_store(later))


def test_numbers_that_were_to_be_checked_by_now_are_named_and_before_that_day_are_not() -> None:
    looked = deployment()
    assert [finding.level for finding in content.numbers_to_call(looked)] == [FINE]
    late = [finding for finding in content.numbers_to_call(replace(looked, now=NOW.replace(year=2126)))]
    assert late[0].level == WARNING and "hotline (" in late[0].says
    missing = told(content.numbers_to_call, WRONG, CHARTER_OAK_CONTENT="/nonexistent")
    assert "no numbers to give" in missing


def test_a_model_of_other_phrases_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("rasa")
    monkeypatch.setattr(model, "current", lambda: Path("/nonexistent/model.tar.gz"))
    assert "charter-oak train" in told(content.language_model, WRONG)


def test_packages_that_differ_from_the_lock_are_named(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('dependencies = [\n    "starlette>=0.37",\n    "no-such-package>=1",\n]\n')
    (tmp_path / "uv.lock").write_text('[[package]]\nname = "starlette"\nversion = "0.0.1"\n')
    (finding,) = installed.packages(replace(deployment(), root=tmp_path))
    assert finding.level == WRONG and "no-such-package is missing" in finding.says and "starlette" in finding.says
    assert finding.do == "Run: scripts/setup"
    (finding,) = installed.packages(deployment())
    assert finding.level == FINE, finding.says


@pytest.mark.parametrize(("version", "level"), [((3, 9), WRONG), ((3, 10), FINE), ((3, 14), WRONG)])
def test_a_python_that_the_bot_does_not_run_on_is_said(version: tuple[int, int], level: str) -> None:
    assert [finding.level for finding in installed.python(deployment(), version)] == [level]


def test_missing_pango_is_said_with_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing() -> None:
        raise installed.pdf.PaperUnavailable("no pango")

    monkeypatch.setattr(installed.pdf, "library", missing)
    assert "libpango" in told(installed.papers, WARNING)


def test_a_clock_that_is_behind_the_files_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    looked = replace(deployment(), root=tmp_path, now=dt.datetime.now(dt.timezone.utc) - dt.timedelta(hours=2))
    (finding,) = house.clock(looked)
    assert finding.level == WRONG and "behind" in finding.says


def test_the_file_that_closes_the_service_is_named(tmp_path: Path) -> None:
    assert told(house.sunset, WARNING, STATE_DIR=str(tmp_path)) == ""
    (tmp_path / "sunset").touch()
    assert f"Remove {tmp_path / 'sunset'}" in told(house.sunset, WARNING, STATE_DIR=str(tmp_path))


# -- what answers -------------------------------------------------------------------------------


@contextmanager
def answering(body: bytes, **headers: str) -> Iterator[int]:
    """A server on loopback that answers everything so; its port."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers.get("content-length") or 0))
            self.do_GET()

        def log_message(self, *args: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield server.server_port
    finally:
        server.shutdown()


def test_a_stranger_at_a_port_and_a_part_that_is_missing_are_told_apart() -> None:
    free = {"RASA_PORT": str(free_port()), "ACTIONS_PORT": str(free_port())}
    with answering(b"something else") as port:
        assert "is not the gateway" in told(reach.ports, WRONG, PORT=str(port), **free)
    with answering(b'{"alive":true}') as port:
        says = told(reach.ports, WRONG, PORT=str(port), **free)
        assert "Rasa does not answer" in says and "the action server does not answer" in says
    assert told(reach.ports, WRONG, PORT=str(free_port()), **free) == ""


@pytest.mark.parametrize(("trusted", "shown", "says"), [("1", 2, "share one limit"), ("2", 1, "claim another address"), ("1", 1, "")])
def test_trusted_proxies_are_held_against_what_requests_show(trusted: str, shown: int, says: str) -> None:
    with answering(f"charter_oak_forwarded_for_fewest {shown}.0\n".encode()) as port:
        found = told(reach.proxies, WRONG, TRUSTED_PROXIES=trusted, METRICS_PORT=str(port), **PUBLIC)
    assert says in found and bool(found) == bool(says)


@pytest.mark.parametrize(
    ("scopes", "level", "says"),
    [("chat:write,commands", WRONG, "im:history"), ("app_mentions:read,chat:write,commands,im:history", FINE, "confirms")],
)
def test_what_slack_lets_the_token_do_is_asked_only_online(scopes: str, level: str, says: str) -> None:
    with answering(b'{"ok": true, "team_id": "T1"}', x_oauth_scopes=scopes, content_type="application/json") as port:
        there = {**SLACK, "SLACK_API_URL": f"http://127.0.0.1:{port}/api/"}
        assert [finding.level for finding in channels.slack(deployment(**there)) if "confirm" in finding.says] == []
        (finding,) = channels.slack(deployment(online=True, **there))
        assert finding.level == level and says in finding.says
    (finding,) = channels.slack(deployment(online=True, **there))  # nobody answers there any more
    assert finding.level == WRONG and "did not confirm" in finding.says


@contextmanager
def redis_server(folder: Path, *options: str) -> Iterator[str]:
    program = shutil.which("redis-server")
    if not program:
        pytest.skip("no redis-server here (Debian: redis-server)")
    port = free_port()
    process = subprocess.Popen([program, "--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder), *options], stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 20
        while isinstance(stores._ask(f"redis://127.0.0.1:{port}/0"), str):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(timeout=20)


def test_a_redis_that_keeps_conversations_or_forgets_opt_outs_is_said(tmp_path: Path) -> None:
    with redis_server(tmp_path, "--save", "", "--appendonly", "no") as forgets, redis_server(tmp_path, "--appendonly", "yes") as keeps:
        assert [f.level for f in stores.redis(deployment(REDIS_URL=forgets, OPTOUTS_REDIS_URL=keeps))] == [FINE, FINE]
        swapped = told(stores.redis, WRONG, REDIS_URL=keeps, OPTOUTS_REDIS_URL=forgets)
        assert "writes conversations to disk" in swapped and "would get texts again" in swapped
        assert "same Redis" in told(stores.redis, WRONG, REDIS_URL=keeps, OPTOUTS_REDIS_URL=keeps)


# -- the command ----------------------------------------------------------------------------------


def test_a_check_that_breaks_is_a_finding_and_the_others_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(looked: Deployment) -> Iterator[Finding]:
        raise ValueError("secret words")
        yield

    for name in list(CHECKS):
        monkeypatch.delitem(CHECKS, name)
    monkeypatch.setitem(CHECKS, "one", broken)
    monkeypatch.setitem(CHECKS, "two", house.clock)
    found = examine(deployment())
    assert [name for name, _ in found] == ["one", "two"] and not sound(found)
    assert "ValueError" in found[0][1].says and "secret" not in found[0][1].says


def test_the_command_ends_with_1_where_something_is_wrong_and_tells_programs_too() -> None:
    environ = {**os.environ, "PORT": str(free_port()), "RASA_PORT": str(free_port()), "ACTIONS_PORT": str(free_port())}
    command = [sys.executable, "-m", "bot.cli", "doctor", "--json"]
    ended = subprocess.run(command, cwd=paths.ROOT, env=environ, capture_output=True, text=True, check=False, timeout=120)
    rows = json.loads(ended.stdout)
    assert {row["check"] for row in rows} >= {"python", "packages", "ports", "clock"} and all(row["says"] for row in rows)
    assert ended.returncode == int(any(row["level"] == WRONG for row in rows))
    broken = {**environ, "EMBED_ORIGINS": "*", "GATEWAY_SECRET": "short"}
    ended = subprocess.run(command[:-1], cwd=paths.ROOT, env=broken, capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1
    assert "WRONG   settings: EMBED_ORIGINS: * is not an origin" in ended.stdout and "WRONG   signing key" in ended.stdout
    assert "short" not in ended.stdout.replace("shorter", "")


def test_the_check_of_the_content_warns_of_what_is_overdue_and_passes(invented: Path) -> None:
    help_file = invented / "help.yml"
    later = re.sub(r"review_by: \S+", "review_by: 2120-02-21", help_file.read_text(encoding="utf-8"))
    help_file.write_text(later.replace("2120", "2020", 1), encoding="utf-8")
    ended = subprocess.run(
        [sys.executable, "-m", "bot.cli", "check"], cwd=paths.ROOT, env={**os.environ, "CHARTER_OAK_CONTENT": str(invented)},
        capture_output=True, text=True, check=False, timeout=120,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stderr == "Warning: emergency in help.yml was to be checked again by 2020-02-21.\n"
