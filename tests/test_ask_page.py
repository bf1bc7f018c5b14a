"""The plain pages: a whole conversation by forms, without JavaScript, in both languages; and what they say of themselves."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot import paths
from bot.answers import topic
from bot.desk import Desk
from bot.law.cite import file_name
from bot.law.content import read_yaml
from bot.render import web
from bot.reply import Line, Moment, Reply
from bot.safety import wording
from gateway.app import create_app
from gateway.pages import EXIT_URL
from gateway.settings import Settings
from tests.running import Bot

HOTLINE = "1-888-373-7888"
DANGER = {"en": "he has a gun and he is outside", "es": "él está afuera de mi puerta con un cuchillo"}


class Person:
    """Someone at the plain page, without a browser: keeps the form's hidden fields as a browser does."""

    def __init__(self, client: Any, url: str = "", lang: str = "en") -> None:
        self.client, self.url = client, f"{url}/ask"
        self.page = self._keep(client.get(self.url, params={"lang": lang}))

    def _keep(self, response: httpx.Response) -> str:
        self.response = response
        if response.headers.get("content-type", "").startswith("text/html"):
            self.page = response.text
            self.hidden = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', response.text))
        return self.page

    def sends(self, text: str = "", hidden: dict[str, str] | None = None, **fields: str) -> str:
        return self._keep(self.client.post(self.url, data={**(hidden or self.hidden), "text": text, **fields}, follow_redirects=False))

    @property
    def box(self) -> str:
        found = re.search(r"<textarea[^>]*>\n?(.*?)</textarea>", self.page, re.S)
        assert found
        return html.unescape(found[1])

    @property
    def asked(self) -> str:
        found = re.search(r'<h3 class="asked">(.*?)</h3>', self.page)
        return html.unescape(found[1]) if found else ""

    @property
    def choices(self) -> list[str]:
        return [html.unescape(value) for value in re.findall(r'name="choice" value="([^"]*)"', self.page)]


@pytest.fixture
def person(bot: Bot) -> Person:
    return Person(bot.http, bot.url)


@pytest.fixture(scope="module")
def alone() -> Iterator[TestClient]:
    """The gateway with no Rasa behind it."""
    settings = Settings(secret="s", rasa_url="http://127.0.0.1:9", operator="Example Legal Aid", operator_contact="help@example.org")
    with TestClient(create_app(settings)) as client:
        yield client


# -- asking ------------------------------------------------------------------------------


def test_a_question_is_answered_with_the_short_answer_first_and_each_cite_leads_to_its_law_page(person: Person) -> None:
    page = person.sends("how much can i sue my trafficker for")
    assert re.search(r'<p class="short">.*?\$1,000.*?<a class="cite" href="/law/52-571i">§ 52-571i</a>', page, re.S)
    assert '<a class="cite" href="/law/18-usc-1595#a">18 USC 1595(a)</a>' in page
    assert "Law checked" in page and "Where another document differs" in page
    assert re.search(r'<a href="https://www.cga.ct.gov/[^"]+" rel="noreferrer noopener">', page)
    assert any(choice.startswith("topic:") for choice in person.choices)
    assert "<script" not in page and "style=" not in page


def test_the_conversation_goes_on_from_page_to_page_and_its_token_is_in_no_address(person: Person) -> None:
    person.sends("how do i get my old prostitution conviction vacated")
    assert "/law/54-95c" in person.sends("and where do i file it?")
    assert person.hidden["token"] not in str(person.response.url) and "?" not in str(person.response.url)
    first = len(person.sends(do="more"))
    assert "/law/54-95c" in person.page and first
    assert "/law/54-95c" in person.sends(do="simpler")


def test_what_was_typed_is_not_shown_again_when_it_was_answered(person: Person) -> None:
    for text in ("how much can i sue my trafficker Marigold for", "Marigold 860-555-0142"):
        person.sends(text)
        assert person.response.status_code == 200 and "Marigold" not in person.page and person.box == ""


