"""A real Chromium for tests, driven by Playwright: the distribution's own, no browser is fetched."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect, sync_playwright

from bot import paths

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome") if Path(path).exists()), "")
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]
SCREENSHOTS = paths.ROOT / "build" / "screenshots"
PHONE, DESK, ZOOMED = (390, 800), (1280, 900), (320, 256)  # the last is 1280 x 1024 at 400 %


@contextmanager
def launched() -> Iterator[Browser]:
    """Chromium, closed at the end of the block. Skips where there is none.

    Playwright's loop stands in the way of other tests' own, so nothing keeps it open longer than a module.
    """
    if not CHROMIUM:
        pytest.skip("no Chromium on this machine (Debian, Ubuntu: apt-get install chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium for one module."""
    with launched() as browser:
        yield browser


@contextmanager
def site(folder: Path, port: int = 0) -> Iterator[int]:
    """A folder as a website on 127.0.0.1 (and localhost, which is another origin); gives its port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", port), partial(Quiet, directory=str(folder)))
    Thread(target=server.serve_forever, daemon=True).start()
    yield int(server.server_port)
    server.shutdown()
    server.server_close()


class Chat:
    """The chat as a person meets it, on one page of one browser context."""

    def __init__(self, browser: Browser, url: str, *, size: tuple[int, int] = DESK, **options: Any) -> None:
        self.url = url
        self.context: BrowserContext = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, **{"reduced_motion": "reduce", "locale": "en-US", **options}
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []  # of the console: what the page's policy refused, what failed
        self.tokens: list[str] = []
        self.sent: list[dict[str, Any]] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if request.url.endswith("/api/v1/messages") and request.method == "POST":
            self.sent.append(json.loads(request.post_data))
            if bearer := request.headers.get("authorization"):
                self.tokens.append(bearer.removeprefix("Bearer "))

    def __enter__(self) -> Chat:
        self.page.goto(self.url)
        expect(self.page.locator("charter-oak-chat section.root")).to_be_attached()
        return self

    def __exit__(self, *error: object) -> None:
        self.context.close()

    @property
    def box(self) -> Locator:
        """Where one types."""
        return self.page.locator("textarea")

    @property
    def cards(self) -> Locator:
        """The replies shown."""
        return self.page.locator("article.card")

    def button(self, name: str, *, exact: bool = True) -> Locator:
        """A button by the name that a screen reader gives it."""
        return self.page.get_by_role("button", name=name, exact=exact)

    def type(self, text: str) -> None:
        """Write and press Enter."""
        self.box.fill(text)
        self.box.press("Enter")

    def ask(self, text: str) -> Locator:
        """Write, press Enter and wait; gives the last card of the answer."""
        before = self.cards.count()
        self.type(text)
        return self.answered(before)

    def pick(self, choice: str) -> Locator:
        """Press the newest button of a choice's id and wait; gives the last card of the answer."""
        before = self.cards.count()
        self.page.locator(f'[data-choice="{choice}"]:not([aria-disabled])').last.click()
        return self.answered(before)

    def answered(self, before: int) -> Locator:
        """The last card, once there are more than ``before``."""
        expect(self.cards.nth(before)).to_be_visible(timeout=15_000)
        return self.cards.last

    def log(self) -> str:
        """All words of the transcript."""
        return self.page.locator(".log .turns").inner_text()

    def heard(self) -> list[str]:
        """Everything said to screen readers from here on; the list grows by ``hears``."""
        return list(self.page.evaluate("() => window.heard || []"))

    def listen(self) -> None:
        """Begin to note what the live regions say."""
        self.page.evaluate("""() => {
          window.heard = [];
          const root = document.querySelector("charter-oak-chat").shadowRoot;
          for (const region of root.querySelectorAll('[aria-live=polite], [role=alert]'))
            new MutationObserver((changes) => changes.forEach((change) => change.addedNodes.forEach((node) => window.heard.push(node.textContent))))
              .observe(region, { childList: true });
        }""")

    def focused(self) -> dict[str, Any]:
        """The element that has the focus, inside the shadow too: its name, its tag, and whether it is in view."""
        return dict(self.page.evaluate("""() => {
          let node = document.activeElement;
          while (node && node.shadowRoot && node.shadowRoot.activeElement) node = node.shadowRoot.activeElement;
          const box = node.getBoundingClientRect();
          return { tag: node.tagName.toLowerCase(), text: (node.getAttribute("aria-label") || node.textContent).trim(), id: node.id,
                   choice: node.dataset ? node.dataset.choice || "" : "",
                   inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth };
        }""")) if self.page else {}

    def tab_to(self, text: str = "", *, choice: str = "", back: bool = False) -> None:
        """Press Tab until the focus is on what has this text, or this choice's id. Fails after a hundred presses."""
        for _ in range(100):
            focused = self.focused()
            if (choice and focused["choice"] == choice) or (text and focused["text"].startswith(text)):
                assert focused["inside"], f"the focus on {text or choice} is out of view"
                return
            self.page.keyboard.press("Shift+Tab" if back else "Tab")
        raise AssertionError(f"{text or choice} cannot be reached by the keyboard")

    def overflow(self) -> list[str]:
        """What is wider than its room: the page, and each part of the chat that would scroll sideways."""
        return list(self.page.evaluate("""() => {
          const wide = [];
          const check = (node, name) => {
            if (node.scrollWidth > node.clientWidth + 1) wide.push(`${name}: ${node.scrollWidth} in ${node.clientWidth}`);
          };
          check(document.documentElement, "page");
          const root = document.querySelector("charter-oak-chat").shadowRoot;
          for (const node of root.querySelectorAll(".panel, .log, .sheet, .sheet-body, .card, .bar, .help, .composer")) check(node, node.className);
          return wide;
        }"""))

    def accessible(self, name: str) -> None:
        """Keep a screenshot as ``build/screenshots/<name>.png`` and fail with axe-core's report where it finds anything."""
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        self.page.wait_for_timeout(250)  # until what moves has come to rest: axe measures colours as they are now
        self.page.screenshot(path=SCREENSHOTS / f"{name}.png")
        results = Axe().run(self.page)
        found = [
            f"{each['id']}: {node['target']} {node.get('failureSummary', '')}"
            for each in results.response["violations"] for node in each["nodes"]
        ]
        assert not found, f"{name}:\n" + "\n".join(found)


def kept_by_browser(page: Page) -> dict[str, Any]:
    """What the page's origin has in the browser's stores: cookies, storage, databases, caches, workers."""
    found = page.evaluate("""async () => ({
      cookies: document.cookie, local: localStorage.length, session: sessionStorage.length,
      databases: (await indexedDB.databases()).length, caches: (await caches.keys()).length,
      workers: (await navigator.serviceWorker.getRegistrations()).length,
    })""")
    return {**found, "jar": page.context.cookies()}
