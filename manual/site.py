"""What MkDocs is told beside mkdocs.yml, so that the documents read the same in the repository and on the site.

Links of a document lead to files of the whole project; the site also holds those outside of docs/ that a page links to, below
``project/``. Lists are indented as GitHub wants them, which Python-Markdown does not. And the built site loads nothing from elsewhere,
or the build fails. Runs in the site's own environment: it imports nothing of the bot.
"""

from __future__ import annotations

import os
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
OUTSIDE = "project"  # the folder of the site for what stands outside of docs/
_LINK = re.compile(r"(?<=\]\()([^)\s:#]+)((?:#[^)\s]*)?)(?=\))")
_TO_FOLDER = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s:#]+)\)")
_FENCE = re.compile(r"^```")
_ITEM = re.compile(r"^(?:[-*]|\d+\.) ")
_LOADED_BY = {"script": "src", "link": "href", "img": "src", "iframe": "src", "source": "src", "video": "src", "audio": "src"}


def on_files(files: Files, config: Any) -> Files:
    """Add every file outside of docs/ that a page links to, and what these link to."""
    left = [(Path(file.abs_src_path), file.src_uri) for file in files if file.src_uri.endswith(".md")]
    while left:
        path, _ = left.pop()
        for target, _ in _LINK.findall(path.read_text(encoding="utf-8")):
            there = _meant(path, target)
            if there is None or not there.is_file() or files.get_file_from_path(_place(there)):
                continue
            files.append(File.generated(config, _place(there), abs_src_path=str(there)))
            if there.suffix == ".md":
                left.append((there, _place(there)))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """The page's text with its links as they are on the site and its lists as Python-Markdown reads them."""
    path, here = Path(page.file.abs_src_path), os.path.dirname(page.file.src_uri)

    def text_of_folder(found: re.Match[str]) -> str:
        there = _meant(path, found[2])
        return found[1] if there and there.is_dir() and not _index(there) else found[0]

    def on_site(found: re.Match[str]) -> str:
        there = _meant(path, found[1])
        return os.path.relpath(_place(there), here or ".") + found[2] if there else found[0]

    return _lists(_LINK.sub(on_site, _TO_FOLDER.sub(text_of_folder, markdown)))


def on_post_build(config: Any) -> None:
    """Fail where a page of the site would load something from elsewhere."""
    site = Path(config.site_dir)
    foreign = [f"{path.relative_to(site)}: {address}" for path in sorted(site.rglob("*.html")) for address in _loaded(path)]
    if foreign:
        raise PluginError("The site would load what is not its own:\n" + "\n".join(foreign))


def _meant(path: Path, target: str) -> Path | None:
    """The file of the project that a link of ``path`` leads to; of a folder its index. None where it leads out of the project."""
    there = (path.parent / target).resolve()
    if not there.is_relative_to(ROOT) or not there.exists():
        return None
    return _index(there) or there


def _index(folder: Path) -> Path | None:
    return next((folder / name for name in ("index.md", "README.md") if (folder / name).is_file()), None)


def _place(there: Path) -> str:
    """Where a file of the project stands on the site."""
    path = there.relative_to(ROOT).as_posix()
    return path.removeprefix("docs/") if path.startswith("docs/") else f"{OUTSIDE}/{path}"


def _lists(markdown: str) -> str:
    """What belongs to a list's item indented by four spaces, not by the width of its mark; and an empty line before a list."""
    lines: list[str] = []
    fenced = inside = loose = False  # in a block of code; in an item; the item has more than one paragraph
    base = 0  # by how much the item's own lines are indented
    for line in markdown.splitlines():
        fenced ^= bool(_FENCE.match(line))
        indent = len(line) - len(line.lstrip())
        if fenced or not line.strip():
            pass
        elif _ITEM.match(line):
            if (loose or not inside) and lines and lines[-1].strip() and not lines[-1].startswith(("#", "<")):
                lines.append("")
            inside, loose, base = True, False, 0
        elif inside and indent:
            base, loose = base or indent, loose or not lines[-1].strip()
            line = " " * max(0, 4 - base) + line
        else:
            inside = inside and bool(lines[-1].strip())  # a lazy line goes on with the item; after an empty one the list is over
        lines.append(line)
    return "\n".join(lines)


class _Loading(HTMLParser):
    """The addresses that a page makes a browser load."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        address = given.get(_LOADED_BY.get(tag, "")) or ""
        if re.match(r"(?:https?:)?//", address) and not (tag == "link" and given.get("rel") in ("canonical", "next", "prev")):
            self.found.append(address)


def _loaded(path: Path) -> list[str]:
    page = _Loading()
    page.feed(path.read_text(encoding="utf-8"))
    return page.found
