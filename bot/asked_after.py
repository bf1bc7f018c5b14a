"""What of its subject a short message asks after, by its words alone: "how long?", "is there a fine?", "who decides?".

A classifier has to guess a subject for such words ("how often?" sounds like paydays). Here only the facet is read, in
English and Spanish; whose facet it is, the conversation tells (``bot.leaning``).
"""

from __future__ import annotations

import re

from bot.answers.ranking import stems

# What people ask after: the words for it, in both languages, and the facets of topics (content/topics) that answer it, the
# likeliest first. The first kind that is found counts.
_WAYS_OF_ASKING: tuple[tuple[tuple[str, ...], tuple[str, ...]], ...] = (
    ((
        r"how long (?:does|will|would|can|could) (?:it|this|that|they|the (?:court|judge|process|order)) (?:usually |normally )?(?:take|last|stay)",
        r"cuanto (?:tiempo )?(?:tarda|demora|toma|dura)\w*",
    ), ("duration",)),
    ((
        r"how long (?:do|does|did|would|have|has) (?:i|we|you|he|she|they|someone|a (?:person|victim)|the (?:state|police|prosecutors?))"
        r"(?: (?:have|got))?",
        r"deadlines?|time limits?|statutes? of limitations?|too late|cut ?off|run out|expires?|(?:years?|months?|weeks?) ago",
        r"it.?s been (?:an?|one|two|three|\d+|over|more)",
        r"plazos?|fecha limite|muy tarde|prescribe|vence|caduca|cuanto tiempo teng\w+|hasta cuando|hace (?:un|dos|tres|\d+) (?:anos?|mes|meses)",
    ), ("deadline", "limit")),
    ((
        r"since when|has (?:it|this|that) changed|did it change|when did (?:it|that|this|they) (?:change|start|begin)",
        r"when (?:was|did) (?:it|that|this) (?:changed|passed|become law|added|start)|what was it (?:called )?before|before that",
        r"who (?:changed|passed|made|wrote|enacted) (?:it|that|this)|(?:what|which|by what) (?:public )?act|what year was (?:it|that|this)",
        r"quien (?:lo|la) (?:cambio|aprobo|hizo)|(?:que|cual) ley lo (?:cambio|hizo)",
        r"siempre (?:fue|era|ha sido) asi|desde cuando|ha cambiado|cuando (?:cambio|empezo)|antes de eso|como (?:era|se llamaba) antes",
    ), ("history",)),
    ((r"how many years|cuantos anos",), ("penalty", "deadline", "duration", "schedule")),
    ((r"how long|cuanto tiempo",), ("deadline", "duration", "schedule", "penalty")),
    ((
        r"how often|how frequently|(?:every|each) (?:year|month|week)|yearly|annually|once|again",
        r"cada cuanto|cada (?:ano|mes|semana)",
    ), ("schedule",)),
    ((
        r"max(?:imum)?|(?:mandatory )?min(?:imum)?|go (?:any )?(?:higher|lower|up|above|over)|at most|at least|the most|the least",
        r"tope|maximo|minimo|puede (?:ser|subir|llegar a) mas",
    ), ("amount", "penalty")),
    ((r"how much|que cantidad|cuanto(?: dinero)?",), ("amount", "cost", "penalty")),
    ((r"fees?|costs?|free|charges? (?:me|us)|pay for it|price|gratis|cuesta|costo|tarifa|cobran",), ("cost",)),
    ((
        r"penalt(?:y|ies)|fines?|fined|punish\w*|prison|jail|sentence|felony|misdemeanor",
        r"(?:if|and) (?:i|we|they|he|she) (?:just )?(?:dont|don't|do not|ignore|skip|didnt|didn't|wont|won't|refuse)"
        r"(?: (?:do|post|comply|have|put|train|keep|show|want to|bother))?(?: (?:it|that|them|one|this))?(?=\W*$)",
        r"pena|penas|multa|castigo|carcel|si no (?:lo )?(?:hago|hacemos|cumplo|pongo)",
    ), ("penalty", "no_penalty")),
    ((r"prove|proof|proves|evidence|burden|probar|prueba|pruebas|demostrar",), ("proof",)),
    ((r"defen[sc]es?|defensas?",), ("defense",)),
    ((r"(?:(?:under |over |at )?what age|how old|age limit|que edad|cuantos anos (?:hay que )?tener)",), ("age", "minor")),
    ((r"convicted first|has to be (?:convicted|arrested)|(?:never|not) (?:convicted|arrested|caught|charged)",), ("conviction_first",)),
    ((
        r"how (?:do|can|would) (?:i|we|she|he|they|you|someone)"
        r" (?:do (?:it|that)|apply|sign up|ask|get (?:it|one|started|in)|start|file|go about it|complain|join|register)",
        r"what are the steps|como (?:lo )?(?:hago|pido|solicito|me inscribo|empiezo|se (?:hace|pide))",
    ), ("steps", "form")),
    ((r"where (?:do|can) (?:i|we) (?:get|find|order|download)|donde (?:lo )?(?:consigo|encuentro|pido)",), ("form", "place")),
    ((r"forms?|copy|copies|formularios?|copias?",), ("form",)),
    ((r"where|donde",), ("place", "form")),
    ((r"when|cuando",), ("deadline", "schedule", "history")),
)
_ASKED = tuple((re.compile(rf"\b(?:{'|'.join(words)})\b"), asked) for words, asked in _WAYS_OF_ASKING)
# A question word alone asks after whatever the last answer said of it.
_WORD = re.compile(r"\b(?:who|whom|whose|when|where|why|how many|which|quien(?:es)?|cuando|donde|por que|cuant[oa]s|cual(?:es)?)\b")
# Words that neither name a subject nor ask after anything.
_EMPTY = frozenset({
    "ok", "okay", "so", "well", "um", "uh", "really", "usually", "normally", "exactly", "total", "guy", "guys", "people", "anyone", "someone",
    "person", "then", "required", "mandatory", "obligatorio", "obligatoria", "persona", "gente", "pues", "bueno",
})


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
