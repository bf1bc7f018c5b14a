"""The result sheet as papers: a PDF that a screen reader can read, a Word file, calendar dates. All opened by other libraries."""

from __future__ import annotations

import datetime as dt
import io
import logging
import os
import re
import subprocess
import sys
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import docx as python_docx
import icalendar
import msgspec
import pypdf
import pytest
from docx.oxml.ns import qn
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from bot import paths
from bot.law import labels
from bot.law.content import read_yaml
from bot.law.store import LawStore
from bot.render.papers import calendar, docx, pdf, written
from bot.reply import Line, Link, Sheet, SheetDate, SheetPart

PHRASES = {
    lang: {f"papers.{key}": text for key, text in read_yaml(paths.content_dir() / "wording" / lang / "papers.yml").items()}
    for lang in ("en", "es")
}
MADE_ON = dt.date(2026, 11, 21)
FOOT = re.compile(r"(?:No official form. No legal advice.|No es un formulario oficial ni un consejo legal.) (?:Page|Página) \d+ (?:of|de) \d+$")
REVIEW = "P.A. 26-98 may have changed § 52-571i, so check the current text: https://example.org/current. Law checked November 21, 2026."

ENGLISH = Sheet(
    lang="en", title="What could a lawsuit ask for?", made_on=MADE_ON,
    outcome=(Line("A lawsuit may be open here.", ("52-571i",)), Line("A lawyer can say what may come of it.", kind="note")),
    not_official="This sheet is legal information. It is no official form and no legal advice.",
    parts=(
        SheetPart("Why", (
            Line("The person was coerced.", ("53a-192a(a)", "53a-192")), Line("Beside it:", kind="lead"),
            Line("A bill said so.", ("bill-2021 § 7(b)",)),
        )),
        SheetPart("What to do", (Line("See a lawyer soon.", ("52-577",)), Line("Keep the messages.", kind="note")), checklist=True),
    ),
    table=(("90 days at up to $1,000 a day", "$90,000"), ("Unpaid wages", "$1,200.50")),
    blanks=("Lawyer or legal aid office", "Date of the meeting"),
    dates=(SheetDate("Last day to file", dt.date(2029, 3, 15)), SheetDate("Refresher", dt.date(2027, 10, 1), 3)),
    sources=(
        Link("52-571i", "§ 52-571i Action for damages", "https://www.cga.ct.gov/current/pub/chap_925.htm#sec_52-571i"),
        Link("bill-2021 § 7(b)", "the 2021 bill", "https://www.cga.ct.gov/bill"),
    ),
    checked=REVIEW, help=("In danger now: 911", "National Human Trafficking Hotline: 1-888-373-7888, text 233733"),
)
SPANISH = Sheet(
    lang="es", title="¿Se podría anular este récord?", made_on=MADE_ON,
    outcome=(Line("Según las respuestas, el juez podría anularlo. También puede decir que no.", ("54-95c(d)(2)",)),),
    not_official="No es un formulario oficial ni un consejo legal.",
    parts=(SheetPart("Qué hacer", (Line("Llame a la secretaría: sabe qué formulario pide el señor juez.", kind="note"),), checklist=True),),
    help=("En peligro ahora: 911", "Línea Nacional contra la Trata de Personas: 1-888-373-7888"),
)
MANY_PAGES = msgspec.structs.replace(ENGLISH, parts=(SheetPart("Why", tuple(Line(f"Reason number {n}.", ("52-571i",)) for n in range(60))),))


def _no_pdf() -> str:
    try:
        pdf.library()
    except pdf.PaperUnavailable as error:
        return str(error)
    return ""


needs_pdf = pytest.mark.skipif(bool(_no_pdf()), reason=f"no PDF can be made here. {_no_pdf()}")


def opened(sheet: Sheet) -> pypdf.PdfReader:
    return pypdf.PdfReader(io.BytesIO(pdf.render(sheet, PHRASES[sheet.lang])))


def plain(text: str) -> str:
    """Words with one space between them, wherever lines were broken."""
    return " ".join(text.split())


def text_of(reader: pypdf.PdfReader) -> str:
    """All its words but the feet of the pages, which would stand between a sentence's halves."""
    return plain(" ".join(FOOT.sub("", plain(page.extract_text())) for page in reader.pages))


