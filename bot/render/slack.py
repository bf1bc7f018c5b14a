"""The reply for Slack: what the answer rests on first, then the answer, where sources differ, how the law changed, what can be asked next.

Pure: a reply and the store in, Block Kit out. Readers in Slack are advocates, so that nothing is left for a "more".
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from bot.law import labels
from bot.law.cite import Cite
from bot.law.found import DifferenceText
from bot.law.store import LawStore
from bot.render.block_kit import (
    BUTTON,
    Block,
    Message,
    actions,
    button,
    code,
    context,
    escape,
    header,
    link,
    menu,
    messages,
    section,
)
from bot.reply import Choice, Line, Reply
from bot.safety import wording

MOST_DIFFERENCES = 3
MOST_GAPS = 3
MOST_SECTIONS = 4
STEERS = ("back", "why", "skip")  # what a question's lower row of buttons says
UNHELPFUL = "unhelpful"  # the action of the menu below an answer
OF_LAW = frozenset({"answer", "card", "result"})


def words(key: str, lang: str, **fields: str) -> str:
    """The Slack channel's words of ``key`` with its fields filled in."""
    text = wording.say(f"slack.{key}", lang)
    for name, value in fields.items():
        text = text.replace("{" + name + "}", value)
    return text


def command(lang: str, name: str, rest: str = "") -> str:
    """A command of the desk as it is typed in ``lang``; ``name`` is empty for a citation alone, which needs the language named."""
    said = words(f"command_{name}", lang) if name else "" if lang == "en" else lang
    return code(" ".join(filter(None, ("/ctlaw", said, rest))))


def render(reply: Reply, store: LawStore | None, *, private: bool = True) -> list[Message]:
    """``reply`` as messages.

    Args:
        store: what is added for advocates comes from it; None where law.db cannot be read.
        private: whether only the asker reads it. Elsewhere a guided interview opens in a window of its own.
    """
    blocks = reply_blocks(reply, store, private=private)
    return messages(fallback(reply), blocks)


def reply_blocks(reply: Reply, store: LawStore | None, *, private: bool = True) -> list[Block]:
    """The blocks of one reply, in order."""
    blocks: list[Block] = [header(reply.title)] if reply.title else []
    if reply.progress:
        blocks += context(words("progress", reply.lang, step=str(reply.progress[0]), most=str(reply.progress[1])))
    of_law = store is not None and reply.kind in OF_LAW
    if of_law and store and reply.kind != "result":
        blocks += context(*_standing(store, reply))
    blocks += _lines(reply, store)
    if reply.table:
        blocks += section("\n".join(f"{escape(label)}: *{escape(amount)}*" for label, amount in reply.table))
    blocks += _below(reply, store if of_law else None)
    blocks += _choices(reply, private=private)
    if reply.unhelpful:
        blocks += actions([_unhelpful(reply)])
    return blocks


def fallback(reply: Reply) -> str:
    """The reply as plain words, for notifications and screen readers."""
    title = [reply.title if reply.title[-1] in ".?!" else f"{reply.title}."] if reply.title else []
    return escape(" ".join([*title, *(line.text for line in reply.lines), *(f"{label}: {amount}." for label, amount in reply.table)]))


def cite_links(store: LawStore | None, cites: Iterable[str], lang: str) -> str:
    """Cites as links to the official page of each."""
    if store is None:
        return escape("; ".join(cites))
    return "; ".join(
        link(found[0].url if (found := labels.links(store, (cite,))) else "", labels.cite(store, cite, lang)) for cite in cites
    )


def _lines(reply: Reply, store: LawStore | None) -> list[Block]:
    """The sentences; those that rest on the same provisions share one cite at their end."""
    paragraphs = []
    for (cites, kind), group in groupby(reply.lines, key=lambda line: (line.cites, line.kind)):
        apart = "\n" if kind != "law" or reply.kind in ("card", "result") else " "
        text = apart.join(_sentence(line) for line in group)
        paragraphs.append(f"{text} ({cite_links(store, cites, reply.lang)})" if cites and kind != "lead" else text)
    return section("\n\n".join(paragraphs)) if paragraphs else []


def _sentence(line: Line) -> str:
    text = escape(line.text)
    return f"*{text}*" if line.kind == "lead" and "\n" not in text else text


def _standing(store: LawStore, reply: Reply) -> list[str]:
    """For each section cited: its official page, since when it reads so, and how often it changed before."""
    lines = []
    for section_id in _sections(reply)[:MOST_SECTIONS]:
        head = store.head(section_id)
        history = store.history(section_id)
        if head is None or not history:
            continue
        now = history[-1]
        key = "standing_repealed" if now.repealed else "standing_once" if len(history) == 1 else "standing"
        where = link(head.link, labels.cite(store, section_id))
        says = words(key, reply.lang, section="{section}", date=labels.date(now.effective, reply.lang), act=", ".join(now.acts),
                     number=str(len(history)))
        lines.append(escape(says).replace("{section}", where))
    return lines


