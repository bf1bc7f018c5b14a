"""The law over time: what it was on a date, how it changed, what an act or a bill did.

Where a citation, a date or a change is what is asked about, the answer is a card from the store.
"""

from __future__ import annotations

import datetime as dt
import re

from bot.answers import differences, documents, furniture, provision, search, topic
from bot.desk import Desk
from bot.law import labels
from bot.law.found import Found
from bot.leaning import talked_about
from bot.nlp.dates import DateMention, ImpossibleDate, period_told
from bot.nlp.folding import fold
from bot.reply import Memory, Reply
from bot.understanding import HINT, SURE, Asked

FEW = 8  # provisions that can be shown together
HISTORY = frozenset({"section_history", "changes_in_year"})
_PENALTY = ("penalty",)
_THE_CRIME = re.compile(r"\b(?:crime|offense|delito|crimen) (?:of|de) \w+")
_OF_THEN = re.compile(
    r"\b(?:what|how long) (?:was|were|did)\b|\bback then\b|\b(?:law|rule|limit) (?:in|on|of|as of)\b|\bas of\b"
    r"|\b(?:cual|como) era\b|\b(?:ley|plazo) (?:en|de|del)\b"
)
_NOW = re.compile(r"\W*(?:(?:and|what about|how about|y|que hay de)\W+)*(?:now|today|currently|these days|ahora|hoy|actualmente)\W*")
_NUMBER = re.compile(r"\W*(?:(?:and|what about|how about|y|que hay de)\W+)+(?:section|sec|seccion|la|el)?\W*(\d{1,3}[a-z]{0,2})\W*")
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
    if memory.as_of and _NOW.fullmatch(asked.plain) and (section := _last_section(memory)):
        return provision.card(desk, section, lang, kinds=_PENALTY if _showed_penalties(desk, memory) else ())
    if neighbour := _neighbour(desk, asked, memory):
        return provision.card(desk, neighbour, lang)
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
    if asked.main_crime and (asked.asks_penalty or _THE_CRIME.search(asked.plain)):
        return desk.store.jurisdiction.main_section
    of_law = [name for name, score in asked.ranking[1:3] if score >= HINT and desk.store.topic_groups.get(name) not in (None, "history", "about")]
    if asked.main_crime and asked.topic in HISTORY and not of_law:
        return desk.store.jurisdiction.main_section
    if asked.offense.startswith("class_") and not _last_section(memory):  # "which act made it class A?": no other crime is named
        return desk.store.jurisdiction.main_section
    offenses = desk.store.terms.get("offense", {})
    if asked.offense in offenses and offenses[asked.offense].provision and not asked.offense.startswith("class_"):
        return offenses[asked.offense].provision.partition("(")[0]
    if asked.leans and (section := _last_section(memory)):
        return section
    for mention in desk.terms.find(asked.plain):  # "when did paramedics join the training law?"
        if (term := desk.store.terms[mention.subject].get(mention.term)) and mention.subject != "offense" and term.provision:
            return term.provision.partition("(")[0]
    for name, score in asked.ranking[1:6]:
        if score >= HINT / 2 and name in desk.store.topics and desk.store.topic_groups[name] not in ("history", "about", "help"):
            return _main_cite(desk, name, "", memory).partition("(")[0]
    return _last_section(memory)


def _showed_penalties(desk: Desk, memory: Memory) -> bool:
    """Whether the last card showed only what a crime brings, on a day of the past."""
    if memory.topic != "section_lookup" or not memory.as_of:
        return False
    then = dt.date.fromisoformat(memory.as_of)
    shown = [desk.store.look_up(cite, then) for cite in memory.cites if "(" in cite]
    first = shown[0] if shown else None
    return isinstance(first, Found) and all(provision.kind == "penalty" for provision in first.provisions)


def _neighbour(desk: Desk, asked: Asked, memory: Memory) -> str:
    """The section that "and 87?" means after § 53a-86 was shown; empty where none is meant."""
    number, last = _NUMBER.fullmatch(asked.plain.strip()), _last_section(memory)
    if not number or memory.topic != "section_lookup" or "-" not in last:
        return ""
    section = f"{last.partition('-')[0]}-{number[1]}"
    return section if desk.store.head(section) else ""


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
    still_on_penalty = asked.leans and (memory.topic == "penalty" or _showed_penalties(desk, memory))  # "and in 2015?"
    kinds = _PENALTY if asked.asks_penalty or still_on_penalty else ()
    if asked.main_crime and _WAS_A_CRIME.search(asked.plain):
        return provision.card(desk, desk.store.jurisdiction.main_section, memory.lang, period, kinds)
    if asked.topic in HISTORY:
        if memory.topic != "changes_in_year" and not asked.asks_change and (section := _subject(desk, asked, memory)):
            return provision.card(desk, section, memory.lang, period, kinds)
        return _changes(desk, period, memory.lang)
    if asked.main_crime and (asked.asks_penalty or asked.confidence < SURE):
        return provision.card(desk, desk.store.jurisdiction.main_section, memory.lang, period, kinds)
    name, variant = asked.topic, asked.variant
    if name not in desk.store.topics or asked.confidence < SURE or asked.goes_on:
        name, variant = talked_about(desk, memory), memory.variant
    main = _main_cite(desk, name, variant, memory)
    if not main or not name.startswith(desk.store.jurisdiction.as_of_topics):
        return None
    of_a_rule = name.startswith(desk.store.jurisdiction.rule_topics or ("\0",))
    if of_a_rule and (not _OF_THEN.search(asked.plain) or _tells_of_that_time(desk, name, variant, period, memory.lang)):
        return None
    kinds = kinds or (_PENALTY if name == "penalty" else ())
    section = main.partition("(")[0]
    if asked.asks_change and not kinds:  # "which agency was added in 2023?"
        return provision.history(desk, section, memory.lang, asked.plain)
    then = desk.store.look_up(section, period.last)
    whole = isinstance(then, Found) and len(then.version.provisions) <= FEW  # an exemption stands in another subsection
    return provision.card(desk, section if kinds or whole else main, memory.lang, period, kinds)


def _tells_of_that_time(desk: Desk, name: str, variant: str, period: DateMention, lang: str) -> bool:
    """Whether the topic's own answer says how it was then, which says more than the rule's text of that day."""
    wording = desk.store.answer(name, lang, variant) or desk.store.answer(name, lang)
    spans = (period_told(fold(sentence.text)) for sentence in wording.full) if wording else ()
    return any(span and span[0] <= period.first and period.last < span[1] for span in spans)


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
    wording = desk.store.answer(name, memory.lang)
    cites = (cite for sentence in wording.short for cite in sentence.cites) if wording else ()
    first = next((cite for cite in cites if re.match(r"\d", cite)), "")
    if term and term.provision and not name.startswith(desk.store.jurisdiction.rule_topics or ("\0",)):
        return term.provision
    return first
