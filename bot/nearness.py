"""Which topic is near another: of its family, of its group, or resting on the same sections.

A group is a file of topics. Some groups are one subject (the notice), others gather many (what courts may order), so that a
short message after one topic of a group need not be about another.
"""

from __future__ import annotations

from collections.abc import Mapping

from bot.desk import Desk
from bot.reply import Memory


def facets(desk: Desk, topic: str) -> tuple[str, ...]:
    """What of its group a topic asks after; empty for what is no topic of the law."""
    return desk.store.topics[topic].facets if topic in desk.store.topics else ()


def family(topic: str) -> str:
    """The first word of a topic's name: "wages" of "wages_deadline"."""
    return topic.partition("_")[0]


def kin(desk: Desk, topic: str, last: str) -> bool:
    """Whether a topic of the same group is of one subject with ``last``: of its family, or resting on what it rests on."""
    if desk.store.topic_groups.get(topic) != desk.store.topic_groups.get(last):
        return False
    weights = desk.store.rests_on
    return family(topic) == family(last) or bool(set(weights.get(topic, {})) & set(weights.get(last, {})))


def that_answers(desk: Desk, asked: tuple[str, ...], last: str, memory: Memory, scores: Mapping[str, float]) -> str:
    """Of the topics that have one of the facets ``asked``, the one nearest ``last``; empty where none is near.

    A history that no topic near tells is the section's own. ``scores``: how likely the classifier finds each.
    """
    shown = memory.topic != last  # a section was shown, of whose crime a topic in general tells less than one that turns on it
    if set(asked) & set(facets(desk, last)) and not (shown and memory.variant):
        return last
    if turning := _turning_on_it(desk, asked, last, memory):
        return turning
    weights = desk.store.rests_on
    rested_on = {cite.partition("(")[0] for cite in memory.cites} | set(weights.get(last, {}))

    def near(topic: str) -> tuple[bool, bool, int, float, float]:
        order = min(asked.index(facet) for facet in facets(desk, topic) if facet in asked)
        shared = sum(weights.get(topic, {}).get(section, 0.0) for section in rested_on)
        akin = kin(desk, topic, last)
        return akin and family(topic) == family(last), akin, -order if akin else 0, shared / (1 + order), scores.get(topic, 0.0)

    able = [topic for topic in desk.store.topic_groups if set(asked) & set(facets(desk, topic))]
    best = max(able, key=near, default="")
    if best and kin(desk, best, last):
        return best
    if asked[0] == "history" and memory.cites:
        return "section_history"
    return best if best and near(best)[3] else ""


def _turning_on_it(desk: Desk, asked: tuple[str, ...], last: str, memory: Memory) -> str:
    """After an answer on one offense, the topic that says of any offense what is asked: its penalty, its time limit."""
    about = desk.store.topics[last].about or memory.variant
    for facet in asked:
        for name, topic in desk.store.topics.items():
            at_home = desk.store.topic_groups[name] == desk.store.topic_groups[last]
            if at_home and facet in topic.facets and about in desk.store.terms.get(topic.subject, {}):
                return name
    return ""


def resting_on_the_same(desk: Desk, facet: str, memory: Memory) -> str:
    """Of the topics with a facet the one that rests most on the sections last cited; empty where none rests on them."""
    sections = {cite.partition("(")[0] for cite in memory.cites}

    def near(topic: str) -> float:
        weights = desk.store.rests_on.get(topic, {})
        return sum(weights.get(section, 0.0) for section in sections)

    best = max((topic for topic in desk.store.topic_groups if facet in facets(desk, topic)), key=near)
    return best if near(best) > 0 else ""
