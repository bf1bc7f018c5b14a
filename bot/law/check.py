"""Holds the content against itself: every cite resolves, every number stands in its provision.

Each rule yields problems with the file and the key, so that whoever edits a file is told where to look. Here the records of
the law; their wording in check_words and check_translations, the interviews in check_interviews.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.errors import ContentError
from bot.law import review
from bot.law.check_interviews import interviews
from bot.law.check_translations import translations
from bot.law.check_words import answers, phrases, resources
from bot.law.content import LANGUAGES, Content
from bot.law.support import resolve, support

_PIN = re.compile(r"(?:\([A-Za-z0-9]+\))*")


def problems(content: Content) -> list[ContentError]:
    """Everything that is wrong with the content, in the order of the rules below."""
    rules = (
        _versions, _links, _section_cites, _differences, _topics, _terms, answers, translations, phrases, resources, interviews, _sign_offs,
    )
    return [problem for rule in rules for problem in rule(content)]


def _versions(content: Content) -> Iterator[ContentError]:
    for section in content.sections.values():
        file = content.origin[f"section:{section.section}"]
        if not section.versions:
            yield ContentError(file, "versions", "a section needs at least one version")
        for newer, older in pairwise(section.versions):
            if newer.effective <= older.effective:
                yield ContentError(file, f"versions {older.effective}", f"overlaps {newer.effective}: write the newest first, each date once")
        for version in section.versions:
            ids = [provision.id for provision in version.provisions]
            for pin in ids:
                if not _PIN.fullmatch(pin):
                    yield ContentError(file, f"{version.effective} {pin}", "is not a pin such as (a)(1)")
            for pin in {pin for pin in ids if ids.count(pin) > 1}:
                yield ContentError(file, f"{version.effective} {pin}", "stands twice in one version")


def _links(content: Content) -> Iterator[ContentError]:
    """A link leads to a web page: any other kind, such as ``javascript:``, would run in the page of whoever embeds the chat."""
    links = [(f"section:{section.section}", section.link) for section in content.sections.values()]
    links += [(f"source:{source.id}", source.link) for source in content.sources.values() if source.link]
    for name, link in links:
        if not re.fullmatch(r"https?://[\w.-]+(?::\d+)?(?:/[^\s\"'<>]*)?", link):
            yield ContentError(content.origin.get(name, "sources.yml"), "link", f"{link} is not an address that begins with http")


def _section_cites(content: Content) -> Iterator[ContentError]:
    for section in content.sections.values():
        file = content.origin[f"section:{section.section}"]
        if section.checked.against not in content.sources:
            yield ContentError(file, "checked.against", f"no source {section.checked.against} in sources.yml")
    for bill in content.bills.values():
        file = content.origin[f"bill:{bill.bill}"]
        if bill.bill not in content.sources:
            yield ContentError(file, "bill", f"no source {bill.bill} in sources.yml")
        for part in bill.sections:
            cites = [*part.enacted_as, *(cite for outcome in part.outcomes for cite in outcome.cites)]
            yield from _unresolved(content, file, f"section {part.number}", cites)
    for rec in content.recommendations.values():
        yield from _unresolved(content, content.origin[f"recommendations:{rec.number}"], f"recommendation {rec.number}", rec.cites)


def _unresolved(content: Content, file: object, key: str, cites: Iterable[str]) -> Iterator[ContentError]:
    for cite in cites:
        if support(content, cite) is None:
            yield ContentError(str(file), key, f"{cite} does not resolve: no such provision, source or bill in the store")


def _differences(content: Content) -> Iterator[ContentError]:
    for section in content.sections.values():
        file = content.origin[f"section:{section.section}"]
        seen: set[str] = set()
        for difference in section.differences:
            key = f"differences {difference.id}"
            if difference.id in seen:
                yield ContentError(file, key, "stands twice")
            seen.add(difference.id)
            if difference.source not in content.sources:
                yield ContentError(file, key, f"no source {difference.source} in sources.yml")
            if resolve(content, section.section + difference.provision) is None:
                yield ContentError(file, key, f"{section.section}{difference.provision} does not resolve")


def _topics(content: Content) -> Iterator[ContentError]:
    for topic in content.topics.values():
        file = content.origin[f"topic:{topic.topic}"]
        for other in (*topic.related, *filter(None, [topic.when_named, topic.with_a_minor])):
            if other not in content.topics:
                yield ContentError(file, topic.topic, f"related topic {other} does not exist")
        if topic.counts and (not topic.counted_by or resolve(content, topic.counted_by) is None):
            yield ContentError(file, topic.topic, f"counts {topic.counts} by a provision that does not resolve: {topic.counted_by!r}")
        if topic.topic not in content.answers["en"]:
            yield ContentError(file, topic.topic, f"has no English answer; write it in wording/en/answers/{content.groups[topic.topic]}.yml")


def _terms(content: Content) -> Iterator[ContentError]:
    for subject, terms in content.terms.items():
        for term in terms:
            file = content.origin[f"term:{subject}:{term.id}"]
            if term.provision:
                yield from _unresolved(content, file, term.id, [term.provision])
            for lang in LANGUAGES:
                if lang not in term.label or not term.names.get(lang):
                    yield ContentError(file, term.id, f"has no label or names in {lang}")


def _sign_offs(content: Content) -> Iterator[ContentError]:
    """Each entry of the ledger is of something that is there."""
    known = {unit.id for unit in review.units(content)}
    for sign_off in review.ledger(content.root):
        if sign_off.unit not in known:
            yield ContentError(content.root / review.FILE, sign_off.unit, "is signed and does not exist; take the entry out")
