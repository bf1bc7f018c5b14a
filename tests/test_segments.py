"""What a text costs, and how it is laid out on pages: against the rule of GSM 03.38 stated a second time."""

from __future__ import annotations

import itertools
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.render.pages import MOST_SEGMENTS, Unit, lay_out
from bot.render.segments import BASIC, EXTENDED, is_gsm, segments

# The tables of 3GPP TS 23.038 by code, 16 to a row; code 0x1B is the escape to the extension table.
TABLE = (
    "@£$¥èéùìòÇ\nØø\rÅå" "Δ_ΦΓΛΩΠΨΣΘΞ\x1bÆæßÉ" " !\"#¤%&'()*+,-./" "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO" "PQRSTUVWXYZÄÖÑÜ§" "¿abcdefghijklmno" "pqrstuvwxyzäöñüà"
)
BEHIND_ESCAPE = {0x0A: "\f", 0x14: "^", 0x28: "{", 0x29: "}", 0x2F: "\\", 0x3C: "[", 0x3D: "~", 0x3E: "]", 0x40: "|", 0x65: "€"}

gsm = st.text(st.sampled_from(sorted(BASIC | EXTENDED)), max_size=700)
pairs = st.text(st.sampled_from("a{€~"), min_size=140, max_size=340)
anything = st.text(st.one_of(st.sampled_from("aé áíóú😀🏽👩{€’—"), st.characters(exclude_categories=("Cs",))), max_size=300)
texts = st.one_of(gsm, pairs, anything)


def septets(text: str) -> list[int]:
    """The text in the 7-bit alphabet, an extended character as escape and code. Raises ``ValueError`` where it has no code."""
    codes: list[int] = []
    for char in text:
        if char == "\x1b":
            raise ValueError("the escape is no character")
        behind = next((code for code, known in BEHIND_ESCAPE.items() if known == char), None)
        codes += [0x1B, behind] if behind is not None else [TABLE.index(char)]
    return codes


def code_units(text: str) -> list[int]:
    raw = text.encode("utf-16-be")
    return [int.from_bytes(raw[place : place + 2], "big") for place in range(0, len(raw), 2)]


def test_the_alphabet_is_the_standards_and_nothing_more() -> None:
    assert len(TABLE) == 128
    assert frozenset(TABLE) - {"\x1b"} == BASIC
    assert frozenset(BEHIND_ESCAPE.values()) == EXTENDED


@pytest.mark.parametrize(("text", "encoding", "units", "count"), [
    ("", "GSM-7", 0, 1),
    ("a" * 160, "GSM-7", 160, 1),
    ("a" * 161, "GSM-7", 161, 2),
    ("a" * 306, "GSM-7", 306, 2),
    ("a" * 307, "GSM-7", 307, 3),
    ("a" * 459, "GSM-7", 459, 3),
    ("a" * 460, "GSM-7", 460, 4),
    ("€" * 80, "GSM-7", 160, 1),
    ("€" * 81, "GSM-7", 162, 2),
    ("a" * 152 + "{" + "a" * 152, "GSM-7", 306, 3),  # the pair does not fit behind 152, so that 153 + 153 is not reached
    ("§¿¡ñéüÑ", "GSM-7", 7, 1),
    ("á" * 70, "UCS-2", 70, 1),
    ("á" * 71, "UCS-2", 71, 2),
    ("á" * 134, "UCS-2", 134, 2),
    ("á" * 135, "UCS-2", 135, 3),
    ("á" * 201, "UCS-2", 201, 3),
    ("á" * 202, "UCS-2", 202, 4),
    ("😀" * 35, "UCS-2", 70, 1),
    ("😀" * 36, "UCS-2", 72, 2),
    ("😀" * 67, "UCS-2", 134, 3),  # 33 to a part: half a character never stands at its end
    ("“quoted”", "UCS-2", 8, 1),
    ("a`b", "UCS-2", 3, 1),
    ("ç", "UCS-2", 1, 1),  # the alphabet has the capital only
])
def test_a_text_is_counted_as_carriers_count_it(text: str, encoding: str, units: int, count: int) -> None:
    found = segments(text)
    assert (found.encoding, found.units, found.count) == (encoding, units, count)


@given(texts)
@settings(max_examples=400)
def test_parts_hold_what_a_segment_holds_join_to_the_text_and_cut_no_character(text: str) -> None:
    found = segments(text)
    assert "".join(found.parts) == text
    try:
        encode, alone, joined = septets, 160, 153
        whole = encode(text)
    except ValueError:
        encode, alone, joined = code_units, 70, 67
        whole = encode(text)
    assert found.encoding == ("GSM-7" if encode is septets else "UCS-2")
    assert found.units == len(whole)
    parts = [encode(part) for part in found.parts]
    assert [code for part in parts for code in part] == whole
    assert (len(parts) == 1) == (len(whole) <= alone)
    if len(parts) > 1:
        assert all(0 < len(part) <= joined for part in parts)
        for part, after in itertools.pairwise(parts):
            assert part[-1] != 0x1B or encode is code_units
            assert not 0xD800 <= part[-1] <= 0xDBFF or encode is septets
            first = 2 if (encode is septets and after[0] == 0x1B) or (encode is code_units and 0xD800 <= after[0] <= 0xDBFF) else 1
            assert len(part) + first > joined  # no part is left emptier than it has to be