def test_a_page_in_spanish_answers_in_spanish_from_its_first_button_on(bot: Bot) -> None:
    person = Person(bot.http, bot.url, lang="es")
    assert '<html lang="es">' in person.page and "Pregunte sobre la ley" in person.page
    person.sends(choice="topic:vacatur_how")
    assert '<html lang="es">' in person.page and "/law/54-95c?" not in person.page
    assert re.search(r'href="/law/54-95c(?:\?lang=es)?', person.page) and "condena" in person.page


def test_the_language_can_be_changed_in_the_middle_of_a_conversation_and_of_an_interview(person: Person) -> None:
    person.sends("how much can i sue my trafficker for")
    token = person.hidden["token"]
    page = person.sends(do="es")
    assert '<html lang="es">' in page and "§ 52-571i" in page and "demanda" in page and person.hidden["token"] == token
    person.sends(do="en")
    person.sends(choice="interview:damages")
    asked = person.asked
    person.sends(do="es")
    assert person.asked.startswith("¿") and person.asked != asked and '<html lang="es">' in person.page
    person.sends(do="en")
    assert person.asked == asked


def test_a_history_is_drawn_as_a_time_line_that_is_also_said_in_words(person: Person) -> None:
    page = person.sends("what changed in 53a-192a")
    assert page.count("<circle") >= 5 and 'aria-hidden="true"' in page and "October 1, 2021" in page


# -- interviews --------------------------------------------------------------------------------


def test_an_interview_shows_how_far_it_is_goes_back_says_why_pauses_and_goes_on(person: Person) -> None:
    person.sends(choice="interview:damages")
    first = person.asked
    assert "Question 1 of" in person.page and '<progress id="progress" value="0"' in person.page
    person.sends(choice="answer:yes")
    second = person.asked
    assert second and second != first and "Question 2 of" in person.page
    page = person.sends(do="why")
    assert person.asked == second and len(page) > 0 and "Question 2 of" in page
    person.sends(do="back")
    assert person.asked == first
    person.sends(choice="answer:yes")
    person.sends(do="leave")
    assert person.choices == ["interview:resume"] and person.asked == ""
    person.sends(choice="interview:resume")
    assert person.asked == second


def test_a_form_sent_twice_is_answered_once(person: Person) -> None:
    person.sends(choice="interview:damages")
    hidden = dict(person.hidden)
    with ThreadPoolExecutor(4) as pool:
        pages = list(pool.map(lambda _: person.client.post(person.url, data={**hidden, "text": "", "choice": "answer:yes"}).text, range(4)))
    assert all("Question 2 of" in page for page in pages)
    assert len({page.partition("<form")[0] for page in pages}) == 1
    person._keep(person.client.post(person.url, data={**hidden, "text": "", "choice": "answer:yes"}))
    assert "Question 2 of" in person.page


def test_an_answer_from_an_earlier_page_is_not_taken_for_the_answer_to_this_one_and_its_words_are_kept(person: Person) -> None:
    person.sends(choice="interview:damages")
    old = dict(person.hidden)
    person.sends(choice="answer:yes")
    second = person.asked
    for fields in ({"choice": "answer:no"}, {"text": "two years or so"}):
        person.sends(**{"text": "", **fields}, hidden=old)
        assert person.asked == second and "earlier page" in person.page
        assert person.box == fields.get("text", "")
    person.sends(person.box)
    assert person.asked != second


def test_what_stands_in_the_box_is_kept_when_a_button_is_pressed_instead(person: Person) -> None:
    person.sends("half a tho", choice="interview:damages")
    assert person.asked and person.box == "half a tho"


