"""The chat widget: how it is made, and how it behaves in a real Chromium on the real running bot."""

from __future__ import annotations

import base64
import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Route, expect

from bot import paths
from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from bot.safety import wording
from gateway import widget
from gateway.pages import EXIT_URL
from tests.browser import PHONE, ZOOMED, Chat, kept_by_browser, launched, site
from tests.running import Bot, free_port, start

HOTLINE = "1-888-373-7888"
MOST_BYTES = 25_000
SOURCES = sorted(path for path in widget.SOURCES.iterdir() if path.suffix == ".js")
WORDS = {lang: wording.of_file("widget", lang) for lang in LANGUAGES}
MONEY = "how much can i sue my trafficker for"
DANGER = "he is outside my door with a knife"


# -- how it is made -----------------------------------------------------------------


def test_modules_are_joined_after_those_they_import_without_import_export_or_comment() -> None:
    joined = widget.join({
        "chat.js": 'import { one, two } from "./numbers.js";\n// about it\n/** what it does */\nexport function chat() { return one + two; }\n',
        "numbers.js": "export const one = 1;\nexport const two = 2; // two\n",
    })
    assert joined == "const one = 1;\nconst two = 2; // two\nfunction chat() { return one + two; }\n"


@pytest.mark.parametrize(
    ("modules", "says"),
    [
        ({"a.js": "const x = 1;", "b.js": "export function x() {}"}, "x is declared in a.js and in b.js"),
        ({"a.js": 'import { x } from "./gone.js";'}, "a.js imports gone.js"),
        ({"a.js": 'import { x } from "./b.js";', "b.js": 'import { y } from "./a.js";'}, "import each other"),
        ({"a.js": 'import x from "./b.js";', "b.js": ""}, "a.js: write imports as"),
        ({"a.js": 'import {\n  x,\n} from "./b.js";', "b.js": ""}, "a.js: write imports as"),
        ({"a.js": "export default 1;"}, "a.js: write imports as"),
    ],
)
def test_modules_that_cannot_be_joined_are_refused_by_name(modules: dict[str, str], says: str) -> None:
    with pytest.raises(widget.BadModule, match=says):
        widget.join(modules)


def test_the_widget_is_one_file_of_less_than_25_kB_with_its_styles_and_words() -> None:
    made = widget.bundle()
    size = len(gzip.compress(made.body, 6))
    print(f"\nthe widget: {len(made.body):,} bytes, {size:,} gzipped")
    assert size < MOST_BYTES
    assert not re.search(rb"^(?:import|export)\b", made.body, re.M)


def test_nothing_is_parsed_as_html_evaluated_or_stored() -> None:
    never = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function|setHTML"
        r"|javascript:|localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|\bimport\("
    )
    for path in SOURCES:
        assert not never.search(path.read_text(encoding="utf-8")), path.name


def test_each_word_that_the_widget_says_is_written_and_each_that_is_written_is_said() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    built = {"shift_1", "shift_2", "idle_soon", "end_soon", "one_minute", "one_second", "minutes", "seconds", "text_refers", "text_referred"}
    said = set(re.findall(r'"([a-z]+(?:_[a-z0-9]+)*)"', source)) | built
    assert set(WORDS["en"]) <= said, set(WORDS["en"]) - said
    for key in re.findall(r'say\((?:[\w.#()]+), "(\w+)"', source) + re.findall(r'furniture\.text\(.*?, "(\w+)"\)', source):
        assert key in WORDS["en"], key


def test_modules_import_what_others_export_and_use_what_they_import() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SOURCES} | {widget.GIVEN: widget.given()}
    for name, text in texts.items():
        for names, other in re.findall(r'^import \{ ([\w, ]+) \} from "\./([\w.-]+)";$', text, re.M):
            for each in names.split(", "):
                assert re.search(rf"^export (?:async )?(?:function|class|const) {each}\b", texts[other], re.M), f"{name} imports {each} of {other}"
                assert len(re.findall(rf"\b{each}\b", text)) > 1, f"{name} does not use {each}"


def test_every_official_page_of_the_store_may_be_linked(law_db: Path) -> None:
    sites = re.search(r"SITES = (\[.*?\]);", (widget.SOURCES / "links.js").read_text(encoding="utf-8"), re.S)
    assert sites
    known = json.loads(sites[1])
    store = LawStore(law_db)
    for section in store.section_ids:
        head = store.head(section)
        assert head
        host = httpx.URL(head.link).host
        assert any(host == name or host.endswith(f".{name}") for name in known), head.link


# -- how it is served ---------------------------------------------------------------


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """The demo site in a folder of its own, and the port that it is served on."""
    folder = tmp_path_factory.mktemp("demo")
    with site(folder) as port:
        yield folder, port


