"""What the store's full text finds, for Slack."""

from __future__ import annotations

import re

from bot.law import labels
from bot.law.store import LawStore
from bot.nlp.folding import fold, whole
from bot.render.block_kit import Block, Message, escape, header, messages, section
from bot.render.slack import command, note, words

MOST_HITS = 6
SNIPPET = 260  # characters of a hit


def search(store: LawStore, asked: str, lang: str) -> list[Message]:
    """What the store's full text finds; what holds words in quotation marks together comes first."""
    phrase = (match[1] if (match := re.search(r'["“”«](.+?)["“”»]', asked)) else "").strip()
    bare = re.sub(r'["“”«»]', " ", asked).strip()
    hits = store.search(bare, lang, limit=40 if phrase else MOST_HITS)
    exact = [hit for hit in hits if phrase and whole(phrase) in whole(f"{hit.title} {hit.body}")]
    if not hits:
        return note(words("search_none", lang, words=bare))
    title = words("search_title", lang, words=f'"{phrase}"' if phrase else bare)
    blocks: list[Block] = [header(title)]
    near = [hit for hit in hits if hit not in exact]
    if phrase and not exact:
        blocks += section(escape(words("search_not_together", lang)))
    for hit in [*exact, *near][:MOST_HITS]:
        where = command(lang, "", hit.key) if hit.kind == "provision" else ""
        name = f"{labels.cite(store, hit.key)} {hit.title}" if hit.kind == "provision" else hit.title
        blocks += section(f"*{escape(name)}* {where}\n{escape(_around(re.sub(r'{[^}]*}', '', hit.body), phrase or bare))}")
    return messages(escape(title), blocks)


def _around(text: str, asked: str) -> str:
    """The part of ``text`` around the first of the words asked for."""
    plain = fold(text)
    places = [plain.find(word) for word in [fold(asked), *fold(asked).split()] if word and word in plain]
    start = max(0, (places[0] if places else 0) - SNIPPET // 3)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = text.rfind(" ", 0, start + SNIPPET) if len(text) > start + SNIPPET else len(text)
    return f"{'... ' if start else ''}{text[start:end]}{' ...' if end < len(text) else ''}"
