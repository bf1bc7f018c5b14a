"""The cards of Slack's law command on a provision: what it says, its history, what changed, where sources differ, a cite to copy.

Pure: the store and what was asked in, messages out. What the store does not have is said, with what is nearest to it.
"""

from __future__ import annotations

import datetime as dt
import re

from bot.law import labels
from bot.law.cite import Cite
from bot.law.found import Ambiguous, BeforeStore, Found, NotFound, ProvisionText, SectionHead, VersionText
from bot.law.official import OfficialTexts
from bot.law.store import LawStore
from bot.render.block_kit import Block, Message, context, divider, escape, header, link, messages, section
from bot.render.redline import changes
from bot.render.slack import cite_links, command, note, words
from bot.render.slack_official import official_words

MOST_READINGS = 8
_FEDERAL = re.compile(r"(\d+) USC (.+)")


def card(store: LawStore, cite: str, as_of: dt.date | None, lang: str, texts: OfficialTexts | None = None) -> list[Message]:
    """A provision as it reads now or read on ``as_of``: its words, burdens, differences, gaps, history and what it refers to.

    ``texts`` are the official words that this copy's deployer has loaded; their beginning stands below ours.
    """
    found = store.look_up(cite, as_of)
    if not isinstance(found, Found):
        return missing(store, found, lang)
    name = labels.cite(store, Cite(found.head.section, Cite.parse(cite).pins).__str__())
    blocks: list[Block] = [header(f"{name}: {found.head.title}"), *context(_standing(found.version, as_of, lang))]
    blocks += _text(found, lang)
    if as_of:
        blocks += _today(store, found, cite, lang)
    else:
        blocks += official_words(texts, Cite(found.head.section, Cite.parse(cite).pins), lang)
        blocks += _for_advocates(store, found, lang)
    blocks += _foot(store, found.head, lang)
    return messages(escape(f"{name}: {' '.join(p.in_language(lang) for p in found.provisions)}"), blocks)


def history(store: LawStore, cite: str, lang: str) -> list[Message]:
    """Every version of a section, oldest first: from when, by which act, what it changed."""
    found = store.look_up(Cite.parse(cite).section)
    if not isinstance(found, Found):
        return missing(store, found, lang)
    title = words("history_title", lang, cite=labels.cite(store, found.head.section))
    blocks: list[Block] = [header(title), *context(escape(found.head.title))]
    for version in store.history(found.head.section):
        says = [f"*{labels.date(version.effective, lang)}* ({escape(', '.join(version.acts))})"]
        says += [escape(version.change(lang))] if version.changed else []
        says += [f"*{escape(words('repealed', lang))}*"] if version.repealed else []
        blocks += section("\n".join(says))
    bills = store.bills_on(found.head.section)
    if bills:
        listed = ", ".join(command(lang, "bill", f"{year} {part}") for year, part in bills)
        blocks += context(escape(words("bills_on", lang)) + " " + listed)
    blocks += _foot(store, found.head, lang)
    return messages(escape(title), blocks)


def difference_between(store: LawStore, cite: str, first: dt.date, second: dt.date, lang: str) -> list[Message]:
    """What changed in a provision between two dates, word by word: struck what went, bold what came."""
    first, second = sorted((first, second))
    then, now = store.look_up(cite, first), store.look_up(cite, second)
    for found in (now, then):
        if not isinstance(found, Found):
            return missing(store, found, lang)
    assert isinstance(then, Found) and isinstance(now, Found)
    name = labels.cite(store, cite)
    title = words("diff_title", lang, cite=name, first=labels.date(first, lang), second=labels.date(second, lang))
    if then.version.effective == now.version.effective:
        same = words("diff_none", lang, cite=name, first=labels.date(first, lang), second=labels.date(second, lang))
        return messages(escape(same), [*section(escape(same)), *context(_standing(now.version, second, lang)), *_foot(store, now.head, lang)])
    blocks: list[Block] = [header(title), *context(escape(words("diff_legend", lang)).replace("{old}", "~a~").replace("{new}", "*b*"))]
    for version in store.changes_between(first, second, now.head.section):
        said = f": {version.change(lang)}" if version.changed else "."
        blocks += section(f"*{labels.date(version.effective, lang)}* ({escape(', '.join(version.acts))}){escape(said)}")
    blocks.append(divider())
    blocks += _pin_by_pin(then, now, lang)
    if not (then.version.complete and now.version.complete):
        blocks += context(escape(words("partly_known", lang)))
    blocks += _foot(store, now.head, lang)
    return messages(escape(title), blocks)


