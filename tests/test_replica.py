"""One process by itself, and secrets handed over as files."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from bot import paths, secret_files
from gateway import configuration
from tests.running import free_port


def command(*words: str, **environ: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if name not in secret_files.NAMES}
    run = [sys.executable, "-m", "bot.cli", *words]
    return subprocess.run(run, cwd=paths.ROOT, env={**kept, **environ}, capture_output=True, text=True, check=False)


def test_a_secret_in_a_file_stands_for_the_variable(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a secret\n")
    environ = {"GATEWAY_SECRET_FILE": str(file), "OPERATOR": "someone"}
    secret_files.read(environ)
    assert environ == {"GATEWAY_SECRET": "a secret", "OPERATOR": "someone"}


def test_every_secret_that_may_be_a_file_is_a_setting() -> None:
    named = {variable.name for group in configuration.GROUPS.values() for variable in group}
    assert set(secret_files.NAMES) <= named


@pytest.mark.parametrize(("environ", "said"), [
    ({"GATEWAY_SECRET_FILE": "/nowhere/secret"}, "GATEWAY_SECRET_FILE=/nowhere/secret cannot be read"),
    ({"GATEWAY_SECRET_FILE": "/dev/null"}, "is empty"),
    ({"GATEWAY_SECRET_FILE": "/dev/null", "GATEWAY_SECRET": "marked-secret"}, "both set"),
])
def test_a_secret_that_cannot_be_had_stops_the_start_in_one_line(environ: dict[str, str], said: str) -> None:
    ended = command("run", "gateway", **environ)
    assert ended.returncode == 1 and said in ended.stderr and ended.stderr.count("\n") == 1 and "marked-secret" not in ended.stderr


def test_a_replica_says_what_was_not_made_for_it(tmp_path: Path) -> None:
    ended = command("run", "actions", CHARTER_OAK_LAW_DB=str(tmp_path / "law.db"))
    assert ended.returncode == 1 and "charter-oak build" in ended.stderr and ended.stderr.count("\n") == 1


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2"])
@pytest.mark.skipif(sys.platform != "linux" or sys.version_info >= (3, 11), reason="needs Linux' loopback addresses, and Rasa's Python")
def test_the_action_server_listens_where_it_is_told_and_nowhere_else(host: str, law_db: Path) -> None:
    port = free_port()
    told = {} if host == "127.0.0.1" else {"INTERNAL_HOST": host}
    environ = {**os.environ, "ACTIONS_PORT": str(port), "CHARTER_OAK_LAW_DB": str(law_db), **told}
    process = subprocess.Popen([sys.executable, "-m", "bot.cli", "run", "actions"], cwd=paths.ROOT, env=environ, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 90
        while True:
            try:
                assert httpx.get(f"http://{host}:{port}/health", trust_env=False).status_code == 200
                break
            except httpx.TransportError:
                assert process.poll() is None and time.monotonic() < deadline
                time.sleep(0.2)
        other = "127.0.0.2" if host == "127.0.0.1" else "127.0.0.1"
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"http://{other}:{port}/health", trust_env=False)
    finally:
        process.terminate()
        process.wait(timeout=20)
