"""A release is made of a copy of this tree, installed where no repository is near, and asked.

The packages that it stands on are this environment's own: only what the wheel brings is new. With the current Python, they are
installed as the release's requirements.txt has them.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import time
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from bot import model, paths, version
from bot.law.content import Content, digest
from gateway.doctor.finding import WRONG
from release import build as building
from tests.running import Bot, free_port, said
from tests.test_images import python

RELEASED = "2030-01-01"


@dataclass
class Release:
    """A tree that was released, and what came of it."""

    tree: Path
    out: Path
    refused: list[str]

    def only(self, pattern: str) -> Path:
        (found,) = self.out.glob(pattern)
        return found

    @property
    def sdist(self) -> Path:
        return self.only(f"charter_oak-{version.number()}.tar.gz")

    @property
    def wheel(self) -> Path:
        return self.only("*.whl")


def step(tree: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """One step of docs/releasing.md in ``tree``."""
    environ = {name: value for name, value in os.environ.items() if not name.startswith("CHARTER_OAK")}
    run = [sys.executable, "-m", "release", *words]
    return subprocess.run(run, cwd=tree, env={**environ, "PYTHONPATH": str(tree), "PATH": f"{Path(building.uv()).parent}:{os.environ['PATH']}"},
                          capture_output=True, text=True, check=False, timeout=300)


def git(tree: Path, *words: str) -> None:
    subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *words], cwd=tree, check=True, capture_output=True)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    """Each step is taken too early once, and what it says is kept."""
    tree, out = tmp_path_factory.mktemp("tree"), tmp_path_factory.mktemp("release") / "dist"
    listed = subprocess.run(["git", "ls-files", "-co", "--exclude-standard"], cwd=paths.ROOT, capture_output=True, text=True, check=True)
    for name in listed.stdout.splitlines():
        if (paths.ROOT / name).exists():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(paths.ROOT / name, tree / name)
    (tree / "models").mkdir()
    shutil.copy(model.current(), tree / "models")
    for secret in (".state/optouts.key", "content/__pycache__/a.pyc", "gateway/__pycache__/b.pyc", "build/logs/rasa.log"):
        (tree / secret).parent.mkdir(parents=True, exist_ok=True)
        (tree / secret).write_text("not to be released")
    record = tree / "release" / "records" / f"{version.number()}.json"
    record.unlink(missing_ok=True)
    page, heading = tree / "CHANGELOG.md", f"## {version.number()} "
    page.write_text(page.read_text(encoding="utf-8").replace(f"{heading}(unreleased)", f"{heading}({RELEASED})"), encoding="utf-8")
    git(tree, "init")
    git(tree, "add", ".")
    refused = [step(tree, "build", "--to", str(out)).stderr]
    git(tree, "commit", "--message", "All of it")
    refused.append(step(tree, "build", "--to", str(out)).stderr)
    recorded = step(tree, "record")
    assert recorded.returncode == 0, recorded.stderr
    git(tree, "add", ".")
    git(tree, "commit", "--message", "Release it")
    refused.append(step(tree, "build", "--to", str(out)).stderr)
    git(tree, "tag", "--annotate", f"v{version.number()}", "--message", "A release")
    built = step(tree, "build", "--to", str(out))
    assert built.returncode == 0, built.stderr
    return Release(tree, out, refused)


def test_a_release_taken_too_early_says_what_comes_first(release: Release) -> None:
    changed, unrecorded, untagged = release.refused
    assert "Files differ from the commit" in changed
    assert "There is no record of" in unrecorded and "python -m release record" in unrecorded
    assert "git tag -a v" in untagged


def test_a_release_is_five_files_and_their_sums_are_right(release: Release) -> None:
    sums = dict(reversed(line.split("  ")) for line in release.only("SHA256SUMS").read_text().splitlines())
    assert len(sums) == 4 and {"requirements.txt", model.current().name} <= sums.keys()
    assert {path.name for path in release.out.iterdir() if not path.name.startswith(".")} == {*sums, "SHA256SUMS"}
    assert all(hashlib.sha256((release.out / name).read_bytes()).hexdigest() == known for name, known in sums.items())


def test_the_wheel_and_the_sdist_hold_what_they_should_and_nothing_else(release: Release) -> None:
    with zipfile.ZipFile(release.wheel) as wheel:
        held = wheel.namelist()
        assert wheel.read("bot/shipped/BUILT_FROM") == b"", "a release at its tag names no commit"
        metadata = wheel.read(next(name for name in held if name.endswith("METADATA"))).decode()
    assert not list(building.out_of_place(release.wheel))
    assert {f"bot/shipped/{name}" for name in ("content/help.yml", "domain.yml", "uv.lock", "widget/src/chat.js")} <= set(held)
    with tarfile.open(release.sdist) as sdist:
        held += sdist.getnames()
    parts = {part for name in held for part in Path(name).parts}
    assert not parts & {"__pycache__", ".state", ".env", "tests", "bench", "models", "build", "deploy", ".git"}
    assert not [name for name in held if name.endswith((".pyc", ".db", ".log", ".key"))]
    needs = [line for line in metadata.splitlines() if line.startswith("Requires-Dist: ")]
    rasa = [line for line in needs if line.startswith(("Requires-Dist: rasa", "Requires-Dist: scikit"))]
    assert len(rasa) == 3 and all("extra == 'rasa'" in line and "python_version < '3.11'" in line for line in rasa)


def test_the_same_tree_gives_the_same_bytes_wherever_and_whenever_it_is_built(release: Release, tmp_path: Path) -> None:
    """Built again from the sdist, under another name, with files of another day and another umask."""
    name = f"charter_oak-{version.number()}"
    with tarfile.open(release.sdist) as sdist:
        when = sdist.getmember(f"{name}/pyproject.toml").mtime
        sdist.extractall(tmp_path / "elsewhere")
    for path in (tmp_path / "elsewhere").rglob("*"):
        os.utime(path, (1, 1))
        path.chmod(0o700 if path.is_dir() else 0o600)
    again = building.distributions(tmp_path / "again", tmp_path / "elsewhere" / name, epoch=int(when))
    assert [path.read_bytes() for path in again] == [(release.out / path.name).read_bytes() for path in again]


# -- installed ---------------------------------------------------------------------------------


@dataclass
class Installed:
    """An environment with nothing of ours but the wheel, and an empty folder to work in."""

    environment: Path
    folder: Path

    @property
    def home(self) -> Path:
        return self.folder.parent / "home" / ".local" / "share" / "charter-oak"

    def environ(self, **more: str) -> dict[str, str]:
        return {"PATH": f"{self.environment / 'bin'}:/usr/bin:/bin", "HOME": str(self.folder.parent / "home"), **more}

    def run(self, *words: str, **more: str) -> str:
        run = [self.environment / "bin" / "charter-oak", *words]
        ended = subprocess.run(run, cwd=self.folder, env=self.environ(**more), capture_output=True, text=True, check=False, timeout=300)
        assert ended.returncode == 0, ended.stdout[-2000:] + ended.stderr[-2000:]
        return ended.stdout


def install(wheel: Path, folder: Path, interpreter: str, *more: str) -> Installed:
    """``wheel`` and the packages that ``more`` names, in an environment of their own."""
    environment, empty = folder / "environment", folder / "empty"
    empty.mkdir()
    environ = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "UV_PROJECT_ENVIRONMENT")}
    for words in (["venv", "--python", interpreter, str(environment)],
                  *([["pip", "install", "--python", str(environment), *more]] if more else ()),
                  ["pip", "install", "--python", str(environment), "--no-deps", str(wheel)]):
        ended = subprocess.run([building.uv(), *words, "--quiet"], cwd=empty, env=environ, capture_output=True, text=True, check=False, timeout=600)
        assert ended.returncode == 0, ended.stderr
    return Installed(environment, empty)


@pytest.fixture(scope="module")
def installed(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """With this environment's packages below it; a .pth file in those, which leads to this repository, is not followed from here."""
    made = install(release.wheel, tmp_path_factory.mktemp("installed"), os.path.realpath(sys.executable))
    (site,) = (made.environment / "lib").glob("python*/site-packages")
    (site / "packages.pth").write_text(sysconfig.get_path("purelib") + "\n")
    asked = "import bot, importlib.util; print(bot.__file__); assert importlib.util.find_spec('rasa')"
    where = subprocess.run([made.environment / "bin" / "python", "-c", asked], cwd=made.folder, env=made.environ(), capture_output=True, text=True,
                           check=True)
    assert Path(where.stdout.strip()).is_relative_to(made.environment)
    return made


