"""Reads ``content/`` into records. Knows the folder layout and nothing of what the law says."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import msgspec
from ruamel.yaml import YAML
from ruamel.yaml.error import MarkedYAMLError

from bot import fingerprint
from bot.errors import ContentError
from bot.law.cite import file_name
from bot.law.records import (
    Answer,
    Bill,
    Interview,
    InterviewWords,
    Jurisdiction,
    Recommendation,
    Resource,
    Section,
    Source,
    Term,
    Topic,
)

LANGUAGES = ("en", "es")
T = TypeVar("T")


@dataclass
class Content:
    """Everything below ``content/``, read and typed; ``origin`` says which file a record came from."""

    root: Path
    jurisdiction: Jurisdiction
    sections: dict[str, Section] = field(default_factory=dict)
    sources: dict[str, Source] = field(default_factory=dict)
    bills: dict[str, Bill] = field(default_factory=dict)
    recommendations: dict[int, Recommendation] = field(default_factory=dict)
    resources: dict[str, Resource] = field(default_factory=dict)
    topics: dict[str, Topic] = field(default_factory=dict)
    groups: dict[str, str] = field(default_factory=dict)  # topic to the group (file) that it stands in
    terms: dict[str, list[Term]] = field(default_factory=dict)  # by kind: offense, business, profession
    answers: dict[str, dict[str, Answer]] = field(default_factory=dict)  # language, then "topic" or "topic@variant"
    phrases: dict[str, dict[str, str]] = field(default_factory=dict)  # language, then "safety.emergency_danger"
    glosses: dict[str, dict[str, dict[str, str]]] = field(default_factory=dict)  # language, section, pin
    earlier: dict[str, dict[str, dict[str, dict[str, str]]]] = field(default_factory=dict)  # language, section, effective date, pin or "changed"
    interviews: dict[str, Interview] = field(default_factory=dict)
    interview_words: dict[str, dict[str, InterviewWords]] = field(default_factory=dict)  # language, then interview
    origin: dict[str, Path] = field(default_factory=dict)
    backing: dict[str, str | None] = field(default_factory=dict)  # what stands behind a cite, as the check found it


def read_yaml(path: Path) -> Any:
    """The parsed file. YAML 1.2, so ``no`` stays a word and a bare date is a date."""
    try:
        return _parsed(path.read_text(encoding="utf-8"))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ContentError(path, f"line {line}", str(error.problem)) from None
    except UnicodeDecodeError:
        raise ContentError(path, "", "is not UTF-8 text") from None
    except ValueError as error:  # a date such as 2010-02-30
        raise ContentError(path, "", f"holds a date that the calendar lacks ({error})") from None


def _parsed(text: str) -> Any:
    """By libyaml where there is one, nine times as fast. What it refuses, such as ``{a: b:c}``, YAML 1.2 may allow: the other has the last word."""
    try:
        return YAML(typ="safe").load(text)
    except MarkedYAMLError:
        return YAML(typ="safe", pure=True).load(text)


def typed(path: Path, data: Any, kind: type[T], key: str = "") -> T:
    """``data`` as read from ``path``, in the type that its place wants. Raises ``ContentError`` with file, key and reason."""
    try:
        return msgspec.convert(data, kind)
    except msgspec.ValidationError as error:
        reason, _, where = str(error).partition(" - at ")
        raise ContentError(path, f"{key}{where.strip('`').lstrip('$')}", reason) from None


def _add(store: dict[Any, T], key: Any, record: T, path: Path, origin: dict[str, Path], kind: str) -> None:
    if key in store:
        raise ContentError(path, str(key), f"stands already in {origin[f'{kind}:{key}']}")
    store[key] = record
    origin[f"{kind}:{key}"] = path


def load(root: Path) -> tuple[Content, list[ContentError]]:
    """Read every content file below ``root``; the files that could not be read come back as errors.

    A file is in error when it is not well-formed, has an unknown key or lacks one.
    Whether the records agree with each other is ``bot.law.check``'s question.
    """
    jurisdiction = root / "jurisdiction.yml"
    content = Content(root, typed(jurisdiction, read_yaml(jurisdiction), Jurisdiction))
    readers: list[tuple[Path, Callable[[Content, Path], None]]] = [
        *((path, _load_section) for path in _files(root / "sections")),
        (root / "sources.yml", partial(_load_list, kind=Source, target=content.sources, key="id")),
        (root / "recommendations.yml", partial(_load_list, kind=Recommendation, target=content.recommendations, key="number")),
        (root / "help.yml", partial(_load_list, kind=Resource, target=content.resources, key="id")),
        *((path, _load_bill) for path in _files(root / "bills")),
        *((path, _load_terms if path.stem.endswith("_terms") else _load_topics) for path in _files(root / "topics")),
        *((path, _load_interview) for path in _files(root / "interviews")),
    ]
    for lang in LANGUAGES:
        content.answers[lang], content.phrases[lang], content.glosses[lang], content.earlier[lang] = {}, {}, {}, {}
        content.interview_words[lang] = {}
        folder = root / "wording" / lang
        readers += [(path, partial(_load_answers, lang=lang)) for path in _files(folder / "answers")]
        readers += [(path, partial(_load_phrases, lang=lang)) for path in _files(folder)]
        readers += [(path, partial(_load_gloss, lang=lang)) for path in _files(folder / "provisions")]
        readers += [(path, partial(_load_earlier, lang=lang)) for path in _files(folder / "versions")]
        readers += [(path, partial(_load_interview_words, lang=lang)) for path in _files(folder / "interviews")]
    errors = []
    for path, reader in readers:
        try:
            reader(content, path)
        except ContentError as error:
            errors.append(error)
        except FileNotFoundError:
            errors.append(ContentError(path, "", "is missing"))
    return content, errors


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("*.yml"))


def _load_section(content: Content, path: Path) -> None:
    section = typed(path, read_yaml(path), Section)
    if path.stem != file_name(section.section):
        raise ContentError(path, "section", f"{section.section} belongs in {file_name(section.section)}.yml")
    _add(content.sections, section.section, section, path, content.origin, "section")


def _load_list(content: Content, path: Path, *, kind: type, target: dict[Any, Any], key: str) -> None:
    for record in typed(path, read_yaml(path), list[kind]):  # type: ignore[valid-type]
        _add(target, getattr(record, key), record, path, content.origin, path.stem)


def _load_bill(content: Content, path: Path) -> None:
    bill = typed(path, read_yaml(path), Bill)
    _add(content.bills, bill.bill, bill, path, content.origin, "bill")


def _load_topics(content: Content, path: Path) -> None:
    for topic in typed(path, read_yaml(path), list[Topic]):
        _add(content.topics, topic.topic, topic, path, content.origin, "topic")
        content.groups[topic.topic] = path.stem


def _load_terms(content: Content, path: Path) -> None:
    subject = "offense" if path.stem == "class_terms" else path.stem.removesuffix("_terms")
    for term in typed(path, read_yaml(path), list[Term]):
        if any(term.id == known.id for known in content.terms.get(subject, ())):
            raise ContentError(path, term.id, f"stands twice among the terms for {subject}")
        content.terms.setdefault(subject, []).append(term)
        content.origin[f"term:{subject}:{term.id}"] = path


def _load_answers(content: Content, path: Path, *, lang: str) -> None:
    for key, raw in (read_yaml(path) or {}).items():
        _add(content.answers[lang], key, typed(path, raw, Answer, key), path, content.origin, f"answer:{lang}")


def _load_phrases(content: Content, path: Path, *, lang: str) -> None:
    for key, text in typed(path, read_yaml(path), dict[str, str]).items():
        _add(content.phrases[lang], f"{path.stem}.{key}", text, path, content.origin, f"phrase:{lang}")


def _load_gloss(content: Content, path: Path, *, lang: str) -> None:
    content.glosses[lang][path.stem] = typed(path, read_yaml(path), dict[str, str])
    content.origin[f"gloss:{lang}:{path.stem}"] = path


def _load_earlier(content: Content, path: Path, *, lang: str) -> None:
    content.earlier[lang][path.stem] = typed(path, read_yaml(path), dict[str, dict[str, str]])
    content.origin[f"earlier:{lang}:{path.stem}"] = path


def _load_interview(content: Content, path: Path) -> None:
    interview = typed(path, read_yaml(path), Interview)
    _add(content.interviews, interview.interview, interview, path, content.origin, "interview")


def _load_interview_words(content: Content, path: Path, *, lang: str) -> None:
    _add(content.interview_words[lang], path.stem, typed(path, read_yaml(path), InterviewWords), path, content.origin, f"interview:{lang}")


def digest(root: Path) -> str:
    """A hash of every content file, by name and text: the store's identity, and the same on every machine."""
    return fingerprint.of(fingerprint.read(root, root, ".yml"))[:16]
