"""The page of one section: today's text or that of a day, its history, and all that the store knows beside it."""

from __future__ import annotations

import datetime as dt
import re

import msgspec

from bot.law import labels
from bot.law.cite import file_name
from bot.law.content import LANGUAGES
from bot.law.found import Found, ProvisionText, SectionHead, VersionText
from bot.law.official import OfficialTexts
from bot.law.records import Checked
from bot.law.store import LawStore
from bot.render.law import address, bills, compare, timeline
from bot.render.law.official import OfficialText, of_section
from bot.render.law.words import known, say, subjects

OURS = Checked.__struct_defaults__[-1]  # who checks where a content file names nobody


class Official(msgspec.Struct, frozen=True):
    """The official page of a section."""

    label: str
    url: str


class Provision(msgspec.Struct, frozen=True):
    """A provision as a version has it. ``lang`` is that of its text: English where no Spanish has been written."""

    cite: str
    label: str
    kind: str
    kind_text: str
    text: str
    lang: str
    anchor: str
    readings: tuple[str, ...]  # what follows from the text; in English


class Version(msgspec.Struct, frozen=True):
    """The version that the page shows. ``until`` is its last day; None where it is still the text."""

    effective: dt.date
    effective_text: str
    until: dt.date | None
    until_text: str
    acts: tuple[str, ...]
    changed: str
    complete: bool
    basis: str
    repealed: bool
    provisions: tuple[Provision, ...]


class Past(msgspec.Struct, frozen=True):
    """A version in the section's history, and the address that shows it."""

    effective: dt.date
    effective_text: str
    until: dt.date | None
    acts: tuple[str, ...]
    changed: str
    repealed: bool
    shown: bool
    address: str


class Difference(msgspec.Struct, frozen=True):
    """Where a source document says something else. In English but for ``line``, the same in one line of the page's language."""

    provision: str
    label: str
    source: str
    source_says: str
    law_says: str
    matters: str
    line: str
    address: str  # of the document


class Gap(msgspec.Struct, frozen=True):
    """What no source answers. In English."""

    about: str
    says: str


class Reference(msgspec.Struct, frozen=True):
    """A link to a section."""

    cite: str
    label: str
    title: str
    address: str


class SectionPage(msgspec.Struct, frozen=True):
    """Everything that a section's page shows; its JSON form is the same address with ``Accept: application/json``."""

    section: str
    slug: str
    cite: str
    label: str
    title: str  # in English, as the code has it
    lang: str
    as_of: dt.date | None
    checked: str
    checked_full: str
    official: Official
    official_text: tuple[OfficialText, ...]  # where it was loaded; only beside the text of today
    under_review: str | None
    version: Version
    today: bool  # whether the version shown is the text of today
    history: tuple[Past, ...]
    formerly: Reference | None
    differences: tuple[Difference, ...]
    gaps: tuple[Gap, ...]
    refers_to: tuple[Reference, ...]
    referred_from: tuple[Reference, ...]
    bills: tuple[bills.OnSection, ...]
    questions: tuple[str, ...]  # what the chat answers on it
    compared: compare.Comparison | None
    subject: str
    address: str
    canonical: str
    other_language: str


def page(
    store: LawStore, section: str, lang: str, as_of: dt.date | None = None, texts: OfficialTexts | None = None
) -> SectionPage | None:
    """The page of ``section``, which the store has, on ``as_of``; None where the store has no version so old.

    ``texts`` are the official words that this copy's deployer has loaded.
    """
    found = store.look_up(section, as_of)
    if not isinstance(found, Found):
        return None
    head, version, past = found.head, found.version, store.history(section)
    label, now = labels.cite(store, section), past[-1]
    refers_to, referred_from = store.refers_to(section)
    return SectionPage(
        section=section, slug=file_name(section), cite=formal(store, section), label=label, title=head.title, lang=lang, as_of=as_of,
        checked=say("checked", lang, date=head.checked_on), checked_full=_checked(store, head, lang),
        official=Official(say("official_link", lang, cite=label), head.link),
        official_text=of_section(texts, section, lang) if as_of is None else (), under_review=_review(head, lang),
        version=_version(store, version, lang), today=version.effective == now.effective,
        history=tuple(_past(item, lang, version) for item in past), formerly=reference(store, head.formerly, lang) if head.formerly else None,
        differences=_differences(store, section, lang), gaps=tuple(Gap(about, says) for about, says in store.gaps(section)),
        refers_to=tuple(reference(store, cite, lang) for cite in refers_to),
        referred_from=tuple(reference(store, cite, lang) for cite in referred_from),
        bills=bills.on_section(store, section, lang), questions=_questions(store, section, lang),
        compared=compare.versions(store, version, now, lang) if version.effective != now.effective else None,
        subject=subject(store, section), address=address.of_section(section, lang, as_of=as_of), canonical=address.of_section(section, lang),
        other_language=address.of_section(section, next(other for other in LANGUAGES if other != lang), as_of=as_of),
    )


