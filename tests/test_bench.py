"""The measurements measure: the load generator, the tables, the pictures. No time is asserted."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from bench import drawing, report, stock, where
from bench.load import figures
from bench.running import ASKS
from bot import paths, service
from bot.desk import Desk
from bot.reply import Clause, Question

PAGE = b"a page of the law"


class _Site(BaseHTTPRequestHandler):
    """Says back what is asked, and serves one page with a tag."""

    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self._send(200, json.dumps([{"text": json.loads(body)["message"]}]).encode())

    def do_GET(self) -> None:
        known = self.headers.get("If-None-Match") == '"one"'
        self._send(304 if known else 200, b"" if known else PAGE)

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("ETag", '"one"')
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Quiet."""


@pytest.fixture
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def _load(job: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "bench.load"], input=json.dumps(job), capture_output=True, text=True, cwd=paths.ROOT, check=False)


def test_clients_ask_and_their_answers_are_timed(site: str) -> None:
    job = {"kind": "closed", "channel": "rest", "url": site, "asks": [["hello", "hello"]], "warm": 0.1, "seconds": 0.5, "clients": 3}
    found = json.loads(_load(job).stdout)
    assert found["asked"] >= found["count"] > 3 and 0 < found["p50"] <= found["p95"] <= found["p99"]
    assert 0 < found["own_share"] < 2


def test_a_wrong_answer_ends_the_measurement_with_what_was_said(site: str) -> None:
    job = {"kind": "conversation", "channel": "rest", "url": site, "asks": [["hello", "something else"]], "turns": 3}
    done = _load(job)
    assert done.returncode == 1 and "Wrong: 200 to 'hello'" in done.stderr


@pytest.mark.parametrize(("again", "sent"), [(False, len(PAGE)), (True, 0)])
def test_pages_are_asked_for_at_a_rate_with_and_without_what_is_known(site: str, again: bool, sent: int) -> None:
    found = json.loads(_load({"kind": "open", "url": site, "rate": 50, "seconds": 0.4, "again": again}).stdout)
    assert found["count"] == 20 and found["bytes_sent"] == sent


def test_percentiles_are_of_the_durations_given() -> None:
    assert figures([number / 1000 for number in range(1, 101)]) == {"count": 100, "p50": 51, "p95": 96, "p99": 100}


def test_the_questions_are_answered_with_law_whatever_the_pipeline_heard(desk: Desk) -> None:
    for text, wanted in ASKS:
        turn = service.respond(desk, Question(text=text, clauses=(Clause(text, ()),)))
        said = " ".join(line.text for reply in turn.replies for line in reply.lines)
        assert wanted in said and any(line.cites for reply in turn.replies for line in reply.lines), text


def _result() -> dict[str, Any]:
    """Two rounds of a run in which the turn's budget is broken and that of the start is kept."""
    each = [10.0] * 104
    found: dict[str, Any] = {}
    for number in (1, 2):
        found[f"ours/{number}/start"], found[f"stock/{number}/start"] = 10.0, 40.0
        for variant, scale in (("ours", 1), ("stock", 2)):
            found[f"{variant}/{number}/conversation"] = {"each": [scale * value for value in each]}
            for clients in (1, 4, 16, 64):
                at = {"p50": 9.0 * scale * clients, "p95": 12.0 * scale * clients, "p99": 20.0 * scale * clients}
                found[f"{variant}/{number}/clients/{clients}"] = {**at, "a_second": 50.0, "own_share": 0.1}
    found["where/turn"] = [{"stage": "policies", "process": "rasa", "ms": 2.0, "times": 2.0}]
    machine = {"processor": "x", "cores": "2", "memory": "4 GB", "kernel": "6", "python": "3.10", "load": "0.0"}
    return {"date": "2026-11-21", "commit": "abc", "rounds": 2, "machine": machine, "figures": found}


def test_the_table_says_which_budgets_are_kept_and_which_are_not() -> None:
    lines = {row.what: row for row in report.rows(_result())}
    assert lines["start to first answer"].met() == "yes"
    assert lines["a turn with an action, 1 client, p50"].met() == "**no**"  # within 15 ms, yet half of stock
    assert lines["turn 10 of one conversation"].ratio == 0.5
    assert "turn 400 against turn 10" not in lines  # not that long a conversation was measured: nothing is said
    assert "| 10 s | 40 s | 0.25 x |" in report.table(_result())


def test_a_run_is_published_into_the_page_and_its_pictures(tmp_path: Path) -> None:
    shutil.copy(paths.ROOT / "docs" / "performance.md", tmp_path)
    report.publish(_result(), tmp_path)
    page = (tmp_path / "performance.md").read_text()
    assert "| start to first answer |" in page and "| policies | rasa | 2.00 | 100 % |" in page
    assert "## What makes the difference" in page
    for name in ("performance-length.svg", "performance-load.svg"):
        drawn = ET.parse(tmp_path / name).getroot()
        assert len(drawn.findall("{http://www.w3.org/2000/svg}polyline")) >= 2
    report.publish(_result(), tmp_path)
    assert (tmp_path / "performance.md").read_text() == page


def test_lines_stay_inside_the_picture() -> None:
    drawn = ET.fromstring(drawing.lines("title", "x", "y", {"one": [(1, 0.3), (64, 900)], "two": [(4, 30)]}))
    for line in drawn.findall("{http://www.w3.org/2000/svg}polyline"):
        for point in line.attrib["points"].split():
            x, y = map(float, point.split(","))
            assert 0 <= x <= drawing.WIDTH and 0 <= y <= drawing.HEIGHT


def test_the_training_of_all_epochs_is_reckoned_from_those_that_ran() -> None:
    end = "Epochs: 100%|##| 2/2 [04:00<00:00]"  # written out more than once, as Rasa's bars are
    bar = f"Epochs:   0%|  | 0/2 [00:00<?]\rEpochs:  50%|# | 1/2 [02:00<02:00]\r{end}\r{end}\n"
    assert stock.with_all_epochs(300.0, f"INFO starting\n{bar}INFO next\n{bar}") == 300 + 480 * 49


def test_timers_count_each_stage_without_those_inside_it() -> None:
    timers = where.Timers()
    inner = timers.around("inner", lambda: sum(range(200_000)))

    async def work() -> int:
        return inner() + inner()

    asyncio.run(timers.around("outer", work)())
    assert timers.calls == {"inner": 2, "outer": 1}
    assert timers.whole["outer"] == pytest.approx(timers.own["outer"] + timers.whole["inner"])
    assert timers.own["outer"] < timers.whole["inner"]


@pytest.mark.parametrize(("stages", "process"), [(where.RASA, "rasa"), (where.ACTIONS, "actions")])
def test_each_stage_names_a_function_that_exists(stages: list[tuple[str, str, str, str]], process: str) -> None:
    import importlib

    from rasa_ext import lean

    lean.without_tensorflow()
    for _, module, owner, name in stages:
        place = importlib.import_module(module)
        assert callable(getattr(getattr(place, owner) if owner else place, name)), (process, name)
