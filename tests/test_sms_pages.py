"""Pages, numbers and steering words by text, and whole interviews by number alone."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.answers import topic
from bot.desk import Desk
from bot.law.content import LANGUAGES
from bot.render import sms as rendering
from bot.safety import wording
from bot.sms_client import Phone
from tests.running import Bot
from tests.texting import (
    SITE,
    by_number,
    held,
    hint,
    phone,
)

# -- pages, numbers, steering ------------------------------------------------------------


def drained(caller: Phone, answers: list[str], word: str = "MORE") -> list[str]:
    """The answer's pages, turned until the last."""
    pages = [answers[-1]]
    while hint(pages[-1]):
        pages += held(caller.text(word))
    return pages


def test_more_turns_the_pages_and_then_asks_the_core_for_detail(texted: Bot) -> None:
    caller = phone(texted)
    pages = drained(caller, caller.text("54-95c"))
    text = " ".join(page.removeprefix("Info:\n") for page in pages)
    for pin in ("(a)", "(b)", "(c)", "(e)"):
        assert f"§ 54-95c{pin}" in text
    assert f"{SITE}/law/54-95c" in pages[0]
    caller.text("how much can i sue my trafficker for")
    last = drained(caller, caller.text("how much can i sue my trafficker for"))[-1]
    assert last.endswith("Reply MORE for details.")
    assert "52-571i" in " ".join(drained(caller, caller.text("more")))


@pytest.mark.parametrize(("first", "words"), [
    ("how do i get my old conviction vacated", ["MORE", "more", "More please"]),
    ("como anulo una condena vieja por prostitucion", ["MÁS", "mas", "SIGA", "más por favor"]),
])
def test_every_form_of_more_turns_the_same_page(texted: Bot, first: str, words: list[str]) -> None:
    turned = set()
    for word in words:
        caller = phone(texted)
        caller.text(first)
        turned.add(tuple(caller.text(word)))
    assert len(turned) == 1


def test_a_number_picks_what_was_offered_and_the_list_stays_good_while_pages_turn(texted: Bot) -> None:
    caller = phone(texted)
    offered = caller.text("how do i get my old conviction vacated")[-1]
    label = re.search(r"^4 (.+)$", offered, re.M)
    assert label and "deadline" in label[1]
    drained(caller, [offered])
    caller.text("more")  # detail without a list of its own
    assert "no deadline" in caller.text("4.")[0]


def test_a_number_that_was_not_offered_or_not_shown_yet_is_told_so(texted: Bot) -> None:
    caller = phone(texted)
    offered = caller.text("como anulo una condena vieja por prostitucion")[-1]
    assert "1 " not in offered
    assert caller.text("1") == [wording.say("sms.not_shown_yet", "es")]
    caller.text("MÁS")
    assert caller.text("9") == [wording.say("sms.no_such_number", "es")]
    assert "1/9" in caller.text("1")[0]


@pytest.mark.parametrize("word", ["1", "2.", "#3", "1️⃣", "MORE", "MÁS", "BACK", "atrás", "DONE", "listo", "simpler"])
def test_a_steering_word_after_the_chat_has_expired_is_told_so_and_starts_nothing(texted: Bot, word: str) -> None:
    (said,) = held(phone(texted).text(word))
    assert "No chat is open" in said and "No hay un chat abierto" in said


@pytest.mark.parametrize(("first", "word", "says"), [
    ("what is coercion", "MENU", "Here is what I can tell you"), ("what is coercion", "menu please", "Here is what I can tell you"),
    ("what is coercion", "BACK", "Here is what I can tell you"), ("what is coercion", "DONE", "Take care"),
    ("what is coercion", "SIMPLER", "53a-192"), ("qué es la coacción", "MENÚ", "Puedo ayudarle con esto"),
    ("qué es la coacción", "menu", "Puedo ayudarle con esto"), ("qué es la coacción", "ATRÁS", "Puedo ayudarle con esto"),
    ("qué es la coacción", "atras", "Puedo ayudarle con esto"), ("qué es la coacción", "LISTO", "Cuídese"),
    ("qué es la coacción", "MÁS SIMPLE", "metiéndole miedo"), ("qué es la coacción", "mas facil", "metiéndole miedo"),
    ("qué es la coacción", "DONE", "Cuídese"), ("qué es la coacción", "MENU", "Puedo ayudarle con esto"),
])
def test_a_steering_word_works_by_text_and_keeps_the_language(texted: Bot, first: str, word: str, says: str) -> None:
    caller = phone(texted)
    caller.text(first)
    assert says in caller.text(word)[0]


