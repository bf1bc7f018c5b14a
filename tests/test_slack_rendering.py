"""What Slack is shown, without Slack: Block Kit's limits, the law command's words, its cards from the real store."""

from __future__ import annotations

import datetime as dt
import json
import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.desk import Desk
from bot.law.store import LawStore
from bot.nlp.citations import CitationReader
from bot.nlp.dates import DateMention
from bot.render import slack
from bot.render.block_kit import Message, cut, escape, messages, section
from bot.render.redline import bill_text, changes
from bot.render.slack_views import home
from bot.reply import Choice, Line, Question, Reply
from bot.safety import wording
from bot.service import respond
from gateway.shelf import Shelf
from gateway.slack import commands
from gateway.slack.command_line import Command, read
from gateway.slack.markup import typed
from tests.slack_web_api import block_problems, problems, view_problems

TODAY = dt.date(2026, 11, 21)
YEAR = {year: DateMention(dt.date(year, 1, 1), dt.date(year, 12, 31), "year") for year in (2015, 2016, 2022)}
JUNE = DateMention(dt.date(2015, 6, 1), dt.date(2015, 6, 1), "day")


@pytest.fixture(scope="module")
def shelf(store: LawStore) -> Shelf:
    return Shelf(store, CitationReader(store.jurisdiction, store.section_ids, store.acts))


def asked(shelf: Shelf, text: str) -> str:
    """Everything that a command shows, after each message was held to Slack's limits."""
    shown = commands.run(read(text, shelf.citations), shelf, lambda: TODAY)
    check(shown)
    return words_of(shown)


def words_of(shown: list[Message]) -> str:
    blocks = [block for message in shown for block in message.blocks]
    small = {id(block): "\n".join(e["text"] for e in block.get("elements", []) if isinstance(e["text"], str)) for block in blocks}
    return "\n".join(block["text"]["text"] if "text" in block else small[id(block)] for block in blocks)


def check(shown: list[Message]) -> None:
    assert shown
    for message in shown:
        body = {"text": message.text, "blocks": list(message.blocks), "unfurl_links": False, "unfurl_media": False}
        assert list(problems("chat.postMessage", body)) == []


# -- the command line -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("54-95c(b)", Command("card", cite="54-95c(b)")),
        ("C.G.S. § 54-95c (b)", Command("card", cite="54-95c(b)")),
        ("18 U.S.C. § 1595(a)", Command("card", cite="18 USC 1595(a)")),
        ("53a-192a 2015", Command("card", cite="53a-192a", dates=(YEAR[2015],))),
        ("53a-192a on June 1, 2015", Command("card", cite="53a-192a", dates=(JUNE,))),
        ("53a-82 February 30 2015", Command("card", cite="53a-82", wrong_date="February 30 2015")),
        ("history 53a-192a", Command("history", "en", cite="53a-192a")),
        ("historial 53a-192a", Command("history", "es", cite="53a-192a")),
        ("diff 53a-192a 2016 2022", Command("diff", "en", cite="53a-192a", dates=(YEAR[2016], YEAR[2022]))),
        ("diff 53a-192a June 1 2015 and 2022", Command("diff", "en", cite="53a-192a", dates=(JUNE, YEAR[2022]))),
        ("bill 2021 7", Command("bill", "en", year=2021, part="7")),
        ("bill 2021 § 7(b)", Command("bill", "en", year=2021, part="7(b)")),
        ("bill 2021", Command("bill", "en", year=2021)),
        ("differences 54-95c", Command("differences", "en", cite="54-95c")),
        ('search "registered mail"', Command("search", "en", text='"registered mail"')),
        ("cite 54-95c", Command("cite", "en", cite="54-95c")),
        ("share 54-95c(b)", Command("card", share=True, cite="54-95c(b)")),
        ("history 54-95c share", Command("history", "en", share=True, cite="54-95c")),
        ("es 54-95c", Command("card", "es", cite="54-95c")),
        ("interview vacatur", Command("interview", "en", text="vacatur")),
        ("", Command("help")),
        ("HELP", Command("help", "en")),
        ("ayuda", Command("help", "es")),
        ("histroy 53a-192a", Command("misuse", "en", text="history", near="history 53a-192a")),
        ("serch \"registered mail\"", Command("misuse", "en", text="search", near="search \"registered mail\"")),
        ("history", Command("misuse", "en", text="history")),
        ("diff 53a-192a 2016", Command("misuse", "en", text="diff")),
        ("bill seven", Command("misuse", "en", text="bill")),
        ("how is notice given under 54-95c?", Command("ask", text="how is notice given under 54-95c?")),
        ("history of the trafficking law", Command("ask", "en", text="history of the trafficking law")),
        ("difference between labor and sex trafficking", Command("ask", text="difference between labor and sex trafficking")),
        ("P.A. 21-103", Command("ask", text="P.A. 21-103")),
    ],
)
def test_a_command_is_read_as_it_is_meant(shelf: Shelf, text: str, command: Command) -> None:
    assert read(text, shelf.citations) == command


