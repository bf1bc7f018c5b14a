"""A result sheet as a PDF that a screen reader can read too (PDF/UA-1), on one page of US Letter if it fits.

Where it does not fit, a closer setting is tried and kept if it saves a page. How both look stands in ``sheet.css``.
"""

from __future__ import annotations

import contextlib
import io
import logging
import re
import threading
import warnings
from collections.abc import Iterable, Mapping
from functools import cache
from importlib import resources
from typing import Any
from urllib.parse import urlsplit
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from bot.errors import CharterOakError
from bot.render.papers.written import cited, clean, date, due, language
from bot.reply import Line, Sheet, SheetPart

LONGEST_WHOLE = 30  # characters of a cite that is not broken at the end of a line
_ONE_AT_A_TIME = threading.Lock()  # Pango and fontconfig promise nothing to threads
_BETWEEN_CITES = re.compile(r"(?<=[,;]) ")
_NUMBER = re.compile(r"\b\d[\d-]{1,18}\d\b")  # a phone number: never broken at the end of a line
_FIELD = re.compile(r"\{(pages?)\}")


class PaperUnavailable(CharterOakError):
    """PDFs cannot be made on this machine; the message says why in one line."""


class NoFetching:
    """Refuses every address, so that nothing outside the sheet can get into a paper."""

    _fail_on_errors = False  # asked for by WeasyPrint

    def __call__(self, url: str, *_: Any, **__: Any) -> Any:
        """Raises ``ValueError``, which WeasyPrint takes for an address that leads nowhere."""
        raise ValueError("a paper fetches nothing")


def render(sheet: Sheet, phrases: Mapping[str, str]) -> bytes:
    """``sheet`` as PDF. Raises ``PaperUnavailable`` where WeasyPrint, Pango or fonts are missing."""
    with _ONE_AT_A_TIME:
        document = _laid_out(page(sheet, phrases))
        if len(document.pages) > 1:
            tighter = _laid_out(page(sheet, phrases, tight=True))
            document = tighter if len(tighter.pages) < len(document.pages) else document
        paper: bytes = document.write_pdf(pdf_variant="pdf/ua-1", finisher=_without_time_of_day)
    return paper


def _laid_out(html: str) -> Any:
    return library()(string=html, url_fetcher=NoFetching()).render(pdf_variant="pdf/ua-1")


@cache
def library() -> Any:
    """WeasyPrint's ``HTML``, imported when first needed: it is slow and loads system libraries. Raises ``PaperUnavailable``."""
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():  # it prints advice on what to install
        # Without any font it only warns, and then takes the whole process down with it.
        warnings.filterwarnings("error", message="No fonts configured|FontConfig cannot load")
        try:
            from weasyprint import HTML
        except (ImportError, OSError, UserWarning) as error:
            reason = (str(error).splitlines() or [type(error).__name__])[0]
            raise PaperUnavailable(f"PDFs need WeasyPrint, Pango and fonts: {reason}") from None
    for name in ("weasyprint", "fontTools"):  # they tell how they get on, and may quote what they read
        logging.getLogger(name).setLevel(logging.CRITICAL)
    return HTML


def _without_time_of_day(_: Any, pdf: Any) -> None:
    """Take out of the fonts the second at which they were cut to size: it is nobody's business, and changes each time."""
    from fontTools.ttLib import TTFont

    for item in pdf.objects:
        extra = getattr(item, "extra", None)
        if extra and ("Length1" in extra or extra.get("Subtype") == "/OpenType"):
            font, saved = TTFont(io.BytesIO(item.stream[0]), recalcTimestamp=False, recalcBBoxes=False), io.BytesIO()
            font["head"].modified = font["head"].created
            font.save(saved)
            item.stream = [saved.getvalue()]
            if "Length1" in extra:
                extra["Length1"] = len(item.stream[0])


def page(sheet: Sheet, phrases: Mapping[str, str], *, tight: bool = False) -> str:
    """The HTML that the PDF is made from, or with ``tight`` its closer setting, for when that saves a page.

    Every text goes through the library's escaping.
    """
    html = Element("html", lang=language(sheet))
    head, body = SubElement(html, "head"), SubElement(html, "body", {"class": "tight"} if tight else {})
    _add(head, "title", sheet.title)
    for name in ("dcterms.created", "dcterms.modified"):
        SubElement(head, "meta", name=name, content=sheet.made_on.isoformat())
    SubElement(head, "style").text = resources.files(__package__).joinpath("sheet.css").read_text("utf-8") + _footer(phrases)

    _add(body, "h1", sheet.title)
    _add(body, "p", sheet.not_official, "meta")
    _add(body, "p", phrases["papers.made_on"].replace("{date}", date(sheet.made_on, phrases)), "meta")
    outcome = _section(body, phrases["papers.result"], "outcome")
    _paragraphs(outcome, sheet.outcome, sheet)
    if sheet.help:
        items = _list(_section(body, phrases["papers.help"], "help"))
        for place in sheet.help:
            _numbers(SubElement(items, "li"), place)
    if sheet.table:
        _table(_section(body, phrases["papers.sum"], "together"), sheet.table, phrases)
    for part in sheet.parts:
        _part(body, part, sheet, phrases)
    if sheet.dates:
        items = _list(_section(body, phrases["papers.dates"], "together"))
        for entry in sheet.dates:
            item = _add(items, "li", f"{entry.label}: ")
            _add(item, "strong", due(entry, phrases))
    if sheet.blanks:
        section = _section(body, phrases["papers.blanks"], "together")
        _add(section, "p", phrases["papers.blanks_note"], "blanks-note")
        items = _list(section, "blanks")
        for blank in sheet.blanks:
            SubElement(_add(items, "li", blank), "div", {"class": "rule"})
    if sheet.sources or sheet.checked:
        _sources(_section(body, phrases["papers.sources"]), sheet)
    return "<!DOCTYPE html>" + ElementTree.tostring(html, encoding="unicode", method="html")


