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
from bot.nlp.terms import TermMention
from bot.reply import Clause, Memory

SURE = 0.28  # at or above: answered; below: offered as a choice
HINT = 0.06  # below: not even offered
CLEAR = 0.75  # a reading so sure that the conversation does not change it
SAME_SUBJECT = 6.0  # how much likelier a message that points back is to stay in the group of the last topic
SAYS_NOTHING_ITSELF = 120.0  # and "how often?" or "since when?" all the more
LED_ON = 25.0  # and one that starts with "and", "but", "what about"
ASIDE = 0.2  # how much likelier "ok so where does it go" is to be an aside on the conversation itself
BARE = 3  # words
BRIEF = 6  # words; a question this short rarely names its subject
FOLLOW_UP = 12  # words; a longer message tells its own subject

# Intents that are not topics of the law.
CONVERSATION = frozenset({
    "greet", "thanks", "goodbye", "menu", "more", "simpler", "show_law", "who_says", "switch_english", "switch_spanish",
    "delete", "affirm", "deny", "abuse",
})
TURNED_AWAY = frozenset({"out_of_scope", "harmful", "injection"})
# What a message starts with, or points back by, when it leans on the one before.
_LEAD = re.compile(r"^\W*(?:and|but|ok|okay|so|also|then|what about|how about|y|pero|entonces|tambien|que pasa con|no,? i mean\w*)\b")
_LEAN = re.compile(
    r"^\W*(?:what if|what was|where|how|who|is it|is that|do|does|can|que pasa si|donde|como|cuanto|quien|es|puede)\b"
    r"|\b(?:it|that|this|there|them|they|he|him|she|those|tho|though|one|eso|esto|ese|esa|alli|ahi|lo|la|le|el)\b",
)
# A date that tells when something happened to someone does not ask what the law was then.
_PERSONAL = re.compile(
    r"\b(?:convict\w*|arrest\w*|charged|sentenced|sentence|plead\w*|pled|my|i got|i was|happened|condena\w*|arresta\w*|acusa\w*|me|mi|tengo|tuve)\b"
)
_NOT_AS_OF = re.compile(r"\b(?:before|since|until|after|by|from|antes de|desde|hasta|despues de)\s+(?:the\s+|el\s+)?(?:year\s+|ano\s+)?\W*$")
_ONLY = re.compile(r"\b(?:only|just|solo|solamente|unicamente)\W+(?:for\W+|a\W+|la\W+)?$")
_ANOTHER = re.compile(r"\b(?:what|how) about\b|\bque (?:pasa con|hay de)\b|\by (?:un|una|el|la|con)\b")  # names something else
_CHANGE = re.compile(r"\b(?:chang\w*|new|amend\w*|updat\w*|cambi\w*|nuev\w*|reform\w*|enmend\w*)\b")
_PENALTY = re.compile(r"\b(?:class|felony|misdemeanor|penalt\w*|sentence|years|prison|jail|fine|clase|pena|penas|carcel|anos|multa|condena)\b")
_ADVICE = re.compile(
    r"\b(?:should (?:i|we|she|he|they|my)|(?:will|would) (?:i|we|she|he|the (?:judge|court|jury)) (?:win|lose|get|believe|grant|have to|go to)"
    r"|do (?:i|we) have a (?:good |strong )?case|what (?:would|should) (?:you|i) do|is it (?:smart|worth it|a good idea)|deberia\w*|me conviene"
    r"|voy a ganar|me van? a creer|que (?:harias|haria|hago yo|me aconseja\w*|me recomienda\w*))\b"
)
_SMALL_WORDS = 4  # letters; shorter words say little of what is asked


