"""Slack's own pages: the Home tab, the help of the law command, and the window that a guided interview is held in."""

from __future__ import annotations

from typing import Any

from bot.law import labels
from bot.law.store import LawStore
from bot.render.block_kit import Block, actions, button, context, divider, escape, header, link, plain, section
from bot.render.slack import words
from bot.safety import wording

HELP = ("card", "as_of", "history", "diff", "bill", "differences", "search", "cite", "interview", "share", "ask")
OTHER = {"en": "es", "es": "en"}
MOST_VIEW_BLOCKS = 100
TYPED = "typed"  # the field's action


def help_blocks(lang: str) -> list[Block]:
    """Every command with an example. The numbers come first: "help" may be meant as a cry."""
    blocks = section(f"*{escape(wording.numbers(lang))}*")
    blocks += section("\n".join(f"{words(f'usage_{name}', lang)} {escape(words(f'help_{name}', lang))}" for name in HELP))
    return blocks + context(escape(words("no_client_facts", lang)))


def home(store: LawStore | None, lang: str, public_url: str = "") -> dict[str, Any]:
    """The Home tab: what the desk can do, how current the law is, what Slack keeps, the numbers."""
    blocks: list[Block] = [header(words("home_title", lang)), *section(f"*{escape(wording.numbers(lang))}*")]
    blocks += section(escape(words("home_intro", lang)))
    blocks += _part("home_confidential_title", f"{words('no_client_facts', lang)} {words('home_retention', lang)}", lang)
    blocks += _part("home_ask_title", words("home_ask", lang), lang)
    if store:
        titles = {name: interview.title for name, interview in store.interview_words[lang].items()}
        blocks += section(f"*{escape(words('home_interviews', lang))}*")
        blocks += actions([button(title, f"window:{place}:{lang}", f"interview:{name}") for place, (name, title) in enumerate(titles.items())])
    blocks += [divider(), *section(f"*{escape(words('help_title', lang))}*"), *help_blocks(lang)[1:], divider()]
    blocks += section(f"*{escape(words('home_current', lang))}*\n{_currency(store, lang)}")
    other = OTHER[lang]
    buttons = [button(words("home_language", lang), f"home:{other}", other)]
    buttons += [button(words("home_site", lang), "open:site", url=public_url)] if public_url else []
    return {"type": "home", "blocks": [*blocks, *actions(buttons)]}


def _part(title: str, text: str, lang: str) -> list[Block]:
    return section(f"*{escape(words(title, lang))}*\n{escape(text)}")


def _currency(store: LawStore | None, lang: str) -> str:
    if store is None:
        return escape(wording.unavailable(lang))
    heads = [head for section_id in store.section_ids if (head := store.head(section_id))]
    lines = [escape(words("current_checked", lang, date=labels.date(store.checked_on, lang), number=str(len(heads))))]
    reviewed: dict[str, list[str]] = {}
    for head in heads:
        if head.review_act and head.review_since:
            key = words("current_review", lang, act=head.review_act, date=labels.date(head.review_since, lang))
            reviewed.setdefault(key, []).append(link(head.link, labels.cite(store, head.section)))
    lines += [f"{escape(key)} {', '.join(links)}." for key, links in reviewed.items()]
    return "\n".join(lines)


def interviews_blocks(store: LawStore, lang: str) -> list[Block]:
    """The guided interviews to open in a window."""
    titles = {name: interview.title for name, interview in store.interview_words[lang].items()}
    return [*section(escape(words("interview_which", lang))),
            *actions([button(title, f"window:{place}:{lang}", f"interview:{name}") for place, (name, title) in enumerate(titles.items())])]


def window(lang: str, blocks: list[Block], *, field: str = "", note: str = "") -> dict[str, Any]:
    """A window with ``blocks``.

    Args:
        field: where something may be typed, the field's own name: a new one for each question, so that it comes up empty.
        note: a line above.
    """
    shown = [*(section(note) if note else []), *blocks]
    if field:
        shown = shown[: MOST_VIEW_BLOCKS - 2]
        typed = {"type": "plain_text_input", "action_id": TYPED, "max_length": 2000}
        shown.append({"type": "input", "block_id": field, "optional": True, "label": plain(words("window_type", lang), 2000), "element": typed})
    shown = [*shown[: MOST_VIEW_BLOCKS - 1], *context(escape(wording.numbers(lang)))]
    view = {
        "type": "modal", "callback_id": "interview", "private_metadata": lang, "title": plain(words("window_title", lang), 24),
        "close": plain(words("window_close", lang), 24), "blocks": shown,
    }
    return view | ({"submit": plain(words("window_next", lang), 24)} if field else {})
