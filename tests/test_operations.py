"""What an operator sees of a turn: nothing of anyone's words, and of what was asked only what many asked."""

from __future__ import annotations

import json
import subprocess
import sys
import urllib.request
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from prometheus_client import generate_latest
from prometheus_client.parser import text_string_to_metric_families
from starlette.testclient import TestClient

from bot import paths
from gateway.app import create_app
from gateway.operations import turn as under_way
from gateway.operations.doors import Doors
from gateway.operations.grouped import DAY, Grouped
from gateway.operations.log import BUCKETS, HELD_SECONDS, PLAIN, TOPICS, TurnLog
from gateway.operations.metrics import Metrics
from gateway.operations.turn import OUTCOMES, Turn, Turns
from gateway.settings import BadSetting, Settings
from tests.channels import gateway, lines, stand_in_rasa
from tests.running import free_port
from tests.slack_web_api import web_api

SUE = "how much can i sue my trafficker for"
DANGER = "he is outside my door with a knife"
MARKS = ("Zyxwvut", "Marigold", "860-555-0142", "8605550142")
MARKED = f"my name is {MARKS[0]} {MARKS[1]}, {MARKS[2]}"


class Clock:
    """Seconds that a test sets."""

    def __init__(self, now: float = 20_000 * DAY) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def turn(**fields: object) -> Turn:
    made = Turn("web", 0.0, lambda ended: None)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def samples(metrics: Metrics) -> dict[str, float]:
    """Every number that a scrape would bring, by its name and labels."""
    text = generate_latest(metrics.registry).decode()
    return {
        f"{sample.name}{sorted(sample.labels.items())}": sample.value
        for family in text_string_to_metric_families(text) for sample in family.samples if sample.name.startswith("charter_oak_")
    }


# -- what a line says ------------------------------------------------------------------------


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_line_of_a_public_service_tells_no_subject_no_language_and_no_emergency(clock: Clock) -> None:
    written: list[str] = []
    log = TurnLog("plain", written.append, clock)
    log.add(turn(kind="answer", lang="es", topic="vacatur_how", seconds=0.03, who=b"x"))
    log.add(turn(kind="emergency", lang="en", seconds=0.001))
    log.flush()
    assert written[0] == written[1] == '{"time": "2024-10-04T00:00Z", "channel": "web", "outcome": "answered", "took": "under 0.25 s"}'


def test_lines_wait_until_their_ten_minutes_are_over_and_bear_the_time_at_which_those_began(clock: Clock) -> None:
    written: list[str] = []
    log = TurnLog("plain", written.append, clock)
    clock.now += 423
    log.add(turn())
    log.write_what_is_due()
    assert not written
    clock.now += HELD_SECONDS
    log.write_what_is_due()
    assert [json.loads(line)["time"] for line in written] == ["2024-10-04T00:00Z"]
    log.add(turn())
    log.flush()
    assert json.loads(written[1])["time"] == "2024-10-04T00:10Z"


def test_the_order_of_the_lines_is_not_the_order_of_the_turns(clock: Clock) -> None:
    orders = set()
    for _ in range(40):
        written: list[str] = []
        log = TurnLog("plain", written.append, clock)
        for part in "abcdef":
            log.add(turn(part=part))
        log.flush()
        orders.add("".join(json.loads(line)["part"] for line in written))
    assert len(orders) > 5


def test_on_ones_own_machine_a_line_may_tell_the_subject_at_once(clock: Clock) -> None:
    written: list[str] = []
    TurnLog("topics", written.append, clock).add(turn(kind="answer", lang="en", topic="vacatur_how", seconds=3.0))
    line = json.loads(written[0])
    assert line["topic"] == "vacatur" and line["language"] == "en" and line["kind"] == "answer" and line["took"] == "under 4 s"
    TurnLog("topics", written.append, clock).add(turn(kind="answer", lang="en", topic="a name that is no topic"))
    assert json.loads(written[1])["topic"] == "other"


