"""From a clause and what was said before to what is asked: topic, variant, cite, date.

The classifier ranks topics by the words alone. Here the conversation and the named things have their
say: a citation, a date, an offense, and the subject that the last answer was about.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.desk import Desk
from bot.nlp.citations import Mention
from bot.nlp.dates import DateMention, ImpossibleDate, find_date
from bot.nlp.folding import fold
from bot.reply import Clause, Memory

SURE = 0.30  # at or above: answered; below: offered as a choice
HINT = 0.08  # below: not even offered
SAME_SUBJECT = 3.0  # how much likelier a follow-up is to stay in the group of the last topic
SHORT_FOLLOW_UP = 9  # words

# Intents that are not topics of the law.
CONVERSATION = frozenset({
    "greet", "thanks", "goodbye", "menu", "more", "simpler", "show_law", "who_says", "switch_english", "switch_spanish",
    "delete", "affirm", "deny", "abuse",
})
TURNED_AWAY = frozenset({"out_of_scope", "harmful", "injection"})
_LEAN = re.compile(
    r"^\W*(?:and|but|ok|okay|so|also|then|what about|how about|what if|y|pero|entonces|tambien|que pasa (?:si|con)|no,? i mean\w*)\b"
    r"|\b(?:it|that|this|there|them|those|one|eso|esto|ese|esa|alli|ahi|lo|la)\b",
)
_CONVICTED = re.compile(
    r"\b(?:convict\w*|arrest\w*|charged|sentenced|plead\w*|pled|my (?:case|record|conviction)|happened"
    r"|condena\w*|arresta\w*|acusa\w*|declar\w*|paso en)\b"
)


@dataclass(frozen=True)
class Asked:
    """What one clause asks."""

    ranking: tuple[tuple[str, float], ...]
    variant: str = ""
    cites: tuple[Mention, ...] = ()
    date: DateMention | ImpossibleDate | None = None
    as_of: bool = False  # the date asks what the law was then, rather than telling when something happened
    mostly_cite: bool = False

    @property
    def topic(self) -> str:
        """The likeliest topic or conversational intent; empty when nothing is."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        """How sure the classifier is of it, the conversation considered."""
        return self.ranking[0][1] if self.ranking else 0.0


def understand(desk: Desk, clause: Clause, memory: Memory) -> Asked:
    """Read one clause against the store's vocabulary and the conversation so far."""
    cites = tuple(desk.citations.find(clause.text))
    plain = fold(clause.text)
    rest = plain
    for mention in reversed(cites):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    words = re.findall(r"[a-z]+", rest)
    date = find_date(rest)
    ranking = clause.ranking
    if not cites and memory.topic and len(plain.split()) <= SHORT_FOLLOW_UP and _LEAN.search(plain):
        ranking = _stay_on_subject(desk, ranking, memory)
    topic = ranking[0][0] if ranking else ""
    return Asked(
        ranking=ranking, variant=_variant(desk, topic, clause.text, memory), cites=cites, date=date,
        as_of=bool(date) and not _CONVICTED.search(plain),
        mostly_cite=bool(cites) and len([word for word in words if len(word) > 3]) <= 3,
    )


def _stay_on_subject(desk: Desk, ranking: tuple[tuple[str, float], ...], memory: Memory) -> tuple[tuple[str, float], ...]:
    """Topics of the group last talked about become likelier: "and how long do I have?" after vacatur."""
    group = desk.store.topic_groups.get(memory.topic)
    raised = [
        (topic, score * (SAME_SUBJECT if group and desk.store.topic_groups.get(topic) == group else 1.0)) for topic, score in ranking
    ]
    total = sum(score for _, score in raised) or 1.0
    return tuple(sorted(((topic, score / total) for topic, score in raised), key=lambda pair: -pair[1]))


def _variant(desk: Desk, topic: str, text: str, memory: Memory) -> str:
    """The offense, business or profession that the topic's answer turns on: named now, else before."""
    known = desk.store.topics.get(topic)
    if known is None or not known.subject:
        return ""
    named = [mention.term for mention in desk.terms.find(text) if mention.subject == known.subject]
    # "I was trafficked, can my larceny be vacated?" asks about the larceny: what was done to the person is the
    # subject only where nothing else is named.
    if named:
        return next((term for term in named if term != known.default_subject), named[0])
    carried = desk.store.terms.get(known.subject, {})
    return memory.variant if memory.variant in carried and desk.store.topic_groups.get(memory.topic) == desk.store.topic_groups[topic] else ""
