"""What an attacker would try and what then happens: hangs, forms from elsewhere, memory, secrets, what is left in files."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from starlette.testclient import TestClient

from bot import paths, service, unseen
from bot.desk import Desk
from bot.interviews import reading
from bot.limits import LONGEST_MESSAGE
from bot.nlp import amounts, clauses, dates, language
from bot.reply import Clause, Memory, Question
from bot.safety.emergency import READ_AT_EACH_END, watch
from gateway.app import create_app
from gateway.settings import Settings
from gateway.slack import guard, markup
from gateway.slack.outbound import Outbound
from gateway.sms import keywords
from gateway.sms.optouts import FILE, FileOptOuts
from tests.patience import patience

SITE, TODAY = "https://bot.example.org", dt.date(2026, 11, 21)
# What makes a careless pattern try every way of dividing it: runs of what patterns repeat, and their beginnings over and over.
RUNS = (
    "\n", " ", "\t", "§", "§ ", "(", "(a)", "( a ) ", "1", "1 ", "1-", "1,", "1 1", "53a-", "a", "a ", "a.", "a@", "a@a.", ".", ",", ", ", '"',
    "'", "-", "/", "1/", "_", "<", "<a", "hi ", "hola, ", "and ", "y ", "and if ", "section ", "section 1 ", "item 1 of ", "18 usc ",
    "bill 6657 ", "enero ", "born ", "docket ", "my client ", "se llama ", "half ", "1 mil ", "he has a ", "no me deja ", "i want to ", "please ",
    'liked "', "́", "ﷺ", "&amp;",
)


@pytest.fixture
def alone() -> Iterator[TestClient]:
    """A gateway with no Rasa behind it."""
    with TestClient(create_app(Settings(secret="s" * 32, rasa_url="http://127.0.0.1:9", public_url=SITE)), base_url=SITE) as client:
        yield client


# -- time ----------------------------------------------------------------------------


@pytest.mark.parametrize("run", RUNS, ids=repr)
def test_no_run_of_anything_keeps_a_reader_busy(run: str, desk: Desk) -> None:
    readers: tuple[tuple[int, tuple[Callable[[str], object], ...]], ...] = (
        (LONGEST_MESSAGE, (
            desk.citations.find, desk.terms.find, dates.find_date, clauses.split, clauses.halves, clauses.without_courtesy, amounts.days,
            amounts.in_figures, guard.guard().look, keywords.number,
        )),
        (READ_AT_EACH_END, (watch().look, watch().asks_for_harm, language.detect, markup.typed, keywords.read, keywords.is_reaction)),
    )
    for length, known in readers:
        for read in known:
            with patience(f"{read.__qualname__} reading {run!r}"):
                read((run * (length // len(run) + 1))[: length - 2] + "!x")


@pytest.mark.parametrize("run", ["§", "53a-", "( ", "1 ", "a"])
def test_an_address_of_any_length_is_answered(run: str, alone: TestClient) -> None:
    typed = (run * 4000)[:4000]
    with patience(f"/law/{run!r}"):
        assert alone.get(f"/law/{typed}").status_code == 404
    with patience(f"/law?q={run!r}"):
        assert alone.get("/law", params={"q": typed}).status_code == 200


@pytest.mark.parametrize("levels", [100, 3000])
def test_a_form_inside_a_form_inside_a_form_is_refused_and_danger_in_it_is_heard(levels: int, alone: TestClient) -> None:
    nested = b"".join(b"--x%d\r\nContent-Type: multipart/mixed; boundary=x%d\r\n\r\n" % (n, n + 1) for n in range(levels))
    sent = {"content-type": "multipart/form-data; boundary=x0"}
    assert alone.post("/ask", content=nested, headers=sent).status_code == 400
    heard = alone.post("/ask", content=nested + b"he has a gun and he is outside", headers=sent)
    assert heard.status_code == 200 and "tel:911" in heard.text


def test_a_form_of_very_many_parts_is_read_up_to_a_limit(alone: TestClient) -> None:
    with patience("forty thousand parts"):
        assert alone.post("/ask", content=b"--x\r\n" * 40_000, headers={"content-type": "multipart/form-data; boundary=x"}).status_code == 400


# -- another site's page ------------------------------------------------------------


def test_a_form_on_another_sites_page_cannot_put_someone_into_a_conversation_that_its_maker_reads(alone: TestClient) -> None:
    token = alone.post("/api/v1/sessions").json()["token"]
    form = {"token": token, "text": "what is trafficking", "lang": "en"}
    assert token in alone.post("/ask", data=form, headers={"sec-fetch-site": "same-origin", "origin": "null"}).text
    assert token in alone.post("/ask", data=form).text  # a browser from before 2023, or none
    for headers in ({"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"origin": "https://evil.example"}):
        answered = alone.post("/ask", data=form, headers=headers)
        assert answered.status_code == 200 and token not in answered.text
        danger = alone.post("/ask", data={**form, "text": "he has a gun and he is outside"}, headers=headers)
        assert "tel:911" in danger.text and token not in danger.text


def test_the_sites_own_address_may_send_a_token_from_an_older_browser(alone: TestClient) -> None:
    token = alone.post("/api/v1/sessions").json()["token"]
    assert token in alone.post("/ask", data={"token": token, "text": "hello"}, headers={"origin": SITE}).text


def test_no_token_stands_in_any_address(alone: TestClient) -> None:
    token = alone.post("/api/v1/sessions").json()["token"]
    assert alone.post("/api/v1/messages", params={"token": token}, json={"text": "hello"}).status_code == 401
    assert token not in alone.get("/ask", params={"token": token}).text
    page = alone.post("/ask", data={"token": token, "text": "hello"})
    assert token in page.text and f"?token={token}" not in page.text and token not in str(page.url)
    assert page.headers["referrer-policy"] == "no-referrer" and page.headers["cache-control"] == "no-store"


# -- outward ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("url", "good"),
    [
        ("https://hooks.slack.com/commands/1", True), ("https://slack.com/api/x", True), ("http://slack.com/api/x", False),
        ("http://hooks.slack.com/x", False), ("https://hooks.slack.com.evil.example/x", False), ("https://evil.example/.slack.com", False),
        ("https://hooks.slack.com@evil.example/", False), ("https://evilslack.com/", False), ("file:///etc/passwd", False), ("", False),
        ("http://169.254.169.254/latest/meta-data", False), ("https://[", False),
    ],
)
def test_an_answer_goes_to_slacks_own_addresses_and_only_encrypted(url: str, good: bool) -> None:
    assert Outbound("xoxb", "https://slack.com/api/")._is_slacks(url) is good


# -- memory, secrets, files -----------------------------------------------------------


def test_a_process_that_crashes_leaves_no_core_file_and_its_memory_is_closed_to_others(tmp_path: Path) -> None:
    code = (
        "import ctypes, os, resource; from bot import unseen; unseen.close_memory()\n"
        "dumpable = ctypes.CDLL(None).prctl(3, 0, 0, 0, 0) if os.uname().sysname == 'Linux' else 0\n"
        "print(resource.getrlimit(resource.RLIMIT_CORE), dumpable, flush=True)\n"
        "os.kill(os.getpid(), 11)"
    )
    environ = {**os.environ, "PYTHONPATH": str(paths.ROOT)}
    crashed = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environ, capture_output=True, text=True, check=False)
    assert crashed.stdout.strip() == "(0, 0) 0"
    assert crashed.returncode == -signal.SIGSEGV and list(tmp_path.iterdir()) == []


def test_what_only_the_gateway_needs_is_named_and_taken_away() -> None:
    given = {name: "a secret" for name in unseen.GATEWAYS_OWN} | {"PATH": "/bin"}
    assert unseen.without_gateways_own(given) == {"PATH": "/bin"}
    assert {"TWILIO_AUTH_TOKEN", "SLACK_BOT_TOKEN", "GATEWAY_SECRET"} <= set(unseen.GATEWAYS_OWN)


async def _opt_out_and_in(folder: Path, number: str) -> tuple[str, bytes, bytes]:
    optouts = FileOptOuts(folder, "k" * 32)
    await optouts.add(number)
    before = (folder / FILE).read_bytes()
    await optouts.remove(number)
    return optouts._hash(number), before, (folder / FILE).read_bytes()


def test_who_takes_texts_again_leaves_no_trace_in_the_file(tmp_path: Path) -> None:
    name, before, after = asyncio.run(_opt_out_and_in(tmp_path, "+18605550142"))
    assert name.encode() in before and name.encode() not in after
    assert b"8605550142" not in before + after


def test_the_gateway_does_not_redirect_to_a_host_that_a_request_names(alone: TestClient) -> None:
    for path in ("/law/54-95C(B)", "/law?q=54-95c", "/law/"):
        sent = alone.get(path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"}, follow_redirects=False)
        assert sent.is_redirect and httpx.URL(sent.headers["location"]).host == ""


def test_a_number_longer_than_a_number_can_be_is_told_so_and_no_fault(desk: Desk) -> None:
    endless = "1" * 310
    assert amounts.days(amounts.in_figures(f"{endless} days")) is None
    for text in (f"{endless} mil", f"he owes me ${endless}", f"how much for {endless} days", f"for {endless} thousand years"):
        ranking = (("civil_amount", 0.9),)
        assert service.respond(desk, Question(text=text, clauses=(Clause(text, ranking),), memory=Memory())).replies
    for interview in desk.store.interviews.values():
        for step in (step for step in interview.steps if step.kind in ("duration", "money", "number")):
            words = desk.store.interview_words["en"][interview.interview].steps[step.step]
            assert reading.read(step, words, endless, {}, TODAY).problem == "too_many"
