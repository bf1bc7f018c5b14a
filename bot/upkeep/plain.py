"""Reads one section from plain text: copied from a page, a public act or a letter.

Sec. 54-95c. Heading. (a) The words of the section ...

(b) Its next subsection ...

(P.A. 13-166, S. 5.)

History: P.A. 16-71 amended ...
"""

from __future__ import annotations

import re

from bot.errors import CharterOakError
from bot.law.published import Published

_LEAD = re.compile(r"^\s*(?:Sec(?:tion|\.)|§)\s*(?P<section>\d+[a-z]*-\d+[a-z]*)\.\s+(?P<rest>.*)", re.S)
_MONTH = r"Jan\.|Feb\.|March|April|May|June|July|Aug\.|Sept\.|Oct\.|Nov\.|Dec\."
_SOURCE = re.compile(rf"^\(?(?:1[89]\d\d(?: Rev\.)?|P\.\s?A\.|{_MONTH})[^()]*(?:\([^()]*\)[^()]*)*\.\)$", re.S)  # what the section was made by


class NoSection(CharterOakError):
    """A text that no section can be read from; the message says what is missing."""


def read(text: str, section: str = "") -> Published:
    """The section that ``text`` holds.

    Args:
        section: its number, where the text does not begin with it.

    Raises:
        NoSection: nothing to read, or no number given and none in the text.
    """
    paragraphs = [" ".join(block.split()) for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    if not paragraphs:
        raise NoSection("The text is empty.")
    heading = ""
    if lead := _LEAD.match(paragraphs[0]):
        if section and lead["section"] != section:
            raise NoSection(f"The text begins with section {lead['section']}, and {section} was asked for.")
        section, heading, first = lead["section"], *_heading(lead["rest"])
        paragraphs = [first, *paragraphs[1:]] if first else paragraphs[1:]
    if not section:
        raise NoSection('The text does not begin with "Sec." and a number. Name the section: --section NUMBER')
    words, source, history = list[str](), "", list[str]()
    for paragraph in paragraphs:
        if history or paragraph.startswith("History:"):
            history.append(paragraph)
        elif _SOURCE.match(paragraph):
            source = f"{source} {paragraph}".strip()
        else:
            words.append(paragraph)
    if not words:
        raise NoSection(f"The text has no words for section {section}.")
    return Published(section=section, heading=heading, paragraphs=tuple(words), source=source, history=tuple(history))


def _heading(rest: str) -> tuple[str, str]:
    """The heading, up to the first subsection or, in a text without any, the first full stop; and what follows it."""
    if match := re.match(r"(?P<heading>[^()]*?\.)\s+(?P<words>\((?:a|1|A)\).*)", rest, re.S):
        return match["heading"].strip(), match["words"]
    heading, stop, words = rest.partition(". ")
    return (heading + stop.strip(), words.strip()) if words.strip() else (rest.strip(), "")
