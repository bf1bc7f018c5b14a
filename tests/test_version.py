"""Which version this is: the same hashes on every machine, and a store of other content is said to be one."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner
from prometheus_client import generate_latest
from starlette.testclient import TestClient

from bot import commit, fingerprint, model, paths, version
from bot.cli import main
from bot.law import compile as compiler
from bot.law import current
from bot.law.content import digest
from gateway.app import create_app
from gateway.operations.doors import Doors
from gateway.operations.metrics import Metrics
from gateway.settings import Settings


def files(**held: bytes) -> list[tuple[str, bytes]]:
    return list(held.items())


def test_a_hash_is_that_of_names_and_texts_whatever_their_order_and_line_ends() -> None:
    plain = fingerprint.of(files(a=b"one\ntwo\n", b=b"three\n"))
    assert plain == fingerprint.of(files(b=b"three\r\n", a=b"one\r\ntwo\r\n"))
    assert plain != fingerprint.of(files(b=b"one\ntwo\n", a=b"three\n"))
    assert plain != fingerprint.of(files(a=b"one\ntwo", b=b"three\n"))


def test_the_hash_of_the_content_notices_every_file_of_it(invented: Path) -> None:
    before = digest(invented)
    section = next((invented / "sections").glob("*.yml"))
    section.write_bytes(section.read_bytes().replace(b"\n", b"\r\n"))
    assert digest(invented) == before
    (invented / "notes.md").write_text("for its readers only")
    assert digest(invented) == before
    section.rename(section.with_stem("another"))
    assert digest(invented) != before


def test_a_new_number_alone_trains_no_new_model(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = model.inputs_hash()
    for name in ("config.yml", "domain.yml", "uv.lock", "content/jurisdiction.yml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(paths.ROOT / name, tmp_path / name)
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    lock = tmp_path / "uv.lock"
    text = lock.read_text(encoding="utf-8")
    raised = text.replace('name = "charter-oak"\nversion = "', 'name = "charter-oak"\nversion = "9.')
    assert raised != text
    lock.write_text(raised, encoding="utf-8")
    assert model.inputs_hash() == before
    lock.write_text(text.replace('name = "msgspec"\nversion = "', 'name = "msgspec"\nversion = "9.'), encoding="utf-8")
    assert model.inputs_hash() != before


def printed(**environ: str) -> str:
    ended = CliRunner().invoke(main, ["--version"], env=environ)
    assert ended.exit_code == 0, ended.output
    return ended.output


def test_the_command_says_code_content_law_and_model(law_db: Path) -> None:
    said = printed(CHARTER_OAK_LAW_DB=str(law_db))
    assert f"Charter Oak {version.number()}" in said and f"content  {digest(paths.content_dir())}\n" in said
    assert "law      checked November 21, 2026, code revised to January 1, 2025\n" in said
    assert model.inputs_hash() in said and "made of other content" not in said


def test_programs_are_told_the_same(law_db: Path) -> None:
    ended = CliRunner().invoke(main, ["--version", "--json"], env={"CHARTER_OAK_LAW_DB": str(law_db)})
    told = json.loads(ended.output)
    assert told["content"] == told["law_db"] == digest(paths.content_dir()) and told["stale"] is False
    assert (told["law_checked"], told["law_revised_to"], told["model"]) == ("2026-11-21", "2025-01-01", model.inputs_hash())
    assert CliRunner().invoke(main, ["--json"]).exit_code == 2


def test_a_store_of_other_content_is_noticed_and_said(invented: Path, tmp_path: Path, law_db: Path) -> None:
    store = tmp_path / "law.db"
    compiler.build(invented, store)
    assert f"made of other content ({digest(invented)})" in printed(CHARTER_OAK_LAW_DB=str(store))
    shown = CliRunner().invoke(main, ["law", "9a-1"], env={"CHARTER_OAK_LAW_DB": str(store)})
    assert "was made of other content than is here now. Make it: charter-oak build" in shown.stderr
    assert "none. Make it: charter-oak build" in printed(CHARTER_OAK_LAW_DB=str(tmp_path / "none.db"), CHARTER_OAK_CONTENT=str(invented))


def test_a_store_of_other_content_is_made_anew_and_one_of_this_content_is_left_alone(invented: Path, tmp_path: Path) -> None:
    store, said = tmp_path / "law.db", list[str]()
    current.ensure(invented, store, said.append)
    stamp = store.stat().st_mtime_ns
    current.ensure(invented, store, said.append)
    assert len(said) == 1 and store.stat().st_mtime_ns == stamp
    section = next((invented / "sections").glob("*.yml"))
    section.write_text(section.read_text(encoding="utf-8") + "# looked at again\n", encoding="utf-8")
    assert "was made of other content" in current.out_of_date(invented, store)
    current.ensure(invented, store, said.append)
    assert len(said) == 2 and current.made_of(store) == digest(invented)


def test_a_place_that_cannot_be_written_is_said_in_a_sentence(invented: Path) -> None:
    with pytest.raises(current.CannotKeep, match="CHARTER_OAK_HOME"):
        current.ensure(invented, Path("/proc/none/law.db"), lambda line: None)


# -- the commit ------------------------------------------------------------------------------


def test_a_commit_is_named_until_it_is_a_releases_tag(tmp_path: Path) -> None:
    def git(*words: str) -> None:
        subprocess.run(["git", "-c", "user.name=n", "-c", "user.email=e", *words], cwd=tmp_path, check=True, capture_output=True)

    assert commit.of(tmp_path) == ""
    git("init")
    (tmp_path / "file").write_text("one")
    git("add", "file")
    git("commit", "--message", "One")
    at = commit.of(tmp_path)
    assert len(at) == 12
    (tmp_path / "file").write_text("two")
    assert commit.of(tmp_path) == f"{at}+changes"
    git("checkout", "file")
    git("tag", "--annotate", "v0.1.0", "--message", "A release")
    assert commit.of(tmp_path) == ""
    (tmp_path / "file").write_text("two")
    assert commit.of(tmp_path) == f"{at}+changes"
    (tmp_path / commit.NOTE).write_text("as it was built")
    assert commit.of(tmp_path) == "as it was built"


# -- where it is shown -----------------------------------------------------------------------


@pytest.fixture
def alone(law_db: Path, monkeypatch: pytest.MonkeyPatch) -> TestClient:
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
    return TestClient(create_app(Settings(secret="s")))


def test_the_api_names_the_store_that_it_answers_from(alone: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = alone.get("/api/v1/version").json()
    assert told == {
        "version": version.number(), "commit": commit.of(paths.ROOT), "content": digest(paths.content_dir()),
        "law_checked": "2026-11-21", "law_revised_to": "2025-01-01",
    }
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "none.db"))
    told = alone.get("/api/v1/version").json()
    assert (told["content"], told["law_checked"]) == ("", None) and told["version"] == version.number()


def test_the_about_page_says_what_to_name_when_telling_of_a_mistake(alone: TestClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = digest(paths.content_dir())
    english, spanish = alone.get("/about").text, alone.get("/about?lang=es").text
    assert f"This copy runs version {version.number()}" in english and content in english and "as revised to January 1, 2025." in english
    assert f"Esta copia usa la versión {version.number()}" in spanish and content in spanish and "revisados al 1 de enero de 2025." in spanish
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "none.db"))
    assert f"This copy runs version {version.number()}" in alone.get("/about").text


def test_the_metric_has_one_line_and_forgets_the_content_before() -> None:
    metrics = Metrics(5, Doors())
    for content in ("one", "two"):
        metrics.build(version="0.1.0", commit="", content=content, model="m")
    shown = [line for line in generate_latest(metrics.registry).decode().splitlines() if line.startswith("charter_oak_build_info")]
    assert shown == ['charter_oak_build_info{commit="",content="two",model="m",version="0.1.0"} 1.0']


def test_a_day_reads_as_people_write_it() -> None:
    made = version.Version("0.1.0", "", "c", "c", dt.date(2026, 11, 1), dt.date(2025, 1, 1), "m", True)
    assert list(version.lines(made)) == [
        "Charter Oak 0.1.0", "content  c", "law      checked November 1, 2026, code revised to January 1, 2025", "model    m",
    ]