@pytest.fixture(scope="module")
def before(installed: Installed) -> dict[str, str]:
    """What a release knows of itself before its first command has made the store."""
    told = json.loads(installed.run("--version", "--json"))
    assert "Superior Court" in installed.run("law", "54-95c")
    return dict(told)


@contextmanager
def serving(made: Installed, output: Path, *words: str, until: str, **environ: str) -> Iterator[None]:
    """``charter-oak`` with ``words`` until the block ends; it runs once ``until`` is said, or answers with 200 where that is an address."""
    with open(output, "wb") as out:
        process = subprocess.Popen([made.environment / "bin" / "charter-oak", *words], cwd=made.folder, env=made.environ(**environ), stdout=out,
                                   stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + 200
        while not _answers(until) if until.startswith("http") else until not in output.read_text():
            assert process.poll() is None and time.monotonic() < deadline, output.read_text()
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait(timeout=60)


def _answers(url: str) -> bool:
    try:
        return httpx.get(url, trust_env=False).status_code == 200
    except httpx.TransportError:
        return False


def test_a_release_knows_what_it_is_before_anything_was_made(before: dict[str, str], real_content: Content) -> None:
    assert (before["code"], before["commit"], before["law_db"]) == (version.number(), "", "")
    checked = max(section.checked.on for section in real_content.sections.values())
    assert (before["content"], before["law_checked"]) == (digest(paths.content_dir()), checked.isoformat())
    assert (before["model"], before["model_here"]) == (model.inputs_hash(), False), "a release looks for the very model that was made for it"


def test_a_release_answers_where_no_repository_is_near(
    release: Release, installed: Installed, before: dict[str, str], tmp_path: Path
) -> None:
    (installed.home / "models").mkdir()
    shutil.copy(release.only("charter-oak-*.tar.gz"), installed.home / "models")
    assert "not here" not in installed.run("--version")

    bot = Bot(free_port(), free_port(), free_port(), installed.home / "build" / "logs")
    ports = {"PORT": str(bot.gateway), "RASA_PORT": str(bot.rasa), "ACTIONS_PORT": str(bot.actions)}
    with serving(installed, tmp_path / "serve.log", "serve", until="Ready:", **ports):
        assert "§ 54-95c" in installed.run("ask", "--url", bot.url, "what is 54-95c")
        session = bot.open()
        assert "53a-192a" in said(bot.send(session, text="¿qué es la sección 53a-192a?"))
        for danger, number in (("he is outside my door with a knife", "call 911"), ("está afuera con un cuchillo", "llame al 911")):
            assert number in said(bot.send(session, text=danger))
        assert bot.http.get(f"{bot.url}/api/v1/version").json()["content"] == before["content"]
        assert "charter-oak-chat.js" in bot.http.get(bot.url).text and "54-95c" in bot.http.get(f"{bot.url}/law/54-95c").text
        findings = json.loads(installed.run("doctor", "--json", **ports))
        assert [row for row in findings if row["level"] == WRONG] == []
        assert any(row["says"].startswith(f"Charter Oak {version.number()}, content {before['content']}") for row in findings)
    assert "Compiling" not in (tmp_path / "serve.log").read_text() and "Training" not in (tmp_path / "serve.log").read_text()
    assert list(installed.folder.iterdir()) == []
    assert {path.name for path in installed.home.iterdir()} <= {"build", "models", ".state"}


def test_the_content_of_a_release_is_not_changed_in_place(installed: Installed) -> None:
    run = [installed.environment / "bin" / "charter-oak", "drift", "--mark", "--section", "54-95c", "--act", "P.A. 27-1", "--since", "2027-01-01"]
    ended = subprocess.run(run, cwd=installed.folder, env=installed.environ(), capture_output=True, text=True, check=False, timeout=120)
    assert ended.returncode == 1 and "CHARTER_OAK_CONTENT" in ended.stderr and ended.stderr.count("\n") == 1


def test_on_a_newer_python_a_release_is_the_gateway_alone(
    release: Release, installed: Installed, before: dict[str, str], tmp_path: Path
) -> None:
    made = install(release.wheel, tmp_path, python("3.13"), "--requirement", str(release.only("requirements.txt")))
    names = {path.name for path in next((made.environment / "lib").glob("python*/site-packages")).iterdir()}
    assert not {"rasa", "rasa_sdk", "tensorflow", "pytest"} & names
    url = f"http://127.0.0.1:{free_port()}"
    environ = {"PORT": url.rpartition(":")[2], "CHARTER_OAK_LAW_DB": str(installed.home / "build" / "law.db"), "RASA_URL": "http://127.0.0.1:9"}
    with serving(made, tmp_path / "gateway.log", "run", "gateway", until=f"{url}/healthz", **environ):
        assert "1-888-373-7888" in httpx.post(f"{url}/api/v1/messages", json={"text": "he has a gun outside"}, trust_env=False).text
        assert "54-95c" in httpx.get(f"{url}/law/54-95c", trust_env=False).text
        assert httpx.get(f"{url}/api/v1/version", trust_env=False).json()["version"] == version.number()
