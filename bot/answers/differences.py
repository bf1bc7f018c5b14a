"""Where the source documents do not say what the law says: found by section, by document and by words."""

from __future__ import annotations

from collections.abc import Sequence

from bot.answers.ranking import Ranking, offered
from bot.answers.topic import notices
from bot.desk import Desk
from bot.law import labels
from bot.law.found import DifferenceText, Found
from bot.reply import Line, Reply

MOST = 6
NEARLY = 0.6  # how near to the best a difference must come to be told beside it
SPEAKS = 2.5  # the least that one must weigh to speak to a question at all
OWN_WORDS = 0.5  # how much of the best one's weight what is said of the document itself must reach: "may I quote it?"


def on_section(desk: Desk, section: str, lang: str) -> Reply:
    """Every point on which a document differs from a section, or on which it cites that section for another.

    "I know of none" is said only where no difference stands at the section and none names it.
    """
    names_it = [one for one in desk.store.differences() if section in _told(one) and one.section != section]
    found = [*desk.store.differences(section), *names_it]
    if not found:
        return Reply(kind="info", lang=lang, topic="differences",
                     lines=(Line(desk.say(lang, "cards.no_differences", section=section), (section,)),))
    return _card(desk, found[:MOST], labels.cite(desk.store, section), lang)


def of_source(desk: Desk, source: str, words: set[str], lang: str) -> Reply | None:
    """The points on which one document differs from the law that speak to the words of a question.

    None where none does, and where a sentence on the document itself speaks to them more.
    """
    found = desk.store.differences_of(source)
    ranking = Ranking([_offers(desk, one, lang) for one in found])
    scores = [ranking.score(place, words) for place in range(len(found))]
    best = max(scores, default=0.0)
    if best < SPEAKS:
        return None
    near = sorted((pair for pair in zip(scores, range(len(found)), strict=True) if pair[0] >= NEARLY * best), key=lambda pair: (-pair[0], pair[1]))
    return _card(desk, [found[place] for _, place in near[:MOST]], labels.cite(desk.store, source, lang), lang)


def _told(difference: DifferenceText) -> str:
    return f"{difference.line} {difference.source_says}"


def _offers(desk: Desk, difference: DifferenceText, lang: str) -> set[str]:
    """What a difference offers to a question: its words, its sections, what the section is about and what the provision says."""
    head = desk.store.head(difference.section)
    home = desk.store.answer(desk.store.topics_on.get(difference.section, ""), lang)  # its title names the subject as people do
    text = f"{difference.in_language(lang)} {_told(difference)} {difference.law_says} {head.title if head else ''} {home.title if home else ''}"
    found = desk.store.look_up(difference.section + difference.pin) if lang != "en" else None
    if isinstance(found, Found):
        text += " ".join(provision.in_language(lang) for provision in found.provisions[:1])
    return offered(text, (difference.section,))


def _card(desk: Desk, found: Sequence[DifferenceText], about: str, lang: str) -> Reply:
    lines = tuple(Line(_in_full(one, lang), (one.section + one.pin,)) for one in found)
    sections = tuple(dict.fromkeys(one.section for one in found))
    return Reply(
        kind="card", lang=lang, topic="differences", lines=lines, title=desk.say(lang, "cards.differences_of", about=about),
        notices=notices(desk, sections, lang, difference=False), links=labels.links(desk.store, sections),
    )


def _in_full(difference: DifferenceText, lang: str) -> str:
    """One difference; the store has it in full in English, in a line in Spanish."""
    if lang == "es" and difference.line_es:
        return difference.line_es
    return f"{difference.line} {difference.matters}"
