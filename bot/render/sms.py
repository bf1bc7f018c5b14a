"""The core's replies as text messages: the short answer first, three segments a message, MORE for the rest.

The first line says nothing of the subject, since it shows on a locked screen. Choices are numbered. English stays in the GSM
7-bit alphabet, where a segment holds more than twice as much; Spanish keeps its accents.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from bot.render.pages import Page, Unit, lay_out
from bot.render.segments import is_gsm
from bot.reply import Choice, Line, Notice, Reply
from bot.safety import wording
from bot.safety.emergency import KINDS

PAPERS = frozenset({"result:pdf", "result:docx", "result:ics"})
UNSURE = "answer:unsure"
_SECTION = re.compile(r"(\d{1,2}[a-z]?-\d+[a-z]*)((?:\([A-Za-z0-9]+\))*)")
_PLAIN = str.maketrans({
    "‘": "'", "’": "'", "´": "'", "`": "'", "“": '"', "”": '"', "«": '"', "»": '"', "–": "-", "—": "-", "‑": "-", "−": "-",
    "…": "...", "•": "-", "·": "-", "\u00a0": " ", "\u2009": " ", "\u202f": " ", "\t": " ",
})


@dataclass(frozen=True)
class Rendered:
    """Replies as pages, the choices that their numbers stand for, and whether a bare number is an answer by itself.

    ``waits``: a question of an interview stands open.
    """

    pages: tuple[Page, ...]
    choices: tuple[str, ...] = ()
    counts: bool = False
    waits: bool = False


def render(replies: Sequence[Reply], site: str) -> Rendered:
    """The replies to one message, in their order; what is said in danger before all, also before an answer that came late.

    Args:
        site: the public address, below which the law pages stand.
    """
    lang = replies[-1].lang
    offering = next((reply for reply in reversed(replies) if reply.choices), None)
    choices = _offered(offering) if offering else ()
    waits = replies[-1].kind == "question"
    counts = waits and not choices
    replies = sorted(replies, key=lambda reply: reply.kind != "emergency")
    urgent = replies[0].kind == "emergency"
    blocks = [_units(reply, choices if reply is offering else (), site) for reply in replies]
    units = [unit for block in blocks for unit in block]
    changed = any(notice.kind == "review" for reply in replies for notice in reply.notices)

    def hint(place: int) -> tuple[str, ...]:
        keys = ("more_changed", "more_changed_brief", "more_brief") if changed and place == 0 else ("more", "more_brief")
        return tuple(_say(key, lang) for key in keys)

    pages = lay_out(units, "" if urgent else _say("head", lang), hint)
    if waits and len(replies) == 1 and len(pages) > 1:  # what is asked comes first, what is said around it after
        around = sentences(replies[0].lines[:-1], lang, apart=True)
        pages = lay_out([*_question(replies[0], choices), *around], _say("head", lang), hint)
    return Rendered(pages, tuple(choice.id for choice in choices), counts, waits)


def forgets(reply: Reply) -> bool:
    """Whether the core says that the conversation is forgotten, as it does when asked in other words than DELETE."""
    return reply.lines[0].text == wording.say("furniture.deleted", reply.lang)


def fold(text: str, lang: str) -> str:
    """``text`` without signs that double its cost: in English nothing outside the GSM alphabet, in Spanish its accents stay."""
    text = unicodedata.normalize("NFC", text).translate(_PLAIN)
    return text if lang == "es" else "".join(char if is_gsm(char) else _nearest(char) for char in text)


def _nearest(char: str) -> str:
    return "".join(part for part in unicodedata.normalize("NFKD", char) if is_gsm(part))


def _say(key: str, lang: str, **fields: str) -> str:
    text = wording.say(f"sms.{key}", lang)
    for name, value in fields.items():
        text = text.replace("{" + name + "}", value)
    return text


def _offered(reply: Reply) -> tuple[Choice, ...]:
    """The choices that get a number: no papers, which a text cannot carry, and no lone "not sure" where a number is asked for."""
    choices = tuple(choice for choice in reply.choices if choice.id not in PAPERS)
    return () if reply.kind == "question" and [choice.id for choice in choices] == [UNSURE] else choices


def _units(reply: Reply, choices: Sequence[Choice], site: str) -> list[Unit]:
    if reply.kind == "emergency":
        return [Unit(_emergency(reply)), *_numbered(choices, reply.lang)]
    if any(choice.id in PAPERS for choice in reply.choices) or reply.document:
        return [Unit(_say("paper", reply.lang, site=site))]
    if reply.kind == "question":
        return [*sentences(reply.lines[:-1], reply.lang), *_question(reply, choices)]
    if reply.lines[0].text == wording.say("furniture.greeting", reply.lang):  # the line before a conversation has said the rest
        return [Unit(_say("greeting", reply.lang)), *_numbered(choices, reply.lang)]
    laws = {link.cite: f"{site}/law/{link.cite}" for link in reply.links if _SECTION.fullmatch(link.cite)}
    units = []
    if reply.kind == "card" and laws:
        cite, address = next(iter(laws.items()))
        units.append(Unit(f"§ {cite}: {address}"))
    units += sentences(reply.lines, reply.lang, apart=reply.kind in ("card", "result"))
    units += [Unit(fold(f"{label}: {amount}", reply.lang)) for label, amount in reply.table]
    units += _notices(reply, laws, "safety", "review")
    units += _numbered(choices, reply.lang, _say("pick", reply.lang) if reply.kind in ("answer", "card", "result") else "")
    units += _notices(reply, laws, "difference", "checked", "other")
    if laws and reply.kind in ("answer", "result"):
        units.append(Unit(f"{_say('law_link', reply.lang)} {next(iter(laws.values()))}"))
    if reply.more:
        units.append(Unit(_say("deeper", reply.lang)))
    return units


def _question(reply: Reply, choices: Sequence[Choice]) -> list[Unit]:
    """What is asked, how far along it is, and the numbers to answer with."""
    place = "{}/{} ".format(*reply.progress) if reply.progress else ""
    units = [Unit(fold(place + reply.lines[-1].text, reply.lang)), *_numbered(choices, reply.lang)]
    return units if choices else [*units, Unit(_say("unsure", reply.lang))]


def _numbered(choices: Sequence[Choice], lang: str, intro: str = "") -> list[Unit]:
    lines = [fold(f"{number} {choice.label}", lang) for number, choice in enumerate(choices, 1)]
    if lines and intro:
        lines[0] = f"{intro}\n{lines[0]}"
    return [Unit(line, number=number) for number, line in enumerate(lines, 1)]


def _emergency(reply: Reply) -> str:
    """The words of this channel for the kind of danger, which name no subject."""
    said = reply.lines[0].text
    kind = next((kind for kind in KINDS if wording.emergency(kind, reply.lang) == said), "danger")
    return _say(f"emergency_{kind}", reply.lang)


def sentences(lines: Sequence[Line], lang: str, *, apart: bool = False) -> list[Unit]:
    """Sentences that rest on the same provisions share one cite at their end; ``apart``: each on a line of its own.

    A heading stays with what it heads.
    """
    units, heading = [], ""
    for (cites, lead), group in groupby(lines, key=lambda line: (line.cites, line.kind == "lead")):
        text = fold(" ".join(line.text for line in group), lang)
        if lead:
            heading = f"{heading}{text}\n"
            continue
        units.append(Unit(f"{heading}{text} ({_cites(cites, lang)})" if cites else heading + text, "\n" if apart or heading else " "))
        heading = ""
    return [*units, Unit(heading.rstrip())] if heading else units


def _cites(cites: Iterable[str], lang: str) -> str:
    """Cites kept short: ``§ 54-95c(a), (b); 18 USC 1595``."""
    sections: dict[str, list[str]] = {}
    others = []
    for cite in cites:
        if found := _SECTION.fullmatch(cite):
            sections.setdefault(found[1], []).append(found[2])
        else:
            others.append(_document(cite, lang))
    return "; ".join([*(f"§ {section}{', '.join(pins)}" for section, pins in sections.items()), *others])


def _document(cite: str, lang: str) -> str:
    """A bill, a report or an act by its short name, where its id is not one already."""
    source, mark, pin = cite.partition(" § ")
    name = wording.of_file("sms", lang).get(f"source_{source}", source)
    return name.replace("recommendation ", f"{_say('recommendation', lang)} ", 1) + mark + pin


def _notices(reply: Reply, laws: dict[str, str], *kinds: str) -> list[Unit]:
    return [Unit(fold(_own_links(notice, reply, laws), reply.lang)) for kind in kinds for notice in reply.notices if notice.kind == kind]


def _own_links(notice: Notice, reply: Reply, laws: dict[str, str]) -> str:
    """The notice with links to the project's own law pages, which are short; no full stop at the end of one, which would break it."""
    text = notice.text
    for link in reply.links:
        if link.cite in laws:
            text = text.replace(f"{link.url}.", laws[link.cite]).replace(link.url, laws[link.cite])
    return text
