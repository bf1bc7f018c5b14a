"""The chat widget: how its one file is made, and what must not be in it."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import httpx
import pytest

from bot.law.store import LawStore
from gateway import widget
from tests.chat_widget import SOURCES, WORDS

MOST_BYTES = 25_000


def test_modules_are_joined_after_those_they_import_without_import_export_or_comment() -> None:
    joined = widget.join({
        "chat.js": 'import { one, two } from "./numbers.js";\n// about it\n/** what it does */\nexport function chat() { return one + two; }\n',
        "numbers.js": "export const one = 1;\nexport const two = 2; // two\n",
    })
    assert joined == "const one = 1;\nconst two = 2; // two\nfunction chat() { return one + two; }\n"


@pytest.mark.parametrize(
    ("modules", "says"),
    [
        ({"a.js": "const x = 1;", "b.js": "export function x() {}"}, "x is declared in a.js and in b.js"),
        ({"a.js": 'import { x } from "./gone.js";'}, "a.js imports gone.js"),
        ({"a.js": 'import { x } from "./b.js";', "b.js": 'import { y } from "./a.js";'}, "import each other"),
        ({"a.js": 'import x from "./b.js";', "b.js": ""}, "a.js: write imports as"),
        ({"a.js": 'import {\n  x,\n} from "./b.js";', "b.js": ""}, "a.js: write imports as"),
        ({"a.js": "export default 1;"}, "a.js: write imports as"),
    ],
)
def test_modules_that_cannot_be_joined_are_refused_by_name(modules: dict[str, str], says: str) -> None:
    with pytest.raises(widget.BadModule, match=says):
        widget.join(modules)


def test_the_widget_is_one_file_of_less_than_25_kB_with_its_styles_and_words() -> None:
    made = widget.bundle()
    size = len(gzip.compress(made.body, 6))
    print(f"\nthe widget: {len(made.body):,} bytes, {size:,} gzipped")
    assert size < MOST_BYTES
    assert not re.search(rb"^(?:import|export)\b", made.body, re.M)


def test_nothing_is_parsed_as_html_evaluated_or_stored() -> None:
    never = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|srcdoc|\beval\(|new Function|setHTML"
        r"|javascript:|localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker|\bimport\("
    )
    for path in SOURCES:
        assert not never.search(path.read_text(encoding="utf-8")), path.name


def test_each_word_that_the_widget_says_is_written_and_each_that_is_written_is_said() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    built = {"shift_1", "shift_2", "idle_soon", "end_soon", "one_minute", "one_second", "minutes", "seconds", "text_refers", "text_referred"}
    said = set(re.findall(r'"([a-z]+(?:_[a-z0-9]+)*)"', source)) | built
    assert set(WORDS["en"]) <= said, set(WORDS["en"]) - said
    for key in re.findall(r'say\((?:[\w.#()]+), "(\w+)"', source) + re.findall(r'furniture\.text\(.*?, "(\w+)"\)', source):
        assert key in WORDS["en"], key


def test_modules_import_what_others_export_and_use_what_they_import() -> None:
    texts = {path.name: path.read_text(encoding="utf-8") for path in SOURCES} | {widget.GIVEN: widget.given()}
    for name, text in texts.items():
        for names, other in re.findall(r'^import \{ ([\w, ]+) \} from "\./([\w.-]+)";$', text, re.M):
            for each in names.split(", "):
                assert re.search(rf"^export (?:async )?(?:function|class|const) {each}\b", texts[other], re.M), f"{name} imports {each} of {other}"
                assert len(re.findall(rf"\b{each}\b", text)) > 1, f"{name} does not use {each}"


def test_every_official_page_of_the_store_may_be_linked(law_db: Path) -> None:
    sites = re.search(r"SITES = (\[.*?\]);", (widget.SOURCES / "links.js").read_text(encoding="utf-8"), re.S)
    assert sites
    known = json.loads(sites[1])
    store = LawStore(law_db)
    for section in store.section_ids:
        head = store.head(section)
        assert head
        host = httpx.URL(head.link).host
        assert any(host == name or host.endswith(f".{name}") for name in known), head.link
