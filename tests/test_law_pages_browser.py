"""The law pages in a real browser: axe-core on each of them, in both languages and both colour schemes, on a phone and enlarged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.plain_browser import shot
from tests.running import gateway_alone

UNFOLD = "document.querySelectorAll('details').forEach(details => { details.open = true })"
PAGES = {
    "index": "/law", "section": "/law/54-95c", "review": "/law/44-4", "repealed": "/law/53a-83a", "dated": "/law/53a-192a?as_of=2015-12-01",
    "long": "/law/46a-170?as_of=2021-08-01", "bill": "/law/bills/2021", "recommendations": "/law/recommendations", "sources": "/law/sources",
    "search": "/law?q=registered mail", "nothing": "/law?q=zzzz", "danger": "/law?q=he has a gun outside my door", "not-found": "/law/54-999",
    "future": "/law/54-95c?as_of=2099-01-01",
}

@pytest.fixture(scope="module")
def site(law_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The gateway alone, over the real store."""
    with gateway_alone(tmp_path_factory.mktemp("site"), CHARTER_OAK_LAW_DB=str(law_db)) as running:
        yield running.url


def opened(chromium: Browser, address: str, *, width: int = 1100, dark: bool = False, media: str = "screen") -> Page:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light")
    page = context.new_page()
    page.emulate_media(media=media, color_scheme="dark" if dark else "light")
    page.goto(address)
    return page


@pytest.mark.parametrize("lang, dark", [("en", False), ("es", True)], ids=["English, light", "Spanish, dark"])
def test_axe_finds_nothing_on_any_law_page(site: str, chromium: Browser, lang: str, dark: bool) -> None:
    found = {}
    for name, path in PAGES.items():
        page = opened(chromium, f"{site}{path}{'&' if '?' in path else '?'}lang={lang}", dark=dark)
        page.evaluate(UNFOLD)  # what is folded away is checked too
        results = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
        if results.violations_count:
            found[name] = [(item["id"], [node["html"][:120] for node in item["nodes"][:3]]) for item in results.response["violations"]]
        shot(page, f"law-{name}-{lang}-{'dark' if dark else 'light'}")
        page.context.close()
    assert found == {}


@pytest.mark.parametrize("lang", ["en", "es"])
def test_nothing_runs_off_a_320_pixel_screen_which_is_also_400_percent_of_a_desktop(site: str, chromium: Browser, lang: str) -> None:
    wide = {}
    for name, path in PAGES.items():
        page = opened(chromium, f"{site}{path}{'&' if '?' in path else '?'}lang={lang}", width=320)
        page.evaluate(UNFOLD)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 320:
            wide[name] = width
        if name in ("section", "bill"):
            shot(page, f"law-{name}-{lang}-320")
        page.context.close()
    assert wide == {}


def test_the_policy_of_the_pages_blocks_nothing_that_they_need(site: str, chromium: Browser) -> None:
    context = chromium.new_context()
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(f"{site}/law/53a-192a?as_of=2015-12-01")
    blocked = [text for text in said if "Content Security Policy" in text]
    assert blocked == []
    assert page.evaluate("getComputedStyle(document.querySelector('.timeline .point')).strokeWidth") == "2.5px"  # the sheet applies to the picture
    context.close()


def test_by_keyboard_one_can_skip_to_the_text_open_a_reading_and_ask_for_another_day(site: str, chromium: Browser) -> None:
    page = opened(chromium, f"{site}/law/54-95c")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.locator("summary").first.focus()
    page.keyboard.press("Enter")
    assert page.locator("details").first.evaluate("element => element.open")
    page.locator("#as_of").fill("2015-06-01")
    page.locator("#as_of").press("Enter")
    page.wait_for_url("**/law/54-95c?as_of=2015-06-01")
    assert "This is old law." in page.locator(".banner").inner_text()
    page.context.close()


def test_a_link_to_a_provision_lands_on_it(site: str, chromium: Browser) -> None:
    page = opened(chromium, f"{site}/law/54-95c(d)(2)")
    assert page.url.endswith("/law/54-95c#d-2")
    # waited for: the page scrolls there smoothly
    page.wait_for_function("() => document.querySelector('#d-2:target')?.getBoundingClientRect().top < innerHeight")
    page.context.close()


def test_the_redline_is_heard_as_well_as_seen_and_the_picture_has_its_words(site: str, chromium: Browser) -> None:
    page = opened(chromium, f"{site}/law/53a-192a?as_of=2015-12-01")
    tree = page.locator("main").aria_snapshot()
    assert "[struck out:]" in tree and "[new:]" in tree
    assert 'img "Time line of § 53a-192a' in tree
    assert page.locator(".heard").first.evaluate("element => element.getBoundingClientRect().width") <= 1
    page.context.close()


def test_on_paper_the_law_stays_and_the_controls_go(site: str, chromium: Browser) -> None:
    page = opened(chromium, f"{site}/law/54-95c", media="print")
    assert page.locator(".provision").first.is_visible() and page.locator(".history").is_visible()
    assert not any(page.locator(control).first.is_visible() for control in (".search", ".day", ".onpage", ".leave"))
    page.context.close()