@pytest.fixture(scope="module")
def bot(tmp_path_factory: pytest.TempPathFactory, demo: tuple[Path, int]) -> Iterator[Bot]:
    """The running bot, which the demo site may embed."""
    with start(tmp_path_factory.mktemp("bot"), EMBED_ORIGINS=f"http://127.0.0.1:{demo[1]}") as running:
        for name in ("index.html", "visit.html", "style.css"):
            page = (paths.ROOT / "widget" / "demo" / name).read_text(encoding="utf-8")
            (demo[0] / name).write_text(page.replace("http://127.0.0.1:8000", running.url), encoding="utf-8")
        yield running


@contextmanager
def gateway_alone(rasa: int, **environ: str) -> Iterator[str]:
    """One more gateway before a running Rasa, with settings of its own; gives its address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "gateway", "--port", str(port)], cwd=paths.ROOT,
        env={**os.environ, "RASA_URL": f"http://127.0.0.1:{rasa}", **environ}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                httpx.get(f"{url}/healthz", trust_env=False)
                break
            except httpx.HTTPError:
                assert process.poll() is None and time.monotonic() < deadline, "the gateway did not start"
                time.sleep(0.1)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


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


# -- in the browser -----------------------------------------------------------------


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """Chromium for this module."""
    with launched() as browser:
        yield browser


PROVISION = {
    "section": "52-571i", "slug": "52-571i", "cite": "§ 52-571i", "title": "Action for damages resulting from trafficking in persons",
    "lang": "en", "as_of": None, "checked": "Law checked November 21, 2026.",
    "official": {"label": "§ 52-571i", "url": "https://www.cga.ct.gov/current/pub/chap_925.htm#sec_52-571i"},
    "under_review": None,
    "version": {
        "effective": "2013-10-01", "effective_text": "October 1, 2013", "until": None, "acts": ["P.A. 13-166 § 4"], "changed": "", "complete": True,
        "repealed": False,
        "provisions": [
            {"cite": "52-571i", "label": "§ 52-571i", "kind": "right", "text": "A person may bring a civil action <b>for</b> up to $1,000 a day."},
        ],
    },
    "history": [
        {"effective": "2006-07-01", "effective_text": "July 1, 2006", "until": "2013-10-01", "acts": ["P.A. 06-43 § 2"], "changed": "Created.",
         "address": "/law/52-571i?as_of=2006-07-01"},
        {"effective": "2013-10-01", "effective_text": "October 1, 2013", "until": None, "acts": ["P.A. 13-166 § 4"], "changed": "Widened.",
         "address": "/law/52-571i"},
    ],
    "differences": [
        {"provision": "52-571i", "source": "A summary", "source_says": "$1,000 a day.", "law_says": "Not more.", "matters": "It is a ceiling."},
    ],
    "gaps": [{"about": "a day", "says": "How a part of a day is counted is not said."}],
    "refers_to": [{"cite": "53a-192a", "label": "§ 53a-192a", "address": "/law/53a-192a"}], "referred_from": [],
    "bills": [{"label": "2006 bill § 3", "address": "/law/bills/2006"}], "address": "/law/52-571i",
}


@pytest.fixture(scope="module")
def law_pages(bot: Bot) -> Callable[[Chat], None]:
    """Makes ``/law`` answer as JSON: the bot's own pages where it has them, else one provision in their form."""
    served = bot.http.get(f"{bot.url}/law/52-571i", headers={"accept": "application/json"})
    has_pages = served.status_code == 200 and "version" in served.json()

    def stand_in(chat: Chat) -> None:
        if not has_pages:
            body = json.dumps(PROVISION)
            chat.page.route("**/law/52-571i?*", lambda route: route.fulfill(
                body=body, content_type="application/json", headers={"access-control-allow-origin": "*"}))

    return stand_in


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_state_of_the_chat_is_accessible(chromium: Browser, bot: Bot, law_pages: Callable[[Chat], None], lang: str, theme: str) -> None:
    asked = {"en": MONEY, "es": "cuánto puedo pedir en una demanda contra mi tratante"}[lang]
    changed = {"en": "how did 53a-192a change", "es": "cómo cambió la 53a-192a"}[lang]
    name = f"{lang}-{theme}"
    with Chat(chromium, f"{bot.url}/?lang={lang}", color_scheme=theme) as chat:
        law_pages(chat)
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
        card.locator("summary").click()
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


def test_a_tapped_section_opens_its_text_marked_and_gives_the_focus_back(chromium: Browser, bot: Bot, law_pages: Callable[[Chat], None]) -> None:
    with Chat(chromium, bot.url) as chat:
        law_pages(chat)
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


# -- leaving ------------------------------------------------------------------------


def _neutral_page(chat: Chat, *, comes: bool) -> list[str]:
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


