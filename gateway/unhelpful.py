"""What is said when someone says that an answer did not help: a fixed list of reasons, and for each what may help now.

The gateway answers these choices itself, on every channel and also while Rasa is down. Nothing is typed here, and which answer is meant
stands in the session: a client names its number, never its subject.
"""

from __future__ import annotations

from typing import Any

from bot.law.content import LANGUAGES
from bot.render import neutral
from bot.reply import Choice, Line, Reply
from bot.safety import wording
from gateway import shelf
from gateway.sessions import LastAnswer, Session
from gateway.usage.counted import Counted
from gateway.usage.lines import REASONS, what_of_reason

CHOICE = "unhelpful"  # "unhelpful:3" asks why answer 3 did not help, "unhelpful:3:hard" says it
LAST = f"{CHOICE}:last"  # whichever answer was the last, where a channel cannot name it
ANSWERS = frozenset({"answer", "card", "result"})  # the kinds of reply under which it can be said; never an emergency
FALLBACKS = frozenset({"choices", "not_found", "declined"})
_STEPS = {"other": ("menu",), "hard": ("simpler",), "missing": ("section", "menu"), "wrong": ("section",), "person": ("menu",)}


def is_meant(choice: str) -> bool:
    """Whether a choice says that an answer did not help."""
    return choice.partition(":")[0] == CHOICE


def offer(session: Session, reply: dict[str, Any]) -> None:
    """Let it be said of ``reply``, the last of a turn, where it is an answer; ``session``, in its turn, keeps which one it is."""
    before, kind = session.answer, reply.get("kind")
    if kind in FALLBACKS:  # no answer: what was said before is no longer the last
        session.answer = LastAnswer(before.number)
    elif kind in ANSWERS:
        cites = [cite for line in reply.get("lines", ()) for cite in line.get("cites", ())]
        session.answer = LastAnswer(before.number + 1, reply["lang"], kind, reply.get("topic", ""), next(iter(cites), ""))
        reply[CHOICE] = f"{CHOICE}:{session.answer.number}"


def without(reply: dict[str, Any]) -> dict[str, Any]:
    """``reply`` as one of which it can no longer be said: an answer that comes late, before the newest."""
    return {name: value for name, value in reply.items() if name != CHOICE}


class Unhelpful:
    """Answers these choices.

    Args:
        contact: how to reach whoever runs this copy; empty where they do not say.
        counted: what takes the reasons down, where that is on.
    """

    def __init__(self, contact: str, counted: Counted) -> None:
        self._contact, self._counted = contact, counted

    def answer(self, session: Session, choice: str, channel: str) -> dict[str, Any]:
        """What is said to ``choice``; ``session`` is in its turn. A choice that nobody was given gets the list again, or what may help."""
        _, _, rest = choice.partition(":")
        number, _, reason = rest.partition(":")
        about = session.answer
        lang = about.lang or session.last_lang or LANGUAGES[0]
        if not about.kind:
            return _reply("info", lang, [_say("no_answer", lang)], ["menu"])
        if reason not in REASONS:
            asked = number if number.isascii() and number.isdecimal() else str(about.number)
            reasons = [Choice(f"{CHOICE}:{asked[:6]}:{each}", _say(f"reason_{each}", lang)) for each in REASONS]
            return _built("choices", lang, [_say("ask", lang)], reasons)
        told = "older" if number not in ("last", str(about.number)) else "again" if about.told else ""
        if not told:
            about.told = True
            self._counted.say(session, what_of_reason(reason), about.kind, about.topic, lang)
        return self._after(reason, told, about, lang, channel)

    def _after(self, reason: str, told: str, about: LastAnswer, lang: str, channel: str) -> dict[str, Any]:
        """What may help now. By text, where each line costs, only that."""
        lines = [_say(told, lang)] if told else []
        key = "wrong_unnamed" if reason == "wrong" and not self._contact else reason
        lines.append(_say(f"after_{key}", lang).replace("{contact}", self._contact))
        if channel != "sms":
            if key == "wrong" and (title := _title(about.topic, lang)):
                lines.append(_say("subject", lang).replace("{title}", title))
            if self._counted.on and not told:
                lines.append(_say("counted", lang))
        simpler = bool(about.topic) and channel != "slack"  # there, what only one person sees is a conversation of its own
        steps = [step for step in _STEPS[reason] if (step != "simpler" or simpler) and (step != "section" or about.cite)]
        return _reply("info", lang, lines, steps, about.cite)


def _reply(kind: str, lang: str, lines: list[str], steps: list[str], cite: str = "") -> dict[str, Any]:
    """Words, and the steps that can be taken from there."""
    ids = {"simpler": "say:simpler", "section": f"law:{cite}", "menu": "say:menu"}
    return _built(kind, lang, lines, [Choice(ids[step], _say(f"do_{step}", lang)) for step in steps])


def _built(kind: Any, lang: str, lines: list[str], choices: list[Choice]) -> dict[str, Any]:
    said = tuple(Line(line, kind="note") for line in lines)
    return neutral.render(Reply(kind=kind, lang=lang, lines=said, choices=tuple(choices)))


def _title(topic: str, lang: str) -> str:
    store = shelf.store()
    found = store.answer(topic, lang) if store and topic else None
    return found.title if found else ""


def _say(key: str, lang: str) -> str:
    return wording.say(f"unhelpful.{key}", lang)
