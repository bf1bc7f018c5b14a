"""Compiles ``content/`` into ``law.db``: one disposable, read-only SQLite file, rebuilt whole.

Built under a temporary name and renamed, so that a build that fails leaves the old store untouched
and a running bot never sees half a store.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from sqlite_utils import Database

from bot.law import check, content, review
from bot.law.check_words import sentences_of
from bot.law.cite import file_name
from bot.law.content import Content
from bot.law.records import Section
from bot.law.schema import INDEXES, SCHEMA


def build(root: Path, target: Path) -> Content:
    """Check ``root`` and compile it to ``target``.

    Raises ``ContentError`` at the first problem; ``target`` is then left as it was.
    """
    law, errors = content.load(root)
    for problem in errors or check.problems(law):
        raise problem
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.{os.getpid()}.tmp")
    draft.unlink(missing_ok=True)
    try:
        write(law, draft)
        os.replace(draft, target)
    finally:
        draft.unlink(missing_ok=True)
    return law


def write(law: Content, path: Path) -> None:
    """Compile content that was found in order into a new file at ``path``."""
    db = Database(path)
    for name, (columns, key) in SCHEMA.items():
        db.table(name).create(columns, pk=key)
    for name, rows in _tables(law).items():
        db.table(name).insert_all(rows)
    for name, index in INDEXES:
        db.table(name).create_index(index)
    # unicode61 with remove_diacritics 2: "anulacion" finds "anulación".
    db.table("search").enable_fts(["title", "body"], tokenize="unicode61 remove_diacritics 2")
    db.vacuum()
    db.close()


def _json(value: Any) -> str:
    return msgspec.json.encode(value).decode()


def _tables(law: Content) -> dict[str, list[dict[str, Any]]]:
    rows: dict[str, list[dict[str, Any]]] = {name: [] for name in SCHEMA}
    rows["meta"] = [
        {"name": "content", "value": content.digest(law.root)},
        {"name": "jurisdiction", "value": _json(law.jurisdiction)},
        {"name": "checked_on", "value": max(section.checked.on for section in law.sections.values()).isoformat()},
    ]
    for section in law.sections.values():
        _section_rows(law, section, rows)
    for source in law.sources.values():
        rows["sources"].append({**_plain(source), "checked_on": source.checked_on.isoformat()})
    for bill in law.bills.values():
        rows["bills"].append({k: getattr(bill, k) for k in ("bill", "year", "title", "number", "summary", "became")})
        for part in bill.sections:
            for piece in part.parts:
                rows["bill_parts"].append({
                    "bill": bill.bill, "section": part.number, "part": piece.id, "heading": part.heading,
                    "amends": part.amends, "effective": part.effective, "enacted_as": _json(part.enacted_as), "text": piece.text,
                })
            for outcome in part.outcomes:
                rows["bill_outcomes"].append({
                    "bill": bill.bill, "section": part.number, "point": outcome.point, "proposed": outcome.proposed,
                    "enacted": outcome.enacted, "cites": _json(outcome.cites),
                })
    for rec in law.recommendations.values():
        rows["recommendations"].append({**_plain(rec), "reasons": _json(rec.reasons), "cites": _json(rec.cites)})
    for resource in law.resources.values():
        rows["resources"].append({"id": resource.id, "record": _json(resource)})
    for asked in law.topics.values():
        rows["topics"].append({
            **_plain(asked), "topic_group": law.groups[asked.topic], "related": _json(asked.related), "facets": _json(asked.facets),
            "headline": int(asked.headline),
        })
    for subject, terms in law.terms.items():
        for term in terms:
            rows["terms"].append({**_plain(term), "subject": subject, "label": _json(term.label), "names": _json(term.names)})
    for lang, answers in law.answers.items():
        for key, answer in answers.items():
            topic, _, variant = key.partition("@")
            cites = dict.fromkeys(cite for _, s in sentences_of(answer) for cite in s.cites)
            rows["answers"].append({
                "topic": topic, "variant": variant, "lang": lang, "title": answer.title, "record": _json(answer),
                "cites": _json(list(cites)),
            })
            body = " ".join(sentence.text for sentence in answer.full)
            rows["search"].append({"kind": "answer", "key": key, "lang": lang, "title": answer.title, "body": body})
    for lang, phrases in law.phrases.items():
        rows["phrases"] += [{"lang": lang, "key": key, "text": text} for key, text in phrases.items()]
    rows["interviews"] = [{"interview": name, "record": _json(interview)} for name, interview in law.interviews.items()]
    for lang, interviews in law.interview_words.items():
        rows["interview_words"] += [{"lang": lang, "interview": name, "record": _json(words)} for name, words in interviews.items()]
    rows["reviews"] = [_standing(standing) for standing in review.standings(law)]
    rows["seed_items"] = [
        {"item": item, "record_kind": kind, "record": name} for item, kind, name in sorted(seed_items(law))
    ]
    return rows


def _standing(standing: review.Standing) -> dict[str, Any]:
    row: dict[str, Any] = {"unit": standing.unit.id, "kind": standing.unit.kind, "lang": standing.unit.lang, "name": standing.unit.name}
    for column, role in (("checked", "project"), ("lawyer", "lawyer"), ("editor", "editor")):
        given = standing.signed.get(role)
        row |= {f"{column}_on": given.on.isoformat() if given else None, f"{column}_by": given.by if given else None}
    due = standing.due.isoformat() if standing.due else None
    return {**row, "state": standing.state, "due": due, "under_review": standing.unit.under_review}


def _plain(record: Any) -> dict[str, Any]:
    """A record's fields as a row, without those that the table leaves out."""
    row = msgspec.structs.asdict(record)
    row.pop("seed_items", None)
    return row


