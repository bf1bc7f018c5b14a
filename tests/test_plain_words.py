"""Plain words, as a promise that is held: how hard the answers are to read, how long they are, and how they open.

What is measured is what a person has to read past the names: the name of a law or an office, a section number, a phone
number, a web address and words in quotation marks count as one short word, whatever their length.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML
from textstat.textstat import textstatistics

from bot import paths
from bot.law.content import LANGUAGES

# Flesch-Kincaid and not textstat's text_standard: it rests on the length of sentences and of words alone, so a failure says
# what to mend, and it moves a little with each edit. text_standard is a vote of formulas that jumps by whole grades, and some
# of them ask for texts of thirty sentences or for a list of words that has no "felony" in it.
HARDEST_GRADE = 8
# Fernández Huerta, from 0 (hard) to 100 (easy): 60 is plain Spanish, 50 rather hard. Hyphenation, by which textstat counts
# syllables, misses a few of them, so the figures flatter a little.
EASE_OF_ANY_SPANISH_ANSWER = 50
EASE_OF_SPANISH_ON_AVERAGE = 60
MOST_WORDS = {"en": 130, "es": 150}  # of a full answer; about 120 is wanted in English
LONGEST_SENTENCE = 32  # words
TOO_SHORT_TO_GRADE = 5  # words: in "Where another document differs:" one long word decides
READ_BY_ALL = ("short", "full", "simple")  # `advocate` is for those who know the law's own words

# Names that no record of the content holds, as they are written in the answers.
OFFICES = (
    "Office of the Chief Court Administrator", "Office of the Chief State's Attorney", "Chief State's Attorney's Office",
    "Chief State's Attorney", "Chief Court Administrator", "Chief Public Defender", "Attorney General", "Labor Commissioner",
    "Office of Victim Services", "Office of the Victim Advocate", "Office of Legislative Research", "Secretary of the State",
    "Department of Consumer Protection", "Department of Children and Families", "Department of Public Health",
    "Labor Department", "Department of Labor", "Commissioner of Children and Families", "Commissioner of Developmental Services",
    "Commissioner of Education", "Commissioner of Emergency Services and Public Protection",
    "Commission on Women, Children, Seniors, Equity and Opportunity", "Police Officer Standards and Training Council",
    "Trafficking in Persons Council", "Criminal Injuries Compensation Fund", "Superior Court", "Judicial Branch", "Clean Slate",
    "General Statutes", "Charter Oak",
)
SECTION = r"(?:\d+ )?(?:§§? ?)?\b\d+[a-z]?-\d+[a-z]*(?:\(\w+\))*"
NOT_READ_AS_WORDS = re.compile(
    r"\{[\w.]+\}"  # a phone number, a web address, or the business that was named
    r'|"[^"]*"'
    r"|\S+\.(?:org|gov|com)\S*"
    r"|\b\d+ USC (?:ch\. )?\d+\w*(?:\(\w+\))*"
    r"|\b(?:June Sp\. Sess\. )?P\.A\. \d+-\d+(?: § \d+)?|\bPub\. L\. \d+-\d+|\b[HS]\.B\. \d+|\bPublic Act \d+-\d+|\bJD-\w+-\d+"
    rf"|(?:\b[Ss]ections? )?{SECTION}(?:(?:,| and| to) {SECTION})*"
)
# A bare yes or no answers only who asked that way round. So it may stand where one thing was named, as in "does a nail salon
# have to post it?", and there the program drops it for someone who asked otherwise.
MAY_OPEN_WITH_YES_OR_NO = re.compile(r"(?:posting_who|training_who)@\w+")
YES_OR_NO = re.compile(r"(?:yes|no|s[ií])\b(?P<after>[.,:;]?)\s*(?P<rest>.*)", re.I | re.S)
UNWANTED = {
    "you should": re.compile(r"\byou should\b|\busted deber[ií]a\b", re.I),
    "an em-dash or en-dash": re.compile("[—–]"),
    "a curly quote": re.compile("[‘’“”]"),
    "a bullet": re.compile(r"[•·▪◦]|^\s*[-*] ", re.M),
}


def read(path: Path) -> Any:
    """The parsed file, by ruamel's C parser: ``content.read_yaml``, in Python alone, takes longer than all of these tests."""
    return YAML(typ="safe").load(path.read_text(encoding="utf-8"))


def _measure(lang: str) -> textstatistics:
    measure = textstatistics()
    measure.set_lang(lang)
    measure.set_rounding(False)  # rounded means of syllables move the grade by more than one
    return measure


ENGLISH, SPANISH = _measure("en_US"), _measure("es")


