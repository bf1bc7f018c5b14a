"""The JSON API keeps its published contract: what is documented occurs, what occurs is documented, and nothing breaks it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from starlette.testclient import TestClient

from bot import paths
from gateway import bodies
from gateway.app import create_app
from gateway.headers import HEADERS
from gateway.openapi import OPERATIONS, document
from gateway.settings import Settings
from tests.running import Bot, said

HOTLINE = "1-888-373-7888"
CONTRACT = Path(__file__).parent / "contract"
SCHEMATHESIS = "schemathesis==4.30.1"  # in an environment of its own: its pins do not fit Rasa's
WITH_NUMBERS = {401, 403, 413, 429, 500, 503}
DOCUMENTED = {(o.method, o.path, status, reason) for o in OPERATIONS for status, reasons in o.refuses.items() for reason in reasons}
FOR_EVERYONE = ("/static", "/law", "/widget", "/embed", "/robots.txt", "/sitemap.xml", "/api/v1/openapi")  # texts and files that may be cached
STRANGER = {"Origin": "https://stranger.example"}


@pytest.fixture(scope="module")
def alone() -> Iterator[TestClient]:
    """The gateway with no Rasa behind it, limited to three messages a conversation."""
    with TestClient(create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9", per_session=3)), raise_server_exceptions=False) as client:
        yield client


def bearer(client: Any, url: str = "") -> dict[str, str]:
    return {"Authorization": f"Bearer {client.post(f'{url}/api/v1/sessions').json()['token']}"}


# -- the contract ------------------------------------------------------------------------


def uv() -> str:
    return shutil.which("uv") or next((str(path) for path in [paths.ROOT / ".tools/bin/uv"] if path.exists()), "")


def test_schemathesis_finds_nothing_against_the_running_bot(bot: Bot, tmp_path: Path) -> None:
    if not uv():
        pytest.skip("no uv here, which fetches schemathesis (scripts/setup brings it)")
    run = [uv(), "tool", "run", "--from", SCHEMATHESIS, "st"]
    fetched = subprocess.run([*run, "--version"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300)
    if fetched.returncode:
        pytest.skip("schemathesis could not be fetched: no network?")
    ended = subprocess.run(
        [
            *run, "--config-file", str(CONTRACT / "schemathesis.toml"), "run", f"{bot.url}/api/v1/openapi.json", "--checks", "all",
            "--phases", "coverage,fuzzing", "-n", "60", "-w", "1", "--generation-deterministic",
        ],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "SCHEMATHESIS_HOOKS": str(CONTRACT / "sessions.py")},
    )
    assert ended.returncode == 0, ended.stdout[-6000:]
    generated = re.search(r"(\d+) generated", ended.stdout)
    assert generated and int(generated[1]) >= 200, "next to nothing was tried"


def test_every_documented_refusal_occurs_and_is_said_in_both_languages(bot: Bot, tmp_path: Path) -> None:
    """Each by a request that provokes it: the most against the running bot, what needs a broken one against the gateway alone."""
    one, messages, sessions = bot.url, "/api/v1/messages", "/api/v1/sessions"
    http = bot.http
    occurred: set[tuple[str, str, int, str]] = set()

    def note(method: str, path: str, response: Any) -> None:
        body = response.json()
        assert body["message"] and body["mensaje"] and body["message"] != body["mensaje"]
        if response.status_code in WITH_NUMBERS:
            assert HOTLINE in body["help"] and HOTLINE in body["ayuda"]
        occurred.add((method, path, response.status_code, body["error"]))

    ended = bot.open()
    http.delete(one + sessions, headers=ended)
    for method, path in (("get", sessions), ("delete", sessions), ("post", messages)):
        for header in ({}, {"Authorization": "Bearer a.b.c"}, ended):
            note(method, path, http.request(method, one + path, headers=header, json={"text": "hello"} if method == "post" else None))
    for operation in OPERATIONS:
        if 403 in operation.refuses:
            note(operation.method, operation.path, http.request(operation.method, one + operation.path, headers=STRANGER))
    session = bot.open()
    note("post", messages, http.post(one + messages, headers=session, content=b"{"))
    note("post", messages, http.post(one + messages, headers=session, json={"text": None}))
    note("post", messages, http.post(one + messages, headers=session, json={"text": "x" * 2001}))
    note("post", messages, bot.send(session, choice="result:pdf"))
    bot.send(session, choice="interview:vacatur")
    bot.send(session, text="no")
    note("post", messages, bot.send(session, choice="result:ics"))  # a result without dates

    settings = Settings(secret="s", rasa_url="http://127.0.0.1:9", per_session=1, per_address=4, public_url="https://bot.example.org")
    with TestClient(create_app(settings)) as client:
        bearers = bearer(client)
        note("post", messages, client.post(messages, headers=bearers, json={"choice": "result:pdf"}))  # nobody to ask
        note("post", messages, client.post(messages, headers=bearers, json={"text": "hello"}))
        for _ in range(3):
            client.get(sessions, headers=bearers)
        note("get", sessions, client.get(sessions, headers=bearers))
        note("post", sessions, client.post(sessions))
    for shut in (replace(settings, sunset=True), settings):
        with TestClient(create_app(shut)) as client:
            bearers = bearer(client)
            client.app.state.doors.leave()  # type: ignore[attr-defined]
            note("post", messages, client.post(messages, headers=bearers, json={"choice": "result:pdf"}))

    with TestClient(create_app(Settings(secret="s", redis_url="unix:///no/such/redis"))) as client:
        for method in ("post", "get", "delete"):
            note(method, sessions, client.request(method, sessions, headers=bearers))

    no_pango = {("post", messages, 503, "paper_unavailable")}  # seen in tests/test_papers.py, on a machine without Pango
    assert occurred | no_pango == DOCUMENTED


def test_every_refusal_and_address_stands_in_the_docs() -> None:
    page = (paths.ROOT / "docs" / "api.md").read_text(encoding="utf-8")
    for operation in OPERATIONS:
        assert f"`{operation.method.upper()} {operation.path}`" in page
    for reason in {reason for *_, reason in DOCUMENTED} | {"no_such_page", "not_allowed", "failed"}:
        assert f"`{reason}`" in page
    tabled = {int(status) for status in re.findall(r"^\| (\d{3}) \| `", page, re.M)}
    assert tabled == {status for _, _, status, _ in DOCUMENTED} | {404, 405, 500}


def test_every_address_below_api_stands_in_the_document() -> None:
    app = create_app(Settings())
    served = {(method.lower(), route.path) for route in app.routes if route.path.startswith("/api/") for method in route.methods - {"HEAD"}}  # type: ignore[attr-defined]
    described = {(method, path) for path, operations in document()["paths"].items() for method in operations if path.startswith("/api/")}
    assert served == described


def test_the_document_describes_every_field_of_a_reply_and_is_cacheable(bot: Bot) -> None:
    response = bot.http.get(f"{bot.url}/api/v1/openapi.json")
    served = response.json()
    assert served == json.loads(json.dumps(document()))
    assert served["openapi"].startswith("3.1")
    from bot.reply import Line, Reply

    schemas = served["components"]["schemas"]
    assert set(schemas["Reply"]["properties"]) == {field.name for field in msgspec.structs.fields(Reply)}
    assert set(schemas["Line"]["properties"]) == {field.name for field in msgspec.structs.fields(Line)}
    again = bot.http.get(f"{bot.url}/api/v1/openapi.json", headers={"if-none-match": response.headers["etag"]})
    assert again.status_code == 304 and not again.content


# -- headers, methods, addresses ------------------------------------------------------------


def test_every_response_of_every_address_carries_the_security_headers_and_no_cookie(alone: TestClient) -> None:
    statuses = set()
    for route in alone.app.routes:  # type: ignore[attr-defined]
        path = re.sub(r"\{[^}]+\}", "site.css", route.path)
        for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "BREW"):
            for headers in ({}, {"accept": "text/html"}, STRANGER, {"accept-encoding": "gzip"}):
                response = alone.request(method, path, headers=headers, follow_redirects=False)
                statuses.add(response.status_code)
                for name in HEADERS:
                    assert name in response.headers, (method, path, name)
                assert "set-cookie" not in response.headers
                policy = response.headers["content-security-policy"]
                assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy and "unsafe" not in policy
                assert response.headers["referrer-policy"] == "no-referrer" and response.headers["x-content-type-options"] == "nosniff"
                if not path.startswith(FOR_EVERYONE):
                    assert response.headers["cache-control"] == "no-store", (method, path)
    assert {200, 201, 204, 400, 401, 403, 405, 503} <= statuses


def test_a_413_a_429_a_404_and_a_304_carry_them_too(alone: TestClient) -> None:
    session = bearer(alone)
    for _ in range(3):
        alone.post("/api/v1/messages", headers=session, json={"text": "hello"})
    style = alone.get("/ask").text.split('stylesheet" href="')[1].split('"')[0]
    tag = alone.get(style).headers["etag"]
    responses = [
        alone.post("/api/v1/messages", headers=session, json={"text": "hello"}), alone.post("/api/v1/messages", content=b"x" * 70_000),
        alone.get("/nothing"), alone.get(style, headers={"if-none-match": tag}), alone.post("/ask", data={"text": "y" * 3000}),
    ]
    assert [response.status_code for response in responses] == [429, 413, 404, 304, 413]
    assert all(name in response.headers for response in responses for name in HEADERS)


def test_a_fault_of_ours_is_said_in_words_with_the_headers_and_without_what_was_sent() -> None:
    app = create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9"))
    del app.state.limits  # something is broken

    with TestClient(app, raise_server_exceptions=False) as client:
        response = client.post("/api/v1/messages", json={"text": "Zyxwvut Marigold"})
        assert response.status_code == 500
        assert response.json()["error"] == "failed" and HOTLINE in response.json()["help"]
        assert "Marigold" not in response.text and all(name in response.headers for name in HEADERS)
        page = client.post("/ask", data={"text": "Zyxwvut Marigold"}, headers={"accept": "text/html"})
        assert page.status_code == 500 and "tel:911" in page.text and "Marigold" not in page.text
        assert client.post("/api/v1/messages", json={"text": "he has a gun"}).json()["emergency"] is True


def test_a_person_who_goes_astray_gets_a_page_and_a_program_gets_json(alone: TestClient) -> None:
    page = alone.get("/nothing?lang=es", headers={"accept": "text/html,*/*"})
    assert page.status_code == 404 and "Esa página no existe" in page.text and 'lang="es"' in page.text and "tel:911" in page.text
    assert alone.get("/nothing", headers={"accept": "*/*"}).json()["error"] == "no_such_page"
    assert alone.get("/api/nothing", headers={"accept": "text/html"}).json()["error"] == "no_such_page"


def test_head_answers_like_get_without_a_body_and_options_says_what_is_taken(bot: Bot) -> None:
    for path in ("/ask", "/about", "/privacy", "/terms", "/healthz", "/readyz", "/api/v1/openapi.json", "/api/v1/version"):
        head, get = bot.http.head(bot.url + path), bot.http.get(bot.url + path)
        assert head.status_code == get.status_code == 200 and not head.content
        assert head.headers["content-type"] == get.headers["content-type"]
    allowed = bot.http.options(f"{bot.url}/api/v1/sessions")
    assert allowed.status_code == 204 and allowed.headers["allow"] == "DELETE, GET, HEAD, OPTIONS, POST"
    refused = bot.http.put(f"{bot.url}/api/v1/messages")
    assert refused.status_code == 405 and refused.headers["allow"] == "OPTIONS, POST"
    assert bot.http.options(f"{bot.url}/nothing").status_code == 404


# -- bodies ---------------------------------------------------------------------------------


def test_bodies_that_are_odd_are_refused_in_words_and_never_a_fault(bot: Bot) -> None:
    session = bot.open()
    url = f"{bot.url}/api/v1/messages"
    for content, statuses in (
        (b"", {400}), (b"null", {400}), (b'"text"', {400}), (b'{"text": {"a": 1}}', {400}), (b'{"text": "a", "choice": 7}', {400}), (b"{}", {400}),
        (b"\xff\xfe\x00", {400}), (b"[" * 30_000, {400}), (b'{"text": ' + b"1" * 5000 + b"}", {400}), (b'{"text": "\\ud83d half a letter"}', {200}),
        (b'{"text": "a\\u0000b"}', {200}), (b'{"choice": "\\ud83d"}', {200}), (b'{"choice": "' + b"y" * 201 + b'"}', {413}),
        (b'{"text": "hello", "choice": "result:pdf"}', {200}), (b'{"text":"hi","text":"hello"}', {200}),
    ):
        response = bot.http.post(url, headers=session, content=content)
        assert response.status_code in statuses, content[:60]
        assert not response.json().get("unavailable"), content[:60]


@pytest.mark.parametrize(
    "content",
    [
        json.dumps({"text": "él está afuera de mi puerta con un cuchillo", "token": 3}).encode()[:-1],  # cut off, accents escaped
        b"text=he+is+outside+my+door+with+a+knife", b"x" * 70_000 + b" he is outside my door with a knife",
        json.dumps({"text": "y " * 40_000 + "él está afuera de mi puerta con un cuchillo"}).encode(),
        b"--b\r\nContent-Disposition: form-data; name=\"text\"\r\n\r\nhe is outside my door with a knife\r\n--b--",
    ],
    ids=["json-cut-off", "a-form", "too-large", "too-large-escaped", "multipart"],
)
def test_danger_is_heard_in_whatever_form_it_comes(alone: TestClient, content: bytes) -> None:
    response = alone.post("/api/v1/messages", content=content)
    assert response.status_code == 200 and response.json()["emergency"] is True and HOTLINE in response.text


def test_a_huge_body_is_refused_in_words_that_reach_the_sender(bot: Bot) -> None:
    """What comes after the refusal is thrown away as it comes, so that a browser shows the words and not a broken connection."""
    response = bot.http.post(f"{bot.url}/api/v1/messages", content=(b"x" * 16_384 for _ in range(300)))
    assert response.status_code == 413 and HOTLINE in response.json()["help"]
    assert said(bot.send(bot.open(), text="hello"))


def test_multipart_forms_are_read_and_files_in_them_are_not() -> None:
    request = (
        b'--b\r\nContent-Disposition: form-data; name="text"\r\n\r\n\xc2\xbfqu\xc3\xa9 dice?\r\n'
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="x.txt"\r\nContent-Type: text/plain\r\n\r\nsecret\r\n--b--\r\n'
    )
    assert bodies.as_form(request, "multipart/form-data; boundary=b") == {"text": "¿qué dice?"}
    assert bodies.as_form(request, "multipart/form-data") == {}
    assert bodies.as_form(b"", "multipart/form-data; boundary=b") == {}
