"""What exactly is running: the code, the content and the law in it, the model."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from importlib import metadata

import msgspec

from bot import commit, model, paths
from bot.errors import NoLawStore
from bot.law.content import digest
from bot.law.edition import of_files, revised_to
from bot.law.store import LawStore


class Version(msgspec.Struct, frozen=True):
    """What a copy of the bot is made of. A hash is empty where that part is not here."""

    code: str  # "0.1.0"
    commit: str  # "49ccdd51c2ab", "49ccdd51c2ab+changes"; empty for a release, and where nobody can tell
    content: str  # the hash of the content files
    law_db: str  # the hash of the content that the store in use was made of
    law_checked: dt.date | None  # the latest day on which a section was held against the official text
    law_revised_to: dt.date | None  # the official edition that the sections restate
    model: str  # the hash of what the model is trained on
    model_here: bool  # whether that model was trained, or put here

    @property
    def program(self) -> str:
        """The code's version in one word, with the commit where it is no release: "0.1.0+49ccdd51c2ab"."""
        return "+".join(filter(None, (self.code, self.commit.replace("+", "."))))

    @property
    def stale(self) -> bool:
        """Whether answers would come from a store of other content than is here."""
        return bool(self.law_db and self.content and self.law_db != self.content)


def here() -> Version:
    """What is here now, as read from the files at this moment. Raises ``ContentError`` where there is no store and the content cannot be read."""
    content = paths.content_dir()
    files = digest(content) if content.is_dir() else ""
    try:
        store = LawStore(paths.law_db())
    except NoLawStore:
        law_db, (checked, edition) = "", of_files(content) if files else (None, "")
    else:
        law_db, checked, edition = store.content_hash, store.checked_on, revised_to(store)
        store.close()
    hashed = trained_on()
    return Version(
        code=number(), commit=commit.of(paths.ROOT), content=files, law_db=law_db, law_checked=checked,
        law_revised_to=dt.date.fromisoformat(edition) if len(edition) == len("2025-01-01") else None,
        model=hashed, model_here=bool(hashed) and model.current().exists(),
    )


def trained_on() -> str:
    """The hash of what the model is trained on; empty where that is not here, as in the image of the gateway."""
    return model.inputs_hash() if (paths.ROOT / "config.yml").exists() else ""


def number() -> str:
    """The version of the code. In a repository as pyproject.toml has it now, whatever was installed from it last."""
    project = paths.ROOT / "pyproject.toml"
    found = re.search(r'^version = "(.+)"$', project.read_text(encoding="utf-8"), re.M) if project.exists() else None
    return found[1] if found else metadata.version("charter-oak")


def lines(version: Version) -> Iterator[str]:
    """The version as a person reads it, a line a part."""
    yield f"Charter Oak {version.code}" + (f" (commit {version.commit})" if version.commit else "")
    yield f"content  {version.content or 'none'}"
    if not version.law_db:
        yield "law.db   none. Make it: charter-oak build"
    elif version.stale:
        yield f"law.db   made of other content ({version.law_db}), so answers may be old ones. Make it: charter-oak build"
    if version.law_checked:
        edition = f", code revised to {_day(version.law_revised_to)}" if version.law_revised_to else ""
        yield f"law      checked {_day(version.law_checked)}{edition}"
    if version.model:
        yield f"model    {version.model}" + ("" if version.model_here else ", not here. Make it: charter-oak train")


def _day(day: dt.date) -> str:
    return f"{day:%B} {day.day}, {day.year}"