def differences(store: LawStore, cite: str, lang: str) -> list[Message]:
    """Where source documents do not say what a section says: each in full, and why it matters."""
    found = store.look_up(cite)
    if not isinstance(found, Found):
        return missing(store, found, lang)
    wanted = Cite(found.head.section, Cite.parse(cite).pins)
    listed = [d for d in store.differences(wanted.section) if wanted.covers(Cite.parse(d.section + d.pin))]
    title = words("differences_title", lang, cite=labels.cite(store, str(wanted)))
    if not listed:
        return note(_none(store, str(wanted), lang), *_foot(store, found.head, lang))
    blocks: list[Block] = [header(title)]
    for difference in listed:
        place = labels.cite(store, difference.section + difference.pin)
        if lang == "es" and difference.line_es:
            blocks += section(f"*{escape(place)}* {escape(difference.line_es)}")
            continue
        blocks += section(
            f"*{escape(place)}: {escape(difference.source_name)}, {escape(difference.in_source)}*\n"
            f"{escape(words('source_says', lang))} {escape(difference.source_says)}\n"
            f"{escape(words('law_says', lang))} {escape(difference.law_says)}\n"
            f"{escape(words('matters', lang))} {escape(difference.matters)}"
        )
    blocks += _foot(store, found.head, lang)
    return messages(escape(title), blocks)


def _none(store: LawStore, cite: str, lang: str) -> str:
    """That no source document differs from a provision, as far as the store knows."""
    return words("no_differences", lang, cite=labels.cite(store, cite))


def cite_form(store: LawStore, cite: str, lang: str) -> list[Message]:
    """A provision as briefs cite it, to copy, with the edition that the store was checked against."""
    found = store.look_up(cite)
    if not isinstance(found, Found):
        return missing(store, found, lang)
    wanted = Cite(found.head.section, Cite.parse(cite).pins)
    source = store.source(found.head.checked_against) or {}
    year = str(source.get("date", ""))[:4]
    formal = bluebook(store, wanted) + (f" ({year})" if year else "")
    blocks = section(f"```{formal}```")
    blocks += context(escape(words("cite_edition", lang, name=str(source.get("name", "")), date=labels.date(found.head.checked_on, lang))))
    blocks += _foot(store, found.head, lang)
    return messages(escape(formal), blocks)


def bluebook(store: LawStore, cite: Cite) -> str:
    """``Conn. Gen. Stat. § 54-95c(b)``, ``18 U.S.C. § 1595(a)``: the Bluebook's form without its year."""
    if federal := _FEDERAL.fullmatch(cite.section):
        mark = "" if federal[2].startswith("ch.") else "§ "
        return f"{federal[1]} U.S.C. {mark}{federal[2]}{cite.pin}"
    return f"{store.jurisdiction.code_name} § {cite}"


def missing(store: LawStore, found: NotFound | Ambiguous | BeforeStore | Found, lang: str) -> list[Message]:
    """Why nothing can be shown, with what is nearest."""
    if isinstance(found, Ambiguous):
        return note(words("ambiguous", lang, candidates=", ".join(labels.cite(store, cite) for cite in found.candidates)))
    if isinstance(found, BeforeStore):
        return note(words("before", lang, cite=labels.cite(store, found.section), date=labels.date(found.first, lang)))
    assert isinstance(found, NotFound)
    nearest = ", ".join(labels.cite(store, cite) for cite in found.nearest)
    key = "not_found_near" if nearest else "not_found"
    return note(words(key, lang, cite=labels.cite(store, found.asked), nearest=nearest))


def _standing(version: VersionText, as_of: dt.date | None, lang: str) -> str:
    """Since when a version reads so, until when, and by which acts."""
    acts, start = ", ".join(version.acts), labels.date(version.effective, lang)
    if version.repealed:
        return escape(words("card_repealed", lang, date=start, act=acts))
    if version.until:
        return escape(words("card_then", lang, date=start, until=labels.date(version.until - dt.timedelta(days=1), lang), act=acts))
    return escape(words("card_still" if as_of else "card_since", lang, date=start, act=acts))


def _text(found: Found, lang: str) -> list[Block]:
    """The provisions, each with its place; what a version changed where its words are not in the store."""
    if not found.provisions:
        says = found.version.change(lang) or words("no_text", lang)
        return section(escape(says))
    text = "\n".join(_provision(p, lang) for p in found.provisions)
    return section(text) + ([] if found.version.complete else context(escape(words("partly_known", lang))))


