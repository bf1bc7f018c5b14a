"""The law pages' addresses: nearly right, wrong, searched for, and plain words for whoever comes by one."""

from __future__ import annotations

import datetime as dt
import html
import json
import re
from pathlib import Path
from urllib.parse import quote, unquote

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import paths
from bot.law import compile as compiler
from bot.law.content import LANGUAGES
from bot.render.law.search import SearchPage
from bot.safety import wording
from gateway.app import create_app
from gateway.settings import Settings
from tests.law_site import (
    linked_data,
    said,
)
from tests.test_plain_words import ENGLISH, HARDEST_GRADE, TOO_SHORT_TO_GRADE, UNWANTED, past_the_names, read

# -- addresses that are nearly right, and wrong ones ----------------------------


@pytest.mark.parametrize("written, canonical", [
    ("/law/54-95C", "/law/54-95c"), ("/law/54-95c(b)", "/law/54-95c#b"), ("/law/54-95C%28B%29", "/law/54-95c#b"),
    ("/law/54-95c(a)(1)", "/law/54-95c#a-1"), ("/law/C.G.S. § 54-95c(b)", "/law/54-95c#b"), ("/law/54-95c/", "/law/54-95c"),
    ("/law/18 USC 1595", "/law/18-usc-1595"), ("/law/18-USC-1595", "/law/18-usc-1595"), ("/law/18-U.S.C.-1595", "/law/18-usc-1595"),
    ("/law/18-usc-1595(a)", "/law/18-usc-1595#a"), ("/law/192a", "/law/53a-192a"), ("/law/", "/law"),
    ("/law/54-95c(b)?lang=es", "/law/54-95c?lang=es#b"), ("/law/54-95C?as_of=2015-06-01", "/law/54-95c?as_of=2015-06-01"),
    ("/law/54-95c(b)?format=json", "/law/54-95c?format=json#b"),
])
def test_other_ways_to_write_a_section_move_to_its_one_address(pages: TestClient, written: str, canonical: str) -> None:
    response = pages.get(written)
    assert (response.status_code, unquote(response.headers["location"])) == (308, canonical)
    assert pages.get(canonical).status_code == 200


def test_a_section_that_is_not_here_gets_words_and_the_nearest(pages: TestClient) -> None:
    page, data = pages.get("/law/54-95x"), pages.get("/law/54-95x?format=json")
    assert page.status_code == data.status_code == 404
    assert "§ 54-95x is not here." in said(page.text) and 'href="/law/54-95c"' in page.text
    assert data.json()["error"] == "no_such_section" and data.json()["nearest"][0]["address"] == "/law/54-95c"
    assert "no está aquí" in data.json()["mensaje"]
    assert page.headers["cache-control"] == "no-store" and "noindex" in page.headers["x-robots-tag"]


def test_a_part_that_does_not_exist_is_not_shown_as_the_nearest_one(pages: TestClient) -> None:
    page = pages.get("/law/54-95c(z)")
    assert page.status_code == 404 and "§ 54-95c(z) does not exist" in said(page.text) and 'href="/law/54-95c#a"' in page.text


@pytest.mark.parametrize("as_of, status, reason", [
    ("2015-02-30", 400, "impossible_date"), ("2015-13-01", 400, "impossible_date"), ("February 30 2015", 400, "impossible_date"),
    ("0000-00-00", 400, "impossible_date"), ("soon", 400, "malformed_date"), ("2015", 400, "malformed_date"), ("June 2015", 400, "malformed_date"),
    ("2015-06-01'; drop table", 303, ""), ("2099-01-01", 400, "future_date"), ("1990-01-01", 404, "before_first"),
    pytest.param("9" * 5000, 400, "malformed_date", id="5,000 digits"),
])
def test_a_day_that_cannot_be_shown_gets_words_and_never_another_day(pages: TestClient, as_of: str, status: int, reason: str) -> None:
    response = pages.get("/law/54-95c", params={"as_of": as_of, "format": "json"})
    assert response.status_code == status
    if status == 303:  # the day in it is clear; it moves to how days are written here
        assert response.headers["location"] == "/law/54-95c?as_of=2015-06-01&format=json"
        return
    assert response.json()["error"] == reason and response.json()["message"] != response.json()["mensaje"]
    for lang in LANGUAGES:
        page = pages.get("/law/54-95c", params={"as_of": as_of, "lang": lang})
        assert page.status_code == status and response.json()["message" if lang == "en" else "mensaje"] in said(page.text)
        assert 'class="provision' not in page.text


