"""The result sheet as a PDF that a screen reader can read, opened by another library."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import msgspec
import pypdf
import pytest

from bot.render.papers import pdf
from bot.reply import Link, Sheet
from tests.opening import watched
from tests.sheets import (
    ENGLISH,
    HOSTILE,
    MANY_PAGES,
    PHRASES,
    REVIEW,
    SPANISH,
    Shown,
    hostile,
    needs_pdf,
    opened,
    plain,
    tagged,
    text_of,
)


@needs_pdf
@pytest.mark.parametrize("sheet", [ENGLISH, SPANISH], ids=["English", "Spanish"])
def test_a_pdf_says_that_it_is_accessible_and_in_which_language(sheet: Sheet) -> None:
    reader = opened(sheet)
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/StructTreeRoot"]["/K"]
    assert root["/Lang"] == sheet.lang
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert b'pdfuaid:part="1"' in root["/Metadata"].get_object().get_data()


@needs_pdf
@pytest.mark.parametrize("sheet", [ENGLISH, SPANISH], ids=["English", "Spanish"])
def test_a_pdf_carries_its_title_and_no_person_and_no_time_of_day(sheet: Sheet) -> None:
    about = opened(sheet).metadata
    assert about is not None
    assert about.title == sheet.title
    assert about.author is None
    assert about["/CreationDate"] == about["/ModDate"] == "D:20261121"


@needs_pdf
def test_spanish_letters_come_out_of_a_pdf() -> None:
    text = plain(opened(SPANISH).pages[0].extract_text())
    for words in (
        "¿Se podría anular este récord?", "Según las respuestas", "También", "señor juez", "Línea Nacional", "Hecha el 21 de noviembre de 2026",
        "Dónde pedir ayuda", "Página 1 de 1",
    ):
        assert words in text


@needs_pdf
def test_headings_of_a_pdf_start_at_one_and_skip_no_level() -> None:
    levels = [int(kind[2:]) for kind, _ in tagged(opened(ENGLISH)) if kind[1:2] == "H" and kind[2:].isdigit()]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert set(levels[1:]) == {2}
    assert len(levels) == 1 + 8  # result, help, sum, two parts, dates, blanks, sources


@needs_pdf
def test_the_sum_is_a_table_whose_amounts_know_their_headers() -> None:
    elements = list(tagged(opened(ENGLISH)))
    kinds = Counter(kind for kind, _ in elements)
    assert (kinds["/Table"], kinds["/TR"], kinds["/TH"], kinds["/TD"]) == (1, 3, 4, 2)
    named = {element["/ID"] for kind, element in elements if kind == "/TH"}
    for kind, element in elements:
        if kind == "/TD":
            headers = set(element["/A"]["/Headers"])
            assert len(headers) == 2  # its row's and its column's
            assert headers <= named


@needs_pdf
def test_a_checklist_is_a_list_of_empty_boxes_that_say_what_they_are() -> None:
    elements = list(tagged(opened(ENGLISH)))
    kinds = Counter(kind for kind, _ in elements)
    assert kinds["/L"] == 5  # help, boxes, dates, blanks, sources
    assert kinds["/LI"] == kinds["/LBody"] == 2 + 2 + 2 + 2 + 2
    assert [element.get("/Alt") for kind, element in elements if kind == "/Figure"] == ["Box to tick", "Box to tick"]


@needs_pdf
def test_every_word_of_the_sheet_is_on_the_paper() -> None:
    text = text_of(opened(ENGLISH))
    for words in (
        ENGLISH.title, ENGLISH.not_official, "Made on November 21, 2026", "A lawsuit may be open here. (§ 52-571i)",
        "(§§ 53a-192a(a), 53a-192)",
        "(the 2021 bill § 7(b))", "Beside it:", "What to do", "See a lawyer soon. (§ 52-577)", "Unpaid wages", "$1,200.50",
        "Last day to file: March 15, 2029", "Refresher: October 1, 2027, then every 3 years", "Date of the meeting", REVIEW,
        "https://www.cga.ct.gov/current/pub/chap_925.htm#sec_52-571i", "In danger now: 911", "1-888-373-7888",
    ):
        assert words in text


@needs_pdf
def test_every_page_says_that_it_is_not_official_and_which_page_it_is() -> None:
    pages = opened(MANY_PAGES).pages
    assert len(pages) > 1
    for number, page in enumerate(pages, start=1):
        text = plain(page.extract_text())
        assert "No official form. No legal advice." in text
        assert f"Page {number} of {len(pages)}" in text


@needs_pdf
def test_pages_are_us_letter_and_keep_clear_of_what_a4_cuts_off() -> None:
    for sheet in (ENGLISH, MANY_PAGES):
        for page in opened(sheet).pages:
            assert (float(page.mediabox.width), float(page.mediabox.height)) == (612, 792)
            across: list[float] = []

            def seen(text: str, page: list[float], line: list[float], _font: Any, _size: Any, across: list[float] = across) -> None:
                across.extend([line[4] * page[0] + page[4]] if text.strip() else [])

            page.extract_text(visitor_text=seen)
            assert min(across) > 20
            assert max(across) < 595 - 20


@needs_pdf
def test_a_short_sheet_is_one_page_and_one_a_little_too_long_is_set_closer() -> None:
    assert len(opened(SPANISH).pages) == 1
    for extra in range(1, 40):
        sheet = msgspec.structs.replace(ENGLISH, blanks=tuple(f"Line {n}" for n in range(extra)))
        if len(pdf._laid_out(pdf.page(sheet, PHRASES["en"])).pages) == 2:
            assert len(opened(sheet).pages) == 1
            break
    else:
        pytest.fail("no sheet needed a second page")




def test_markup_in_a_text_is_shown_and_never_becomes_markup() -> None:
    shown = Shown(pdf.page(hostile(), {key: text + HOSTILE for key, text in PHRASES["en"].items()}))
    assert not {"img", "link", "script", "object"} & set(shown.tags)
    assert shown.tags["style"] == 1
    assert shown.links == []
    assert shown.text.count('<img src="http://127.0.0.1:9/seen.png">') > 10


@needs_pdf
def test_a_pdf_fetches_nothing_whatever_its_texts_say() -> None:
    pdf.render(ENGLISH, PHRASES["en"])  # what is loaded once is loaded now
    with watched() as events:
        paper = pdf.render(hostile(), PHRASES["en"])
    assert [what for kind, what in events if kind == "network"] == []
    assert not any("hostname" in what for _, what in events)
    assert '<img src="http://127.0.0.1:9/seen.png">' in text_of(pypdf.PdfReader(io.BytesIO(paper)))


@needs_pdf
@pytest.mark.parametrize("address", ["http://127.0.0.1:9/seen.png", "file:///etc/hostname", "data:image/gif;base64,R0lGODlhAQABAAAAACw="])
def test_even_real_markup_would_be_refused_its_files(address: str) -> None:
    pdf.library()(string="<p>x", url_fetcher=pdf.NoFetching()).write_pdf()
    with watched() as events:
        markup = f'<link rel=stylesheet href="{address}"><p>still here<img src="{address}"><object data="{address}"></object>'
        paper = pdf.library()(string=markup, url_fetcher=pdf.NoFetching()).write_pdf()
    assert not any(kind == "network" or "hostname" in what for kind, what in events)
    assert "still here" in text_of(pypdf.PdfReader(io.BytesIO(paper)))
    with pytest.raises(ValueError, match="fetches nothing"):
        pdf.NoFetching()(address)


@needs_pdf
def test_only_web_addresses_can_be_followed_from_a_pdf() -> None:
    addresses = ("https://www.cga.ct.gov/a", "javascript:alert(1)", "file:///etc/hostname", "http://[")
    sheet = msgspec.structs.replace(ENGLISH, sources=tuple(Link("x", "X", address) for address in addresses))
    reader = opened(sheet)
    followed = [note.get_object()["/A"]["/URI"] for page in reader.pages for note in page.get("/Annots", ())]
    assert followed == ["https://www.cga.ct.gov/a"]
    assert "file:///etc/hostname" in text_of(reader)


def test_without_the_library_there_is_a_reason_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    pdf.library.cache_clear()
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    with pytest.raises(pdf.PaperUnavailable, match="PDFs need WeasyPrint, Pango and fonts: ") as raised:
        pdf.render(ENGLISH, PHRASES["en"])
    assert "\n" not in str(raised.value)


@needs_pdf
def test_a_machine_without_fonts_gets_a_reason_and_no_crash(tmp_path: Path) -> None:
    (tmp_path / "none.conf").write_text(f"<fontconfig><dir>{tmp_path}/none</dir><cachedir>{tmp_path}</cachedir></fontconfig>")
    code = "from bot.render.papers import pdf\ntry:\n    pdf.library()\nexcept pdf.PaperUnavailable as error:\n    print(error)"
    without = {**os.environ, "FONTCONFIG_FILE": str(tmp_path / "none.conf")}
    ran = subprocess.run([sys.executable, "-c", code], env=without, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert "No fonts" in ran.stdout
