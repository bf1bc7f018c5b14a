"""Leaving the chat: at once, everything purged, and nothing to come back to."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Browser, expect

from gateway.pages import EXIT_URL
from tests.browser import Chat, kept_by_browser
from tests.chat_widget import MONEY, WORDS, neutral_page, until
from tests.running import Bot


def _leave(chat: Chat, way: str) -> None:
    if way == "shift":
        for _ in range(3):
            chat.page.keyboard.press("Shift")
    elif way == "in the sheet":
        chat.page.locator("button.cite", has_text="52-571i").last.click()
        chat.page.locator("dialog.sheet").get_by_role("button", name="Leave").click(no_wait_after=True)
    else:
        chat.button("Leave").first.click(no_wait_after=True)


@pytest.mark.parametrize("way", ["button", "shift", "in the sheet"])
def test_leaving_covers_the_page_at_once_and_purges_everything(
    chromium: Browser, bot: Bot, way: str
) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask("how do i get my old conviction vacated")
        chat.ask(MONEY)
        token = chat.tokens[-1]
        asked = neutral_page(chat, comes=False)
        _leave(chat, way)
        until(chat, lambda: asked, "the neutral page was not asked for")
        assert asked == [EXIT_URL]
        assert chat.page.evaluate("() => document.body.childNodes.length") == 0
        assert chat.page.evaluate("() => document.documentElement.innerText + document.title") == "LoadingLoading"
        assert chat.page.locator("html > main").bounding_box() == {"x": 0, "y": 0, "width": 1280, "height": 900}
        chat.accessible(f"exit-{way.replace(' ', '-')}")
        assert kept_by_browser(chat.page) == {
            "cookies": "", "local": 0, "session": 0, "databases": 0, "caches": 0, "workers": 0, "jar": [],
        }
        gone = bot.http.get(f"{bot.url}/api/v1/sessions", headers={"Authorization": f"Bearer {token}"})
        assert (gone.status_code, gone.json()["error"]) == (401, "expired")


@pytest.mark.parametrize("way", ["button", "shift"])
def test_after_leaving_back_shows_nothing_and_the_history_names_nothing(chromium: Browser, bot: Bot, way: str) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        neutral_page(chat, comes=True)
        _leave(chat, way)
        chat.page.wait_for_url(EXIT_URL)
        entries = chat.context.new_cdp_session(chat.page).send("Page.getNavigationHistory")["entries"]
        assert [(entry["url"], entry["title"]) for entry in entries] == [("about:blank", ""), (EXIT_URL, "Weather")]
        chat.page.go_back()
        assert chat.page.url == "about:blank"


def test_leaving_stops_what_is_under_way(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        asked = neutral_page(chat, comes=False)
        failed: list[str] = []
        chat.page.on("requestfailed", lambda request: failed.append(request.url))
        chat.page.route("**/api/v1/messages", lambda route: None)
        chat.type("and the deadline?")
        expect(chat.page.locator(".looking")).to_contain_text("Looking it up")
        chat.button("Leave").first.click(no_wait_after=True)
        until(chat, lambda: asked and failed, "what was under way was not stopped")
        assert any(url.endswith("/api/v1/messages") for url in failed)


def test_shift_for_capital_letters_leaves_nobody_and_presses_are_counted_aloud(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        asked = neutral_page(chat, comes=False)
        chat.listen()
        chat.box.focus()
        for letter in ("A", "B", "C", "D"):
            chat.page.keyboard.press(f"Shift+{letter}")
        expect(chat.box).to_have_value("ABCD")
        assert chat.heard() == []
        chat.page.keyboard.press("Shift")
        chat.page.keyboard.press("Shift")
        assert chat.heard() == [WORDS["en"]["shift_2"], WORDS["en"]["shift_1"]]
        chat.page.keyboard.press("a")  # anything else takes it back
        chat.page.keyboard.press("Shift")
        assert chat.heard()[-1] == WORDS["en"]["shift_2"]
        assert not asked


def test_back_to_a_page_that_was_left_by_a_link_shows_no_conversation(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        token = chat.tokens[-1]
        chat.page.goto(f"{bot.url}/embed")
        chat.page.go_back()
        expect(chat.box).to_be_visible()
        assert chat.cards.count() == 0
        deadline = time.monotonic() + 10
        while bot.http.get(f"{bot.url}/api/v1/sessions", headers={"Authorization": f"Bearer {token}"}).status_code != 401:
            assert time.monotonic() < deadline, "the conversation outlived its page"
            time.sleep(0.1)


def test_a_conversation_can_be_erased_without_leaving(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        token = chat.tokens[-1]
        chat.button("Erase this chat").click()
        expect(chat.page.locator(".turns")).to_contain_text("The chat is erased")
        assert chat.cards.count() == 0
        assert bot.http.get(f"{bot.url}/api/v1/sessions", headers={"Authorization": f"Bearer {token}"}).status_code == 401
        expect(chat.ask(MONEY)).to_contain_text("no set sum")


def test_nothing_is_kept_in_the_browser_while_it_is_used(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        assert set(map(str, kept_by_browser(chat.page).values())) == {"", "0", "[]"}
        assert chat.page.url == f"{bot.url}/"
        assert chat.page.title() == "Charter Oak"
