"""The addresses of the law pages: one for each section, bill and document, the same for years."""

from __future__ import annotations

import datetime as dt
import re

from bot.law.cite import Cite, file_name
from bot.law.content import LANGUAGES
from bot.law.found import Found
from bot.law.store import LawStore

ROOT = "/law"


def anchor(pin: str) -> str:
    """The place of a provision on its section's page: ``(a)(1)`` is ``a-1``."""
    return "-".join(re.findall(r"\w+", pin))


def of_section(section: str, lang: str = LANGUAGES[0], *, as_of: dt.date | None = None, pin: str = "") -> str:
    """``/law/54-95c?as_of=2015-06-01&lang=es#b``."""
    return _with(f"{ROOT}/{file_name(section)}", lang, f"as_of={as_of.isoformat()}" if as_of else "") + (f"#{anchor(pin)}" if pin else "")


def of_bill(year: int, lang: str = LANGUAGES[0], section: str = "") -> str:
    """``/law/bills/2021#s7``."""
    return _with(f"{ROOT}/bills/{year}", lang) + (f"#s{section}" if section else "")


def of_page(name: str, lang: str = LANGUAGES[0]) -> str:
    """``/law`` for an empty name, ``/law/sources``."""
    return _with(f"{ROOT}/{name}" if name else ROOT, lang)


def of_cite(store: LawStore, text: str, lang: str) -> str:
    """Where a cite of any kind is shown: a section, a bill, a source. Empty where it is shown nowhere."""
    document, _, pin = text.partition(" § ")
    if document in store.bill_years:
        return of_bill(store.bill_years[document], lang, re.split(r"[(.]", pin)[0])
    if source := store.source(document):
        return of_page("sources", lang) + f"#{source_anchor(source['id'])}"
    try:
        cite = Cite.parse(text)
    except ValueError:
        return ""
    if store.head(cite.section) is None:
        return ""
    found = store.look_up(text)  # the part itself, the first inside it, or the one that it lies in
    provisions = found.provisions if cite.pins and isinstance(found, Found) else ()
    return of_section(cite.section, lang, pin=provisions[0].pin if provisions else "")


def source_anchor(source: str) -> str:
    """The place of a document on the page of sources: ``P.A. 21-103`` is ``pa-21-103``."""
    return file_name(source)


def _with(path: str, lang: str, query: str = "") -> str:
    queries = [part for part in (query, f"lang={lang}" if lang != LANGUAGES[0] else "") if part]
    return path + ("?" + "&".join(queries) if queries else "")
