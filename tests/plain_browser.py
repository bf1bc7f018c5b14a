"""Debian's Chromium for the plain pages: with JavaScript off, as a person has it, and with it on, for axe-core alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Error, Page

from tests.browser import SCREENSHOTS


@contextmanager
def page_without_script(browser: Browser, width: int = 1280, height: int = 900, scheme: Any = "light") -> Iterator[Page]:
    """A page in which no script runs."""
    context = browser.new_context(java_script_enabled=False, color_scheme=scheme, viewport={"width": width, "height": height})
    context.set_default_timeout(20_000)
    yield context.new_page()
    context.close()


def complaints(browser: Browser, page: Page, scheme: Any = "light") -> list[str]:
    """What axe-core finds on what ``page`` shows: the same HTML, opened where a script may run."""
    html, url = page.content(), page.url.partition("#")[0]
    width = page.viewport_size or {"width": 1280, "height": 900}
    context = browser.new_context(color_scheme=scheme, viewport=width, bypass_csp=True)
    copy = context.new_page()
    copy.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    copy.goto(url)
    found = Axe().run(copy, options={"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}})
    context.close()
    return [f"{issue['id']}: {node['html'][:160]}" for issue in found.response["violations"] for node in issue["nodes"]]


def shot(page: Page, name: str) -> None:
    """Keep a picture of the whole page for a person to look at."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    with suppress(Error):  # a picture that a busy machine could not take is no fault of the page
        page.screenshot(path=str(SCREENSHOTS / f"{name}.png"), full_page=True)


def sideways(browser: Browser, page: Page) -> list[str]:
    """What sticks out of ``page`` to the side, measured on the same HTML where a script may run."""
    html, url = page.content(), page.url.partition("#")[0]
    context = browser.new_context(viewport=page.viewport_size or {"width": 1280, "height": 900}, bypass_csp=True)
    copy = context.new_page()
    copy.route(url, lambda route: route.fulfill(body=html, content_type="text/html; charset=utf-8"))
    copy.goto(url)
    found: list[str] = copy.evaluate(
        "() => [...document.querySelectorAll('body *')].filter(e => !e.closest('.skip, svg') && e.getBoundingClientRect().right > innerWidth + 1)"
        ".map(e => e.outerHTML.slice(0, 120))"
    )
    context.close()
    return found
