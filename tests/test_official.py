"""The official text on the deployer's side: pages are read, fetched and loaded whole, or refused with a reason."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot.cli import main
from bot.law import compile as compiler
from bot.law.official import OfficialTexts
from bot.law.pins import split
from bot.upkeep import page as pages
from bot.upkeep.fetch import Fetcher, FetchProblem
from bot.upkeep.page import PageProblem
from gateway.app import create_app
from gateway.settings import Settings
from tests.chapter_page import WEATHER, Body, page, save

# -- subsections -------------------------------------------------------------


def pins(*paragraphs: str) -> list[str]:
    return [part.pin for part in split(paragraphs)]


def test_subsections_are_found_as_the_law_writes_them_inline() -> None:
    assert pins("(a)(1) Any (A) inn; (B) mill, or (2) each boat, shall float.", "(b) It sinks.") == [
        "(a)", "(a)(1)", "(a)(1)(A)", "(a)(1)(B)", "(a)(2)", "(b)"]
    assert pins("(a) One (1) x (A) y (i) z, or (ii) w, (B) v (2) u") == [
        "(a)", "(a)(1)", "(a)(1)(A)", "(a)(1)(A)(i)", "(a)(1)(A)(ii)", "(a)(1)(B)", "(a)(2)"]


@pytest.mark.parametrize("reference", [
    "as in subsection (b) of this section", "under subdivisions (1) to (3), inclusive, of subsection (a)", "as § 9a-2(b) has it",
    "subdivision (1), (2) or (3) of subsection (a) of section 9a-4", "a crime of subparagraph (A) or (B)", "clause (i) of this rule",
])
def test_another_place_that_is_named_opens_no_subsection(reference: str) -> None:
    assert pins(f"(a) A person errs {reference}.", "(b) Or not.") == ["(a)", "(b)"]


def test_the_letter_i_after_h_is_no_roman_number() -> None:
    assert pins(*(f"({letter}) Words." for letter in "abcdefghijk")) == [f"({letter})" for letter in "abcdefghijk"]


@given(st.lists(st.text(alphabet="abAB12iv() ,.subsection", max_size=60), max_size=6))
def test_no_word_of_a_section_is_lost_or_said_twice(paragraphs: list[str]) -> None:
    signs = [f"({sign})" for part in split(paragraphs) for sign in part.pin.strip("()").split(")(")[-1:] if sign]
    kept = "".join(part.text for part in split(paragraphs)) + "".join(signs)
    assert sorted(kept.replace(" ", "")) == sorted("".join(paragraphs).replace(" ", ""))


@given(st.lists(st.integers(0, 4), min_size=1, max_size=8))
def test_a_list_of_any_shape_comes_back_with_its_own_pins(shape: list[int]) -> None:
    paragraphs, wanted = [], []
    for place, subdivisions in enumerate(shape):
        letter = chr(ord("a") + place)
        paragraphs.append(f"({letter}) Words " + " ".join(f"({number}) more words," for number in range(1, subdivisions + 1)))
        wanted += [f"({letter})", *(f"({letter})({number})" for number in range(1, subdivisions + 1))]
    assert pins(*paragraphs) == wanted


# -- a page ---------------------------------------------------------------------


def test_a_page_gives_sections_with_their_words_and_notes_and_without_the_annotations() -> None:
    read = pages.read(page().encode(), "chap_9a.htm")
    theft = read.printings("9a-1")[0]
    assert (read.chapter, read.name, read.gone) == ("9a", "WEATHER", {"9a-2"})
    assert theft.heading == "Theft of weather: Class A felony."
    assert [part.pin for part in theft.parts] == ["(a)", "(a)(1)", "(b)"]
    assert theft.source == "(P.A. 00-1, S. 3; P.A. 10-5, S. 1.)"
    assert theft.history[0].startswith("History: P.A. 10-5")
    assert "Annotation" not in json.dumps([theft.paragraphs, theft.history]) and "9a-77" not in theft.words


def test_an_older_page_in_windows_1252_reads_alike() -> None:
    assert pages.read(page().encode("windows-1252"), "old.htm").sections == pages.read(page().encode(), "new.htm").sections


def test_a_table_inside_a_section_is_part_of_its_words_and_what_is_printed_twice_stays_twice() -> None:
    table = "<table><tr><td><p>Rain</p></td><td>ten inches</td></tr></table>"
    bodies = [Body("9a-1", "Rain.", ["(a) As follows:"], more=[table]), Body("9a-1", "Rain. (Effective later.)", ["(a) Otherwise."])]
    read = pages.read(page(bodies, gone={}).encode(), "x.htm")
    assert [one.words for one in read.printings("9a-1")] == ["(a) As follows: Rain | ten inches", "(a) Otherwise."]


@pytest.mark.parametrize(("text", "says"), [
    ("", "is empty"),
    ("<html><head><title>404 Not Found</title></head><body><h1>Not Found</h1></body></html>", 'names no chapter. Its title is "404 Not Found"'),
    (page(end=""), "breaks off"),
    (page()[: len(page()) // 2], "breaks off"),
    (page(listed=["9a-1", "9a-3", "9a-8", "9a-9"]), "lists 9a-8, 9a-9 and does not print it"),
    (page().replace("catchln", "headline"), "another layout"),
    (page([Body("9a-1", "Theft of weather.", [""])]), "no words for section 9a-1"),
    (page([Body("9a-1", "Theft.", ["Words."])]).replace('id="sec_9a-1">Sec. 9a-1.', 'id="sec_9a-1">§9a/1'), "names no section"),
], ids=["empty", "error page", "no end", "half", "bodies missing", "other layout", "no words", "other catchline"])
def test_a_page_that_is_not_whole_is_refused_with_a_reason(text: str, says: str) -> None:
    with pytest.raises(PageProblem, match=says.replace("(", r"\(")):
        pages.read(text.encode(), "chap_9a.htm")


@given(st.binary(max_size=400))
def test_no_bytes_bring_the_reader_down(noise: bytes) -> None:
    with pytest.raises(PageProblem):
        pages.read(noise, "noise.htm")


# -- loading ------------------------------------------------------------------------


@pytest.fixture
def place(invented: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The invented jurisdiction as the deployer's own, its sections linked to a page of chapter 9a."""
    for path in (invented / "sections").glob("*.yml"):
        text = path.read_text()
        path.write_text(text.replace("link: https://law.example/9a-", "chapter: 9a\nlink: https://law.example/pub/chap_9a.htm#sec_9a-"))
    monkeypatch.setenv("CHARTER_OAK_CONTENT", str(invented))
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(tmp_path / "law.db"))
    monkeypatch.setenv("CHARTER_OAK_OFFICIAL_DB", str(tmp_path / "state" / "official.db"))
    monkeypatch.delenv("OPERATOR_CONTACT", raising=False)
    compiler.build(invented, tmp_path / "law.db")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, arguments)


