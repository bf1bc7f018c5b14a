"""The chat widget under test: the demo site that embeds it, Chromium, and what is asked of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route

from bot.law.content import LANGUAGES
from bot.safety import wording
from gateway import widget
from gateway.pages import EXIT_URL
from tests.browser import Chat, site

HOTLINE = "1-888-373-7888"
SOURCES = sorted(path for path in widget.SOURCES.iterdir() if path.suffix == ".js")
WORDS = {lang: wording.of_file("widget", lang) for lang in LANGUAGES}
MONEY = "how much can i sue my trafficker for"
DANGER = "he is outside my door with a knife"


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The demo site in a folder of its own, and the port that it is served on."""
    folder = tmp_path_factory.mktemp("demo")
    with site(folder) as port:
        yield folder, port


def neutral_page(chat: Chat, *, comes: bool) -> list[str]:
    """Stand in for the neutral page, which tests do not fetch. Where it does not come, the page that was left stays as it then is.

    Gives the requests for it.
    """
    asked: list[str] = []

    def answer(route: Route) -> None:
        asked.append(route.request.url)
        if comes:
            route.fulfill(body="<!doctype html><title>Weather</title><h1>Weather</h1>", content_type="text/html")
        else:
            route.fulfill(status=204)

    chat.page.route(f"{EXIT_URL}**", answer)
    return asked


def until(chat: Chat, happened: Callable[[], object], what: str) -> None:
    """Wait for it, while the page goes on; fails with ``what`` where it does not come."""
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, what
        chat.page.wait_for_timeout(50)
