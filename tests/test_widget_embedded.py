"""The chat on small screens, in other modes, and on someone else's site."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from bot import paths
from bot.law.content import LANGUAGES
from tests.browser import PHONE, ZOOMED, Chat
from tests.chat_widget import HOTLINE, MONEY, WORDS, neutral_page, until
from tests.running import Bot

# -- sizes, modes, attributes -------------------------------------------------------


@pytest.mark.parametrize(("name", "size", "scale"), [("320", (320, 640), 1), ("400-percent", ZOOMED, 4), ("phone", PHONE, 2)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_scrolls_sideways_on_small_screens_or_at_400_percent(
    chromium: Browser, bot: Bot, lang: str, name: str, size: tuple[int, int], scale: int
) -> None:
    asked = {"en": MONEY, "es": "cuánto puedo pedir en una demanda contra mi tratante"}[lang]
    with Chat(chromium, f"{bot.url}/?lang={lang}", size=size, device_scale_factor=scale) as chat:
        chat.accessible(f"{lang}-{name}-1-welcome")
        assert chat.overflow() == []
        chat.ask(asked)
        chat.accessible(f"{lang}-{name}-2-answer")
        assert chat.overflow() == []
        chat.page.locator("button.cite", has_text="52-571i").first.click()
        expect(chat.page.locator("dialog.sheet h3")).to_contain_text("52-571i")
        chat.accessible(f"{lang}-{name}-3-sheet")
        assert chat.overflow() == []
        leave = chat.page.locator("dialog.sheet").get_by_role("button", name=WORDS[lang]["leave"])
        assert leave.bounding_box()["y"] >= 0  # type: ignore[index]
        chat.page.keyboard.press("Escape")
        chat.pick("interview:damages")
        chat.accessible(f"{lang}-{name}-4-interview")
        assert chat.overflow() == []
        assert chat.cards.last.bounding_box()["y"] < size[1], "the question is not in view"  # type: ignore[index]
        exit_button = chat.button(WORDS[lang]["leave"]).first.bounding_box()
        assert exit_button and 0 <= exit_button["y"] < size[1] - exit_button["height"], "the way out is not in view"
        assert min(exit_button["width"], exit_button["height"]) >= 44


def test_wide_text_spacing_cuts_nothing_off(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url, size=PHONE, bypass_csp=True) as chat:
        chat.page.add_style_tag(content="""* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important; }
          p { margin-bottom: 2em !important; }""")
        chat.ask(MONEY)
        assert chat.overflow() == []


def test_forced_colours_and_reduced_motion_are_honoured(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url, forced_colors="active", reduced_motion="reduce") as chat:
        chat.ask("how did 53a-192a change")
        chat.accessible("forced-colours")
        chat.page.locator("button.cite").first.click()
        assert chat.page.evaluate("""() => getComputedStyle(document.querySelector("charter-oak-chat").shadowRoot.querySelector("dialog.sheet"))
          .animationName""") == "none"


def test_a_printed_conversation_is_whole_and_without_buttons(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        for text in (MONEY, "how did 53a-192a change"):
            chat.ask(text)
        chat.page.emulate_media(media="print")
        for selector in (".composer", ".leave", ".further", ".choices", ".welcome"):
            for node in chat.page.locator(selector).all():
                expect(node).to_be_hidden()
        height = chat.page.evaluate("() => document.documentElement.scrollHeight")
        last = chat.cards.last.bounding_box()
        assert last and last["y"] + last["height"] <= height
        chat.page.screenshot(path=paths.ROOT / "build/screenshots/print.png", full_page=True)


def test_without_scripts_the_page_leads_to_the_plain_form(chromium: Browser, bot: Bot) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{bot.url}/?lang=es")
    expect(page.locator('noscript a[href="/ask?lang=es"], charter-oak-chat a[href="/ask?lang=es"]').first).to_be_visible()
    assert HOTLINE in page.locator("body").inner_text()
    context.close()


# -- on someone else's site ---------------------------------------------------------


def test_a_charitys_site_carries_the_chat_under_its_own_strict_policy(chromium: Browser, bot: Bot, demo: tuple[Path, int]) -> None:
    with Chat(chromium, f"http://127.0.0.1:{demo[1]}/") as chat:
        chat.accessible("embedded-1-closed")
        launch = chat.button("Ask a question")
        launch.click()
        expect(chat.box).to_be_focused()
        chat.accessible("embedded-2-open")
        expect(chat.page.locator(".greeting")).to_have_text("Ask the law guide. It is run by Charter Oak and not by our staff.")
        expect(chat.ask(MONEY)).to_contain_text("no set sum")
        chat.accessible("embedded-3-answer")
        expect(chat.box).to_have_css("font-size", "16px")  # whatever size the host's page gives its own text
        chat.box.press("Escape")
        expect(launch).to_be_focused()
        assert chat.cards.count() == 1
        assert chat.complaints == []


def test_the_pinned_lines_work_and_a_changed_script_is_not_run(chromium: Browser, bot: Bot, demo: tuple[Path, int]) -> None:
    page = (demo[0] / "index.html").read_text(encoding="utf-8")
    script, element = bot.http.get(f"{bot.url}/embed").text.strip().splitlines()
    pinned = re.sub(r"<script type=.*?</script>", script, re.sub(r"<charter-oak-chat .*?</charter-oak-chat>", element, page))
    (demo[0] / "pinned.html").write_text(pinned, encoding="utf-8")
    with Chat(chromium, f"http://127.0.0.1:{demo[1]}/pinned.html") as chat:
        chat.button("Ask a question").click()
        expect(chat.ask(MONEY)).to_contain_text("no set sum")
    (demo[0] / "changed.html").write_text(pinned.replace("sha384-", "sha384-AAAA"), encoding="utf-8")
    page_ = chromium.new_page()
    page_.goto(f"http://127.0.0.1:{demo[1]}/changed.html")
    expect(page_.get_by_role("link", name="Charter Oak")).to_be_visible()  # the plain form is still in reach
    assert not page_.evaluate("() => Boolean(document.querySelector('charter-oak-chat').shadowRoot)")
    page_.close()


def test_a_strangers_site_is_refused_in_words(chromium: Browser, bot: Bot, demo: tuple[Path, int]) -> None:
    with Chat(chromium, f"http://localhost:{demo[1]}/") as chat:
        chat.button("Ask a question").click()
        chat.type(MONEY)
        expect(chat.page.locator(".failed")).to_contain_text("This site may not embed the chat")
        expect(chat.page.locator(".failed")).to_contain_text(HOTLINE)


def test_leaving_an_embedded_chat_replaces_the_hosts_page_too(chromium: Browser, bot: Bot, demo: tuple[Path, int]) -> None:
    with Chat(chromium, f"http://127.0.0.1:{demo[1]}/visit.html") as chat:
        asked = neutral_page(chat, comes=False)
        chat.button("Ask a question").click()
        chat.ask(MONEY)
        chat.page.keyboard.press("Escape")
        chat.button("Leave").click(no_wait_after=True)  # beside the launcher
        until(chat, lambda: asked, "the neutral page was not asked for")
        assert chat.page.evaluate("() => document.documentElement.innerText + document.title") == "LoadingLoading"


def test_on_a_phone_the_open_chat_covers_the_site_and_keeps_the_focus(chromium: Browser, bot: Bot, demo: tuple[Path, int]) -> None:
    with Chat(chromium, f"http://127.0.0.1:{demo[1]}/", size=PHONE, has_touch=True, is_mobile=True) as chat:
        chat.accessible("embedded-phone-1-closed")
        chat.button("Ask a question").tap()
        chat.accessible("embedded-phone-2-open")
        assert chat.overflow() == []
        for _ in range(25):
            chat.page.keyboard.press("Tab")
            assert not chat.page.evaluate("() => Boolean(document.activeElement.closest('header, main, footer'))")


@pytest.mark.parametrize(
    ("attributes", "expression", "expected"),
    [
        ({"position": "middle"}, "root.querySelector('section.root').className", "root bottom-right"),
        ({"position": "bottom-left"}, "root.querySelector('section.root').className", "root bottom-left"),
        ({"position": "inline"}, "String(Boolean(root.querySelector('div.panel')))", "true"),
        ({"lang": "xx"}, "root.querySelector('section.root').lang", "en"),
        ({"lang": "es"}, "root.querySelector('.launch').textContent", WORDS["es"]["launch"]),
        ({"accent": "#6b3fa0"}, "getComputedStyle(root.host).getPropertyValue('--oak')", "#6b3fa0"),
        ({"accent": "#ffff00"}, "getComputedStyle(root.host).getPropertyValue('--oak')", "#17594a"),
        ({"accent": "red; } * { display: none"}, "getComputedStyle(root.host).getPropertyValue('--oak')", "#17594a"),
        ({"origin": "javascript:alert(1)"}, "root.host.origin", "BOT"),
        ({"origin": "https://other.example.org/x"}, "root.host.origin", "https://other.example.org"),
        ({"greeting": "<b>Hi</b>"}, "root.querySelector('.greeting').textContent", "<b>Hi</b>"),
    ],
)
def test_attributes_are_taken_or_fall_back(
    chromium: Browser, bot: Bot, demo: tuple[Path, int], attributes: dict[str, str], expression: str, expected: str
) -> None:
    page = chromium.new_page(color_scheme="light", locale="en-US")
    page.goto(f"http://127.0.0.1:{demo[1]}/")
    page.evaluate("""(attributes) => {
      document.querySelector("charter-oak-chat").remove();
      const chat = document.createElement("charter-oak-chat");
      for (const [name, value] of Object.entries(attributes)) chat.setAttribute(name, value);
      document.body.append(chat);
    }""", attributes)
    found = page.evaluate(f"() => {{ const root = document.querySelector('charter-oak-chat').shadowRoot; return {expression}; }}")
    assert found == expected.replace("BOT", bot.url)
    page.close()
