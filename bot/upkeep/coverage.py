"""The page docs/coverage.md: who has reviewed what, topic by topic in each language, and section by section."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path

from bot.law.content import LANGUAGES, Content
from bot.law.review import STATES, Standing, standings

PAGE = Path("docs/coverage.md")
_SAYS = {"drafted": "drafted", "checked": "checked", "lawyer": "lawyer"}


def as_markdown(content: Content) -> str:
    """The page, generated; ``charter-oak check`` names a stale one."""
    all_of_it = standings(content)
    by_unit = {standing.unit.id: standing for standing in all_of_it}
    lines = [
        "# Coverage and review", "",
        "Made by `charter-oak review table`; a test fails where it is out of date. A sign-off lapses by itself when what was signed is edited.", "",
        _lawyers(all_of_it), "",
        "- **drafted**: written; for an answer, each number in it is held against the provision that it cites, by `charter-oak check`.",
        "- **checked**: compared with the official text by the project.", "- **lawyer**: reviewed by a lawyer.",
        "- **read**: read by an editor whose first language it is.", "- **lapsed**: signed once, and edited since.",
        "- **under review**: an act changed the law that it rests on, and the act's text is not in the store.", "",
        "| what | language | drafted | checked | lawyer | read | under review |", "|---|---|---|---|---|---|---|",
    ]
    for kind in ("section", "answer", "interview", "words"):
        for lang in LANGUAGES:
            of_kind = [one for one in all_of_it if (one.unit.kind, one.unit.lang) == (kind, lang)]
            states = Counter(one.state for one in of_kind)
            read, open_ = sum("editor" in one.signed for one in of_kind), sum(bool(one.unit.under_review) for one in of_kind)
            lines.append(f"| {kind} | {lang} | " + " | ".join(str(number) for number in (*(states[state] for state in STATES), read, open_)) + " |")
    lines += ["", "## Topics", "", "| group | topic | " + " | ".join(LANGUAGES) + " |", "|---|---|" + "---|" * len(LANGUAGES)]
    for topic in content.topics:
        cells = [_cell(by_unit.get(f"answer:{lang}:{topic}")) for lang in LANGUAGES]
        lines.append(f"| {content.groups[topic]} | {topic} | " + " | ".join(cells) + " |")
    lines += ["", "## Sections", "", "| section | " + " | ".join(LANGUAGES) + " |", "|---|" + "---|" * len(LANGUAGES)]
    for section in content.sections:
        lines.append(f"| {section} | " + " | ".join(_cell(by_unit.get(f"section:{lang}:{section}")) for lang in LANGUAGES) + " |")
    return "\n".join(lines) + "\n"


def _lawyers(all_of_it: Iterable[Standing]) -> str:
    found = [one for one in all_of_it if "lawyer" in one.signed]
    if not found:
        return "**No lawyer has reviewed any of it yet.**"
    names = sorted({one.signed["lawyer"].by for one in found})
    return f"**A lawyer has reviewed {len(found)} of these: {', '.join(names)}.**"


def _cell(standing: Standing | None) -> str:
    if standing is None:
        return "none"
    more = ["read"] if "editor" in standing.signed else []
    more += ["lapsed"] if standing.lapsed else []
    more += [f"under review: {standing.unit.under_review}"] if standing.unit.under_review else []
    return ", ".join([_SAYS[standing.state], *more])
