"""A conclusion in words: the outcome with why, its parts one by one, the path that led to it, and the sheet to take along."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.answers.topic import notices
from bot.desk import Desk
from bot.interviews import rules
from bot.interviews.conclusion import PARTS, Conclusion, Finding, Part
from bot.interviews.walk import UNSURE, Facts, walk
from bot.law import labels
from bot.law.records import Interview, InterviewWords, Step
from bot.reply import Choice, Line, Reply, Sheet, SheetDate, SheetPart

DOCUMENTS = ("pdf", "docx", "ics")
SHOWN_AT_ONCE: tuple[Part, ...] = ("reasons", "sum")


def conclude(desk: Desk, interview: Interview, facts: Facts) -> Conclusion:
    """What the interview's rule finds in the facts."""
    return rules.RULES[interview.interview](facts, desk.store, desk.today())


def reply(desk: Desk, interview: Interview, facts: Facts, lang: str, before: tuple[Line, ...] = ()) -> Reply:
    """The result: the outcome, why, the sum where there is one, the first step; the rest is offered."""
    words, found = desk.store.interview_words[lang][interview.interview], conclude(desk, interview, facts)
    lines = [*before, *_lines(desk, words, (found.headline,), lang)]
    for part in SHOWN_AT_ONCE:
        if findings := found.part(part):
            lines += [_heading(desk, part, lang), *_lines(desk, words, findings, lang)]
    if found.steps:
        lines += [_heading(desk, "steps", lang), *_lines(desk, words, found.steps[:1], lang)]
    parts = [part for part in PARTS if part not in SHOWN_AT_ONCE and len(found.part(part)) > (part == "steps")]
    choices = [Choice(f"result:{part}", desk.say(lang, f"interviews.offer_{part}")) for part in parts]
    choices += [Choice(f"result:{name}", desk.say(lang, f"interviews.offer_{name}")) for name in ("why", "paper", "over")]
    return _finished(desk, words, lines, lang, tuple(choices), table=_table(desk, words, found, lang))


def part_reply(desk: Desk, interview: Interview, facts: Facts, part: Part, lang: str) -> Reply:
    """One part of the result in full: the steps, what it gives and does not, other ways, what is not known."""
    words, found = desk.store.interview_words[lang][interview.interview], conclude(desk, interview, facts)
    lines = [_heading(desk, part, lang), *_lines(desk, words, found.part(part), lang)]
    others = [name for name in PARTS if name not in SHOWN_AT_ONCE and name != part and found.part(name)]
    choices = [Choice(f"result:{name}", desk.say(lang, f"interviews.offer_{name}")) for name in (*others, "paper")]
    return _finished(desk, words, lines, lang, tuple(choices))


def why_reply(desk: Desk, interview: Interview, given: Iterable[str], lang: str) -> Reply:
    """The path taken: each question with its answer, then the reasons with their provisions."""
    words, facts = desk.store.interview_words[lang][interview.interview], walk(interview, given).facts
    lines = [Line(desk.say(lang, "interviews.your_answers"), kind="lead")]
    lines += [
        Line(f"{desk.fill(words.steps[step.step].ask)} {label(desk, words, step, facts[step.step], lang)}", kind="note")
        for step in interview.steps if facts.asked(step.step)
    ]
    found = conclude(desk, interview, facts)
    lines += [_heading(desk, "reasons", lang), *_lines(desk, words, (found.headline, *found.reasons), lang)]
    return _finished(desk, words, lines, lang, (Choice("result:over", desk.say(lang, "interviews.offer_over")),))


def paper_choices(desk: Desk, interview: Interview, facts: Facts, lang: str) -> Reply:
    """Which kind of paper: PDF, Word, and calendar dates where the result has dates."""
    kinds = [kind for kind in DOCUMENTS if kind != "ics" or conclude(desk, interview, facts).due]
    choices = tuple(Choice(f"result:{kind}", desk.say(lang, f"interviews.paper_{kind}")) for kind in kinds)
    return Reply(kind="choices", lang=lang, lines=(Line(desk.say(lang, "interviews.paper_choose"), kind="note"),), choices=choices)


def paper(desk: Desk, interview: Interview, facts: Facts, document: str, lang: str) -> Reply:
    """The sheet for the gateway to make a file of, with the words for channels that cannot hand one over."""
    words = desk.store.interview_words[lang][interview.interview]
    return Reply(
        kind="result", lang=lang, title=words.title, lines=(Line(desk.say(lang, "interviews.paper_web"), kind="note"),),
        sheet=sheet(desk, interview, facts, lang), document=document,
    )


