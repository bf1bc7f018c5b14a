"""The law in public: every section on every day, in both languages, as a page and as JSON; and what a wrong address gets."""

from __future__ import annotations

import datetime as dt
import gzip
import html
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

import httpx
import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import paths
from bot.law import compile as compiler
from bot.law.cite import file_name
from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from bot.render.law import redline, timeline
from bot.render.law.bills import BillPage
from bot.render.law.cross_links import CrossLinks
from bot.render.law.index import IndexPage, RecommendationsPage, SourcesPage
from bot.render.law.search import SearchPage
from bot.render.law.section import SectionPage
from bot.safety import wording
from gateway.app import create_app
from gateway.settings import Settings
from tests.running import free_port
from tests.test_plain_words import ENGLISH, HARDEST_GRADE, TOO_SHORT_TO_GRADE, UNWANTED, past_the_names, read

SECTIONS = [path.stem for path in sorted((paths.content_dir() / "sections").glob("*.yml"))]
PUBLIC = "https://law.example.org"


@pytest.fixture(scope="module")
def pages(law_db: Path) -> Iterator[TestClient]:
    """The gateway over the real store, as on someone's own machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
        with TestClient(create_app(Settings(secret="s" * 32)), follow_redirects=False, client=("127.0.0.1", 50000)) as client:
            yield client


@pytest.fixture
def published(law_db: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The gateway with a public address."""
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
    with TestClient(create_app(Settings(secret="s" * 32, public_url=PUBLIC, per_address=5)), follow_redirects=False) as client:
        yield client


