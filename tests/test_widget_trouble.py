"""The chat in trouble: double clicks, a dropped network, floods, long pastes, a bot that is down, a conversation that ends."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Route, expect

from tests.browser import Chat
from tests.chat_widget import DANGER, HOTLINE, MONEY, WORDS
from tests.running import Bot, gateway_alone


def test_double_clicks_make_one_turn(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.box.fill(MONEY)
        chat.button("Send").dblclick()
        chat.answered(0)
        chat.page.locator('[data-choice="interview:damages"]').dblclick()
        chat.answered(1)
        chat.page.locator('[data-choice="answer:yes"]').dblclick()
        chat.answered(2)
        chat.page.wait_for_timeout(300)
        assert [message.get("choice", "text") for message in chat.sent] == ["text", "interview:damages", "answer:yes"]
        expect(chat.page.locator("#count")).to_have_text("")


def test_a_cry_for_help_does_not_wait_for_an_earlier_answer_and_a_choice_is_told_to_wait(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        chat.listen()
        held: list[Route] = []

        def hold(route: Route) -> None:
            held.append(route) if "deadline" in str(route.request.post_data) else route.continue_()

        chat.page.route("**/api/v1/messages", hold)
        chat.type("and the deadline?")
        chat.page.locator('[data-choice="topic:civil_where"]').first.click()
        assert chat.heard()[-1] == WORDS["en"]["one_moment"]
        card = chat.ask(DANGER)
        expect(card).to_have_class(re.compile("emergency"))
        held[0].continue_()
        expect(chat.cards.nth(2)).to_be_visible()


def test_a_message_that_the_network_dropped_stays_and_is_sent_again_on_a_tap(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        chat.context.set_offline(True)
        chat.type("how long is there to sue?")
        failed = chat.page.locator(".failed")
        expect(failed).to_contain_text("how long is there to sue?")
        expect(failed).to_contain_text("Not sent")
        expect(failed).to_contain_text(HOTLINE)
        chat.button("Send again").click()
        expect(failed).to_be_visible()
        chat.context.set_offline(False)
        before = chat.cards.count()
        chat.button("Send again").click()
        chat.answered(before)
        assert chat.page.locator(".failed").count() == 0
        assert chat.log().count("how long is there to sue?") == 1


def test_a_conversation_that_the_gateway_forgot_is_opened_anew_and_said(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        bot.http.delete(f"{bot.url}/api/v1/sessions", headers={"Authorization": f"Bearer {chat.tokens[-1]}"})
        expect(chat.ask("how long is there to sue?")).to_contain_text("§")
        assert WORDS["en"]["renewed"] in chat.log()
        assert chat.log().count("how long is there to sue?") == 1
        chat.ask("calculate my damages with me")
        bot.http.delete(f"{bot.url}/api/v1/sessions", headers={"Authorization": f"Bearer {chat.tokens[-1]}"})
        chat.page.locator('[data-choice="answer:yes"]').last.click()
        expect(chat.page.locator(".turns")).to_contain_text(WORDS["en"]["answers_gone"])
        expect(chat.ask(MONEY)).to_contain_text("no set sum")


def test_a_long_paste_is_counted_refused_in_words_and_given_back_whole(chromium: Browser, bot: Bot) -> None:
    pasted = "word " * 2000
    with Chat(chromium, bot.url) as chat:
        chat.box.fill(pasted)
        expect(chat.page.locator("#count")).to_have_text(WORDS["en"]["too_much"].replace("{number}", "8000"))
        chat.box.press("Enter")
        expect(chat.page.locator(".failed")).to_contain_text("too long to read at once")
        assert chat.box.input_value().strip() == pasted.strip()
        chat.box.fill(pasted + DANGER)
        chat.box.press("Enter")
        expect(chat.answered(0)).to_have_class(re.compile("emergency"))


def test_html_and_script_are_shown_as_text(chromium: Browser, bot: Bot) -> None:
    typed = '<img src=x onerror="alert(1)"><script>alert(2)</script><b>bold</b> {greeting} ${1+1}'
    with Chat(chromium, bot.url) as chat:
        chat.page.on("dialog", lambda dialog: pytest.fail("a script ran"))
        chat.ask(typed)
        expect(chat.page.locator(".bubble").last).to_contain_text(typed)
        assert chat.page.locator("charter-oak-chat").locator("img, script, b").count() == 0
        assert chat.complaints == []


def test_nothing_typed_is_said_kindly(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.box.press("Enter")
        expect(chat.page.locator("#count")).to_have_text(WORDS["en"]["nothing_typed"])
        assert chat.sent == []


def test_a_flood_is_told_when_to_try_again_and_loses_nothing(chromium: Browser, bot: Bot, tmp_path: Path) -> None:
    with gateway_alone(tmp_path, RASA_URL=f"http://127.0.0.1:{bot.rasa}", RATE_PER_SESSION="2") as alone, Chat(chromium, alone.url) as chat:
        chat.ask(MONEY)
        chat.ask("how long is there to sue?")
        chat.type("and where?")
        failed = chat.page.locator(".failed")
        expect(failed).to_contain_text(re.compile(r"send it again in \d+ seconds"))
        expect(failed).to_contain_text("and where?")
        expect(failed).to_contain_text(HOTLINE)
        expect(chat.ask(DANGER)).to_have_class(re.compile("emergency"))


def test_a_bot_that_cannot_answer_gives_the_numbers(chromium: Browser, bot: Bot, tmp_path: Path) -> None:
    with gateway_alone(tmp_path, RASA_URL="http://127.0.0.1:9") as alone, Chat(chromium, alone.url) as chat:
        card = chat.ask(MONEY)
        expect(card).to_contain_text("cannot answer right now")
        expect(card.locator('a[href="tel:+18883737888"]').first).to_be_visible()
        expect(chat.ask(DANGER)).to_have_class(re.compile("emergency"))


def test_the_end_is_said_beforehand_put_off_by_one_tap_and_erases_what_was_said(chromium: Browser, bot: Bot, tmp_path: Path) -> None:
    with gateway_alone(tmp_path, RASA_URL=f"http://127.0.0.1:{bot.rasa}", CONVERSATION_IDLE_SECONDS="10") as alone, Chat(chromium, alone.url) as chat:
        chat.listen()
        chat.ask(MONEY)
        stay = chat.button("Keep it open")
        expect(stay).to_be_visible(timeout=15_000)
        chat.accessible("warning")
        stay.click()
        expect(stay).to_be_hidden()
        chat.box.fill("half a question")
        expect(stay).to_be_visible(timeout=15_000)
        expect(chat.page.locator(".turns")).to_contain_text("It is closed and erased", timeout=15_000)
        assert chat.cards.count() == 0
        expect(chat.box).to_have_value("half a question")
        assert sum("This chat closes in" in words for words in chat.heard()) == 2  # once each time, not each second
        expect(chat.ask(MONEY)).to_contain_text("no set sum")


def test_the_end_of_a_long_conversation_is_said_too(chromium: Browser, bot: Bot, tmp_path: Path) -> None:
    with gateway_alone(tmp_path, RASA_URL=f"http://127.0.0.1:{bot.rasa}", CONVERSATION_SECONDS="16") as alone, Chat(chromium, alone.url) as chat:
        chat.ask(MONEY)
        expect(chat.page.locator(".warning")).to_contain_text("open for a long time", timeout=20_000)
        chat.button("All right").click()
        expect(chat.page.locator(".turns")).to_contain_text("It is closed and erased", timeout=20_000)
