"""Which sentence of an answer comes first: the one that gives what the question asks for.

An answer is written to be read from its top. A question often asks after one thing in it: "how soon must they file?",
"is there a fine?". The sentence that gives that, by its own words, by the other words in which people ask for it (``asked`` in
the wording) and by what kind of thing it gives (a time, a sum, a penalty), is then led with. Nothing is left out.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from bot.answers.ranking import Ranking, stems
from bot.law.records import Answer, Sentence
from bot.nlp.dates import DateMention, find_date, period_told
from bot.nlp.folding import fold
from bot.reply import Line

MOST_DETAILS = 1
LONG_WORD = 4  # letters; a shorter one says little, unless people ask for the fact with it
SHORTEST_STEM = 4  # letters
SHORT_QUESTION = 14  # words; a longer one tells a story, whose words are not all asked about
READING = 0.75  # what a reading of the text weighs beside what the text says
ASKED_SO = 1.3  # how much more a word counts that people ask for this fact with
CLEARLY = 0.9  # what a sentence must weigh more than the first one does
DETAIL_CLEARLY = 1.7  # and one that is not among those the answer is made of
KIND = 1.1  # the weight of what kind of thing is asked for
NEXT = 0.9  # what speaks to the question in the second place may stay there
MOST_LEANING = 3  # sentences that lean on the one that moves, and move with it
OF_THAT_TIME = 3.0  # the weight of "from July 1, 2006 until October 1, 2017" for a question on 2014
_YES_OR_NO = re.compile(r"^(?:Yes|No|Sí)\.\s*")
_ASKED_OTHERWISE = re.compile(
    r"^\W*(?:what|where|when|how|who|which|why|que|donde|cuando|como|quien|cual|por que)\b"
    r"|\b(?:exempt\w*|exent\w*|not|dont|doesnt|don't|doesn't|isnt|isn't|without|let off|excluded|no tien\w+|no teng\w+|sin|or|o)\b"
)
# How a sentence starts that cannot be understood without the one before it.
_LEANS = re.compile(
    r"^(?:It|They|He|She|So|But|Both|That|This|These|Those|The other|Then|Also|And|Or|If (?:it|they|he|she)|In that case|Such|Its|Their|Others|Next"
    r"|Pero|También|Tampoco|Eso|Esto|Ese|Esa|Esos|Esas|Este|Esta|Así|Entonces|Además|La otra|El otro|Si lo|Si no|Y|O|Los? hace|Lo|Dura|Da|Va)\b"
)
_HOW_TO = re.compile(
    r"^\W*(?:(?:so|ok|and|but|y|pero)\W+)*"
    r"(?:how (?:do|does|can|could|would|to)|como (?:puedo|podria|hago|hace\w*|se|pido|borro|limpio|anulo))\b"
)
# What kind of thing is asked for, and the sentences that give it: in English and Spanish, of folded text.
_KINDS: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = tuple((re.compile(asks), re.compile(gives)) for asks, gives in (
    (
        r"\bhow (?:long|soon|late|many (?:years|yrs|months|days|weeks))\b|\bdeadlines?\b|\btime limit|\bexpires?\b|\buntil when\b|\bwait\b"
        r"|\bcuanto tiempo\b|\bplazos?\b|\bhasta cuando\b|\bcuant[oa]s (?:anos|meses|dias|semanas)\b|\bvence\b|\bdura\b|\bprescribe",
        r"\b\d+ (?:hours?|days?|weeks?|months?|years?|horas?|dias?|semanas?|mes(?:es)?|anos?)\b"
        r"|\b(?:deadline|time limit|any time|as long as|no wait|not have to wait)\b"
        r"|\b(?:plazo|limite de tiempo|cualquier momento|mientras)\b",
    ),
    (
        r"\bhow (?:often|frequently)\b|\b(?:every|each) (?:year|month|week)\b|\byearly|\bannual|\bretrain|\brefresh\w*|\bcada cuanto\b|\bcada ano\b",
        r"\b(?:each|every|once a) (?:\d+ )?(?:years?|months?|weeks?)\b|\bweekly\b|\bretrain|\brefresher\b|\bcada (?:\d+ )?(?:anos?|mes|semanas?)\b",
    ),
    (
        r"\bpenalt\w+|\bclass\b|\bfine[ds]?\b|\bjail\b|\bprison\b|\bpunish\w*|\bsentence\b|\btrouble\b"
        r"|\bmulta|\bpenas?\b|\bcarcel\b|\bprision\b|\bcastig\w+|\bsancion",
        r"\bpenalt\w+|\bfine[ds]?\b|\bjail\b|\bprison\b|\bclass [a-e]\b|\bmultas?\b|\bpenas?\b|\bcarcel\b|\bprision\b|\bclase [a-e]\b|\bsancion",
    ),
    (
        r"\bwhen\b|\bwhat (?:year|date|day)\b|\bsince\b|\bcuando\b|\bque (?:ano|fecha)\b|\bdesde\b",
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d|\b(?:in|since) (?:19|20)\d\d\b"
        r"|\b\d{1,2}(?:º|o)? de [a-z]+ de (?:19|20)\d\d|\b(?:en|desde) (?:19|20)\d\d\b",
    ),
    (r"\bhow (?:much|big|high)\b|\bdollars\b|\bcap\b|\bmax\w*|\bcuanto (?:dinero|es|me|se|puedo|pagan?|cuesta)\b|\bdolares\b|\btope\b", r"\$\d"),
    (
        r"\b(?:how old|what age|age (?:limit|of)|under 18|minor)\b|\bque edad\b|\bmenor",
        r"\b(?:under|age|aged|of|than|is|least|was) (?:age )?1\d\b|\b1\d or (?:older|under)\b|\bage \d\d\b|\b(?:edad|menor\w*|de) (?:de )?1\d\b",
    ),
))
# Words of questions that say nothing of their subject.
_COMMON = frozenset(stem for word in re.findall(r"\w+", """
    must need want please make person people someone anyone case court crime crimes count counts kind kinds mean means meaning definition
    define defined
    work works required require apply applies form go start old new work find take takes time long soon often year years fine penalty jail prison
    text read word words say list name named day good human trafficking trafficked trafficker traffickers
    caso delito delitos tiempo persona personas falta significa cuenta tipo palabra ley texto dia primero trata humana tratante