@pytest.mark.parametrize(("kind", "starts"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04"), ("ics", b"BEGIN:VCALENDAR")])
def test_the_paper_of_a_result_comes_as_a_file_and_the_page_stays_usable(person: Person, kind: str, starts: bytes) -> None:
    person.sends(choice="interview:training")
    for text in ("hotel", "not sure", "march 2024", *["not sure"] * 6):
        if "result:paper" in person.choices:
            break
        person.sends(text)
    assert "result:paper" in person.choices
    person.sends(choice="result:paper")
    person.sends(choice=f"result:{kind}")
    if person.response.status_code == 503:
        assert "A Word file can" in person.page and "tel:911" in person.page
        pytest.skip("no Pango on this machine")
    assert person.response.content.startswith(starts)
    assert person.response.headers["content-disposition"] == f'attachment; filename="charter-oak.{kind}"'
    assert "attachment" not in str(person.client.get(person.url).headers)
    person.sends(choice="result:why")
    assert person.response.status_code == 200 and '<section class="card result"' in person.page


def test_a_paper_before_there_is_a_result_is_said_in_words_on_the_page(person: Person) -> None:
    page = person.sends(choice="result:pdf")
    assert person.response.status_code == 409 and "Answer the questions first" in page and "tel:911" in page


# -- danger ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "es"])
def test_someone_in_danger_gets_numbers_to_tap_at_once_in_every_state(bot: Bot, alone: TestClient, lang: str) -> None:
    fresh, in_interview, without_rasa = Person(bot.http, bot.url), Person(bot.http, bot.url, lang=lang), Person(alone)
    in_interview.sends(choice="interview:damages")
    asked = in_interview.asked
    for person in (fresh, in_interview, without_rasa):
        page = person.sends(DANGER[lang])
        card = page.partition('<section class="card emergency" role="alert">')[2].partition("</section>")[0]
        assert 'href="tel:911"' in card and 'href="tel:+18883737888"' in card and 'href="sms:233733"' in card
        assert f'<html lang="{lang}">' in page
    assert in_interview.choices == ["interview:resume"]
    in_interview.sends(choice="interview:resume")
    assert in_interview.asked == asked


def test_danger_is_heard_with_a_bad_token_a_huge_text_wrong_fields_and_as_multipart(alone: TestClient) -> None:
    gun = DANGER["en"]
    for answer in (
        alone.post("/ask", data={"text": gun, "token": "forged.1.x"}), alone.post("/ask", data={"text": "x " * 30_000 + gun}),
        alone.post("/ask", data={"message": gun}), alone.post("/ask", files={"text": (None, gun)}), alone.post("/ask", json={"text": gun}),
        alone.post("/ask", data={"text": gun, "do": "forget"}), alone.post("/ask", data={"text": "é" * 200_000 + gun}),
    ):
        assert answer.status_code == 200 and 'class="card emergency"' in answer.text and HOTLINE in answer.text


# -- what goes wrong -----------------------------------------------------------------------------------


def test_an_ended_conversation_starts_anew_says_so_and_answers_what_was_typed(person: Person, bot: Bot) -> None:
    person.sends("how do i get my old conviction vacated")
    bot.http.delete(f"{bot.url}/api/v1/sessions", headers={"Authorization": f"Bearer {person.hidden['token']}"})
    old = person.hidden["token"]
    page = person.sends("how much can i sue my trafficker for")
    assert person.response.status_code == 200 and "The conversation before has ended" in page and "/law/52-571i" in page
    assert person.hidden["token"] != old
    assert "The conversation before has ended" not in person.sends("how long is there to sue?")


@pytest.mark.parametrize(
    "text", ["x" * 10_000, '<b>word</b> & "quotes" ' * 400, "需要帮助" * 2_500, "😀" * 10_000], ids=["letters", "html", "chinese", "emoji"]
)
def test_a_text_that_is_too_long_stays_in_the_box_as_it_was(person: Person, text: str) -> None:
    page = person.sends(text)
    assert person.response.status_code == 413 and "still in the box" in page and "tel:911" in page
    assert person.box == text
    assert person.hidden["token"]


def test_when_no_answer_can_be_given_the_words_stay_and_the_numbers_come(alone: TestClient) -> None:
    person = Person(alone)
    page = person.sends("how much can i sue for <i>")
    assert person.response.status_code == 200 and "cannot answer right now" in page and "tel:+18883737888" in page
    assert person.box == "how much can i sue for <i>"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "did not get any words"), ("   \n ", "did not get any words"), ("😀😀😀", "words only"), ("我需要帮助", "English and Spanish"),
        ("Мне нужна помощь", "interpreters"), ("<script>alert(1)</script>", "."), ("{{ 7 * 7 }}{% raw %}", "."), ("/affirm", "."),
        ("\x00\x07", "."), ("53a-999z", "not in the store"),
    ],
)
def test_odd_words_get_a_clear_answer(person: Person, text: str, says: str) -> None:
    page = person.sends(text)
    assert person.response.status_code == 200 and re.search(says, page)
    assert "<script" not in page and ">49<" not in page


