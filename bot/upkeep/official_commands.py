"""``charter-oak official``: the official text on the deployer's side."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click

from bot import paths
from bot.command_line import Day, example, in_a_line
from bot.errors import CharterOakError
from bot.law import content as contents
from bot.law.official import OfficialTexts
from bot.law.published import Published
from bot.law.records import Section
from bot.upkeep import official as texts
from bot.upkeep import page as pages
from bot.upkeep.fetch import PAUSE, Fetcher, FetchProblem
from bot.upkeep.page import ChapterPage, PageProblem

_CHAPTER = re.compile(r"/chap_\w+\.html?$")
_SAVED_FROM = re.compile(rb"<!-- saved from url=\(\d+\)(\S+) -->")


class SomeFailed(CharterOakError):
    """Some pages were not taken; each has been named with why."""


def loaded() -> Iterable[Published]:
    """Every section whose official text was loaded."""
    return (one.text for one in OfficialTexts(paths.official_db()).everything())


def _sections() -> list[Section]:
    content, errors = contents.load(paths.content_dir())
    for error in errors:
        raise error
    return list(content.sections.values())


@click.group(epilog=example("charter-oak official load --help"))
def official() -> None:
    """The official text beside the restatement: fetch it, or load pages saved to disk. It stays on this machine."""


@official.command(epilog=example("charter-oak official fetch --section 54-95c --contact law@example.org"))
@click.option("--section", multiple=True, help="Only the page of this section.")
@click.option("--contact", default="", help="How to reach you; OPERATOR_CONTACT unless given.")
@click.option("--base", default="", help="Another host to fetch from, such as a mirror.")
@click.option("--pause", default=PAUSE, show_default=True, help="Seconds between two requests.")
@in_a_line
def fetch(section: tuple[str, ...], contact: str, base: str, pause: float) -> None:
    """Fetch the chapters' pages that the store's sections link to, one at a time, and only where they changed."""
    held = _sections()
    if unknown := [one for one in section if one not in {each.section for each in held}]:
        raise SomeFailed(f"{', '.join(unknown)} is not in the store.")
    addresses = dict.fromkeys(texts.page_of(one) for one in held if not section or one.section in section)
    without = [one.section for one in held if not _CHAPTER.search(texts.page_of(one)) and (not section or one.section in section)]
    failed = 0
    with Fetcher(contact or os.environ.get("OPERATOR_CONTACT", ""), pause=pause) as fetcher:
        for address in (one for one in addresses if _CHAPTER.search(one)):
            failed += _said(lambda address=address: _fetch(fetcher, held, address, base))  # type: ignore[misc]
    if without:
        click.echo(f"Their links lead to no chapter's page: {', '.join(without)}. Save the page and load it: charter-oak official load DIR")
    if failed:
        raise SomeFailed(f"{failed} of the pages were not taken; what was there of them is as it was.")


def _fetch(fetcher: Fetcher, held: list[Section], address: str, base: str) -> str:
    database, today = paths.official_db(), dt.date.today()
    have = {one.text.section for one in OfficialTexts(database).everything()}
    whole = all(one.section in have for one in held if texts.page_of(one) == address and not one.versions[0].repealed)
    before = texts.known(database, address) if whole else None  # a section may have come into the store since
    there = re.sub(r"^https?://[^/]+", base.rstrip("/"), address) if base else address
    found = fetcher.fetch(there, etag=before.etag if before else "", modified=before.modified if before else "")
    if found.body is None:
        texts.unchanged(database, address, today)
        return f"{address}: unchanged."
    page = pages.read(found.body, address)
    return _take(held, page, address, today, etag=found.etag, modified=found.modified)


@official.command(epilog=example("charter-oak official load saved-pages --retrieved 2026-11-21"))
@click.argument("folder", type=click.Path(exists=True, path_type=Path))
@click.option("--retrieved", type=Day(), help="The day on which the pages were saved; that of each file unless given.")
@click.option("--supplement", is_flag=True, help="The pages are a supplement's, which print only what was changed.")
@in_a_line
def load(folder: Path, retrieved: dt.date | None, supplement: bool) -> None:
    """Load chapter pages saved to disk: every .htm and .html file in FOLDER, whatever it is called."""
    held = _sections()
    files = [folder] if folder.is_file() else sorted(path for path in folder.rglob("*") if path.suffix.lower() in (".htm", ".html"))
    if not files:
        raise SomeFailed(f"There is no .htm or .html file in {folder}.")
    failed = sum(_said(lambda path=path: _load(held, path, retrieved, supplement)) for path in files)  # type: ignore[misc]
    if failed:
        raise SomeFailed(f"{failed} of {len(files)} files were not taken; what was there of their sections is as it was.")


def _load(held: list[Section], path: Path, retrieved: dt.date | None, supplement: bool) -> str:
    data = path.read_bytes()
    page = pages.read(data, path.name)
    saved = _SAVED_FROM.search(data[:2000])
    address = saved[1].decode("ascii", errors="replace").partition("#")[0] if saved else _address(held, page, path)
    day = retrieved or dt.date.fromtimestamp(path.stat().st_mtime)
    return _take(held, page, address, day, part=supplement or "/sup/" in address)


def _address(held: list[Section], page: ChapterPage, path: Path) -> str:
    """The address that the store's sections of the chapter link to; of one that links to a list of titles, the list and the chapter."""
    printed = {one.section for one in page.sections}
    links = [texts.page_of(one) for one in held if one.chapter.lower() == page.chapter or one.section in printed]
    chapters = [link for link in links if _CHAPTER.search(link)]
    return chapters[0] if chapters else f"{links[0]}#chapter-{page.chapter}" if links else path.name


def _take(
    held: list[Section], page: ChapterPage, address: str, day: dt.date, *, part: bool = False, etag: str = "", modified: str = ""
) -> str:
    wanted = texts.wanted_on(held, page, address, part=part)
    if not wanted:
        raise PageProblem(f"{address} is chapter {page.chapter}, and the store has no section of it.")
    taken = texts.take(paths.official_db(), page, wanted, address, day, etag=etag, modified=modified)
    changed = f" Changed since it was last taken: {', '.join(taken.changed)}. See: charter-oak drift --official" if taken.changed else ""
    return f"{address}: chapter {page.chapter}, {len(wanted)} section{'s' if len(wanted) > 1 else ''} of the store, as of {day}.{changed}"


def _said(work: Callable[[], str]) -> bool:
    """Do the work on one page and say what came of it; whether it failed."""
    try:
        click.echo(work())
    except (PageProblem, FetchProblem) as problem:
        click.echo(f"Not taken: {problem}", err=True)
        return True
    return False
