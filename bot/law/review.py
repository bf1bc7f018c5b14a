"""Who has reviewed what: the review state of every provision and wording, computed from a ledger of sign-offs.

``content/reviews.yml`` holds one entry a sign-off, with the digest of what was signed. A later edit changes the digest, and the
sign-off lapses by itself. Nothing here is a state that somebody typed.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import msgspec

from bot.errors import ContentError
from bot.law.cite import file_name
from bot.law.content import LANGUAGES, Content, read_yaml
from bot.law.records import Record

FILE = "reviews.yml"
GOOD_FOR = dt.timedelta(days=365)  # a check is due again a year later: there is a legislative session every year
Role = Literal["project", "lawyer", "editor"]
ROLES: tuple[Role, ...] = ("project", "lawyer", "editor")
State = Literal["drafted", "checked", "lawyer"]
STATES: tuple[State, ...] = ("drafted", "checked", "lawyer")


class SignOff(Record, frozen=True, kw_only=True):
    """That somebody has reviewed a unit as it then was."""

    unit: str  # "section:en:54-95c"
    role: Role = msgspec.field(name="as")  # project: checked against the source; lawyer; editor: a native reader of the language
    by: str
    on: dt.date
    digest: str  # of what was signed
    note: str = ""


class Unit(msgspec.Struct, frozen=True):
    """What is reviewed as one: a section, its Spanish, a topic's answer, an interview's words, a file of the bot's own words."""

    kind: Literal["section", "answer", "interview", "words"]
    lang: str
    name: str
    digest: str
    under_review: str = ""  # the act that changed what it rests on, where that is not in the store

    @property
    def id(self) -> str:
        """How it is named in the ledger: ``answer:es:vacatur_how``."""
        return f"{self.kind}:{self.lang}:{self.name}"


class Standing(msgspec.Struct, frozen=True):
    """Where a unit stands: the sign-offs that still hold, by role, and the roles whose sign-off an edit has undone."""

    unit: Unit
    signed: dict[str, SignOff]
    lapsed: tuple[str, ...]

    @property
    def state(self) -> State:
        """The furthest step of drafted, checked against the source, reviewed by a lawyer. An editor's word is beside these."""
        return "lawyer" if "lawyer" in self.signed else "checked" if "project" in self.signed else "drafted"

    @property
    def due(self) -> dt.date | None:
        """When it is to be checked again; None where nobody has checked it yet, which is due always."""
        on = [sign_off.on for role, sign_off in self.signed.items() if role != "editor"]
        return max(on) + GOOD_FOR if on else None


def ledger(root: Path) -> list[SignOff]:
    """The sign-offs of the content below ``root``, oldest first; none where there is no ledger. Raises ``ContentError``."""
    path = root / FILE
    if not path.exists():
        return []
    try:
        return msgspec.convert(read_yaml(path) or [], list[SignOff])
    except msgspec.ValidationError as error:
        raise ContentError(path, "", str(error)) from None


def standings(content: Content) -> tuple[Standing, ...]:
    """Where each unit stands, in the order of kinds, languages and files. Raises ``ContentError`` for a broken ledger."""
    signed: dict[str, list[SignOff]] = {}
    for sign_off in ledger(content.root):
        signed.setdefault(sign_off.unit, []).append(sign_off)
    return tuple(_standing(unit, signed.get(unit.id, [])) for unit in units(content))


def _standing(unit: Unit, given: list[SignOff]) -> Standing:
    holding: dict[str, SignOff] = {sign_off.role: sign_off for sign_off in given if sign_off.digest == unit.digest}
    return Standing(unit, holding, tuple(role for role in ROLES if role not in holding and any(one.role == role for one in given)))


def units(content: Content) -> Iterator[Unit]:
    """Everything that is reviewed, each with the digest of what it says now."""
    changed = {name: section.under_review.act for name, section in content.sections.items() if section.under_review}
    for name, section in content.sections.items():
        yield Unit("section", "en", name, digest_of(said(section)), changed.get(name, ""))
    for name, section in content.sections.items():
        file = file_name(name)
        lines = {one.id: content.phrases["es"].get(f"differences.{name}:{one.id}") for one in section.differences}
        spanish = (content.glosses["es"].get(file), content.earlier["es"].get(file), lines)
        yield Unit("section", "es", name, digest_of(spanish), changed.get(name, ""))
    for lang in LANGUAGES:
        yield from _answers(content, lang, changed)
    for lang in LANGUAGES:
        for name, words in content.interview_words[lang].items():
            cites = {cite for said in words.findings.values() for sentence in said for cite in sentence.cites}
            yield Unit("interview", lang, name, digest_of(words), _act(cites, changed))
    for lang in LANGUAGES:
        files: dict[str, dict[str, str]] = {}
        for key, text in content.phrases[lang].items():
            file, _, name = key.partition(".")
            files.setdefault(file, {})[name] = text
        yield from (Unit("words", lang, file, digest_of(texts)) for file, texts in files.items() if file != "differences")


def _answers(content: Content, lang: str, changed: dict[str, str]) -> Iterator[Unit]:
    """One unit a topic, with every variant of its answer."""
    by_topic: dict[str, dict[str, Any]] = {}
    cites: dict[str, set[str]] = {}
    for key, answer in content.answers[lang].items():
        topic = key.partition("@")[0]
        by_topic.setdefault(topic, {})[key] = answer
        sentences = (*answer.short, *answer.full, *answer.simple, *answer.advocate)
        cites.setdefault(topic, set()).update(cite for sentence in sentences for cite in sentence.cites)
    for topic in content.topics:
        if topic in by_topic:
            yield Unit("answer", lang, topic, digest_of(by_topic[topic]), _act(cites[topic], changed))


def _act(cites: set[str], changed: dict[str, str]) -> str:
    return next((changed[section] for cite in sorted(cites) if (section := cite.partition("(")[0]) in changed), "")


def said(section: Any) -> Any:
    """What a section says: without the marks of its review, and without the numbers of the inventory."""
    fields = msgspec.to_builtins(section)
    for name in ("checked", "under_review"):
        fields.pop(name, None)
    return _without(fields, "seed_items")


def _without(value: Any, key: str) -> Any:
    if isinstance(value, dict):
        return {name: _without(each, key) for name, each in value.items() if name != key}
    return [_without(each, key) for each in value] if isinstance(value, list | tuple) else value


def digest_of(value: Any) -> str:
    """Twelve hexadecimal digits of what a record says, whatever the order of its keys."""
    return hashlib.sha256(msgspec.json.encode(value, order="deterministic")).hexdigest()[:12]
