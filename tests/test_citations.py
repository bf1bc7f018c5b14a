"""What people type as a citation, and what only looks like one."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import paths
from bot.law.cite import Cite
from bot.law.content import read_yaml
from bot.law.records import Jurisdiction
from bot.nlp.citations import CitationReader

KNOWN = ("54-95c", "53a-192a", "53a-192", "53a-82", "52-571i", "44-4", "44-5", "54-193", "18 USC 1595", "18 USC ch. 77")
READER = CitationReader(msgspec.convert(read_yaml(paths.content_dir() / "jurisdiction.yml"), Jurisdiction), KNOWN)


@pytest.mark.parametrize(
    ("typed", "kind", "cite"),
    [
        ("53a-192a(b)?", "section", "53a-192a(b)"),
        ("C.G.S. § 54-95c", "section", "54-95c"),
        ("cgs 54-95c", "section", "54-95c"),
        ("Conn. Gen. Stat. Ann. § 52-571i", "section", "52-571i"),
        ("sec. 54-95 c", "section", "54-95c"),
        ("53a-192a c", "section", "53a-192a(c)"),
        ("sec 54-234a a", "section", "54-234a(a)"),
        ("section 53a-82 of the general statutes", "section", "53a-82"),
        ("subsection (b) of section 54-95c", "section", "54-95c(b)"),
        ("53A-192A(A)(2)(b)", "section", "53a-192a(a)(2)(B)"),
        ("54 95c", "section", "54-95c"),
        ("53a192a", "section", "53a-192a"),
        ("sección 54-95c", "section", "54-95c"),
        ("what about 54-193", "section", "54-193"),
        ("44-4", "section", "44-4"),
        ("53a-999z", "section", "53a-999z"),  # not in the store, but nothing else is written like this
        ("§ 192a", "section", "192a"),
        ("18 U.S.C. § 1595(a)", "section", "18 USC 1595(a)"),
        ("18 usc chapter 77", "section", "18 USC ch. 77"),
        ("PA 21-103", "act", "P.A. 21-103"),
        ("Public Act No. 16-71", "act", "P.A. 16-71"),
        ("HB 6657", "bill", "bill-2021"),
        ("Raised Bill No. 6657", "bill", "bill-2021"),
        ("53-278a to 53-278f, inclusive", "range", "53-278a to 53-278f"),
        ("section 4 of the 2006 bill", "bill", "bill-2006 § 4"),
        ("§ 7(b) of H.B. 6657", "bill", "bill-2021 § 7(b)"),
        ("H.B. 6657, section 7(b)", "bill", "bill-2021 § 7(b)"),
        ("the 2013 bill's section 4(b)(5)", "bill", "bill-2013 § 4(b)(5)"),
        ("sección 4 del proyecto de ley de 2006", "bill", "bill-2006 § 4"),
        ("recommendation 6", "paper", "recommendation 6"),
        ("the Council's recommendation 4", "paper", "recommendation 4"),
        ("la sexta recomendación", "paper", "recommendation 6"),
        ("S4's item 3", "paper", "recommendation 3"),
        ("the summary", "paper", "summary-2021"),
    ],
)
def test_a_citation_is_read_in_the_form_that_people_type(typed: str, kind: str, cite: str) -> None:
    assert [(m.kind, m.cite) for m in READER.find(typed)] == [(kind, cite)]


@pytest.mark.parametrize(
    "text",
    ["call 1-888-373-7888", "860-300-3845", "18-20 year olds", "since 2021-10-01", "24-7", "$1,000", "a 50-50 chance", "10-4", "",
     "what do you recommend", "my bill is due"],
)
def test_other_numbers_are_not_citations(text: str) -> None:
    assert READER.find(text) == []


pins = st.lists(st.sampled_from(["a", "b", "1", "2", "A", "10"]), max_size=3)


@given(st.sampled_from(KNOWN), pins)
def test_a_citation_survives_being_written_and_read(section: str, pin: list[str]) -> None:
    cite = Cite(section, tuple(pin))
    assert Cite.parse(str(cite)) == cite


@given(st.text(max_size=300))
def test_any_text_at_all_is_read_without_failing_and_places_are_true(text: str) -> None:
    for mention in READER.find(text):
        assert 0 <= mention.start < mention.end <= len(text)