def test_before_the_first_version_the_page_says_where_the_rule_stood_then(pages: TestClient) -> None:
    page = pages.get("/law/53a-83b?as_of=2015-01-01")
    assert page.status_code == 404
    assert "The rule may have stood in § 53a-83(c) then." in said(page.text)
    assert 'href="/law/53a-83?as_of=2015-01-01"' in page.text
    assert pages.get("/law/53a-83?as_of=2015-01-01").status_code == 200


def test_tomorrow_is_the_future_and_today_is_not(pages: TestClient) -> None:
    today = dt.date.today()
    assert pages.get(f"/law/54-95c?as_of={today}").status_code == 200
    assert pages.get(f"/law/54-95c?as_of={today + dt.timedelta(days=2)}").status_code == 400


def test_an_empty_day_is_today(pages: TestClient) -> None:
    assert pages.get("/law/54-95c?as_of=").content == pages.get("/law/54-95c").content


text = st.text(max_size=60)
PARTS = ["54", "-", "95c", "(", ")", "b", "usc", " ", "18", "1595", "§", ".", "/", "%", "54-95c", "53a-192a", "(a)(1)"]
near = st.builds("".join, st.lists(st.sampled_from(PARTS), max_size=8))


@settings(max_examples=150)
@given(slug=text | near, as_of=text | st.dates().map(str), lang=st.sampled_from(["en", "es", "fr", ""]))
def test_no_address_breaks_the_pages(pages: TestClient, slug: str, as_of: str, lang: str) -> None:
    response = pages.get("/law/" + quote(slug, safe="/()-"), params={"as_of": as_of, "lang": lang})
    assert response.status_code in (200, 303, 308, 400, 404)
    if response.status_code in (303, 308):
        assert response.headers["location"].startswith("/law") and not response.headers["location"].startswith("//")


@settings(max_examples=150)
@given(q=st.text(max_size=400) | near, form=st.sampled_from(["html", "json"]))
def test_no_search_breaks_the_pages_and_nothing_typed_becomes_markup(pages: TestClient, q: str, form: str) -> None:
    response = pages.get("/law", params={"q": q, "format": form})
    assert response.status_code in (200, 303)
    if response.status_code == 200 and form == "json":
        assert msgspec.json.decode(response.content, type=SearchPage).q == q.encode("utf-8", "replace").decode()
    if response.status_code == 200 and form == "html":
        assert set(re.findall(r"<(\w+)", response.text)) <= {
            "html", "head", "meta", "title", "link", "body", "a", "header", "nav", "main", "h1", "h2", "form", "label", "div", "input", "button", "p",
            "ol", "li", "span", "footer",
        }


# -- search -------------------------------------------------------------------


def test_a_search_finds_the_provision_and_the_answers_with_what_they_rest_on(pages: TestClient) -> None:
    found = msgspec.json.decode(pages.get("/law?q=registered mail&format=json").content, type=SearchPage)
    assert found.hits[0].address == "/law/54-95c#b"
    answers = [hit for hit in found.hits if hit.kind == "answer"]
    assert [place.cite for place in answers[0].places] == ["54-95c(b)"] and "{" not in json.dumps([hit.title for hit in answers])
    spanish = msgspec.json.decode(pages.get("/law?q=correo registrado&lang=es&format=json").content, type=SearchPage)
    assert spanish.hits[0].address == "/law/54-95c?lang=es#b"


@pytest.mark.parametrize("typed, there", [
    ("54-95c", "/law/54-95c"), ("54-95c(b)", "/law/54-95c#b"), ("C.G.S. § 54-95c", "/law/54-95c"),
    ("section 53a-82 of the general statutes", "/law/53a-82"),
    ("subsection (b) of section 54-95c", "/law/54-95c#b"), ("18 U.S.C. 1595", "/law/18-usc-1595"), ("18-usc-1595", "/law/18-usc-1595"),
    ("53a192a", "/law/53a-192a"), ("192a", "/law/53a-192a"), ("HB 6657", "/law/bills/2021"),
    ("54-95c on June 1, 2015", "/law/54-95c?as_of=2015-06-01"),
    ("54-95c in 2015", "/law/54-95c#history"), ("C.G.S. 54-998", "/law/54-998"),
])
def test_a_citation_goes_straight_to_its_section(pages: TestClient, typed: str, there: str) -> None:
    response = pages.get("/law", params={"q": typed})
    assert (response.status_code, response.headers["location"]) == (303, there)