def test_saved_pages_are_loaded_and_shown_beside_the_restatement_and_labelled(place: Path) -> None:
    save(place / "saved", "Chapter 9a - Weather.htm", page())
    loaded = run("official", "load", str(place / "saved"), "--retrieved", "2026-11-20")
    assert loaded.exit_code == 0 and "chapter 9a, 1 section of the store, as of 2026-11-20" in loaded.output
    shown = run("law", "9a-1", "--official").output
    assert "OFFICIAL TEXT, not this project's words. Retrieved November 20, 2026" in shown
    assert "takes a cloud of more than forty pounds" in shown and "P.A. 10-5, S. 1" in shown


def test_without_official_text_the_command_says_how_to_get_it(place: Path) -> None:
    refused = run("law", "9a-1", "--official")
    assert refused.exit_code == 1 and "was not loaded on this machine" in refused.output


@pytest.mark.parametrize("broken", [
    page(end=""), page(listed=["9a-1", "9a-9"]), page([WEATHER[1]]), "<html><title>502 Bad Gateway</title></html>",
], ids=["half", "bodies missing", "the store's section is not on it", "error page"])
def test_a_bad_page_changes_nothing_that_was_loaded(place: Path, broken: str) -> None:
    save(place / "good", "chap_9a.htm", page())
    run("official", "load", str(place / "good"))
    before = OfficialTexts(place / "state" / "official.db").everything()
    save(place / "bad", "chap_9a.htm", broken)
    refused = run("official", "load", str(place / "bad"))
    assert refused.exit_code == 1 and "Not taken:" in refused.output
    assert before and OfficialTexts(place / "state" / "official.db").everything() == before


def test_a_supplement_may_print_only_what_changed(place: Path) -> None:
    only_fog = page([WEATHER[1]])
    save(place / "sup", "chap_9a.htm", only_fog)
    assert "does not print 9a-1" in run("official", "load", str(place / "sup")).output
    assert "has no section of it" in run("official", "load", str(place / "sup"), "--supplement").output


