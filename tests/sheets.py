"""Sheets to make papers of, and what other libraries read in the papers."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import msgspec
import pypdf
import pytest

from bot import paths
from bot.law.content import read_yaml
from bot.render.papers import pdf
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


HOSTILE = (
    '<img src="http://127.0.0.1:9/seen.png"><img src="file:///etc/hostname"><link rel="stylesheet" href="file:///etc/hostname">'
    '</style><style>@import url(file:///etc/hostname); body { background: url("http://127.0.0.1:9/seen.png") }</style>'
    "<script src='http://127.0.0.1:9/seen.js'></script>\"); } @import 'http://127.0.0.1:9/seen.css'; /*"
)


def hostile() -> Sheet:
    """A sheet in which every text tries to be markup."""
    line = Line(HOSTILE, (HOSTILE,))
    return Sheet(
        lang=HOSTILE, title=HOSTILE, made_on=MADE_ON, outcome=(line,), not_official=HOSTILE,
        parts=(SheetPart(HOSTILE, (line,)), SheetPart(HOSTILE, (line,), True)), table=((HOSTILE, HOSTILE),), blanks=(HOSTILE,),
        dates=(SheetDate(HOSTILE, MADE_ON, 2),), sources=(Link(HOSTILE, HOSTILE, "file:///etc/hostname"), Link("a", "b", HOSTILE)),
        checked=HOSTILE, help=(HOSTILE,),
    )
