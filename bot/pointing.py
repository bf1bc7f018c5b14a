"""The words by which a message points back at the conversation: "and", "what about", "that one", "if she was 16", "no, I meant".

Only what the words say, in English and Spanish, of folded text; what follows for what is meant, ``bot.leaning`` says.
"""

from __future__ import annotations

import re

from bot import asked_after

BRIEF = 6  # words; a question this short rarely names its subject
FULL_AGE = 18

# What a message starts with, or points back by, when it leans on the one before.
LEADS_ON = re.compile(r"^\W*(?:and|but|ok|okay|so|also|then|what about|how about|y|pero|entonces|tambien|que pasa con|no,? i mean\w*)\b")
POINTS_BACK = re.compile(
    r"\b(?:it|that|this|there|them|they|he|him|she|those|tho|though|one|eso|esto|ese|esa|alli|ahi|lo|la|le|el)\b"
    r"|^\W*(?:es|era|seria)\b"
)
LEANS = re.compile(
    r"^\W*(?:what if|what was|what do|what does|what is|where|how|who|is it|is that|do|does|can|que pasa si|donde|como|cuanto|quien|es|puede)\b"
    r"|\b\w{3,}(?:ar|er|ir|ando|iendo)(?:me|se)?(?:lo|la|le)s?\b|"  # "entrenarlos", "pedirla": the pronoun hangs on the verb
    + POINTS_BACK.pattern
)
_SUPPOSES = re.compile(r"^\W*(?:\w+\W+)?(?:what if|and if|even if|if|y si|que pasa si|aunque)\b")
_SUPPOSES_AGE = re.compile(
    r"\b(?:if|si)\b.{0,20}(?:\b(?:is|was|were|am|im|turned|tenia|tiene|tengo|tuviera|era|es|shes|hes)|'[sm])\W+(?:only\W+|just\W+|solo\W+)?([5-9]|1\d|2[01])\b"
    r"(?!\W*(?:times?|days?|months?|weeks?|hours?|victims?|people|veces|dias|meses|semanas|horas))"
    r"|\b(?:for|with|para|con) (?:an? |someone |un[ao]? )?(1\d|2[01])\W?(?:years?|yrs?|yo|anos)\b"
)
_BARE_AGE = re.compile(r"\W*(?:(?:and|or|what about|how about|y|o|que tal)\W+)+(?:(?:if|at|for|si|a los|con)\W+)?([5-9]|1\d|2[01])\W*")
_OTHER_CLASS = re.compile(
    r"\W*(?:(?:and|or|what about|how about|ok|y|o|que hay de)\W+)+(?:an?\W+|un[ao]?\W+|la\W+|de\W+)?(?:class\W+|clase\W+)?([a-e])(?:\W+felony)?\W*"
)
_GROWN = re.compile(
    r"\W*(?:(?:and|but|ok|so|y|pero)\W+)*(?:what about|how about|que hay de|que pasa con)?\W*(?:me|i|her|him|them|mi|yo|ella|el)?\W*"
    r"(?:im|i'm|i am|shes|she's|she is|hes|he's|he is|tengo|tiene|now|ahora|\W)*(\d\d)(?:\W+(?:years? old|yo|now|anos|ahora))*\W*"
)
_BELIEVES = re.compile(r"\b(?:thought|thinks|believed?s?|told|said|lied|claim\w*|knew|know|creia|creyo|cree|pensaba|penso|dijo|decia|mintio|sabia)\b")
_SUPPOSES_MINOR = re.compile(
    r"\b(?:if|si)\b.{0,30}\b(?:is|was|were|am|im|i'm|era|es|soy|fui|fuera|fuese)\W+(?:(?:a|an|un|una|only|just|solo|still|todavia)\W+)*"
    r"(?:minor|child|kid|underage|menor(?:es)?(?: de edad)?)\b"
)
THING = re.compile(r"\b(?:it|that|this|one|eso|esto|ese|esa|lo|la)\b")  # points back at what was asked about, not at a person
ANOTHER = re.compile(
    r"^\W*(?:(?:ok|so|and|but|y|pero)\W+)*(?:(?:what|how) about|what if|and (?:for|if|with|in|to|the|a|an)|(?:is it )?the same (?:for|with)"
    r"|que (?:pasa con|pasa si|hay de)|y (?:si|un|una|lo|al|a la|a los|para|con|de|del)"
    # "and the penalty?" asks after what was talked about; "and the bar?" names another
    r"|y (?:el|la|los|las)(?!\W+(?:penas?|multas?|plazo|castigo|condena|defensa|clase|ley)\b)"
    r"|(?:es )?lo mismo (?:para|con))\b"
)
YEAR = re.compile(r"\W*(?:(?:and|what about|how about|in|for|y|en|que hay de)\W+)*(?:19|20)\d\d\W*")
CORRECTS = re.compile(
    r"^\W*(?:(?:no|nope|nah|sorry|wait|perdon|not that|eso no)\W+)*(?:i (?:meant|mean|was (?:asking|talking) about|am (?:asking|talking) about)"
    r"|(?:im|i'm) (?:asking|talking) about|me refer\w+ a\w*|me refiero a\w*|quise decir|hablo de|hablaba de|preguntaba (?:por|sobre))\b"
    r"|^\W*(?:(?:no|nope|nah|eso no|not that|that one no)\W+)+(?:the|my|la|el|los|las|mi|mis|lo de)\b"
)
ANOTHER_ONE = re.compile(
    r"\W*(?:no|nope|nah|not that(?: one)?|i mean|eso no|ese no|esa no)?\W*(?:the|a|an|el|la|lo)?\W*"
    r"(?:other|another|different|otr[oa])(?:\W+(?:one|thing|law|cosa|ley))?\W*"
)
DEGREES = ("first", "second", "third")
_DEGREE = re.compile(r"\b(?:(first|1st|primer(?:o)?|1er)|(second|2nd|segundo|2do)|(third|3rd|tercer(?:o)?|3er))\b(?=.{0,3}(?:degree|grado)|\W*$)")
RETURNS = re.compile(
    r"\b(?:(?:go(?:ing)?|get(?:ting)?|can we go|lets go)? ?back to|return(?:ing)? to|volv\w+ a|regres\w+ a|retom\w+)\b"
)