def _add(parent: Element, tag: str, text: str, name: str = "") -> Element:
    element = SubElement(parent, tag, {"class": name} if name else {})
    trailing = " " if text.endswith(" ") else ""
    element.text = clean(text).replace("§ ", "§\N{NO-BREAK SPACE}") + trailing
    return element


def _section(body: Element, heading: str, name: str = "part") -> Element:
    section = SubElement(body, "section", {"class": name})
    _add(section, "h2", heading)
    return section


def _list(parent: Element, name: str = "plain") -> Element:
    return SubElement(parent, "ul", {"class": name})


def _paragraphs(parent: Element, lines: Iterable[Line], sheet: Sheet) -> None:
    for line in lines:
        _cite(_add(parent, "p", line.text, "lead" if line.kind == "lead" else ""), cited(line.cites, sheet))


def _cite(element: Element, cites: str) -> None:
    """The cites in smaller type after the text, none of them broken at the end of a line."""
    if cites:
        element.text = f"{element.text} "
        small = SubElement(element, "span", {"class": "cite"})
        for cite in _BETWEEN_CITES.split(cites):
            _add(small, "span", cite, "whole" if len(cite) <= LONGEST_WHOLE else "").tail = " "


def _part(body: Element, part: SheetPart, sheet: Sheet, phrases: Mapping[str, str]) -> None:
    section = _section(body, part.heading)
    if not part.checklist:
        _paragraphs(section, part.lines, sheet)
        return
    items = _list(section, "boxes")
    for line in part.lines:
        item = SubElement(items, "li")
        box = SubElement(item, "svg", xmlns="http://www.w3.org/2000/svg", viewBox="0 0 10 10")
        _add(box, "title", phrases["papers.box"])
        SubElement(box, "rect", {"x": "0.6", "y": "0.6", "width": "8.8", "height": "8.8", "fill": "none", "stroke": "#000", "stroke-width": "1"})
        _cite(_add(item, "span", line.text), cited(line.cites, sheet))


def _numbers(item: Element, text: str) -> None:
    """``text`` with its numbers in bold and in one piece."""
    text, end, last = clean(text), 0, None
    for found in _NUMBER.finditer(text):
        if last is None:
            item.text = text[:found.start()]
        else:
            last.tail = text[end:found.start()]
        last, end = _add(item, "span", found[0], "number"), found.end()
    if last is None:
        item.text = text
    else:
        last.tail = text[end:]


def _table(section: Element, rows: Iterable[tuple[str, str]], phrases: Mapping[str, str]) -> None:
    table = SubElement(section, "table")
    head = SubElement(SubElement(table, "thead"), "tr")
    _add(head, "th", phrases["papers.item"]).set("scope", "col")
    _add(head, "th", phrases["papers.amount"], "amount").set("scope", "col")
    body = SubElement(table, "tbody")
    for label, amount in rows:
        row = SubElement(body, "tr")
        _add(row, "th", label).set("scope", "row")
        _add(row, "td", amount, "amount")


def _sources(section: Element, sheet: Sheet) -> None:
    if sheet.checked:
        _add(section, "p", sheet.checked)
    items = _list(section, "sources") if sheet.sources else section
    for link in sheet.sources:
        item = _add(items, "li", f"{link.label}: ")
        address = _add(item, "a", link.url, "address")
        if _is_web(link.url):
            address.set("href", clean(link.url))


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _footer(phrases: Mapping[str, str]) -> str:
    """The page's foot: what the sheet is not, and the page's number. Screen readers meet neither; the first is in the text too."""
    pieces = _FIELD.split(phrases["papers.page"])
    number = " ".join(f"counter({piece})" if i % 2 else _quoted(piece) for i, piece in enumerate(pieces))
    return f"@page {{ @bottom-left {{ content: {_quoted(phrases['papers.footer'])} }} @bottom-right {{ content: {number} }} }}"


def _quoted(text: str) -> str:
    """``text`` as a CSS string in which nothing but letters, digits and spaces stands unescaped."""
    return '"' + re.sub(r"[^A-Za-z0-9 ]", lambda found: f"\\{ord(found[0]):x} ", text) + '"'
