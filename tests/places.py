"""The invented place of tests/invented, as a folder of content that can be checked, built and broken."""

from __future__ import annotations

import shutil
from pathlib import Path

from bot import paths

INVENTED = Path(__file__).parent / "invented"
FURNITURE = ("furniture", "safety", "cards", "interviews", "navigation", "sums")  # this project's own words, which every place needs


def invented_content(root: Path) -> Path:
    """Its content with this project's own furniture, in the folder ``root``, which is not there yet."""
    shutil.copytree(INVENTED, root)
    shutil.copy(paths.content_dir() / "help.yml", root)
    shutil.copytree(paths.content_dir() / "safety", root / "safety")
    for lang in ("en", "es"):
        for name in FURNITURE:
            shutil.copy(paths.content_dir() / "wording" / lang / f"{name}.yml", root / "wording" / lang)
    return root
