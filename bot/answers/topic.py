"""The answer to a topic: its wording, its cites, and the lines below it."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.answers import currency, leading, sums
from bot.desk import Desk
from bot.law import labels
from bot.law.cite import Cite
from bot.law.found import DifferenceText
from bot.law.records import Answer, Sentence
from bot.nlp.folding import fold
from bot.reply import Choice, Line, Notice, Reply

NEXT_TOPICS = 3
STEM = 6  # letters
# Words of questions that say nothing of their subject.
_COMMON = frozenset(re.findall(r"\w+", """
    what when where which whose does have must with that this they them from would could about there their your need want know tell please
    just like make person people someone anyone case connecticut state court crime than then
    para como cuando donde cual cuales tiene tienen puede pueden quien sobre esta este esto persona personas saber quiero necesito favor
    caso estado delito tiempo falta
"""))
# Words that say in which document a difference stands, not what it is about.
_OF_DOCUMENTS = frozenset(word[:STEM] for word in re.findall(r"\w+", """
    secondary summary leaves bill bills says said speaks lists list section items item text proposed enacted adds gives makes calls council
    resumen secundario proyecto dice deja fuera lista seccion punto propuso propone agrega menciona consejo human trafficking trata humana
"""))


def answer(
    desk: Desk, topic: str, lang: str, variant: str = "", length: str = "full", *, advocate: bool = False, asked: str = ""
) -> Reply | None:
    """The reply to ``topic`` in ``lang``; ``None`` where the store has no wording for it.

    Args:
        variant: the offense, business or profession that was named ("nail_salon"); the topic's own
            answer stands in where there is none for it.
        length: "short", "full" or "simple". ``advocate`` adds the statutory detail after its first sentence.
        asked: the question's words; a detail that speaks to them is added to a full answer.
    """
    wording, fields = _wording(desk, topic, lang, variant)
    if wording is None:
        return None
    sentences = getattr(wording, length)
    details: tuple[Sentence, ...] = ()
    if advocate:
        sentences = (*sentences[:1], *wording.advocate, *sentences[1:])  # the answer, then the statutory detail, then the rest
    known = desk.store.topics.get(topic)
    about = f"{wording.title} {known.asks}" if known and known.subject else wording.title  # "sign" or "hotline" is what all of it is about
    question = leading.Question(asked, about)
    first = leading.asked_for(wording, asked) if asked and not advocate else None
    if first:
        sentences = (first, *(sentence for sentence in sentences if sentence != first))
    elif asked and not advocate and length in ("full", "short"):
        details = leading.details(sentences, wording.full + wording.advocate, question)
    sentences += details
    lines = leading.opened(tuple(_line(desk, sentence, fields) for sentence in sentences), asked)
    in_order = known is not None and "steps" in known.facets and leading.asks_how(asked)
    lines = leading.led(lines, sentences[-len(lines) :], question, added=len(details)) if asked and not (first or in_order) else lines
    lines = ((total,) if asked and (total := sums.line(desk, topic, lang, asked)) else ()) + lines
    used = tuple(dict.fromkeys(cite for line in lines for cite in line.cites))
    below = notices(desk, used, lang, asked=asked)
    if topic.startswith(desk.store.jurisdiction.safety_topics or ("\0",)):
        below += (emergency_numbers(desk, lang),)
    return Reply(
        kind="answer", lang=lang, topic=topic, title=wording.title, lines=lines,
        notices=below, choices=next_choices(desk, topic, lang),
        links=labels.links(desk.store, used), more=not advocate,
    )


def _stems(text: str) -> set[str]:
    """The words that carry meaning, by their first letters, which most forms of a word share."""
    return {word[:STEM] for word in re.findall(r"[a-z]{4,}|\b\d+\b", fold(text)) if word not in _COMMON}


def further(desk: Desk, topic: str, lang: str, variant: str, told: int) -> Reply | None:
    """What "more" gives: first the statutory detail, then every difference and gap, then nothing."""
    wording, fields = _wording(desk, topic, lang, variant)
    if wording is None:
        return None
    if told == 0:
        lines = tuple(_line(desk, sentence, fields) for sentence in wording.advocate)
    elif told == 1:
        lines = _differences_and_gaps(desk, wording, lang)
    else:
        return None
    used = tuple(dict.fromkeys(cite for line in lines for cite in line.cites))
    if not lines:
        return None
    return Reply(
        kind="answer", lang=lang, topic=topic, title=wording.title, lines=lines,
        notices=notices(desk, used, lang, difference=False), links=labels.links(desk.store, used), more=told == 0,
    )


def _wording(desk: Desk, topic: str, lang: str, variant: str) -> tuple[Answer | None, dict[str, str]]:
    """The answer for the variant, else for its outcome, else for the topic; and the fields to fill in."""
    subject = desk.store.topics[topic].subject if topic in desk.store.topics else ""
    term = desk.store.terms.get(subject, {}).get(variant)
    fields = {"provision": term.provision, subject: term.label[lang]} if term else {}
    for name in (variant, term.outcome if term else "", ""):
        if wording := desk.store.answer(topic, lang, name):
            wording, current = currency.filled(desk, wording, lang)
            return wording, fields | current
    return None, fields


def _line(desk: Desk, sentence: Sentence, fields: dict[str, str]) -> Line:
    cites = tuple(desk.fill(cite, fields) for cite in sentence.cites)
    text = desk.fill(sentence.text, fields)
    return Line(text[:1].upper() + text[1:], cites, "law" if sentence.law else "note")


def emergency_numbers(desk: Desk, lang: str) -> Notice:
    """The numbers that stand under an answer near to someone's safety."""
    return Notice("safety", desk.say(lang, "safety.safety_footer"))


