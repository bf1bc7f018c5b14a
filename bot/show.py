"""What the command line prints of the store."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import click
import msgspec

from bot.errors import CharterOakError
from bot.law.cite import Cite
from bot.law.found import Ambiguous, BeforeStore, NotFound, VersionText
from bot.law.labels import cite as label
from bot.law.labels import date
from bot.law.official import OfficialTexts
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from bot.version import here, lines

Echo = Callable[[str], object]
_CHANGE = re.compile(r"\{--(.*?)--\}|\{\+\+(.*?)\+\+\}")


class NothingToShow(CharterOakError):
    """What was asked for is not in the store; the message says what is."""


def version(as_json: bool, echo: Echo) -> None:
    """What this copy is made of: a line a part, or one object for programs."""
    made = here()
    if as_json:
        echo(msgspec.json.format(msgspec.json.encode({**msgspec.structs.asdict(made), "stale": made.stale}), indent=1).decode())
        return
    for line in lines(made):
        echo(line)


def read_cite(store: LawStore, text: str) -> str:
    """The canonical cite of what was typed, in any of the forms that the bot reads."""
    mentions = [m for m in CitationReader(store.jurisdiction, store.section_ids).find(text) if m.kind == "section"]
    return mentions[0].cite if mentions else text.strip()


def law(store: LawStore, typed: str, as_of: dt.date | None, history: bool, echo: Echo, official: OfficialTexts | None = None) -> None:
    """A section or provision, on a date or through time; with ``official``, its official words beside it. Raises ``NothingToShow``."""
    if as_of and as_of > dt.date.today():
        raise NothingToShow(f"{as_of} is in the future. The store holds the law as checked on {store.checked_on}.")
    cite = read_cite(store, typed)
    found = store.look_up(cite, as_of)
    if isinstance(found, NotFound):
        nearest = ", ".join(label(store, c) for c in found.nearest)
        raise NothingToShow(f"{label(store, cite)} is not in the store." + (f" The nearest are {nearest}." if nearest else ""))
    if isinstance(found, Ambiguous):
        raise NothingToShow(f"{typed} could be {', '.join(found.candidates)}. Write it in full.")
    if isinstance(found, BeforeStore):
        raise NothingToShow(f"Not in the store: it has § {found.section} only from {date(found.first, 'en')}.")
    echo(click.style(f"{label(store, cite)} {found.head.title}", bold=True))
    if history:
        for version in store.history(found.head.section):
            _version(version, echo, cite)
    else:
        _version(found.version, echo, cite)
    if found.head.review_act:
        echo(f"UNDER REVIEW: {found.head.review_act} changed this section on {found.head.review_since}. {found.head.review_note}")
    echo(f"Checked {found.head.checked_on} against {found.head.checked_against}. {found.head.link}")
    if official is not None:
        _official(official, found.head.section, echo)
    refers_to, referred_from = store.refers_to(found.head.section)
    if refers_to:
        echo(f"Refers to: {', '.join(refers_to)}")
    if referred_from:
        echo(f"Referred to by: {', '.join(referred_from)}")
    if bills := store.bills_on(found.head.section):
        echo("Bills on it: " + ", ".join(f"charter-oak bill {year} --section {number}" for year, number in bills))
    count = len(store.differences(found.head.section))
    if count:
        echo(f"{count} difference(s) from the source documents: charter-oak differences {found.head.section}")


def _official(texts: OfficialTexts, section: str, echo: Echo) -> None:
    """The official words where they were loaded. Raises ``NothingToShow`` where they were not."""
    printed = texts.of(section)
    if not printed:
        raise NothingToShow(f"The official text of {section} was not loaded on this machine. See: charter-oak official fetch, or load DIR")
    for one in printed:
        echo(click.style(f"\nOFFICIAL TEXT, not this project's words. Retrieved {date(one.retrieved, 'en')} from {one.url}", bold=True))
        echo(f"Sec. {section}. {one.text.heading}")
        for paragraph in (*one.text.paragraphs, one.text.source, *one.text.history):
            echo(f"  {paragraph}" if paragraph else "")


def _version(version: VersionText, echo: Echo, cite: str) -> None:
    until = f" until {date(version.until - dt.timedelta(days=1), 'en')}" if version.until else ""
    echo(f"\nIn force from {date(version.effective, 'en')}{until}. Made by {', '.join(version.acts)}.")
    if version.repealed:
        echo("REPEALED.")
    if version.changed:
        echo(version.changed)
    wanted = Cite.parse(cite)
    shown = [p for p in version.provisions if wanted.covers(Cite.parse(p.cite))] or list(version.provisions)
    for provision in shown:
        echo(f"  {provision.pin or '-'} [{provision.kind}] {provision.says}")
    if not version.complete:
        echo("  (Only part of what the section then said is in the store.)")


def differences(store: LawStore, section: str, echo: Echo) -> None:
    """Each difference in full. Raises ``NothingToShow`` for a section that the store does not have."""
    section = Cite.parse(read_cite(store, section)).section
    if store.head(section) is None:
        raise NothingToShow(f"§ {section} is not in the store.")
    found = store.differences(section)
    if not found:
        echo(f"The source documents do not differ from § {section}, as far as the store knows.")
    for d in found:
        echo(click.style(f"\n§ {section}{d.pin}: {d.source_name}, {d.in_source}", bold=True))
        echo(f"  It says:      {d.source_says}\n  The law says: {d.law_says}\n  Why it matters: {d.matters}")


def bill(store: LawStore, year: int, section: str, redline: bool, echo: Echo) -> None:
    """A bill's text and what became of it. Raises ``NothingToShow``."""
    found = store.bill(year)
    if found is None:
        raise NothingToShow(f"No bill of {year} is in the store. It has those of {', '.join(map(str, store.bill_years.values()))}.")
    parts = [part for part in found["parts"] if not section or part["section"] == section]
    if not parts:
        raise NothingToShow(f"The bill of {year} has no section {section}.")
    echo(click.style(f"PROPOSED, NOT THE LAW. {found['title']} ({year})", bold=True))
    echo(found["became"])
    for part in parts:
        echo(click.style(f"\n§ {part['part']} {part['heading']} (proposed to take effect: {part['effective']})", bold=True))
        echo(_marked(part["text"], redline))
    for outcome in found["outcomes"]:
        if not section or outcome["section"] == section:
            cites = ", ".join(label(store, c) for c in msgspec.json.decode(outcome["cites"]))
            echo(f"\n{outcome['point']}\n  Proposed: {outcome['proposed']}\n  Enacted:  {outcome['enacted']} ({cites})")


def _marked(text: str, redline: bool) -> str:
    """With ``redline`` the changes show, on a terminal as strokes; without it the text as it would have read."""
    if not redline:
        return _CHANGE.sub(lambda m: m[2] or "", text)

    def mark(match: re.Match[str]) -> str:
        deleted, added = match.groups()
        return f"[-{click.style(deleted, strikethrough=True)}-]" if deleted is not None else f"[+{click.style(added, underline=True)}+]"

    return _CHANGE.sub(mark, text)


def search(store: LawStore, text: str, lang: str, echo: Echo) -> None:
    """The best matches for some words."""
    hits = store.search(text, lang)
    for hit in hits:
        echo(f"{hit.key}: {hit.title}\n  {hit.body[:160]}")
    if not hits:
        echo("Nothing in the store matches.")


def changes(store: LawStore, start: dt.date, end: dt.date, section: str | None, echo: Echo) -> None:
    """What took effect between two dates."""
    for version in store.changes_between(start, end, section):
        echo(f"{version.effective} § {version.section} ({', '.join(version.acts)}): {version.changed}")
