"""The law over time: what it was on a date, how it changed, what an act or a bill did.

Where a citation, a date or a change is what is asked about, the answer is a card from the store.
"""

from __future__ import annotations

import re

from bot.answers import differences, documents, furniture, provision, search, topic
from bot.desk import Desk
from bot.law import labels
from bot.law.found import Found
from bot.leaning import talked_about
from bot.nlp.dates import DateMention, ImpossibleDate
from bot.reply import Memory, Reply
from bot.understanding import HINT, SURE, Asked

FEW = 8  # provisions that can be shown together
HISTORY = frozenset({"section_history", "changes_in_year"})
_PENALTY = ("penalty",)
_WAS_A_CRIME = re.compile(r"\b(?:a crime|illegal|against the law|un delito|ilegal)\b")


def answer(desk: Desk, asked: Asked, memory: Memory, *, short: bool = False) -> Reply | None:
    """What a paper says, or a card where a citation, a date or the law's history is asked about; else None."""
    lang = memory.lang
    if reply := documents.answer(desk, asked, memory, short=short):
        return reply
    if isinstance(asked.date, ImpossibleDate):
        return furniture.said(desk, lang, "impossible_date", date=asked.date.text)
    period = _period(asked)
    if period and period.first > desk.today():
        return _not_yet(desk, asked, period, lang)
    cited = {kind: [mention.cite for mention in asked.cites if mention.kind == kind] for kind in ("section", "range", "act", "bill")}
    if cited["section"] and cited["act"] and (asked.mostly_cite or asked.asks_change or _is_history(asked)):
        section, act = cited["section"][0].partition("(")[0], cited["act"][0]
        # "what did P.A. 17-32 do to § 53a-192a?"
        if any(made.partition(" §")[0] == act for version in desk.store.history(section) for made in version.acts):
            return provision.history(desk, section, lang, f"{asked.plain} {act}")
    if cited["section"]:
        return _about_section(desk, asked, cited["section"][0], period, lang)
    named = cited["act"] + cited["bill"]
    if named and (asked.mostly_cite or asked.asks_change or _is_history(asked)):
        return search.document(desk, named[0], lang)
    if cited["range"]:
        return search.in_range(desk, cited["range"][0], lang)
    if period:
        return _as_of(desk, asked, period, memory)
    if asked.topic == "changes_in_year" and asked.leans and (section := _last_section(memory)):
        return provision.history(desk, section, lang, asked.plain)  # "has it changed?"
    if asked.confidence >= SURE and _is_history(asked) and (section := _subject(desk, asked, memory)):
        return provision.history(desk, section, lang, asked.plain)
    return None


def _period(asked: Asked) -> DateMention | None:
    """The time that is asked about; for the class and sentence of a crime that is when it happened, however it is told."""
    if not isinstance(asked.date, DateMention):
        return None
    crime = asked.topic.startswith(("offense_", "trafficking_", "defense_"))
    of_a_crime = asked.topic == "penalty" or (crime and asked.main_crime and asked.asks_class)
    return asked.date if asked.as_of or asked.topic in HISTORY or of_a_crime else None


def _not_yet(desk: Desk, asked: Asked, period: DateMention, lang: str) -> Reply | None:
    """A date to come: said so, unless the question has an answer that holds a duty of that time."""
    wording = desk.store.answer(asked.topic, lang) if asked.confidence >= SURE and asked.topic not in HISTORY else None
    if wording and any(str(period.first.year) in sentence.text for sentence in wording.full):
        return None
    return furniture.said(desk, lang, "future_date", date=labels.date(period.first, lang))


def _is_history(asked: Asked) -> bool:
    """Whether the history of one section is asked about."""
    return asked.topic == "section_history"


def _subject(desk: Desk, asked: Asked, memory: Memory) -> str:
    """The section that a question on history means without citing it; empty where none is clear."""
    if asked.main_crime and asked.asks_penalty:
        return desk.store.jurisdiction.main_section
    of_law = [name for name, score in asked.ranking[1:3] if score >= HINT and desk.store.topic_groups.get(name) not in (None, "history", "about")]
    if asked.main_crime and asked.topic in HISTORY and not of_law:
        return desk.store.jurisdiction.main_section
    if asked.offense.startswith("class_") and not _last_section(memory):  # "which act made it class A?": no other crime is named
        return desk.store.jurisdiction.main_section
    offenses = desk.store.terms.get("offense", {})
    if asked.offense in offenses and offenses[asked.offense].provision:
        return offenses[asked.offense].provision.partition("(")[0]
    if asked.leans and (section := _last_section(memory)):
        return section
    for name, score in asked.ranking[1:6]:
        if score >= HINT / 2 and name in desk.store.topics and desk.store.topic_groups[name] not in ("history", "about", "help"):
            return _main_cite(desk, name, "", memory).partition("(")[0]
    return _last_section(memory)