def sheet(desk: Desk, interview: Interview, facts: Facts, lang: str) -> Sheet:
    """The result as a paper: reasons, steps to tick off, lines to fill in by hand, sources with dates, help."""
    words, found = desk.store.interview_words[lang][interview.interview], conclude(desk, interview, facts)
    parts = [
        SheetPart(
            desk.say(lang, f"interviews.heading_{part}"), tuple((_boxes if part == "steps" else _lines)(desk, words, found.part(part), lang)),
            checklist=part == "steps",
        )
        for part in PARTS if found.part(part)
    ]
    used = [cite for finding in (found.headline, *(f for part in PARTS for f in found.part(part))) for line in _said(desk, words, finding, lang)
            for cite in line.cites]
    return Sheet(
        lang=lang, title=words.title, made_on=desk.today(), outcome=tuple(_lines(desk, words, (found.headline,), lang)),
        not_official=desk.say(lang, "interviews.not_official"), parts=tuple(parts), table=_table(desk, words, found, lang),
        blanks=tuple(words.sheet.values()),
        dates=tuple(SheetDate(desk.fill(words.rows[due.key]), due.day, due.every_years) for due in found.due),
        sources=labels.links(desk.store, used), checked=" ".join(notice.text for notice in notices(desk, used, lang, difference=False)),
        help=tuple(desk.say(lang, f"interviews.help_{name}") for name in ("emergency", "hotline", "legal")),
    )


def label(desk: Desk, words: InterviewWords, step: Step, value: str, lang: str) -> str:
    """An answer as the person would know it again: an option's label, "90 days", "$1,200", "March 2022"."""
    if value in ("yes", "no", UNSURE):
        return desk.say(lang, f"interviews.{value}")
    if value in step.options:
        return words.steps[step.step].options[value]
    if step.subject and value in desk.store.terms[step.subject]:
        return desk.store.terms[step.subject][value].label[lang]
    kind, mark, number = value.partition(":")
    if kind == "cents":
        return dollars(int(number))
    if kind == "days":
        return desk.say(lang, "interviews.days", number=f"{int(number):,}")
    return number if mark else partial_date(value, lang)


def dollars(cents: int) -> str:
    """An amount as it is written here: ``$1,200`` or ``$1,200.50``."""
    return f"${cents // 100:,}" + (f".{cents % 100:02}" if cents % 100 else "")


def partial_date(value: str, lang: str) -> str:
    """``2022``, ``2022-03`` or ``2022-03-15`` as it is said."""
    if len(value) == 4:
        return value
    if len(value) == 7:
        return labels.month(dt.date.fromisoformat(f"{value}-01"), lang)
    return labels.date(dt.date.fromisoformat(value), lang)


def _finished(
    desk: Desk, words: InterviewWords, lines: list[Line], lang: str, choices: tuple[Choice, ...], table: tuple[tuple[str, str], ...] = ()
) -> Reply:
    used = tuple(dict.fromkeys(cite for line in lines for cite in line.cites))
    return Reply(
        kind="result", lang=lang, title=words.title, lines=tuple(lines), choices=choices, table=table,
        notices=notices(desk, used, lang, difference=False), links=labels.links(desk.store, used),
    )


def _heading(desk: Desk, part: str, lang: str) -> Line:
    return Line(desk.say(lang, f"interviews.heading_{part}"), kind="lead")


def _lines(desk: Desk, words: InterviewWords, findings: Iterable[Finding], lang: str) -> list[Line]:
    return [line for finding in findings for line in _said(desk, words, finding, lang)]


def _boxes(desk: Desk, words: InterviewWords, findings: Iterable[Finding], lang: str) -> list[Line]:
    """One line a step, however many sentences say it: each gets one box to tick."""
    steps = (_said(desk, words, finding, lang) for finding in findings)
    return [Line(" ".join(line.text for line in step), tuple(dict.fromkeys(cite for line in step for cite in line.cites))) for step in steps]


def _said(desk: Desk, words: InterviewWords, finding: Finding, lang: str) -> list[Line]:
    fields = _fields(finding.fields, lang)
    return [
        Line(desk.fill(sentence.text, fields), tuple(desk.fill(cite, fields) for cite in sentence.cites), "law" if sentence.law else "note")
        for sentence in words.findings[finding.key]
    ]


def _table(desk: Desk, words: InterviewWords, found: Conclusion, lang: str) -> tuple[tuple[str, str], ...]:
    return tuple((desk.fill(words.rows[row.key], _fields(row.fields, lang)), dollars(row.cents)) for row in found.rows)


def _fields(fields: dict[str, str | int | dt.date], lang: str) -> dict[str, str]:
    return {name: _written(value, lang) for name, value in fields.items()}


def _written(value: str | int | dt.date, lang: str) -> str:
    if isinstance(value, dt.date):
        return labels.date(value, lang)
    return f"{value:,}" if isinstance(value, int) else value
