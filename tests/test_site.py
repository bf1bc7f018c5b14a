"""The site of the documents, as `make site` built it, opened from disk in a real Chromium without any network."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from bot import paths
from tests.browser import DESK, PHONE

SITE = paths.ROOT / "build" / "site"
TOURS = sorted((paths.ROOT / "docs" / "tours").glob("*.md"))
pytestmark = pytest.mark.skipif(not (SITE / "index.html").is_file(), reason="the site is not built here (make site)")


class Reader:
    """A page of the site, with everything that it asked for from elsewhere, and every complaint."""

    def __init__(self, browser: Browser, size: tuple[int, int]) -> None:
        self.context = browser.new_context(viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce")
        self.page: Page = self.context.new_page()
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.context.route("**/*", self._own)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _own(self, route: Route) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            self.foreign.append(route.request.url)
            route.abort()

    def open(self, name: str) -> Page:
        self.page.goto((SITE / name).as_uri())
        return self.page


@pytest.fixture
def reader(chromium: Browser, request: pytest.FixtureRequest) -> Iterator[Reader]:
    opened = Reader(chromium, getattr(request, "param", DESK))
    yield opened
    opened.context.close()


def pages() -> list[str]:
    return sorted(path.relative_to(SITE).as_posix() for path in SITE.rglob("*.html"))


@pytest.mark.parametrize("reader", [PHONE], indirect=True, ids=["phone"])
def test_every_page_opens_from_disk_asks_nobody_else_and_fits_a_phone(reader: Reader) -> None:
    found = pages()
    assert len(found) > 30
    for name in found:
        page = reader.open(name)
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1"), name
        expect(page.locator("footer")).to_contain_text("not legal advice")
        broken = "images => images.filter(image => image.complete && !image.naturalWidth).map(image => image.src)"
        assert page.locator("img").evaluate_all(broken) == [], name
    assert (reader.foreign, reader.complaints) == ([], [])


def test_diagrams_are_drawn_without_a_network(reader: Reader) -> None:
    for name, number in (("interviews.html", 5), ("architecture.html", 1)):
        page = reader.open(name)
        # The theme draws into a closed shadow root, so what shows is that the text of the diagram gave way to something with a size.
        expect(page.locator("pre.mermaid")).to_have_count(0, timeout=30_000)
        expect(page.locator("div.mermaid")).to_have_count(number)
        for box in (page.locator("div.mermaid").nth(place).bounding_box() for place in range(number)):
            assert box and box["height"] > 100
    assert reader.foreign == []


def test_search_finds_a_word_in_a_page_opened_from_disk(reader: Reader) -> None:
    page = reader.open("index.html")
    page.get_by_role("textbox", name="Search").fill("sunset")
    expect(page.locator(".md-search-result__list a").first).to_be_visible(timeout=20_000)
    assert any("operations" in (link.get_attribute("href") or "") for link in page.locator(".md-search-result__list a").all())
    assert reader.foreign == []


def test_each_reader_has_a_tour_and_every_decision_is_listed(reader: Reader) -> None:
    page = reader.open("index.html")
    for tour in TOURS:
        assert page.locator(f'article a[href="tours/{tour.stem}.html"]').count() == 1, tour.stem
    assert len(TOURS) == 5
    listed = reader.open("decisions/index.html").locator("article li a").count()
    assert listed == len(list((paths.ROOT / "docs" / "decisions").glob("[0-9]*.md")))


def test_what_comes_with_the_site_comes_with_its_licence() -> None:
    vendor = paths.ROOT / "manual" / "theme" / "vendor"
    for script in vendor.glob("*.js"):
        licence = next(vendor.glob(f"{script.name.partition('-1')[0]}-LICENSE.txt"))
        assert "MIT" in licence.read_text(encoding="utf-8") or "Permission is hereby granted" in licence.read_text(encoding="utf-8")
