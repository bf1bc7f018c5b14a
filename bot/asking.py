"""Which questions a message asks. What it only tells ("my client was trafficked and is now charged.") is not answered.

The classifier has ranked the message as a whole and each of its parts. Two parts are answered where both ask and each
of something else; otherwise the whole is read as one question, because what was told helps to understand it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from bot.leaning import CONVERSATION
from bot.nlp.folding import fold
from bot.pointing import BRIEF
from bot.reply import Clause, Question
from bot.understanding import SURE, TURNED_AWAY

HALF_SURE = 0.6  # of one side of an "and", to be taken for a question of its own
CERTAIN = 0.9  # of the whole: then a side of its "and" that asks nothing is no question of its own
ALSO_SURE = 0.3  # of a second topic, of another group, in a message that joins two things
MOST_QUESTIONS = 2
_ASKS = re.compile(
    r"\?|^\W*(?:(?:and|also|so|ok|okay|but|or|then|hi|hello|hey|please|plus|y|e|o|pero|tambien|entonces|hola|oye|n)\W+)*"
    r"(?:how|what|whats|when|where|wheres|who|whos|whom|whose|which|why|can|could|may|must|do|does|did|is|are|am|was|were|has|have|had|will|would"
    r"|should|if|any|tell|explain|show|give|need to know|want to know|i (?:need|want|would like|wanna) to|need|wondering|curious|looking for"
    r"|help (?:me )?with|como|que|q|cuando|donde|quien|quienes|cual|cuales|cuanto|cuanta|cuantos|cuantas|por que|xq|puedo|puede|pueden|podemos"
    r"|podria|debo|debe|deben|hay|es|son|tengo|tengo que|tiene|tiene que|tienen que|si|me pueden|expli\w+|dime|digame|quiero|quisiera|necesito"
    r"|sirve|cuenta|vale|(?:a|de|en|por|para|con|hasta|cada) (?:que|quien|quienes|cuando|cuanto|cuantos|cuantas|donde|cual))\b"
    # Spanish asks without turning the words around: "mi salón necesita el aviso, y cuál es la multa".
    r"|^\W*(?:mi|mis|el|la|los|las|un|una|su)\W+\w+(?:\W+\w+){0,4}?(?<! me)(?<! nos)(?<! le)\W+"
    r"(?:tienen? que|necesitan?|pueden?|deben? (?!\d)\w+r\b|cuant[oa]s?|donde|cuando|quien|cual)"
    r"|\b(?:or not|is (?:that|this|it) (?:right|correct|true)|verdad|cierto|o no|no\?)\W*$|[,;]\W*(?:right|correct)\W*$"
)
# Words of a part that tells something: who did it, and that it was done.
_TELLS = re.compile(
    r"\b(?:i|im|ive|he|hes|she|shes|they|theyre|we|were|it|its|my|his|her|our|their|you|me|yo|el|ella|ellos|nos|mi|mis|su|sus|se|le|lo)\b|\w'(?:s|m|re|ve|d)\b"
)
_JOINS = re.compile(r"\w\W*(?:\band\b|\by\b|\balso\b|&|\btambien\b|\bplus\b)")  # between two things, not at the start


def questions(question: Question, resolve: Callable[[Clause, bool], tuple[str, float]]) -> list[Clause]:
    """The clauses to answer, in order: the message as a whole, or the two questions that it asks.

    Args:
        resolve: the topic and the confidence of a clause, given the conversation; its second argument says that the
            clause follows another of the same message.
    """
    whole, *parts = question.clauses or (Clause(question.text, ()),)
    if not parts:
        return _joined(whole)
    asking = [part for part in parts if _ASKS.search(fold(part.text))]
    asking = [part for part in parts if part in asking or (asking and _names(part))]
    if any(part.half for part in parts):
        two = _confidence(whole) < CERTAIN or len(asking) == len(parts) or _alike(*parts)
        found = [part for part in parts if _confidence(part) >= HALF_SURE] if two else []
        return found if _distinct(found) else _joined(whole)
    found = []
    for part in asking:
        topic, sure = resolve(part, bool(found))
        if sure >= SURE and topic not in CONVERSATION | TURNED_AWAY and all(topic != resolve(other, False)[0] for other in found):
            found.append(part)
    if len(found) > 1:
        return found[:MOST_QUESTIONS]
    return found if found and _confidence(whole) < SURE else [whole]


def _joined(whole: Clause) -> list[Clause]:
    """A message that joins two things without being two sentences: "deadline to vacate and for compensation?"."""
    if _JOINS.search(fold(whole.text)) and len(whole.ranking) > 1:
        (first, sure), (second, also) = whole.ranking[:2]
        law = not {first, second} & (CONVERSATION | TURNED_AWAY | {"emergency", "about_advice"})
        if law and also >= ALSO_SURE:
            return [whole, Clause(whole.text, ((second, also / (1 - sure)),))]
    return [whole]


def _names(part: Clause) -> bool:
    """Whether a part only names what it is about, beside one that asks: "sentence for trafficking, and who can charge him?"."""
    plain = fold(part.text)
    return len(plain.split()) <= BRIEF and _confidence(part) >= CERTAIN and not _TELLS.search(plain)


def _alike(first: Clause, second: Clause) -> bool:
    """Whether the second side is put like the first ("deadline to vacate and deadline for compensation") or adds to it."""
    start = re.match(r"\W*(\w+)", fold(second.text))
    return start is not None and (start[1] in ("also", "tambien") or start[1] in re.findall(r"\w+", fold(first.text)))


def _distinct(parts: list[Clause]) -> bool:
    topics = {part.ranking[0][0] for part in parts}
    return len(topics) == len(parts) > 1 and not topics & (CONVERSATION | TURNED_AWAY)


def _confidence(clause: Clause) -> float:
    return clause.ranking[0][1] if clause.ranking else 0.0