def formal(store: LawStore, cite: str) -> str:
    """How a court paper cites a provision: ``Conn. Gen. Stat. § 54-95c(b)``; as it is where it is not of the store's own code."""
    own = re.fullmatch(store.jurisdiction.section_form, cite.partition("(")[0])
    return f"{store.jurisdiction.code_name} § {cite}" if own else cite


def subject(store: LawStore, section: str) -> str:
    """The group of topics that a section belongs to, where there are words for it; "other" otherwise."""
    group = store.topic_groups.get(store.topics_on.get(section, ""), "")
    return group if group in subjects(LANGUAGES[0]) else "other"


def reference(store: LawStore, cite: str, lang: str) -> Reference:
    """A cite as a link; without an address where the store does not have it."""
    head = store.head(cite.partition("(")[0])
    return Reference(cite, labels.cite(store, cite, lang), head.title if head else "", address.of_cite(store, cite, lang))


def _version(store: LawStore, version: VersionText, lang: str) -> Version:
    last = version.until - dt.timedelta(days=1) if version.until else None
    return Version(
        effective=version.effective, effective_text=labels.date(version.effective, lang), until=last,
        until_text=labels.date(last, lang) if last else "", acts=version.acts, changed=version.change(lang), complete=version.complete,
        basis=version.basis.replace(" ", "_"), repealed=version.repealed,
        provisions=tuple(_provision(store, provision, lang) for provision in version.provisions),
    )


def _provision(store: LawStore, provision: ProvisionText, lang: str) -> Provision:
    return Provision(
        cite=provision.cite, label=labels.cite(store, provision.cite), kind=provision.kind, kind_text=known(f"kind_{provision.kind}", lang),
        text=provision.in_language(lang), lang=lang if provision.says_es else LANGUAGES[0], anchor=address.anchor(provision.pin),
        readings=provision.readings,
    )


def _past(version: VersionText, lang: str, shown: VersionText) -> Past:
    current = version.until is None
    return Past(
        effective=version.effective, effective_text=labels.date(version.effective, lang),
        until=None if version.until is None else version.until - dt.timedelta(days=1), acts=version.acts, changed=version.change(lang),
        repealed=version.repealed, shown=version.effective == shown.effective,
        address=address.of_section(version.section, lang, as_of=None if current else version.effective),
    )


def picture(store: LawStore, shown: SectionPage) -> timeline.Picture:
    """The time line of the section, for the page in HTML."""
    return timeline.picture(store.history(shown.section), shown.lang, shown.version.effective)


def _checked(store: LawStore, head: SectionHead, lang: str) -> str:
    source = store.source(head.checked_against) or {}
    against = (lang != LANGUAGES[0] and source.get(f"name_{lang}")) or source.get("name", head.checked_against)
    if head.checked_by == OURS:
        by_us = say("checked_full", lang, date=head.checked_on, against=against, by=say("checked_by_us", lang))
        return f"{by_us} {say('no_lawyer', lang)}"
    return say("checked_full", lang, date=head.checked_on, against=against, by=head.checked_by)


def _review(head: SectionHead, lang: str) -> str | None:
    if not head.review_act or not head.review_since:
        return None
    return say("review", lang, act=head.review_act, date=head.review_since)


def _differences(store: LawStore, section: str, lang: str) -> tuple[Difference, ...]:
    found = []
    for item in store.differences(section):
        document = store.source(item.source) or {}
        name = (lang != LANGUAGES[0] and document.get(f"name_{lang}")) or item.source_name
        found.append(Difference(
            provision=section + item.pin, label=labels.cite(store, section + item.pin), source=f"{name[:1].upper()}{name[1:]}, {item.in_source}",
            source_says=item.source_says, law_says=item.law_says, matters=item.matters, line=item.in_language(lang),
            address=address.of_cite(store, item.source, lang),
        ))
    return tuple(found)


def _questions(store: LawStore, section: str, lang: str) -> tuple[str, ...]:
    topics = [topic for topic, weights in store.rests_on.items() if section in weights]
    heaviest = sorted(topics, key=lambda topic: -store.rests_on[topic][section])
    return tuple(answer.title for topic in heaviest[:6] if (answer := store.answer(topic, lang)))
