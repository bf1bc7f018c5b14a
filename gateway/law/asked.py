"""What a request for a law page asks for: which section, which day, which form. What it got wrong comes back as words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.requests import Request

from bot.law import labels
from bot.law.cite import Cite, file_name
from bot.law.content import LANGUAGES
from bot.law.found import Ambiguous, BeforeStore, Found, NotFound
from bot.nlp.dates import DateMention, ImpossibleDate, find_date
from bot.render.law import address
from bot.render.law.bills import Place
from bot.render.law.words import in_each, say
from gateway.law.kept import LawPages

LONGEST_SHOWN = 60  # characters of a wrong address that are said back
LONGEST_READ = 200  # characters of an address that are looked at: no cite is longer
JSON, HTML = "json", "html"


@dataclass(frozen=True)
class Refused:
    """Why a page cannot be shown, in each language, and where to go instead (by language too)."""

    status: int
    reason: str  # for programs
    says: Mapping[str, str]
    nearest: Mapping[str, tuple[Place, ...]]


@dataclass(frozen=True)
class Elsewhere:
    """That what was asked for stands at another address, which is the same for good (308) or only where this leads (303)."""

    address: str
    for_good: bool = True


def form(request: Request) -> str:
    """``json`` where the caller asks for it by ``?format=json`` or prefers it by Accept; ``html`` otherwise."""
    if request.query_params.get("format", "") in (JSON, HTML):
        return request.query_params["format"]
    weights = {HTML: 0.0, JSON: 0.0}
    for part in request.headers.get("accept", "*/*").split(","):
        media, _, parameters = part.strip().partition(";")
        quality = re.search(r"(?:^|;)\s*q=([01](?:\.\d*)?)\s*$", parameters)
        weight = float(quality[1]) if quality else 1.0
        for name in weights:
            if media in (f"application/{name}", f"text/{name}"):
                weights[name] = max(weights[name], weight)
    return JSON if weights[JSON] > weights[HTML] else HTML


def section(shelf: LawPages, asked: str, lang: str) -> Cite | Refused | Elsewhere:
    """The section that an address names; a part of one, or another way of writing it, stands at the section's own address."""
    if asked in shelf.sections:
        return Cite(shelf.sections[asked])
    typed = asked[:LONGEST_READ].strip().strip("/").strip()
    cite = _as_address(shelf, typed) or next((m.cite for m in shelf.reader.find(_spaced(typed)) if m.kind == "section"), typed)
    found = shelf.store.look_up(cite)
    if isinstance(found, Found):
        pin = found.provisions[0].pin if "(" in cite and found.provisions else ""
        return Elsewhere(address.of_section(found.head.section, lang, pin=pin))
    shown = labels.cite(shelf.store, cite) if len(cite) <= LONGEST_SHOWN else f"{cite[:LONGEST_SHOWN]}..."
    if isinstance(found, Ambiguous):
        return Refused(404, "ambiguous", in_each("ambiguous", asked=shown), _places(shelf, found.candidates))
    assert isinstance(found, NotFound)  # without a date there is no "before the store"
    no_part = "(" in cite and shelf.store.head(cite.partition("(")[0]) is not None
    key = "no_such_part" if no_part else "no_such_section"
    return Refused(404, key, in_each(key, cite=shown), _places(shelf, found.nearest))


def _as_address(shelf: LawPages, typed: str) -> str:
    """The cite of an address that is right but for capitals, spaces and dots: ``54-95C(B)``."""
    match = re.fullmatch(r"(?P<section>[^()]*)(?P<pins>(?:\(\w{1,4}\))*)", typed)
    if not match or (known := shelf.sections.get(file_name(match["section"].strip()))) is None:
        return ""
    version = shelf.store.look_up(known)
    provisions = version.version.provisions if isinstance(version, Found) else ()
    return next((p.cite for p in provisions if p.pin.lower() == match["pins"].lower()), known + match["pins"].lower())


def _spaced(typed: str) -> str:
    """``18-usc-1595`` as the reader of citations knows it: ``18 usc 1595``."""
    return re.sub(r"(?i)-(usc)-", r" \1 ", typed)


def day(shelf: LawPages, cite: Cite, written: str, today: dt.date, lang: str) -> dt.date | Refused | Elsewhere | None:
    """The day of ``?as_of=``; None for today's text. Never another day than the one written, and never the nearest."""
    written = written.strip()
    if not written:
        return None
    found: dt.date | DateMention | ImpossibleDate | None
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", written):
        try:
            found = dt.date.fromisoformat(written)
        except ValueError:
            found = ImpossibleDate(written)
    else:
        found = find_date(written[:LONGEST_SHOWN])
    if isinstance(found, ImpossibleDate):
        return Refused(400, "impossible_date", in_each("impossible_date", date=found.text), _same(shelf, cite))
    if found is None or (isinstance(found, DateMention) and found.precision != "day"):
        return Refused(400, "malformed_date", in_each("malformed_date"), _same(shelf, cite))
    asked = found.first if isinstance(found, DateMention) else found
    if asked > today:
        return Refused(400, "future_date", in_each("future_date", date=asked), _same(shelf, cite))
    if isinstance(found, DateMention):
        return Elsewhere(address.of_section(cite.section, lang, as_of=asked), for_good=False)
    looked_up = shelf.store.look_up(cite.section, asked)
    return _before(shelf, cite, asked, looked_up) if isinstance(looked_up, BeforeStore) else asked


def _before(shelf: LawPages, cite: Cite, asked: dt.date, found: BeforeStore) -> Refused:
    """That the text of so early a day is not here; where the rule may have stood then; and the first text that is here."""
    store, label = shelf.store, labels.cite(shelf.store, cite.section)
    says = in_each("before_first", cite=label, date=asked, first=found.first)
    head = store.head(cite.section)
    former = head.formerly if head else ""
    at = Cite.parse(former).section if former and isinstance(store.look_up(former, asked), Found) else ""
    if at:
        says = {lang: f"{text} {say('before_formerly', lang, cite=labels.cite(store, former))}" for lang, text in says.items()}
    nearest = {
        lang: (
            *((Place(former, labels.cite(store, former), address.of_section(at, lang, as_of=asked)),) if at else ()),
            Place(cite.section, say("before_first_open", lang, date=found.first), address.of_section(cite.section, lang, as_of=found.first)),
        )
        for lang in LANGUAGES
    }
    return Refused(404, "before_first", says, nearest)


def _same(shelf: LawPages, cite: Cite) -> dict[str, tuple[Place, ...]]:
    return {
        lang: (Place(cite.section, f"{labels.cite(shelf.store, cite.section)}: {say('old_today', lang)}", address.of_section(cite.section, lang)),)
        for lang in LANGUAGES
    }


def _places(shelf: LawPages, cites: tuple[str, ...]) -> dict[str, tuple[Place, ...]]:
    def place(cite: str, lang: str) -> Place:
        head = shelf.store.head(cite.partition("(")[0])
        label = labels.cite(shelf.store, cite)
        return Place(cite, f"{label} {head.title}" if head and "(" not in cite else label, address.of_cite(shelf.store, cite, lang))

    return {lang: tuple(place(cite, lang) for cite in cites) for lang in LANGUAGES}
