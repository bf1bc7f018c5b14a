"""Bills, recommendations, the summary and the Council: what is asked of them is said first, in both languages."""

from __future__ import annotations

import pytest

from bot.answers.ranking import Ranking, offered, stems
from bot.desk import Desk
from bot.reply import Clause, Memory, Question, Reply
from bot.service import respond


def ask(desk: Desk, text: str, topic: str = "", sure: float = 1.0, memory: Memory = Memory(), channel: str = "web") -> Reply:
    """The first reply to a message that the classifier takes for ``topic``."""
    clause = Clause(text, ((topic, sure),) if topic else ())
    return respond(desk, Question(text=text, clauses=(clause,), memory=memory, channel=channel)).replies[0]


@pytest.mark.parametrize(
    ("text", "first", "cite"),
    [
        ("what was section 7 of the 2006 bill", "victim security account", "bill-2006 § 7"),
        ("§ 7(b) of H.B. 6657", "vacate any conviction", "bill-2021 § 7"),
        ("does section 3 of the 2006 bill apply now? is it law?", "It is law today as section 31-51vv", "31-51vv"),
        ("was section 6 of the 2006 bill ever enacted", "It is not law today", "bill-2006 § 6"),
        ("2013 bill section 4: who was to pick the police officer", "The speaker of the House", "bill-2013 § 4"),
        ("when was section 1 of HB 6657 to take effect", "July 1, 2021", "bill-2021 § 1"),
        ("in the 2006 bill, how much money for the judicial department", "$100,000", "bill-2006 § 9"),
        ("how many groups of crimes were in the 2006 bill's racketeering list", "19 groups", "bill-2006 § 2"),
        ("what was the purpose statement of the 2013 bill", "4 aims", "bill-2013"),
        ("¿La sección 4 del proyecto de 2006 es ley hoy?", "Es ley hoy como sección 52-571i", "52-571i"),
        ("en el proyecto de 2013, ¿quién nombra al policía?", "presidente de la Cámara", "bill-2013 § 4"),
        ("¿cuándo se firmó el H.B. 6657?", "16 de junio de 2021", "P.A. 21-103"),
    ],
)
def test_a_bill_is_answered_for_by_the_sentence_that_is_asked_for(desk: Desk, text: str, first: str, cite: str) -> None:
    lang = "es" if text.startswith(("¿", "en el")) else "en"
    reply = ask(desk, text, memory=Memory(lang=lang))
    assert first in reply.lines[0].text
    assert cite in reply.lines[0].cites
    assert ("not the law" if lang == "en" else "no la ley") in reply.title


@pytest.mark.parametrize(("lang", "document"), [("en", "bill"), ("es", "proyecto")])
def test_every_section_of_every_bill_says_what_it_proposed_and_whether_it_is_law(desk: Desk, lang: str, document: str) -> None:
    for year in (2006, 2013, 2021):
        bill = desk.store.bill(year)
        assert bill is not None
        for section in {part["section"] for part in bill["parts"]}:
            wording = desk.store.answer(f"bill_{year}", lang, section)
            assert wording is not None, (year, section)
            assert f"bill-{year} § {section}" in wording.full[0].cites
            assert sum("law today" in one.asked or "ley hoy" in one.asked for one in wording.full) == 1, (year, section)
            assert document in wording.title.lower()


def test_a_section_that_the_bill_does_not_have_is_said_so(desk: Desk) -> None:
    reply = ask(desk, "section 12 of the 2006 bill")
    assert reply.kind == "not_found"
    assert "12" in reply.lines[0].text
    assert reply.choices


def test_a_follow_up_stays_with_the_section_that_was_shown(desk: Desk) -> None:
    question = Question(text="section 5 of the 2006 bill", clauses=(Clause("section 5 of the 2006 bill", ()),), memory=Memory())
    memory = respond(desk, question).memory
    assert (memory.topic, memory.variant) == ("bill_2006", "5")
    assert "part of it is law today" in ask(desk, "is it law today?", memory=memory).lines[0].text
    assert ask(desk, "and section 6?", memory=memory).variant == "6"
    spanish = Memory(lang="es", topic="bill_2006", variant="5")
    assert "en parte es ley hoy" in ask(desk, "¿es ley hoy?", "currentness", 0.95, memory=spanish).lines[0].text


def test_another_clear_question_after_a_bill_is_no_follow_up(desk: Desk) -> None:
    reply = ask(desk, "penalty for buying sex from a minor", "offense_buying_minor", memory=Memory(topic="bill_2013"))
    assert reply.topic == "offense_buying_minor"


