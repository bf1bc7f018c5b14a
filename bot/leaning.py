"""How a message leans on the conversation: "and how long do I have?", "no, I meant the civil one", "back to the poster".

The classifier ranks topics by the message's own words. A short message says little by itself: what was talked
about tells the group of topics, and a facet that the topics of different groups share ("deadline", "penalty")
tells which of the group. Nothing is remembered for this but ids.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from bot.desk import Desk
from bot.nlp.terms import TermMention
from bot.reply import Memory

Ranking = tuple[tuple[str, float], ...]

# Intents that are not topics of the law.
CONVERSATION = frozenset({
    "greet", "thanks", "goodbye", "menu", "more", "simpler", "show_law", "who_says", "switch_english", "switch_spanish",
    "delete", "affirm", "deny", "abuse",
})
HALF_CLEAR = 0.5  # below: a reading between several topics
ALL_BUT_SURE = 0.9
OWN_SUBJECT = 0.97  # a reading so sure, of more than a few words, that even "and" does not tie it to what was said before
CLEAR = 0.75  # a reading so sure that the conversation does not change it
SAME_SUBJECT = 6.0  # how much likelier a message that points back is to stay in the group of the last topic
SAYS_NOTHING_ITSELF = 120.0  # and "how often?" or "since when?" all the more
LED_ON = 25.0  # and one that starts with "and", "but", "what about"
NAMES_ITS_GROUP = 0.6  # the share of one group from which "what about the wages?" means that group
SAME_QUESTION = 20.0  # "and if she was 14?" is still the same question
SAME_FAMILY = 3.0  # "wages_deadline" after "wages_recover", rather than the group's other deadline
ASIDE = 0.2  # how much likelier "ok so where does it go" is to be an aside on the conversation itself
FULL_AGE = 18
BARE = 3  # words
BRIEF = 6  # words; a question this short rarely names its subject
FOLLOW_UP = 12  # words; a longer message tells its own subject
_CARDS = frozenset({"section_lookup", "section_history", "differences"})  # what they are about is the section shown

# What a message starts with, or points back by, when it leans on the one before.
_LEAD = re.compile(r"^\W*(?:and|but|ok|okay|so|also|then|what about|how about|y|pero|entonces|tambien|que pasa con|no,? i mean\w*)\b")
_LEAN = re.compile(
    r"^\W*(?:what if|what was|what do|what does|what is|where|how|who|is it|is that|do|does|can|que pasa si|donde|como|cuanto|quien|es|puede)\b"
    r"|\b(?:it|that|this|there|them|they|he|him|she|those|tho|though|one|eso|esto|ese|esa|alli|ahi|lo|la|le|el)\b"
    r"|\b\w{3,}(?:ar|er|ir|ando|iendo)(?:me|se)?(?:lo|la|le)s?\b",  # "entrenarlos", "pedirla": the pronoun hangs on the verb
)
_SUPPOSES = re.compile(r"^\W*(?:\w+\W+)?(?:what if|and if|even if|if|y si|que pasa si|aunque)\b")
_SUPPOSES_AGE = re.compile(
    r"\b(?:if|si)\b.{0,20}\b(?:is|was|were|am|im|i'm|turned|tenia|tiene|tengo|tuviera|era|es)\W+(?:only\W+|just\W+|solo\W+)?(1\d|2[01])\b"
)
_BELIEVES = re.compile(r"\b(?:thought|thinks|believed?s?|told|said|lied|claim\w*|knew|know|creia|creyo|cree|pensaba|penso|dijo|decia|mintio|sabia)\b")
_SUPPOSES_MINOR = re.compile(
    r"\b(?:if|si)\b.{0,30}\b(?:is|was|were|am|im|i'm|era|es|soy|fui|fuera|fuese)\W+(?:(?:a|an|un|una|only|just|solo|still|todavia)\W+)*"
    r"(?:minor|child|kid|underage|menor(?:es)?(?: de edad)?)\b"
)
_THING = re.compile(r"\b(?:it|that|this|one|eso|esto|ese|esa|lo|la)\b")  # points back at what was asked about, not at a person
_ANOTHER = re.compile(
    r"^\W*(?:(?:ok|so|and|but|y|pero)\W+)*(?:(?:what|how) about|what if|and (?:for|if|with|in|the|a|an)|(?:is it )?the same (?:for|with)"
    r"|que (?:pasa con|pasa si|hay de)|y (?:si|un|una|lo|al|a la|a los|para|con|de|del)"
    # "and the penalty?" asks after what was talked about; "and the bar?" names another
    r"|y (?:el|la|los|las)(?!\W+(?:penas?|multas?|plazo|castigo|condena|defensa|clase|ley)\b)"
    r"|(?:es )?lo mismo (?:para|con))\b"
)
_CORRECTS = re.compile(
    r"^\W*(?:(?:no|nope|nah|sorry|wait|perdon|not that|eso no)\W+)*(?:i (?:meant|mean|was (?:asking|talking) about|am (?:asking|talking) about)"
    r"|(?:im|i'm) (?:asking|talking) about|me refer\w+ a\w*|me refiero a\w*|quise decir|hablo de|hablaba de|preguntaba (?:por|sobre))\b"
    r"|^\W*(?:(?:no|nope|nah|eso no|not that|that one no)\W+)+(?:the|my|la|el|los|las|mi|mis|lo de)\b"
)
_DEGREES = ("first", "second", "third")
_DEGREE = re.compile(r"\b(?:(first|1st|primer(?:o)?|1er)|(second|2nd|segundo|2do)|(third|3rd|tercer(?:o)?|3er))\b(?=.{0,3}(?:degree|grado)|\W*$)")
_RETURNS = re.compile(
    r"\b(?:(?:go(?:ing)?|get(?:ting)?|can we go|lets go)? ?back to|return(?:ing)? to|volv\w+ a|regres\w+ a|retom\w+)\b"
)


def led_on(plain: str) -> bool:
    """Whether the message goes on from the one before: "and", "but", "y"."""
    return bool(_LEAD.search(plain))


def names_another(plain: str) -> bool:
    """Whether the message asks the same of something else: "what about", "y para"."""
    return bool(_ANOTHER.search(plain))


def supposes(plain: str) -> bool:
    """Whether the message supposes something of what was asked about: "and if it is the second time?"."""
    return bool(_SUPPOSES.search(plain))


def supposed_age(plain: str) -> int:
    """The age of "and if she is 16?", one under full age for "a minor"; 0 where a message supposes none, or says more than that."""
    if len(plain.split()) > BRIEF + 2 or _BELIEVES.search(plain):
        return 0
    if age := _SUPPOSES_AGE.search(plain):
        return int(age[1])
    return FULL_AGE - 1 if _SUPPOSES_MINOR.search(plain) else 0


def other_degree(desk: Desk, plain: str, memory: Memory) -> str:
    """The offense of "and in the third degree?" after another degree of it; empty where none is meant."""
    degree = _DEGREE.search(plain)
    if degree is None or len(plain.split()) > BRIEF + 2:
        return ""
    name = next(name for name, word in zip(_DEGREES, degree.groups(), strict=True) if word)
    family, _, before = memory.variant.rpartition("_")
    terms = desk.store.terms.get("offense", {})
    return f"{family}_{name}" if before in _DEGREES and before != name and f"{family}_{name}" in terms else ""


def _at_that_age(desk: Desk, topic: str, age: int) -> str:
    return desk.store.topics[topic].with_a_minor or topic if age < FULL_AGE else topic


def lean(desk: Desk, ranking: Ranking, plain: str, mentions: Iterable[TermMention], memory: Memory, *, follows: bool = False) -> Ranking:
    """The ranking of a message, given what the conversation was about. ``plain`` is the folded text, without citations.

    ``follows``: it comes second in its message, as one that starts with "and".
    """
    topic = talked_about(desk, memory)
    words = len(plain.split())
    if not topic or not ranking:
        return ranking
    if words > FOLLOW_UP:  # tells its own subject, unless nothing in it is clear
        return ranking if ranking[0][1] >= HALF_CLEAR else _stay_on_subject(desk, ranking, topic, memory, SAME_SUBJECT)
    if _CORRECTS.search(plain):
        if same := _turning_on(desk, topic, mentions, of_group=False):
            return ((same, 1.0), *ranking)
        return _same_asked_of_another_group(desk, ranking, topic, apart_from=topic)
    if _RETURNS.search(plain) and words <= BRIEF + 2:
        return _group_alone(desk, ranking)
    if topic in desk.store.topics and (age := supposed_age(plain)):
        return ((_at_that_age(desk, topic, age), 1.0), *ranking)  # the same question of someone of another age
    if other_degree(desk, plain, memory):
        return ((topic, 1.0), *ranking)
    if _ANOTHER.search(plain) and (same := _turning_on(desk, topic, mentions)):
        return ((same, 1.0), *ranking)  # the same question of another offense or business
    if _ANOTHER.search(plain) and words <= BRIEF + 2:
        group, share = _group(desk, ranking)
        if group != desk.store.topic_groups.get(topic) and share >= NAMES_ITS_GROUP and not _asks_only_after(desk, ranking, topic):
            return _same_asked_of_another_group(desk, ranking, topic)
    supposed = supposes(plain)
    if words <= BARE and not follows:
        return _stay_on_subject(desk, ranking, topic, memory, SAYS_NOTHING_ITSELF, supposes=supposed)
    if follows and ranking[0][1] >= CLEAR and not (_THING.search(plain) and _asked_at_home(desk, ranking[0][0], topic)):
        return ranking  # a second question that names its own subject
    if ranking[0][1] >= CLEAR and not _LEAD.search(plain) and re.search(desk.store.jurisdiction.main_words, plain):
        return ranking  # "what is the penalty for trafficking?" is not about the notice that was talked about
    if words > BRIEF and ranking[0][1] >= OWN_SUBJECT and ranking[0][0] not in CONVERSATION:
        return ranking  # "and how long does the prosecutor have to charge him?" says whose time it is
    if follows or _LEAD.search(plain) or words <= BRIEF:
        return _stay_on_subject(desk, ranking, topic, memory, LED_ON, supposes=supposed)
    if _LEAN.search(plain) and _asked_at_home(desk, ranking[0][0], topic):
        return _stay_on_subject(desk, ranking, topic, memory, LED_ON, supposes=supposed)
    if _LEAN.search(plain) and ranking[0][1] < CLEAR:
        return _stay_on_subject(desk, ranking, topic, memory, SAME_SUBJECT, supposes=supposed)
    return ranking


def talked_about(desk: Desk, memory: Memory) -> str:
    """The topic of the last answer; of a section that was shown, the topic that rests on it most."""
    if memory.topic in _CARDS:
        sections = (cite.partition("(")[0] for cite in memory.cites)
        return next((desk.store.topics_on[section] for section in sections if section in desk.store.topics_on), memory.topic)
    return memory.topic


def _turning_on(desk: Desk, last: str, mentions: Iterable[TermMention], *, of_group: bool = True) -> str:
    """The last topic, or the first of its group, whose answer turns on something of the kind that is named now."""
    group = desk.store.topic_groups.get(last) if of_group else None
    topics = [last, *(topic for topic, own in desk.store.topic_groups.items() if own == group)]
    subjects = {mention.subject for mention in mentions}
    return next((topic for topic in topics if topic in desk.store.topics and desk.store.topics[topic].subject in subjects), "")


def _asked_at_home(desk: Desk, topic: str, last: str) -> bool:
    """Whether the group last talked about has a topic of its own for what this one asks after."""
    group = desk.store.topic_groups.get(last)
    wanted = set(_facets(desk, topic))
    return any(own == group and wanted & set(_facets(desk, name)) for name, own in desk.store.topic_groups.items())


def _asks_only_after(desk: Desk, ranking: Ranking, last: str) -> bool:
    """Whether the message names no subject, but only what is asked after ("and the deadline?"), which the group has."""
    asked_after = _asked_after(desk, ranking)
    facet = max(asked_after, key=lambda name: asked_after[name], default="")
    group = desk.store.topic_groups.get(last)
    at_home = any(facet in _facets(desk, topic) for topic, own in desk.store.topic_groups.items() if own == group)
    return at_home and asked_after.get(facet, 0.0) >= ALL_BUT_SURE


def _asked_after(desk: Desk, ranking: Ranking) -> dict[str, float]:
    """How much of the ranking asks after each facet."""
    asked_after: dict[str, float] = defaultdict(float)
    for topic, score in ranking:
        for facet in _facets(desk, topic):
            asked_after[facet] += score
    return asked_after


def _facets(desk: Desk, topic: str) -> tuple[str, ...]:
    return desk.store.topics[topic].facets if topic in desk.store.topics else ()


def _stay_on_subject(desk: Desk, ranking: Ranking, last: str, memory: Memory, likelier: float, *, supposes: bool = False) -> Ranking:
    """Topics of the group last talked about become likelier, asides less: "and where tho?" after vacatur.

    What the message asks after counts whatever group's words it used: "how often?" after the training of hotel staff
    sounds like paydays, and both are a schedule. Where the group has nothing of the kind ("is there a defense?" after an
    offense), the topic of that facet comes in that rests on the same sections.
    """
    group = desk.store.topic_groups.get(last)
    asked_after = _asked_after(desk, ranking)
    at_home = {topic for topic, own in desk.store.topic_groups.items() if own == group}
    scores = dict(ranking)
    for topic in at_home:
        shared = max((asked_after[facet] for facet in _facets(desk, topic)), default=0.0)
        scores[topic] = max(scores.get(topic, 0.0), shared / 2)
    facet = max(asked_after, key=lambda name: asked_after[name], default="")
    if facet and not any(facet in _facets(desk, topic) for topic in at_home):
        guest = _nearest(desk, facet, scores, memory)
        at_home.add(guest)
        scores[guest] = max(scores.get(guest, 0.0), asked_after[facet])

    def weight(topic: str) -> float:
        if topic == last and supposes:
            return likelier * SAME_QUESTION
        if topic in at_home:
            return likelier * (SAME_FAMILY if _family(topic) == _family(last) else 1.0)
        aside = desk.store.topic_groups.get(topic) in (None, "about", "history") and topic not in ("more", "simpler", "show_law", "emergency")
        return ASIDE if aside else 1.0

    return _normalised({topic: score * weight(topic) for topic, score in scores.items()})


def _nearest(desk: Desk, facet: str, scores: dict[str, float], memory: Memory) -> str:
    """Of the topics with a facet the one that rests most on the sections last cited; else the likeliest of them."""
    sections = {cite.partition("(")[0] for cite in memory.cites}

    def near(topic: str) -> tuple[float, float]:
        weights = desk.store.rests_on.get(topic, {})
        return sum(weights.get(section, 0.0) for section in sections), scores.get(topic, 0.0)

    return max((topic for topic in desk.store.topic_groups if facet in _facets(desk, topic)), key=near)


def _same_asked_of_another_group(desk: Desk, ranking: Ranking, last: str, apart_from: str = "") -> Ranking:
    """The facet that was asked after, in the group that the message names: "no, the civil one" after a deadline."""
    scores = {topic: score for topic, score in ranking if topic not in CONVERSATION and topic != apart_from}
    groups = _groups(desk, scores.items())
    wanted = set(_facets(desk, last))
    if not wanted:  # a general question: the general answer of the other group
        for group, share in groups.items():
            first = next(topic for topic, own in desk.store.topic_groups.items() if own == group)
            scores[first] = scores.get(first, 0.0) + share
    for topic, group in desk.store.topic_groups.items():
        if wanted & set(_facets(desk, topic)) and topic != last:
            scores[topic] = scores.get(topic, 0.0) + groups[group]
    return _normalised(scores)


def _group_alone(desk: Desk, ranking: Ranking) -> Ranking:
    """The first topic of the group that the message names: "back to the posting thing"."""
    group, _ = _group(desk, ranking)
    first = next((topic for topic, own in desk.store.topic_groups.items() if own == group), "")
    return ((first, 1.0), *ranking) if first else ranking


def _group(desk: Desk, ranking: Ranking) -> tuple[str, float]:
    """The likeliest group of topics and its share of the ranking."""
    groups = _groups(desk, ranking)
    best = max(groups, key=lambda group: groups[group], default="")
    return best, groups[best]


def _groups(desk: Desk, scores: Iterable[tuple[str, float]]) -> dict[str, float]:
    groups: dict[str, float] = defaultdict(float)
    for topic, score in scores:
        if topic in desk.store.topic_groups:
            groups[desk.store.topic_groups[topic]] += score
    return groups


def _family(topic: str) -> str:
    return topic.partition("_")[0]


def _normalised(scores: dict[str, float]) -> Ranking:
    total = sum(scores.values()) or 1.0
    return tuple(sorted(((topic, score / total) for topic, score in scores.items()), key=lambda pair: -pair[1]))
