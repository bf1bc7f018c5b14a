"""Holds the guided interviews together: steps lean on earlier answers only, and every word stands in both languages."""

from __future__ import annotations

from collections.abc import Iterator

from bot.errors import ContentError
from bot.law.check_translations import rest_alike
from bot.law.check_words import sentences, style
from bot.law.content import LANGUAGES, Content
from bot.law.records import Interview, InterviewWords, Step


def interviews(content: Content) -> Iterator[ContentError]:
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
                yield ContentError(file, name, f"has no words in {lang}; write wording/{lang}/interviews/{name}.yml")
                continue
            yield from _interview_words(content, lang, interview, words)
    for lang in LANGUAGES:
        for name in content.interview_words[lang].keys() - content.interviews.keys():
            yield ContentError(content.origin[f"interview:{lang}:{name}"], name,
                               f"has the words of no interview; write content/interviews/{name}.yml")
    for name in content.interview_words["en"].keys() & content.interview_words["es"].keys():
        english, spanish = content.interview_words["en"][name], content.interview_words["es"][name]
        for part in ("findings", "rows", "sheet"):
            for key in getattr(english, part).keys() ^ getattr(spanish, part).keys():
                yield ContentError(content.origin[f"interview:es:{name}"], f"{part}.{key}", "stands in one language only")
        for key in english.findings.keys() & spanish.findings.keys():
            yield from rest_alike(content.origin[f"interview:es:{name}"], f"findings.{key}", english.findings[key], spanish.findings[key])


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
            yield from style(content, text, str(file), step.step)
    for strange in words.steps.keys() - {step.step for step in interview.steps}:
        yield ContentError(file, strange, "has words and is never asked")
    for key, sentences_of_finding in words.findings.items():
        yield from sentences(content, lang, f"findings.{key}", file, sentences_of_finding, free_fields=True)
