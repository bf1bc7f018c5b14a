"""The way in: every section by subject, the bills, how current it all is; what the Council asked for; the documents."""

from __future__ import annotations

import datetime as dt
from itertools import groupby
from typing import Any

import msgspec

from bot.law import labels
from bot.law.cite import file_name
from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from bot.render.law import address
from bot.render.law.bills import Place
from bot.render.law.section import subject
from bot.render.law.words import known, say, subjects


class Listed(msgspec.Struct, frozen=True):
    """A section in the list."""

    cite: str
    slug: str
    label: str
    title: str
    address: str
    repealed: bool
    under_review: bool


class Subject(msgspec.Struct, frozen=True):
    """The sections on one subject, in the order of the code."""

    id: str
    name: str
    sections: tuple[Listed, ...]


class ListedBill(msgspec.Struct, frozen=True):
    """A bill in the list."""

    label: str
    title: str
    became: str
    address: str


class IndexPage(msgspec.Struct, frozen=True):
    """Everything that is here to be read."""

    title: str
    jurisdiction: str
    lang: str
    checked: str
    subjects: tuple[Subject, ...]
    under_review: tuple[Listed, ...]
    bills: tuple[ListedBill, ...]
    recommendations: str  # addresses
    sources: str
    address: str
    other_language: str


class Recommended(msgspec.Struct, frozen=True):
    """A recommendation and its fate; the texts are in English."""

    number: int
    asks: str
    reasons: tuple[str, ...]
    fate: str
    fate_text: str
    fate_says: str
    cites: tuple[Place, ...]


class RecommendationsPage(msgspec.Struct, frozen=True):
    """What the Council asked for and what became of it."""

    lang: str
    intro: str
    about: str
    recommendations: tuple[Recommended, ...]
    address: str
    other_language: str


class Document(msgspec.Struct, frozen=True):
    """A document that the store draws on. ``status`` and ``note`` are in English."""

    id: str
    anchor: str
    name: str
    kind: str
    status: str
    note: str
    link: str
    checked: str
    address: str  # of its own page here: a bill's


class SourcesPage(msgspec.Struct, frozen=True):
    """Every document, by what it is."""

    lang: str
    kinds: tuple[tuple[str, tuple[Document, ...]], ...]
    address: str
    other_language: str


def page(store: LawStore, lang: str) -> IndexPage:
    """The index in ``lang``."""
    by_subject: dict[str, list[Listed]] = {}
    for section in store.section_ids:
        by_subject.setdefault(subject(store, section), []).append(listed(store, section, lang))
    edition = next((source for source in store.sources() if source["kind"] == "statutes"), None)
    against = labels.cite(store, edition["id"], lang) if edition else store.jurisdiction.code_name
    return IndexPage(
        title=say("index_title", lang), jurisdiction=store.jurisdiction.name, lang=lang,
        checked=say("index_checked", lang, date=store.checked_on, against=against),
        subjects=tuple(
            Subject(group, name, tuple(by_subject[group])) for group, name in subjects(lang).items() if group in by_subject
        ),
        under_review=tuple(item for items in by_subject.values() for item in items if item.under_review),
        bills=tuple(_bill(bill, lang, store) for year in store.bill_years.values() if (bill := store.bill(year))),
        recommendations=address.of_page("recommendations", lang), sources=address.of_page("sources", lang),
        address=address.of_page("", lang), other_language=address.of_page("", _other(lang)),
    )


def listed(store: LawStore, section: str, lang: str) -> Listed:
    """A section of the store as the list has it."""
    head = store.head(section)
    assert head is not None
    return Listed(
        cite=section, slug=file_name(section), label=labels.cite(store, section), title=head.title, address=address.of_section(section, lang),
        repealed=store.history(section)[-1].repealed, under_review=bool(head.review_act),
    )


def recommendations(store: LawStore, lang: str) -> RecommendationsPage:
    """The Council's recommendations, and what the store says of the paper that holds them."""
    source = next((source for source in store.sources() if source["kind"] == "recommendation"), {"status": "", "note": ""})
    return RecommendationsPage(
        lang=lang, intro=say("recommendations_intro", lang), about=f"{source['status']} {source['note']}".strip(),
        recommendations=tuple(
            Recommended(
                item.number, item.asks, item.reasons, item.fate, known(f"fate_{item.fate.replace(' ', '_')}", lang), item.fate_says,
                tuple(Place(cite, labels.cite(store, cite, lang), address.of_cite(store, cite, lang)) for cite in item.cites),
            )
            for item in store.recommendations()
        ),
        address=address.of_page("recommendations", lang), other_language=address.of_page("recommendations", _other(lang)),
    )


def sources(store: LawStore, lang: str) -> SourcesPage:
    """Every document, labelled for what it is."""
    documents = sorted(store.sources(), key=lambda source: list(_KINDS).index(source["kind"]))
    return SourcesPage(
        lang=lang,
        kinds=tuple(
            (known(f"source_{kind.replace(' ', '_')}", lang), tuple(_document(store, source, lang) for source in group))
            for kind, group in groupby(documents, key=lambda source: source["kind"])
        ),
        address=address.of_page("sources", lang), other_language=address.of_page("sources", _other(lang)),
    )


_KINDS = ("statutes", "federal law", "public act", "bill", "recommendation", "summary", "page", "article")


def _document(store: LawStore, source: dict[str, Any], lang: str) -> Document:
    shown = address.of_cite(store, source["id"], lang)
    return Document(
        id=source["id"], anchor=address.source_anchor(source["id"]), name=_capital(labels.cite(store, source["id"], lang)), kind=source["kind"],
        status=source["status"], note=source["note"], link=source["link"],
        checked=say("sources_checked", lang, date=dt.date.fromisoformat(source["checked_on"])), address=shown if "#" not in shown else "",
    )


def _bill(bill: dict[str, Any], lang: str, store: LawStore) -> ListedBill:
    return ListedBill(_capital(labels.cite(store, bill["bill"], lang)), bill["title"], bill["became"], address.of_bill(bill["year"], lang))


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _other(lang: str) -> str:
    return next(other for other in LANGUAGES if other != lang)
