"""One message in, its replies out: the order in which everything is considered.

Emergency first, then what cannot be read, then the conversation itself, then questions of law. No legal
sentence is made here; each comes from the store with its cite.
"""

from __future__ import annotations

import re

import msgspec

from bot.answers import labels, provision, search, topic
from bot.desk import Desk
from bot.nlp import language
from bot.nlp.dates import DateMention, ImpossibleDate
from bot.nlp.folding import fold
from bot.reply import Choice, Clause, Line, Memory, Notice, Question, Reply, Turn
from bot.understanding import CONVERSATION, HINT, SURE, TURNED_AWAY, Asked, understand

NLU_EMERGENCY_SURE = 0.4  # what only the classifier takes for an emergency must be fairly clear
DECLINE_SURE = 0.6  # a person is not told "I will not help with that" on a hunch
HALF_SURE = 0.6  # of one side of an "and", to be taken for a question of its own
ALSO_SURE = 0.22  # of a second topic, of another group, in a message that joins two things
MOST_QUESTIONS = 2
_HISTORY = {"section_history", "changes_in_year"}


def respond(desk: Desk, question: Question) -> Turn:
    """The replies to ``question`` and what is remembered after them."""
    memory = _with_language(question)
    if danger := desk.watch.look(question.text):
        return Turn((emergency(desk, danger.kind, danger.lang),), memory)
    if question.too_long:
        return Turn((_info(desk, memory.lang, "furniture.too_long"),), memory)
    if question.choice:
        return _chosen(desk, question, memory)
    if unreadable := _unreadable(desk, question.text, memory.lang):
        return Turn((unreadable,), memory)
    replies: list[Reply] = []
    for clause in _questions(question):
        reply, memory = _one(desk, question, clause, memory)
        if all(reply.lines != said.lines for said in replies):  # two halves of one question get one answer
            replies.append(reply)
    return Turn(tuple(replies), memory)


def emergency(desk: Desk, kind: str, lang: str) -> Reply:
    """What someone in danger is told: short, calm, numbers first, nothing asked."""
    return Reply(kind="emergency", lang=lang, lines=(Line(desk.say(lang, f"safety.emergency_{kind}"), kind="note"),))


def _with_language(question: Question) -> Memory:
    """The memory with the language of this message; a chosen language stays through single words."""
    memory = question.memory
    spoken = language.detect(question.text) if question.text else None
    if spoken and memory.lang_chosen and spoken != memory.lang and len(question.text.split()) < 4:
        spoken = None
    if spoken and spoken != memory.lang:
        return msgspec.structs.replace(memory, lang=spoken, lang_chosen=False)
    return memory if memory.lang else msgspec.structs.replace(memory, lang="en")


def _unreadable(desk: Desk, text: str, lang: str) -> Reply | None:
    if not text.strip():
        key = "empty_message"
    elif language.other_script(text):
        key = "other_script"
    elif not any(char.isalnum() for char in text):
        key = "only_emoji"
    else:
        return None
    return _info(desk, lang, f"furniture.{key}")


def _questions(question: Question) -> list[Clause]:
    """The clauses to answer: the message as a whole, or its two questions where they are of different topics."""
    whole, *parts = question.clauses or (Clause(question.text, ()),)
    sure = [part for part in parts if part.ranking and part.ranking[0][1] >= (HALF_SURE if part.half else SURE)]
    sure = [part for part in sure if part.ranking[0][0] not in CONVERSATION | TURNED_AWAY]
    if len({part.ranking[0][0] for part in sure}) >= 2:
        return sure[:MOST_QUESTIONS]
    return _joined(whole)


def _joined(whole: Clause) -> list[Clause]:
    """A message that joins two things without being two sentences: "deadline to vacate and for compensation?"."""
    if re.search(r"(?:\band\b|\by\b|,|\balso\b|&|\btambien\b)", fold(whole.text)) and len(whole.ranking) > 1:
        (first, _), (second, also) = whole.ranking[:2]
        law = not {first, second} & (CONVERSATION | TURNED_AWAY | {"emergency", "about_advice"})
        if law and also >= ALSO_SURE:
            return [whole, Clause(whole.text, ((second, also / (1 - whole.ranking[0][1])),))]
    return [whole]


