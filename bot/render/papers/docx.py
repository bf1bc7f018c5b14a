"""A result sheet as a Word file, for who wants to write in it or has no reader for PDF."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from collections.abc import Iterable, Mapping
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from bot.render.papers.written import cited, clean, date, due, language
from bot.reply import Line, Sheet, SheetPart

FONT = "Arial"  # it, or one of the same measures, is on every machine
BOX = "\N{BALLOT BOX}"
LOCALES = {"en": "en-US", "es": "es-US"}  # spelling is checked by country
WIDTH = Mm(216 - 2 * 18)  # US Letter between its margins, narrow enough for A4
LONGEST_TITLE = 255  # the format's
_FIELD = re.compile(r"\{(pages?)\}")


def render(sheet: Sheet, phrases: Mapping[str, str]) -> bytes:
    """``sheet`` as DOCX."""
    document = Document()
    _set_up(document, sheet, phrases)
    document.add_heading(clean(sheet.title), 1)
    _text(document, sheet.not_official, size=9)
    _text(document, phrases["papers.made_on"].replace("{date}", date(sheet.made_on, phrases)), size=9)
    _heading(document, phrases["papers.result"])
    _paragraphs(document, sheet.outcome, sheet, size=12)
    if sheet.help:
        _heading(document, phrases["papers.help"])
        for place in sheet.help:
            _text(document, place, style="List Bullet", bold=True, size=12)
    if sheet.table:
        _heading(document, phrases["papers.sum"])
        _table(document, sheet.table, phrases)
    for part in sheet.parts:
        _part(document, part, sheet)
    if sheet.dates:
        _heading(document, phrases["papers.dates"])
        for entry in sheet.dates:
            paragraph = _text(document, f"{clean(entry.label)}: ", style="List Bullet")
            paragraph.add_run(due(entry, phrases)).bold = True
    if sheet.blanks:
        _heading(document, phrases["papers.blanks"])
        _text(document, phrases["papers.blanks_note"], size=9).paragraph_format.keep_with_next = True
        for blank in sheet.blanks:
            _blank(document, blank)
    if sheet.sources or sheet.checked:
        _heading(document, phrases["papers.sources"])
        if sheet.checked:
            _text(document, sheet.checked)
        for link in sheet.sources:
            _text(document, f"{clean(link.label)}: {clean(link.url)}", style="List Bullet", size=9.5)
    return _packed(document)


def _set_up(document: Any, sheet: Sheet, phrases: Mapping[str, str]) -> None:
    """Paper, fonts, language, what the file says of itself, the foot of each page."""
    section = document.sections[0]
    section.page_width, section.page_height = Mm(215.9), Mm(279.4)
    section.left_margin = section.right_margin = Mm(18)
    section.top_margin, section.bottom_margin, section.footer_distance = Mm(15), Mm(19), Mm(9)
    for name, size, before in (("Normal", 10.5, 0), ("Heading 1", 17, 0), ("Heading 2", 12, 12)):
        style = document.styles[name]
        style.font.size, style.font.color.rgb = Pt(size), RGBColor(0, 0, 0)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(4)
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        fonts.attrib.clear()  # the template's theme would win over a name
        for kind in ("ascii", "hAnsi", "cs"):
            fonts.set(qn(f"w:{kind}"), FONT)
    tag = LOCALES.get(sheet.lang, language(sheet))
    for lang in document.styles.element.iter(qn("w:lang")):
        lang.set(qn("w:val"), tag)
    day = dt.datetime(sheet.made_on.year, sheet.made_on.month, sheet.made_on.day)
    about = document.core_properties
    about.title, about.language = clean(sheet.title)[:LONGEST_TITLE], tag
    about.author = about.last_modified_by = about.comments = ""
    about.created = about.modified = day
    foot = section.footer.paragraphs[0]
    foot.paragraph_format.tab_stops.clear_all()
    foot.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT)
    foot.add_run(f"{phrases['papers.footer']}\t")
    for i, piece in enumerate(_FIELD.split(phrases["papers.page"])):
        if i % 2:
            field = OxmlElement("w:fldSimple")
            field.set(qn("w:instr"), "PAGE" if piece == "page" else "NUMPAGES")
            foot._p.append(field)
        else:
            foot.add_run(piece)
    for run in foot.runs:
        run.font.size = Pt(8.5)


def _heading(document: Any, text: str) -> None:
    document.add_heading(clean(text), 2)


def _text(document: Any, text: str, *, style: str | None = None, bold: bool = False, size: float | None = None) -> Any:
    paragraph = document.add_paragraph(style=style)
    paragraph.paragraph_format.space_after = Pt(4)
    run = paragraph.add_run(clean(text) + (" " if text.endswith(" ") else ""))
    run.bold, run.font.size = bold or None, Pt(size) if size else None
    return paragraph


def _paragraphs(document: Any, lines: Iterable[Line], sheet: Sheet, size: float | None = None) -> None:
    for line in lines:
        _cite(_text(document, line.text, bold=line.kind == "lead", size=size), cited(line.cites, sheet))


def _cite(paragraph: Any, cites: str) -> None:
    if cites:
        paragraph.add_run(f" {clean(cites)}").font.size = Pt(9)


def _part(document: Any, part: SheetPart, sheet: Sheet) -> None:
    _heading(document, part.heading)
    if not part.checklist:
        _paragraphs(document, part.lines, sheet)
        return
    for line in part.lines:
        paragraph = _text(document, "")
        paragraph.paragraph_format.left_indent, paragraph.paragraph_format.first_line_indent = Mm(7.5), Mm(-7.5)
        paragraph.add_run(f"{BOX}\t{clean(line.text)}")
        _cite(paragraph, cited(line.cites, sheet))


def _table(document: Any, rows: Iterable[tuple[str, str]], phrases: Mapping[str, str]) -> None:
    table = document.add_table(rows=0, cols=2, style="Table Grid")
    _row(table, phrases["papers.item"], phrases["papers.amount"], bold=True)
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # repeated on each page, and read out as headers
    for label, amount in rows:
        _row(table, label, amount)


def _row(table: Any, label: str, amount: str, bold: bool = False) -> None:
    cells = table.add_row().cells
    for cell, text, width in zip(cells, (label, amount), (Mm(140), Mm(40)), strict=True):
        cell.width = width
        cell.paragraphs[0].add_run(clean(text)).bold = bold or None
    cells[1].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.RIGHT


def _blank(document: Any, label: str) -> None:
    _text(document, label, size=9.5).paragraph_format.keep_with_next = True
    rule = document.add_paragraph("\t")
    rule.paragraph_format.tab_stops.add_tab_stop(WIDTH, WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.LINES)


def _packed(document: Any) -> bytes:
    """The file's bytes, without the time of day at which it was packed."""
    packed, again = io.BytesIO(), io.BytesIO()
    document.save(packed)
    with zipfile.ZipFile(packed) as parts, zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as paper:
        for name in parts.namelist():
            paper.writestr(zipfile.ZipInfo(name), parts.read(name), zipfile.ZIP_DEFLATED)
    return again.getvalue()