def tagged(reader: pypdf.PdfReader) -> Iterator[tuple[str, Any]]:
    """Each element of the structure tree in reading order: its type and its dictionary."""

    def walk(node: Any) -> Iterator[tuple[str, Any]]:
        node = node.get_object()
        if isinstance(node, list):
            for child in node:
                yield from walk(child)
        elif isinstance(node, dict):
            if "/S" in node:
                yield node["/S"], node
            if "/K" in node:
                yield from walk(node["/K"])

    yield from walk(reader.trailer["/Root"]["/StructTreeRoot"]["/K"])


class Shown(HTMLParser):
    """The elements of a page and the text that it shows."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: Counter[str] = Counter()
        self.links: list[str] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags[tag] += 1
        self.links += [value or "" for name, value in attrs if name in ("href", "src", "data", "action", "style")]

    def handle_data(self, data: str) -> None:
        self.text += data


# What the interpreter reports: files opened to be written, addresses looked up or connected to, and files read by name.
_reported: list[tuple[str, str]] | None = None


def _report(event: str, arguments: tuple[Any, ...]) -> None:
    if _reported is None:
        return
    if event in ("socket.connect", "socket.getaddrinfo", "urllib.Request"):
        _reported.append(("network", repr(arguments)))
    elif event == "open":
        path, mode, flags = arguments
        writing = set(mode or "") & set("wax+") or (flags or 0) & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
        _reported.append(("written" if writing else "read", str(path)))
    elif event in ("os.mkdir", "tempfile.mkstemp", "tempfile.mkdtemp"):
        _reported.append(("written", str(arguments)))


sys.addaudithook(_report)


@contextmanager
def watched() -> Iterator[list[tuple[str, str]]]:
    """What is opened and connected to in the meantime."""
    global _reported
    _reported = events = []
    try:
        yield events
    finally:
        _reported = None


# --- The PDF ---


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


HOSTILE = (
    '<img src="http://127.0.0.1:9/seen.png"><img src="file:///etc/hostname"><link rel="stylesheet" href="file:///etc/hostname">'
    '</style><style>@import url(file:///etc/hostname); body { background: url("http://127.0.0.1:9/seen.png") }</style>'
    "<script src='http://127.0.0.1:9/seen.js'></script>\"); } @import 'http://127.0.0.1:9/seen.css'; /*"
)


def hostile() -> Sheet:
    line = Line(HOSTILE, (HOSTILE,))
    return Sheet(
        lang=HOSTILE, title=HOSTILE, made_on=MADE_ON, outcome=(line,), not_official=HOSTILE,
        parts=(SheetPart(HOSTILE, (line,)), SheetPart(HOSTILE, (line,), True)), table=((HOSTILE, HOSTILE),), blanks=(HOSTILE,),
        dates=(SheetDate(HOSTILE, MADE_ON, 2),), sources=(Link(HOSTILE, HOSTILE, "file:///etc/hostname"), Link("a", "b", HOSTILE)),
        checked=HOSTILE, help=(HOSTILE,),
    )


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


# --- The Word file ---


def document(sheet: Sheet) -> Any:
    return python_docx.Document(io.BytesIO(docx.render(sheet, PHRASES[sheet.lang])))


def test_a_word_file_has_real_headings_in_order() -> None:
    headings = [(p.style.name, p.text) for p in document(ENGLISH).paragraphs if p.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", ENGLISH.title), ("Heading 2", "The result"), ("Heading 2", "Where to turn"), ("Heading 2", "The sum, line by line"),
        ("Heading 2", "Why"), ("Heading 2", "What to do"), ("Heading 2", "Dates to keep"), ("Heading 2", "To fill in by hand"),
        ("Heading 2", "Sources, and how current they are"),
    ]


def test_a_word_file_knows_its_language_and_title_and_no_author() -> None:
    made = document(SPANISH)
    about = made.core_properties
    assert (about.title, about.language) == (SPANISH.title, "es-US")
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert about.created.date() == about.modified.date() == MADE_ON
    assert {lang.get(qn("w:val")) for lang in made.styles.element.iter(qn("w:lang"))} == {"es-US"}


def test_the_sum_of_a_word_file_is_a_table_with_a_header_row() -> None:
    (table,) = document(ENGLISH).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Item", "Amount"], *map(list, ENGLISH.table)]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_word_file_has_boxes_blanks_numbers_and_sources() -> None:
    made = document(ENGLISH)
    texts = [p.text for p in made.paragraphs]
    assert f"{docx.BOX}\tSee a lawyer soon. (§ 52-577)" in texts
    assert "A lawsuit may be open here. (§ 52-571i)" in texts
    assert "National Human Trafficking Hotline: 1-888-373-7888, text 233733" in texts
    assert "§ 52-571i Action for damages: https://www.cga.ct.gov/current/pub/chap_925.htm#sec_52-571i" in texts
    assert "Refresher: October 1, 2027, then every 3 years" in texts
    assert texts[texts.index("Date of the meeting") + 1] == "\t"  # with a ruled line up to its stop
    foot = made.sections[0].footer.paragraphs[0]
    assert foot.text.startswith("No official form. No legal advice.\tPage ")
    assert [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


# --- The calendar ---


def events(sheet: Sheet) -> list[Any]:
    return list(icalendar.Calendar.from_ical(calendar.render(sheet, PHRASES["en"])).walk("VEVENT"))


def test_a_calendar_file_is_one_that_other_programs_read() -> None:
    made = calendar.render(ENGLISH, PHRASES["en"])
    assert made.startswith(b"BEGIN:VCALENDAR\r\n")
    assert made.endswith(b"END:VCALENDAR\r\n")
    assert made.count(b"\n") == made.count(b"\r\n")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(made)
    assert "Charter Oak" in read["PRODID"]
    assert read["VERSION"] == "2.0"


def test_each_date_is_a_whole_day_under_its_own_label() -> None:
    once, often = events(ENGLISH)
    assert (str(once["SUMMARY"]), once["DTSTART"].dt, once.get("RRULE")) == ("Last day to file", dt.date(2029, 3, 15), None)
    assert (str(often["SUMMARY"]), often["DTSTART"].dt) == ("Refresher", dt.date(2027, 10, 1))
    assert often["RRULE"].to_ical() == b"FREQ=YEARLY;INTERVAL=3"
    assert once["DTSTAMP"].dt == dt.datetime(2026, 11, 21, tzinfo=dt.timezone.utc)


def test_a_calendar_reminds_two_weeks_before_in_the_morning_and_not_at_midnight() -> None:
    for event in events(ENGLISH):
        (alarm,) = event.walk("VALARM")
        midnight = dt.datetime.combine(event["DTSTART"].dt, dt.time())
        rings = midnight + alarm["TRIGGER"].dt
        assert rings == dt.datetime.combine(event["DTSTART"].dt - dt.timedelta(days=14), dt.time(9))
        assert (str(alarm["ACTION"]), str(alarm["DESCRIPTION"])) == ("DISPLAY", f"Coming up: {event['SUMMARY']}")


def test_a_calendar_file_tells_nothing_but_labels_and_days() -> None:
    made = calendar.render(ENGLISH, PHRASES["en"]).decode()
    for told in (ENGLISH.title, ENGLISH.outcome[0].text, "Trafficking", "888", "52-571i"):
        assert told not in made


def test_an_event_keeps_its_identity_and_shares_it_with_no_other() -> None:
    on_another_day = msgspec.structs.replace(ENGLISH, title="x", made_on=dt.date(2027, 1, 1))
    first, again = ([str(event["UID"]) for event in events(sheet)] for sheet in (ENGLISH, on_another_day))
    assert first == again
    assert len(set(first)) == 2


def test_the_last_day_of_february_comes_round_in_years_without_it() -> None:
    (event,) = events(msgspec.structs.replace(ENGLISH, dates=(SheetDate("Refresher", dt.date(2028, 2, 29), 3),)))
    assert event["RRULE"]["BYMONTH"] == [2]
    assert event["RRULE"]["BYMONTHDAY"] == [-1]


def test_a_sheet_without_dates_makes_no_calendar_file() -> None:
    with pytest.raises(ValueError, match="no dates"):
        calendar.render(SPANISH, PHRASES["es"])


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
