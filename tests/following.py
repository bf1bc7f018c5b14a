"""Follows CONTRIBUTING.md: takes its files, changes, commands and promises out of the page and carries them out on a copy of the project.

A fence whose info string holds a path is a file, ``(at the end)`` one that goes on where the file ends, ``diff`` a change, ``console``
commands with lines of what they print. A table of two columns in backticks says what is missed where a step is left out.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bot import paths
from bot.law.content import load
from bot.routing.phrases import LEAST
from bot.routing.routes import DOMAIN, write
from bot.upkeep import coverage

PAGE = paths.ROOT / "CONTRIBUTING.md"
_FENCE = re.compile(r"^```(\w+)(?: (\S+))?( \(at the end\))?\n(.*?)^```$", re.M | re.S)
_PROMISE = re.compile(r"^\| `([^`]+)` \| `([^`]+)` \|$", re.M)


@dataclass(frozen=True)
class Step:
    """A file, a change of one, or commands."""

    kind: str
    path: str
    at_the_end: bool
    text: str


@dataclass(frozen=True)
class Part:
    """One part of the page: its steps, and by what is left out, what is said."""

    title: str
    steps: tuple[Step, ...] = ()
    promises: tuple[tuple[str, str], ...] = ()


def parts() -> dict[str, Part]:
    """The parts of the page by their headings."""
    found = {}
    for text in re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.M)[1:]:
        title = text.partition("\n")[0]
        steps = tuple(Step(kind, path, bool(end), body) for kind, path, end, body in _FENCE.findall(text))
        found[title] = Part(title, steps, tuple(_PROMISE.findall(text)))
    return found


@dataclass
class Tree:
    """A copy of the project, or of the part of it that is needed."""

    root: Path
    ran: list[str] = field(default_factory=list)

    def follow(self, part: Part, without: str = "") -> None:
        """Carry out the steps of files, but for those on the file ``without``, then what the commands write."""
        for step in part.steps:
            if step.path and step.path != without:
                self.apply(step)
        law, _ = load(self.root / "content")
        if without != "charter-oak routes" and (self.root / DOMAIN).exists():
            write(law, self.root)
        if without != "charter-oak review table":
            (self.root / coverage.PAGE).write_text(coverage.as_markdown(law), encoding="utf-8")

    def apply(self, step: Step) -> None:
        """Write a file as the page says. Training phrases, of which the page shows the first few, are brought to the number needed."""
        path = self.root / step.path
        path.parent.mkdir(parents=True, exist_ok=True)
        if step.kind == "diff":
            path.write_text(_changed(path.read_text(encoding="utf-8"), step.text), encoding="utf-8")
            return
        before = path.read_text(encoding="utf-8") if step.at_the_end else ""
        assert step.at_the_end or not path.exists(), f"{step.path} is there already"
        path.write_text(before + step.text, encoding="utf-8")
        if step.path.startswith("data/nlu/"):
            first = re.findall(r"^    - (.+)$", step.text, re.M)
            more = (f"    - {first[number % len(first)]} {number}\n" for number in range(LEAST[step.path.split("/")[2]] - len(first)))
            path.write_text(step.text + "".join(more), encoding="utf-8")

    def run(self, step: Step, cwd: Path | None = None) -> None:
        """Run commands as a person does, in one shell, and see that each ends well and prints the lines that the page shows, in order."""
        asked = [(block.partition("\n")[0], block.partition("\n")[2].splitlines()) for block in step.text.removeprefix("$ ").split("\n$ ")]
        script = "charter-oak() { \"$PYTHON\" -m bot.cli \"$@\"; }\n" + "".join(f"{command}\necho @@@$?\n" for command, _ in asked)
        environ = {**os.environ, "PYTHON": sys.executable, "PYTHONPATH": str(self.root), "PYTHONUNBUFFERED": "1"}
        done = subprocess.run(["bash", "-c", script], cwd=cwd or self.root, env=environ, capture_output=True, text=True, check=False)
        for (command, expected), printed in zip(asked, re.split(r"^@@@", done.stdout, flags=re.M), strict=False):
            at = 0
            for line in filter(None, map(str.strip, expected)):
                assert line in printed[at:], f"{command} does not print {line!r}:\n{printed}\n{done.stderr}"
                at = printed.index(line, at)
        codes = re.findall(r"^@@@(\d+)$", done.stdout, re.M)
        assert codes == ["0"] * len(asked), f"{step.text}\n{done.stdout}\n{done.stderr}"
        self.ran += [command for command, _ in asked]

    def copied_to(self, root: Path) -> Tree:
        """This tree once more, without the code."""
        shutil.copytree(self.root, root, ignore=shutil.ignore_patterns("bot", "build"))
        return Tree(root)


def _changed(text: str, diff: str) -> str:
    """``text`` with the lines of ``diff`` put in and taken out where its other lines stand, once."""
    lines = diff.splitlines(keepends=True)
    before, after = ("".join(line[1:] for line in lines if line[0] in signs) for signs in (" -", " +"))
    assert text.count(before) == 1, f"stands {text.count(before)} times: {before}"
    return text.replace(before, after)
