"""Writes chapter pages in the format of the General Statutes' site, with law of an invented place. No word of them is anybody's law."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass
class Body:
    """One section as a page prints it."""

    section: str
    heading: str
    paragraphs: list[str]
    source: str = ""
    history: str = ""
    more: list[str] = field(default_factory=list)  # further markup: annotations, tables

    def markup(self) -> str:
        """The section's paragraphs, as the page has them."""
        first, *others = [text.replace("  ", "&nbsp; ") for text in self.paragraphs] or [""]
        lines = [f'<p><span class="catchln" id="sec_{self.section}">Sec. {self.section}. {self.heading}</span> {first}</p>']
        lines += [f"<p>{text}</p>" for text in others]
        lines += self.more[:1]
        lines += [f'<p class="source-first">{self.source}</p>'] if self.source else []
        lines += [f'<p class="history-first">History: {self.history}</p>'] if self.history else []
        lines += self.more[1:]
        lines += ['<p class="cross-ref-first">See Sec. 9a-77 re rain.</p>', '<p class="annotation-first">99 Z. 1. Annotation 4000 dollars.</p>',
                  '<p class="annotation">Id., 2.</p>', '<table class="nav_tbl"><tr><td><a href="#TOC">(Return to Chapter</a></td></tr></table>']
        return "\n".join(lines)


WEATHER = [
    Body(
        "9a-1", "Theft of weather: Class A felony.",
        ["(a) A person is guilty of theft of weather when such person takes a cloud of more than forty pounds. As used in this subsection, (1) "
         "“cloud” means a cloud at any height.",
         '(b) Theft of weather, as described in subsection (a) of this section or <a href="chap_9a.htm#sec_9a-2">9a-2</a>(b), is a class A felony, '
         "for which a fine shall not exceed two thousand dollars."],
        "(P.A. 00-1, S. 3; P.A. 10-5, S. 1.)", "P.A. 10-5 changed theft of weather from class B to a class A felony, effective July 1, 2010.",
    ),
    Body("9a-3", "Fog.", ["The keeper of a fog shall not sell it."], "(P.A. 12-1, S. 1.)"),
]
GONE = {"9a-2": "Return of weather. Section 9a-2 is repealed."}


def page(
    bodies: list[Body] = WEATHER, *, chapter: str = "9a", listed: list[str] | None = None, gone: dict[str, str] = GONE, end: str = "</body></html>"
) -> str:
    """A chapter page.

    Args:
        listed: the sections that the table of contents leads to; those of ``bodies`` unless given.
        gone: sections that are listed in bold, with what their catchline says.
        end: how the page ends.
    """
    lines = ["<!DOCTYPE html><html><head><meta charset='utf-8'><title>Chapter</title></head><body>",
             f'<h2 class="chap-no">CHAPTER {chapter}*</h2><h2 class="chap-name">WEATHER</h2><h4 class="chap_toc_hd">Table of Contents</h4>']
    headings = {body.section: body.heading for body in bodies}
    for section in listed if listed is not None else dict.fromkeys(headings):
        lines.append(f'<p class="toc_catchln"><a href="#sec_{section}">Sec. {section}. {headings.get(section, "Missing.")}</a></p>')
    for section, says in gone.items():
        lines.append(f'<p class="toc_catchln"><b>Sec. {section}. {says}</b></p>')
    lines.append('<hr class="chaps_pg_bar"/>')
    lines += [body.markup() for body in bodies]
    lines += [f'<p><span class="catchln" id="sec_{section}">Sec. {section}. {says}</span></p>' for section, says in gone.items()]
    return "\n".join(lines) + end


def save(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    """The page as a browser saves it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path