def test_subjects_are_not_logged_where_the_service_is_public() -> None:
    assert Settings.read({}).log_turns == "plain"
    assert Settings.read({"LOG_TURNS": "topics"}).log_turns == "topics"
    for environ in ({"LOG_TURNS": "topics", "PUBLIC_URL": "https://bot.example.org"}, {"LOG_TURNS": "everything"}):
        with pytest.raises(BadSetting, match="LOG_TURNS"):
            Settings.read(environ)


@given(st.builds(turn, outcome=st.sampled_from(OUTCOMES), kind=st.text(max_size=9), lang=st.text(max_size=3), topic=st.text(max_size=9),
                 seconds=st.floats(0, 1000), who=st.binary(max_size=12)))
def test_whatever_a_turn_holds_a_line_has_allowed_fields_only_and_none_tells_who(held: Turn) -> None:
    for mode, allowed in (("plain", PLAIN), ("topics", TOPICS)):
        written: list[str] = []
        log = TurnLog(mode, written.append, Clock())
        log.add(held)
        log.flush()
        assert set(json.loads(written[0])) <= set(allowed)
    log = TurnLog("off", written.append, Clock())
    log.add(held)
    log.flush()
    assert len(written) == 1


# -- numbers of many, never of one ----------------------------------------------------------------

Visit = tuple[int, str, str]  # the day, who, and about what
visits = st.lists(st.tuples(st.integers(0, 4), st.sampled_from([f"person {n}" for n in range(9)]), st.sampled_from("abc")), max_size=80)


def published(history: list[Visit], smallest: int = 5) -> dict[tuple[int, str], int]:
    """What each scrape after the end of a day shows that the one before did not: by day and subject."""
    clock, more = Clock(), {}
    day = [0]
    grouped = Grouped(smallest, lambda labels, by: more.update({(day[0], labels[0]): by}), clock)
    for day[0] in range(6):
        begun = Clock().now + day[0] * DAY
        for visit in [visit for visit in history if visit[0] == day[0]]:
            clock.now = max(clock.now, begun) + 1
            before = dict(more)
            grouped.add((visit[2],), visit[1].encode())
            assert more == before, "a question moved a counter"
        clock.now = begun + DAY
        grouped.close_the_day()
    return more


@given(visits)
@hypothesis_settings(max_examples=300)
def test_a_counter_grows_by_whole_groups_and_only_by_people_of_that_very_day(history: list[Visit]) -> None:
    for (day, about), more in published(history).items():
        that_day = {who for when, who, what in history if when == day and what == about}
        assert more % 5 == 0 and 5 <= more <= len(that_day)


@given(visits, st.sampled_from([f"person {n}" for n in range(9)]))
@hypothesis_settings(max_examples=300)
def test_without_one_person_nothing_changes_but_where_four_others_asked_the_same_that_day(history: list[Visit], someone: str) -> None:
    """What a reader of two scrapes can tell of one person: at most that she may be one of five."""
    everyone, others = published(history), published([visit for visit in history if visit[1] != someone])
    for day, about in {key for key in {**everyone, **others} if everyone.get(key) != others.get(key)}:
        with_her = {who for when, who, what in history if when == day and what == about}
        assert someone in with_her and len(with_her - {someone}) >= 4


@given(st.integers(1, 400))
def test_one_person_who_asks_again_and_again_is_counted_once_and_so_never_shown(times: int) -> None:
    assert published([(0, "person 1", "a")] * times) == {}


def test_those_of_whom_nothing_is_known_count_as_one() -> None:
    assert published([(0, "", "a")] * 50 + [(0, f"person {n}", "a") for n in range(3)]) == {}
    assert published([(0, "", "a")] * 50 + [(0, f"person {n}", "a") for n in range(4)]) == {(0, "a"): 5}


def test_what_did_not_suffice_for_a_day_is_not_carried_to_the_next() -> None:
    """Carried over, the visit of a day's only visitor would make it full."""
    assert published([(0, f"person {n}", "a") for n in range(4)] + [(1, "person 8", "a")]) == {}


def test_the_smallest_group_can_be_raised_and_not_lowered() -> None:
    assert Settings.read({"METRICS_SMALLEST_GROUP": "20"}).smallest_group == 20
    for number in ("0", "1", "4", "-1", "five"):
        with pytest.raises(BadSetting, match="METRICS_SMALLEST_GROUP"):
            Settings.read({"METRICS_SMALLEST_GROUP": number})