@pytest.mark.parametrize(
    ("text", "number", "first"),
    [
        ("recommendation 6", "6", "Not done"),
        ("why did they want recommendation 1", "1", "reasons"),
        ("is the third recommendation law", "3", "Done in part"),
        ("what did the council recommend on § 53a-86", "2", "Not done"),
        ("what did the council recommend about the sex offender registry", "5", "54-250"),
        ("recomendación 7", "7", "se cumplió"),
    ],
)
def test_a_recommendation_tells_its_fate_and_why_first_where_why_is_asked(desk: Desk, text: str, number: str, first: str) -> None:
    reply = ask(desk, text, memory=Memory(lang="es" if "ó" in text else "en"))
    assert (reply.topic, reply.variant) == ("recommendations", number)
    assert first in reply.lines[0].text


@pytest.mark.parametrize(
    ("text", "says", "cite"),
    [
        ("is the summary right to cite 53-396 for the penalty", "It stands in § 53-397", "53-397(a)"),
        ("does the summary say that DCF must help", "The law says it may", "17a-106f(a)"),
        ("the summary gives $1,000 a day, correct?", "not more than $1,000", "52-571i"),
        ("¿el resumen dice que se exige petición para borrar los registros juveniles?", "petición", "46b-146(B)"),
    ],
)
def test_the_point_on_which_the_summary_differs_is_found(desk: Desk, text: str, says: str, cite: str) -> None:
    reply = ask(desk, text, memory=Memory(lang="es" if "¿" in text else "en"))
    assert says in reply.lines[0].text
    assert cite in reply.lines[0].cites


def test_no_difference_is_claimed_only_where_none_names_the_section(desk: Desk) -> None:
    assert "53-397" in ask(desk, "where do the sources differ on § 53-396", "differences").lines[0].text
    none = desk.say("en", "cards.no_differences", section="53a-12")
    assert ask(desk, "where do the sources differ on § 53a-12", "differences").lines[0].text == none


def test_the_summary_may_not_be_quoted_and_says_so(desk: Desk) -> None:
    assert "asks not to be quoted" in ask(desk, "may I quote the rotary summary?").lines[0].text
    assert "pide que no se lo cite" in ask(desk, "¿Puedo citar el resumen?", memory=Memory(lang="es")).lines[0].text


def test_a_recommendation_that_was_never_made_is_said_so_and_the_list_offered(desk: Desk) -> None:
    reply = ask(desk, "recommendation 9")
    assert reply.kind == "not_found"
    assert "9" in reply.lines[0].text and "recommendations" in reply.lines[0].text
    assert [choice.id for choice in reply.choices] == ["topic:recommendations"]


def test_which_recommendations_were_done_is_told_of_all_of_them(desk: Desk) -> None:
    assert ask(desk, "which recommendations were done", "recommendations").lines[0].text.startswith("Done: 1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("is there a seat for massage therapists", "Senate minority leader"),
        ("who chooses the judge", "Chief Court Administrator"),
        ("how many members in 2022", "35 members"),
        ("will charges be dropped automatically", "not dropped by themselves"),
        ("where is its office", "18-20 Trinity Street"),
    ],
)
def test_a_follow_up_on_the_council_is_answered_from_its_seats_numbers_and_plan(desk: Desk, text: str, says: str) -> None:
    reply = ask(desk, text, "vacatur_judge", 0.95, memory=Memory(topic="council_members", cites=("46a-170(b)",)))
    assert any(says in line.text for line in reply.lines[:2])


def test_by_text_message_only_the_sentence_asked_for_is_sent(desk: Desk) -> None:
    reply = ask(desk, "in the 2013 bill, when was the task force report due?", channel="sms")
    assert [line.text for line in reply.lines] == ["Its report to the Judiciary Committee was due by January 1, 2014."]


def test_a_rare_word_weighs_more_than_one_that_all_sentences_have() -> None:
    texts = [offered("The panel meets in May."), offered("The panel has a judge."), offered("The panel is paid $50.")]
    ranking = Ranking(texts)
    assert ranking.score(1, stems("the judges of the panel")) > ranking.score(0, stems("the judges of the panel"))
    assert ranking.covered(2, stems("how much is paid")) == 1.0


@pytest.mark.parametrize(("one", "other"), [("appoints", "appointed"), ("judge", "judges"), ("nombra", "nombró"), ("miembro", "miembros")])
def test_forms_of_a_word_are_compared_as_one(one: str, other: str) -> None:
    assert stems(one) == stems(other)
