"""The report as text, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator

from gateway.usage.lines import ANY, NONE, Line
from gateway.usage.report import Report, Row, in_words

_CHANNELS = {"web": "chat", "page": "plain page", "sms": "text messages", "slack": "Slack", ANY: "channel not told"}
_LANGS = {"en": "English", "es": "Spanish", ANY: "either language"}
_WHATS = {
    "choices": "not sure, offered choices", "not_found": "nothing found", "outside": "outside what is known here",
    "unhelpful_person": "wanted a person", "unhelpful_other": "answered something else", "unhelpful_hard": "hard to understand",
    "unhelpful_missing": "something missing", "unhelpful_wrong": "thought to be wrong",
}
_TO_DO = {
    "choices": "add phrases in which people ask for it", "not_found": "see below", "outside": "see below",
    "unhelpful_person": "name whom to call in the answer", "unhelpful_other": "add phrases; hold them against those of the topics near it",
    "unhelpful_hard": "rewrite `simple`, then `short`", "unhelpful_missing": "see whether `full` leaves out a provision that it rests on",
    "unhelpful_wrong": "hold it against the official text: charter-oak drift",
}
MOST_ROWS = 12


def text(report: Report) -> str:
    """The report to read."""
    month, smallest = report.month, report.month.smallest
    answered, fell = report.totals
    parts = [
        f"Charter Oak, {in_words(month.name)}",
        f"A conversation counts once for each subject and what came of it. Shown is what at least {smallest} conversations share, rounded\n"
        f"down to a multiple of {smallest}. What fewer than {smallest} share is counted with others, or not shown at all. Sums are of what is\n"
        "shown, so that what is not cannot be worked out.",
    ]
    if not month.lines:
        return "\n\n".join([*parts, f"Nothing was shared by as many as {smallest} conversations. It may have been a quiet month."]) + "\n"
    parts.append(f"Answered {answered:,}, fell back {fell:,}: {_rate(answered, fell)} of {answered + fell:,}.")
    parts.append("\n".join(["By channel and language", *_places(report)]))
    parts.append("\n".join(["Fell back most", *_rows(report.fallbacks)]))
    parts.append("\n".join(["Said not to help", *_rows(report.reasons)]))
    parts.append("\n".join(["Answered most", *_rows(report.answered, to_do=False)]))
    if any(row.line.what in ("not_found", "outside") for row in report.fallbacks):
        parts.append(
            "What was not found, or lies outside, is counted without a subject: there was none. What people asked is not known, and is not to be.\n"
            "Ask those who work with them, and see content/topics/ and docs/evaluation.md."
        )
    return "\n\n".join(parts) + "\n"


def _places(report: Report) -> Iterator[str]:
    for (channel, lang), (answered, fell) in report.places.items():
        yield f"  {_place(channel, lang):32}answered {_shown(answered):>10}   fell back {_shown(fell):>10}"


def _shown(number: int) -> str:
    return f"{number:,}" if number else "none shown"


def _rows(rows: tuple[Row, ...], *, to_do: bool = True) -> Iterator[str]:
    if not rows:
        yield "  nothing that enough conversations share"
    for row in rows[:MOST_ROWS]:
        what = f"{_WHATS[row.line.what]}; " if row.line.what in _WHATS else ""
        yield f"  {row.number:>6,}  {_subject(row)} ({what}{_place(row.line.channel, row.line.lang)})"
        if to_do and row.files:
            yield f"          {_TO_DO[row.line.what]}: {', '.join(row.files)}"
    if len(rows) > MOST_ROWS:
        yield f"          and {len(rows) - MOST_ROWS} more: --csv has all"


def _subject(row: Row) -> str:
    if row.line.topic == ANY:
        return "other subjects together"
    if row.line.topic == NONE:
        return "no subject"
    return f"{row.line.topic}: {row.title}" if row.title else row.line.topic


def _place(channel: str, lang: str) -> str:
    return "channel and language not told" if channel == lang == ANY else f"{_CHANNELS.get(channel, channel)}, {_LANGS.get(lang, lang)}"


def _rate(answered: int, fell: int) -> str:
    return f"{100 * fell / (answered + fell):.0f} %" if answered + fell else "none"


def as_json(report: Report) -> str:
    """The report for programs."""
    answered, fell = report.totals
    lines = [{**line._asdict(), "conversations": number} for line, number in sorted(report.month.lines.items())]
    return json.dumps({
        "month": report.month.name, "smallest": report.month.smallest, "answered": answered, "fell_back": fell, "lines": lines,
        "files": {row.line.topic: row.files for row in (*report.fallbacks, *report.reasons) if row.files},
    }, indent=1)


def as_csv(report: Report) -> str:
    """Every line, for a spreadsheet."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(["month", *Line._fields, "conversations"])
    rows.writerows([report.month.name, *line, number] for line, number in sorted(report.month.lines.items()))
    return out.getvalue()