@given(st.text(max_size=200))
def test_whatever_is_typed_is_read_as_some_command_and_answered_within_the_limits(store: LawStore, text: str) -> None:
    shelf = Shelf(store, CitationReader(store.jurisdiction, store.section_ids, store.acts))
    command = read(text, shelf.citations)
    if command.name not in ("ask", "interview"):
        check(commands.run(command, shelf, lambda: TODAY))


def test_markup_is_taken_off_what_was_typed() -> None:
    assert typed("<@U0BOT> call <tel:+18605550100|860-555-0100> &amp; <mailto:a@b.org|a@b.org> in <#C1|general> <!here>") == (
        "call 860-555-0100 & a@b.org in general")


# -- the cards ----------------------------------------------------------------------------


def test_a_provision_comes_with_its_words_differences_gaps_history_and_official_link(shelf: Shelf) -> None:
    shown = asked(shelf, "54-95c(b)")
    for says in ("registered or certified mail", "In force since October 1, 2021", "P.A. 21-103 § 7", "The 2021 bill had the applicant tell",
                 "The number of the notice form was not found", "/ctlaw history 54-95c", "/ctlaw bill 2021 7", "cga.ct.gov", "November 21, 2026",
                 "not the official words"):
        assert says in shown


def test_a_defense_comes_with_who_has_to_prove_it(shelf: Shelf) -> None:
    shown = asked(shelf, "53a-82(b)")
    assert "Who has to prove it" in shown
    assert "preponderance of the evidence" in shown and "53a-12(b)" in shown
    assert "Who has to prove it" not in asked(shelf, "53a-82(d)")


def test_a_section_under_review_says_so_on_every_card(shelf: Shelf) -> None:
    for text in ("54-234a(c)", "history 54-234a", "differences 54-234a", "cite 54-234a", "diff 54-234a 2016 2022"):
        assert "P.A. 26-98 changed this section on October 1, 2026" in asked(shelf, text), text


def test_an_older_date_shows_what_was_law_then_and_that_it_reads_otherwise_today(shelf: Shelf) -> None:
    shown = asked(shelf, "53a-192a 2015")
    assert "In force from October 1, 2015 to September 30, 2016" in shown
    assert "Class B felony" in shown and "reads otherwise today" in shown
    assert "class A felony. That carries" not in shown


def test_history_tells_every_version_with_its_act(shelf: Shelf, store: LawStore) -> None:
    shown = asked(shelf, "history 53a-192a")
    for version in store.history("53a-192a"):
        assert version.acts[0] in shown and version.changed[:60] in shown


def test_a_difference_between_two_dates_is_marked_word_by_word(shelf: Shelf) -> None:
    shown = asked(shelf, "diff 53a-192a 2016 2022")
    assert "~Class B felony" in shown and "*(c)* *Trafficking in persons is a class A felony" in shown
    assert "P.A. 17-32 § 2" in shown and "P.A. 21-103 § 3" in shown
    assert re.search(r"~had~ \*has\* a legal right", shown)
    assert "did not change between" in asked(shelf, "diff 53a-192a 2022 2024")


def test_a_bill_is_never_shown_as_the_law(shelf: Shelf) -> None:
    shown = asked(shelf, "bill 2021 7")
    assert shown.startswith("PROPOSED, NOT THE LAW")
    assert "*Office of Victim Services" in shown.replace("\n", " ") and "~is~" in shown  # the redline
    assert "Enacted:" in shown and "P.A. 21-103" in shown
    assert "PROPUESTA, NO ES LA LEY" in asked(shelf, "proyecto 2021 7")
    for text in ("bill 2006 5", "bill 2013 3", "bill 2021"):
        assert asked(shelf, text).startswith("PROPOSED, NOT THE LAW")


def test_only_the_part_of_a_bill_that_was_asked_for_is_shown(shelf: Shelf) -> None:
    shown = asked(shelf, "bill 2021 7(d)")
    assert "wrongful arrest" in shown and "Office of Victim Services of the filing" not in shown


def test_differences_say_what_each_says_and_why_it_matters(shelf: Shelf) -> None:
    shown = asked(shelf, "differences 54-95c(b)")
    assert "It says:" in shown and "The law says:" in shown and "Why it matters:" in shown
    assert "no source document that differs" in asked(shelf, "differences 18 USC 1595")