""") for stem in stems(word))


def opened(lines: tuple[Line, ...], asked: str) -> tuple[Line, ...]:
    """The lines without a "Yes." that would answer another question than the one asked: "what", or "is it exempt?"."""
    first = lines[0]
    bare = _YES_OR_NO.match(first.text)
    if not bare or not asked or not _ASKED_OTHERWISE.search(fold(asked)):
        return lines
    rest = first.text[bare.end() :]
    return (msgspec.structs.replace(first, text=rest[:1].upper() + rest[1:]), *lines[1:]) if rest else lines[1:]


def asks_how(asked: str) -> bool:
    """Whether the steps are asked for, in their order: "how do I get my old prostitution conviction vacated?"."""
    return bool(_HOW_TO.search(fold(asked)))


class Question:
    """What a question asks of an answer whose title and subject are ``about``."""

    def __init__(self, asked: str, about: str) -> None:
        self.plain = fold(asked)
        self.brief = len(asked.split()) <= SHORT_QUESTION
        date = find_date(self.plain)
        self.date = date if isinstance(date, DateMention) else None
        said = {word for word in re.findall(r"[a-z]+", self.plain) if len(word) >= LONG_WORD}
        title = {word[:SHORTEST_STEM] for word in stems(about)}  # "erasure" of what is titled "erasing"
        self.any_words = {word for word in stems(asked) if word[:SHORTEST_STEM] not in title}
        self.words = (stems(" ".join(said)) & self.any_words) - _COMMON
        self.kinds = [gives for asks, gives in _KINDS if asks.search(self.plain)]

    def weights(self, sentences: Sequence[Sentence]) -> list[float]:
        """How much each sentence speaks to the question: by rare words, by the kind of thing it gives, by the time it tells of."""
        own = [{word for word in stems(sentence.text) if not word.endswith("?")} for sentence in sentences]
        hints = [stems(sentence.asked) for sentence in sentences]
        ranking = Ranking([words | hint for words, hint in zip(own, hints, strict=True)])
        told = own[0] | hints[0]  # what the first sentence says is answered; only what it leaves open can call another to the front
        own, hints = [words - told for words in own], [words - told for words in hints]
        return [self._weight(ranking, sentence, words, hint) for sentence, words, hint in zip(sentences, own, hints, strict=True)]

    def _weight(self, ranking: Ranking, sentence: Sentence, own: set[str], hints: set[str]) -> float:
        if not sentence.law:
            return 0.0
        plain = fold(sentence.text)
        told = (self.words & own) | (self.any_words & hints)
        words = sum(ranking.weight(word) * (ASKED_SO if word in hints else 1.0) for word in told)
        kinds = KIND * sum(1 for gives in self.kinds if gives.search(plain))
        of_that_time = OF_THAT_TIME if self.date and _told_of(plain, self.date) else 0.0
        return (words + kinds) * (READING if sentence.reading else 1.0) + of_that_time


def _told_of(plain: str, date: DateMention) -> bool:
    period = period_told(plain)
    return bool(period and period[0] <= date.first and date.last < period[1])


def details(said: tuple[Sentence, ...], more: Sequence[Sentence], question: Question) -> tuple[Sentence, ...]:
    """The detail that speaks to the question better than all that is said does: "who came up with the program?"."""
    told = {word for sentence in said for word in stems(sentence.text) | stems(sentence.asked)}
    own = (question.words | {word for word in question.any_words if word.isdigit()}) - told
    hints = question.any_words - told
    candidates = [sentence for sentence in dict.fromkeys(more) if sentence.law and sentence not in said]
    shared = [(len((own & stems(sentence.law)) | (hints & stems(sentence.asked))), sentence) for sentence in candidates]
    best = sorted((pair for pair in shared if pair[0]), key=lambda pair: -pair[0])
    return tuple(sentence for _, sentence in best[:MOST_DETAILS])


def asked_for(wording: Answer, asked: str) -> Sentence | None:
    """The sentence whose ``asked``, the words in which people ask for its fact, has most of the question's; None where none has any."""
    if len(asked.split()) > SHORT_QUESTION:
        return None
    sentences, words = wording.full + wording.advocate, stems(asked)
    shared = [len(words & stems(sentence.asked)) for sentence in sentences]
    best = max(range(len(sentences)), key=lambda place: shared[place])
    return sentences[best] if shared[best] else None


def led(lines: tuple[Line, ...], sentences: Sequence[Sentence], question: Question, added: int) -> tuple[Line, ...]:
    """The lines with the one in front that gives what is asked for, and with it those that lean on it.

    Left as they are where the question tells a story, where the first one or two speak to it as well, or where the sentence
    leans on the one before it. ``added``: how many details stand at the end.
    """
    if not question.brief or lines[0].kind != "law" or _YES_OR_NO.match(lines[0].text):
        return lines
    weights = question.weights(sentences)
    already = max(weights[0], NEXT * weights[1]) if len(weights) > 1 and not question.date else weights[0]
    for best in sorted(range(len(lines)), key=lambda place: -weights[place]):
        if best == 0:
            return lines
        clearly = DETAIL_CLEARLY if best >= len(lines) - added else CLEARLY
        if weights[best] >= already + clearly and not _LEANS.search(lines[best].text):
            after = next((place for place in range(best + 1, len(lines)) if not _LEANS.search(lines[place].text)), len(lines))
            end = min(after, best + 1 + MOST_LEANING)
            return (*lines[best:end], *lines[:best], *lines[end:])
    return lines
