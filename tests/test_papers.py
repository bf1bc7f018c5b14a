"""The result sheet as papers of any kind: the same bytes at any time, nothing written or asked of the network, any text at all."""

from __future__ import annotations

import datetime as dt
import io
import logging
import unicodedata
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docx as python_docx
import icalendar
import msgspec
import pypdf
import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot.law import labels
from bot.law.store import LawStore
from bot.render.papers import calendar, docx, pdf, written
from bot.reply import Line, Link, Sheet, SheetDate, SheetPart
from tests.opening import watched
from tests.sheets import (
    ENGLISH,
    MANY_PAGES,
    PHRASES,
    Shown,
    hostile,
    needs_pdf,
    plain,
    text_of,
)

# --- All of them ---

Render = Callable[[Sheet, dict[str, str]], bytes]
EVERY = [pytest.param(pdf.render, id="pdf", marks=needs_pdf), pytest.param(docx.render, id="docx"), pytest.param(calendar.render, id="ics")]


@pytest.mark.parametrize("render", EVERY)
def test_the_same_sheet_makes_the_same_bytes_at_any_time(render: Render, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(ENGLISH, PHRASES["en"])
    later = dt.datetime(2031, 5, 6, 7, 8, 10).timestamp()
    monkeypatch.setattr("time.time", lambda: later)
    monkeypatch.setattr("time.localtime", lambda *_: dt.datetime.fromtimestamp(later).timetuple())
    assert render(ENGLISH, PHRASES["en"]) == first


@pytest.mark.parametrize("render", EVERY)
def test_several_can_be_asked_for_at_once(render: Render) -> None:
    with ThreadPoolExecutor(4) as threads:
        made = list(threads.map(lambda sheet: render(sheet, PHRASES["en"]), [ENGLISH, MANY_PAGES] * 4))
    assert len(set(made[::2])) == len(set(made[1::2])) == 1


@pytest.mark.parametrize("render", EVERY)
def test_nothing_is_written_to_disk_or_sent_or_logged(render: Render, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    render(ENGLISH, PHRASES["en"])
    caplog.clear()
    capfd.readouterr()
    with watched() as events, caplog.at_level(logging.DEBUG):
        render(ENGLISH, PHRASES["en"])
    assert [(kind, what) for kind, what in events if kind != "read"] == []
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


def test_a_word_file_is_packed_without_a_time_of_day() -> None:
    packed = zipfile.ZipFile(io.BytesIO(docx.render(ENGLISH, PHRASES["en"])))
    assert {part.date_time for part in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_dates_are_written_as_the_chat_writes_them() -> None:
    for lang in PHRASES:
        for month in range(1, 13):
            assert written.date(dt.date(2026, month, month), PHRASES[lang]) == labels.date(dt.date(2026, month, month), lang)


def test_a_date_says_how_often_it_comes_round() -> None:
    spoken = [written.due(SheetDate("x", dt.date(2027, 10, 1), years), PHRASES["es"]) for years in (0, 1, 3)]
    assert spoken == ["1 de octubre de 2027", "1 de octubre de 2027, y después cada año", "1 de octubre de 2027, y después cada 3 años"]


def test_papers_cite_what_interviews_say_as_the_chat_does(store: LawStore) -> None:
    cited = {tuple(line.cites) for words in store.interview_words["en"].values() for said in words.findings.values() for line in said if line.cites}
    for cites in cited:
        sheet = msgspec.structs.replace(ENGLISH, sources=labels.links(store, cites))
        assert written.cited(cites, sheet) == f"({labels.cites(store, cites)})"


def test_both_languages_have_the_same_phrases_with_the_same_fields() -> None:
    assert PHRASES["en"].keys() == PHRASES["es"].keys()
    for key, text in PHRASES["en"].items():
        assert sorted(written._FIELD.findall(text)) == sorted(written._FIELD.findall(PHRASES["es"][key]))


# --- Any text at all ---

ODD = [
    "", " ", "\x00", "a\x00b\x0b\x1b\x7f\x85", "<&>\"'", "\ud800 half a pair", "\ufffe\uffff", "👩‍👧 🏳️‍🌈", "שלום עולם", "مرحبا 123 abc",
    "e\u0301\u0301\u0301", "\u202eabc\u2066", "{date}{page}", "\r\n\r\n",
]
short = st.one_of(st.sampled_from(ODD), st.text(st.characters(), max_size=60))
VERY_LONG = "xxxx" * 1250
texts = st.one_of(short, st.sampled_from(["xxxx", "§ ; "]).map(lambda text: text * 1250))
days = st.dates(dt.date(1990, 1, 1), dt.date(2200, 1, 1))


def few(of: st.SearchStrategy[Any], least: int = 0) -> st.SearchStrategy[tuple[Any, ...]]:
    return st.lists(of, min_size=least, max_size=2).map(tuple)


def sheets(texts: st.SearchStrategy[str]) -> st.SearchStrategy[Sheet]:
    """Any sheet whose every text is one of ``texts``."""
    lines = few(st.builds(Line, texts, few(texts), st.sampled_from(["law", "note", "lead"])), least=1)
    links = st.builds(Link, texts, texts, st.one_of(texts, texts.map("https://".__add__)))
    return st.builds(
        Sheet, lang=st.one_of(st.sampled_from(["en", "es"]), texts), title=texts, made_on=days, outcome=lines, not_official=texts,
        parts=few(st.builds(SheetPart, texts, lines, st.booleans())), table=few(st.tuples(texts, texts)), blanks=few(texts),
        dates=few(st.builds(SheetDate, texts, days, st.integers(0, 10))), sources=few(links), checked=texts, help=few(texts),
    )


patient = settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


def printable(text: str) -> str:
    """``text`` without what XML cannot hold, its words with one space between them."""
    return plain("".join(" " if unicodedata.category(c) in ("Cc", "Cs") or c in "\ufffe\uffff" or 0xFDD0 <= ord(c) <= 0xFDEF else c for c in text))


@settings(patient, max_examples=150)
@given(sheets(texts))
def test_any_text_at_all_stands_on_the_page_that_the_pdf_is_made_from(sheet: Sheet) -> None:
    shown = plain(Shown(pdf.page(sheet, PHRASES["en"])).text)
    for line in sheet.outcome:
        assert printable(line.text) in shown


@settings(patient, max_examples=40)
@given(sheets(texts))
def test_any_text_at_all_stands_in_the_word_file(sheet: Sheet) -> None:
    made = python_docx.Document(io.BytesIO(docx.render(sheet, PHRASES["en"])))
    shown = plain("\n".join(p.text for p in made.paragraphs))
    for line in sheet.outcome:
        assert printable(line.text) in shown


@settings(patient, max_examples=100)
@given(sheets(texts))
def test_any_text_at_all_makes_a_calendar_file_that_can_be_read(sheet: Sheet) -> None:
    if not sheet.dates:
        return
    read = icalendar.Calendar.from_ical(calendar.render(sheet, PHRASES["en"])).walk("VEVENT")
    assert {plain(str(event["SUMMARY"])) for event in read} == {printable(entry.label) for entry in sheet.dates}


@needs_pdf
@settings(patient, max_examples=20, phases=[Phase.explicit, Phase.reuse, Phase.generate])  # to make one smaller takes minutes
@given(
    sheets(short), st.text("abcdefghijklmnopqrstuvwxyz ÁÉÍÓÚÑÜáéíóúñü¿¡<>&$§", min_size=1, max_size=300),
    st.sampled_from([{}, {"title": VERY_LONG}, {"help": (VERY_LONG,)}, {"table": ((VERY_LONG, "$1"),)}, {"sources": (Link("a", "b", VERY_LONG),)}]),
)
@example(hostile(), "a" * 5000, {})
def test_any_text_at_all_makes_a_pdf_that_still_tells_the_outcome(sheet: Sheet, outcome: str, long: dict[str, Any]) -> None:
    sheet = msgspec.structs.replace(sheet, outcome=(Line(outcome), *sheet.outcome), **long)
    reader = pypdf.PdfReader(io.BytesIO(pdf.render(sheet, PHRASES["en"])))
    shown = "".join(text_of(reader).split())
    # With characters beyond the first plane in a font's map of letters this reader misreads the others too.
    if max(pdf.page(sheet, PHRASES["en"])) <= "\uffff":
        assert "".join(outcome.split()) in shown
