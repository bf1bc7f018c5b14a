"""How a message leans on the conversation: "and how long do I have?", "no, I meant the civil one", "back to the poster".

The classifier ranks topics by the message's own words. A short message says little by itself: what was talked
about tells the group of topics, and a facet that the topics of different groups share ("deadline", "penalty")
tells which of the group. Nothing is remembered for this but ids.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

from bot import asked_after, nearness, pointing, variation
from bot.answers.ranking import covers
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
OWN_SUBJECT = 0.97  # a reading so sure of another subject that neither "and" nor its shortness ties it to what was said before
CLEAR = 0.75  # a reading so sure that the conversation does not change it
SAME_SUBJECT = 6.0  # how much likelier a message that points back is to stay in the group of the last topic
SAYS_NOTHING_ITSELF = 120.0  # and "how often?" or "since when?" all the more
LED_ON = 25.0  # and one that starts with "and", "but", "what about"
NAMES_ITS_GROUP = 0.6  # the share of one group from which "what about the wages?" means that group
SAME_QUESTION = 20.0  # "and if she was 14?" is still the same question
SAME_FAMILY = 3.0  # "wages_deadline" after "wages_recover", rather than the group's other deadline
NOT_KIN = 0.04  # a topic of the group that shares no section with the last: forfeiture, after the protective order
HARDLY_RANKED = 0.012  # what the last topic has at least, when a message points back at it in words that are no topic's
HARDLY_A_HINT = 0.1  # of the ranking; less says nothing of what is asked after
HINTS_AT = 0.2  # of the ranking, for what it asks after to be looked for outside the group
MOSTLY = 0.6  # of what a message names, for the last answer to have said it
ASIDE = 0.2  # how much likelier "ok so where does it go" is to be an aside on the conversation itself
BARE = 3  # words
FOLLOW_UP = 12  # words; a longer message tells its own subject
_TOLD_BY_WORDS = frozenset({"steps", "duration", "limit", "age", "no_penalty"})  # too many topics have them for a ranking to tell
_CARDS = frozenset({"section_lookup", "section_history", "differences"})  # what they are about is the section shown


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
    if pointing.ANOTHER_ONE.fullmatch(plain):
        return _others_asked_the_same(desk, topic)
    if pointing.CORRECTS.search(plain):
        if same := _turning_on(desk, topic, mentions, of_group=False):
            return ((same, 1.0), *ranking)
        return _same_asked_of_another_group(desk, ranking, topic, apart_from=topic)
    if _says_its_group(desk, ranking, plain, topic):
        return ranking  # "and how much can I sue him for?" after a crime and its fine
    if pointing.RETURNS.search(plain) and words <= pointing.BRIEF + 2:
        return _group_alone(desk, ranking)
    if topic in desk.store.topics and (age := pointing.supposed_age(plain)):
        return ((variation.at_that_age(desk, topic, age), 1.0), *ranking)  # the same question of someone of another age
    if variation.other_degree(desk, plain, memory) or variation.other_class(desk, plain, memory):
        return ((topic, 1.0), *ranking)
    at_home = desk.store.topic_groups.get(ranking[0][0]) == desk.store.topic_groups.get(topic)
    if pointing.names_another(plain) and not at_home and _says_of_what_is_named(desk, plain, mentions, topic, memory):
        return ((topic, 1.0), *ranking)  # "what about promoting?", after a list that it is on
    if pointing.names_another(plain) and ranking[0][1] >= HALF_CLEAR and _same_facet_of_another(desk, ranking[0][0], topic):
        return ranking  # "and for wages?" after the deadline to sue
    if pointing.ANOTHER.search(plain) and (same := _turning_on(desk, topic, mentions)):
        return ((same, 1.0), *ranking)  # the same question of another offense or business
    bare = (words <= BARE and not follows) or (words <= pointing.BRIEF + 2 and ranking[0][1] < HALF_CLEAR)
    if bare and (same := _turning_on(desk, topic, mentions, of_group=words <= BARE)):
        return ((same, 1.0), *ranking)  # "we only do catering", "judges?"
    if pointing.names_another(plain) and words <= pointing.BRIEF + 2 and not pointing.supposes(plain):
        group, share = _group(desk, ranking)
        if group != desk.store.topic_groups.get(topic) and share >= NAMES_ITS_GROUP and not _asks_only_after(desk, ranking, topic):
            return _same_asked_of_another_group(desk, ranking, topic)
    if ranking[0][0] in CONVERSATION and ranking[0][1] >= ALL_BUT_SURE and words <= BARE and not asked_after.facets(plain):
        return ranking  # "is that right?", "thank you"; but "fine?" asks after a fine
    if words <= pointing.BRIEF + 2 and not (follows and ranking[0][1] >= CLEAR) and (same := _asked_of_the_last(desk, ranking, plain, topic, memory)):
        return ((same, 1.0), *ranking)
    led_on = pointing.led_on(plain)
    if ranking[0][1] >= OWN_SUBJECT and asked_after.named(plain) and not (led_on or _asked_at_home(desk, ranking[0][0], topic)):
        return ranking  # "it was juvenile court"
    if topic == "changes_in_year" and pointing.YEAR.fullmatch(plain):
        return ((topic, 1.0), *ranking)
    supposed = pointing.supposes(plain)
    points = words <= pointing.BRIEF + 2 and (supposed or bool(led_on or pointing.POINTS_BACK.search(plain)))
    if words <= BARE and not follows:
        return _stay_on_subject(desk, ranking, topic, memory, SAYS_NOTHING_ITSELF, supposes=supposed, points_back=points)
    if follows and ranking[0][1] >= CLEAR and not (pointing.THING.search(plain) and _asked_at_home(desk, ranking[0][0], topic)):
        return ranking  # a second question that names its own subject
    if ranking[0][1] >= HALF_CLEAR and not led_on and re.search(desk.store.jurisdiction.main_words, plain):
        return ranking  # "what is the penalty for trafficking?" is not about the notice that was talked about
    if words > pointing.BRIEF and ranking[0][1] >= OWN_SUBJECT and ranking[0][0] not in CONVERSATION:
        return ranking  # "and how long does the prosecutor have to charge him?" says whose time it is
    if follows or supposed or led_on or words <= pointing.BRIEF:
        return _stay_on_subject(desk, ranking, topic, memory, LED_ON, supposes=supposed, points_back=points)
    if pointing.LEANS.search(plain) and _asked_at_home(desk, ranking[0][0], topic):
        return _stay_on_subject(desk, ranking, topic, memory, LED_ON, supposes=supposed, points_back=points)
    if pointing.LEANS.search(plain) and ranking[0][1] < CLEAR:
        return _stay_on_subject(desk, ranking, topic, memory, SAME_SUBJECT, supposes=supposed, points_back=points)
    return ranking


def _asked_of_the_last(desk: Desk, ranking: Ranking, plain: str, last: str, memory: Memory) -> str:
    """The topic nearest the last one for a message that names no subject, but only asks: "how long?", "who?", "can it go higher?".

    The last topic itself where its answer speaks to that, else one of its family, else one that rests on the same sections.
    Empty where the message names something of its own, or nothing near answers it, and after a bill or a change, which tell their own.
    """
    names = asked_after.named(plain)
    best, sure = ranking[0]
    if desk.store.topic_groups.get(last) in (None, "history") or (best in CONVERSATION | {"emergency"} and sure >= HALF_CLEAR):
        return ""
    if names and (sure >= OWN_SUBJECT or not _said_before(desk, last, names, memory)):
        return ""
    if asked := asked_after.facets(plain):
        return nearness.that_answers(desk, asked, last, memory, dict(ranking))
    if not asked_after.asks_only_a_word(plain):
        return ""
    return best if sure >= HALF_CLEAR and nearness.kin(desk, best, last) else last


def _said_before(desk: Desk, last: str, names: set[str], memory: Memory) -> bool:
    """Whether the last answer spoke of most of what the message names."""
    wording = desk.store.answer(last, memory.lang or "en", memory.variant) or desk.store.answer(last, memory.lang or "en")
    said = [wording.title, *(sentence.text for sentence in (*wording.full, *wording.advocate))] if wording else []
    own, _ = covers(said, [], " ".join(names))
    return own >= MOSTLY


def talked_about(desk: Desk, memory: Memory) -> str:
    """The topic of the last answer; of a section that was shown, the topic that rests on it most."""
    if memory.topic in _CARDS:
        of_one = len({cite for cite in memory.cites if "(" in cite}) == 1  # one provision alone was shown
        sections = (place for cite in memory.cites for place in ((cite,) if of_one else ()) + (cite.partition("(")[0],))
        return next((desk.store.topics_on[section] for section in sections if section in desk.store.topics_on), memory.topic)
    return memory.topic


def _turning_on(desk: Desk, last: str, mentions: Iterable[TermMention], *, of_group: bool = True) -> str:
    """The last topic, or the first of its group, whose answer turns on something of the kind that is named now."""
    group = desk.store.topic_groups.get(last) if of_group else None
    topics = [last, *(topic for topic, own in desk.store.topic_groups.items() if own == group and nearness.kin(desk, topic, last))]
    subjects = {mention.subject for mention in mentions}
    return next((topic for topic in topics if topic in desk.store.topics and desk.store.topics[topic].subject in subjects), "")


def _same_facet_of_another(desk: Desk, topic: str, last: str) -> bool:
    """Whether the topic is what was asked after of ``last``, of another family: the deadline for wages, after that to sue."""
    return bool(set(nearness.facets(desk, topic)) & set(nearness.facets(desk, last))) and nearness.family(topic) != nearness.family(last)


def _says_of_what_is_named(desk: Desk, plain: str, mentions: Iterable[TermMention], last: str, memory: Memory) -> bool:
    """Whether the last answer turns on no term, and yet speaks of the one that is named now."""
    if last not in desk.store.topics or desk.store.topics[last].subject or not any(mention.subject == "offense" for mention in mentions):
        return False
    return _said_before(desk, last, asked_after.named(plain), memory)


def _says_its_group(desk: Desk, ranking: Ranking, plain: str, last: str) -> bool:
    """Whether the likeliest topic is of another group than the last, and the message says a word that only that group has."""
    group = desk.store.topic_groups.get(ranking[0][0], "")
    words = desk.store.jurisdiction.group_words.get(group)
    return bool(words and group != desk.store.topic_groups.get(last) and re.search(words, plain))


def _asked_at_home(desk: Desk, topic: str, last: str) -> bool:
    """Whether the group last talked about has a topic of its own for what this one asks after."""
    group = desk.store.topic_groups.get(last)
    wanted = set(nearness.facets(desk, topic)) - _TOLD_BY_WORDS
    return any(own == group and wanted & set(nearness.facets(desk, name)) for name, own in desk.store.topic_groups.items())


def _asks_only_after(desk: Desk, ranking: Ranking, last: str) -> bool:
    """Whether the message names no subject, but only what is asked after ("and the deadline?"), which the group has."""
    likely = _likely_facets(desk, ranking)
    facet = max(likely, key=lambda name: likely[name], default="")
    group = desk.store.topic_groups.get(last)
    at_home = any(facet in nearness.facets(desk, topic) for topic, own in desk.store.topic_groups.items() if own == group)
    return at_home and likely.get(facet, 0.0) >= ALL_BUT_SURE


def _likely_facets(desk: Desk, ranking: Ranking) -> dict[str, float]:
    """How much of the ranking asks after each facet."""
    likely: dict[str, float] = defaultdict(float)
    for topic, score in ranking:
        for facet in set(nearness.facets(desk, topic)) - _TOLD_BY_WORDS:
            likely[facet] += score
    return likely


def _stay_on_subject(
    desk: Desk, ranking: Ranking, last: str, memory: Memory, likelier: float, *, supposes: bool = False, points_back: bool = False
) -> Ranking:
    """Topics of the group last talked about become likelier, asides less: "and where tho?" after vacatur.

    What the message asks after counts whatever group's words it used: "how often?" after the training of hotel staff
    sounds like paydays, and both are a schedule. Where the group has nothing of the kind ("is there a defense?" after an
    offense), the topic of that facet comes in that rests on the same sections.
    """
    group = desk.store.topic_groups.get(last)
    likely = _likely_facets(desk, ranking)
    at_home = {topic for topic, own in desk.store.topic_groups.items() if own == group}
    scores = dict(ranking)
    for topic in at_home:
        shared = max((likely[facet] for facet in nearness.facets(desk, topic)), default=0.0)
        scores[topic] = max(scores.get(topic, 0.0), shared / 2 if shared >= HARDLY_A_HINT else 0.0)
    if points_back:
        scores[last] = max(scores.get(last, 0.0), HARDLY_RANKED)
    facet, guest = max(likely, key=lambda name: likely[name], default=""), ""
    if likely.get(facet, 0.0) >= HINTS_AT and not any(facet in nearness.facets(desk, topic) for topic in at_home if nearness.kin(desk, topic, last)):
        guest = nearness.resting_on_the_same(desk, facet, memory)
    if guest:
        at_home.add(guest)
        scores[guest] = max(scores.get(guest, 0.0), likely[facet])

    def weight(topic: str) -> float:
        if topic == last and supposes:
            return likelier * SAME_QUESTION
        if topic in at_home:
            kin = 1.0 if topic == guest or nearness.kin(desk, topic, last) else NOT_KIN
            return likelier * (SAME_FAMILY if nearness.family(topic) == nearness.family(last) else kin)
        aside = desk.store.topic_groups.get(topic) in (None, "about", "history") and topic not in ("more", "simpler", "show_law", "emergency")
        return ASIDE if aside else 1.0

    return _normalised({topic: score * weight(topic) for topic, score in scores.items()})


def _same_asked_of_another_group(desk: Desk, ranking: Ranking, last: str, apart_from: str = "") -> Ranking:
    """The facet that was asked after, in the group that the message names: "no, the civil one" after a deadline."""
    scores = {topic: score for topic, score in ranking if topic not in CONVERSATION and topic != apart_from}
    groups = _groups(desk, scores.items())
    wanted = set(nearness.facets(desk, last))
    if not wanted:  # a general question: the general answer of the other group
        for group, share in groups.items():
            first = next(topic for topic, own in desk.store.topic_groups.items() if own == group)
            scores[first] = scores.get(first, 0.0) + share
    for topic, group in desk.store.topic_groups.items():
        own = set(nearness.facets(desk, topic))
        if wanted & own and topic != last:  # the more alike what the two ask after, the likelier
            scores[topic] = scores.get(topic, 0.0) + groups[group] * len(wanted & own) / len(wanted | own)
    return _normalised(scores)


def _others_asked_the_same(desk: Desk, last: str) -> Ranking:
    """What "no, the other one" may mean: the group's other topics for what was asked after. None is sure: they are offered."""
    wanted, group = set(nearness.facets(desk, last)), desk.store.topic_groups.get(last)
    near = [topic for topic, own in desk.store.topic_groups.items() if own == group and topic != last]
    return tuple((topic, ASIDE) for topic in sorted(near, key=lambda topic: not wanted & set(nearness.facets(desk, topic))))


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


def _normalised(scores: dict[str, float]) -> Ranking:
    total = sum(scores.values()) or 1.0
    return tuple(sorted(((topic, score / total) for topic, score in scores.items()), key=lambda pair: -pair[1]))
