"""What the reverse proxy says when no gateway answers it: ``python -m gateway.standby deploy/nginx/standby``.

Two files that a proxy can serve by itself, with the numbers in both languages: a page, and the JSON of a refusal, which
the chat shows as it shows the gateway's own.
"""

from __future__ import annotations

import sys
from pathlib import Path

from bot.law.content import LANGUAGES
from bot.safety import wording
from gateway import pages
from gateway.problems import problem


def files() -> dict[str, bytes]:
    """The files by their names."""
    words = {lang: wording.unavailable(lang) for lang in LANGUAGES}
    return {
        "numbers.html": bytes(pages.page("standby.html", LANGUAGES[0], words=words).body),
        "numbers.json": bytes(problem(503, "unavailable").body),
    }


def main() -> None:
    """Write them into the folder named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files().items():
        (folder / name).write_bytes(content.rstrip() + b"\n")


if __name__ == "__main__":
    main()
