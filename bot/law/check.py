"""Holds the content against itself: every cite resolves, every number stands in its provision.

Each rule yields problems with the file and the key, so that whoever edits a file is told where to look.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from bot.errors import ContentError
from bot.law.cite import Cite, file_name
from bot.law.content import LANGUAGES, Content
from bot.law.numbers import unsupported
from bot.law.records import Answer, Interview, InterviewWords, Provision, Section, Sentence, Step

LENGTHS = ("short", "full", "simple", "advocate")
SHORT_LIMIT = {"en": 400, "es": 190}  # characters that fit three SMS segments beside the furniture
_LINE_PIN = re.compile(r"^\d+ ", re.M)
_PIN = re.compile(r"(?:\([A-Za-z0-9]+\))*")
_PLACEHOLDER = re.compile(r"\{([a-z_0-9.]+)\}")
_PHONE = re.compile(r"\b1?[-. ]?8\d\d[-. ]\d{3}[-. ]\d{4}\b")
_BANNED = {
    "an em-dash or en-dash": re.compile("[—–]"),
    "a curly quote": re.compile("[‘’“”]"),
    "a bullet": re.compile("[•·]"),
    '"you should"': re.compile(r"\byou should\b|\busted deber[ií]a\b", re.I),
}
TEMPLATE_FIELDS = {"business", "profession", "provision", "offense"}


def problems(content: Content) -> list[ContentError]:
    """Everything that is wrong with the content, in the order of the rules below."""
    rules = (_versions, _section_cites, _differences, _topics, _terms, _answers, _translations, _phrases, _resources, _interviews)
    return [problem for rule in rules for problem in rule(content)]


def resolve(content: Content, cite: str) -> list[tuple[Section, Provision]] | None:
    """The provisions, of every version, that a cite to a section names; ``None`` if there are none."""
    try:
        wanted = Cite.parse(cite)
    except ValueError:
        return None
    section = content.sections.get(wanted.section)
    if section is None:
        return None
    everything = [provision for version in section.versions for provision in version.provisions]
    pins = {provision.id: Cite.parse(section.section + provision.id) for provision in everything}
    inside = [p for p in everything if wanted.covers(pins[p.id])]
    if not inside:
        above = [p for p in everything if pins[p.id].covers(wanted)]
        deepest = max((len(pins[p.id].pins) for p in above), default=0)
        inside = [p for p in above if len(pins[p.id].pins) == deepest]
    if not inside and wanted.pins:
        return None
    return [(section, provision) for provision in inside]


def support(content: Content, cite: str) -> str | None:
    """All the text that a sentence citing ``cite`` may take its numbers from; ``None`` if it does not resolve."""
    if cite not in content.backing:
        content.backing[cite] = _support(content, cite)
    return content.backing[cite]


def _support(content: Content, cite: str) -> str | None:
    if source := content.sources.get(cite):
        return f"{source.name} {source.date} {source.status} {source.note}"
    if match := re.fullmatch(r"recommendation (\d+)", cite):
        rec = content.recommendations.get(int(match[1]))
        return f"{rec.asks} {' '.join(rec.reasons)} {rec.fate_says}" if rec else None
    if match := re.fullmatch(r"(bill-\d{4})(?: § (\d+)[()\w]*)?", cite):
        bill = content.bills.get(match[1])
        if bill is None:
            return None
        sections = [s for s in bill.sections if not match[2] or s.number == match[2]]
        parts = [f"{s.effective} {s.heading}" for s in sections]
        parts += [_LINE_PIN.sub("", piece.text) for s in sections for piece in s.parts]
        outcomes = [f"{o.point} {o.proposed} {o.enacted}" for s in sections for o in s.outcomes]
        return " ".join([bill.title, bill.summary, bill.became, *parts, *outcomes]) if sections else None
    found = resolve(content, cite)
    if found is None:
        return None
    section = content.sections[Cite.parse(cite).section]
    texts = [section.title]
    for version in section.versions:
        texts += [version.effective.isoformat(), version.changed, " ".join(version.acts)]
    for _, provision in found:
        figures = " ".join(f"{value}" for value in provision.figures.values())
        texts += [provision.says, *provision.readings, figures]
    texts += [gap.says for gap in section.gaps]
    texts += [f"{d.law_says} {d.source_says}" for d in section.differences]
    if section.under_review:
        texts += [section.under_review.since.isoformat(), section.under_review.note]
    return " ".join(texts)


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
        for other in (*topic.related, *filter(None, [topic.when_named])):
            if other not in content.topics:
                yield ContentError(file, topic.topic, f"related topic {other} does not exist")
        if topic.topic not in content.answers["en"]:
            yield ContentError(file, topic.topic, "has no English answer in wording/en/answers/")


def _terms(content: Content) -> Iterator[ContentError]:
    for subject, terms in content.terms.items():
        for term in terms:
            file = content.origin[f"term:{subject}:{term.id}"]
            if term.provision:
                yield from _unresolved(content, file, term.id, [term.provision])
            for lang in LANGUAGES:
                if lang not in term.label or not term.names.get(lang):
                    yield ContentError(file, term.id, f"has no label or names in {lang}")


def _answers(content: Content) -> Iterator[ContentError]:
    for lang in LANGUAGES:
        for key, answer in content.answers[lang].items():
            file = content.origin[f"answer:{lang}:{key}"]
            topic = key.partition("@")[0]
            if topic not in content.topics:
                yield ContentError(file, key, f"no topic {topic} in topics/")
            for length in LENGTHS:
                yield from _sentences(content, lang, f"{key}.{length}", file, getattr(answer, length))
            size = sum(len(s.text) + 1 + sum(len(cite) + 5 for cite in s.cites) for s in answer.short)
            if size > SHORT_LIMIT[lang]:
                yield ContentError(file, f"{key}.short", f"is {size} characters with its cites; {SHORT_LIMIT[lang]} at most")


def _sentences(
    content: Content, lang: str, key: str, file: object, sentences: tuple[Sentence, ...], *, free_fields: bool = False
) -> Iterator[ContentError]:
    if not sentences:
        yield ContentError(str(file), key, "is empty")
    for sentence in sentences:
        text, cites = sentence.text, sentence.cites
        if bool(sentence.law) == bool(sentence.note):
            yield ContentError(str(file), key, "a sentence is either `law` or `note`")
        yield from _style(content, text, str(file), key)
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


def _style(content: Content, text: str, file: str, key: str) -> Iterator[ContentError]:
    for name, pattern in _BANNED.items():
        if pattern.search(text):
            yield ContentError(file, key, f"holds {name}")
    if _PHONE.search(text):
        yield ContentError(file, key, "holds a phone number; numbers stand in help.yml only")
    for field in _PLACEHOLDER.findall(text):
        resource, _, attribute = field.partition(".")
        if attribute and (resource not in content.resources or not getattr(content.resources[resource], attribute, "")):
            yield ContentError(file, key, f"{{{field}}} is not in help.yml")


def _translations(content: Content) -> Iterator[ContentError]:
    for kind, by_lang in (("answer", content.answers), ("phrase", content.phrases)):
        for lang, other in (("en", "es"), ("es", "en")):
            for key in by_lang[lang]:
                if key.startswith("differences."):  # the English line stands on the difference itself
                    continue
                if key not in by_lang[other]:  # type: ignore[operator]
                    yield ContentError(content.origin[f"{kind}:{lang}:{key}"], key, f"has no translation in {other}")
    for file, pins in content.glosses["es"].items():
        section = next((s for s in content.sections.values() if file_name(s.section) == file), None)
        path = content.origin[f"gloss:es:{file}"]
        if section is None:
            yield ContentError(path, "", "is the gloss of no section")
            continue
        for pin, text in pins.items():
            backing = support(content, section.section + pin)
            if backing is None:
                yield ContentError(path, pin, "is the gloss of no provision")
            elif numbers := unsupported(text, backing):
                yield ContentError(path, pin, f"{', '.join(sorted(numbers))} does not stand in {section.section}{pin}")
    yield from _earlier_versions(content)
    for section in content.sections.values():
        for difference in section.differences:
            if f"differences.{section.section}:{difference.id}" not in content.phrases["es"]:
                yield ContentError(content.origin[f"section:{section.section}"], difference.id, "has no Spanish line in wording/es/differences.yml")
        if file_name(section.section) not in content.glosses["es"]:
            yield ContentError(content.origin[f"section:{section.section}"], "", "has no Spanish gloss")


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
            for pin in texts.keys() ^ spanish.keys():
                yield ContentError(path, f"{day} {pin}", "is the gloss of nothing" if pin in spanish else "has no Spanish")
            for pin in texts.keys() & spanish.keys():
                if numbers := unsupported(spanish[pin], " ".join([texts[pin], day, *version.acts])):
                    yield ContentError(path, f"{day} {pin}", f"{', '.join(sorted(numbers))} does not stand in the English")
        for day in written.keys() - {version.effective.isoformat() for version in section.versions}:
            yield ContentError(path, day, "is the gloss of no version")


def _phrases(content: Content) -> Iterator[ContentError]:
    for lang in LANGUAGES:
        for key, text in content.phrases[lang].items():
            yield from _style(content, text, str(content.origin[f"phrase:{lang}:{key}"]), key)
    for key, text in content.phrases["en"].items():
        other = content.phrases["es"].get(key, text)
        if set(_PLACEHOLDER.findall(text)) != set(_PLACEHOLDER.findall(other)):
            yield ContentError(content.origin[f"phrase:es:{key}"], key, "has other placeholders than the English")


def _resources(content: Content) -> Iterator[ContentError]:
    for resource in content.resources.values():
        for lang in LANGUAGES:
            if lang not in resource.name or lang not in resource.for_whom:
                yield ContentError(content.origin[f"help:{resource.id}"], resource.id, f"has no name in {lang}")


def sentences_of(answer: Answer) -> Iterator[tuple[str, Sentence]]:
    """Each sentence of an answer with the length that it stands in."""
    for length in LENGTHS:
        for sentence in getattr(answer, length):
            yield length, sentence


def _interviews(content: Content) -> Iterator[ContentError]:
    """Each interview asks in order, leans on earlier answers only, and has all its words in both languages."""
    for name, interview in content.interviews.items():
        file = content.origin[f"interview:{name}"]
        seen: dict[str, Step] = {}
        for step in interview.steps:
            for other, values in step.only.items():
                if other not in seen:
                    yield ContentError(file, step.step, f"leans on {other}, which is not asked before it")
                elif strange := set(values) - set(answers_to(content, seen[other])):
                    yield ContentError(file, step.step, f"leans on {', '.join(sorted(strange))}, which is no answer to {other}")
            seen[step.step] = step
        for topic in interview.topics:
            if topic not in content.topics:
                yield ContentError(file, name, f"no topic {topic} in topics/")
        for lang in LANGUAGES:
            words = content.interview_words[lang].get(name)
            if words is None:
                yield ContentError(file, name, f"has no words in {lang}")
                continue
            yield from _interview_words(content, lang, interview, words)
    for name in content.interview_words["en"].keys() & content.interview_words["es"].keys():
        english, spanish = content.interview_words["en"][name], content.interview_words["es"][name]
        for part in ("findings", "rows", "sheet"):
            for key in getattr(english, part).keys() ^ getattr(spanish, part).keys():
                yield ContentError(content.origin[f"interview:es:{name}"], f"{part}.{key}", "stands in one language only")


def answers_to(content: Content, step: Step) -> list[str]:
    """Every answer that a question of a closed kind takes."""
    closed = ["yes", "no"] if step.kind == "yes_no" else list(step.options)
    if step.kind == "term":
        closed += [term.id for term in content.terms.get(step.subject, ())]
    return [*closed, "unsure"]


def _interview_words(content: Content, lang: str, interview: Interview, words: InterviewWords) -> Iterator[ContentError]:
    file = content.origin[f"interview:{lang}:{interview.interview}"]
    for step in interview.steps:
        said = words.steps.get(step.step)
        if said is None:
            yield ContentError(file, step.step, "is asked and has no words")
            continue
        if set(said.options) != set(step.options):
            yield ContentError(file, step.step, "the labels are not those of its options")
        for text in (said.ask, said.why, said.again, *said.options.values()):
            yield from _style(content, text, str(file), step.step)
    for strange in words.steps.keys() - {step.step for step in interview.steps}:
        yield ContentError(file, strange, "has words and is never asked")
    for key, sentences in words.findings.items():
        yield from _sentences(content, lang, f"findings.{key}", file, sentences, free_fields=True)
