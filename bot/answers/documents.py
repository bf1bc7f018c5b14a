"""What is asked of a paper or a public body: the sentence that answers comes first, then what belongs to it.

A bill, the Council's recommendations and the Council itself each have an answer with parts as its variants: a section of the
bill ("bill_2006@4"), a recommendation, the seats. All sentences of all parts are ranked against the question; where none
speaks to it, the answer as a whole is given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import msgspec

from bot.answers import differences, topic
from bot.answers.ranking import Ranking, offered, stems
from bot.desk import Desk
from bot.law import labels
from bot.law.records import NamedDocument, Sentence
from bot.nlp.citations import Mention
from bot.reply import Line, Memory, Reply

SURE = 0.28  # how sure the classifier must be that the message is about a paper or a body that it does not name
CLEAR = 0.8  # and of another subject, before a message is not taken to go on about the paper last talked about
OWN = 0.25  # what a word counts more in the sentence itself than in the title of its part
SPEAKS = 2.0  # the least that a sentence weighs to come first: one fairly rare word
COVERS = 0.5  # how much of the question it covers where the paper was not named
FOLLOWS = 0.7  # and where only the conversation tells that the paper is meant
FEW_WORDS = 4  # a longer message that is clear about another subject does not go on about a paper
NEARLY_ALL = 0.9  # and where the classifier is sure of another subject: "who picks the judge?", after the Council
AS_GOOD = 0.85  # a second sentence nearly as good as the best comes right after it
FATE = "law?"  # the word, of a question and of a sentence, for whether something is law
_PART = re.compile(r"(?:§|\b(?:sections?|sec\.?|parts?|items?|numbers?|no\.|seccion|parte|punto|numero))\s*(\d{1,2})\b(?!-)")
_POINTS_BACK = re.compile(
    r"\b(?:it|its|that|this|there|they|them|bill|enacted|council|seats?|members?|recommendations?|eso|esto|ese|esa|ahi|lo|proyecto|consejo|miembros?)\b"
    r"|^\W*(?:and|y|so|but|what about|how about)\b"
)
_IS_IT_LAW = re.compile(
    r"\b(?:is|was|are|were|did|does|has|ever|still|actually|really)\b"
    r".*\b(?:law|enacted|pass(?:ed)?|adopted|done|in force|happen|today|in effect|still around)\b"
    r"|\bstill around\b|\b(?:became|become|becomes) (?:the )?law\b|\bes (?:hoy )?ley\b|\bley hoy\b"
    r"|\b(?:vigente|(?:se|lo|la|los|las) (?:aprob\w+|dieron|pasaron|hicieron)|fue ley|paso a ser ley|se cumplio|se hizo|entro en vigor"
    r"|existe todavia|todavia existe|(?:salio|quedo|paso)(?: \w+)? al final|al final (?:que )?(?:salio|quedo|paso))\b"
)


class Question(Protocol):
    """What of a question is looked at here; ``bot.understanding.Asked`` is one."""

    @property
    def cites(self) -> tuple[Mention, ...]:
        """The citations in it."""

    @property
    def plain(self) -> str:
        """The folded text without them."""

    @property
    def topic(self) -> str:
        """The likeliest topic."""

    @property
    def confidence(self) -> float:
        """How sure the classifier is of it."""

    @property
    def leans(self) -> bool:
        """Whether it may lean on the conversation."""


@dataclass(frozen=True)
class _Candidate:
    topic: str
    variant: str
    title: str
    sentence: Sentence


def answer(desk: Desk, asked: Question, memory: Memory, *, short: bool = False) -> Reply | None:
    """The reply to a question about a paper or a body that is named, asked about, or talked about; None where none is.

    ``short``: for a channel with little room.
    """
    documents = desk.store.jurisdiction.documents
    words, lang = _words(asked), memory.lang
    if named := [mention.cite for mention in asked.cites if mention.kind in ("bill", "paper") and _source(documents, mention.cite)]:
        return _on_named(desk, asked, named, words, lang, short=short)
    if on_same := _on_same_part(desk, documents, asked, memory, words, short=short):
        return on_same
    before = next((paper for paper in documents.values() if memory.topic in paper.topics and not paper.only_named), None)
    if about := _asked_about(documents, asked, before):
        called = re.search(rf"\b(?:{about.names})\b", asked.plain)
        reply = _told(desk, about, words - stems(called[0] if called else ""), lang, COVERS, short=short)
        if about.paper and about is before and reply is None:
            return topic.answer(desk, about.topics[0], lang, memory.variant, "short" if short else "full")  # "was it passed?"
        if about.paper or (reply and reply.variant):
            return reply  # of a body, the answer as a whole is any topic's: it is given where topics are
    about = before
    if about is None or not asked.leans or any(mention.kind == "section" for mention in asked.cites):
        return None
    if asked.confidence >= CLEAR and asked.topic in desk.store.topics and not _POINTS_BACK.search(asked.plain):
        if about.paper and len(asked.plain.split()) > FEW_WORDS:
            return None
        return _told(desk, about, words, lang, NEARLY_ALL, short=short)  # "how much was it?" after a bill
    if (part := _PART.search(asked.plain)) and (reply := _part(desk, about, part[1], words, lang, short=short)):
        return reply
    return _told(desk, about, words, lang, FOLLOWS, short=short)


def _on_same_part(desk: Desk, documents: dict[str, NamedDocument], asked: Question, memory: Memory, words: set[str], *, short: bool) -> Reply | None:
    """"Is it law today?", "did they get it?": of the part of a paper that was just shown."""
    about = next((paper for paper in documents.values() if memory.topic in paper.topics[:1] and not paper.only_named), None)
    if about is None or FATE not in words or len(words) > 2 or not memory.variant or not asked.leans:
        return None
    return _part(desk, about, memory.variant, words, memory.lang, short=short)


def _words(asked: Question) -> set[str]:
    """The words of the question past the paper's name; the sections that it cites; whether it asks if something is law."""
    sections = {mention.cite.partition("(")[0] for mention in asked.cites if mention.kind == "section"}
    return stems(asked.plain) | sections | ({FATE} if _IS_IT_LAW.search(asked.plain) else set())