@cache
def names() -> re.Pattern[str]:
    """Every official name, the longest first: sections by their titles, documents, places to turn to, offices."""
    root = paths.content_dir()
    found = {*OFFICES, read(root / "jurisdiction.yml")["name"]}
    found |= {name for item in read(root / "help.yml") for name in item["name"].values() if " " in name}
    found |= {item["name"] for item in read(root / "sources.yml")}
    crimes = set()
    for path in (root / "sections").glob("*.yml"):
        title = read(path)["title"]
        crimes |= {name for name in (title, re.split(r"[:;(.]", title)[0].strip()) if name.count(" ") > 1}
    written = sorted(found | crimes, key=len, reverse=True)
    return re.compile("|".join(rf"\b{'(?i:' if name in crimes else '(?:'}{re.escape(name)})(?!\w)" for name in written))


def past_the_names(text: str) -> str:
    return NOT_READ_AS_WORDS.sub("it", names().sub("it", text))


@cache
def answers(lang: str) -> dict[str, dict[str, Any]]:
    folder = paths.content_dir() / "wording" / lang / "answers"
    return {key: answer for path in sorted(folder.glob("*.yml")) for key, answer in read(path).items()}


def said(sentences: Iterable[dict[str, Any]]) -> str:
    return " ".join(sentence.get("law") or sentence["note"] for sentence in sentences)


@cache
def furniture(lang: str) -> dict[str, str]:
    """What is said around the answers, by file and key."""
    folder = paths.content_dir() / "wording" / lang
    return {
        f"{name}.{key}": text
        for name in ("safety", "furniture", "gateway", "ask", "about", "pages")
        for key, text in read(folder / f"{name}.yml").items()
    }


def everything(lang: str) -> Iterator[tuple[str, str]]:
    yield from furniture(lang).items()
    for key, answer in answers(lang).items():
        yield f"{key}.title", answer["title"]
        for length in (*READ_BY_ALL, "advocate"):
            yield f"{key}.{length}", said(answer[length])


@pytest.mark.parametrize("key", answers("en"))
def test_an_english_answer_can_be_read_by_an_eighth_grader(key: str) -> None:
    grades = {length: ENGLISH.flesch_kincaid_grade(past_the_names(said(answers("en")[key][length]))) for length in READ_BY_ALL}
    assert {length: round(grade, 1) for length, grade in grades.items() if grade > HARDEST_GRADE} == {}


@pytest.mark.parametrize("key", furniture("en"))
def test_each_sentence_around_the_answers_can_be_read_by_an_eighth_grader(key: str) -> None:
    sentences = re.split(r"(?<=[.!?:])\s+", past_the_names(furniture("en")[key]))
    hard = {sentence: ENGLISH.flesch_kincaid_grade(sentence) for sentence in sentences if len(sentence.split()) > TOO_SHORT_TO_GRADE}
    assert {sentence: round(grade, 1) for sentence, grade in hard.items() if grade > HARDEST_GRADE} == {}


@pytest.mark.parametrize("key", answers("es"))
def test_a_spanish_answer_is_not_hard_to_read(key: str) -> None:
    ease = {length: SPANISH.fernandez_huerta(past_the_names(said(answers("es")[key][length]))) for length in READ_BY_ALL}
    assert {length: round(score) for length, score in ease.items() if score < EASE_OF_ANY_SPANISH_ANSWER} == {}


def test_spanish_answers_are_plain_on_average() -> None:
    for length in READ_BY_ALL:
        ease = [SPANISH.fernandez_huerta(past_the_names(said(answer[length]))) for answer in answers("es").values()]
        assert sum(ease) / len(ease) >= EASE_OF_SPANISH_ON_AVERAGE, length


@pytest.mark.parametrize("lang", LANGUAGES)
def test_a_full_answer_fits_on_a_small_screen(lang: str) -> None:
    words = {key: len(said(answer["full"]).split()) for key, answer in answers(lang).items()}
    assert {key: count for key, count in words.items() if count > MOST_WORDS[lang]} == {}


def test_no_english_sentence_goes_on_and_on() -> None:
    long = {
        f"{key}.{length}": sentence
        for key, answer in answers("en").items()
        for length in READ_BY_ALL
        for sentence in re.split(r"(?<=[.!?])\s+", past_the_names(said(answer[length])))
        if len(sentence.split()) > LONGEST_SENTENCE
    }
    assert long == {}


@pytest.mark.parametrize("lang", LANGUAGES)
def test_nothing_tells_a_person_what_to_do_or_uses_marks_that_a_phone_may_not_show(lang: str) -> None:
    found = {(key, what) for key, text in everything(lang) for what, pattern in UNWANTED.items() if pattern.search(text)}
    assert found == set()


@pytest.mark.parametrize("key", answers("en"))
def test_the_first_words_answer_however_it_was_asked(key: str) -> None:
    for length in READ_BY_ALL:
        opening = YES_OR_NO.match(said(answers("en")[key][length][:1]))
        if opening is None:
            continue
        assert MAY_OPEN_WITH_YES_OR_NO.fullmatch(key), f"{length} opens with a bare yes or no"
        assert opening["after"] == ".", f"{length}: what follows the yes or no has to stand by itself"
        assert len(opening["rest"].split()) >= 4, f"{length}: nothing is left when the yes or no is dropped"
