"""How the law pages are served: linked data, caching, what search engines see, and what stays when things fail."""

from __future__ import annotations

import gzip
import html
import re
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.testclient import TestClient

from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from gateway.app import create_app
from gateway.settings import Settings
from tests.law_site import (
    PUBLIC,
    SECTIONS,
    linked_data,
    said,
)
from tests.running import gateway_alone

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


def test_nothing_that_was_typed_reaches_the_log(law_db: Path, tmp_path: Path) -> None:
    with gateway_alone(tmp_path, CHARTER_OAK_LAW_DB=str(law_db)) as running, httpx.Client(base_url=running.url, trust_env=False) as client:
        assert client.get("/law", params={"q": "Marigold hotel"}).status_code == 200
        assert client.get("/law/Marigold").status_code == 404
        assert client.get("/law/54-95c", params={"as_of": "Marigold"}).status_code == 400
        assert client.get("/law?q=" + "%ff" * 20 + "Marigold").status_code == 200
    assert "Marigold" not in running.log.read_text()
