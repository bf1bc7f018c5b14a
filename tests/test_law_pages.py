"""The law in public: every section on every day, in both languages, as a page and as JSON, each link leading somewhere."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.law.cite import file_name
from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from bot.render.law import redline, timeline
from bot.render.law.bills import BillPage
from bot.render.law.cross_links import CrossLinks
from bot.render.law.index import IndexPage, RecommendationsPage, SourcesPage
from bot.render.law.section import SectionPage
from tests.law_site import (
    SECTIONS,
    as_said,
    said,
)

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
