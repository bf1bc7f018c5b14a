"""The plain pages in a real browser with JavaScript off: accessible, inside their width, by the keyboard, on paper."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page

from gateway.pages import EXIT_URL
from tests.plain_browser import complaints, page_without_script, shot, sideways
from tests.running import Bot

HOTLINE = "1-888-373-7888"
DANGER = {"en": "he has a gun and he is outside", "es": "él está afuera de mi puerta con un cuchillo"}


def ask(page: Page, text: str) -> None:
    page.fill("#text", text)
    page.click("#ask button.first")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_state(bot: Bot, chromium: Browser, scheme: str) -> None:
    found: dict[str, list[str]] = {}
    with page_without_script(chromium, scheme=scheme) as page:

        def look(name: str) -> None:
            if scheme == "dark" and name in ("history", "too-long", "terms", "not-found"):  # no colour that the others lack
                return
            found[name] = complaints(chromium, page, scheme)
            shot(page, f"plain-{name}-{scheme}")

        page.goto(f"{bot.url}/ask")
        look("start")
        ask(page, "how much can i sue my trafficker for")
        look("answer")
        ask(page, "what changed in 53a-192a")
        look("history")
        ask(page, DANGER["en"])
        look("emergency")
        ask(page, "x" * 3000)
        look("too-long")
        page.fill("#text", "")
        page.goto(f"{bot.url}/ask?lang=es")
        page.click("button[value='interview:damages']")
        look("interview-spanish")
        for _ in range(20):
            if page.locator(".card.result").count():
                break
            page.locator(".card .choices button").first.click()
        look("result-spanish")
        for name in ("about", "privacy", "terms"):
            page.goto(f"{bot.url}/{name}")
            look(name)
        page.set_extra_http_headers({"accept": "text/html"})
        page.goto(f"{bot.url}/nothing")
        look("not-found")
    assert {name: issues for name, issues in found.items() if issues} == {}


def test_axe_would_find_something(bot: Bot, chromium: Browser) -> None:
    """The check itself works: a page with its labels and its language taken out does not pass."""
    broken = "<html><body><textarea></textarea><button></button></body></html>"
    with page_without_script(chromium) as page:
        page.route("**/ask", lambda route: route.fulfill(body=broken, content_type="text/html"))
        page.goto(f"{bot.url}/ask")
        assert {complaint.partition(":")[0] for complaint in complaints(chromium, page)} >= {"button-name", "label", "html-has-lang"}


def test_a_whole_interview_by_keyboard_alone_ends_with_its_paper(bot: Bot, chromium: Browser) -> None:
    with page_without_script(chromium, width=320, height=640) as page:
        page.goto(f"{bot.url}/ask")

        def reach(selector: str) -> None:
            for _ in range(60):
                page.keyboard.press("Tab")
                if page.locator(f"{selector}:focus").count():
                    return
            raise AssertionError(f"{selector} is not reached by Tab")

        reach("button[value='interview:vacatur']")
        page.keyboard.press("Enter")
        page.wait_for_selector("h3.asked")
        for _ in range(20):
            if page.locator(".card.result").count():
                break
            before = page.locator("h3.asked").inner_text()
            reach(".card .choices button")
            with page.expect_navigation():
                page.keyboard.press("Space")
            assert page.locator(".card.result").count() or page.locator("h3.asked").inner_text() != before
        reach("button[value='result:paper']")
        with page.expect_navigation():
            page.keyboard.press("Enter")
        reach("button[value='result:docx']")
        with page.expect_download() as download:
            page.keyboard.press("Enter")
        assert download.value.suggested_filename == "charter-oak.docx"
        reach("button[value='exit']")


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_is_wider_than_the_screen_and_everything_to_tap_is_large_enough(bot: Bot, chromium: Browser, width: int) -> None:
    with page_without_script(chromium, width=width, height=640) as page:
        for address in ("/ask", "/ask?lang=es", "/about", "/privacy?lang=es", "/terms"):
            page.goto(bot.url + address)
            assert sideways(chromium, page) == [], address
        page.goto(f"{bot.url}/ask?lang=es")
        for text in ("cuanto puedo demandar a mi tratante", "que cambio en 53a-192a", DANGER["es"]):
            ask(page, text)
            assert sideways(chromium, page) == [], text
            shot(page, f"plain-{width}-{text[:10].strip()}")
        for button in page.locator("button:visible").all():
            box = button.bounding_box()
            assert box and box["height"] >= 44 and box["width"] >= 24


def test_on_paper_stands_the_answer_with_its_sources_and_no_form(bot: Bot, chromium: Browser) -> None:
    with page_without_script(chromium) as page:
        page.goto(f"{bot.url}/ask")
        ask(page, "how much can i sue my trafficker for")
        page.emulate_media(media="print")
        assert not page.locator("#ask").is_visible() and not page.locator(".leave").is_visible()
        assert page.locator(".short").is_visible() and page.locator("text=Law checked").is_visible()
        assert page.locator(".official a").first.is_visible()


def test_the_leave_button_goes_to_the_neutral_page_in_a_real_browser(bot: Bot, chromium: Browser) -> None:
    """A browser holds a form to the page's policy, redirects included."""
    with page_without_script(chromium) as page:
        page.route(f"{EXIT_URL}**", lambda route: route.fulfill(body="weather", content_type="text/html"))
        page.goto(f"{bot.url}/ask")
        ask(page, "how do i get my old conviction vacated")
        token = page.locator("input[name=token]").get_attribute("value")
        page.click("button.leave")
        page.wait_for_url(f"{EXIT_URL}**")
        assert bot.send({"Authorization": f"Bearer {token}"}, text="hello").status_code == 401