kinds = st.sampled_from(["answer", "emergency", "choices", "not_found", "declined", "info", "question"])
topics = st.sampled_from(["vacatur_how", "", "sue_amount", "no such topic"])


@given(kinds, kinds, topics, topics, st.sampled_from(["en", "es"]), st.sampled_from(["en", "es"]), st.floats(0, 0.25), st.floats(0, 0.25))
def test_two_questions_cannot_be_told_apart_by_what_is_shown_at_once(
    kind: str, other: str, topic: str, another: str, lang: str, other_lang: str, took: float, longer: float
) -> None:
    """Scrapes before and after one turn differ by the same, whatever was asked, an emergency or not, and in which language."""
    shown = []
    one = {"kind": kind, "topic": topic, "lang": lang, "seconds": took}
    for fields in (one, {"kind": other, "topic": another, "lang": other_lang, "seconds": longer}):
        metrics = Metrics(5, Doors(), Clock())
        metrics.add(turn(who=b"someone", **fields))
        shown.append(samples(metrics))
    assert shown[0] == shown[1]
    assert shown[0]["charter_oak_turns_total[('channel', 'web'), ('outcome', 'answered')]"] == 1


def test_at_the_end_of_the_day_five_conversations_show_their_subject_and_their_kind(clock: Clock) -> None:
    metrics = Metrics(5, Doors(), clock)
    for person in range(7):
        metrics.add(turn(kind="answer", lang="es", topic="vacatur_how", who=bytes([person])))
        metrics.add(turn(kind="emergency" if person else "choices", lang="es", who=bytes([person])))
    assert not any(value for name, value in samples(metrics).items() if name.startswith("charter_oak_conversations"))
    clock.now += DAY
    metrics.close_the_day()
    shown = {name: value for name, value in samples(metrics).items() if value and name.startswith("charter_oak_conversations")}
    assert shown == {
        "charter_oak_conversations_total[('channel', 'web'), ('language', 'es'), ('topic', 'vacatur')]": 5,
        "charter_oak_conversations_by_kind_total[('kind', 'answer')]": 5, "charter_oak_conversations_by_kind_total[('kind', 'emergency')]": 5,
    }


def test_no_sum_of_times_tells_how_long_a_turn_really_took() -> None:
    metrics = Metrics(5, Doors(), Clock())
    metrics.add(turn(seconds=0.00123))
    assert samples(metrics)["charter_oak_turn_seconds_sum[('channel', 'web')]"] == BUCKETS[0]


def test_an_emergency_looks_like_the_turns_around_it_also_while_nobody_else_is_answered() -> None:
    """While Rasa is down, an "answered" would be the one turn that needed no Rasa."""
    app = create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9", patience=1.0))
    with TestClient(app) as client:
        bearer = {"Authorization": f"Bearer {client.post('/api/v1/sessions').json()['token']}"}
        client.post("/api/v1/messages", headers=bearer, json={"text": SUE})
        assert client.post("/api/v1/messages", json={"text": DANGER}).json()["emergency"] is True
        app.state.doors.leave()
        assert client.post("/api/v1/messages", json={"text": DANGER}).json()["emergency"] is True
    shown = samples(app.state.metrics)
    assert shown["charter_oak_turns_total[('channel', 'web'), ('outcome', 'answered')]"] == 0
    assert shown["charter_oak_turns_total[('channel', 'web'), ('outcome', 'unavailable')]"] == 2
    assert shown["charter_oak_turns_total[('channel', 'web'), ('outcome', 'leaving')]"] == 1


def test_an_emergency_while_rasa_hangs_seems_to_take_as_long_as_the_turn_before_it() -> None:
    seen: list[tuple[str, str, str, float]] = []
    turns = Turns(Doors(), lambda ended: seen.append((ended.outcome, ended.part, ended.error, ended.seconds)))
    for fields in ({"outcome": "unavailable", "part": "rasa", "error": "late"}, {"kind": "emergency"}):
        begun = turns.begin("web")
        begun.begun -= 8.0 if "part" in fields else 0.0
        for name, value in {**fields, "noted": True}.items():
            setattr(begun, name, value)
        begun.release()
    assert seen[0] == seen[1] and seen[0][3] >= 8