def _one(desk: Desk, question: Question, clause: Clause, memory: Memory) -> tuple[Reply, Memory]:
    asked = understand(desk, clause, memory)
    lang = memory.lang
    if desk.watch.asks_for_harm(clause.text):
        return _turned_away(desk, "harmful", clause.text, lang), memory
    if asked.topic == "emergency" and asked.confidence >= NLU_EMERGENCY_SURE and not desk.watch.asks_about_law(question.text):
        return emergency(desk, "danger", lang), memory
    if (asked.cites or asked.date) and (reply := _by_cite_or_date(desk, asked, memory)):
        return reply, _remember(memory, asked, reply)
    if asked.topic in TURNED_AWAY and asked.confidence >= (SURE if asked.topic == "out_of_scope" else DECLINE_SURE):
        return _turned_away(desk, asked.topic, clause.text, lang), memory
    if _elsewhere(desk, asked.topic, clause.text):
        return _turned_away(desk, "out_of_scope", clause.text, lang), memory
    if asked.topic == "section_history" and asked.confidence >= SURE and (reply := _history(desk, asked, memory)):
        return reply, _remember(memory, asked, reply)
    if asked.topic in CONVERSATION and asked.confidence >= (DECLINE_SURE if asked.topic == "abuse" else SURE):
        return _conversation(desk, asked.topic, memory)
    if asked.topic == "about_advice" and asked.confidence >= SURE:
        return _advice(desk, asked, memory)
    if asked.confidence >= SURE and asked.topic in desk.store.topics:
        reply = _answer(desk, question, asked.topic, asked.variant, lang, clause.text)
        if reply is not None:
            remembered = _remember(memory, asked, reply)
            return (_with_limits(desk, reply) if asked.asks_advice else reply), remembered
    return _unsure(desk, asked, clause.text, memory)


def _answer(desk: Desk, question: Question, name: str, variant: str, lang: str, asked: str = "") -> Reply | None:
    length = "short" if question.channel == "sms" else "full"
    return topic.answer(desk, name, lang, variant, length, advocate=question.audience == "advocate", asked=asked)


def _remember(memory: Memory, asked: Asked, reply: Reply) -> Memory:
    cites = tuple(dict.fromkeys(cite for line in reply.lines for cite in line.cites))
    return msgspec.structs.replace(
        memory, topic=reply.topic or asked.topic, variant=asked.variant, cites=cites[:6], told=0,
        as_of=asked.date.first.isoformat() if asked.as_of and isinstance(asked.date, DateMention) else "",
        offered=tuple(choice.id for choice in reply.choices),
    )


# -- citations and dates --------------------------------------------------------


def _by_cite_or_date(desk: Desk, asked: Asked, memory: Memory) -> Reply | None:
    """A card from the store where a citation or a date is what is asked about; else None."""
    lang = memory.lang
    if isinstance(asked.date, ImpossibleDate):
        return _info(desk, lang, "furniture.impossible_date", date=asked.date.text)
    period = asked.date if asked.as_of or asked.topic in _HISTORY else None
    if isinstance(period, DateMention) and period.first > desk.today():
        return _info(desk, lang, "furniture.future_date", date=labels.date(period.first, lang))
    sections = [mention.cite for mention in asked.cites if mention.kind == "section"]
    documents = [mention.cite for mention in asked.cites if mention.kind in ("act", "bill")]
    if sections:
        return _about_section(desk, asked, sections[0], period, lang)
    if documents and asked.mostly_cite:
        return search.document(desk, documents[0], lang)
    if ranges := [mention.cite for mention in asked.cites if mention.kind == "range"]:
        return search.in_range(desk, ranges[0], lang)
    if period:
        return _as_of(desk, asked, period, memory)
    return None


def _history(desk: Desk, asked: Asked, memory: Memory) -> Reply | None:
    """How the section changed that the question is about: by the offense named, the next best topic, or the last answer."""
    main = _subject_section(desk, asked, memory)
    return provision.history(desk, main, memory.lang) if main else None


def _subject_section(desk: Desk, asked: Asked, memory: Memory) -> str:
    """The section that a question on history means without citing it; empty where none is clear."""
    if asked.main_crime and asked.asks_penalty:
        return desk.store.jurisdiction.main_section
    offenses = desk.store.terms.get("offense", {})
    if asked.offense in offenses and offenses[asked.offense].provision:
        return offenses[asked.offense].provision.partition("(")[0]
    for name, score in asked.ranking[1:6]:
        if score >= HINT / 2 and name in desk.store.topics and desk.store.topic_groups[name] not in ("history", "about", "help"):
            return _main_cite(desk, name, "", memory).partition("(")[0]
    return next((cite.partition("(")[0] for cite in memory.cites if re.match(r"\d", cite)), "")