def _section_rows(law: Content, section: Section, rows: dict[str, list[dict[str, Any]]]) -> None:
    review = section.under_review
    gloss = law.glosses["es"].get(file_name(section.section), {})
    earlier = law.earlier["es"].get(file_name(section.section), {})
    rows["sections"].append({
        "section": section.section, "title": section.title, "formerly": section.formerly, "chapter": section.chapter, "link": section.link,
        "checked_on": section.checked.on.isoformat(), "checked_against": section.checked.against,
        "checked_by": section.checked.by, "review_act": review.act if review else None,
        "review_since": review.since.isoformat() if review else None, "review_note": review.note if review else None,
        "repealed": int(section.versions[0].repealed),
    })
    ends = {older.effective: newer.effective.isoformat() for newer, older in pairwise(section.versions)}
    for version in reversed(section.versions):
        number = len(rows["versions"]) + 1
        of_version = earlier.get(version.effective.isoformat(), {})
        rows["versions"].append({
            "id": number, "section": section.section, "effective": version.effective.isoformat(),
            "until": ends.get(version.effective), "acts": _json(version.acts), "changed": version.changed,
            "changed_es": of_version.get("changed"),
            "complete": int(version.complete), "basis": version.basis, "repealed": int(version.repealed),
        })
        current = version is section.versions[0]
        for position, provision in enumerate(version.provisions):
            rows["provisions"].append({
                "version": number, "section": section.section, "pin": provision.id, "cite": section.section + provision.id,
                "kind": provision.kind, "says": provision.says,
                "says_es": gloss.get(provision.id) if current else of_version.get(provision.id),
                "figures": _json(provision.figures), "readings": _json(provision.readings), "position": position,
            })
            if current:
                for lang, says in (("en", provision.says), ("es", gloss.get(provision.id, ""))):
                    if says:
                        rows["search"].append({
                            "kind": "provision", "key": section.section + provision.id, "lang": lang,
                            "title": section.title, "body": says,
                        })
    for d in section.differences:
        rows["differences"].append({
            "id": f"{section.section}:{d.id}", "section": section.section, "pin": d.provision, "source": d.source,
            "in_source": d.where, "source_says": d.source_says, "law_says": d.law_says, "matters": d.matters, "line": d.line,
            "line_es": law.phrases["es"].get(f"differences.{section.section}:{d.id}"),
        })
    rows["gaps"] += [{"section": section.section, "about": gap.about, "says": gap.says} for gap in section.gaps]
    rows["cross_references"] += [{"section": section.section, "refers_to": other} for other in dict.fromkeys(section.related)]


def seed_items(law: Content) -> Iterator[tuple[int, str, str]]:
    """Each inventory item with the kind and name of a record that answers for it."""
    for section in law.sections.values():
        name = section.section
        yield from ((item, "section", name) for item in section.seed_items)
        for version in section.versions:
            yield from ((item, "version", f"{name} {version.effective}") for item in version.seed_items)
            for provision in version.provisions:
                yield from ((item, "provision", name + provision.id) for item in provision.seed_items)
        for d in section.differences:
            yield from ((item, "difference", f"{name}:{d.id}") for item in d.seed_items)
    for bill in law.bills.values():
        yield from ((item, "bill", bill.bill) for item in bill.seed_items)
        for part in bill.sections:
            place = f"{bill.bill} § {part.number}"
            yield from ((item, "bill section", place) for item in part.seed_items)
            for piece in part.parts:
                yield from ((item, "bill part", f"{bill.bill} § {piece.id}") for item in piece.seed_items)
            for outcome in part.outcomes:
                yield from ((item, "bill outcome", f"{place}: {outcome.point}") for item in outcome.seed_items)
    for rec in law.recommendations.values():
        yield from ((item, "recommendation", str(rec.number)) for item in rec.seed_items)
    for source in law.sources.values():
        yield from ((item, "source", source.id) for item in source.seed_items)
    for resource in law.resources.values():
        yield from ((item, "resource", resource.id) for item in resource.seed_items)
