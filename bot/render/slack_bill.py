"""A bill in Slack: as it was proposed, with its changes marked, and what was enacted instead. Never the law, and it says so first."""

from __future__ import annotations

import msgspec

from bot.law.store import LawStore
from bot.render.block_kit import Block, Message, context, escape, header, link, messages, section
from bot.render.redline import bill_text
from bot.render.slack import cite_links, command, note, words


def bill(store: LawStore, year: int, part: str, lang: str) -> list[Message]:
    """A bill's section as proposed, with its changes marked, and what became of it. A bill is never the law."""
    found = store.bill(year)
    if found is None:
        return note(words("no_bill", lang, year=str(year), years=", ".join(map(str, store.bill_years.values()))))
    numbers = list(dict.fromkeys(piece["section"] for piece in found["parts"]))
    wanted = part.partition("(")[0]
    pieces = [piece for piece in found["parts"] if piece["section"] == wanted and _inside(piece["part"], part)]
    source = store.source(found["bill"]) or {}
    name = (source.get("name_es") if lang == "es" else "") or source.get("name") or str(year)
    blocks: list[Block] = [header(words("proposed", lang)), *section(f"*{link(source.get('link', ''), name)}*: {escape(found['title'])}")]
    blocks += section(escape(found["became"]))
    if not part:
        heads = {piece["section"]: piece["heading"] for piece in found["parts"]}
        blocks += section("\n".join(f"{command(lang, 'bill', f'{year} {number}')} {escape(heads[number])}" for number in numbers))
        return messages(escape(f"{words('proposed', lang)}. {name}"), blocks)
    if not pieces:
        return note(words("no_bill_section", lang, name=name, section=part, sections=", ".join(numbers)))
    first = pieces[0]
    amends = f" ({cite_links(store, (first['amends'],), lang)})" if first["amends"] else ""
    blocks += section(f"*§ {escape(wanted)}. {escape(first['heading'])}*{amends}")
    blocks += context(escape(words("bill_legend", lang, date=first["effective"])).replace("{old}", "~a~").replace("{new}", "*b*"))
    for piece in pieces:
        blocks += section(bill_text(piece["text"]))
    for outcome in found["outcomes"]:
        if outcome["section"] == wanted:
            cites = cite_links(store, msgspec.json.decode(outcome["cites"]), lang)
            blocks += section(f"*{escape(outcome['point'])}*\n{escape(words('bill_proposed', lang))} {escape(outcome['proposed'])}\n"
                              f"{escape(words('bill_enacted', lang))} {escape(outcome['enacted'])} ({cites})")
    if lang != "en":
        blocks += context(escape(words("english_only", lang)))
    return messages(escape(f"{words('proposed', lang)}. {name}, § {wanted}: {first['heading']}"), blocks)


def _inside(piece: str, wanted: str) -> bool:
    """Whether a bill's piece ("7(b)(1)") lies in what was asked for ("7", "7(b)"), or leads into it."""
    return piece.startswith(wanted) or wanted.startswith(piece)