def test_forms_that_are_not_ours_are_met_with_words(bot: Bot) -> None:
    url = f"{bot.url}/ask"
    multipart = bot.http.post(url, files={"text": (None, "how much can i sue my trafficker for")})
    assert multipart.status_code == 200 and "/law/52-571i" in multipart.text
    for response in (
        bot.http.post(url, data={"question": "hello"}), bot.http.post(url, content=b""), bot.http.post(url, json={"text": "hello"}),
        bot.http.post(url, content=b"\xff\xfe", headers={"content-type": "multipart/form-data; boundary="}),
    ):
        assert response.status_code == 400 and "Nothing readable came" in response.text and "tel:911" in response.text
    fields = {"text": "hello", "do": "../etc", "choice": "answer:yes", "number": "-7", "lang": "xx", "token": "a.b.c", "extra": "1"}
    assert bot.http.post(url, data=fields).status_code == 200
    assert bot.http.post(url, data={"choice": "x" * 300, "text": ""}).status_code == 413
    assert bot.http.get(url, params={"lang": "<xx>", "text": "Marigold", "token": "y"}).text.count("Marigold") == 0


@given(fields=st.dictionaries(st.sampled_from(["text", "choice", "do", "token", "number", "lang"]), st.text(max_size=50)))
def test_no_form_whatever_is_in_it_is_a_fault(alone: TestClient, fields: dict[str, str]) -> None:
    safe = {name: value.encode("utf-8", "replace") for name, value in fields.items()}
    response = alone.post("/ask", data=safe, follow_redirects=False)
    assert response.status_code in (200, 303, 400, 413, 429, 503)


# -- leaving ----------------------------------------------------------------------------------------------


def test_erasing_revokes_the_token_and_says_what_it_cannot_erase(person: Person, bot: Bot) -> None:
    person.sends("how do i get my old conviction vacated")
    bearer = {"Authorization": f"Bearer {person.hidden['token']}"}
    page = person.sends(do="forget")
    assert "erased here" in page and "history" in page and person.hidden["token"] == ""
    assert bot.send(bearer, text="tell me more").status_code == 401


def test_leaving_erases_first_and_goes_to_a_neutral_page(person: Person, bot: Bot) -> None:
    person.sends("how do i get my old conviction vacated")
    bearer = {"Authorization": f"Bearer {person.hidden['token']}"}
    person.sends("half a sentence", do="exit")
    assert person.response.status_code == 303 and person.response.headers["location"] == EXIT_URL
    assert bot.send(bearer, text="tell me more").status_code == 401


def test_every_chat_page_is_kept_out_of_caches_indexes_and_referrers(person: Person) -> None:
    for response in (person.response, person.client.post(person.url, data={"text": "hello"})):
        assert response.headers["cache-control"] == "no-store" and response.headers["referrer-policy"] == "no-referrer"
        assert "noindex" in response.headers["x-robots-tag"] and "set-cookie" not in response.headers
        assert "<title>Charter Oak</title>" in response.text and '/icon.svg"' in response.text


def test_nothing_that_was_typed_on_the_page_is_in_any_log(person: Person, bot: Bot) -> None:
    for text in ("Qwertzu Marigold wants to sue", "Qwertzu " * 2_000, "Qwertzu \x00 {{ Marigold"):
        person.sends(text)
    person.client.post(person.url, files={"Qwertzu": (None, "Marigold")})
    person.client.get(person.url, params={"Qwertzu": "Marigold"})
    logs = list(bot.logs.glob("*.log"))
    assert logs
    for path in logs:
        assert not re.search("qwertzu|marigold", path.read_text(encoding="utf-8", errors="replace"), re.I), path.name


# -- what the pages are made of ---------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_section_that_any_answer_cites_leads_to_the_page_of_that_very_section(desk: Desk, lang: str) -> None:
    addresses = {f"/law/{file_name(section)}" for section in desk.store.section_ids}
    linked = 0
    for name in desk.store.topics:
        reply = topic.answer(desk, name, lang)
        if reply is None:
            continue
        shown = web.paragraphs(reply, desk.store)
        assert " ".join(paragraph.text for paragraph in shown) == " ".join(line.text for line in reply.lines)
        for cite in (cite for paragraph in shown for cite in paragraph.cites):
            assert cite.text
            if cite.href:
                linked += 1
                assert cite.href.partition("#")[0] in addresses, (name, cite)
    assert linked > 100


