"""Cards from the store itself: a provision, as of a date, its history, what changed in a year."""

from __future__ import annotations

import datetime as dt

import msgspec

from bot.answers import ranking
from bot.answers.topic import notices
from bot.desk import Desk
from bot.law import labels
from bot.law.found import Ambiguous, BeforeStore, Found, NotFound, VersionText
from bot.nlp.dates import DateMention
from bot.reply import Choice, Line, Moment, Reply

MOST_OF_TODAY = 3  # beside an older version, today's text is only for comparison
MOST_PROVISIONS = 12  # of one section in one card; "more" and the law pages have the rest


def card(desk: Desk, cite: str, lang: str, as_of: DateMention | None = None, kinds: tuple[str, ...] = ()) -> Reply:
    """What ``cite`` says, today or over the time of ``as_of``; or in words why that cannot be shown.

    Args:
        as_of: where the text changed inside a month or a year, both versions are shown.
        kinds: show only provisions of these kinds ("penalty"), where there are any.
    """
    found = desk.store.look_up(cite, as_of.last if as_of else None)
    if isinstance(found, NotFound):
        return _not_found(desk, found, lang)
    if isinstance(found, Ambiguous):
        choices = tuple(Choice(f"law:{c}", labels.cite(desk.store, c)) for c in found.candidates[:5])
        return Reply(kind="choices", lang=lang, lines=(Line(desk.say(lang, "furniture.did_you_mean"), kind="note"),), choices=choices)
    if isinstance(found, BeforeStore):
        return _before(desk, found, lang, as_of, kinds)
    lines: list[Line] = []
    if as_of:
        earlier = desk.store.look_up(cite, as_of.first)
        if isinstance(earlier, Found) and earlier.version.effective != found.version.effective:
            lines += _then(desk, earlier, cite, lang, kinds)
        lines += _then(desk, found, cite, lang, kinds)
        lines += _today(desk, cite, lang, found, kinds)
    else:
        lines += _provisions(found, lang, kinds)
        if len(found.provisions) > MOST_PROVISIONS:
            example = labels.cite(desk.store, found.provisions[MOST_PROVISIONS].cite)
            lines.append(Line(desk.say(lang, "cards.cut", example=example), kind="note"))
        lines.append(_since(desk, found.version, lang))
    used = (cite,)
    return Reply(
        kind="card", lang=lang, topic="section_lookup", title=f"{labels.cite(desk.store, cite)}: {found.head.title}",
        lines=tuple(lines), notices=notices(desk, used, lang, whole=True), links=labels.links(desk.store, used),
        choices=(_history_choice(desk, found.head.section, lang),), more=False,
    )


def _before(desk: Desk, found: BeforeStore, lang: str, as_of: DateMention | None, kinds: tuple[str, ...]) -> Reply:
    """That a section is younger than the date asked for; and what stood in its place then, where that is known."""
    text = desk.say(lang, "furniture.before_first_version", section=found.section, date=labels.date(found.first, lang))
    first = desk.store.history(found.section)[0]
    lines = (Line(text, (found.section,), "note"), *((_change(desk, first, lang),) if first.changed else ()))
    head = desk.store.head(found.section)
    then = card(desk, head.formerly, lang, as_of, kinds) if head and head.formerly else None
    if then is None or then.kind != "card":
        return Reply(kind="not_found", lang=lang, topic="section_history", lines=lines, notices=notices(desk, (found.section,), lang),
                     choices=(_history_choice(desk, found.section, lang),))
    return msgspec.structs.replace(then, lines=lines + then.lines)


def history(desk: Desk, section: str, lang: str, asked: str = "") -> Reply:
    """Every version of a section that the store knows, oldest first, with the act that made it.

    The change that ``asked`` names comes before the others: "when did it become class A?".
    """
    versions = desk.store.history(section)
    head = desk.store.head(section)
    if not versions or head is None:
        return card(desk, section, lang)
    lines = _named_first(tuple(_change(desk, version, lang) for version in versions), asked)
    return Reply(
        kind="card", lang=lang, topic="section_history", title=f"{labels.cite(desk.store, section)}: {head.title}", lines=lines,
        notices=notices(desk, (section,), lang), links=labels.links(desk.store, (section,)),
        choices=(Choice(f"law:{section}", labels.cite(desk.store, section)),), timeline=_timeline(versions),
    )


