"""What a document says that can be held against the project: commands, links to its own files, paths. Each problem is a sentence."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import click
from click.parser import OptionParser

from bot import paths
from bot.cli import main

FOLDERS = ("docs", "content", "bench", "deploy", "widget")
NAMED_LIKE_FILES = ("py", "yml", "yaml", "toml", "js", "css", "md", "json", "svg", "html", "lock")
MADE = (  # not there until somebody makes it
    "build/", "models/", "dist/", ".state", "deploy/secrets", "deploy/.env", "deploy/kubernetes/overlays/yours", "bot/shipped", "release/records/",
)
INVENTED = ("12-345x", "carpet")  # what CONTRIBUTING.md adds and tests/test_contributing.py makes, on a copy
_FENCE = re.compile(r"^( *)(```+)[^\n]*\n(.*?)^\1\2", re.M | re.S)  # also one that belongs to a list's item
_CODE = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")
_COMMAND = re.compile(r"^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*(?:\S*/bin/)?charter-oak ((?:[a-z]|--).*)")
_MODULE = re.compile(r"python -m ([\w.]+)")
_TARGET = re.compile(r"^\s*(?:\$ )?(?:[A-Z_]+=\S+ )*make ((?:[a-z-]+\s?)+)")


def documents() -> list[Path]:
    """Every document of the project that is written in Markdown."""
    return [*sorted(paths.ROOT.glob("*.md")), *(path for folder in FOLDERS for path in sorted((paths.ROOT / folder).rglob("*.md")))]


def blocks(text: str) -> list[str]:
    """The blocks of code in a document."""
    return [found[3] for found in _FENCE.finditer(text)]


def problems(text: str, folder: Path) -> list[str]:
    """What a document in ``folder`` names that is not there."""
    prose = _FENCE.sub("", text)
    inline = _CODE.findall(prose)
    lines = [line for block in blocks(text) for line in block.splitlines()]
    found = [*_commands(lines + inline), *_links(folder, prose), *(name for code in inline for name in _path(code))]
    return list(dict.fromkeys(found))


def _commands(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if found := _COMMAND.search(line):
            yield from _of_ours(found[1])
        for module in _MODULE.findall(line):
            if not _is_module(module):
                yield f"there is no module {module}: {line.strip()}"
        if found := _TARGET.search(line.partition("#")[0]):
            for target in found[1].split():
                if target not in _targets():
                    yield f"there is nothing to make called {target}: {line.strip()}"


def _of_ours(line: str) -> Iterator[str]:
    """What is wrong with what follows ``charter-oak``: no such command, no such option, an option without its value."""
    try:
        words = shlex.split(re.split(r"\s[#>|]|[;)]|…|\.\.\.", line)[0], comments=True)
    except ValueError:
        words = line.split()
    command: click.Command = main
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        if words[0] not in command.commands:
            if command is main:
                yield f"there is no command charter-oak {words[0]}"
            return
        command = command.commands[words.pop(0)]
    parser: OptionParser = command.make_parser(click.Context(command, help_option_names=["-h", "--help"]))
    try:
        parser.parse_args(words)
    except click.UsageError as error:
        yield f"charter-oak {line}: {error.format_message()}"


def _is_module(name: str) -> bool:
    place = paths.ROOT / name.replace(".", "/")
    first = paths.ROOT / name.partition(".")[0]
    return not first.is_dir() or place.with_suffix(".py").is_file() or (place / "__main__.py").is_file()


@cache
def _targets() -> frozenset[str]:
    return frozenset(re.findall(r"^([a-z-]+):", (paths.ROOT / "Makefile").read_text(encoding="utf-8"), re.M))


def _links(folder: Path, prose: str) -> Iterator[str]:
    for link in _LINK.findall(prose):
        target = link.partition("#")[0]
        if target and not re.match(r"[a-z]+:", target) and not (folder / target).exists():
            yield f"the link {link} leads nowhere"


def _path(code: str) -> Iterator[str]:
    """That a path is named and nothing is there. One without its first folders is found by its end; ``<lang>`` and ``*`` stand for any."""
    name = re.split(r"[:#]", code)[0].rstrip("/")
    if not re.fullmatch(r"[\w.<>*{},-]+(?:/[\w.<>*{},-]+)*", name) or code.startswith((*MADE, ".venv")) or any(word in name for word in INVENTED):
        return
    top = (paths.ROOT / name.partition("/")[0]).is_dir() and "/" in name
    if not top and name.rpartition(".")[2] not in NAMED_LIKE_FILES:
        return
    pattern = re.compile(r"(?:.*/)?" + re.sub(r"\\\*|<[^>]*>", "[^/]+", re.escape(name).replace("\\<", "<").replace("\\>", ">")))
    if not any(pattern.fullmatch(path) for path in _tree()):
        yield f"there is no {code}"


@cache
def _tree() -> frozenset[str]:
    """Every file and folder of the project, without what is made or installed."""
    found: set[str] = set()
    for top in paths.ROOT.iterdir():
        if (top.name.startswith(".") and top.name != ".ci") or top.name in ("build", "models"):
            continue
        every = [top, *top.rglob("*")] if top.is_dir() else [top]
        found |= {path.relative_to(paths.ROOT).as_posix() for path in every}
    return frozenset(found)