def test_an_act_shows_what_it_changed_and_a_range_its_sections(pages: TestClient) -> None:
    act = msgspec.json.decode(pages.get("/law?q=PA 21-103&format=json").content, type=SearchPage).hits[0]
    assert act.kind == "act" and "/law/54-95c" in [place.address for place in act.places]
    sections = msgspec.json.decode(pages.get("/law?q=53a-86 to 53a-89&format=json").content, type=SearchPage).hits[:4]
    assert [hit.label for hit in sections] == ["§ 53a-86", "§ 53a-87", "§ 53a-88", "§ 53a-89"]


@pytest.mark.parametrize("typed", [
    "'; drop table sections; --", '"', "NEAR(", "😀", "zzzz qqqq", "", "   ", "*", "<script>alert(1)</script>",
    pytest.param("a" * 10_000, id="10,000"),
])
def test_odd_searches_get_kind_words_and_keep_what_was_typed(pages: TestClient, typed: str) -> None:
    for lang in LANGUAGES:
        response = pages.get("/law", params={"q": typed, "lang": lang})
        assert response.status_code == 200 and "<script>alert" not in response.text
        assert f'value="{html.escape(typed)}"'.replace("&quot;", "&#34;").replace("&#x27;", "&#39;") in response.text
        assert response.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("typed", ["he has a gun outside my door", "help he is going to kill me", "tiene una pistola y esta en mi puerta"])
def test_someone_in_danger_who_types_into_the_search_gets_the_numbers_first(pages: TestClient, typed: str) -> None:
    words = said(pages.get("/law", params={"q": typed}).text)
    numbers = [words.index(number) for number in ("911", "1-888-373-7888", "233733")]
    assert max(numbers) < min(words.index(title) for title in ("Search the law", "Buscar en la ley") if title in words)
    assert "911" in pages.get("/law", params={"q": typed, "format": "json"}).json()["emergency"]


# -- another place's law; plain words ------------------------------------------


def test_the_pages_work_for_an_invented_place_and_name_no_other(invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    compiler.build(invented, tmp_path / "law.db")
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "law.db"))
    with TestClient(create_app(Settings(secret="s" * 32)), follow_redirects=False, client=("127.0.0.1", 50000)) as client:
        for path in ("9a-1?", "9a-1?as_of=2005-01-01&", "9a-2?", "bills/1999?", "recommendations?", "sources?", "?q=cloud&"):
            for lang in LANGUAGES:
                page = client.get(f"/law/{path}lang={lang}".replace("/?", "?"))
                assert page.status_code == 200 and "Connecticut" not in said(page.text)
        assert "Zembla" in said(client.get("/law").text)
        assert linked_data(client.get("/law/9a-1").text)["legislationIdentifier"] == "Zem. Code § 9a-1"
        assert client.get("/law/9a-1(b)").headers["location"] == "/law/9a-1#b"
        assert client.get("/law/9a-1?as_of=1999-01-01").status_code == 404


@pytest.mark.parametrize("key", read(paths.content_dir() / "wording" / "en" / "law_pages.yml"))
def test_the_words_of_the_pages_are_plain_in_both_languages(key: str) -> None:
    english = wording.say(f"law_pages.{key}", "en")
    sentences = [sentence for sentence in re.split(r"(?<=[.!?:])\s+", past_the_names(english)) if len(sentence.split()) > TOO_SHORT_TO_GRADE]
    assert {sentence: grade for sentence in sentences if (grade := ENGLISH.flesch_kincaid_grade(sentence)) > HARDEST_GRADE} == {}
    for lang in LANGUAGES:
        words = wording.say(f"law_pages.{key}", lang)
        assert [what for what, pattern in UNWANTED.items() if pattern.search(words)] == []
    assert set(re.findall(r"\{\w+\}", english)) == set(re.findall(r"\{\w+\}", wording.say(f"law_pages.{key}", "es")))