def _source(documents: dict[str, NamedDocument], cite: str) -> str:
    """The id of the paper that a cite such as ``bill-2006 § 4`` or ``recommendation 6`` belongs to; empty where none is known."""
    name = cite.partition(" ")[0]
    return name if name in documents else next((source for source, paper in documents.items() if paper.numbered and paper.numbered == name), "")


def _asked_about(documents: dict[str, NamedDocument], asked: Question, before: NamedDocument | None) -> NamedDocument | None:
    """The paper whose topic the message is about, else the body that it calls by its name, else the body of its topic.

    "Was it passed?" sounds like one bill as much as another: after a paper, a short message that names none is about that one.
    """
    told_by_topic = [paper for paper in documents.values() if not paper.only_named]
    of_topic = next((paper for paper in told_by_topic if asked.topic in paper.topics and asked.confidence >= SURE), None)
    if of_topic and of_topic.paper:
        return before if before and before.paper and asked.leans and of_topic is not before and _is_any_papers(asked) else of_topic
    return next((body for body in documents.values() if not body.paper and re.search(rf"\b(?:{body.names})\b", asked.plain)), of_topic)


def _is_any_papers(asked: Question) -> bool:
    """Whether a message only asks if a paper is law, or after a part of it, and could be about any paper."""
    return bool(_IS_IT_LAW.search(asked.plain) or _PART.search(asked.plain)) and not re.search(r"\b(?:19|20)\d\d\b", asked.plain)


def _on_named(desk: Desk, asked: Question, cites: Sequence[str], words: set[str], lang: str, *, short: bool) -> Reply | None:
    documents = desk.store.jurisdiction.documents
    source, *others = dict.fromkeys(_source(documents, cite) for cite in cites)
    paper = documents[source]
    if (number := re.search(r" (?:§ )?(\d+)", cites[0])) or (number := _PART.search(asked.plain)):
        if reply := _part(desk, paper, number[1], words, lang, short=short):
            return reply
        text = desk.say(lang, "cards.no_such_part", document=labels.cite(desk.store, source, lang), part=number[1])
        return Reply(kind="not_found", lang=lang, lines=(Line(text, kind="note"),), choices=topic.topic_choices(desk, paper.topics, lang))
    if "differences" in paper.topics:  # what is said of the paper itself ("may I quote it?"), else where it differs from the law
        of_itself = _told(desk, paper, words, lang, NEARLY_ALL, short=short, only=source)
        if reply := of_itself or differences.of_source(desk, source, words, lang):
            return reply
    years = {word for name in (source, *others) for word in re.findall(r"\d{4}", name)} if others else set()
    both = msgspec.structs.replace(paper, topics=tuple(name for other in (source, *others) for name in documents[other].topics))
    whole = topic.answer(desk, paper.topics[0], lang, source, "short" if short else "full")
    return _told(desk, both, words | years, lang, 0.0, short=short) or whole


