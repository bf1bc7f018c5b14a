"""``charter-oak report``: what a month has to say, kindly where it has nothing, from a file and from the Redis of several gateways."""

from __future__ import annotations

import asyncio
import csv
import datetime as dt
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot import paths
from bot.law.store import LawStore
from bot.shared import Shared
from gateway.usage.__main__ import written_report
from gateway.usage.lines import ANY, NONE, Line
from gateway.usage.published import FilePublished, Month, SharedPublished
from gateway.usage.report import NoReport, report, wanted
from gateway.usage.written import as_csv, as_json, text
from tests.redis_server import needs_redis, redis_server

NOW = dt.datetime(2026, 11, 21, 9, tzinfo=dt.timezone.utc)
LINES = {
    Line("web", "en", "answered", "vacatur_how"): 120, Line("web", "en", "answered", ANY): 45, Line("sms", "es", "answered", ANY): 20,
    Line("web", "en", "choices", "vacatur_deadline"): 15, Line(ANY, ANY, "choices", "civil_sue"): 10, Line("web", "en", "not_found", NONE): 10,
    Line(ANY, ANY, "outside", NONE): 5, Line("web", "en", "unhelpful_hard", "vacatur_how"): 10, Line(ANY, ANY, "unhelpful_missing", ANY): 5,
}


def last_month() -> str:
    return (dt.datetime.now(dt.timezone.utc).date().replace(day=1) - dt.timedelta(days=1)).strftime("%Y-%m")


def run(*options: str, command: tuple[str, ...] = ("gateway.usage",), **environ: str) -> subprocess.CompletedProcess[str]:
    """The real command, or the part of it that the gateway's side does, in a process of its own."""
    clean = {name: value for name, value in os.environ.items() if name not in ("REDIS_URL", "USAGE_COUNTS", "STATE_DIR")}
    return subprocess.run(
        [sys.executable, "-m", *command, *options], cwd=paths.ROOT, env={**clean, **environ}, capture_output=True, text=True, check=False
    )


def test_the_command_prints_the_last_full_month_as_text_json_and_csv(tmp_path: Path) -> None:
    asyncio.run(FilePublished(tmp_path).add(last_month(), LINES, 5))
    said = run("--month", last_month(), command=("bot.cli", "report"), STATE_DIR=str(tmp_path))
    assert said.returncode == 0, said.stderr
    assert run(STATE_DIR=str(tmp_path)).stdout == said.stdout
    assert "Answered 185, fell back 40: 18 % of 225." in said.stdout
    told = json.loads(run("--json", STATE_DIR=str(tmp_path)).stdout)
    assert told["answered"] == 185 and sum(line["conversations"] for line in told["lines"] if line["what"] == "choices") == 25
    rows = list(csv.DictReader(io.StringIO(run("--csv", STATE_DIR=str(tmp_path)).stdout)))
    assert len(rows) == len(LINES) and rows[0].keys() == {"month", "channel", "lang", "what", "topic", "conversations"}


def test_without_data_it_says_so_in_a_line_and_ends_with_one(tmp_path: Path) -> None:
    for environ, says in (({}, "unless USAGE_COUNTS is on"), ({"USAGE_COUNTS": "on"}, "nobody asked")):
        said = run(STATE_DIR=str(tmp_path), **environ)
        assert said.returncode == 1 and says in said.stderr and len(said.stderr.splitlines()) == 1 and not said.stdout
    assert not list(tmp_path.iterdir())


def test_a_file_that_is_no_database_and_a_wrong_setting_are_said_in_a_line(tmp_path: Path) -> None:
    (tmp_path / "usage.db").write_text("not a database" * 100)
    for environ in ({}, {"METRICS_SMALLEST_GROUP": "2"}, {"REDIS_URL": "unix:///nowhere/redis.sock", "GATEWAY_SECRET": "s" * 32}):
        said = run(STATE_DIR=str(tmp_path), **environ)
        assert said.returncode == 1 and len(said.stderr.splitlines()) == 1 and "Traceback" not in said.stderr, said.stderr


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ("2026-13", "is not a month. Write it like 2026-11"), ("october", "is not a month"), ("2026-1", "is not a month"),
        ("0000-01", "is not a month"),
        ("2026-12", "December 2026 has not come yet"), ("9998-01", "has not come yet"), ("2026-11", "November 2026 is not over"),
    ],
)
def test_an_impossible_month_one_to_come_and_one_still_running_are_told_why(asked: str, says: str) -> None:
    with pytest.raises(NoReport, match=says):
        wanted(asked, NOW)


def test_the_last_month_that_is_over_is_meant_where_none_is_named() -> None:
    assert wanted("", NOW) == "2026-10" and wanted("", dt.datetime(2026, 1, 1, tzinfo=dt.timezone.utc)) == "2025-12"
    assert wanted("2026-02", NOW) == "2026-02"


def test_in_the_first_hour_of_a_month_the_one_before_is_still_being_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What a restart has closed of it is not the whole of it."""
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    asyncio.run(FilePublished(tmp_path).add("2026-10", LINES, 5))
    with pytest.raises(NoReport, match="being closed"):
        written_report("", "text", dt.datetime(2026, 11, 1, 0, 59, tzinfo=dt.timezone.utc))
    assert "October 2026" in written_report("", "text", dt.datetime(2026, 11, 1, 1, 0, tzinfo=dt.timezone.utc))


def test_it_says_where_to_mend_what_fell_back_or_did_not_help(store: LawStore) -> None:
    told = text(report(Month("2026-10", LINES, 5), store, paths.ROOT))
    assert "add phrases in which people ask for it: data/nlu/en/vacatur.yml" in told
    assert "rewrite `simple`, then `short`: content/wording/en/answers/vacatur.yml" in told
    named = {word.strip(",") for word in told.split() if word.startswith(("content/wording", "data/nlu"))}
    assert len(named) > 3 and all((paths.ROOT / path).exists() for path in named)
    assert told in (paths.ROOT / "docs" / "operations.md").read_text(encoding="utf-8"), "docs/operations.md shows another report"


def test_every_sum_in_it_is_of_what_stands_in_it(store: LawStore) -> None:
    found = report(Month("2026-10", LINES, 5), store, paths.ROOT)
    assert sum(answered for answered, _ in found.places.values()) == found.totals[0] == 185
    assert sum(fell for _, fell in found.places.values()) == found.totals[1] == 40
    assert json.loads(as_json(found))["fell_back"] == 40 and as_csv(found).count("\n") == len(LINES) + 1


def test_a_month_in_which_nothing_was_shared_by_enough_says_that_and_no_number(store: LawStore) -> None:
    told = text(report(Month("2026-10", {}, 5), store, paths.ROOT))
    assert "Nothing was shared by as many as 5 conversations" in told and "fell back" not in told


def test_without_the_law_store_it_still_tells(tmp_path: Path) -> None:
    told = text(report(Month("2026-10", LINES, 5), None, tmp_path))
    assert "vacatur_deadline (not sure, offered choices; chat, English)" in told and "content/wording/en" not in told


@needs_redis
def test_of_several_gateways_the_command_reads_what_they_closed_together(tmp_path: Path) -> None:
    with redis_server(tmp_path) as server:
        for _ in range(2):  # in two pieces
            asyncio.run(SharedPublished(Shared(server.url)).add(last_month(), {Line("web", "en", "answered", "vacatur_how"): 10}, 5))
        said = run("--json", REDIS_URL=server.url, GATEWAY_SECRET="s" * 32)
        assert said.returncode == 0, said.stderr
        assert json.loads(said.stdout)["answered"] == 20
        assert server.without_an_end() == []
