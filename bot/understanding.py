"""From a clause and what was said before to what is asked: topic, variant, cite, date.

The classifier ranks topics by the words alone. Here the conversation and the named things have their
say: a citation, a date, an offense, and the subject that the last answer was about.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from itertools import pairwise

from bot.answers import sums
from bot.answers.ranking import covers
from bot.asked_after import asks_only_a_word
from bot.desk import Desk
from bot.law.records import Term
from bot.leaning import FOLLOW_UP, HALF_CLEAR, lean, talked_about
from bot.nlp.citations import Mention
from bot.nlp.dates import DateMention, ImpossibleDate, find_date
from bot.nlp.folding import fold
from bot.nlp.terms import TermMention
from bot.pointing import BRIEF, FULL_AGE, led_on, names_another, supposed_age, supposes
from bot.reply import Clause, Memory
from bot.variation import other_class, other_degree

SURE = 0.28  # at or above: answered; below: offered as a choice
NEARLY = 0.4  # as likely as the first topic, for the second to be what is asked about what is named
MOSTLY = 0.6  # of what a short follow-up says, for the last answer's record to be what it asks about
HINT = 0.06  # below: not even offered

TURNED_AWAY = frozenset({"out_of_scope", "harmful", "injection"})
# A date that tells when something happened to someone does not ask what the law was then.
_PERSONAL = re.compile(
    r"\b(?:convict(?:ed|ion)|arrest\w*|charged|sentenced|sentence|plead\w*|pled|my|i got|i was|happened"
    r"|condena\w*|arresta\w*|acusa\w*|me|mi|tengo|tuve)\b"
)
_NOT_AS_OF = re.compile(r"\b(?:before|since|until|after|by|from|antes de|desde|hasta|despues de)\s+(?:the\s+|el\s+)?(?:year\s+|ano\s+)?\W*$")
_ONLY = re.compile(r"\b(?:only|just|solo|solamente|unicamente)\W+(?:for\W+|a\W+|la\W+)?$")
_WITHOUT = re.compile(r"(?:[,;(]|\b(?:but|and|pero|y))\W*(?:no|not|without|sin)\W+(?:any\W+|a\W+)?$")
_CHANGE = re.compile(
    r"\b(?:chang\w*|(?:got|was|were|been) added|joined|se (?:agrego|sumo|anadio)|entro|entraron"
    r"|new|renam\w*|amend\w*|updat\w*|cambi\w*|nuev\w*|reform\w*|enmend\w*)\b"
)
_PENALTY = re.compile(r"\b(?:class|felony|misdemeanor|penalt\w*|sentence|years|prison|jail|fine|clase|pena|penas|carcel|anos|multa|condena)\b")
_CLASS = re.compile(r"\b(?:class|clase|penalt\w+|pena|penas)\b")
_ADVICE = re.compile(
    r"\b(?:should (?:i|we|she|he|they|my)|(?:will|would) (?:i|we|she|he|the (?:judge|court|jury)) (?:win|lose|get|believe|grant|have to|go to)"
    r"|do (?:i|we) have a (?:good |strong )?case|what (?:would|should) (?:you|i) do|is it (?:smart|worth it|a good idea)|deberia\w*|me conviene"
    r"|(?:es|seria) mejor (?:que|si|pedir|hacer|ir|esperar|demandar|aceptar|firmar)|cual es mejor"
    r"|voy a ganar|me van? a creer|vale la pena|que (?:harias|haria|hago yo|me aconseja\w*|me recomienda\w*))\b"
)
_THAT_LAW = re.compile(r"\b(?:(?:that|this|the same) (?:law|section|act|rule)|(?:esa|esta|la misma) (?:ley|seccion|regla))\b")
_A_MINOR = re.compile(
    r"\b(?:girl|boy|kid|child|teen\w*|person|someone|nina|nino|muchach\w+|chic[ao]|joven|adolescente|persona|alguien)\W+(?:\w+\W+)?"
    r"(?:of|aged?|de)\W+(?:only\W+|solo\W+)?(?:[5-9]|1[0-7])\b|\b(?:[5-9]|1[0-7])[ -]years?[ -]old\b|\b1[0-7] ?yo\b"
)
_JOINED = re.compile(r"\b(?:and|y|e|plus|or|o)\b|&")
_SMALL_WORDS = 4  # letters; shorter words say little of what is asked


@dataclass(frozen=True)
class Asked:
    """What one clause asks."""

    ranking: tuple[tuple[str, float], ...]
    variant: str = ""
    also: str = ""  # a second thing that is named beside it and to which the answer is another: "my nail salon and the bar"
    cites: tuple[Mention, ...] = ()
    plain: str = ""  # the folded text without its citations
    date: DateMention | ImpossibleDate | None = None
    as_of: bool = False  # the date asks what the law was then, rather than telling when something happened
    mostly_cite: bool = False
    offense: str = ""  # an offense that is named, whatever the topic
    brief: bool = False  # so short that it hardly names its subject
    goes_on: bool = False  # so short, and led on from the message before: "and in 2014?"
    leans: bool = False  # short enough to be about what was said before
    asks_only: bool = False  # a question word or two, which name no subject: "where?", "who pays?"
    main_crime: bool = False  # the store's main crime is named
    asks_change: bool = False  # "what changed", "what is new"
    asks_penalty: bool = False  # the class or the sentence of a crime
    asks_class: bool = False  # the class alone
    asks_advice: bool = False  # "should I", "will I win": what only a person can answer

    @property
    def topic(self) -> str:
        """The likeliest topic or conversational intent; empty when nothing is."""
        return self.ranking[0][0] if self.ranking else ""

    @property
    def confidence(self) -> float:
        """How sure the classifier is of it, the conversation considered."""
        return self.ranking[0][1] if self.ranking else 0.0


def understand(desk: Desk, clause: Clause, memory: Memory, *, follows: bool = False) -> Asked:
    """Read one clause against the store's vocabulary and the conversation so far.

    ``follows``: it is the second question of its message, so that it leans on the first.
    """
    cites = tuple(desk.citations.find(clause.text))
    plain = fold(clause.text)
    rest = plain
    for mention in reversed(cites):
        rest = rest[: mention.start] + " " + rest[mention.end :]
    brief = len(plain.split()) <= BRIEF
    date = _day_before(rest, find_date(rest)) if memory.topic and brief else find_date(rest)
    mentions = desk.terms.find(clause.text)
    ranking = clause.ranking if cites else lean(desk, clause.ranking, plain, mentions, memory, follows=follows)
    if (brief or _THAT_LAW.search(rest)) and not cites and _answered_before(desk, ranking, rest, mentions, memory):
        ranking = ((memory.topic, 1.0), *ranking)
    if brief and memory.topic and sums.gives_number(desk, memory.topic, clause.text):
        ranking = ((memory.topic, 1.0), *ranking)
    ranking = _with_a_minor(desk, _about_what_is_named(desk, ranking, mentions), plain)
    ranking, variant = _named(desk, ranking, clause.text, mentions, memory)
    return Asked(
        ranking=ranking, variant=variant, also=_also(desk, ranking, variant, plain, mentions), cites=cites, plain=rest,
        date=date,
        as_of=_asks_as_of(rest, date, bool(cites)),
        offense=next((mention.term for mention in mentions if mention.subject == "offense"), ""),
        brief=brief, goes_on=brief and bool(memory.topic) and led_on(plain),
        leans=len(plain.split()) <= FOLLOW_UP and bool(memory.topic),
        asks_only=not cites and not mentions and not date and asks_only_a_word(plain),
        main_crime=bool(re.search(desk.store.jurisdiction.main_words, plain)),
        asks_change=bool(_CHANGE.search(plain)), asks_penalty=bool(_PENALTY.search(plain)), asks_class=bool(_CLASS.search(plain)),
        asks_advice=bool(_ADVICE.search(plain)),
        mostly_cite=bool(cites) and sum(len(word) >= _SMALL_WORDS for word in re.findall(r"[a-z]+", rest)) <= 1,
    )


def _answered_before(
    desk: Desk, ranking: tuple[tuple[str, float], ...], plain: str, mentions: list[TermMention], memory: Memory
) -> bool:
    """Whether the last answer's own record speaks to a short question better than the one whose words it sounds like.

    "Who runs the program?" after the address program is about that, however much it sounds like the training's.
    """
    rival = ranking[0][0] if ranking else ""
    if talked_about(desk, memory) != memory.topic:
        return False  # a section was shown: how to look one up says nothing of it
    if memory.topic not in desk.store.topics or rival in (memory.topic, "") or rival not in desk.store.topics or mentions:
        return False
    at_home = desk.store.topic_groups[rival] == desk.store.topic_groups[memory.topic]
    if at_home and ranking[0][1] >= HALF_CLEAR and not _THAT_LAW.search(plain):
        return False
    last, other = (
        [sentence.text for sentence in (*wording.full, *wording.advocate)] if (wording := desk.store.answer(name, memory.lang or "en")) else []
        for name in (memory.topic, rival)
    )
    own, others = covers(last, other, plain)
    return own >= MOSTLY and own >= others


def _day_before(plain: str, date: DateMention | ImpossibleDate | None) -> DateMention | ImpossibleDate | None:
    """The day before the date of "and before 2017?", which asks what the law was until then."""
    if not isinstance(date, DateMention) or not re.search(r"\b(?:before|antes de(?:l)?)\s+(?:the\s+|el\s+)?$", plain[: date.start]):
        return date
    day = date.first - dt.timedelta(days=1)
    return DateMention(day, day, "day")


def _asks_as_of(plain: str, date: DateMention | ImpossibleDate | None, cited: bool) -> bool:
    if not isinstance(date, DateMention):
        return date is not None
    if cited:  # "the text of § 1 from 2012"
        return not _NOT_AS_OF.search(plain[: date.start]) or bool(re.search(r"\b(?:from|de)\s+$", plain[: date.start]))
    return not _NOT_AS_OF.search(plain[: date.start]) and not _PERSONAL.search(plain)


def _about_what_is_named(desk: Desk, ranking: tuple[tuple[str, float], ...], mentions: list[TermMention]) -> tuple[tuple[str, float], ...]:
    """The ranking with the second topic first, where it is nearly as likely and of the first two alone turns on what is named.

    "Do nail salons have to post the notice?" asks of nail salons, and not how the duty came about.
    """
    if len(ranking) < 2 or any(topic not in desk.store.topics for topic, _ in ranking[:2]):
        return ranking
    (first, sure), (second, also) = ranking[:2]
    subjects = {mention.subject for mention in mentions}
    of_first, of_second = (desk.store.topics[topic].subject for topic in (first, second))
    same_group = desk.store.topic_groups[first] == desk.store.topic_groups[second]
    if also < NEARLY * sure or not same_group or of_first or of_second not in subjects:
        return ranking
    return ((second, sure), (first, also), *ranking[2:])


def _with_a_minor(desk: Desk, ranking: tuple[tuple[str, float], ...], plain: str) -> tuple[tuple[str, float], ...]:
    """The ranking with the topic on minors first, where the best has one and the message tells of "a girl of 17"."""
    known = desk.store.topics.get(ranking[0][0]) if ranking else None
    if known is None or not known.with_a_minor or not _A_MINOR.search(plain):
        return ranking
    return ((known.with_a_minor, ranking[0][1]), *ranking)


def _named(
    desk: Desk, ranking: tuple[tuple[str, float], ...], text: str, mentions: list[TermMention], memory: Memory
) -> tuple[tuple[tuple[str, float], ...], str]:
    """The ranking and the variant that the thing named asks for: an offense, a business, a profession."""
    topic = ranking[0][0] if ranking else ""
    known = desk.store.topics.get(topic)
    if known is None:
        return ranking, ""
    if not known.subject:
        topic = _outside_its_group(desk, ranking[0], mentions)
        if not topic:
            return ranking, other_degree(desk, fold(text), memory) if ranking[0][0] == memory.topic else ""
        ranking, known = ((topic, max(ranking[0][1], SURE)), *ranking), desk.store.topics[topic]
    variant = _variant(desk, topic, text, [mention for mention in mentions if mention.subject == known.subject], memory)
    if known.subject == "offense" and (_A_MINOR.search(fold(text)) or 0 < supposed_age(fold(text)) < FULL_AGE):
        variant = _with_minors(desk, variant)
    if variant and known.when_named:
        return ((known.when_named, ranking[0][1]), *ranking[1:]), variant
    return ranking, variant


def _with_minors(desk: Desk, offense: str) -> str:
    """The offense that the same deed with a minor is, where a topic tells of it: buying sex from one."""
    grown = (topic for topic in desk.store.topics.values() if topic.about == offense and topic.with_a_minor)
    return next((desk.store.topics[topic.with_a_minor].about for topic in grown), "") or offense


def _outside_its_group(desk: Desk, best: tuple[str, float], mentions: list[TermMention]) -> str:
    """The topic that says whether the law covers what is named, where that comes before what was asked.

    "Where do I hang it in my barn?" asks of a place that need not post at all. Empty where it does not come before.
    """
    group = desk.store.topic_groups[best[0]]
    for name, own in desk.store.topic_groups.items():
        subject = desk.store.topics[name].subject
        terms = desk.store.terms.get(subject, {})
        named = [terms[mention.term] for mention in mentions if mention.subject == subject and mention.term in terms]
        if own == group and any(term.outcome and (term.outcome != "covered" or best[1] < HALF_CLEAR) for term in named):
            return name
    return ""


def _also(desk: Desk, ranking: tuple[tuple[str, float], ...], variant: str, plain: str, mentions: list[TermMention]) -> str:
    """The second of two things of a kind that the message joins, where the law treats it otherwise than the first."""
    topic = desk.store.topics.get(ranking[0][0]) if ranking else None
    if topic is None or not variant or not _JOINED.search(plain):
        return ""
    terms = desk.store.terms.get(topic.subject, {})
    named = [mention for mention in mentions if mention.subject == topic.subject and mention.term in terms]
    apart = [(first, second) for first, second in pairwise(named) if _JOINED.search(plain[first.end : second.start])]
    for first, second in apart:
        other = second.term if first.term == variant else first.term
        if other != variant and variant in (first.term, second.term) and _treated(terms[other]) != _treated(terms[variant]):
            return other
    return ""


def _off_the_list(terms: dict[str, Term], name: str) -> bool:
    return name in terms and terms[name].outcome == "not_listed"


def _treated(term: Term) -> str:
    """What the law makes of a term: whether a list covers it, or which provision it is."""
    return term.outcome or term.provision


def _variant(desk: Desk, topic: str, text: str, mentions: list[TermMention], memory: Memory) -> str:
    """The term that the topic's answer turns on: named now, else before."""
    known = desk.store.topics[topic]
    terms = desk.store.terms.get(known.subject, {})
    plain = fold(text)
    mentions = [mention for mention in mentions if not _WITHOUT.search(plain[: mention.start])]  # "lashes only, no facials"
    # "is it only prostitution?" asks about everything but that.
    # The longest name says most: "my bar has only a catering permit", "criminal defense attorneys of the private bar".
    named = [mention.term for mention in sorted(mentions, key=lambda mention: mention.start - mention.end)
             if known.subject != "offense" or not _ONLY.search(plain[: mention.start])]
    if named and topic != "vacatur_who" and all(term.startswith("class_") for term in named) and re.search(desk.store.jurisdiction.main_words, plain):
        return desk.store.topics[known.when_named or topic].default_subject  # "is trafficking class A or B?"
    if named:
        # "I was trafficked, can my larceny be vacated?" asks about the larceny: what was done to the person is
        # the subject only where nothing else is named.
        named = [term for term in named if term != known.default_subject] or named
        if all(term in terms and terms[term].outcome == "covered" for term in named):
            return min(mentions, key=lambda mention: (mention.subject != known.subject, mention.start)).term  # "a job agency that serves nail salons"
        # "a tanning salon with an esthetician": what puts it on the list counts, not what would leave it off.
        on_it = next((term for term in named if term in terms and terms[term].outcome == "covered"), named[0])
        return on_it if _off_the_list(terms, named[0]) else named[0]
    last = talked_about(desk, memory)
    before = desk.store.topics.get(last)
    if known.subject == "offense" and (other := other_degree(desk, plain, memory) or other_class(desk, plain, memory)):
        return other
    if mentions or before is None or (names_another(plain) and not supposes(plain)):
        return ""
    if memory.variant in terms and desk.store.topic_groups[last] == desk.store.topic_groups[topic]:
        return memory.variant
    return before.about if before.about in terms and len(text.split()) <= FOLLOW_UP else ""