def _named_first(lines: tuple[Line, ...], asked: str) -> tuple[Line, ...]:
    words = {word for word in ranking.stems(asked) if not word.endswith("?")}
    by_words = ranking.Ranking([ranking.stems(line.text) for line in lines])
    scores = [by_words.score(place, words) for place in range(len(lines))]
    best = max(range(len(lines)), key=lambda place: scores[place], default=0)
    if not lines or scores[best] < ranking.ONE_RARE_WORD or scores.count(scores[best]) > 1:
        return lines
    return (lines[best], *lines[:best], *lines[best + 1 :])


def changes(desk: Desk, period: DateMention, lang: str, section: str | None = None) -> Reply | None:
    """What took effect in a month or year; None where the store knows of nothing."""
    start = period.first - dt.timedelta(days=1)
    versions = desk.store.changes_between(start, period.last, section)
    if not versions:
        return None
    lines = tuple(_change(desk, version, lang, with_section=True) for version in versions[:MOST_PROVISIONS])
    used = tuple(version.section for version in versions[:MOST_PROVISIONS])
    return Reply(kind="card", lang=lang, topic="changes_in_year", lines=lines, notices=notices(desk, used, lang, difference=False),
                 links=labels.links(desk.store, used), timeline=_timeline(versions[:MOST_PROVISIONS]))


def _timeline(versions: tuple[VersionText, ...]) -> tuple[Moment, ...]:
    return tuple(Moment(v.effective, v.section, v.acts, in_force=v.until is None and not v.repealed) for v in versions)


def _provisions(found: Found, lang: str, kinds: tuple[str, ...] = ()) -> list[Line]:
    shown = [p for p in found.provisions if p.kind in kinds] or list(found.provisions)
    return [Line(p.in_language(lang), (p.cite,)) for p in shown[:MOST_PROVISIONS]]


def _since(desk: Desk, version: VersionText, lang: str) -> Line:
    key = "furniture.repealed" if version.repealed else "cards.in_force_since"
    acts = ", ".join(version.acts)
    return Line(desk.say(lang, key, section=version.section, date=labels.date(version.effective, lang), act=acts), (version.section,))


def _then(desk: Desk, found: Found, cite: str, lang: str, kinds: tuple[str, ...]) -> list[Line]:
    version = found.version
    until = labels.date(version.until - dt.timedelta(days=1), lang) if version.until else ""
    key = "cards.then_until" if until else "cards.then_still"
    start, acts = labels.date(version.effective, lang), ", ".join(version.acts)
    intro = desk.say(lang, key, cite=labels.cite(desk.store, cite), date=start, until=until, act=acts)
    lines = [Line(intro, (version.section,), "lead"), *_provisions(found, lang, kinds)]
    if len(lines) == 1:
        lines.append(Line(version.change(lang), (version.section,)) if version.changed
                     else Line(desk.say(lang, "cards.text_not_in_store"), kind="note"))
    return lines


def _today(desk: Desk, cite: str, lang: str, then: Found, kinds: tuple[str, ...]) -> list[Line]:
    """What it says today, where that differs from then."""
    now = desk.store.look_up(cite)
    if not isinstance(now, Found) or now.version.effective == then.version.effective:
        return []
    intro = desk.say(lang, "furniture.today_it_is", date=labels.date(now.version.effective, lang))
    shown = _provisions(now, lang, kinds)[:MOST_OF_TODAY] or [_since(desk, now.version, lang)]
    return [Line(intro, (now.version.section,), "lead"), *shown]


def _change(desk: Desk, version: VersionText, lang: str, *, with_section: bool = False) -> Line:
    """One version as a line: its date, its act, and what it changed."""
    acts = ", ".join(version.acts)
    start = f"{labels.date(version.effective, lang)} ({acts})" + (f", § {version.section}" if with_section else "")
    says = version.change(lang)
    return Line(f"{start}: {says}" if says else f"{start}.", (version.section,))


def _not_found(desk: Desk, found: NotFound, lang: str) -> Reply:
    nearest = ", ".join(labels.cite(desk.store, c) for c in found.nearest)
    key = "furniture.no_such_section" if nearest else "furniture.no_such_section_alone"
    text = desk.say(lang, key, cite=labels.cite(desk.store, found.asked), nearest=nearest)
    choices = tuple(Choice(f"law:{c}", labels.cite(desk.store, c)) for c in found.nearest)
    return Reply(kind="not_found", lang=lang, lines=(Line(text, kind="note"),), choices=choices)


def _history_choice(desk: Desk, section: str, lang: str) -> Choice:
    return Choice(f"history:{section}", desk.say(lang, "cards.history_of", section=section))