def _provision(provision: ProvisionText, lang: str) -> str:
    place = f"*{escape(provision.pin)}* " if provision.pin else ""
    return f"{place}{escape(provision.in_language(lang))}"


def _today(store: LawStore, then: Found, cite: str, lang: str) -> list[Block]:
    """That the provision reads otherwise today, and how to see the change."""
    now = store.look_up(cite)
    if isinstance(now, Found) and now.version.effective == then.version.effective:
        return context(escape(words("same_today", lang)))
    change = command(lang, "diff", f"{cite} {then.version.effective.year} {dt.date.today().year}")
    return context(f"{escape(words('other_today', lang))} {command(lang, '', cite)} {change}")


def _for_advocates(store: LawStore, found: Found, lang: str) -> list[Block]:
    """What stands beside a provision: who proves a defense, close readings, differences, what no source says, bills, links to others."""
    blocks: list[Block] = []
    if any(p.kind == "defense" for p in found.provisions):
        burdens = [p for other in store.refers_to(found.head.section)[0] for p in _provisions(store, other) if "standard" in p.figures]
        if burdens:
            blocks += section(f"*{escape(words('burden', lang))}*\n" + "\n".join(
                f"{escape(p.in_language(lang))} ({cite_links(store, (p.cite,), lang)})" for p in burdens))
    readings = [reading for p in found.provisions for reading in p.readings] if lang == "en" else []
    if readings and len(found.provisions) <= 3:
        blocks += section(f"*{escape(words('readings', lang))}*\n" + "\n".join(escape(reading) for reading in readings[:MOST_READINGS]))
    cited = [Cite.parse(p.cite) for p in found.provisions]
    listed = [d for d in store.differences(found.head.section) if any(
        place.covers(here) or here.covers(place) for place in (Cite.parse(d.section + d.pin),) for here in cited)]
    if listed:
        blocks += section(f"*{escape(words('differences', lang))}*\n" + "\n".join(escape(d.in_language(lang)) for d in listed[:3]))
    gaps = store.gaps(found.head.section) if lang == "en" else ()
    if gaps:
        blocks += section(f"*{escape(words('gaps', lang))}*\n" + "\n".join(escape(says) for _, says in gaps))
    section_id = found.head.section
    exact = found.provisions[0].cite if len(cited) == 1 else section_id
    further = [command(lang, "history", section_id), command(lang, "cite", exact)]
    further += [command(lang, "differences", section_id)] if store.differences(section_id) else []
    further += [command(lang, "bill", f"{year} {part}") for year, part in store.bills_on(section_id)]
    blocks += context(escape(words("further", lang)) + " " + ", ".join(further))
    out, back = store.refers_to(found.head.section)
    near = list(dict.fromkeys((*out, *back)))
    if near:
        blocks += context(f"{escape(words('beside', lang))} {cite_links(store, near[:12], lang)}")
    return blocks


def _provisions(store: LawStore, cite: str) -> tuple[ProvisionText, ...]:
    found = store.look_up(cite)
    return found.provisions if isinstance(found, Found) else ()


def _foot(store: LawStore, head: SectionHead, lang: str) -> list[Block]:
    """Under review, that it is a restatement and of what, how current, and where the official text is."""
    blocks: list[Block] = []
    if head.review_act and head.review_since:
        says = words("under_review", lang, act=head.review_act, date=labels.date(head.review_since, lang))
        blocks += section(f"*{escape(words('review', lang))}* {escape(says)}")
    official = link(head.link, words("official", lang))
    return blocks + context(f"{escape(words('restated', lang, date=labels.date(head.checked_on, lang)))} {official}")


def _pin_by_pin(then: Found, now: Found, lang: str) -> list[Block]:
    """Both versions side by side, provision by provision, in the order of the newer one."""
    before = {p.pin: p for p in then.provisions}
    after = {p.pin: p for p in now.provisions}
    blocks: list[Block] = []
    for pin in dict.fromkeys((*after, *before)):
        old = before[pin].in_language(lang) if pin in before else ""
        new = after[pin].in_language(lang) if pin in after else ""
        label = f"*{escape(pin)}* " if pin else ""
        blocks += section(label + (escape(new) if old == new else changes(old, new)))
    return blocks
