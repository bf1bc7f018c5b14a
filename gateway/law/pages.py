"""Makes the law pages: each as HTML or as JSON, both from the same values of ``bot.render.law``."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import msgspec
from markupsafe import Markup

from bot.render.law import address, bills, index, linked_data, search, section
from bot.render.law.words import known, say
from bot.safety import wording
from gateway import pages
from gateway.law.asked import JSON
from gateway.law.kept import LawPages


def section_page(shelf: LawPages, form: str, lang: str, cite: str, as_of: dt.date | None) -> bytes:
    """The page of a section of the store, today's or of a day that the store reaches back to."""
    made = section.page(shelf.store, cite, lang, as_of, shelf.official)
    assert made is not None
    if form == JSON:
        return msgspec.json.encode(made)
    return _html(
        "section", shelf, lang, made, picture=section.picture(shelf.store, made), canonical=made.canonical,
        data=linked_data.of_section(shelf.store, made, shelf.public_url), subject_name=known(f"group_{made.subject}", lang),
    )


def index_page(shelf: LawPages, form: str, lang: str) -> bytes:
    """Every section by subject, the bills, how current it is."""
    made = index.page(shelf.store, lang)
    main = shelf.store.jurisdiction.main_section or next(iter(shelf.store.section_ids), "")
    example = index.listed(shelf.store, main, lang) if main else None
    return msgspec.json.encode(made) if form == JSON else _html("index", shelf, lang, made, example=example)


def bill_page(shelf: LawPages, form: str, lang: str, year: int) -> bytes:
    """The bill of a year that the store has one of."""
    made = bills.page(shelf.store, year, lang)
    assert made is not None
    if form == JSON:
        return msgspec.json.encode(made)
    return _html("bill", shelf, lang, made, data=linked_data.of_bill(shelf.store, made, shelf.public_url))


def recommendations_page(shelf: LawPages, form: str, lang: str) -> bytes:
    """What the Council asked for and what became of it."""
    made = index.recommendations(shelf.store, lang)
    return msgspec.json.encode(made) if form == JSON else _html("recommendations", shelf, lang, made)


def sources_page(shelf: LawPages, form: str, lang: str) -> bytes:
    """Every document that the store draws on, labelled for what it is."""
    made = index.sources(shelf.store, lang)
    return msgspec.json.encode(made) if form == JSON else _html("sources", shelf, lang, made)


def search_page(shelf: LawPages, form: str, lang: str, typed: str, emergency: str | None) -> bytes:
    """What a search found. Never kept: it holds a person's words."""
    made = search.page(shelf.store, shelf.reader, typed, lang, emergency)
    return msgspec.json.encode(made) if form == JSON else _html("search", shelf, lang, made)


def _html(template: str, shelf: LawPages, lang: str, page: Any, data: dict[str, Any] | None = None, canonical: str = "", **fields: Any) -> bytes:
    canonical = canonical or page.address
    response = pages.page(
        f"law/{template}.html", lang, page=page, other_language=page.other_language, canonical=shelf.public_url + canonical,
        alternates={lang: page.address, wording.say("pages.other_lang", lang): page.other_language} if canonical == page.address else {},
        base=shelf.public_url, data=_as_script(data) if data else "",
        linked_pieces=lambda text: shelf.links.pieces(text, lang, getattr(page, "section", "")), **words(lang), **fields,
    )
    return bytes(response.body)


def words(lang: str) -> dict[str, Any]:
    """What every template of the law pages uses: the words with their fields, and addresses that keep the language."""
    return {
        "t": lambda key, **values: say(key, lang, **values), "known": lambda key: known(key, lang),
        "law_page": lambda name: address.of_page(name, lang),
    }


def _as_script(data: dict[str, Any]) -> Markup:
    """``data`` for a ``<script>`` element, which nothing inside it can close."""
    return Markup(json.dumps(data, ensure_ascii=False, indent=1).replace("<", "\\u003c"))
