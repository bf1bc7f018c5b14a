"""Holds the wording against the law: no citation, no answer; no number that its provision lacks; both languages; house style."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bot.errors import ContentError
from bot.law.content import LANGUAGES, Content
from bot.law.numbers import unsupported
from bot.law.records import Answer, Sentence
from bot.law.support import support

LENGTHS = ("short", "full", "simple", "advocate")
SHORT_LIMIT = {"en": 400, "es": 190}  # characters that fit three SMS segments beside the furniture
_PLACEHOLDER = re.compile(r"\{([a-z_0-9.]+)\}")
_PHONE = re.compile(r"\b1?[-. ]?8\d\d[-. ]\d{3}[-. ]\d{4}\b")
_BANNED = {
    "an em-dash or en-dash": re.compile("[—–]"),
    "a curly quote": re.compile("[‘’“”]"),
    "a bullet": re.compile("[•·]"),
    '"you should"': re.compile(r"\byou should\b|\busted deber[ií]a\b", re.I),
}
TEMPLATE_FIELDS = {"business", "profession", "provision", "offense", "checked_on", "revised_to", "under_review", "lawyer_review"}


def answers(content: Content) -> Iterator[ContentError]:
    """Each answer belongs to a topic, keeps to its length, and its sentences to their cites."""
    for lang in LANGUAGES:
        for key, answer in content.answers[lang].items():
            file = content.origin[f"answer:{lang}:{key}"]
            topic = key.partition("@")[0]
            if topic not in content.topics:
                yield ContentError(file, key, f"no topic {topic} in topics/")
            for length in LENGTHS:
                yield from sentences(content, lang, f"{key}.{length}", file, getattr(answer, length))
            size = sum(len(s.text) + 1 + sum(len(cite) + 5 for cite in s.cites) for s in answer.short)
            if size > SHORT_LIMIT[lang]:
                yield ContentError(file, f"{key}.short", f"is {size} characters with its cites; {SHORT_LIMIT[lang]} at most")


def sentences(
    content: Content, lang: str, key: str, file: object, said: tuple[Sentence, ...], *, free_fields: bool = False
) -> Iterator[ContentError]:
    """Sentences of law cite what holds their numbers; notes carry neither. ``free_fields``: a rule fills in more than the known ones."""
    if not said:
        yield ContentError(str(file), key, "is empty")
    for sentence in said:
        text, cites = sentence.text, sentence.cites
        if bool(sentence.law) == bool(sentence.note):
            yield ContentError(str(file), key, "a sentence is either `law` or `note`")
        yield from style(content, text, str(file), key)
        for name in _PLACEHOLDER.findall(text):
            if "." not in name and name not in TEMPLATE_FIELDS and not free_fields:
                yield ContentError(str(file), key, f"{{{name}}} is nothing that an answer can fill in")
        if sentence.note:
            if cites:
                yield ContentError(str(file), key, "a `note` carries no cite; write it as `law`")
            if numbers := unsupported(_PLACEHOLDER.sub("", text), ""):
                yield ContentError(str(file), key, f"a `note` states {', '.join(sorted(numbers))}; only a `law` sentence may")
            continue
        if not cites:
            yield ContentError(str(file), key, f"no citation, no answer: {text[:60]!r} cites nothing")
        backing = []
        for cite in cites:
            if cite == "{provision}":
                continue
            if (found := support(content, cite)) is None:
                yield ContentError(str(file), key, f"{cite} does not resolve")
            else:
                backing.append(found)
        if len(backing) == len(cites) and (numbers := unsupported(_PLACEHOLDER.sub("", text), " ".join(backing))):
            yield ContentError(str(file), key, f"{', '.join(sorted(numbers))} does not stand in {', '.join(cites)}")


def style(content: Content, text: str, file: str, key: str) -> Iterator[ContentError]:
    """House style: no dashes, curly quotes or bullets, no phone number outside help.yml, no "you should"."""
    for name, pattern in _BANNED.items():
        if pattern.search(text):
            yield ContentError(file, key, f"holds {name}")
    if _PHONE.search(text):
        yield ContentError(file, key, "holds a phone number; numbers stand in help.yml only")
    for field in _PLACEHOLDER.findall(text):
        resource, _, attribute = field.partition(".")
        if attribute and (resource not in content.resources or not getattr(content.resources[resource], attribute, "")):
            yield ContentError(file, key, f"{{{field}}} is not in help.yml")


def phrases(content: Content) -> Iterator[ContentError]:
    """The furniture keeps house style, and its placeholders are the same in both languages."""
    for lang in LANGUAGES:
        for key, text in content.phrases[lang].items():
            yield from style(content, text, str(content.origin[f"phrase:{lang}:{key}"]), key)
    for key, text in content.phrases["en"].items():
        other = content.phrases["es"].get(key, text)
        if set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(other)):
            yield ContentError(content.origin[f"phrase:es:{key}"], key, "has other placeholders than the English")


def resources(content: Content) -> Iterator[ContentError]:
    """Each place to turn to is named in both languages."""
    for resource in content.resources.values():
        for lang in LANGUAGES:
            if lang not in resource.name or lang not in resource.for_whom:
                yield ContentError(content.origin[f"help:{resource.id}"], resource.id, f"has no name in {lang}")


def sentences_of(answer: Answer) -> Iterator[tuple[str, Sentence]]:
    """Each sentence of an answer with the length that it stands in."""
    for length in LENGTHS:
        for sentence in getattr(answer, length):
            yield length, sentence
