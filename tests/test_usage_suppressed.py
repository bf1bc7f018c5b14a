"""What is shown of a month's counts tells of many and never of one, whatever else is shown beside it."""

from __future__ import annotations

from collections import defaultdict
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.settings import Settings
from gateway.usage.lines import ANSWERED, ANY, CHOICES, FALLBACKS, NONE, REASONS, Line, possible, what_of_reason
from gateway.usage.suppressed import shown

CHANNELS, LANGS = ("web", "page", "sms", "slack"), ("en", "es")
TOPICS = tuple(f"topic_{number}" for number in range(12))
WHATS = (ANSWERED, *FALLBACKS, *map(what_of_reason, REASONS))
LINES = tuple(Line(*each) for each in product(CHANNELS, LANGS, WHATS, TOPICS))
tables = st.dictionaries(st.sampled_from(LINES), st.integers(1, 30) | st.integers(1, 6), max_size=60)


@pytest.mark.parametrize("what", [ANSWERED, CHOICES])
@pytest.mark.parametrize(
    ("channels", "langs", "topics", "smallest", "most"),
    [(2, 1, 3, 2, 3), (2, 2, 2, 2, 2), (2, 1, 3, 3, 3), (3, 1, 2, 3, 3), (1, 2, 3, 3, 3), (4, 1, 1, 3, 4), (1, 1, 5, 3, 3), (3, 1, 2, 4, 4)],
)
def test_of_every_possible_table_no_line_with_too_few_is_known_not_to_be_empty(
    what: str, channels: int, langs: int, topics: int, smallest: int, most: int
) -> None:
    """All tables that would be shown alike are held against each other: what is the same in each of them is what a reader can work out."""
    lines = [Line(*each) for each in product(CHANNELS[:channels], LANGS[:langs], [what], TOPICS[:topics])]
    alike = defaultdict(list)
    for counts in product(range(most + 1), repeat=len(lines)):
        alike[frozenset(shown(dict(zip(lines, counts, strict=True)), lines, smallest).items())].append(counts)
    assert len(alike) > 5
    for told, tables in alike.items():
        for place in range(len(lines)):
            could_be = {table[place] for table in tables}
            assert 0 in could_be or min(could_be) >= smallest, (dict(told), lines[place], could_be)


@given(tables, st.integers(5, 9))
@settings(max_examples=60, deadline=None)
def test_every_number_is_a_whole_group_and_nothing_is_counted_twice(counts: dict[Line, int], smallest: int) -> None:
    told = shown(counts, LINES, smallest)
    assert all(number >= smallest and number % smallest == 0 for number in told.values())
    for what in WHATS:
        assert sum(number for line, number in told.items() if line.what == what) <= sum(n for line, n in counts.items() if line.what == what)
    for line, number in counts.items():
        assert line not in told or told[line] <= number
        assert number < smallest or line in told


@given(tables)
@settings(max_examples=60, deadline=None)
def test_what_too_few_asked_could_as_well_have_been_asked_of_another_subject(counts: dict[Line, int]) -> None:
    """The same report comes out when a few people ask something else that nobody asked: so it cannot tell what they asked."""
    few = sorted(line for line, number in counts.items() if number < 5)
    free = [topic for topic in TOPICS if not any(line.topic == topic for line in counts)]
    if not few or not free:
        return
    line = few[0]
    moved = {each: number for each, number in counts.items() if each != line} | {line._replace(topic=free[0]): counts[line]}
    before, after = shown(counts, LINES, 5), shown(moved, LINES, 5)
    named = {each for each in before if each.topic == line.topic and ANY in (each.channel, each.lang)}
    if not named:  # else others asked the same elsewhere, and it is a group of five or more that is named
        assert before == after


@given(tables)
@settings(max_examples=40, deadline=None)
def test_the_order_in_which_things_were_counted_changes_nothing(counts: dict[Line, int]) -> None:
    assert shown(dict(reversed(counts.items())), reversed(LINES), 5) == shown(counts, LINES, 5)


def test_four_of_each_are_shown_as_one_group_that_names_no_channel() -> None:
    counts = {Line(channel, "en", CHOICES, "topic_1"): 4 for channel in CHANNELS[:3]}
    assert shown(counts, LINES, 5) == {Line(ANY, ANY, CHOICES, "topic_1"): 10}


def test_where_there_are_two_ways_to_ask_only_a_group_over_both_would_tell_and_is_not_shown() -> None:
    """Eight in a pool of two lines, each below five, would be four and four."""
    lines = [Line(channel, "en", CHOICES, "topic_1") for channel in CHANNELS[:2]]
    assert shown(dict.fromkeys(lines, 4), lines, 5) == {}


def test_of_what_was_answered_the_place_stays_and_of_what_fell_back_the_subject() -> None:
    counts = {Line("web", "es", what, topic): 4 for what in (ANSWERED, CHOICES) for topic in TOPICS}
    assert shown(counts, LINES, 5) == {Line("web", "es", ANSWERED, ANY): 40, Line(ANY, ANY, CHOICES, ANY): 45}


def test_what_can_be_counted_here_is_what_a_group_has_to_hide_among() -> None:
    alone = set(possible(Settings(), None))
    assert {line.channel for line in alone} == {"web", "page"}
    assert {line.topic for line in alone if line.what == "not_found"} == {NONE}
    both = set(possible(Settings(public_url="https://x", twilio_auth_token="t", slack_signing_secret="s", slack_bot_token="b"), None))
    assert {line.channel for line in both} == set(CHANNELS)
