"""How much a sentence speaks to a question: the rarer the words that they share among all sentences searched, the more.

Words are compared by their stems, in English and Spanish alike. What kind of thing is asked for counts as a word too: a
sentence with a date answers "when", one with a sum "how much".
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence

from bot.nlp.folding import fold

STEM = 6  # letters
ONE_RARE_WORD = 1.3  # what a word weighs that about every third text holds
CUE = 1.2  # the weight of "who", "when" and their like
_CUES = {
    "who?": re.compile(r"\b(?:who|whom|whose|quien(?:es)?)\b"),
    "when?": re.compile(r"\b(?:when|what (?:year|date|day)|cuando|que (?:ano|fecha|dia)|en que ano)\b"),
    "where?": re.compile(r"\b(?:where|donde)\b"),
    "why?": re.compile(r"\b(?:why|reasons?|por que(?! ley)|razon(?:es)?)\b"),
    "many?": re.compile(r"\b(?:how many|cuant[oa]s)\b"),
    "much?": re.compile(r"\b(?:how much|dollars|cuanto (?:dinero|recibi\w*|daba|costa\w*|pedia)|dolares)\b"),
}
# A date answers "when", a sum "how much", whatever the words around them.
_GIVES = {
    "when?": re.compile(
        r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december) \d|\bin (?:19|20)\d\d\b"
        r"|\b\d{1,2}(?:º|o)? de [a-z]+ de (?:19|20)\d\d|\ben (?:19|20)\d\d\b"
    ),
    "much?": re.compile(r"\$\d"),
}
_CLASS = re.compile(r"\b(class|clase) ([a-e])\b")  # "class A" is one word, or its letter would be lost
_WORD = re.compile(r"\d+[a-z]?-\d+[a-z]*|\d+(?:,\d{3})*|[a-z]+")
_ENDING = re.compile(r"(?:ments?|ings?|ados?|adas?|idos?|idas?|aron|ieron|aba|aban|ions?|iones|ed|ies|es|an|en|as|os|s|a|o|e|y)$")
# Words of questions that say nothing of their subject.
_COMMON = frozenset(re.findall(r"\w+", """
    a about actually all also am an and any anything are as at be been but by can could did do does doing else ever every for from get give got had
    has have he her him his how i if in into is it its just know like many me mean more much my of on one or our out please really said say
    says she so some still tell than that the their them then there these they thing things this those to too under up us was we were
    what whats when where whether which who whom whose why will with would you your connecticut ct state law laws bill bills section sections
    act paper document propose proposes proposed proposal recommend recommended recommendation recommendations
    exactly again mention mentioned want correct right true happen happened happens adopted old older current currently today differ differs
    different difference differences compare compared passed pass
    al ante como con cual cuales cuando cuanta cuantas cuanto cuantos de del desde donde dice dicen dijo e el ella ellos en era eran es esa
    ese eso esta este esto estos fue fueron ha habia hay la las le les lo los mas me mi no o para pero por porque puede que quien quienes se
    segun ser si sin sobre son su sus tambien te tiene tienen un una uno unos y ya ley leyes proyecto seccion secciones documento estado decia
    ano anos year years propone proponia proponian propuso paso hizo hicieron viejo viejos vieja viejas actual actuales hoy difiere
    difieren distinto distinta diferencia diferencias recomendo recomendacion recomendaciones exactamente mismo misma cierto
    salio salieron quedo quedaron final dieron
"""))


def stems(text: str) -> set[str]:
    """The words of a text that carry meaning, by their stems, and what kind of thing it asks for."""
    plain = _CLASS.sub(r"\1\2", fold(text))
    cues = {cue for cue, pattern in _CUES.items() if pattern.search(plain)}
    return cues | {_stem(word) for word in _WORD.findall(plain) if word not in _COMMON and (len(word) > 1 or word.isdigit())}


def offered(text: str, cites: Iterable[str] = (), asked: str = "") -> set[str]:
    """What a sentence has to offer: its own words, its cites, the other words in which people ask for it, a date, a sum."""
    plain = fold(text)
    given = {cue for cue, pattern in _GIVES.items() if pattern.search(plain)}
    own = {word for word in stems(text) if not word.endswith("?")}  # a sentence with "who" in it answers no "who"
    return given | own | stems(asked) | {word for cite in cites for word in _WORD.findall(cite) if "-" in word}


class Ranking:
    """Texts, by how much each speaks to a question.

    Args:
        texts: what each text offers, as ``offered`` gives it.
    """

    def __init__(self, texts: Sequence[set[str]]) -> None:
        self._texts = texts
        self._spread = Counter(word for text in texts for word in text)

    def weight(self, word: str) -> float:
        """How much a word says: a word in one text of a hundred says more than one in each; one in none is as rare as can be."""
        if word.endswith("?"):
            return CUE
        return math.log(1 + len(self._texts) / max(1, self._spread[word]))

    def score(self, place: int, question: set[str]) -> float:
        """The weight of the words that the text at ``place`` shares with the question."""
        return sum(self.weight(word) for word in question & self._texts[place])

    def covered(self, place: int, question: set[str]) -> float:
        """How much of what the question's words weigh the text at ``place`` speaks to: from 0 to 1."""
        whole = sum(self.weight(word) for word in question)
        return self.score(place, question) / whole if whole else 0.0

    def subject(self, place: int, question: set[str]) -> set[str]:
        """The shared words that name something, and do not only ask "when" or "who"."""
        return {word for word in question & self._texts[place] if not word.endswith("?")}


def _stem(word: str) -> str:
    if not word.isalpha():
        return word.replace(",", "")
    bare = _ENDING.sub("", word)
    return (bare if len(bare) >= 3 else word)[:STEM]


def covers(sentences: Sequence[str], rivals: Sequence[str], question: str) -> tuple[float, float]:
    """How much of what ``question`` says the best of ``sentences`` speaks to, and the best of ``rivals``: each from 0 to 1."""
    words = {word for word in stems(question) if not word.endswith("?")}
    offers = [stems(text) for text in (*sentences, *rivals)]
    ranking = Ranking(offers)
    each = [ranking.covered(place, words) for place in range(len(offers))]
    return max(each[: len(sentences)], default=0.0), max(each[len(sentences) :], default=0.0)