def _about_section(desk: Desk, asked: Asked, cite: str, period: DateMention | None, lang: str) -> Reply | None:
    section = cite.partition("(")[0]
    if desk.store.head(section) is None or period:
        return provision.card(desk, cite, lang, period, ("penalty",) if asked.asks_penalty and period else ())
    if asked.topic in _HISTORY and asked.confidence >= SURE:
        return provision.history(desk, section, lang)
    if asked.topic == "differences" and asked.confidence >= SURE:
        return search.differences(desk, section, lang)
    wording = desk.store.answer(asked.topic, lang, asked.variant) or desk.store.answer(asked.topic, lang)
    if asked.mostly_cite or asked.confidence < SURE or asked.topic == "section_lookup" or wording is None:
        return provision.card(desk, cite, lang)
    rests_on_it = any(cite.partition("(")[0] == section for sentence in wording.full for cite in sentence.cites)
    return None if rests_on_it else provision.card(desk, cite, lang)


def _as_of(desk: Desk, asked: Asked, period: DateMention, memory: Memory) -> Reply | None:
    """What the law on the topic asked about was in that time."""
    if asked.topic in _HISTORY and not asked.asks_change and (section := _subject_section(desk, asked, memory)):
        return provision.card(desk, section, memory.lang, period, ("penalty",) if asked.asks_penalty else ())
    if asked.topic in _HISTORY:
        return topic.answer(desk, "changes_in_year", memory.lang, str(period.first.year)) if desk.store.answer(
            "changes_in_year", memory.lang, str(period.first.year)
        ) else provision.changes(desk, period, memory.lang)
    if asked.main_crime and asked.asks_penalty:
        return provision.card(desk, desk.store.jurisdiction.main_section, memory.lang, period, ("penalty",))
    name, variant = asked.topic, asked.variant
    if (name not in desk.store.topics or asked.confidence < SURE) and memory.topic:
        name, variant = memory.topic, memory.variant
    main = _main_cite(desk, name, variant, memory)
    if not main or not name.startswith(desk.store.jurisdiction.as_of_topics):
        return None
    kinds = ("penalty",) if name == "penalty" or asked.asks_penalty else ()
    return provision.card(desk, main.partition("(")[0] if kinds else main, memory.lang, period, kinds)


def _main_cite(desk: Desk, name: str, variant: str, memory: Memory) -> str:
    subject = desk.store.topics[name].subject if name in desk.store.topics else ""
    term = desk.store.terms.get(subject, {}).get(variant)
    if term and term.provision:
        return term.provision
    wording = desk.store.answer(name, memory.lang)
    for sentence in wording.short if wording else ():
        for cite in sentence.cites:
            if re.match(r"\d", cite):
                return cite
    return ""


# -- the conversation itself ------------------------------------------------------


def _conversation(desk: Desk, intent: str, memory: Memory) -> tuple[Reply, Memory]:
    lang = memory.lang
    if intent in ("switch_english", "switch_spanish"):
        lang = "en" if intent == "switch_english" else "es"
        memory = msgspec.structs.replace(memory, lang=lang, lang_chosen=True)
        if memory.topic and (reply := topic.answer(desk, memory.topic, lang, memory.variant)):
            return reply, memory
        return _info(desk, lang, f"furniture.language_switched_{lang}"), memory
    if intent in ("more", "affirm") and memory.topic:
        reply = topic.further(desk, memory.topic, lang, memory.variant, memory.told)
        memory = msgspec.structs.replace(memory, told=memory.told + 1)
        return reply or _info(desk, lang, "furniture.nothing_more"), memory
    if intent == "simpler" and memory.topic:
        return topic.answer(desk, memory.topic, lang, memory.variant, "simple") or _info(desk, lang, "furniture.nothing_more"), memory
    if intent == "show_law" and memory.cites:
        return provision.card(desk, memory.cites[0], lang), memory
    if intent == "who_says":
        return search.who_says(desk, memory, lang), memory
    if intent in ("thanks", "goodbye", "abuse"):
        return _info(desk, lang, f"furniture.{intent}"), memory
    if intent == "delete":
        return _info(desk, lang, "furniture.deleted"), Memory(lang=lang)
    if intent == "greet" and not memory.topic:
        greeting = Line(desk.say(lang, "furniture.greeting"), kind="note")
        return Reply(kind="info", lang=lang, lines=(greeting,), choices=_menu(desk, lang)), memory
    return menu(desk, lang), memory