def _last_section(memory: Memory) -> str:
    return next((cite.partition("(")[0] for cite in memory.cites if re.match(r"\d", cite)), "")


def _about_section(desk: Desk, asked: Asked, cite: str, period: DateMention | None, lang: str) -> Reply | None:
    section = cite.partition("(")[0]
    if desk.store.head(section) is None or period:
        return provision.card(desk, cite, lang, period, _PENALTY if asked.asks_penalty and period else ())
    sure = asked.confidence >= SURE
    if sure and asked.topic in HISTORY:
        return provision.history(desk, section, lang, asked.plain)
    if sure and asked.topic == "differences":
        return differences.on_section(desk, section, lang)
    wording = desk.store.answer(asked.topic, lang, asked.variant) or desk.store.answer(asked.topic, lang)
    if sure and asked.topic == "cases_articles":  # court cases on a section, which the section itself does not tell
        return None
    if asked.mostly_cite or not sure or asked.topic == "section_lookup" or wording is None:
        return provision.card(desk, cite, lang)
    rests_on_it = any(cite.partition("(")[0] == section for sentence in wording.full for cite in sentence.cites)
    return None if rests_on_it else provision.card(desk, cite, lang)


def _as_of(desk: Desk, asked: Asked, period: DateMention, memory: Memory) -> Reply | None:
    """What the law on the topic asked about was in that time."""
    still_on_penalty = memory.topic == "penalty" and asked.leans  # "and in 2015?"
    kinds = _PENALTY if asked.asks_penalty or still_on_penalty else ()
    if asked.topic in HISTORY:
        if memory.topic != "changes_in_year" and not asked.asks_change and (section := _subject(desk, asked, memory)):
            return provision.card(desk, section, memory.lang, period, kinds)
        return _changes(desk, period, memory.lang)
    if asked.main_crime and (asked.asks_penalty or asked.confidence < SURE or _WAS_A_CRIME.search(asked.plain)):
        return provision.card(desk, desk.store.jurisdiction.main_section, memory.lang, period, kinds)
    name, variant = asked.topic, asked.variant
    if name not in desk.store.topics or asked.confidence < SURE or asked.goes_on:
        name, variant = talked_about(desk, memory), memory.variant
    main = _main_cite(desk, name, variant, memory)
    if not main or not name.startswith(desk.store.jurisdiction.as_of_topics):
        return None
    kinds = kinds or (_PENALTY if name == "penalty" else ())
    section = main.partition("(")[0]
    if asked.asks_change and not kinds:  # "which agency was added in 2023?"
        return provision.history(desk, section, memory.lang, asked.plain)
    then = desk.store.look_up(section, period.last)
    whole = isinstance(then, Found) and len(then.version.provisions) <= FEW  # an exemption stands in another subsection
    return provision.card(desk, section if kinds or whole else main, memory.lang, period, kinds)


def _changes(desk: Desk, period: DateMention, lang: str) -> Reply | None:
    """What took effect in that time: the year's own answer where it has one, else a list from the store."""
    year = str(period.first.year)
    if desk.store.answer("changes_in_year", lang, year):
        return topic.answer(desk, "changes_in_year", lang, year)
    return provision.changes(desk, period, lang)


def _main_cite(desk: Desk, name: str, variant: str, memory: Memory) -> str:
    """The provision that a topic is about: that of the offense named, else the first that its answer cites."""
    subject = desk.store.topics[name].subject if name in desk.store.topics else ""
    term = desk.store.terms.get(subject, {}).get(variant)
    if term and term.provision:
        return term.provision
    wording = desk.store.answer(name, memory.lang)
    cites = (cite for sentence in wording.short for cite in sentence.cites) if wording else ()
    return next((cite for cite in cites if re.match(r"\d", cite)), "")
