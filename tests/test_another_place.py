"""The code knows no place: whatever names this one stands in content/, and an invented place is checked, built and asked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot import paths
from bot.law.content import Content
from tests import following
from tests.places import FURNITURE, invented_content

PACKAGES = ("bot", "gateway", "actions", "rasa_ext")
# Where a string of the code may name the place or its law, and why.
ALLOWED = {
    "bot/interviews/rules/": "what follows from the answers of an interview is law, and this is its place; another state writes its own rules",
    "bot/answers/ranking.py": "the state's name is one of some hundred words that say nothing of a question's subject",
    "bot/answers/topic.py": "the same",
}


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Every string of a module with its line, but for docstrings and for the examples below a command's help, which have to be of some place."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    explained = {
        id(node.body[0].value) for node in ast.walk(tree)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body and isinstance(node.body[0], ast.Expr)
    }
    for node in ast.walk(tree):
        example = isinstance(node, ast.Constant) and str(node.value).startswith("charter-oak ")
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in explained and not example:
            yield node.lineno, node.value


def names_of_the_place(content: Content) -> re.Pattern[str]:
    """The place's names, its sections and acts, the offices of help.yml and their numbers."""
    acts = {act.partition(" §")[0] for section in content.sections.values() for version in section.versions for act in version.acts}
    offices = {name for resource in content.resources.values() for name in resource.name.values() if " " in name}  # "emergency" is a word
    numbers = {number for resource in content.resources.values() for number in (resource.call, resource.text) if re.search(r"\d{4}", number)}
    literal = {content.jurisdiction.name, content.jurisdiction.code_name, "Hartford", *content.sections, *acts, *offices, *numbers}
    either = "|".join(map(re.escape, sorted(literal, key=len, reverse=True)))
    return re.compile(rf"(?<![\w-])(?:{either})(?![\w]|-\d)|{content.jurisdiction.own_names}", re.I)


def test_no_string_of_the_code_names_the_place_its_law_its_offices_or_their_numbers(real_content: Content) -> None:
    named = names_of_the_place(real_content)
    for example in ("in Connecticut", "ct", "54-95c(b)", "P.A. 21-103 § 7", "1-888-373-7888", "Conn. Gen. Stat."):
        assert named.search(example), example
    found = [
        (path.relative_to(paths.ROOT).as_posix(), line, text[:80])
        for package in PACKAGES for path in sorted((paths.ROOT / package).rglob("*.py")) for line, text in strings(path) if named.search(text)
    ]
    assert [one for one in found if not one[0].startswith(tuple(ALLOWED))] == []
    assert {place for place in ALLOWED if not any(one[0].startswith(place) for one in found)} == set(), "an exception that is needed no more"


def test_no_page_of_the_gateway_names_the_place(real_content: Content) -> None:
    named = names_of_the_place(real_content)
    pages = [path for path in (paths.ROOT / "gateway").rglob("*") if path.suffix in (".html", ".css", ".svg")]
    assert len(pages) > 15
    assert [path.name for path in pages if named.search(path.read_text(encoding="utf-8"))] == []


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the invented place's content in the folder that CONTRIBUTING.md names."""
    (tmp_path / "zembla").mkdir()
    invented_content(tmp_path / "zembla" / "content")
    return tmp_path


def test_the_invented_place_is_checked_built_and_asked_as_the_page_says(folder: Path) -> None:
    (commands,) = following.parts()["Another state"].steps
    following.Tree(paths.ROOT).run(commands, cwd=folder)


def test_what_the_page_says_a_place_needs_is_all_that_it_needs(folder: Path) -> None:
    """The invented place, which is enough, holds nothing that the page leaves out."""
    page = following.PAGE.read_text(encoding="utf-8").partition("## Another state")[2]
    root = folder / "zembla" / "content"
    for path in root.rglob("*.yml"):
        name = path.relative_to(root)
        place = f"{name.parts[0]}/" if len(name.parts) > 1 else name.name
        own_words = name.parts[0] == "wording" and name.stem in FURNITURE
        assert ("`wording/<lang>/*.yml`" if own_words else place) in page, f"the page does not name {name}"