def menu(desk: Desk, lang: str) -> Reply:
    """What can be asked, as choices."""
    intro = Line(desk.say(lang, "furniture.menu_intro"), kind="note")
    return Reply(kind="choices", lang=lang, lines=(intro,), choices=_menu(desk, lang))


def _menu(desk: Desk, lang: str) -> tuple[Choice, ...]:
    return topic.topic_choices(desk, desk.store.jurisdiction.menu, lang)


def _advice(desk: Desk, asked: Asked, memory: Memory) -> tuple[Reply, Memory]:
    """What the law says on the point, what this bot cannot decide, and who can, in one reply."""
    lang = memory.lang
    about = next((name for name, score in asked.ranking[1:4] if score >= HINT and name in desk.store.topics and not name.startswith("about_")), "")
    law = topic.answer(desk, about or memory.topic, lang, asked.variant, "short") if about or memory.topic else None
    if law is None:
        reply = topic.answer(desk, "about_advice", lang) or _info(desk, lang, "furniture.advice_tail")
        return reply, memory
    return _with_limits(desk, law), _remember(memory, asked, law)


def _with_limits(desk: Desk, law: Reply) -> Reply:
    """The answer between what this bot cannot decide and who can."""
    lead, tail = (Line(desk.say(law.lang, f"furniture.advice_{end}"), kind="note") for end in ("lead", "tail"))
    return msgspec.structs.replace(law, lines=(lead, *law.lines, tail))


def _elsewhere(desk: Desk, name: str, text: str) -> bool:
    """Whether the question is about another place's law: it names that place and not this one."""
    jurisdiction = desk.store.jurisdiction
    if name in jurisdiction.other_places_topics or "other_state" not in jurisdiction.outside:
        return False
    plain = fold(text)
    return bool(re.search(jurisdiction.outside["other_state"], plain)) and not re.search(jurisdiction.own_names, plain)


def _turned_away(desk: Desk, intent: str, text: str, lang: str) -> Reply:
    if intent != "out_of_scope":
        key = {"harmful": "harmful_request", "injection": "prompt_injection"}[intent]
        return msgspec.structs.replace(_info(desk, lang, f"furniture.{key}"), kind="declined")
    outside = desk.store.jurisdiction.outside
    subject = next((name for name, words in outside.items() if re.search(words, fold(text))), "general")
    reply = _info(desk, lang, f"furniture.out_of_scope_{subject}")
    return msgspec.structs.replace(reply, kind="declined", choices=_menu(desk, lang)[:3])


# -- choices and not knowing --------------------------------------------------------


def _chosen(desk: Desk, question: Question, memory: Memory) -> Turn:
    """What a tapped choice asks for. An id that was never offered is treated as nothing chosen."""
    kind, _, rest = question.choice.partition(":")
    asked = Asked(ranking=((rest, 1.0),))
    if kind == "topic" and rest in desk.store.topics and (reply := _answer(desk, question, rest, "", memory.lang)):
        return Turn((reply,), _remember(memory, asked, reply))
    if kind in ("law", "history"):
        mentions = desk.citations.find(rest)
        if mentions:
            make = provision.card if kind == "law" else provision.history
            reply = make(desk, mentions[0].cite, memory.lang)
            return Turn((reply,), _remember(memory, Asked(ranking=(("section_lookup", 1.0),)), reply))
    if kind == "say" and rest in CONVERSATION:
        reply, memory = _conversation(desk, rest, memory)
        return Turn((reply,), memory)
    return Turn((menu(desk, memory.lang),), memory)


def _unsure(desk: Desk, asked: Asked, text: str, memory: Memory) -> tuple[Reply, Memory]:
    """Nothing is guessed: the two or three likeliest readings as choices, else what the store's search finds."""
    lang = memory.lang
    likely = [name for name, score in asked.ranking[:3] if score >= HINT and name in desk.store.topics]
    choices = topic.topic_choices(desk, likely, lang)
    key = "furniture.did_you_mean"
    if not choices:
        choices, key = search.choices(desk, text, lang), "furniture.nothing_found"
    reply = Reply(
        kind="choices" if choices else "not_found", lang=lang, lines=(Line(desk.say(lang, key), kind="note"),),
        choices=choices or _menu(desk, lang)[:3], notices=(Notice("safety", desk.say(lang, "safety.safety_footer")),),
    )
    return reply, msgspec.structs.replace(memory, offered=tuple(choice.id for choice in reply.choices))


def _info(desk: Desk, lang: str, key: str, **fields: str) -> Reply:
    return Reply(kind="info", lang=lang, lines=(Line(desk.say(lang, key, **fields), kind="note"),))