def test_search_keeps_words_in_quotation_marks_together(shelf: Shelf) -> None:
    shown = asked(shelf, 'search "certified mail"')
    assert "54-95c(b)" in shown
    assert asked(shelf, "search “certified mail”") == shown
    assert "do not stand together" in asked(shelf, 'search "mail certified registered"')
    assert "Nothing in the store matches" in asked(shelf, "search zzzqqq")


@pytest.mark.parametrize(
    ("text", "cite"),
    [
        ("cite 54-95c", "```Conn. Gen. Stat. § 54-95c (2025)```"),
        ("cite 54-95c(b)", "```Conn. Gen. Stat. § 54-95c(b) (2025)```"),
        ("cite 18 USC 1595(a)", "```18 U.S.C. § 1595(a) (2024)```"),
    ],
)
def test_a_cite_is_written_to_copy_with_the_edition_that_was_checked(shelf: Shelf, text: str, cite: str) -> None:
    assert cite in asked(shelf, text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("53a-192b", "not in the store. The nearest are"),
        ("54-95c(z)", "The nearest are § 54-95c(a)"),
        ("54-95c 1990", "only from October 1, 2013"),
        ("53a-82 February 30 2015", "not a day on the calendar"),
        ("53a-82 2099", "2099 has not come yet"),
        ("53a-82 December 1 2026", "December 1, 2026 has not come yet"),
        ("diff 54-95c 1990 2022", "only from October 1, 2013"),
        ("bill 2020 7", "It has those of 2006, 2013, 2021"),
        ("bill 2021 99", "has no section 99"),
        ("histroy 53a-192a", "Did you mean `/ctlaw history 53a-192a`?"),
        ("history", "`/ctlaw history 53a-192a`. All commands: `/ctlaw help`"),
    ],
)
def test_wrong_use_is_told_what_is_right(shelf: Shelf, text: str, says: str) -> None:
    assert says in asked(shelf, text)


def test_a_command_in_spanish_is_answered_in_spanish(shelf: Shelf) -> None:
    for text, says in (("es 54-95c(b)", "correo registrado o certificado"), ("historial 53a-192a", "Creó el delito"),
                       ("diferencias 54-95c", "El proyecto de 2021"), ("ayuda", "`/ctlaw historial 53a-192a`")):
        shown = asked(shelf, text)
        assert says in shown
        assert "/ctlaw history" not in shown


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_section_and_bill_fits_into_slack(shelf: Shelf, lang: str) -> None:
    for cite in shelf.store.section_ids:
        for name in ("card", "history", "differences", "cite"):
            check(commands.run(Command(name, lang, cite=cite), shelf, lambda: TODAY))
        first, now = (DateMention(day, day, "day") for day in (shelf.store.history(cite)[0].effective, TODAY))
        check(commands.run(Command("diff", lang, cite=cite, dates=(first, now)), shelf, lambda: TODAY))
    for year in shelf.store.bill_years.values():
        for number in {part["section"] for part in (shelf.store.bill(year) or {})["parts"]}:
            shown = commands.run(Command("bill", lang, year=year, part=number), shelf, lambda: TODAY)
            check(shown)
            assert len(shown) <= 5  # what a response_url takes


def test_help_begins_with_the_numbers(shelf: Shelf) -> None:
    for text in ("help", "ayuda", ""):
        assert "911" in asked(shelf, text).splitlines()[0]


# -- replies -----------------------------------------------------------------------------


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_topics_answer_for_advocates_fits_into_slack(desk: Desk, lang: str) -> None:
    from bot.answers import topic

    for name in desk.store.topics:
        reply = topic.answer(desk, name, lang, advocate=True)
        if reply:
            shown = slack.render(reply, desk.store)
            check(shown)
            assert reply.lines[0].text.split("\n")[0][:40] in shown[0].text


def test_an_advocates_answer_leads_with_what_it_rests_on_and_holds_differences_and_gaps(desk: Desk) -> None:
    from bot.answers import topic

    reply = topic.answer(desk, "vacatur_how", "en", advocate=True)
    assert reply
    public = topic.answer(desk, "vacatur_how", "en")
    assert public and len(reply.lines) > len(public.lines)
    shown = words_of(slack.render(reply, desk.store))
    assert shown.index("reads so since October 1, 2021") < shown.index("The applicant carries the burden") < shown.index("First, check the charge")
    for says in ("Where a source does not say", "What no source here says", "/ctlaw differences 54-95c", "Law checked November 21, 2026"):
        assert says in shown


