"""Everything that rests on a provision: what has to be read again when it changes.

The records of the store know what they cite. What the content cannot know is found in the repository where it is at hand: the
rules of the interviews, the question bank and the tests.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import msgspec

from bot.law.check_words import sentences_of
from bot.law.cite import Cite, file_name
from bot.law.content import LANGUAGES, Content, read_yaml

KINDS = (
    "provision", "difference", "answer", "interview rule", "interview words", "term", "sum", "wording", "bill", "recommendation",
    "page", "bank question", "test case", "test",
)


class Rest(msgspec.Struct, frozen=True, order=True):
    """One thing that rests on a provision."""

    kind: str  # one of KINDS
    what: str  # "penalty@trafficking (es)"
    where: str  # the file, from the repository's root, with the line where there is one
    exact: bool  # whether it names this very provision, or its whole section only


class _Wanted:
    """The provisions asked for, and which cites touch them."""

    def __init__(self, cites: Iterable[str]) -> None:
        self.cites = tuple(Cite.parse(cite) for cite in cites)
        self.sections = {cite.section for cite in self.cites}
        numbers = "|".join(re.escape(section) for section in sorted(self.sections, key=len, reverse=True)) or r"\b\B"
        self._named = re.compile(rf"(?<![\w-])(?P<section>{numbers})(?![\w]|-\d)(?P<pins>(?:\([A-Za-z0-9]{{1,5}}\))*)")

    def touches(self, cite: str) -> bool | None:
        """True where ``cite`` is one of them, stands in one or holds one; False for its section only; None for another section."""
        try:
            other = Cite.parse(cite)
        except ValueError:
            return None
        if other.section not in self.sections:
            return None
        return any(one.covers(other) or (other.covers(one) and bool(other.pins)) or one == other for one in self.cites)

    def named_in(self, text: str) -> bool | None:
        """The same of the provisions that a text names; the closest counts."""
        found = [self.touches(match["section"] + match["pins"]) for match in self._named.finditer(text)]
        return any(found) if found else None


def on(content: Content, cites: Iterable[str], root: Path) -> tuple[Rest, ...]:
    """What rests on the provisions ``cites``, by kind, what names them exactly first.

    Args:
        cites: such as ``53a-192a(c)``; a section stands for all of its provisions.
        root: the repository, for rules and tests; what is not there is left out.
    """
    wanted = _Wanted(cites)
    topics: dict[str, bool] = {}
    found = [
        *_provisions(content, wanted), *_answers(content, wanted, topics), *_interviews(content, wanted), *_rules(content, wanted, root),
        *_terms(content, wanted), *_wording(content, wanted), *_documents(content, wanted), *_pages(content, wanted),
        *_bank(wanted, topics, root), *_cases(content, wanted, root), *_tests(wanted, root),
    ]
    shown = {rest: msgspec.structs.replace(rest, where=_from(root, rest.where)) for rest in found}
    return tuple(sorted(dict.fromkeys(shown.values()), key=lambda rest: (KINDS.index(rest.kind), not rest.exact, rest.what, rest.where)))


def _from(root: Path, where: str) -> str:
    return where.removeprefix(f"{root}/")


def _provisions(content: Content, wanted: _Wanted) -> Iterator[Rest]:
    for section in content.sections.values():
        file = str(content.origin[f"section:{section.section}"])
        for place, version in enumerate(section.versions):
            when = "" if place == 0 else f" as of {version.effective}"
            for provision in version.provisions:
                cite = section.section + provision.id
                touched = wanted.touches(cite) or (wanted.named_in(provision.says) if section.section not in wanted.sections else None)
                if touched:
                    yield Rest("provision", f"{cite}{when}", file, section.section in wanted.sections)
        for difference in section.differences:
            if (touched := wanted.touches(section.section + difference.provision)) is not None:
                yield Rest("difference", f"{section.section}:{difference.id} ({difference.source})", file, touched)


def _answers(content: Content, wanted: _Wanted, topics: dict[str, bool]) -> Iterator[Rest]:
    for lang in LANGUAGES:
        for key, answer in content.answers[lang].items():
            lengths: dict[str, bool] = {}
            for length, sentence in sentences_of(answer):
                for cite in sentence.cites:
                    if (touched := wanted.touches(cite)) is not None:
                        lengths[length] = lengths.get(length, False) or touched
            if lengths:
                topic = key.partition("@")[0]
                topics[topic] = topics.get(topic, False) or any(lengths.values())
                yield Rest("answer", f"{key} ({lang}: {', '.join(lengths)})", str(content.origin[f"answer:{lang}:{key}"]), any(lengths.values()))


def _interviews(content: Content, wanted: _Wanted) -> Iterator[Rest]:
    for lang in LANGUAGES:
        for name, words in content.interview_words[lang].items():
            for key, sentences in words.findings.items():
                touched = [hit for sentence in sentences for cite in sentence.cites if (hit := wanted.touches(cite)) is not None]
                if touched:
                    yield Rest("interview words", f"{name}: {key} ({lang})", str(content.origin[f"interview:{lang}:{name}"]), any(touched))


def _rules(content: Content, wanted: _Wanted, root: Path) -> Iterator[Rest]:
    """Where a rule of an interview reads a provision: a cite among the constants of its code, or what a term says of it."""
    read_of_terms = {"felony_class", "outcome"} & {
        name for terms in content.terms.values() for term in terms if term.provision and wanted.touches(term.provision) is not None
        for name in ("felony_class", "outcome") if getattr(term, name)
    }
    for path in sorted((root / "bot" / "interviews" / "rules").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        notes = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
        functions = [node for node in tree.body if isinstance(node, ast.FunctionDef)]
        for node in ast.walk(tree):
            if isinstance(node, ast.Attribute) and node.attr in read_of_terms and not _is_of_facts(node):
                yield Rest("interview rule", f"{path.stem}.{_holder(functions, node)} reads {node.attr} of its terms", f"{path}:{node.lineno}", False)
            cited = node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in notes else ""
            if isinstance(node, ast.expr) and (touched := wanted.named_in(cited)) is not None:
                yield Rest("interview rule", f"{path.stem}.{_holder(functions, node)} reads {cited}", f"{path}:{node.lineno}", touched)


def _is_of_facts(node: ast.Attribute) -> bool:
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "facts")


def _holder(functions: list[ast.FunctionDef], node: ast.expr) -> str:
    """The function that ``node`` stands in."""
    return next((one.name for one in functions if one.lineno <= node.lineno <= (one.end_lineno or one.lineno)), "constants")


def _terms(content: Content, wanted: _Wanted) -> Iterator[Rest]:
    for subject, terms in content.terms.items():
        for term in terms:
            if term.provision and (touched := wanted.touches(term.provision)) is not None:
                classed = f", {term.felony_class}" if term.felony_class else ""
                yield Rest("term", f"{term.id} ({subject}{classed})", str(content.origin[f"term:{subject}:{term.id}"]), touched)
    for topic in content.topics.values():
        if topic.counted_by and (touched := wanted.touches(topic.counted_by)) is not None:
            yield Rest("sum", f"{topic.topic} counts {topic.counts} by {topic.counted_by}", str(content.origin[f"topic:{topic.topic}"]), touched)


def _wording(content: Content, wanted: _Wanted) -> Iterator[Rest]:
    """The bot's own furniture that names the section."""
    for lang in LANGUAGES:
        for key, text in content.phrases[lang].items():
            if key.startswith("differences."):
                if key.removeprefix("differences.").partition(":")[0] in wanted.sections:
                    yield Rest("wording", f"{key} ({lang})", str(content.origin[f"phrase:{lang}:{key}"]), False)
            elif (touched := wanted.named_in(text)) is not None:
                yield Rest("wording", f"{key} ({lang})", str(content.origin[f"phrase:{lang}:{key}"]), touched)