def led_on(plain: str) -> bool:
    """Whether the message goes on from the one before: "and", "but", "y"."""
    return bool(LEADS_ON.search(plain))


def names_another(plain: str) -> bool:
    """Whether the message asks the same of something else: "what about", "y para"."""
    return bool(ANOTHER.search(plain) and asked_after.named(plain))  # "and the fine?" names nothing


def supposes(plain: str) -> bool:
    """Whether the message supposes something of what was asked about: "and if it is the second time?"."""
    return bool(_SUPPOSES.search(plain))


def other_class(plain: str) -> str:
    """The letter of "and E?", "what about class b": of a class of felony; empty where a message says more than that."""
    named = _OTHER_CLASS.fullmatch(plain.strip())
    return named[1] if named else ""


def only_an_age(plain: str) -> bool:
    """Whether a message that goes on says nothing but how old a grown person is: "and what about me, im 30?"."""
    age = _GROWN.fullmatch(plain.strip())
    return bool(age and int(age[1]) >= FULL_AGE)


def supposed_age(plain: str) -> int:
    """The age of "and if she is 16?", one under full age for "a minor"; 0 where a message supposes none, or says more than that."""
    if len(plain.split()) > BRIEF + 2 or _BELIEVES.search(plain):
        return 0
    if age := _SUPPOSES_AGE.search(plain) or _BARE_AGE.fullmatch(plain):
        return int(next(filter(None, age.groups())))
    return FULL_AGE - 1 if _SUPPOSES_MINOR.search(plain) else 0


def other_degree(plain: str) -> str:
    """The degree of "and in the third degree?": "first", "second" or "third"; empty where a message names none, or says more than that."""
    degree = _DEGREE.search(plain)
    if degree is None or len(plain.split()) > BRIEF + 2:
        return ""
    return next(name for name, word in zip(DEGREES, degree.groups(), strict=True) if word)
