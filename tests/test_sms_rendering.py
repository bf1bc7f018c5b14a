"""Whatever the core says, as text messages: three segments a page, nothing lost, nothing of the subject on the first line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from bot import service
from bot.answers import provision, topic
from bot.desk import Desk
from bot.interviews import result as results
from bot.interviews.walk import walk
from bot.law.content import LANGUAGES
from bot.render import sms as rendering
from bot.render.segments import is_gsm, segments
from bot.reply import Line, Memory, Question, Reply
from bot.safety import wording
from tests import stories
from tests import test_plain_words as plain_words
from tests.texting import (
    CASE_WORDS,
    SITE,
    by_number,
    hint,
)


def test_every_document_behind_a_sentence_is_named_and_not_by_its_file(desk: Desk) -> None:
    for lang in LANGUAGES:
        for replies in everything(desk, lang):
            for reply in replies:
                for cite in (cite for line in reply.lines for cite in line.cites):
                    (unit,) = rendering.sentences((Line("", (cite,)),), lang)
                    assert not re.search(r"[a-z]-(?:[a-z]|\d{4})", unit.text), unit.text


def rendered(replies: list[Reply]) -> list[str]:
    return [page.text for page in rendering.render(replies, SITE).pages]


@cache
def everything(desk: Desk, lang: str) -> list[list[Reply]]:
    return list(_everything(desk, lang))


def _everything(desk: Desk, lang: str) -> Iterator[list[Reply]]:
    """Every reply of the core that a text can bring: answers of every length and variant, cards, history, differences, interviews."""
    for name, known in desk.store.topics.items():
        for variant in ("", *desk.store.terms.get(known.subject, {})):
            found = [topic.answer(desk, name, lang, variant, "short")]
            if not variant:
                found += [topic.answer(desk, name, lang, variant, length) for length in ("full", "simple")]
                found += [topic.further(desk, name, lang, variant, told) for told in (0, 1)]
            yield from ([reply] for reply in found if reply)
    for section in desk.store.section_ids:
        yield [provision.card(desk, section, lang)]
        yield [provision.history(desk, section, lang)]
        for text in (f"who says {section} differs", f"where do the documents differ on {section}", f"{section} on june 1 2012"):
            yield list(service.respond(desk, Question(text=text, channel="sms", memory=Memory(lang=lang, lang_chosen=True))).replies)
    for name, interview in desk.store.interviews.items():
        for pick in (1, 2):
            for _, replies in by_number(desk, name, lang, pick):
                yield replies
        for story in (story for story in stories.stories() if story.interview == name and story.lang == lang):
            memory = stories.play(desk, story)
            facts = walk(interview, memory.given).facts
            yield [results.reply(desk, interview, facts, lang)]
            yield [results.why_reply(desk, interview, memory.given, lang)]
            yield from ([results.part_reply(desk, interview, facts, part, lang)] for part in ("steps", "effects", "alternatives", "unknown"))


@cache
def all_pages(desk: Desk, lang: str) -> list[str]:
    return [page for replies in everything(desk, lang) for page in rendered(replies)]


def test_whatever_the_core_says_in_english_stays_in_the_gsm_alphabet_and_in_three_segments_a_page(desk: Desk) -> None:
    pages = all_pages(desk, "en")
    assert len(pages) > 1000
    for page in pages:
        assert is_gsm(page), [char for char in page if not is_gsm(char)]
        assert segments(page).count <= 3


def test_whatever_the_core_says_in_spanish_keeps_its_accents_and_three_segments_a_page(desk: Desk) -> None:
    pages = all_pages(desk, "es")
    assert all(segments(page).count <= 3 for page in pages)
    assert sum("ó" in page for page in pages) > 500
    assert not any(re.search("[’“”—–•]", page) for page in pages)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_pages_lose_no_sentence_no_choice_and_no_notice(desk: Desk, lang: str) -> None:
    for replies in everything(desk, lang)[::11]:
        if any(reply.kind == "choices" or reply.document for reply in replies):
            continue
        flat = re.sub(r"\W", "", " ".join(page.partition("\n")[2].removesuffix(hint(page)) for page in rendered(replies)))
        for reply in replies:
            for text in [*(line.text for line in reply.lines), *(choice.label for choice in replies[-1].choices if choice.id != "answer:unsure")]:
                assert re.sub(r"\W", "", rendering.fold(text, lang)) in flat, text


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_first_line_of_every_reply_says_nothing_of_the_subject(desk: Desk, lang: str) -> None:
    assert all(page.startswith("Info:\n") for page in all_pages(desk, lang))
    for key, text in wording.of_file("sms", lang).items():
        if not key.startswith(("words_", "reactions", "courtesy")):
            assert not CASE_WORDS.search(text), key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_an_answer_on_a_law_that_has_changed_since_says_so_on_its_first_page(desk: Desk, lang: str) -> None:
    marked = 0
    for name in desk.store.topics:
        reply = topic.answer(desk, name, lang, "", "short")
        if reply and any(notice.kind == "review" for notice in reply.notices):
            page = rendered([reply])[0]
            assert re.search("26-98|changed|ambió", page) or segments(page).units > 190, name
            marked += bool(re.search("26-98|changed|ambió", page))
    assert marked >= 5


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_channels_own_words_fit_and_cost_little(lang: str) -> None:
    own = {key: text for key, text in wording.of_file("sms", lang).items() if not key.startswith(("words_", "reactions", "courtesy"))}
    for key, text in own.items():
        assert segments(text).count <= (2 if key == "intro" else 3), key
        assert lang == "es" or is_gsm(text), key
        assert is_gsm(text) or not key.startswith(("emergency", "intro", "help", "stopped", "unavailable", "too_many")), f"{key} costs double"
    for key in ("unavailable", "too_many", "expired", "picture", "no_such_number"):
        both = "\n".join(wording.say(f"sms.{key}", each) for each in LANGUAGES)
        assert segments(both).count <= 3, key


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_channels_own_words_are_plain(lang: str) -> None:
    for key, text in wording.of_file("sms", lang).items():
        if key.startswith(("words_", "reactions", "courtesy", "source_")):
            continue
        for sentence in re.split(r"(?<=[.!?:;])\s+", plain_words.past_the_names(text)):
            if len(sentence.split()) <= plain_words.TOO_SHORT_TO_GRADE:
                continue
            if lang == "en":
                assert plain_words.ENGLISH.flesch_kincaid_grade(sentence) <= plain_words.HARDEST_GRADE, (key, sentence)
            else:
                assert plain_words.SPANISH.fernandez_huerta(sentence) >= plain_words.EASE_OF_ANY_SPANISH_ANSWER, (key, sentence)


def test_a_notice_links_to_the_projects_own_short_page_without_a_full_stop_behind(desk: Desk) -> None:
    reply = topic.answer(desk, "posting_exempt", "en", "", "short")
    assert reply is not None
    text = "\n".join(rendered([reply]))
    assert f"{SITE}/law/54-234a\n" in text
    assert "cga.ct.gov" not in text