def _documents(content: Content, wanted: _Wanted) -> Iterator[Rest]:
    for bill in content.bills.values():
        file = str(content.origin[f"bill:{bill.bill}"])
        for part in bill.sections:
            for cite in (*part.enacted_as, *filter(None, [part.amends])):
                if (touched := wanted.touches(cite)) is not None:
                    yield Rest("bill", f"{bill.bill} § {part.number}", file, touched)
            for outcome in part.outcomes:
                touched_by = [hit for cite in outcome.cites if (hit := wanted.touches(cite)) is not None]
                if touched_by:
                    yield Rest("bill", f"{bill.bill} § {part.number}, what became of it: {outcome.point}", file, any(touched_by))
    for number, asked in content.recommendations.items():
        touched_by = [hit for cite in asked.cites if (hit := wanted.touches(cite)) is not None]
        if touched_by:
            yield Rest("recommendation", f"recommendation {number}", str(content.origin[f"recommendations:{number}"]), any(touched_by))


def _pages(content: Content, wanted: _Wanted) -> Iterator[Rest]:
    for section in sorted(wanted.sections & content.sections.keys()):
        yield Rest("page", f"/law/{file_name(section)}", "", True)
    for other in content.sections.values():
        if wanted.sections & set(other.related) or Cite.parse(other.formerly or "-").section in wanted.sections:
            yield Rest("page", f"/law/{file_name(other.section)} refers to it", "", False)


