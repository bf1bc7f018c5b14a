"""The images' own instructions, carried out here without a container engine: what they copy and install is enough to run.

The base's Python is replaced by one of this machine, and training by the model that is already here: the copied files have to
give the very name that it has.
"""

from __future__ import annotations

import fnmatch
import os
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from bot import model, paths
from tests.manifests import DEPLOY, instructions
from tests.running import free_port

IMAGES = DEPLOY / "images"
IGNORED = [line for line in (paths.ROOT / ".dockerignore").read_text().splitlines() if line and not line.startswith("#")]

QUICK_SYNC = "uv sync --no-compile-bytecode"  # saves a minute here; changes nothing that is installed


def python(version: str) -> str:
    """A Python of this version on this machine, a virtual environment's excepted; the test is skipped, visibly, where there is none."""
    found = subprocess.run([str(paths.ROOT / "scripts" / "find-python"), version], capture_output=True, text=True, check=False)
    if found.returncode:
        pytest.skip(f"no Python {version} here")
    return found.stdout.strip()


def let_through(name: str) -> bool:
    """Whether .dockerignore lets a path of the repository into a build."""
    through = True
    for rule in IGNORED:
        pattern = rule.lstrip("!").removeprefix("**/")
        if any(fnmatch.fnmatch(part, pattern) for part in (name, *(str(p) for p in Path(name).parents if str(p) != "."), Path(name).name)):
            through = rule.startswith("!")
    return through


def build(containerfile: Path, into: Path, interpreter: str) -> dict[str, str]:
    """Carry out the build stage in ``into`` and return what the last stage sets: "ENTRYPOINT", "CMD", "ENV" and so on."""
    stage, last = "", {}
    uv = shutil.which("uv") or str(paths.ROOT / ".tools/bin/uv")
    environ = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")}
    environ |= {"PATH": f"{Path(uv).parent}:{os.environ['PATH']}", "UV_PYTHON": interpreter, "UV_PYTHON_DOWNLOADS": "never"}
    for word, rest in instructions(containerfile):
        if word == "FROM":
            stage, last = rest, {}
        last[word] = rest
        if "AS build" not in stage:
            continue
        if word == "COPY" and not rest.startswith("--from"):
            *sources, target = rest.split()
            for source in sources:
                assert let_through(source), f".dockerignore keeps {source} out"
                place = into / target / (Path(source).name if target in (".", "./") else "")
                if (paths.ROOT / source).is_dir():
                    shutil.copytree(paths.ROOT / source, place, ignore=shutil.ignore_patterns("__pycache__"))
                else:
                    shutil.copy(paths.ROOT / source, place)
        elif word == "RUN":
            if "bot.cli train" in rest:
                (into / "models").mkdir()
                shutil.copy(model.current(), into / "models")
            command = ["bash", "-euc", rest.replace("uv sync", QUICK_SYNC)]
            ended = subprocess.run(command, cwd=into, env=environ, capture_output=True, text=True, check=False, timeout=600)
            assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
            assert "Training" not in ended.stdout, "the files copied are not those that the model was trained on"
    return last


@contextmanager
def running(folder: Path, last: dict[str, str], name: str, url: str, **environ: str) -> Iterator[httpx.Client]:
    """The image's command in ``folder``, with the image's environment; ends with the block."""
    import json

    entry = [part if part != "python" else str(folder / ".venv/bin/python") for part in json.loads(last["ENTRYPOINT"])]
    given = dict(part.split("=", 1) for part in shlex.split(last["ENV"]) if "$PATH" not in part and not part.startswith(("HOME=", "MPLCONFIGDIR=")))
    loopback = {"GATEWAY_HOST": "127.0.0.1", "INTERNAL_HOST": "127.0.0.1", "STATE_DIR": str(folder / "state"), "HOME": str(folder)}
    log = folder / f"{name}.log"
    with open(log, "wb") as out:
        process = subprocess.Popen(
            [*entry, name], cwd=folder, env={"PATH": "/usr/bin:/bin", **given, **loopback, **environ}, stdout=out, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(trust_env=False, timeout=20) as client:
            deadline = time.monotonic() + 120
            while True:
                try:
                    if client.get(url).status_code == 200:
                        break
                except httpx.TransportError:
                    pass
                assert process.poll() is None and time.monotonic() < deadline, log.read_text()[-3000:]
                time.sleep(0.2)
            yield client
    finally:
        process.terminate()
        process.wait(timeout=30)


def test_the_images_hold_no_rasa_beside_the_gateway_and_no_secret() -> None:
    for name in (".env", ".state/optouts", "deploy/secrets/gateway_secret", "tests/test_api.py", ".git/config", "build/logs/rasa.log"):
        assert not let_through(name), f"{name} would get into the build"
    copied = {part for word, rest in instructions(IMAGES / "gateway.Containerfile") if word == "COPY" for part in rest.split()[:-1]}
    assert not copied & {"rasa_ext", "actions", "data", "config.yml"}
    for file in IMAGES.glob("*.Containerfile"):
        last = {}
        for word, rest in instructions(file):
            last = {} if word == "FROM" else last
            last[word] = rest
            assert word not in ("ARG", "ADD"), "what is built does not depend on who builds it"
            assert word != "FROM" or (":" in rest and ":latest" not in rest)
        assert int(last["USER"].split(":")[0]) > 0 and "HEALTHCHECK" in last


def test_gateway_image_runs_on_its_python(tmp_path: Path) -> None:
    last = build(IMAGES / "gateway.Containerfile", tmp_path, python("3.13"))
    installed = {path.name for path in (tmp_path / ".venv" / "lib" / "python3.13" / "site-packages").iterdir()}
    assert not {"rasa", "rasa_sdk", "tensorflow", "pytest"} & installed
    port = free_port()
    with running(tmp_path, last, "gateway", f"http://127.0.0.1:{port}/healthz", PORT=str(port), RASA_URL="http://127.0.0.1:9") as client:
        assert "1-888-373-7888" in client.post(f"http://127.0.0.1:{port}/api/v1/messages", json={"text": "he has a gun outside"}).text
        assert "54-95c" in client.get(f"http://127.0.0.1:{port}/law/54-95c").text
        assert client.get(f"http://127.0.0.1:{port}/").status_code == 200


def test_rasa_image_runs_rasa_and_the_action_server(tmp_path: Path) -> None:
    if not model.current().exists():
        pytest.skip("no trained model here: charter-oak train")
    last = build(IMAGES / "rasa.Containerfile", tmp_path, os.path.realpath(sys.executable))
    rasa, actions = free_port(), free_port()
    ports = {"RASA_PORT": str(rasa), "ACTIONS_PORT": str(actions)}
    with running(tmp_path, last, "actions", f"http://127.0.0.1:{actions}/health", **ports), \
            running(tmp_path, last, "rasa", f"http://127.0.0.1:{rasa}/webhooks/gateway/ready", **ports) as client:
        answer = client.post(f"http://127.0.0.1:{rasa}/webhooks/rest/webhook", json={"sender": "s", "message": "what is 54-95c"})
        assert "54-95c" in answer.text
