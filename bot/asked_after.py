"""What of its subject a short message asks after, by its words alone: "how long?", "is there a fine?", "who decides?".

A classifier has to guess a subject for such words ("how often?" sounds like paydays). Here only the facet is read, in
English and Spanish; whose facet it is, the conversation tells (``bot.leaning``).
"""

from __future__ import annotations

import re

from bot.answers.ranking import stems

# What people ask after, the words for it, and the facets of topics (content/topics) that answer it, the likeliest first.
_ASKED: tuple[tuple[re.Pattern[str], tuple[str, ...]], ...] = tuple((re.compile(words), facets) for words, facets in (
    (r"\bhow long (?:does|will|would|can|could) (?:it|this|that|they|the (?:court|judge|process|order)|all (?:of )?this) (?:usually |normally )?(?:take|last|stay)\b"
     r"|\bcuanto (?:tiempo )?(?:tarda|demora|toma|dura)\w*\b", ("duration",)),
    (r"\bhow long (?:do|does|did|would|have|has) (?:i|we|you|he|she|they|someone|a (?:person|victim)|the (?:state|police|prosecutors?)) (?:have|got)?\b"
     r"|\b(?:deadlines?|time limits?|statutes? of limitations?|too late|cut ?off|run out|expires?|plazos?|it.?s been (?:an?|one|two|three|\d+|over|more)|(?:years?|months?|weeks?) ago|hace (?:un|dos|tres|\d+) (?:anos?|mes|meses)|fecha limite|muy tarde|prescribe|vence|caduca)\b"
     r"|\bcuanto tiempo teng\w+\b|\bhasta cuando\b", ("deadline", "limit")),
    (r"\b(?:since when|when did (?:it|that|this|they) (?:change|start|begin)|has (?:it|this|that) changed|ha cambiado|did it change|when (?:was|did) (?:it|that|this) (?:changed|passed|become law"
     r"|added|start)|what was it (?:called )?before|before that|desde cuando|cuando (?:cambio|empezo)|antes de eso|como (?:era|se llamaba) antes)\b", ("history",)),
    (r"\b(?:how long|for how long|how many years|cuanto tiempo|por cuanto tiempo|cuantos anos)\b", ("deadline", "duration", "schedule", "penalty")),
    (r"\b(?:how often|how frequently|(?:every|each) (?:year|month|week)|yearly|annually|once|again|cada cuanto|cada (?:ano|mes|semana))\b", ("schedule",)),
    (r"\b(?:(?:any|higher|lower|bigger) )?(?:max(?:imum)?|min(?:imum)?|mandatory minimum|go (?:any )?(?:higher|lower|up|above|over)|at most|at least|the most|the least"
     r"|tope|maximo|minimo|puede (?:ser|subir|llegar a) mas)\b", ("amount", "penalty")),
    (r"\b(?:how much|que cantidad|cuanto(?: dinero)?)\b", ("amount", "cost", "penalty")),
    (r"\b(?:fees?|costs?|free|charges? (?:me|us)|pay for it|price|gratis|cuesta|costo|tarifa|cobran)\b", ("cost",)),
    (r"\b(?:penalt(?:y|ies)|fines?|fined|punish\w*|prison|jail|sentence|felony|misdemeanor|(?:if|and) (?:i|we|they|he|she) (?:just )?(?:dont|don't|do not|ignore|skip|didnt"
     r"|didn't|wont|won't|refuse)(?: (?:do|post|comply|have|put|train|keep|show|want to|bother))?(?: (?:it|that|them|one|this))?\W*$|pena|penas|multa|castigo|carcel|si no (?:lo )?(?:hago|hacemos|cumplo|pongo))\b", ("penalty",)),
    (r"\b(?:prove|proof|proves|evidence|burden|probar|prueba|pruebas|demostrar)\b", ("proof",)),
    (r"\b(?:defen[sc]es?|defensas?)\b", ("defense",)),
    (r"\b(?:(?:under |over |at )?what age|how old|age limit|que edad|cuantos anos (?:hay que )?tener)\b", ("age", "minor")),
    (r"\b(?:convicted first|has to be (?:convicted|arrested)|(?:never|not) (?:convicted|arrested|caught|charged))\b", ("conviction_first",)),
    (r"\b(?:how (?:do|can|would) (?:i|we|she|he|they|you|someone) (?:do (?:it|that)|apply|sign up|ask|ask for it|get (?:it|one|started|in)|start|file|go about it|complain|join|register)"
     r"|what are the steps|como (?:lo )?(?:hago|pido|solicito|me inscribo|empiezo|se (?:hace|pide)))\b", ("steps", "form")),
    (r"\bwhere (?:do|can) (?:i|we) (?:get|find|order|download)\b|\bdonde (?:lo )?(?:consigo|encuentro|pido)\b", ("form", "place")),
    (r"\b(?:forms?|copy|copies|formularios?|copias?)\b", ("form",)),
    (r"\bwhere|\bdonde\b", ("place", "form")),
    (r"\bwhen\b|\bcuando\b", ("deadline", "schedule", "history")),
))
# A question word alone asks after whatever the last answer said of it.
_WORD = re.compile(r"\b(?:who|whom|whose|when|where|why|how many|which|quien(?:es)?|cuando|donde|por que|cuant[oa]s|cual(?:es)?)\b")
# Words that neither name a subject nor ask after anything.
_EMPTY = frozenset("ok okay so well um uh really usually normally exactly total guy guys people anyone someone person persona gente then pues bueno".split())


def facets(plain: str) -> tuple[str, ...]:
    """The facets that the folded text asks after, of the first kind found, the likeliest first; empty where none."""
    return next((asked for words, asked in _ASKED if words.search(plain)), ())


def asks_only_a_word(plain: str) -> bool:
    """Whether a question word is all that it asks: "who?", "to who", "and when"."""
    return bool(_WORD.search(plain)) and not named(plain)


def named(plain: str) -> set[str]:
    """The stems of the words that name something, past those that only ask."""
    for words, _ in _ASKED:
        plain = words.sub(" ", plain)
    plain = " ".join(word for word in plain.split() if word.strip("?!.,") not in _EMPTY)
    return {word for word in stems(plain) if not word.endswith("?")}