def _bank(wanted: _Wanted, topics: dict[str, bool], root: Path) -> Iterator[Rest]:
    """The questions whose right answer cites the section, and of them exactly those whose topic rests on the provision."""
    for path in sorted((root / "tests" / "bank").glob("questions.*.yml")):
        for question in read_yaml(path) or ():
            cites = [str(cite) for cite in (*question.get("cites", ()), *question.get("also_cites", ()))]
            if any(Cite.parse(cite).section in wanted.sections for cite in cites):
                yield Rest("bank question", f'"{question["ask"]}" ({question["topic"]})', str(path), topics.get(question["topic"], False))


def _cases(content: Content, wanted: _Wanted, root: Path) -> Iterator[Rest]:
    """Test cases that name the section, and those of an interview that end in a finding which cites it."""
    for path in sorted((root / "tests" / "cases").rglob("*.yml")):
        findings = content.interview_words[LANGUAGES[0]][path.stem].findings if path.stem in content.interviews else {}
        resting = {key: hits for key, said in findings.items() if (hits := [
            hit for sentence in said for cite in sentence.cites if (hit := wanted.touches(cite)) is not None])}
        for case in _mappings(read_yaml(path)):
            texts = [str(case[key]) for key in ("cite", "cites", "rests_on") if key in case]
            touched = [hit for text in texts if (hit := wanted.named_in(text)) is not None]
            found = case.get("finds")
            touched += [any(resting[key]) for key in found if key in resting] if isinstance(found, list) else []
            if touched:
                yield Rest("test case", str(case.get("name") or case.get("cite")), str(path), any(touched))


def _mappings(data: object) -> Iterator[dict[str, object]]:
    if isinstance(data, dict):
        yield data
        for value in data.values():
            yield from _mappings(value)
    elif isinstance(data, list):
        for value in data:
            yield from _mappings(value)


def _tests(wanted: _Wanted, root: Path) -> Iterator[Rest]:
    """Tests whose own code names the section."""
    for path in sorted((root / "tests").glob("test_*.py")):
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith("test"):
                first = min([node.lineno, *(one.lineno for one in node.decorator_list)])
                texts = [one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)]
                touched = [hit for text in texts if (hit := wanted.named_in(text)) is not None]
                if touched:
                    yield Rest("test", node.name, f"{path}:{first}", any(touched))