def notices(
    desk: Desk, cites: Iterable[str], lang: str, *, difference: bool = True, asked: str = "", whole: bool = False
) -> tuple[Notice, ...]:
    """The lines below an answer that cites ``cites``: under review, where a source differs, how current.

    ``asked`` and ``whole`` say which difference speaks to the question: see ``_nearest_difference``.
    """
    cites = tuple(cites)
    store = desk.store
    found = []
    heads = {head.section: head for cite in cites if (head := store.head(cite.partition("(")[0]))}
    for head in heads.values():
        if head.review_act and head.review_since:
            found.append(Notice("review", desk.say(
                lang, "furniture.under_review_line", act=head.review_act, section=f"§ {head.section}",
                date=labels.date(head.review_since, lang), link=head.link,
            )))
    if difference and (nearest := _nearest_difference(desk, cites, lang, asked, whole)):
        found.append(Notice("difference", f"{desk.say(lang, 'furniture.difference_intro')} {nearest.in_language(lang)}"))
    if heads:
        checked = max(head.checked_on for head in heads.values())
        found.append(Notice("checked", desk.say(lang, "furniture.checked_line", date=labels.date(checked, lang))))
    return tuple(found)


def _nearest_difference(desk: Desk, cites: tuple[str, ...], lang: str, asked: str, whole: bool) -> DifferenceText | None:
    """The difference that speaks most to the question; None rather than one that is beside it.

    One on a provision that the answer cites, or on its whole section where that comes first. One on a part of a cited
    provision only where it shares a word with the question, or where the provision itself was asked for (``whole``).
    In Spanish only one whose line has been written in Spanish.
    """
    open_words = _stems(asked) - _OF_DOCUMENTS
    best: tuple[tuple[int, bool, int, int], DifferenceText] | None = None
    statutes = [Cite.parse(cite) for cite in cites if "-" in cite and " § " not in cite]
    for position, wanted in enumerate(statutes):
        for difference in desk.store.differences(wanted.section):
            place = Cite.parse(difference.section + difference.pin)
            shared = len(open_words & (_stems(difference.in_language(lang)) - _OF_DOCUMENTS))
            above = place.covers(wanted) and (bool(place.pins) or wanted.section == statutes[0].section)
            if (lang == "es" and not difference.line_es) or not (above or (wanted.covers(place) and (shared or whole))):
                continue
            rank = (shared, place == wanted, len(place.pins), -position)
            if best is None or rank > best[0]:
                best = (rank, difference)
    return best[1] if best else None


def _differences_and_gaps(desk: Desk, wording: Answer, lang: str) -> tuple[Line, ...]:
    sections = dict.fromkeys(
        cite.partition("(")[0] for sentence in wording.full for cite in sentence.cites
    )
    lines = []
    for section in list(sections)[:2]:
        for difference in desk.store.differences(section):
            lines.append(Line(difference.in_language(lang), (section + difference.pin,)))
        if lang == "en":
            lines += [Line(says, (section,), "note") for _, says in desk.store.gaps(section)]
    return tuple(lines[:6])


def next_choices(desk: Desk, topic: str, lang: str) -> tuple[Choice, ...]:
    """What can be done next: the interview on the topic, and its related topics, else its neighbours in the group."""
    store = desk.store
    related = list(store.topics[topic].related) if topic in store.topics else []
    if not related:
        group = [name for name in store.topics if store.topic_groups[name] == store.topic_groups.get(topic)]
        place = group.index(topic) if topic in group else 0
        related = group[place + 1 :] + group[:place]
    led = [
        Choice(f"interview:{interview.interview}", store.interview_words[lang][interview.interview].title)
        for interview in store.interviews.values() if topic in interview.topics
    ]
    return (*led[:1], *topic_choices(desk, related[:NEXT_TOPICS], lang))


def topic_choices(desk: Desk, topics: Iterable[str], lang: str) -> tuple[Choice, ...]:
    """Topics as choices, each by the title of its answer."""
    found = []
    for name in topics:
        if wording := desk.store.answer(name, lang):
            found.append(Choice(f"topic:{name}", wording.title))
    return tuple(found)
