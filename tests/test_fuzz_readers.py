"""What reads what people type, and what renders what they are told, given anything: a value every time, and never an exception."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from bot.desk import Desk
from bot.interviews import reading
from bot.law.numbers import stated
from bot.nlp import amounts, clauses, dates, language
from bot.nlp.folding import fold, whole
from bot.render import plain, slack, sms
from bot.render.segments import segments
from bot.reply import Choice, Line, Reply
from bot.safety.emergency import watch
from gateway.slack import guard, markup
from gateway.slack.command_line import read as read_command
from gateway.sms import keywords
from tests.fuzzing import COUNTS, TEXT, fuzzed
from tests.patience import patience
from tests.slack_web_api import block_problems

TODAY = dt.date(2026, 11, 21)


@fuzzed
@given(text=TEXT)
def test_citations_stand_where_they_were_read_and_can_be_looked_up(text: str, desk: Desk) -> None:
    COUNTS["reader: citations"] += 1
    with patience("citations"):
        for mention in desk.citations.find(text):
            assert text[mention.start : mention.end]
            if mention.kind == "section":
                desk.store.look_up(mention.cite)
                desk.store.look_up(mention.cite, dt.date(2015, 6, 1))
        for mention in desk.terms.find(text):
            assert 0 <= mention.start < mention.end
        read_command(text, desk.citations)


@fuzzed
@given(text=TEXT)
def test_dates_numbers_languages_and_clauses(text: str, desk: Desk) -> None:
    COUNTS["reader: dates, numbers, language"] += 1
    with patience("dates and numbers"):
        found = dates.find_date(text)
        assert found is None or isinstance(found, dates.ImpossibleDate) or found.first <= found.last
        amounts.days(amounts.in_figures(fold(text)))
        stated(text)
        assert language.detect(text) in ("en", "es", None)
        assert "".join(clauses.split(text)).split() is not None and len(clauses.halves(text)) in (0, 2)
        assert len(fold(text)) == len(text) and whole(text) == whole(whole(text))
        watch().look(text)
        guard.guard().look(text)
        markup.typed(text)
        keywords.read(text)
        keywords.number(text)
        keywords.is_reaction(text)


@fuzzed
@given(text=TEXT, lang=st.sampled_from(("en", "es")))
def test_an_interviews_answer_is_a_value_or_a_named_problem(text: str, lang: str, desk: Desk) -> None:
    for name, interview in desk.store.interviews.items():
        for step in interview.steps:
            COUNTS["reader: interview answers"] += 1
            with patience(f"{name}.{step.step}"):
                words = desk.store.interview_words[lang][name].steps[step.step]
                found = reading.read(step, words, text, desk.store.terms.get(step.subject, {}), TODAY)
            assert bool(found.value) != bool(found.problem)
            assert text not in (found.problem,) or not text


_WORDS = TEXT.filter(lambda text: bool(text.strip()))
_LINE = st.builds(
    Line, text=_WORDS, cites=st.lists(st.sampled_from(("53a-192a", "54-95c(b)", "18 USC 1595(a)", "P.A. 21-103")), max_size=3).map(tuple)
)
_REPLY = st.builds(
    Reply,
    kind=st.sampled_from(("answer", "choices", "info", "declined", "question", "result")),
    lang=st.sampled_from(("en", "es")),
    lines=st.lists(_LINE, min_size=1, max_size=4).map(tuple),
    title=st.one_of(st.just(""), _WORDS),
    choices=st.lists(st.builds(Choice, id=st.sampled_from(("topic:a", "answer:yes", "say:menu")), label=_WORDS), max_size=4).map(tuple),
)


@fuzzed
@given(reply=_REPLY)
def test_any_reply_fits_a_phone_and_slack(reply: Reply, desk: Desk) -> None:
    COUNTS["renderers: SMS, Slack, plain"] += 1
    with patience("rendering"):
        for page in sms.render([reply], "https://bot.example.org").pages:
            assert segments(page.text).count <= 3
        for message in slack.render(reply, desk.store):
            assert not list(block_problems(list(message.blocks)))
        assert plain.render(reply, desk.store)