@dataclass(frozen=True)
class Asked:
    """What one clause asks."""

    ranking: tuple[tuple[str, float], ...]
    variant: str = ""
    cites: tuple[Mention, ...] = ()
    date: DateMention | ImpossibleDate | None = None
    as_of: bool = False  # the date asks what the law was then, rather than telling when something happened
    mostly_cite: bool = False
    offense: str = ""  # an offense that is named, whatever the topic
    main_crime: bool = False  # the store's main crime is named
    asks_change: bool = False  # "what changed", "what is new"
    asks_penalty: bool = False  # the class or the sentence of a crime
    asks_advice: bool = False  # "should I", "will I win": what only a person can answer

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
    date = find_date(rest)
    ranking = clause.ranking
    if not cites and memory.topic and ranking and len(plain.split()) <= FOLLOW_UP:
        if len(plain.split()) <= BARE:
            ranking = _stay_on_subject(desk, ranking, memory, SAYS_NOTHING_ITSELF)
        elif _LEAD.search(plain) or len(plain.split()) <= BRIEF:
            ranking = _stay_on_subject(desk, ranking, memory, LED_ON)
        elif _LEAN.search(plain) and ranking[0][1] < CLEAR:
            ranking = _stay_on_subject(desk, ranking, memory, SAME_SUBJECT)
    mentions = desk.terms.find(clause.text)
    ranking, variant = _named(desk, ranking, clause.text, mentions, memory)
    return Asked(
        ranking=ranking, variant=variant, cites=cites, date=date, as_of=_asks_as_of(rest, date, bool(cites)),
        offense=next((mention.term for mention in mentions if mention.subject == "offense"), ""),
        main_crime=bool(re.search(desk.store.jurisdiction.main_words, plain)),
        asks_change=bool(_CHANGE.search(plain)), asks_penalty=bool(_PENALTY.search(plain)), asks_advice=bool(_ADVICE.search(plain)),
        mostly_cite=bool(cites) and sum(len(word) >= _SMALL_WORDS for word in re.findall(r"[a-z]+", rest)) <= 1,
    )


def _asks_as_of(plain: str, date: DateMention | ImpossibleDate | None, cited: bool) -> bool:
    if not isinstance(date, DateMention):
        return date is not None
    return not _NOT_AS_OF.search(plain[: date.start]) and (cited or not _PERSONAL.search(plain))


def _stay_on_subject(desk: Desk, ranking: tuple[tuple[str, float], ...], memory: Memory, likelier: float) -> tuple[tuple[str, float], ...]:
    """Topics of the group last talked about become likelier, asides less: "and where tho?" after vacatur."""
    group = desk.store.topic_groups.get(memory.topic)

    def weight(topic: str) -> float:
        own = desk.store.topic_groups.get(topic)
        if own is not None and own == group:
            return likelier
        return 1.0 if own not in (None, "about", "history") or topic in ("more", "simpler", "show_law", "emergency") else ASIDE

    raised = [(topic, score * weight(topic)) for topic, score in ranking]
    total = sum(score for _, score in raised) or 1.0
    return tuple(sorted(((topic, score / total) for topic, score in raised), key=lambda pair: -pair[1]))


def _named(
    desk: Desk, ranking: tuple[tuple[str, float], ...], text: str, mentions: list[TermMention], memory: Memory
) -> tuple[tuple[tuple[str, float], ...], str]:
    """The ranking and the variant that the thing named asks for: an offense, a business, a profession."""
    topic = ranking[0][0] if ranking else ""
    known = desk.store.topics.get(topic)
    if known is None or not known.subject:
        return ranking, ""
    variant = _variant(desk, topic, text, [mention for mention in mentions if mention.subject == known.subject], memory)
    if variant and known.when_named:
        return ((known.when_named, ranking[0][1]), *ranking[1:]), variant
    return ranking, variant


def _variant(desk: Desk, topic: str, text: str, mentions: list[TermMention], memory: Memory) -> str:
    """The term that the topic's answer turns on: named now, else before."""
    known = desk.store.topics[topic]
    terms = desk.store.terms.get(known.subject, {})
    plain = fold(text)
    # "is it only prostitution?" asks about everything but that.
    named = [mention.term for mention in mentions if not _ONLY.search(plain[: mention.start])]
    if named:
        # "I was trafficked, can my larceny be vacated?" asks about the larceny: what was done to the person is
        # the subject only where nothing else is named.
        return next((term for term in named if term != known.default_subject), named[0])
    before = desk.store.topics.get(memory.topic)
    if mentions or before is None or _ANOTHER.search(plain):
        return ""
    if memory.variant in terms and desk.store.topic_groups[memory.topic] == desk.store.topic_groups[topic]:
        return memory.variant
    return before.about if before.about in terms and len(text.split()) <= FOLLOW_UP else ""
