"""What stands behind a cite: the provisions it names, and all the text that a sentence citing it may take its numbers from."""

from __future__ import annotations

import re

from bot.law.cite import Cite
from bot.law.content import Content
from bot.law.records import Provision, Section

_LINE_PIN = re.compile(r"^\d+ ", re.M)


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
        bill = content.bills.get(cite)  # as a whole: what is said of all its sections
        whole = f"{bill.title} {bill.summary} {bill.became}" if bill else ""
        return f"{source.name} {source.date} {source.status} {source.note} {whole}"
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
