"""A broken content file stops the build, names file, key and reason, and leaves the old store alone."""

from pathlib import Path

import pytest
from ruamel.yaml import YAML

from bot.errors import ContentError
from bot.law import compile as compiler
from bot.law import content
from bot.law.check import problems


def found(root: Path) -> str:
    law, errors = content.load(root)
    return "\n".join(map(str, errors + problems(law)))


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def test_the_invented_jurisdiction_is_in_order(invented: Path) -> None:
    assert found(invented) == ""


@pytest.mark.parametrize(
    ("file", "old", "new", "named"),
    [
        ("sections/9a-1.yml", "title:", "titel:", "titel"),  # an unknown key
        ("sections/9a-1.yml", "link: https://law.example/9a-1\n", "", "link"),  # a missing key
        ("sections/9a-1.yml", "link: https://law.example/9a-1", "link: javascript:alert(1)", "begins with http"),
        ("sections/9a-1.yml", "link: https://law.example/9a-1", "link: data:text/html,x", "begins with http"),
        ("sections/9a-1.yml", "against: zemblan-code", "against: nobody", "no source nobody"),
        ("sections/9a-1.yml", "source: bill-1999", "source: bill-1888", "no source bill-1888"),
        ("sections/9a-1.yml", "effective: 2000-10-01", "effective: 2010-07-01", "overlaps"),
        ("sections/9a-1.yml", "id: (a)(1)", "id: (a)", "stands twice"),
        ("sections/9a-1.yml", "effective: 2010-07-01", "effective: 2010-02-30", "calendar lacks"),
        ("wording/en/answers/weather.yml", "cite: 9a-2", "cite: 9a-77", "9a-77 does not resolve"),
        ("wording/en/answers/weather.yml", "up to $2,000", "up to $3,000", "3000 does not stand in 9a-1(b)"),
        ("wording/en/answers/weather.yml", "class A felony., cite", "class B misdemeanor on October 2 of 2011., cite", "does not stand in"),
        ("wording/en/answers/weather.yml", '{note: "Call {hotline.call}."}', '{note: "Call 1-888-555-0199."}', "phone number"),
        ("wording/en/answers/weather.yml", "{hotline.call}", "{hotlin.call}", "not in help.yml"),
        ("wording/en/answers/weather.yml", 'full: [{law: "No. That duty was repealed.", cite: 9a-2}]', 'full: [{law: "No."}]', "no citation"),
        ("wording/en/answers/weather.yml", "For {offense} there is", "For {offence} there is", "nothing that an answer can fill in"),
        ("wording/en/answers/weather.yml", "It is a grave crime.", "You should call 9 lawyers.", "you should"),
        ("wording/es/answers/weather.yml", "hasta $2,000", "hasta $2,500", "2500 does not stand in"),
        ("wording/es/answers/weather.yml", "weather_return:", "weather_retorno:", "no translation in es"),
        ("wording/es/provisions/9a-1.yml", "40 libras", "50 libras", "50 does not stand in"),
        ("topics/weather.yml", "related: [weather_penalty]", "related: [sunshine]", "sunshine does not exist"),
    ],
)
def test_a_mistake_is_named_with_its_file_and_reason(invented: Path, file: str, old: str, new: str, named: str) -> None:
    edit(invented / file, old, new)
    said = found(invented)
    assert named in said
    assert Path(file).name in said


def test_a_build_that_fails_leaves_the_old_store_as_it_was(invented: Path, tmp_path: Path) -> None:
    target = tmp_path / "law.db"
    compiler.build(invented, target)
    before = target.read_bytes()
    edit(invented / "wording/en/answers/weather.yml", "up to $2,000", "up to $3,000")
    with pytest.raises(ContentError, match=r"weather\.yml.*3000"):
        compiler.build(invented, target)
    assert target.read_bytes() == before
    assert [p.name for p in tmp_path.glob("law.db*")] == ["law.db"]


def test_yaml_that_cannot_be_parsed_is_named_with_its_line(invented: Path) -> None:
    edit(invented / "sections/9a-2.yml", "title: Return of weather", "title: [Return")
    assert "9a-2.yml: line" in found(invented)


def test_yes_and_no_stay_words(tmp_path: Path) -> None:
    (tmp_path / "words.yml").write_text("no: yes\non: off\n")
    assert content.read_yaml(tmp_path / "words.yml") == {"no": "yes", "on": "off"}


@pytest.mark.parametrize("text", [
    "no: yes\non: off\nnumber: 010\nclock: 12:30:45\nday: 2010-10-01\n", "{unit: section:en:54-95c, on: 2026-11-21}",
    "- >-\n  folded\n  twice\n- |\n  kept\n",
])
def test_the_fast_reader_reads_what_the_other_reads(tmp_path: Path, text: str) -> None:
    (tmp_path / "words.yml").write_text(text)
    assert content.read_yaml(tmp_path / "words.yml") == YAML(typ="safe", pure=True).load(text)
