"""The page docs/decisions/README.md: the decision notes by their titles."""

from __future__ import annotations

from bot import paths

FOLDER = "docs/decisions"
HEAD = f"""# Decisions

Each note says what made a choice necessary, what was chosen and what it costs. Listed by `python -m manual {FOLDER}/README.md`; a test
fails where the list is out of date.
"""


def as_markdown() -> str:
    """The page."""
    notes = sorted(path for path in (paths.ROOT / FOLDER).glob("*.md") if path.name[0].isdigit())
    titles = {path: path.read_text(encoding="utf-8").partition("\n")[0].lstrip("# ") for path in notes}
    return "\n".join([HEAD, *(f"- {path.name[:4]}: [{title}]({path.name})" for path, title in titles.items())]) + "\n"
