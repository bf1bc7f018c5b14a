"""What a search finds, and where a typed citation leads."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from bot.law import labels
from bot.law.cite import code_order
from bot.law.content import LANGUAGES
from bot.law.found import Ambiguous, Found, NotFound
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader, Mention
from bot.nlp.dates import DateMention, find_date
from bot.render.law import address
from bot.render.law.bills import Place
from bot.render.law.words import say

MOST = 24
MOST_PLACES = 6  # that an answer rests on
READ = 500  # characters of a search that are read; the words after them find nothing more
FEW_WORDS = 5  # beside a citation: "section 53a-82 of the general statutes" is still only a citation


class Hit(msgspec.Struct, frozen=True):
    """One thing found. ``lang`` is that of its text."""

    kind: str
    kind_text: str
    label: str
    title: str
    text: str
    lang: str
    address: str
    places: tuple[Place, ...] = ()  # what an answer rests on, or what an act changed


class SearchPage(msgspec.Struct, frozen=True):
    """What was found for the words typed; ``note`` says so in words. ``emergency`` stands first where the words speak of danger."""

    q: str
    lang: str
    hits: tuple[Hit, ...]
    note: str
    emergency: str | None
    address: str
    other_language: str


def leads_to(store: LawStore, reader: CitationReader, typed: str, lang: str, today: dt.date) -> str:
    """The address that ``typed`` names, where it is a citation and little else; empty otherwise.

    "54-95c on June 1, 2015" leads to that day. With a month or a year it leads to the history: two texts may share a year.
    """
    typed = typed[:READ]
    found = reader.find(typed)
    if len(found) != 1 or found[0].kind not in ("section", "bill"):
        return _bare(store, typed, lang) if not found else ""
    mention = found[0]
    beside = typed[: mention.start] + " " + typed[mention.end :]
    date = find_date(beside)
    if mention.kind == "bill":
        return address.of_cite(store, mention.cite, lang) if _few(beside) else ""
    section, _, pin = mention.cite.partition("(")
    if not _few(beside) or not isinstance(store.look_up(section), Found):
        return "" if not _few(beside) else address.of_section(mention.cite, lang)  # a page says that it is not there
    pin = f"({pin}" if pin else ""
    if isinstance(date, DateMention):
        if date.precision != "day" or date.first > today:
            return address.of_section(section, lang) + "#history"
        return address.of_section(section, lang, as_of=date.first, pin=pin)
    return address.of_section(section, lang, pin=pin)


def _few(beside: str) -> bool:
    return len(re.findall(r"[^\W\d_]+", beside)) <= FEW_WORDS


def _bare(store: LawStore, typed: str, lang: str) -> str:
    """A section number without anything that the reader knows it by: "192a", "18-usc-1595"."""
    by_name = {section.replace(" ", "").replace("-", "").replace(".", "").lower(): section for section in store.section_ids}
    section = by_name.get(re.sub(r"[\s.§-]+", "", typed).lower())
    if not section and re.fullmatch(r"\s*\d+[a-z]*\s*", typed, re.I) and isinstance(found := store.look_up(typed.strip().lower()), Found):
        section = found.head.section
    return address.of_section(section, lang) if section else ""


def page(store: LawStore, reader: CitationReader, typed: str, lang: str, emergency: str | None) -> SearchPage:
    """What ``typed`` finds: what it cites first, then the provisions and answers that hold its words."""
    read = typed[:READ]
    hits = [hit for mention in reader.find(read) for hit in _cited(store, mention, lang)]
    ambiguous = store.look_up(read.strip().lower()) if not hits and re.fullmatch(r"\s*\d+[a-z]*\s*", read, re.I) else None
    if isinstance(ambiguous, Ambiguous):
        hits = [_section(store, section, lang) for section in ambiguous.candidates]
    hits += _full_text(store, read, lang)
    hits = list({(hit.kind, hit.label, hit.title): hit for hit in hits}.values())[:MOST]
    return SearchPage(
        q=typed, lang=lang, hits=tuple(hits), note=_note(typed, hits, lang, isinstance(ambiguous, Ambiguous)), emergency=emergency,
        address=address.of_page("", lang), other_language=address.of_page("", next(other for other in LANGUAGES if other != lang)),
    )


def _note(typed: str, hits: list[Hit], lang: str, ambiguous: bool) -> str:
    if not typed.strip():
        return say("search_empty", lang)
    if ambiguous:
        return say("ambiguous", lang, asked=typed.strip())
    if not hits:
        return say("search_nothing", lang)
    note = say("search_one", lang) if len(hits) == 1 else say("search_many", lang, number=len(hits))
    return f"{note}. {say('search_long', lang)}" if len(typed) > READ else f"{note}."


def _cited(store: LawStore, mention: Mention, lang: str) -> list[Hit]:
    if mention.kind == "range":
        first, _, last = mention.cite.partition(" to ")
        return [_section(store, section, lang) for section in store.section_ids if code_order(first) <= code_order(section) <= code_order(last)]
    if mention.kind in ("act", "bill"):
        return _document(store, mention.cite, lang)
    found = store.look_up(mention.cite)
    if isinstance(found, Found):
        return [_section(store, found.head.section, lang)]
    return [_section(store, cite.partition("(")[0], lang) for cite in found.nearest] if isinstance(found, NotFound) else []


def _section(store: LawStore, section: str, lang: str) -> Hit:
    head = store.head(section)
    title = head.title if head else ""
    return Hit("section", say("search_section", lang), labels.cite(store, section), title, "", LANGUAGES[0], address.of_section(section, lang))


def _document(store: LawStore, cite: str, lang: str) -> list[Hit]:
    source, made = store.source(cite), store.made_by(cite)
    if source is None and not made:
        return []
    is_bill = bool(source) and source is not None and source["kind"] == "bill"
    places = tuple(
        Place(version.section, f"{labels.cite(store, version.section)}, {labels.date(version.effective, lang)}",
              address.of_section(version.section, lang, as_of=version.effective if version.until else None))
        for version in made
    )
    text = f"{source['status']} {source['note']}".strip() if source else ""
    return [Hit("bill" if is_bill else "act", say("search_bill" if is_bill else "search_act", lang), labels.cite(store, cite, lang), "", text,
                LANGUAGES[0], address.of_cite(store, cite, lang), places)]


def _full_text(store: LawStore, text: str, lang: str) -> list[Hit]:
    hits: list[Hit] = []
    answered: set[str] = set()  # an answer's variants share its place: the topic's own answer stands for all of them
    for found in store.search(text, lang, limit=3 * MOST):
        topic = found.key.partition("@")[0]
        if len(hits) == MOST or topic in answered:
            continue
        if found.kind == "provision":
            where = address.of_cite(store, found.key, lang)
            hits.append(Hit("provision", say("search_provision", lang), labels.cite(store, found.key), found.title, found.body, lang, where))
        elif answer := store.answer(topic, lang) or store.answer(topic, lang, found.key.partition("@")[2]):
            answered.add(topic)
            cites = dict.fromkeys(cite for sentence in answer.full for cite in sentence.cites if "{" not in cite)
            places = [Place(cite, labels.cite(store, cite, lang), address.of_cite(store, cite, lang)) for cite in list(cites)[:MOST_PLACES]]
            hits.append(Hit("answer", say("search_answer", lang), "", answer.title, "", lang, "", tuple(places)))
    return hits
