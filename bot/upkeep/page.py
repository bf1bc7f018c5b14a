"""Reads a chapter page of the General Statutes as the legislature publishes it.

The page names its chapter in ``h2.chap-no``, lists its sections in ``p.toc_catchln``, and prints each one as paragraphs: the
first with ``span.catchln`` (number and heading), then its words, then ``source``, ``history``, ``cross-ref`` and ``annotation``
paragraphs, up to a ``table.nav_tbl``. The commission's annotations and cross-references are not kept.

A page that is not so is refused whole: half a law is worse than none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from lxml import etree, html

from bot.errors import CharterOakError
from bot.law.published import Published

_NUMBER = r"\d+[a-z]*-\d+[a-z]*(?:-\d+[a-z]*)?"
_CATCHLINE = re.compile(rf"Secs?\.\s+(?P<numbers>{_NUMBER}(?:(?:\s*,\s*|\s+(?:and|to)\s+|,\s+and\s+){_NUMBER})*)\s*\.?\s*(?P<heading>.*)", re.S)
_NOTHING_LEFT = re.compile(r"\b(?:Repealed|Reserved|Transferred|Obsolete)\b", re.I)
_NOT_KEPT = ("cross-ref", "annotation")


class PageProblem(CharterOakError):
    """A page that cannot be taken: the message says in a sentence what is wrong with it. Nothing of it is used."""


class ChapterPage(msgspec.Struct, frozen=True):
    """A chapter page, read whole. ``gone`` are the sections that it lists as repealed, reserved or transferred."""

    chapter: str  # "952"
    name: str
    sections: tuple[Published, ...]  # one that is printed twice stands twice, in the page's order
    gone: frozenset[str]

    def printings(self, section: str) -> tuple[Published, ...]:
        """Every printing of a section on this page."""
        return tuple(one for one in self.sections if one.section == section)


def read(page: bytes, called: str) -> ChapterPage:
    """The chapter page in ``page``, in UTF-8 or, as older ones are, windows-1252.

    Args:
        called: how the page is named in messages: a file's name, an address.

    Raises:
        PageProblem: an error page, another layout, half a page, a section without words.
    """
    text = _decoded(page)
    if not text.strip():
        raise PageProblem(f"{called} is empty.")
    if "<" not in text:
        raise PageProblem(f"{called} is no web page.")
    try:
        root = html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except etree.ParserError:
        raise PageProblem(f"{called} is no web page.") from None
    number = _first(root, "h2", "chap-no")
    chapter = re.search(r"CHAPTER\s+(\d+[a-z]*)", number, re.I)
    if chapter is None:
        title = " ".join(root.xpath("string(//title)").split())[:80]
        raise PageProblem(f"{called} is no chapter page: it names no chapter." + (f' Its title is "{title}".' if title else ""))
    if not re.search(r"</html>\s*(?:<!--.*-->\s*)?$", text, re.I | re.S):
        raise PageProblem(f"{called} breaks off: the end of the page is missing.")
    sections, gone = _bodies(root, called)
    if not sections and not gone:
        raise PageProblem(f"{called} has another layout than is known: no section can be found on it.")
    listed = set(_listed(root))
    if missing := sorted(listed - {one.section for one in sections} - gone):
        raise PageProblem(f"{called} is only part of a page: it lists {_some(missing)} and does not print it.")
    return ChapterPage(chapter[1].lower(), _first(root, "h2", "chap-name"), tuple(sections), frozenset(gone))


def _decoded(page: bytes) -> str:
    try:
        return page.decode("utf-8-sig")
    except UnicodeDecodeError:
        return page.decode("windows-1252", errors="replace")


def _classes(element: html.HtmlElement) -> list[str]:
    return (element.get("class") or "").split()


def _text(element: html.HtmlElement) -> str:
    return " ".join(element.text_content().replace("\xa0", " ").split())


def _first(root: html.HtmlElement, tag: str, name: str) -> str:
    return next((_text(element) for element in root.iter(tag) if name in _classes(element)), "")


def _some(sections: list[str]) -> str:
    shown = ", ".join(sections[:5])
    return f"{shown} and {len(sections) - 5} more" if len(sections) > 5 else shown


def _listed(root: html.HtmlElement) -> Iterator[str]:
    """The sections that the table of contents leads to. One in bold, without a link, has no words."""
    for line in root.iter("p"):
        if "toc_catchln" in _classes(line) and line.find(".//a[@href]") is not None and (found := _numbered(_text(line))):
            numbers, heading = found
            if not _NOTHING_LEFT.search(heading):
                yield from numbers[:1]


def _numbered(catchline: str) -> tuple[list[str], str] | None:
    """The sections that a catchline names, and its heading."""
    match = _CATCHLINE.match(catchline)
    return (re.findall(_NUMBER, match["numbers"]), match["heading"].strip()) if match else None


def _bodies(root: html.HtmlElement, called: str) -> tuple[list[Published], set[str]]:
    sections: list[Published] = []
    gone: set[str] = set()
    for numbers, heading, blocks in _printed(root, called):
        words = tuple(text for kind, text in blocks if kind == "words")
        if not words:
            if not _NOTHING_LEFT.search(heading):
                raise PageProblem(f"{called} has no words for section {numbers[0]}, only its heading.")
            gone.update(numbers)
            continue
        sections.append(Published(
            section=numbers[0], heading=heading, paragraphs=words, source=" ".join(text for kind, text in blocks if kind == "source"),
            history=tuple(text for kind, text in blocks if kind == "history"),
        ))
    return sections, gone - {one.section for one in sections}


def _printed(root: html.HtmlElement, called: str) -> Iterator[tuple[list[str], str, list[tuple[str, str]]]]:
    """Each section as printed: its numbers, its heading, and its blocks with what each is."""
    numbers: list[str] = []
    heading, blocks, kind = "", list[tuple[str, str]](), ""
    for block in _blocks(root):
        catchline = next((span for span in block.iter("span") if "catchln" in _classes(span)), None) if block.tag == "p" else None
        ends = block.tag == "table" and "nav_tbl" in _classes(block)
        if (catchline is not None or ends) and numbers:
            yield numbers, heading, blocks
            numbers, blocks = [], []
        if catchline is not None:
            named = _numbered(_text(catchline))
            if named is None:
                raise PageProblem(f'{called} has another layout than is known: "{_text(catchline)[:60]}" names no section.')
            numbers, heading = named
            kind = "words"
            catchline.drop_tree()
        elif block.tag == "p":
            kind = _kind(block, kind)
        if numbers and not ends and kind in ("words", "source", "history") and (text := _text(block) if block.tag == "p" else _rows(block)):
            blocks.append((kind, text))
    if numbers:
        yield numbers, heading, blocks


def _blocks(root: html.HtmlElement) -> Iterator[html.HtmlElement]:
    """Paragraphs and tables in their order; what stands in a table's cells is the table's."""
    for element in list(root.iter("p", "table")):
        if not any(above.tag == "table" for above in element.iterancestors()):
            yield element


def _kind(paragraph: html.HtmlElement, before: str) -> str:
    """What a paragraph is. One without a class is the section's words, until its notes have begun."""
    names = " ".join(_classes(paragraph))
    for kind in ("source", "history", *_NOT_KEPT):
        if any(name.startswith(kind) for name in names.split()):
            return kind
    return "words" if before in ("words", "") else before


def _rows(table: html.HtmlElement) -> str:
    """A table's words, a row after the other, its cells apart."""
    rows = (" | ".join(filter(None, (_text(cell) for cell in row.iter("td", "th")))) for row in table.iter("tr"))
    return "; ".join(filter(None, rows))
