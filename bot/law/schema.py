"""The tables of law.db, and the page that describes them."""

from __future__ import annotations

from typing import Any

SCHEMA: dict[str, tuple[dict[str, Any], Any]] = {
    "meta": ({"name": str, "value": str}, "name"),
    "sections": (
        {"section": str, "title": str, "chapter": str, "link": str, "checked_on": str, "checked_against": str,
         "checked_by": str, "formerly": str, "review_act": str, "review_since": str, "review_note": str, "repealed": int},
        "section",
    ),
    "versions": (
        {"id": int, "section": str, "effective": str, "until": str, "acts": str, "changed": str,
         "changed_es": str, "complete": int,
         "basis": str, "repealed": int},
        "id",
    ),
    "provisions": (
        {"id": int, "version": int, "section": str, "pin": str, "cite": str, "kind": str, "says": str, "says_es": str,
         "figures": str, "readings": str, "position": int},
        "id",
    ),
    "differences": (
        {"id": str, "section": str, "pin": str, "source": str, "in_source": str, "source_says": str, "law_says": str,
         "matters": str, "line": str, "line_es": str},
        "id",
    ),
    "gaps": ({"id": int, "section": str, "about": str, "says": str}, "id"),
    "cross_references": ({"section": str, "refers_to": str}, ("section", "refers_to")),
    "sources": (
        {"id": str, "name": str, "name_es": str, "kind": str, "status": str, "date": str, "link": str, "checked_on": str, "note": str},
        "id",
    ),
    "bills": ({"bill": str, "year": int, "title": str, "number": str, "summary": str, "became": str}, "bill"),
    "bill_parts": (
        {"id": int, "bill": str, "section": str, "part": str, "heading": str, "amends": str, "effective": str,
         "enacted_as": str, "text": str},
        "id",
    ),
    "bill_outcomes": (
        {"id": int, "bill": str, "section": str, "point": str, "proposed": str, "enacted": str, "cites": str}, "id",
    ),
    "recommendations": (
        {"number": int, "asks": str, "reasons": str, "fate": str, "fate_says": str, "cites": str}, "number",
    ),
    "resources": ({"id": str, "record": str}, "id"),
    "topics": (
        {"topic": str, "topic_group": str, "asks": str, "related": str, "facets": str, "subject": str,
         "default_subject": str, "headline": int, "about": str, "counts": str, "counted_by": str, "with_a_minor": str,
         "when_named": str},
        "topic",
    ),
    "terms": (
        {"subject": str, "id": str, "label": str, "names": str, "provision": str, "outcome": str, "felony_class": str},
        ("subject", "id"),
    ),
    "answers": (
        {"topic": str, "variant": str, "lang": str, "title": str, "record": str, "cites": str},
        ("lang", "topic", "variant"),
    ),
    "interviews": ({"interview": str, "record": str}, "interview"),
    "interview_words": ({"lang": str, "interview": str, "record": str}, ("lang", "interview")),
    "phrases": ({"lang": str, "key": str, "text": str}, ("lang", "key")),
    "reviews": (
        {"unit": str, "kind": str, "lang": str, "name": str, "state": str, "checked_on": str, "checked_by": str, "lawyer_on": str,
         "lawyer_by": str, "editor_on": str, "editor_by": str, "due": str, "under_review": str},
        "unit",
    ),
    "seed_items": ({"item": int, "record_kind": str, "record": str}, None),
    "search": ({"kind": str, "key": str, "lang": str, "title": str, "body": str}, None),
}  # table: (columns, primary key)
INDEXES = (
    ("provisions", ["section", "version"]),
    ("provisions", ["cite"]),
    ("versions", ["section", "effective"]),
    ("differences", ["section"]),
    ("bill_parts", ["bill", "section"]),
)

SAYS = {
    "meta": "What the store is: the hash of the content it was built from, the jurisdiction, the latest check.",
    "sections": "One row a section of law: heading, official link, when it was checked against what, and an act under review.",
    "versions": "A section's text from one effective date until the next; `until` is empty for the text in force.",
    "provisions": "What a version says, provision by provision, restated; `says_es` is the same in Spanish.",
    "differences": "Where a source document does not say what the law says, and why it matters.",
    "gaps": "What people ask about a section that no source answers, and who would know.",
    "cross_references": "Which section refers to which.",
    "sources": "Every document drawn on, labelled for what it is.",
    "bills": "The bills of the source documents: proposed law, never the law in force.",
    "bill_parts": "A bill's own text by subsection, with line numbers; deletions {--so--}, additions {++so++}.",
    "bill_outcomes": "What a bill proposed on a point and what was enacted instead.",
    "recommendations": "The Council's recommendations and what became of each.",
    "resources": "Places to turn to, as JSON: numbers, hours, languages, when they were checked.",
    "topics": "What people ask about; a topic is also an intent.",
    "terms": "Offenses, businesses and professions that questions name, with the names people type.",
    "answers": "The wording of each answer, as JSON, in four lengths, by language and variant.",
    "interviews": "The guided interviews, as JSON: their questions in order and when each is asked.",
    "interview_words": "The wording of each interview, as JSON, by language.",
    "phrases": "The bot's own furniture, by language and key.",
    "reviews": "Where each provision and wording stands: drafted, checked, reviewed by a lawyer or an editor, when it is due again.",
    "seed_items": "Which record answers for which item of the inventory of the source documents.",
    "search": "What full-text search looks through; `search_fts` is its FTS5 index, accents folded.",
}


def as_markdown() -> str:
    """The page docs/schema.md."""
    lines = ["# The tables of law.db", "", "Made by `charter-oak schema`; a test fails where it is out of date. Dates are ISO; lists are JSON.", ""]
    for table, (columns, key) in SCHEMA.items():
        keys = (key,) if isinstance(key, str) else key or ()
        lines += [f"## {table}", "", SAYS[table], "", "| column | type |", "|---|---|"]
        lines += [f"| {name}{' (key)' if name in keys else ''} | {kind.__name__} |" for name, kind in columns.items()]
        lines.append("")
    return "\n".join(lines)
