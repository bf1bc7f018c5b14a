"""The compiled store as the bot reads it. Every question to it is one or two indexed look-ups."""

from __future__ import annotations

import msgspec

from bot.law.documents import Documents
from bot.law.found import Reviewed
from bot.law.spoken import Spoken
from bot.law.statutes import Statutes


class LawStore(Statutes, Documents, Spoken):
    """Law, documents and wording of one law.db. One instance serves one thread."""

    def reviewed(self, kind: str = "section", lang: str = "en") -> tuple[Reviewed, ...]:
        """Where each provision, or wording of another kind, stands."""
        rows = self._rows("select * from reviews where kind = ? and lang = ? order by rowid", kind, lang)
        return tuple(msgspec.convert({k: row[k] for k in Reviewed.__struct_fields__}, Reviewed) for row in rows)

    def seed_items(self) -> set[int]:
        """The inventory items that at least one record answers for."""
        return {row["item"] for row in self._rows("select distinct item from seed_items")}