def _until(chat: Chat, happened: Callable[[], object], what: str) -> None:
    deadline = time.monotonic() + 20
    while not happened():
        assert time.monotonic() < deadline, what
        chat.page.wait_for_timeout(50)


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
    chromium: Browser, bot: Bot, law_pages: Callable[[Chat], None], way: str
) -> None:
    with Chat(chromium, bot.url) as chat:
        law_pages(chat)
        chat.ask("how do i get my old conviction vacated")
        chat.ask(MONEY)
        token = chat.tokens[-1]
        asked = _neutral_page(chat, comes=False)
        _leave(chat, way)
        _until(chat, lambda: asked, "the neutral page was not asked for")
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
        _neutral_page(chat, comes=True)
        _leave(chat, way)
        chat.page.wait_for_url(EXIT_URL)
        entries = chat.context.new_cdp_session(chat.page).send("Page.getNavigationHistory")["entries"]
        assert [(entry["url"], entry["title"]) for entry in entries] == [("about:blank", ""), (EXIT_URL, "Weather")]
        chat.page.go_back()
        assert chat.page.url == "about:blank"


def test_leaving_stops_what_is_under_way(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        chat.ask(MONEY)
        asked = _neutral_page(chat, comes=False)
        failed: list[str] = []
        chat.page.on("requestfailed", lambda request: failed.append(request.url))
        chat.page.route("**/api/v1/messages", lambda route: None)
        chat.type("and the deadline?")
        expect(chat.page.locator(".looking")).to_contain_text("Looking it up")
        chat.button("Leave").first.click(no_wait_after=True)
        _until(chat, lambda: asked and failed, "what was under way was not stopped")
        assert any(url.endswith("/api/v1/messages") for url in failed)


def test_shift_for_capital_letters_leaves_nobody_and_presses_are_counted_aloud(chromium: Browser, bot: Bot) -> None:
    with Chat(chromium, bot.url) as chat:
        asked = _neutral_page(chat, comes=False)
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


# -- bad input ----------------------------------------------------------------------


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


def test_a_flood_is_told_when_to_try_again_and_loses_nothing(chromium: Browser, bot: Bot) -> None:
    with gateway_alone(bot.rasa, RATE_PER_SESSION="2") as url, Chat(chromium, url) as chat:
        chat.ask(MONEY)
        chat.ask("how long is there to sue?")
        chat.type("and where?")
        failed = chat.page.locator(".failed")
        expect(failed).to_contain_text(re.compile(r"send it again in \d+ seconds"))
        expect(failed).to_contain_text("and where?")
        expect(failed).to_contain_text(HOTLINE)
        expect(chat.ask(DANGER)).to_have_class(re.compile("emergency"))


def test_a_bot_that_cannot_answer_gives_the_numbers(chromium: Browser, bot: Bot) -> None:
    with gateway_alone(9) as url, Chat(chromium, url) as chat:
        card = chat.ask(MONEY)
        expect(card).to_contain_text("cannot answer right now")
        expect(card.locator('a[href="tel:+18883737888"]').first).to_be_visible()
        expect(chat.ask(DANGER)).to_have_class(re.compile("emergency"))


def test_the_end_is_said_beforehand_put_off_by_one_tap_and_erases_what_was_said(chromium: Browser, bot: Bot) -> None:
    with gateway_alone(bot.rasa, CONVERSATION_IDLE_SECONDS="10") as url, Chat(chromium, url) as chat:
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


def test_the_end_of_a_long_conversation_is_said_too(chromium: Browser, bot: Bot) -> None:
    with gateway_alone(bot.rasa, CONVERSATION_SECONDS="16") as url, Chat(chromium, url) as chat:
        chat.ask(MONEY)
        expect(chat.page.locator(".warning")).to_contain_text("open for a long time", timeout=20_000)
        chat.button("All right").click()
        expect(chat.page.locator(".turns")).to_contain_text("It is closed and erased", timeout=20_000)


# -- sizes, modes, attributes -------------------------------------------------------


@pytest.mark.parametrize(("name", "size", "scale"), [("320", (320, 640), 1), ("400-percent", ZOOMED, 4), ("phone", PHONE, 2)])
@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_scrolls_sideways_on_small_screens_or_at_400_percent(
    chromium: Browser, bot: Bot, law_pages: Callable[[Chat], None], lang: str, name: str, size: tuple[int, int], scale: int
) -> None:
    asked = {"en": MONEY, "es": "cuánto puedo pedir en una demanda contra mi tratante"}[lang]
    with Chat(chromium, f"{bot.url}/?lang={lang}", size=size, device_scale_factor=scale) as chat:
        law_pages(chat)
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
        asked = _neutral_page(chat, comes=False)
        chat.button("Ask a question").click()
        chat.ask(MONEY)
        chat.page.keyboard.press("Escape")
        chat.button("Leave").click(no_wait_after=True)  # beside the launcher
        _until(chat, lambda: asked, "the neutral page was not asked for")
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