def test_what_changed_since_it_was_last_loaded_is_said(place: Path) -> None:
    save(place / "one", "chap_9a.htm", page())
    save(place / "two", "chap_9a.htm", page().replace("forty pounds", "fifty pounds"))
    assert "Changed since" not in run("official", "load", str(place / "one")).output
    assert "Changed since" not in run("official", "load", str(place / "one")).output
    assert "Changed since it was last taken: 9a-1" in run("official", "load", str(place / "two")).output


def test_a_section_that_links_to_a_list_of_titles_is_loaded_from_its_chapter_s_page_alone(place: Path) -> None:
    for name in ("9a-1", "9a-2"):
        path = place / "content" / "sections" / f"{name}.yml"
        path.write_text(path.read_text().replace(f"chapter: 9a\nlink: https://law.example/pub/chap_9a.htm#sec_{name}", "link: https://law.example/titles.htm"))
    save(place / "saved", "downloaded.html", page(gone={}))
    loaded = run("official", "load", str(place / "saved"))
    assert loaded.exit_code == 0 and "https://law.example/titles.htm#chapter-9a: chapter 9a, 1 section" in loaded.output


# -- fetching ---------------------------------------------------------------------------


class Site:
    """A small site of its own, on this machine, that answers as it is told and keeps what it was asked."""

    def __init__(self) -> None:
        self.answers: dict[str, tuple[int, dict[str, str], bytes]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.hold = threading.Event()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
                status, headers, body = site.answers.get(self.path, (404, {}, b"none"))
                if headers.get("slow"):
                    site.hold.wait(5)
                if headers.get("etag") and self.headers.get("if-none-match") == headers["etag"]:
                    status, body = 304, b""
                self.send_response(status)
                for name, value in ({"content-length": str(len(body))} | headers).items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.hold.set()
        self.server.shutdown()
        self.server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    served = Site()
    served.answers["/pub/chap_9a.htm"] = (200, {"etag": '"one"'}, page().encode())
    yield served
    served.close()


def fetch(site: Site, *more: str) -> Result:
    return run("official", "fetch", "--base", site.url, "--pause", "0", "--contact", "law@example.org", *more)


def test_a_page_is_fetched_once_by_somebody_who_says_who_they_are_and_then_only_if_it_changed(place: Path, site: Site) -> None:
    assert "chapter 9a, 1 section of the store" in fetch(site).output
    assert "unchanged" in fetch(site).output
    site.answers["/pub/chap_9a.htm"] = (200, {"etag": '"two"'}, page().replace("forty", "fifty").encode())
    assert "Changed since it was last taken: 9a-1" in fetch(site).output
    paths = [path for path, _ in site.asked]
    assert paths == ["/robots.txt", "/pub/chap_9a.htm"] * 3
    assert all("contact: law@example.org" in headers["user-agent"] for _, headers in site.asked)
    assert site.asked[3][1]["if-none-match"] == '"one"'


def test_a_section_that_came_into_the_store_since_is_taken_though_the_page_is_the_same(place: Path, site: Site) -> None:
    fetch(site)
    sections = place / "content" / "sections"
    fog = (sections / "9a-1.yml").read_text().replace("section: 9a-1\n", "section: 9a-3\n").replace("#sec_9a-1", "#sec_9a-3")
    (sections / "9a-3.yml").write_text(fog)
    assert "chapter 9a, 2 sections of the store" in fetch(site).output
    assert "unchanged" in fetch(site).output


def test_nobody_fetches_without_saying_who_they_are(place: Path, site: Site) -> None:
    refused = run("official", "fetch", "--base", site.url)
    assert refused.exit_code == 1 and "OPERATOR_CONTACT" in refused.output and not site.asked


@pytest.mark.parametrize(("answer", "says"), [
    ((404, {}, b"gone"), "is not there"),
    ((500, {}, b"oops"), "cannot be had now"),
    ((200, {"content-length": "999999"}, page().encode()), "broke off"),
    ((200, {}, b"<html><title>Maintenance</title><body></body></html>"), "names no chapter"),
    ((302, {"location": "https://elsewhere.example/chap_9a.htm"}, b""), "leads to another host"),
    ((302, {"location": "/pub/chap_9a.htm"}, b""), "leads on and on"),
], ids=["404", "500", "truncated", "maintenance page", "other host", "loop"])
def test_a_page_that_does_not_come_changes_nothing_and_is_told(place: Path, site: Site, answer: tuple[int, dict[str, str], bytes], says: str) -> None:
    fetch(site)
    before = OfficialTexts(place / "state" / "official.db").everything()
    site.answers["/pub/chap_9a.htm"] = answer
    failed = fetch(site)
    assert failed.exit_code == 1 and says in failed.output
    assert OfficialTexts(place / "state" / "official.db").everything() == before != ()


def test_what_robots_txt_asks_not_to_fetch_is_not_fetched(place: Path, site: Site) -> None:
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nDisallow: /pub/\n")
    assert "robots.txt of its host asks not to" in fetch(site).output
    assert [path for path, _ in site.asked] == ["/robots.txt"]


def test_a_crawl_delay_and_the_pause_are_kept_between_requests(site: Site) -> None:
    site.answers["/robots.txt"] = (200, {}, b"User-agent: *\nCrawl-delay: 7\n")
    slept: list[float] = []
    with Fetcher("x@example.org", pause=2, sleep=slept.append) as fetcher:
        fetcher.fetch(f"{site.url}/pub/chap_9a.htm")
        fetcher.fetch(f"{site.url}/pub/chap_9a.htm")
    assert slept == [7, 7]


def test_a_page_that_is_too_slow_or_too_large_is_given_up(site: Site) -> None:
    site.answers["/slow.htm"] = (200, {"slow": "1"}, b"x")
    with Fetcher("x@example.org", pause=0, timeout=0.3) as fetcher, pytest.raises(FetchProblem, match="did not come in time"):
        fetcher.fetch(f"{site.url}/slow.htm")
    with Fetcher("x@example.org", pause=0, largest=100) as fetcher, pytest.raises(FetchProblem, match="larger than 100 bytes"):
        fetcher.fetch(f"{site.url}/pub/chap_9a.htm")


def test_sections_without_a_chapters_page_are_named(place: Path, site: Site) -> None:
    path = place / "content" / "sections" / "9a-2.yml"
    path.write_text(path.read_text().replace("pub/chap_9a.htm#sec_9a-2", "titles.htm"))
    assert "Their links lead to no chapter's page: 9a-2" in fetch(site).output


# -- shown -----------------------------------------------------------------------------------


def test_the_law_page_shows_the_official_words_dated_in_english_and_says_so_in_spanish(
    tmp_path: Path, law_db: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page of the invented words, under the number of a section of the store, so that the real site shows them."""
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
    monkeypatch.setenv("CHARTER_OAK_OFFICIAL_DB", str(tmp_path / "official.db"))
    http = TestClient(create_app(Settings.read()))
    assert http.get("/law/31-51vv?format=json").json()["official_text"] == []
    invented_words = Body("31-51vv", "Invented.", ["(a) No <b>cloud</b> shall rain on a Sunday."])
    save(tmp_path / "saved", "chap_557.htm", page([invented_words], chapter="557", gone={}))
    assert run("official", "load", str(tmp_path / "saved"), "--retrieved", "2026-11-20").exit_code == 0
    shown = http.get("/law/31-51vv").text  # the same process: it reads what was loaded since
    assert "the state&#39;s own words, not ours" in shown and "November 20, 2026" in shown and "No cloud shall rain on a Sunday." in shown
    spanish = http.get("/law/31-51vv?lang=es").text
    assert "Están solo en inglés." in spanish and '<div lang="en">' in spanish and "20 de noviembre de 2026" in spanish
    as_json = http.get("/law/31-51vv?format=json").json()["official_text"][0]
    assert (as_json["retrieved"], as_json["lang"], as_json["paragraphs"]) == ("2026-11-20", "en", ["(a) No cloud shall rain on a Sunday."])
    assert http.get("/law/31-51vv?as_of=2010-01-01&format=json").json()["official_text"] == []


def test_a_slack_card_shows_the_beginning_of_the_official_words_at_the_provision(place: Path) -> None:
    from bot.law.store import LawStore
    from bot.render.slack_law import card

    save(place / "saved", "chap_9a.htm", page())
    run("official", "load", str(place / "saved"), "--retrieved", "2026-11-20")
    texts = OfficialTexts(place / "state" / "official.db")
    blocks = json.dumps(card(LawStore(place / "law.db"), "9a-1(b)", None, "en", texts), ensure_ascii=False, default=str)
    assert "Official words, not ours, as taken on November 20, 2026" in blocks and "shall not exceed two thousand dollars" in blocks
    assert "forty pounds" not in blocks and "more on the page" in blocks