def _sections(reply: Reply) -> list[str]:
    return list(dict.fromkeys(cite.partition("(")[0] for line in reply.lines for cite in line.cites))


def _below(reply: Reply, store: LawStore | None) -> list[Block]:
    """What stands below: under review, every difference on what is cited, what no source says, how current it is, the numbers."""
    blocks: list[Block] = []
    differences = _differences(store, reply) if store and reply.kind != "result" and reply.topic != "differences" else []
    for notice in reply.notices:
        if notice.kind == "review":
            blocks += section(f"*{escape(words('review', reply.lang))}* {escape(notice.text)}")
        elif notice.kind == "difference" and not differences:
            blocks += section(escape(notice.text))
    if differences:
        shown = "\n".join(f"{escape(d.in_language(reply.lang))} ({escape(labels.cite(store, d.section + d.pin) if store else d.section)})"
                          for d in differences[:MOST_DIFFERENCES])
        blocks += section(f"*{escape(words('differences', reply.lang))}*\n{shown}")
        if len(differences) > MOST_DIFFERENCES:
            blocks += context(escape(words("differences_more", reply.lang, number=str(len(differences))))
                              + f" {command(reply.lang, 'differences', differences[0].section)}")
    if store and reply.kind == "answer" and (gaps := _gaps(store, reply)):
        blocks += section(f"*{escape(words('gaps', reply.lang))}*\n" + "\n".join(escape(says) for says in gaps))
    blocks += context(*(escape(notice.text) for notice in reply.notices if notice.kind in ("checked", "safety", "other")))
    return blocks


def _differences(store: LawStore | None, reply: Reply) -> list[DifferenceText]:
    """Every difference on a provision that the reply cites, the sections in the order cited."""
    if store is None:
        return []
    cited = [Cite.parse(cite) for line in reply.lines for cite in line.cites if " § " not in cite]
    found = {}
    for section_id in _sections(reply)[:MOST_SECTIONS]:
        for difference in store.differences(section_id):
            place = Cite.parse(difference.section + difference.pin)
            if any(cite.covers(place) or place.covers(cite) for cite in cited) and (reply.lang == "en" or difference.line_es):
                found[difference.line] = difference
    return list(found.values())


def _gaps(store: LawStore, reply: Reply) -> list[str]:
    """What no source answers about the first sections cited; the store has it in English."""
    if reply.lang != "en":
        return []
    return [says for section_id in _sections(reply)[:2] for _, says in store.gaps(section_id)][:MOST_GAPS]


def _choices(reply: Reply, *, private: bool) -> list[Block]:
    """What can be picked, as buttons; a label that a button cannot hold is written out above them."""
    if not reply.choices:
        return []
    blocks: list[Block] = []
    if any(len(choice.label) > BUTTON for choice in reply.choices):
        blocks += section("\n".join(f"{place}. {escape(choice.label)}" for place, choice in enumerate(reply.choices, 1)))
    buttons = [_button(place, choice, reply.lang, private=private) for place, choice in enumerate(reply.choices)]
    section_id = next(iter(_sections(reply)), "")
    if reply.kind == "answer" and section_id and not any(choice.id.startswith("history:") for choice in reply.choices):
        buttons.append(button(wording.say("cards.history_of", reply.lang).replace("{section}", section_id), f"choice:{len(buttons)}",
                              f"history:{section_id}"))
    blocks += actions(buttons)
    if reply.kind == "question":
        blocks += actions([button(words(f"steer_{name}", reply.lang), f"steer:{name}:{reply.lang}") for name in STEERS])
    return blocks


def _button(place: int, choice: Choice, lang: str, *, private: bool) -> Block:
    window = choice.id.startswith("interview:") and not private
    return button(choice.label, f"window:{place}:{lang}" if window else f"choice:{place}", choice.id)


def _unhelpful(reply: Reply) -> Block:
    """The menu that says that an answer did not help, and why."""
    said = {key: text for key, text in wording.of_file("unhelpful", reply.lang).items() if key.startswith("reason_")}
    options = [(text, f"{reply.unhelpful}:{key.removeprefix('reason_')}") for key, text in said.items()]
    return menu(wording.say("unhelpful.control", reply.lang), UNHELPFUL, options)


def says_unhelpful(block: Block) -> bool:
    """Whether ``block`` is that menu."""
    return any(element.get("action_id") == UNHELPFUL for element in block.get("elements", ()))


def note(text: str, *more: Block) -> list[Message]:
    """A message of plain words, with further blocks below."""
    return messages(escape(text), [*section(escape(text)), *more])
