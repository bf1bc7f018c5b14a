"""The commands that keep the store true: drift and rests here, review and official in files of their own."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

import click
import msgspec

from bot import paths
from bot.command_line import Day, example, in_a_line
from bot.errors import CharterOakError
from bot.law import content as contents
from bot.law.cite import Cite
from bot.law.content import Content
from bot.law.published import Published
from bot.law.support import resolve
from bot.upkeep import mark as marks
from bot.upkeep import own, page, plain, report, settled
from bot.upkeep import rests as resting
from bot.upkeep.author_commands import routes, try_
from bot.upkeep.drift import Drift, compare, provisions
from bot.upkeep.official_commands import loaded, official
from bot.upkeep.review_commands import review


class NotThere(CharterOakError):
    """What was named is not in the store, or not at hand; the message says what is missing."""


def read_content() -> Content:
    """The content, which has to be readable; whether it holds together is another question. Raises ``ContentError``."""
    content, errors = contents.load(paths.content_dir())
    for error in errors:
        raise error
    return content


@click.command(epilog=example('charter-oak rests "53a-192a(c)"'))
@click.argument("cites", nargs=-1, required=True)
@click.option("--all", "everything", is_flag=True, help="Also all that names only the section.")
@in_a_line
def rests(cites: tuple[str, ...], everything: bool) -> None:
    """Show all that rests on a provision: "53a-192a(c)" lists answers, interview rules, bank questions, tests, pages."""
    content = read_content()
    for cite in cites:
        if resolve(content, cite) is None:
            raise NotThere(f"{cite} is not in the store. Write it like {next(iter(content.sections))}(b).")
    report.rests(resting.on(content, cites, paths.PACKAGES), click.echo, everything=everything)


@click.command(epilog=example(
    "charter-oak drift as-amended.txt",
    'charter-oak drift as-amended.txt --act "P.A. 27-1 § 4" --since 2027-10-01 --mark',
    "charter-oak drift --official",
))
@click.argument("source", required=False)
@click.option("--official", "from_official", is_flag=True, help="Compare what was loaded with: charter-oak official.")
@click.option("--section", default="", help="Only this section; or the section that a text is, where it does not say.")
@click.option("--act", default="", help='The act that made the change, for --mark: "P.A. 27-1 § 4".')
@click.option("--since", type=Day(), help="The day on which the change took effect, for --mark.")
@click.option("--mark", is_flag=True, help="Put what differs under review: the running bot says so at once.")
@click.option("--settle", is_flag=True, help="Somebody compared the two, and the restatement is right as it is: be quiet about these.")
@click.option("--weak", is_flag=True, help="Also differences that are probably only the restatement's own choice.")
@click.option("--all", "everything", is_flag=True, help="Also all that names only the section.")
@in_a_line
def drift(
    source: str | None, from_official: bool, section: str, act: str, since: dt.date | None, mark: bool, settle: bool, weak: bool,
    everything: bool,
) -> None:
    """Compare a newly published section with the store: SOURCE is a page saved to disk, a text file, or the text itself.

    Says nothing, and ends with 0, where nothing differs; else it says what rests on it, and ends with 1.
    """
    if mark or settle:
        own.hold(paths.content_dir())
    content = read_content()
    if mark and (not act or since is None):
        raise NotThere("To mark, name the act and the day it took effect: --act \"P.A. 27-1 § 4\" --since 2026-10-01")
    if not source and not from_official:
        if not (mark and section):
            raise NotThere("Nothing to compare: name a file, give the text, or use --official.")
        _mark(content, [section], act, since)
        return
    known = settled.read(content.root)
    found: list[Drift] = []
    for published in _wanted(content, loaded() if from_official else _published(source or "", section), section):
        raw = compare(content, published, None if settle else known)
        if settle:
            known[published.section] = frozenset((one.pin, one.side, one.what) for one in raw.differences if one.side != "gone")
        shown = raw.at_least("weak" if weak or settle else "likely")
        if shown:
            found.append(msgspec.structs.replace(raw, differences=shown))
    if settle:
        settled.write(content.root, known)
    for one in found:
        report.drift(content, one, one.differences, click.echo)
    if settle:
        click.echo(f"Settled in {content.root / settled.FILE}. Sign it: charter-oak review sign SECTION --by NAME --as project")
        return
    if not found:
        return
    touched = [one.section + pin for one in found for pin in provisions(content.sections[one.section].versions[0], one.differences)]
    click.echo(f"\nWhat rests on {', '.join(touched)}:")
    report.rests(resting.on(content, touched, paths.PACKAGES), click.echo, everything=everything)
    if mark:
        _mark(content, [one.section for one in found], act, since)
    else:
        sys.exit(1)


def _published(source: str, section: str) -> Iterable[Published]:
    """The sections that ``source`` holds. Raises ``PageProblem``, ``NoSection`` or ``NotThere``."""
    path = Path(source)
    if source == "-":
        return [plain.read(sys.stdin.read(), section)]
    if len(source) < 4096 and "\n" not in source and path.is_file():
        data = path.read_bytes()
        if path.suffix.lower() in (".htm", ".html") or data.lstrip()[:1] == b"<":
            return page.read(data, path.name).sections
        return [plain.read(data.decode("utf-8-sig", errors="replace"), section)]
    if len(source.split()) < 3:
        raise NotThere(f"There is no file {source}.")
    return [plain.read(source, section)]


def _wanted(content: Content, published: Iterable[Published], section: str) -> Iterator[Published]:
    """Those that are asked for and in the store; of a section that is printed twice, the later printing."""
    by_section = {one.section: one for one in published}
    if section:
        section = Cite.parse(section).section
        if section not in content.sections:
            raise NotThere(f"{section} is not in the store.")
        if section not in by_section:
            raise NotThere(f"{section} is not in what was given.")
        by_section = {section: by_section[section]}
    elif len(by_section) == 1 and not by_section.keys() & content.sections.keys():
        raise NotThere(f"{next(iter(by_section))} is not in the store.")
    return (one for name, one in by_section.items() if name in content.sections)


def _mark(content: Content, sections: Iterable[str], act: str, since: dt.date | None) -> None:
    assert since is not None
    for section in sections:
        if section not in content.sections:
            raise NotThere(f"{section} is not in the store.")
        made = marks.put(content.root, paths.law_db(), content.sections[section], act.partition(" §")[0], since)
        click.echo(f"{section} is under review: {made.act}, since {made.since}. {paths.law_db()} is rebuilt; a running bot says so from now on.")


COMMANDS = (drift, rests, review, official, routes, try_)