def test_the_fewest_addresses_of_proxies_that_a_request_showed_are_counted() -> None:
    app = create_app(Settings(secret="s", rasa_url="http://127.0.0.1:9"))
    with TestClient(app) as client:
        client.get("/healthz")
        assert app.state.turns.forwarded == 0
        for header, fewest in (("203.0.113.9, 198.51.100.7", 2), ("198.51.100.7", 1), ("1.1.1.1, 2.2.2.2, 3.3.3.3", 1)):
            client.get("/healthz", headers={"x-forwarded-for": header})
            assert samples(app.state.metrics)["charter_oak_forwarded_for_fewest[]"] == fewest


def test_work_that_begins_after_its_request_was_answered_is_under_way_until_it_ends() -> None:
    """Counted below zero, a gateway that had answered in Slack waited out its twelve seconds before it ended."""
    seen: list[str] = []
    turns = Turns(Doors(), lambda ended: seen.append(ended.kind))
    begun = turns.begin("slack")
    before = under_way._now.set(begun)
    begun.release()
    assert turns.in_flight == 0 and seen == []
    release = under_way.hold()
    assert turns.in_flight == 1
    under_way.note(kind="answer")
    release()
    assert turns.in_flight == 0 and seen == ["answer"]
    under_way._now.reset(before)


# -- on every channel ------------------------------------------------------------------------------


def test_marked_words_on_every_channel_are_in_no_line_and_no_metric(tmp_path: Path) -> None:
    port = free_port()
    with web_api() as slack, stand_in_rasa() as rasa, gateway(tmp_path, rasa.url, slack, METRICS_PORT=str(port)) as running:
        for line in lines(running.url, slack):
            assert "the answer" in line.say(SUE), line.name
            line.say(f"{MARKED}. {DANGER}")
            line.say(f"{MARKED} {'x' * 3000}")
            if not line.name.startswith(("slack", "command")):  # where client facts are not read on
                assert "the answer" in line.say(f"{MARKED}, {SUE}"), line.name
        scraped = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics").read().decode()
        running.process.terminate()
        running.process.wait(timeout=30)
        log = running.log.read_text()
    turns = [json.loads(row) for row in log.splitlines() if row.startswith("{")]
    assert {row["channel"] for row in turns} == {"web", "page", "sms", "slack"} and len(turns) >= 15
    assert all(set(row) <= set(PLAIN) for row in turns)
    for channel in ("web", "page", "sms", "slack"):
        assert f'charter_oak_turns_total{{channel="{channel}",outcome="answered"}}' in scraped
    everything = log + scraped
    conversations = {asked["conversation"] for asked in rasa.asked}
    for mark in (*MARKS, "203555", "+1", *conversations):
        assert mark.lower() not in everything.lower(), mark
    for subject in ("vacatur", "emergency"):  # which the metrics name, and show as zero until the day is over
        assert subject not in log and all(row.endswith(" 0.0") for row in scraped.splitlines() if subject in row and not row.startswith("#")), subject


def test_metrics_are_on_loopback_and_only_where_a_port_is_set(tmp_path: Path) -> None:
    with web_api() as slack, stand_in_rasa() as rasa, gateway(tmp_path, rasa.url, slack) as running:
        assert httpx.get(f"{running.url}/metrics", trust_env=False).status_code == 404
    taken = free_port()
    with web_api() as slack, stand_in_rasa() as rasa, gateway(tmp_path, rasa.url, slack, METRICS_PORT=str(taken)) as running:
        listening = {row.split()[1] for row in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:] if row.split()[3] == "0A"}
        assert f"0100007F:{taken:04X}" in listening and f"00000000:{taken:04X}" not in listening
        ended = subprocess.run(
            [sys.executable, "-m", "gateway", "--port", str(free_port())], cwd=paths.ROOT, capture_output=True, text=True, check=False, timeout=60,
            env={"PATH": "/usr/bin:/bin", "METRICS_PORT": str(taken)},
        )
    assert ended.returncode == 1 and f"METRICS_PORT={taken}" in ended.stderr and "Traceback" not in ended.stderr
