"""The control below an answer, in a real Chromium: by mouse, by keyboard, for a screen reader, and never in the way of leaving."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Route, expect

from bot.safety import wording
from gateway.pages import EXIT_URL
from tests.browser import PHONE, ZOOMED, Chat
from tests.channels import Rasa, gateway, stand_in_rasa
from tests.slack_web_api import web_api

QUESTION, DANGER = "how do i clear my record", "he is outside my door with a knife"
CONTROL = {lang: wording.say("unhelpful.control", lang) for lang in ("en", "es")}
HARD, PERSON = (wording.say(f"unhelpful.reason_{reason}", "en") for reason in ("hard", "person"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Rasa]]:
    """A gateway on this machine alone, and what stands for Rasa behind it."""
    with ExitStack() as stack:
        rasa, slack = stack.enter_context(stand_in_rasa()), stack.enter_context(web_api())
        yield stack.enter_context(gateway(tmp_path_factory.mktemp("site"), rasa.url, slack, PUBLIC_URL="", USAGE_COUNTS="on")).url, rasa


def test_it_is_closed_and_quiet_and_opened_it_leads_to_what_helps(chromium: Browser, site: tuple[str, Rasa]) -> None:
    with Chat(chromium, site[0]) as chat:
        card = chat.ask(QUESTION)
        expect(chat.button(HARD)).to_be_hidden()
        chat.accessible("not-helpful-closed")
        card.get_by_text(CONTROL["en"]).click()
        expect(chat.page.get_by_role("group", name=wording.say("unhelpful.ask", "en"))).to_be_visible()
        chat.accessible("not-helpful-open")
        chat.listen()
        before = chat.cards.count()
        chat.button(HARD).click()
        expect(chat.answered(before)).to_contain_text("Simpler words may help")
        assert chat.sent[-1] == {"choice": "unhelpful:1:hard"}
        assert any("Simpler words" in heard for heard in chat.heard())
        chat.accessible("not-helpful-said")
        assert not chat.complaints


def test_by_keyboard_alone_it_opens_and_is_picked_and_the_focus_stays_in_the_chat(chromium: Browser, site: tuple[str, Rasa]) -> None:
    with Chat(chromium, site[0]) as chat:
        chat.ask(QUESTION)
        chat.tab_to(CONTROL["en"], back=True)
        chat.page.keyboard.press("Space")
        chat.tab_to(PERSON)
        before = chat.cards.count()
        chat.page.keyboard.press("Enter")
        expect(chat.answered(before)).to_contain_text("1-800-453-3320")
        assert "log" in chat.page.evaluate("() => document.querySelector('charter-oak-chat').shadowRoot.activeElement?.className || ''")


def test_only_the_newest_answer_has_it_and_no_emergency_ever(chromium: Browser, site: tuple[str, Rasa]) -> None:
    with Chat(chromium, site[0]) as chat:
        chat.ask(QUESTION)
        chat.ask(QUESTION)
        expect(chat.page.locator("details.unhelpful")).to_have_count(1)
        chat.page.locator("details.unhelpful summary").click()
        expect(chat.ask(DANGER)).to_contain_text("911")
        expect(chat.page.locator("details.unhelpful")).to_have_count(0)


@pytest.mark.parametrize("size", [PHONE, ZOOMED])
def test_it_fits_a_phone_and_four_times_the_size(chromium: Browser, site: tuple[str, Rasa], size: tuple[int, int]) -> None:
    with Chat(chromium, site[0], size=size) as chat:
        chat.ask(QUESTION)
        chat.page.locator("details.unhelpful summary").click()
        expect(chat.button(HARD)).to_be_visible()
        assert chat.overflow() == []
        chat.accessible(f"not-helpful-{size[0]}")


def test_the_quick_exit_wins_while_the_list_is_open_and_a_reason_is_under_way(chromium: Browser, site: tuple[str, Rasa]) -> None:
    with Chat(chromium, site[0]) as chat:
        chat.ask(QUESTION)
        chat.page.locator("details.unhelpful summary").click()
        chat.page.route(f"{EXIT_URL}**", lambda route: route.fulfill(body="<title>Weather</title>"))
        chat.page.route("**/api/v1/messages", lambda route: None)  # never answered
        chat.button(HARD).click()
        for _ in range(3):
            chat.page.keyboard.press("Shift")
        chat.page.wait_for_url(f"{EXIT_URL}**")


def test_while_rasa_is_dead_it_is_answered_and_while_the_network_is_it_can_be_sent_again(chromium: Browser, site: tuple[str, Rasa]) -> None:
    with Chat(chromium, site[0]) as chat:
        chat.ask(QUESTION)
        chat.page.locator("details.unhelpful summary").click()
        site[1].dead = True
        try:
            drop = {"on": True}

            def network(route: Route) -> None:
                if drop["on"]:
                    route.abort()
                else:
                    route.continue_()

            chat.page.route("**/api/v1/messages", network)
            chat.button(HARD).click()
            again = chat.button("Send again")
            expect(again).to_be_visible()
            drop["on"] = False
            before = chat.cards.count()
            again.click()
            expect(chat.answered(before)).to_contain_text("Simpler words may help")
        finally:
            site[1].dead = False


def test_without_a_script_the_plain_page_opens_it_and_takes_a_reason(chromium: Browser, site: tuple[str, Rasa]) -> None:
    context = chromium.new_context(java_script_enabled=False, viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.goto(f"{site[0]}/ask")
    page.locator("textarea").fill(QUESTION)
    page.get_by_role("button", name="Ask", exact=True).click()
    expect(page.get_by_role("button", name=HARD)).to_be_hidden()
    page.get_by_text(CONTROL["en"]).click()
    page.get_by_role("button", name=HARD).click()
    expect(page.get_by_text("Simpler words may help")).to_be_visible()
    context.close()


def test_in_spanish_it_speaks_spanish(chromium: Browser, site: tuple[str, Rasa]) -> None:
    site[1].lang = "es"
    try:
        with Chat(chromium, site[0]) as chat:
            expect(chat.ask("cómo borro mi récord")).to_contain_text(CONTROL["es"])
            chat.page.locator("details.unhelpful summary").click()
            before = chat.cards.count()
            chat.button(wording.say("unhelpful.reason_hard", "es")).click()
            expect(chat.answered(before)).to_contain_text("Pueden ayudar palabras simples")
    finally:
        site[1].lang = "en"