def test_a_whole_interview_fits_into_slack_and_is_offered_in_a_window_where_others_read(desk: Desk) -> None:
    for name in desk.store.interviews:
        turn = respond(desk, Question(text="", choice=f"interview:{name}", channel="slack", audience="advocate"))
        for _ in range(30):
            question = turn.replies[-1]
            check(slack.render(question, desk.store))
            if question.kind != "question":
                break
            turn = respond(desk, Question(text="", choice=question.choices[0].id, memory=turn.memory, audience="advocate"))
        assert turn.replies[-1].kind == "result", name
    offered = Reply(kind="answer", lang="es", lines=(Line("x"),), choices=(Choice("interview:vacatur", "Preguntas"),))
    private, public = (slack.render(offered, None, private=private)[0].blocks[-1]["elements"][0]["action_id"] for private in (True, False))
    assert (private, public) == ("choice:0", "window:0:es")


@given(st.text(alphabet=st.characters(codec="utf-8"), min_size=1, max_size=9000), st.integers(min_value=1, max_value=60))
@example("000000000***" + "\x1f" * 8 + "~" + "\U00010000" * 5, 34)  # as JSON each of these is up to twelve characters
def test_any_reply_fits_into_slack_and_mentions_nobody(text: str, times: int) -> None:
    choices = tuple(Choice(f"topic:{place}", (text * 3)[: 20 + place * 3] or "x") for place in range(times))
    lines = tuple(Line(text[:3000], ("54-95c",)) for _ in range(times))
    shown = slack.render(Reply(kind="answer", lang="en", lines=lines, choices=choices, title=text[:400]), None)
    for message in shown:
        assert list(block_problems(list(message.blocks))) == [] or not text.strip()
        assert len(message.blocks) <= 50 and len(json.dumps(message.blocks)) <= 13_000
        for block in message.blocks:
            if block["type"] == "section":
                assert not re.search(r"<[@!#]", block["text"]["text"])


@given(st.text(max_size=8000), st.integers(min_value=20, max_value=400))
def test_a_long_text_is_cut_and_loses_nothing_but_spaces(text: str, most: int) -> None:
    pieces = cut(escape(text), most)
    assert all(0 < len(piece) <= most for piece in pieces)
    assert re.sub(r"\s", "", "".join(pieces)) == re.sub(r"\s", "", escape(text))
    assert not any(re.search(r"&(?:a|am|amp|l|lt|g|gt)?$", piece) for piece in pieces)


@given(st.lists(st.text(min_size=1, max_size=2500).filter(str.strip), min_size=1, max_size=40))
def test_many_blocks_become_messages_that_slack_takes_in_order(texts: list[str]) -> None:
    blocks = [block for text in texts for block in section(escape(text))]
    shown = messages("fallback", blocks)
    assert [block for message in shown for block in message.blocks] == blocks
    assert all(len(message.blocks) <= 50 and message.text for message in shown)


WORDS = ["the", "court", "shall", "vacate", "any", "judgment", "of", "conviction", "(1)", "is,"]


@given(st.lists(st.sampled_from(WORDS), max_size=30), st.lists(st.sampled_from([*WORDS, "may", "(2)", "was,"]), max_size=30))
def test_a_redline_holds_both_texts(old: list[str], new: list[str]) -> None:
    shown = changes(" ".join(old), " ".join(new)).replace("\n", " ")
    kept = re.sub(r"~[^~]*~", " ", shown).replace("*", "")
    gone = re.sub(r"\*[^*]*\*", " ", shown).replace("~", "")
    assert kept.split() == new
    assert gone.split() == old


def test_a_bills_own_marks_become_slacks() -> None:
    shown = bill_text("24 adult victim; {--and (18) ten--}\n25 {++(18) a judge,++}\n26 public")
    assert shown == "24 adult victim; ~and (18) ten~\n25 *(18) a judge,*\n26 public"


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_home_tab_says_how_current_the_law_is_what_slack_keeps_and_the_numbers(store: LawStore, lang: str) -> None:
    view = home(store, lang, "https://bot.example.org")
    assert list(view_problems(view)) == []
    shown = json.dumps(view, ensure_ascii=False)
    for says in (wording.numbers(lang), wording.say("slack.home_retention", lang), "P.A. 26-98", "2026", "§ 54-234a"):
        assert says in shown
    assert list(view_problems(home(None, lang))) == []


def test_every_word_of_the_desk_stands_in_both_languages_and_can_be_typed_in_both() -> None:
    english, spanish = wording.of_file("slack", "en"), wording.of_file("slack", "es")
    assert english.keys() == spanish.keys()
    for lang in (english, spanish):
        names = [text for key, text in lang.items() if key.startswith("command_")]
        assert len(set(names)) == len(names) and all(" " not in name for name in names)
