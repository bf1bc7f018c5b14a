"""Writes official.db: the pages that were taken, and the words of the store's sections on them. A page goes in whole or not at all."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from bot.law.records import Section
from bot.upkeep.page import ChapterPage, PageProblem

_TABLES = """
create table if not exists pages (url text primary key, chapter text, name text, retrieved text, etag text, modified text);
create table if not exists texts (
    section text, place integer, url text, heading text, paragraphs text, source text, history text, primary key (section, place)
);
"""


class Page(msgspec.Struct, frozen=True):
    """A page that was taken before: what a server needs to say that it is unchanged."""

    url: str
    etag: str
    modified: str


class Taken(msgspec.Struct, frozen=True):
    """What a page gave: the store's sections on it, and those of them whose words are not the ones that were there before."""

    url: str
    sections: tuple[str, ...]
    changed: tuple[str, ...]


def page_of(section: Section) -> str:
    """The address of the page that a section stands on, without the place on it."""
    return section.link.partition("#")[0]


def wanted_on(sections: Iterable[Section], page: ChapterPage, url: str, *, part: bool = False) -> tuple[str, ...]:
    """The store's sections that ``page`` prints.

    Args:
        url: the page's address, which the sections' own links name.
        part: a supplement, which prints only what was changed.

    Raises:
        PageProblem: a section of the store that belongs on this page is not on it.
    """
    held = list(sections)
    printed = {one.section for one in page.sections}
    missing = [
        one.section for one in held
        if not part and page_of(one) == url and one.section not in printed and not one.versions[0].repealed
    ]
    if missing:
        said = "which it lists as repealed, reserved or transferred" if set(missing) <= page.gone else "which the store has from this page"
        raise PageProblem(f"{url} does not print {', '.join(missing)}, {said}. Nothing of it was taken.")
    return tuple(one.section for one in held if one.section in printed)


def take(path: Path, page: ChapterPage, sections: Iterable[str], url: str, retrieved: dt.date, *, etag: str = "", modified: str = "") -> Taken:
    """Put the words of ``sections`` as ``page`` prints them into the database at ``path``, in the place of what was there of them."""
    wanted = tuple(sections)
    changed = []
    with _draft(path) as db:
        db.execute(
            "insert into pages values (?, ?, ?, ?, ?, ?) on conflict (url) do update set chapter = excluded.chapter, name = excluded.name,"
            " retrieved = excluded.retrieved, etag = excluded.etag, modified = excluded.modified",
            (url, page.chapter, page.name, retrieved.isoformat(), etag, modified),
        )
        for section in wanted:
            rows = [
                (section, place, url, one.heading, json.dumps(one.paragraphs, ensure_ascii=False), one.source,
                 json.dumps(one.history, ensure_ascii=False))
                for place, one in enumerate(page.printings(section))
            ]
            before = db.execute("select heading, paragraphs, source, history from texts where section = ? order by place", (section,)).fetchall()
            if before and before != [row[3:] for row in rows]:
                changed.append(section)
            db.execute("delete from texts where section = ?", (section,))
            db.executemany("insert into texts values (?, ?, ?, ?, ?, ?, ?)", rows)
    return Taken(url, wanted, tuple(changed))


def unchanged(path: Path, url: str, retrieved: dt.date) -> None:
    """Note that the page was looked at again and is as it was."""
    with _draft(path) as db:
        db.execute("update pages set retrieved = ? where url = ?", (retrieved.isoformat(), url))


def known(path: Path, url: str) -> Page | None:
    """The page as it was taken before; None where it was not."""
    if not path.exists():
        return None
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as db:
        row = db.execute("select url, etag, modified from pages where url = ?", (url,)).fetchone()
    return Page(*row) if row else None


@contextmanager
def _draft(path: Path) -> Iterator[sqlite3.Connection]:
    """A copy of the database to write into, which takes its place when all went well: a reader never sees half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.tmp")
    try:
        if path.exists():
            shutil.copyfile(path, draft)
        db = sqlite3.connect(draft)
        try:
            db.executescript(_TABLES)
            with db:
                yield db
        finally:
            db.close()
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