# -- pages --------------------------------------------------------------------------

words = st.one_of(
    st.sampled_from(["A", "person", "asks", "the", "court.", "Está", "año;", "¿Cuándo?", "(as", "we)", "$1,000", "1-888-373-7888",
                     "https://bot.example.org/law/54-95c", "—", "😀😀"]),
    st.text(st.characters(exclude_categories=("Cs", "Z", "Cc")), min_size=1, max_size=12),
)
wholes = st.sampled_from([
    "§ 54-95c(b)", "(§ 54-95c(a), (b)).", "18 USC 1595(a)", "P.A. 21-103 § 7", "October 1, 2021", "1 de octubre de 2021", "§ 53a-192a",
])
sentences = st.lists(st.one_of(words, wholes), min_size=1, max_size=60).map(" ".join)
units = st.lists(st.builds(Unit, sentences, st.sampled_from(["\n", " "])), min_size=1, max_size=12)
HINTS = ("Reply MORE for the rest.", "MORE")


def bodies(pages: list[str], head: str) -> list[str]:
    """What stands on the pages between the head and the hint."""
    found = []
    for place, page in enumerate(pages):
        body = page.removeprefix(head).removeprefix("\n")
        if place < len(pages) - 1:
            hint = next(line for line in HINTS if body.endswith("\n" + line))
            body = body.removesuffix("\n" + hint)
        found.append(body)
    return found


@given(units, st.sampled_from(["Info:", ""]))
@settings(max_examples=300)
def test_pages_lose_nothing_and_none_is_longer_than_three_segments(given_units: list[Unit], head: str) -> None:
    pages = [page.text for page in lay_out(given_units, head, lambda place: HINTS)]
    assert all(segments(page).count <= MOST_SEGMENTS for page in pages)
    kept = "".join(bodies(pages, head))
    assert re.sub(r"\s", "", kept) == re.sub(r"\s", "", "".join(unit.text for unit in given_units))


@given(units)
@settings(max_examples=300)
def test_no_page_ends_inside_a_word_a_number_a_cite_a_link_or_a_date(given_units: list[Unit]) -> None:
    pages = [page.text for page in lay_out(given_units, "Info:", lambda place: HINTS)]
    text = " ".join(unit.text for unit in given_units)
    for body in bodies(pages, "Info:"):
        assert all(word in text.split() for word in body.split())
        for whole in ("§", "18 USC", "P.A. 21-103 §", "October", "October 1,", "1 de octubre", "1 de octubre de", "(§ 54-95c(a),"):
            assert not re.search(rf"(?:^|\s){re.escape(whole)}$", body) or re.search(rf"{re.escape(whole)}$", given_units[-1].text) \
                or any(unit.text.endswith(whole) for unit in given_units)


@given(st.integers(1, 2000), st.sampled_from("aá😀"))
@settings(max_examples=60)
def test_a_word_longer_than_a_page_is_cut_and_not_lost(length: int, letter: str) -> None:
    pages = [page.text for page in lay_out([Unit(letter * length)], "Info:", lambda place: HINTS)]
    assert all(segments(page).count <= MOST_SEGMENTS for page in pages)
    assert "".join(bodies(pages, "Info:")) == letter * length


@given(st.lists(st.tuples(sentences, st.booleans()), min_size=1, max_size=15))
@settings(max_examples=200)
def test_a_page_says_up_to_which_number_choices_were_shown(lines: list[tuple[str, bool]]) -> None:
    numbered: list[Unit] = []
    for text, choice in lines:
        number = sum(unit.number > 0 for unit in numbered) + 1
        numbered.append(Unit(f"<{number}> {text}", number=number) if choice else Unit(text.replace("<", "")))
    pages = lay_out(numbered, "Info:", lambda place: HINTS)
    assert pages[-1].shown == max(unit.number for unit in numbered)
    seen = 0
    for page in pages:
        for number in range(1, page.shown + 1):
            assert any(f"<{number}>" in before.text for before in pages[: pages.index(page) + 1])
        assert page.shown >= seen
        seen = page.shown


def test_english_that_the_alphabet_lacks_is_written_with_what_it_has() -> None:
    from bot.render.sms import fold

    assert fold("“O’Brien” — it’s… Núñez\u00a0• `x`", "en") == "\"O'Brien\" - it's... Nuñez - 'x'"
    assert fold("“Sí”… ¿cuánto?", "es") == '"Sí"... ¿cuánto?'


@given(anything)
@settings(max_examples=200)
def test_whatever_the_core_brings_english_stays_in_the_alphabet(text: str) -> None:
    from bot.render.sms import fold

    assert is_gsm(fold(text, "en"))