def _part(desk: Desk, paper: NamedDocument, number: str, words: set[str], lang: str, *, short: bool) -> Reply | None:
    """One section of a bill or one recommendation: what it said and what became of it, led by what is asked of it."""
    candidates = [one for one in _candidates(desk, paper, lang) if one.variant == number]
    if not candidates:
        return None
    ranking = Ranking([_offers(one) for one in candidates])
    scores = [ranking.score(place, words) for place in range(len(candidates))]
    best = max(range(len(candidates)), key=lambda place: scores[place])
    return _reply(desk, candidates[best], [candidates[best].sentence] if scores[best] > 0 else [], lang, short=short)


def _told(desk: Desk, paper: NamedDocument, words: set[str], lang: str, covers: float, *, short: bool, only: str | None = None) -> Reply | None:
    """The part whose sentence speaks most to the question, that sentence first; None where none speaks to it enough.

    ``only``: the one part that is looked at.
    """
    candidates = [one for one in _candidates(desk, paper, lang) if only in (None, one.variant)]
    ranking = Ranking([_offers(one) for one in candidates])
    scores = [
        ranking.score(place, words) + OWN * sum(ranking.weight(word) for word in words & _says(one)) for place, one in enumerate(candidates)
    ]
    best = max(range(len(candidates)), key=lambda place: (scores[place], *_nearness(candidates[place], words)), default=-1)
    if best < 0 or scores[best] < SPEAKS or ranking.covered(best, words) < covers or not ranking.subject(best, words):
        return None
    chosen = candidates[best]
    as_good = [
        one.sentence for one, score in sorted(zip(candidates, scores, strict=True), key=lambda pair: -pair[1])
        if (one.topic, one.variant) == (chosen.topic, chosen.variant) and score >= AS_GOOD * scores[best]
    ]
    return _reply(desk, chosen, as_good[:2], lang, short=short)


def _candidates(desk: Desk, paper: NamedDocument, lang: str) -> list[_Candidate]:
    return [
        _Candidate(name, variant, wording.title if variant else "", sentence)
        for name in paper.topics
        for variant, wording in desk.store.answers_to(name, lang).items()
        for sentence in dict.fromkeys(wording.full + wording.advocate)
        if sentence.law
    ]


def _offers(candidate: _Candidate) -> set[str]:
    """What a sentence offers to a question, the title of its part included."""
    return _says(candidate) | {word for word in stems(candidate.title) if not word.endswith("?")}


def _says(candidate: _Candidate) -> set[str]:
    sentence = candidate.sentence
    tells_fate = re.search(r"\b(?:law today|ley hoy)\b", sentence.asked)
    return offered(sentence.text, sentence.cites, sentence.asked) | ({FATE} if tells_fate else set())


def _nearness(candidate: _Candidate, words: set[str]) -> tuple[float, int]:
    """Which of two sentences that weigh the same is nearer: by how much of its part's title the question says, then by how
    few of the words in which people ask for it are missing, since it may be about something narrower.
    """
    title = stems(candidate.title)
    missing = sum(word.isalpha() for word in stems(candidate.sentence.asked) - words)
    return (len(title & words) / len(title) if title else 0.0), -missing


def _reply(desk: Desk, chosen: _Candidate, lead: Sequence[Sentence], lang: str, *, short: bool) -> Reply | None:
    """The part's answer, with the sentences in ``lead`` before the others."""
    reply = topic.answer(desk, chosen.topic, lang, chosen.variant, "short" if short else "full")
    if reply is None:
        return None
    first = tuple(Line(desk.fill(sentence.text), sentence.cites, "law") for sentence in lead)
    rest = () if short and first else tuple(line for line in reply.lines if all(line.text != said.text for said in first))
    lines = first + rest
    cites = tuple(dict.fromkeys(cite for line in lines for cite in line.cites))
    return msgspec.structs.replace(
        reply, lines=lines, variant=chosen.variant, links=labels.links(desk.store, cites),
        notices=topic.notices(desk, cites, lang, difference=False),
    )