def said(page: str) -> str:
    """The words of a page's main part, as a reader has them."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(?:p|h\d|li|dt|dd|div|section)\b", " <", main)))).strip()


def as_said(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def linked_data(page: str) -> dict:
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])


# -- sections -----------------------------------------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("slug", SECTIONS)
def test_a_section_shows_every_provision_in_both_languages_as_a_page_and_as_json(
    pages: TestClient, store: LawStore, slug: str, lang: str
) -> None:
    section = next(section for section in store.section_ids if file_name(section) == slug)
    now = store.history(section)[-1]
    page = pages.get(f"/law/{slug}", params={"lang": lang})
    data = msgspec.json.decode(pages.get(f"/law/{slug}", params={"lang": lang}, headers={"accept": "application/json"}).content, type=SectionPage)
    assert page.status_code == 200
    assert f'<html lang="{lang}">' in page.text
    words = said(page.text)
    assert store.head(section).title in words
    assert data.section == section and data.version.effective == now.effective and data.today
    assert [provision.cite for provision in data.version.provisions] == [provision.cite for provision in now.provisions]
    for provision in now.provisions:
        assert as_said(provision.in_language(lang)) in words
        if provision.pin:
            assert f'id="{"-".join(re.findall("[A-Za-z0-9]+", provision.pin))}"' in page.text
    for version in store.history(section):
        assert as_said(version.change(lang)) in words
    for difference in store.differences(section):
        assert as_said(difference.law_says) in words and as_said(difference.in_language(lang)) in words + as_said(difference.line)
    for _, says in store.gaps(section):
        assert as_said(says) in words
    assert html.escape(store.head(section).link) in page.text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_version_has_an_address_that_shows_that_version_and_says_that_it_is_old(pages: TestClient, store: LawStore, lang: str) -> None:
    for section in store.section_ids:
        history = store.history(section)
        for version in history[:-1]:
            page = pages.get(f"/law/{file_name(section)}", params={"as_of": version.effective.isoformat(), "lang": lang})
            words = said(page.text)
            assert page.status_code == 200
            assert ("This is old law." if lang == "en" else "Esta es ley antigua.") in words
            for provision in version.provisions:
                assert as_said(provision.in_language(lang)) in words
            assert f'<link rel="canonical" href="/law/{file_name(section)}' in page.text and "as_of" not in page.text.split("canonical")[1][:80]
            assert page.headers["x-robots-tag"] == "noindex"


def test_the_last_day_of_an_old_version_and_the_first_of_the_next_are_told_apart(pages: TestClient) -> None:
    before = pages.get("/law/53a-192a?as_of=2017-09-30&format=json").json()["version"]
    after = pages.get("/law/53a-192a?as_of=2017-10-01&format=json").json()["version"]
    assert before["until"] == "2017-09-30" and after["effective"] == "2017-10-01"
    assert "Class B felony" in before["provisions"][-1]["text"] and "Class A felony" in after["provisions"][-1]["text"]


def test_a_past_day_with_the_text_of_today_is_not_called_old_law(pages: TestClient) -> None:
    words = said(pages.get("/law/54-95c?as_of=2022-06-01").text)
    assert "It is still the same today." in words and "old law" not in words


def test_the_json_of_a_section_keeps_what_the_side_sheet_of_the_chat_reads(pages: TestClient) -> None:
    data = pages.get("/law/54-95c", headers={"accept": "application/json"}).json()
    assert {"section", "slug", "cite", "title", "lang", "as_of", "checked", "official", "under_review", "version", "history", "differences", "gaps",
            "refers_to", "referred_from", "bills", "address"} <= data.keys()
    assert (data["section"], data["slug"], data["cite"], data["as_of"]) == ("54-95c", "54-95c", "Conn. Gen. Stat. § 54-95c", None)
    assert data["checked"].startswith("Law checked ") and data["under_review"] is None and data["address"] == "/law/54-95c"
    assert {"label", "url"} == data["official"].keys()
    assert {"effective", "effective_text", "until", "acts", "changed", "complete", "repealed", "provisions"} <= data["version"].keys()
    assert {"cite": "54-95c(b)", "label": "§ 54-95c(b)", "kind": "procedure"}.items() <= data["version"]["provisions"][3].items()
    assert {"effective", "effective_text", "until", "acts", "changed", "address"} <= data["history"][0].keys()
    assert data["history"][0]["address"] == "/law/54-95c?as_of=2013-10-01" and data["history"][-1]["address"] == "/law/54-95c"
    assert {"provision", "source", "source_says", "law_says", "matters"} <= data["differences"][0].keys()
    assert {"about", "says"} == data["gaps"][0].keys()
    assert {"cite", "label", "address"} <= data["refers_to"][0].keys() and {"label", "address"} <= data["bills"][0].keys()
    assert "/law/bills/2021#s7" in [bill["address"] for bill in data["bills"]]


def test_spanish_addresses_stay_spanish(pages: TestClient) -> None:
    data = pages.get("/law/54-95c?lang=es&format=json").json()
    assert data["address"] == "/law/54-95c?lang=es" and data["history"][0]["address"] == "/law/54-95c?as_of=2013-10-01&lang=es"
    assert data["checked"].startswith("Ley verificada el ")


def test_a_section_under_review_says_so_first_and_links_the_official_text(pages: TestClient, store: LawStore) -> None:
    for lang, mark in (("en", "Under review."), ("es", "En revisión.")):
        words = said(pages.get(f"/law/44-4?lang={lang}").text)
        assert 0 < words.index(mark) < words.index("§ 44-4", words.index(mark) + 1)
        assert store.head("44-4").review_act in words


def test_a_repealed_section_says_that_it_is_not_the_law(pages: TestClient) -> None:
    assert "Repealed on October 1, 2017. It is not the law now." in said(pages.get("/law/53a-83a").text)


def test_what_was_checked_and_that_no_lawyer_reviewed_it_stands_on_the_page(pages: TestClient) -> None:
    words = said(pages.get("/law/54-95c").text)
    assert "Checked on November 21, 2026 against Connecticut General Statutes, revised to January 1, 2025 by the project. No lawyer has" in words
    assert "Ningún abogado la ha revisado" in said(pages.get("/law/54-95c?lang=es").text)


# -- every link leads somewhere -------------------------------------------------


def test_every_link_on_every_law_page_leads_to_a_page_and_to_a_place_on_it(pages: TestClient, store: LawStore) -> None:
    waiting, seen = ["/law", "/law?lang=es"], {}
    wanted: dict[str, set[str]] = {}
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        response = pages.get(path)
        assert response.status_code == 200, path
        seen[path] = set(re.findall(r'\bid="([^"]+)"', response.text))
        assert len(seen[path]) == len(re.findall(r'\bid="', response.text)), f"{path} has an id twice"
        for link in re.findall(r'\bhref="(/law[^"]*|#[^"]*)"', response.text):
            link = html.unescape(link)
            target, _, place = link.partition("#")
            target = target or path
            if "format=json" in target:
                continue
            if place:
                wanted.setdefault(target, set()).add(place)
            waiting.append(target)
    assert len(seen) > 2 * len(store.section_ids)
    assert {f"{path}#{place}" for path, places in wanted.items() for place in places - seen[path]} == set()


def test_sections_named_in_a_provision_are_links_and_the_words_stay_the_same(store: LawStore) -> None:
    links = CrossLinks(store)
    for section in store.section_ids:
        for version in store.history(section):
            for provision in version.provisions:
                for lang in LANGUAGES:
                    pieces = links.pieces(provision.in_language(lang), lang, section)
                    assert "".join(piece.text for piece in pieces) == provision.in_language(lang)
    pieces = links.pieces("A crime under § 53a-192a(a)(2), § 54-999 or 18 USC ch. 77.", "en")
    assert [(piece.text, piece.address) for piece in pieces if piece.address] == [
        ("§ 53a-192a(a)(2)", "/law/53a-192a#a-2"), ("18 USC ch. 77", "/law/18-usc-ch-77"),
    ]


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


# -- bills, recommendations, sources, index ----------------------------------


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_bill_shows_all_its_lines_what_was_enacted_instead_and_that_it_is_not_the_law(pages: TestClient, store: LawStore, lang: str) -> None:
    for year in store.bill_years.values():
        page = pages.get(f"/law/bills/{year}?lang={lang}")
        data = msgspec.json.decode(pages.get(f"/law/bills/{year}?lang={lang}&format=json").content, type=BillPage)
        words = said(page.text)
        banner = {"en": "PROPOSED, NOT THE LAW", "es": "PROPUESTO, NO ES LA LEY"}[lang]
        assert words.count(banner) == 1 + len(data.sections)
        for outcome in store.bill(year)["outcomes"]:
            assert as_said(outcome["proposed"]) in words and as_said(outcome["enacted"]) in words
        lines = [line for section in data.sections for part in section.parts for line in part.lines]
        written = [line for part in store.bill(year)["parts"] for line in part["text"].splitlines()]
        assert [(f"{line.number} " if line.number else "") + marked(line.runs) for line in lines] == written


def marked(runs: tuple[redline.Run, ...]) -> str:
    marks = {"same": "{}", "deleted": "{{--{}--}}", "added": "{{++{}++}}"}
    return "".join(marks[run.kind].format(run.text) for run in runs)


def test_a_change_in_a_bill_is_announced_once_however_many_lines_it_spans(pages: TestClient) -> None:
    lines = redline.of_bill("1 as it {--was--}\n2 {--before--} {++is++}\n3 {++now++}, and {++so++} on")
    runs = [run for line in lines for run in line.runs if run.kind != "same"]
    assert [(run.text, run.opens, run.closes) for run in runs] == [
        ("was", True, False), ("before", False, True), ("is", True, False), ("now", False, True), ("so", True, True),
    ]
    page = pages.get("/law/bills/2021").text
    assert page.count("[struck out:]") + page.count("[new:]") == page.count("[end]") < page.count("<del>") + page.count("<ins>")


def test_a_bill_of_another_year_is_not_found_and_the_years_that_are_here_are_named(pages: TestClient) -> None:
    for year in ("1999", "abc", "20 21", "٢٠٢١"):
        response = pages.get(f"/law/bills/{year}")
        assert response.status_code == 404 and "2006, 2013, 2021" in said(response.text)


def test_the_seven_recommendations_stand_with_their_fate(pages: TestClient, store: LawStore) -> None:
    data = msgspec.json.decode(pages.get("/law/recommendations?format=json").content, type=RecommendationsPage)
    assert [item.number for item in data.recommendations] == [1, 2, 3, 4, 5, 6, 7]
    for lang in LANGUAGES:
        words = said(pages.get(f"/law/recommendations?lang={lang}").text)
        assert all(as_said(item.asks) in words and as_said(item.fate_says) in words for item in store.recommendations())


def test_every_source_is_labelled_for_what_it_is(pages: TestClient, store: LawStore) -> None:
    data = msgspec.json.decode(pages.get("/law/sources?format=json").content, type=SourcesPage)
    assert {item.id for _, documents in data.kinds for item in documents} == {source["id"] for source in store.sources()}
    for lang in LANGUAGES:
        words = said(pages.get(f"/law/sources?lang={lang}").text)
        assert all(as_said(source["status"]) in words for source in store.sources())
        assert all(name for name, _ in msgspec.json.decode(pages.get(f"/law/sources?lang={lang}&format=json").content, type=SourcesPage).kinds)


def test_the_index_lists_every_section_once_under_a_subject_and_what_is_under_review(pages: TestClient, store: LawStore) -> None:
    data = msgspec.json.decode(pages.get("/law?format=json").content, type=IndexPage)
    listed = [item.cite for subject in data.subjects for item in subject.sections]
    assert sorted(listed) == sorted(store.section_ids)
    assert {item.cite for item in data.under_review} == {section for section in store.section_ids if store.head(section).review_act}
    assert "Checked on November 21, 2026" in said(pages.get("/law").text)


# -- redlines and the time line -------------------------------------------------


@given(old=st.text(alphabet="ab ,.1", max_size=60), new=st.text(alphabet="ab ,.1", max_size=60))
def test_a_redline_gives_both_texts_back(old: str, new: str) -> None:
    runs = redline.between(old, new)
    assert "".join(run.text for run in runs if run.kind != "added") == old
    assert "".join(run.text for run in runs if run.kind != "deleted") == new


def test_a_redline_marks_the_words_that_changed_and_no_others() -> None:
    runs = redline.between("Trafficking is a class B felony with 1 to 20 years.", "Trafficking is a class A felony with 10 to 25 years.")
    assert [run.text for run in runs if run.kind == "deleted"] == ["B", "1", "20"]
    assert [run.text for run in runs if run.kind == "added"] == ["A", "10", "25"]


def test_an_old_page_shows_what_differs_today_and_never_calls_unknown_text_new(pages: TestClient) -> None:
    page = pages.get("/law/53a-192a?as_of=2015-12-01").text
    assert "<del>" in page and "<ins>" in page and "The old text is known only in part." in said(page)
    compared = pages.get("/law/53a-192a?as_of=2015-12-01&format=json").json()["compared"]
    penalty = next(pair for pair in compared["pairs"] if pair["then_label"] == "§ 53a-192a(b)")
    assert penalty["today_label"] == "§ 53a-192a(c)"  # the class moved; the defense that stands in (b) today is no counterpart
    assert compared["added"] == []
    assert [change["acts"] for change in compared["since"]] == [["P.A. 16-71 § 12"], ["P.A. 17-32 § 2"], ["P.A. 21-103 § 3"]]


def test_the_time_line_has_a_point_for_each_version_in_order_and_its_dates_never_overlap(store: LawStore) -> None:
    for section in store.section_ids:
        history = store.history(section)
        picture = timeline.picture(history, "en", history[0].effective)
        places = [point.y for point in picture.points]
        assert len(places) == len(history)
        assert all(later - earlier >= timeline.NEAREST for earlier, later in pairwise(places))
        assert picture.height > places[-1] and [point.shown for point in picture.points] == [True] + [False] * (len(history) - 1)
        assert picture.points[-1].state == ("repealed" if history[-1].repealed else "now")


# -- linked data, caching, headers ----------------------------------------------


def test_linked_data_says_what_is_known_and_claims_no_more(published: TestClient, pages: TestClient) -> None:
    data = linked_data(published.get("/law/54-95c").text)
    assert data["@type"] == "Legislation" and data["@id"] == f"{PUBLIC}/law/54-95c"
    assert data["legislationIdentifier"] == "Conn. Gen. Stat. § 54-95c" and data["legislationJurisdiction"]["name"] == "Connecticut"
    assert data["legislationDateOfApplicability"] == "2021-10-01" and data["legislationLegalForce"].endswith("/InForce")
    assert data["encoding"]["legislationLegalValue"].endswith("/UnofficialLegalValue") and data["isBasedOn"].startswith("https://www.cga.ct.gov/")
    assert [act["legislationIdentifier"] for act in data["legislationConsolidates"]] == ["P.A. 21-103 § 7", "P.A. 21-104 § 62"]
    assert "legislationPassedBy" not in data and "legislationDate" not in data  # not in the store
    assert linked_data(pages.get("/law/54-95c?as_of=2015-06-01").text)["legislationLegalForce"].endswith("/NotInForce")
    assert linked_data(pages.get("/law/53a-83a").text)["legislationLegalForce"].endswith("/NotInForce")
    assert "legislationLegalForce" not in linked_data(pages.get("/law/44-4").text)  # an act that is not in the store has changed it
    assert "legislationJurisdiction" not in linked_data(pages.get("/law/18-usc-1595").text)  # another jurisdiction's
    assert linked_data(pages.get("/law/bills/2021").text)["legislationLegalForce"].endswith("/NotInForce")


def test_every_page_carries_linked_data_that_can_be_read_and_not_closed_from_inside(pages: TestClient) -> None:
    for slug in SECTIONS:
        page = pages.get(f"/law/{slug}").text
        assert linked_data(page)["name"] and page.count("</script>") == 1


def test_the_two_languages_name_each_other_and_the_canonical_address(published: TestClient) -> None:
    page = published.get("/law/54-95c?lang=es").text
    assert f'<link rel="canonical" href="{PUBLIC}/law/54-95c?lang=es">' in page
    assert f'hreflang="en" href="{PUBLIC}/law/54-95c"' in page and f'hreflang="es" href="{PUBLIC}/law/54-95c?lang=es"' in page


def test_a_page_is_tagged_packed_cacheable_by_anyone_and_not_sent_again_where_unchanged(pages: TestClient) -> None:
    first = pages.get("/law/54-95c", headers={"accept-encoding": "gzip"})
    assert first.headers["cache-control"] == "public, no-cache" and first.headers["x-robots-tag"] == "all"
    assert first.headers["content-encoding"] == "gzip" and {"Accept", "Accept-Encoding"} <= set(first.headers["vary"].replace(" ", "").split(","))
    assert "set-cookie" not in first.headers
    again = pages.get("/law/54-95c", headers={"if-none-match": first.headers["etag"]})
    assert again.status_code == 304 and again.content == b""
    json_form = pages.get("/law/54-95c", headers={"accept": "application/json"})
    assert json_form.headers["etag"] != first.headers["etag"] and json_form.headers["content-type"] == "application/json"
    assert len(gzip.compress(first.content)) < 14_600  # what a server sends before it waits for the first acknowledgement


def test_nothing_on_the_pages_needs_what_the_content_policy_forbids(pages: TestClient) -> None:
    paths = ["/law", "/law/54-95c", "/law/54-95c?as_of=2015-06-01", "/law/bills/2021", "/law/recommendations", "/law/sources"]
    for path in (*paths, "/law?q=hotel", "/law/1-1"):
        response = pages.get(path)
        assert "unsafe" not in response.headers["content-security-policy"]
        assert not re.search(r"\sstyle=|\son\w+=|<style|javascript:|<img|<iframe", response.text)
        assert re.findall(r"<script(?![^>]*application/ld\+json)", response.text) == []
        for link in re.findall(r'<a [^>]*href="http[^>]*>', response.text):
            assert "noreferrer" in link


@pytest.mark.parametrize("accept, form", [
    ("application/json", "json"), ("text/html,application/xhtml+xml,*/*;q=0.8", "html"), ("*/*", "html"), ("", "html"),
    ("text/html;q=0.5, application/json", "json"),
    ("application/json;q=0.1, text/html", "html"), ("application/json;q=banana", "json"), (";;;,,", "html"),
])
def test_the_form_is_the_one_that_the_caller_prefers(pages: TestClient, accept: str, form: str) -> None:
    response = pages.get("/law/54-95c", headers={"accept": accept})
    assert response.headers["content-type"].startswith({"json": "application/json", "html": "text/html"}[form])
    assert "Accept" in response.headers["vary"]


def test_another_site_may_read_the_law_as_the_embedded_chat_does(pages: TestClient) -> None:
    response = pages.get("/law/54-95c", headers={"accept": "application/json", "origin": "https://charity.example.org"})
    assert response.status_code == 200 and response.headers["access-control-allow-origin"] == "*"


# -- search engines ------------------------------------------------------------


def test_search_engines_are_led_to_the_law_and_kept_from_the_chat(published: TestClient, store: LawStore) -> None:
    robots = published.get("/robots.txt").text
    assert "Allow: /law\n" in robots and "Disallow: /\n" in robots and f"Sitemap: {PUBLIC}/sitemap.xml" in robots
    site_map = published.get("/sitemap.xml").text
    addresses = re.findall(r"<loc>([^<]+)</loc>", site_map)
    assert len(addresses) == len(set(addresses)) == 2 * (len(store.section_ids) + len(store.bill_years) + 3)
    assert f"{PUBLIC}/law/54-95c" in addresses and all("as_of" not in address for address in addresses)


def test_without_a_public_address_nothing_is_offered_to_search_engines(pages: TestClient) -> None:
    assert pages.get("/sitemap.xml").status_code == 404
    assert "Allow" not in pages.get("/robots.txt").text


def test_every_address_of_the_site_map_can_be_indexed(published: TestClient, pages: TestClient) -> None:
    for address in re.findall(r"<loc>([^<]+)</loc>", published.get("/sitemap.xml").text):
        parts = urlsplit(html.unescape(address))
        response = pages.get(parts.path + (f"?{parts.query}" if parts.query else ""))
        assert response.status_code == 200 and response.headers["x-robots-tag"] == "all"


# -- when things fail ------------------------------------------------------------


def test_without_a_store_the_pages_say_so_with_the_numbers_and_the_gateway_still_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "nothing.db"))
    with TestClient(create_app(Settings(secret="s" * 32))) as client:
        for path in ("/law", "/law/54-95c", "/law/bills/2021", "/law/recommendations", "/law/sources", "/law?q=hotel"):
            for lang in LANGUAGES:
                page = client.get(path, params={"lang": lang} | ({"q": "hotel"} if "q=" in path else {}))
                assert page.status_code == 503 and "911" in said(page.text) and "1-888-373-7888" in said(page.text)
            data = client.get(path, headers={"accept": "application/json"})
            assert data.status_code == 503 and "911" in data.json()["help"] and "911" in data.json()["ayuda"]
        danger = client.get("/law", params={"q": "he has a gun outside my door"})
        assert "911" in said(danger.text)[:200]
        assert client.get("/healthz").status_code == 200


def test_a_store_that_is_built_later_is_found_without_a_restart(law_db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    late = tmp_path / "law.db"
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(late))
    with TestClient(create_app(Settings(secret="s" * 32))) as client:
        assert client.get("/law").status_code == 503
        late.write_bytes(law_db.read_bytes())
        assert client.get("/law").status_code == 200


def test_a_flood_of_one_address_is_told_when_to_try_again_and_danger_is_answered_all_the_same(published: TestClient) -> None:
    answers = [published.get("/law") for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 3
    assert int(answers[-1].headers["retry-after"]) >= 1 and "911" in answers[-1].text
    assert "911" in said(published.get("/law", params={"q": "he has a gun outside my door"}).text)[:200]
    assert published.post("/api/v1/sessions", headers={"origin": PUBLIC}).status_code != 429  # who reads does not use up what asks


def test_nothing_that_was_typed_reaches_the_log(law_db: Path) -> None:
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "--port", str(port)], cwd=paths.ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        env={"PATH": "/usr/bin:/bin", "CHARTER_OAK_LAW_DB": str(law_db)},
    )
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", trust_env=False, timeout=20) as client:
            for _ in range(200):
                try:
                    client.get("/healthz")
                    break
                except httpx.TransportError:
                    time.sleep(0.1)
            assert client.get("/law", params={"q": "Marigold hotel"}).status_code == 200
            assert client.get("/law/Marigold").status_code == 404
            assert client.get("/law/54-95c", params={"as_of": "Marigold"}).status_code == 400
            assert client.get("/law?q=" + "%ff" * 20 + "Marigold").status_code == 200
    finally:
        process.terminate()
    assert "Marigold" not in process.communicate(timeout=20)[0]


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
