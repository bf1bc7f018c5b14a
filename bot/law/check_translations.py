"""Holds the Spanish to the English: each key in both languages, each gloss on a provision, the same cites and numbers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from bot.errors import ContentError
from bot.law.check_words import LENGTHS
from bot.law.cite import file_name
from bot.law.content import Content
from bot.law.numbers import unsupported
from bot.law.records import Section, Sentence
from bot.law.support import support


def translations(content: Content) -> Iterator[ContentError]:
    """Each key stands in both languages, each gloss belongs to a provision and holds its numbers."""
    for kind, by_lang in (("answer", content.answers), ("phrase", content.phrases)):
        for lang, other in (("en", "es"), ("es", "en")):
            for key in by_lang[lang]:
                if key.startswith("differences."):  # the English line stands on the difference itself
                    continue
                if key not in by_lang[other]:  # type: ignore[operator]
                    path = content.origin[f"{kind}:{lang}:{key}"]
                    yield ContentError(path, key, f"has no translation in {other}; write the same key in {_in(path, other)}")
    yield from _same_cites(content)
    yield from _glosses(content)
    yield from _earlier_versions(content)
    for section in content.sections.values():
        for difference in section.differences:
            if f"differences.{section.section}:{difference.id}" not in content.phrases["es"]:
                yield ContentError(content.origin[f"section:{section.section}"], difference.id, "has no Spanish line; write "
                                   f'"{section.section}:{difference.id}" in wording/es/differences.yml')
        yield from _unglossed(content, section)


def _glosses(content: Content) -> Iterator[ContentError]:
    """The Spanish of a provision in force states its numbers: not those of an older version, and none less."""
    for file, pins in content.glosses["es"].items():
        section = next((s for s in content.sections.values() if file_name(s.section) == file), None)
        path = content.origin[f"gloss:es:{file}"]
        if section is None:
            yield ContentError(path, "", "is the gloss of no section")
            continue
        in_force = {provision.id: provision for provision in section.versions[0].provisions} if section.versions else {}
        for pin, text in pins.items():
            provision = in_force.get(pin)
            said = " ".join([provision.says, *provision.readings, *map(str, provision.figures.values())]) if provision else ""
            backing = said or support(content, section.section + pin)
            if backing is None:
                yield ContentError(path, pin, "is the gloss of no provision")
            elif numbers := unsupported(text, backing):
                yield ContentError(path, pin, f"{', '.join(sorted(numbers))} does not stand in {section.section}{pin} as it is in force")
            if provision and (numbers := unsupported(provision.says, text)):
                yield ContentError(path, pin, f"lacks {', '.join(sorted(numbers))}, which {section.section}{pin} states in English")


def _in(path: Path, lang: str) -> Path:
    """The same file in another language, from ``wording/``."""
    parts = path.parts[len(path.parts) - path.parts[::-1].index("wording") :]
    return Path("wording", lang, *parts[1:])


def _same_cites(content: Content) -> Iterator[ContentError]:
    """Both languages rest on the same provisions, so that no sentence of law is written in one alone. ``short`` has less room in Spanish."""
    for key in content.answers["en"].keys() & content.answers["es"].keys():
        english, spanish = content.answers["en"][key], content.answers["es"][key]
        for length in LENGTHS[1:]:
            yield from rest_alike(content.origin[f"answer:es:{key}"], f"{key}.{length}", getattr(english, length), getattr(spanish, length))


def rest_alike(file: object, key: str, english: Iterable[Sentence], spanish: Iterable[Sentence]) -> Iterator[ContentError]:
    """The Spanish of ``key`` in ``file`` cites what its English cites."""
    wanted, given = ({cite for sentence in said for cite in sentence.cites} for said in (english, spanish))
    for cite in sorted(wanted - given):
        yield ContentError(str(file), key, f"has no sentence that cites {cite}, and the English has")
    for cite in sorted(given - wanted):
        yield ContentError(str(file), key, f"has a sentence that cites {cite}, and the English has none")


def _unglossed(content: Content, section: Section) -> Iterator[ContentError]:
    """Each provision in force that has no Spanish."""
    name = file_name(section.section)
    gloss = content.glosses["es"].get(name, {})
    for provision in section.versions[0].provisions if section.versions else ():
        if provision.id not in gloss:
            key = f"{section.versions[0].effective} {provision.id}".strip()
            yield ContentError(content.origin[f"section:{section.section}"], key,
                               f'has no Spanish gloss; write "{provision.id}" in wording/es/provisions/{name}.yml')


def _earlier_versions(content: Content) -> Iterator[ContentError]:
    """Each version's change, and each provision of an older version, has its Spanish, with the English's numbers."""
    for section in content.sections.values():
        written = content.earlier["es"].get(file_name(section.section), {})
        path = content.origin.get(f"earlier:es:{file_name(section.section)}", content.origin[f"section:{section.section}"])
        for version in section.versions:
            day = version.effective.isoformat()
            texts = {"changed": version.changed} if version.changed else {}
            if version is not section.versions[0]:
                texts |= {provision.id: provision.says for provision in version.provisions}
            spanish = written.get(day, {})
            for pin in sorted(texts.keys() ^ spanish.keys()):
                lacking = f'has no Spanish; write it under "{day}" in wording/es/versions/{file_name(section.section)}.yml'
                yield ContentError(path, f"{day} {pin}", "is the gloss of nothing" if pin in spanish else lacking)
            for pin in texts.keys() & spanish.keys():
                if numbers := unsupported(spanish[pin], " ".join([texts[pin], day, *version.acts])):
                    yield ContentError(path, f"{day} {pin}", f"{', '.join(sorted(numbers))} does not stand in the English")
        for day in written.keys() - {version.effective.isoformat() for version in section.versions}:
            yield ContentError(path, day, "is the gloss of no version")
