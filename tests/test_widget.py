"""The chat widget in a real Chromium on the real running bot: answers, sections, interviews, by mouse and by keyboard."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import paths
from bot.law.content import LANGUAGES
from gateway import widget
from tests.browser import Chat
from tests.chat_widget import DANGER, HOTLINE, MONEY, WORDS
from tests.running import Bot


def test_the_pinned_address_holds_what_its_hash_promises(bot: Bot) -> None:
    line = bot.http.get(f"{bot.url}/embed").text
    found = re.search(r'src="([^"]+)" integrity="sha384-([^"]+)" crossorigin="anonymous"', line)
    assert found
    script = bot.http.get(found[1])
    assert base64.b64encode(hashlib.sha384(script.content).digest()).decode() == found[2]
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert script.headers["access-control-allow-origin"] == "*"
    assert script.headers["content-type"].startswith("text/javascript")
    assert bot.http.get(f"{bot.url}/widget/charter-oak-chat.js").content == script.content
    assert bot.http.get(found[1].replace(widget.bundle().digest, "0" * 12)).status_code == 404


def test_the_command_line_prints_the_lines_to_embed_and_says_where_no_bot_is(bot: Bot) -> None:
    def run(url: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([sys.executable, "-m", "bot.cli", "embed", "--url", url], cwd=paths.ROOT, capture_output=True, text=True, check=False)

    assert run(bot.url).stdout == bot.http.get(f"{bot.url}/embed").text
    assert "No bot answers at http://127.0.0.1:9" in run("http://127.0.0.1:9").stderr


def test_the_chat_page_permits_nothing_inline_and_nothing_from_elsewhere(bot: Bot) -> None:
    page = bot.http.get(f"{bot.url}/?lang=es")
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy and "script-src 'self'" in policy and "unsafe" not in policy
    assert page.headers["cache-control"] == "no-store"
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "noindex" in page.headers["x-robots-tag"]
    assert "<title>Charter Oak</title>" in page.text and '/icon.svg"' in page.text
    assert not re.search(r"<style|\sstyle=|\son\w+=|<script>", page.text)
    assert 'lang="es"' in page.text


@pytest.mark.parametrize(("header", "lang"), [("es-MX,es;q=0.9", "es"), ("fr,en;q=0.5", "en"), ("", "en")])
def test_the_chat_page_speaks_the_browsers_language_where_none_is_asked_for(bot: Bot, header: str, lang: str) -> None:
    assert f'<html lang="{lang}">' in bot.http.get(bot.url, headers={"accept-language": header}).text


@pytest.mark.parametrize(("lang", "theme"), [("en", "light"), ("es", "dark")])
def test_every_state_of_the_chat_is_accessible(chromium: Browser, bot: Bot, lang: str, theme: str) -> None:
    asked = {"en": MONEY, "es": "cuánto puedo pedir en una demanda contra mi tratante"}[lang]
    changed = {"en": "how did 53a-192a change", "es": "cómo cambió la 53a-192a"}[lang]
    name = f"{lang}-{theme}"
    with Chat(chromium, f"{bot.url}/?lang={lang}", color_scheme=theme) as chat:
        chat.accessible(f"{name}-1-welcome")
        chat.page.locator("summary").first.click()
        assert chat.ask(asked).get_by_text("$1,000").count()
        chat.accessible(f"{name}-2-answer")
        chat.page.locator("button.cite", has_text="52-571i").first.click()
        expect(chat.page.locator("dialog.sheet h3")).to_contain_text("52-571i")
        chat.accessible(f"{name}-3-sheet")
        chat.page.keyboard.press("Escape")
        chat.ask(changed)
        expect(chat.page.locator(".timeline svg[role=img]")).to_be_visible()
        chat.accessible(f"{name}-4-timeline")
        chat.pick("interview:damages") if chat.page.locator('[data-choice="interview:damages"]').count() else None
        chat.accessible(f"{name}-5-interview")
        chat.ask(DANGER if lang == "en" else "él está afuera de mi puerta con un cuchillo")
        chat.accessible(f"{name}-6-emergency")
        chat.context.set_offline(True)
        chat.type("one more")
        expect(chat.page.locator(".failed")).to_be_visible()
        chat.accessible(f"{name}-7-error")
        assert [text for text in chat.complaints if "ERR_INTERNET_DISCONNECTED" not in text] == []


def test_an_answer_leads_with_its_short_line_and_each_line_names_its_section(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        card = chat.ask(MONEY)
        expect(card.locator("p.first")).to_have_count(1)
        expect(card.locator("p.first")).to_contain_text("no set sum")
        first = card.locator(".lines").first
        assert first.locator("button.cite").all_inner_texts()[0].startswith("§ 52-571i")
        expect(card.locator(".notice.checked")).to_contain_text("Law checked")
        expect(card.locator(".notice.difference")).to_be_visible()
        card.locator(".official summary").click()
        assert card.locator(".official a").first.get_attribute("href").startswith("https://www.cga.ct.gov/")  # type: ignore[union-attr]
        assert card.locator(".official a").first.get_attribute("rel") == "noopener noreferrer"


def test_simpler_more_and_the_other_language_turn_the_answer(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        full = chat.ask(MONEY).inner_text()
        for name in ("Simpler words", "More detail"):
            before = chat.cards.count()
            chat.button(name).click()
            assert chat.answered(before).inner_text() != full
        before = chat.cards.count()
        chat.button("En español").last.click() if chat.button("En español").count() else chat.button("Español").click()
        expect(chat.answered(before)).to_contain_text("$1,000 por cada día")
        expect(chat.button("Salir").first).to_be_visible()
        expect(chat.page.locator("label")).to_have_text("Su pregunta")


def test_the_language_button_asks_the_waiting_question_again_and_turns_everything(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        chat.pick("interview:damages")
        before = chat.cards.count()
        chat.button("Español").click()
        card = chat.answered(before)
        expect(card).to_contain_text("Pregunta 1 de")
        expect(card).to_have_attribute("lang", "es")
        chat.pick("answer:yes")
        expect(chat.cards.last).to_contain_text("Pregunta 2 de")
        for key in ("your_question", "erase", "leave"):
            assert WORDS["es"][key] in chat.page.locator(".panel").inner_text()


def test_the_widget_follows_a_person_who_writes_in_the_other_language(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, f"{bot.url}/?lang=en") as chat:
        chat.ask("¿cómo encuentro un abogado que me ayude?")
        expect(chat.page.locator("section.root")).to_have_attribute("lang", "es")
    with Chat(chromium, f"{bot.url}/?lang=es") as chat:  # what says nothing of its language is answered in the one chosen
        expect(chat.ask("54-95c")).to_have_attribute("lang", "es")


@pytest.mark.parametrize("lang", LANGUAGES)
def test_each_starting_question_has_an_answer(chromium: Browser, bot: Bot, lang: str) -> None:
    with Chat(chromium, f"{bot.url}/?lang={lang}") as chat:
        for place in range(1, 6):
            before = chat.cards.count()
            chat.button(WORDS[lang][f"starter_{place}"]).click()
            card = chat.answered(before)
            assert "card answer" in str(card.get_attribute("class")) or place == 5, card.inner_text()
            expect(card).to_have_attribute("lang", lang)


def test_a_tapped_section_opens_its_text_marked_and_gives_the_focus_back(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        asked: list[tuple[str, str]] = []
        chat.page.on("request", lambda request: asked.append((request.url, request.headers["accept"])) if "/law/" in request.url else None)
        cite = chat.ask("what is the sentence for human trafficking").locator("button.cite").first
        cite.click()
        sheet = chat.page.locator("dialog.sheet")
        expect(sheet.locator("h3")).to_contain_text("§ 53a-192a")
        assert asked == [(f"{bot.url}/law/53a-192a?lang=en", "application/json")]
        for words in ("How it changed", "Where other documents differ", "The whole page", "class A felony"):
            expect(sheet).to_contain_text(words)
        expect(sheet.locator(".timeline svg")).to_be_visible()
        expect(sheet.get_by_role("link", name="Official text", exact=False)).to_have_attribute("href", re.compile(r"^https://www\.cga\.ct\.gov/"))
        assert chat.focused()["id"] == "sheet-title"
        expect(sheet.get_by_role("button", name="Leave")).to_be_visible()
        chat.page.keyboard.press("Escape")
        expect(sheet).to_be_hidden()
        assert chat.focused()["text"].startswith("§ 53a-192a")
        expect(sheet.locator("h3")).to_have_count(0)  # nothing of it is kept


def test_a_text_that_cannot_be_had_is_said_with_the_official_page(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.page.route("**/law/**", lambda route: route.abort())
        chat.ask(MONEY).locator("button.cite").first.click()
        sheet = chat.page.locator("dialog.sheet")
        expect(sheet).to_contain_text("cannot be shown right now")
        expect(sheet.get_by_role("link", name="Official text", exact=False)).to_be_visible()
        expect(sheet.get_by_role("button", name="Try again")).to_be_visible()


def test_danger_stands_out_with_numbers_to_tap_and_is_said_at_once(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.listen()
        card = chat.ask(DANGER)
        expect(card).to_have_class(re.compile("emergency"))
        links = {link.get_attribute("href") for link in card.locator(".numbers a").all()}
        assert links == {"tel:911", "tel:+18883737888", "sms:233733"}
        assert any(HOTLINE in words for words in chat.heard())
        spoken = chat.page.evaluate("""() => [...document.querySelector("charter-oak-chat").shadowRoot.querySelectorAll("[role=alert]")]
          .map((node) => node.textContent).join("")""")
        assert "911" in spoken


def test_each_message_is_said_once_with_its_speaker(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.listen()
        chat.ask(MONEY)
        heard = [words for words in chat.heard() if "no set sum" in words]
        assert len(heard) == 1
        assert heard[0].startswith("Charter Oak: How much money can a lawsuit bring?")
        log = chat.page.get_by_role("log")
        expect(log).to_have_attribute("aria-live", "off")


# -- the keyboard alone -------------------------------------------------------------


def test_a_whole_interview_to_its_paper_by_the_keyboard_alone(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.tab_to(WORDS["en"]["leave"])  # the first thing that Tab reaches
        for _ in range(40):
            if chat.focused()["tag"] == "textarea":
                break
            chat.page.keyboard.press("Tab")
        chat.page.keyboard.type("work out my training deadline")
        chat.page.keyboard.press("Enter")
        expect(chat.cards.last).to_contain_text("Question 1 of")
        for choice in ("answer:hotel", "answer:unsure"):
            before = chat.cards.count()
            chat.tab_to(choice=choice, back=chat.focused()["tag"] == "textarea")
            chat.page.keyboard.press("Enter")
            chat.answered(before)
        expect(chat.cards.last).to_have_class(re.compile("result"))
        for choice, key in (("result:paper", "Enter"), ("result:docx", "Space")):
            chat.tab_to(choice=choice)
            if choice == "result:docx":
                with chat.page.expect_download() as download:
                    chat.page.keyboard.press(key)
                assert Path(download.value.path()).read_bytes().startswith(b"PK\x03\x04")
                assert download.value.suggested_filename == "charter-oak.docx"
            else:
                before = chat.cards.count()
                chat.page.keyboard.press(key)
                expect(chat.answered(before)).to_contain_text("A saved file stays on this device")
        expect(chat.page.locator(".turns")).to_contain_text("handed to this device")


def test_an_answered_question_is_marked_and_steps_back_ask_it_again(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        question = chat.pick("interview:damages")
        expect(question.locator("progress")).to_have_attribute("aria-label", re.compile("Question 1 of"))
        assert chat.button("Back").count() == 0
        chat.pick("answer:yes")
        answered = chat.cards.nth(chat.cards.count() - 2)
        for choice in answered.locator("[data-choice]").all():
            expect(choice).to_have_attribute("aria-disabled", "true")
        expect(answered.locator(".chosen")).to_contain_text("Yes (chosen)")
        turns = len(chat.sent)
        answered.locator("[data-choice]").nth(1).dispatch_event("click")
        assert len(chat.sent) == turns
        before = chat.cards.count()
        chat.button("Back").click()
        expect(chat.answered(before)).to_contain_text("Question 1 of")
        before = chat.cards.count()
        chat.button("Why this question?").last.click()
        expect(chat.answered(before)).to_contain_text("The lawsuit is for people who were trafficked")
        before = chat.cards.count()
        chat.button("Pause").last.click()
        expect(chat.answered(before)).to_contain_text("We leave the questions here")


def test_a_result_with_a_sum_shows_it_as_a_table_with_row_headers(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask("calculate my damages with me")
        for _ in range(14):
            card = chat.cards.last
            if "result" in str(card.get_attribute("class")):
                break
            if card.locator('[data-choice="answer:yes"]').count():
                chat.pick("answer:yes")
            else:
                asked = card.locator(".title").inner_text()
                chat.ask("march 2022" if asked.startswith("When") else "90 days" if "days" in asked or "long" in asked else "$1,200")
        table = chat.cards.last.get_by_role("table")
        expect(table.get_by_role("rowheader").first).to_be_visible()
        assert re.search(r"\$[\d,]+", table.inner_text())
        chat.accessible("en-light-8-sum")