def test_a_cite_that_is_no_section_is_named_and_leads_nowhere(desk: Desk) -> None:
    reply = Reply(kind="answer", lang="en", lines=(Line("x", ("P.A. 21-103", "18 USC ch. 77", "54-95c(d)(1)", "privacy-notice")),))
    cites = web.paragraphs(reply, desk.store)[0].cites
    assert [cite.href for cite in cites] == ["", "/law/18-usc-ch-77", "/law/54-95c#d-1", ""]
    assert all(cite.text for cite in cites) and cites[3].text != "privacy-notice"
    assert web.paragraphs(reply, None)[0].cites[0].text == "P.A. 21-103"  # without a store, by its own name


@given(st.text(alphabet="0123456789-. $§callorg1", max_size=60))
def test_linking_numbers_loses_and_adds_no_letter(text: str) -> None:
    pieces = web.dialled(text)
    assert "".join(piece.text for piece in pieces) == text


def test_every_number_of_help_can_be_tapped_and_nothing_else_is_taken_for_one() -> None:
    for resource in read_yaml(paths.content_dir() / "help.yml"):
        for name in ("call", "text"):
            if number := resource.get(name):
                found = [piece for piece in web.dialled(f"Please call {number}.") if piece.href]
                assert len(found) == 1 and found[0].href.startswith(("tel:", "sms:")) and found[0].text == number
    for text in ("$911", "§ 911", "54-211", "1,211 days", "1-888-373-78889", "911-5", "in 1988", "2339", "911.5"):
        assert not any(piece.href for piece in web.dialled(text)), text
    assert [piece.href for piece in web.dialled("see https://www.cga.ct.gov/a#b.") if piece.href] == ["https://www.cga.ct.gov/a#b"]


@given(st.lists(st.dates(dt.date(1950, 1, 1), dt.date(2030, 1, 1)), min_size=1, max_size=12))
def test_a_time_line_lies_within_its_picture_and_its_years_do_not_overlap(days: list[dt.date]) -> None:
    beats = web.beats(Moment(day, "9a-1", (), False) for day in sorted(days))
    assert all(0 <= beat.x <= 100 for beat in beats) and beats[0].x == 0
    written = [beat.x for beat in beats if beat.year]
    assert all(later - earlier >= web.ROOM for earlier, later in pairwise(written))


# -- what the service says of itself -------------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "es"])
def test_each_page_about_the_service_stands_in_both_languages_without_a_gap(alone: TestClient, lang: str) -> None:
    for name in ("about", "privacy", "terms"):
        response = alone.get(f"/{name}", params={"lang": lang})
        assert response.status_code == 200 and f'<html lang="{lang}">' in response.text
        assert wording.say(f"about.{name}_title", lang) in response.text
        assert not re.search(r"\{[a-z_.]+\}", response.text)
        assert "tel:911" in response.text and "Example Legal Aid" in response.text
        assert response.headers["cache-control"] == "no-store"


def test_privacy_says_the_times_that_are_set_and_promises_no_secrecy() -> None:
    with TestClient(create_app(Settings(secret="s", idle=15 * 60, absolute=90 * 60))) as client:
        page = client.get("/privacy").text
        assert "gone 15 minutes after" in page and "1.5 hours after" in page
        assert "cannot promise that this is secret" in page and "court can order" in page
        assert "has not given a name here" in page


def test_about_says_how_current_the_law_is_and_that_no_lawyer_has_reviewed_it(alone: TestClient) -> None:
    page = alone.get("/about").text
    assert re.search(r"last checked on \w+ \d+, 20\d\d", page) and "No lawyer has reviewed" in page and "interpreters" in page


def test_terms_say_what_a_phone_company_asks_for(alone: TestClient) -> None:
    page = alone.get("/terms").text
    for words in ("data rates may apply", "STOP", "HELP", "AYUDA", "only as answers", "not liable"):
        assert words in page