@pytest.mark.parametrize(("first", "steps"), [
    ("check if my record qualifies for vacatur, ask me the questions",
     [("1", "2/"), ("MORE", "2/"), ("simpler", "2/"), ("BACK", "1/"), ("WHY", "1/"), ("skip", "2/"), ("done", "1 Go on"), ("1", "2/"),
      ("MENU", "1 Go on"), ("resume", "2/")]),
    ("pregúnteme para ver si mi récord califica para anular",
     [("1", "2/"), ("MÁS", "2/"), ("ATRAS", "1/"), ("POR QUÉ", "1/"), ("Saltar", "2/"), ("LISTO", "1 Seguir"), ("1", "2/"), ("MENÚ", "1 Seguir"),
      ("seguir", "2/")]),
])
def test_every_steering_word_of_an_interview_works_by_text(texted: Bot, first: str, steps: list[tuple[str, str]]) -> None:
    caller = phone(texted)
    answers = caller.text(first)
    while "MÁS" in answers[-1].rpartition("\n")[2]:
        answers = caller.text("MÁS")
    for word, says in steps:
        assert says in " ".join(held(caller.text(word))), word


def test_what_this_is_is_said_once_a_conversation(texted: Bot) -> None:
    caller = phone(texted)
    assert [len(caller.text(text)) for text in ("hola", "menu", "what is coercion")] == [2, 1, 1]
    caller.text("DELETE")
    assert len(caller.text("hola")) == 2


def test_the_chats_of_two_phones_never_mix(texted: Bot) -> None:
    one, two = phone(texted), phone(texted)
    one.text("how do i get my old conviction vacated")
    two.text("what is coercion")
    assert "54-95c" not in " ".join(two.text("more"))


# -- whole interviews by number --------------------------------------------------------------


@pytest.mark.parametrize("pick", [1, 2, 3])
@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("name", ["vacatur", "damages", "posting", "defense", "training"])
def test_a_whole_interview_is_walked_by_numbers_alone_to_the_cores_result(texted: Bot, desk: Desk, name: str, lang: str, pick: int) -> None:
    caller = phone(texted)
    title = desk.store.interview_words[lang][name].title
    caller.text("menu" if lang == "en" else "temas en español por favor")
    sent = [title, *(text for text, _ in itertools.islice(by_number(desk, name, lang, pick), 1, None))]
    opening = {"en": {"vacatur": "check if my record qualifies for vacatur, ask me the questions", "damages": "calculate my damages with me",
                      "posting": "go through the posting list with me for my business", "defense": "run the defense finder with me",
                      "training": "work out my training deadline"},
               "es": {"vacatur": "pregúnteme para ver si mi récord califica para anular", "damages": "sáqueme la cuenta de mis daños",
                      "posting": "revise mi negocio conmigo para lo del aviso", "defense": "pregúnteme para ver qué defensa tengo",
                      "training": "calcule la fecha límite de mi capacitación"}}[lang][name]
    sent[0] = opening
    for text, (_, replies) in zip(sent, by_number(desk, name, lang, pick), strict=True):
        (said,) = held(caller.text(text))
        pages = rendering.render(replies, SITE).pages
        assert said == pages[0].text
    assert replies[-1].kind == "result"
    pages_read = drained(caller, [said], "MÁS" if lang == "es" else "MORE")
    assert len(pages_read) == len(pages)
    paper = next(number for number, choice in enumerate(replies[-1].choices, 1) if choice.id == "result:paper")
    (where,) = held(caller.text(str(paper)))
    assert where.endswith(SITE)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_every_topic_is_answered_inside_three_segments_over_the_gateway(texted: Bot, desk: Desk, lang: str) -> None:
    split = []
    topics = [name for name in desk.store.topics if desk.store.answer(name, lang)]
    assert len(topics) > 100
    for place, name in enumerate(topics):
        if place % 15 == 0:  # no phone reaches its limit
            caller = phone(texted)
            caller.text("hello" if lang == "en" else "hola")
            caller.text("in english please" if lang == "en" else "en español por favor")
        (page,) = held(caller.text(desk.store.answer(name, lang).title))  # type: ignore[union-attr]
        assert page.startswith("Info:\n")
        core = topic.answer(desk, name, lang, "", "short")
        assert core is not None
        said = [unit.text for unit in rendering.sentences(core.lines, lang)]  # with their cites
        if not all(text in page for text in said):
            split.append(name)
    assert len(split) <= 1, split  # a short answer beside the line of a changed law
