"""What this bot leaves alone, and what it does only when it is plainly meant: other subjects and places, harm, forgetting."""

from __future__ import annotations

import dataclasses
import re

from bot.answers.furniture import main_topics, said
from bot.desk import Desk
from bot.nlp.folding import fold, whole
from bot.reply import Reply
from bot.understanding import Asked

# Where a person lives now says nothing of whose law they ask about: "can I clear it even though I live in Florida now?"
_LIVES_THERE = re.compile(
    r"\b(?:live|lives|living|lived|moved|move|moving|reside|stay|staying|am|im|i'm|was born|raised|from"
    r"|vivo|vive|vivimos|viviendo|mude|mudamos|estoy|resido|soy)"
    r"\s+(?:(?:out|back|over|now|ahora|aqui|aca)\s+)?(?:in|to|en|a|de|from)?\s*(?:the state of\s+|el estado de\s+)?$"
)
# A conversation is forgotten for words that name it, not for a question on records that are erased: "what is the difference
# between vacating and erasing?"
_FORGET = re.compile(
    r"\b(?:chats?|conversation|messages?|data|info|information|history|everything|all of (?:it|this)|it all|me|all this"
    r"|what i (?:said|wrote|typed|told)"
    r"|i was here|this|conversacion|mensajes?|datos|historial|todo|lo que (?:te )?(?:dije|escribi)|esto|informacion|sistema|borrame|borralo\w*)\b"
)
_RECORDS = re.compile(
    r"\b(?:records?|convict\w*|case|arrests?|charges?|users?|law|antecedentes|condenas?|cargos?|caso|arrestos?|anul\w*|difer\w*|signific\w*|ley|mejor"
    r"|pardons?|un perdon|indult\w*|(?:eso|se|me|lo) borran?)\b"
)
_WHOLE_FORGET = re.compile(
    r"(?:please |por favor )?(?:delete|erase|clear|wipe|reset|forget|borr(?:ar?|e|elo|alo)|elimin(?:ar?|e)|olvid(?:ar?|e))"
    r"(?: (?:me|it|this|all|everything|it all|all of it|todo|esto|(?:my|this|the|our|mis?|el|la|est[ea]) (?:chats?|conversation|messages?|data"
    r"|history|mensajes?|datos|historial|conversacion)))?(?: (?:please|now|por favor|ya|ahora))?"
)
# Someone who reports, defends or asks what a crime is means no harm, whatever the words of the crime.
_MEANS_WELL = re.compile(
    r"\b(?:report\w*|worried|neighbou?rs?|what (?:do|should|can) i do|suspect\w*|i (?:saw|think|noticed)|defen[sc]e|charged|crime|penalty|illegal"
    r"|que (?:hago|puedo hacer|debo hacer)|denunci\w*|sospech\w*|vecin\w*|cuadra|mi calle|defensa|acus\w*|delito|pena|castigo|vi|avisar"
    r"|cuantos anos)\b"
)


def forget(text: str) -> bool:
    """Whether the whole message is the order to forget the conversation, which needs no understanding."""
    return bool(_WHOLE_FORGET.fullmatch(whole(text)))


def meant(asked: Asked, text: str) -> Asked:
    """The reading without "delete" or "harmful" where the words do not bear it out: both do what cannot be taken back, or accuse."""
    plain = whole(text)
    forgets = bool(_FORGET.search(plain)) and not _RECORDS.search(plain)
    against = ({"delete"} if not forgets else set()) | ({"harmful"} if _MEANS_WELL.search(plain) else set())
    if asked.topic not in against:
        return asked
    ranking = tuple((topic, score) for topic, score in asked.ranking if topic not in against)
    total = sum(score for _, score in ranking) or 1.0
    return dataclasses.replace(asked, ranking=tuple((topic, score / total) for topic, score in ranking))


def elsewhere(desk: Desk, name: str, text: str) -> bool:
    """Whether the question is about another place's law: it names that place and not this one."""
    jurisdiction = desk.store.jurisdiction
    if name in jurisdiction.other_places_topics or "other_state" not in jurisdiction.outside:
        return False
    plain = fold(text)
    places = re.finditer(jurisdiction.outside["other_state"], plain)
    return any(not _LIVES_THERE.search(plain[: place.start()]) for place in places) and not re.search(jurisdiction.own_names, plain)


def turned_away(desk: Desk, intent: str, text: str, lang: str) -> Reply:
    """Why a message is not answered ("out_of_scope", "harmful", "injection"), and who can help instead."""
    if intent != "out_of_scope":
        return said(desk, lang, {"harmful": "harmful_request", "injection": "prompt_injection"}[intent], "declined")
    outside = desk.store.jurisdiction.outside
    subject = next((name for name, words in outside.items() if re.search(words, fold(text))), "general")
    return said(desk, lang, f"out_of_scope_{subject}", "declined", main_topics(desk, lang)[:3])
