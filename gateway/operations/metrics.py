"""What Prometheus may read: how the service does, at once; what was asked, once a day and of many only (``grouped``).

What moves at once tells that a turn came and how it ended, never what it was about. Times are counted by their bucket's bound, so
that not even their sum tells an emergency, which is answered in a millisecond, from any other answer.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from itertools import product
from typing import get_args

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, disable_created_metrics, start_http_server
from prometheus_client.process_collector import ProcessCollector

from bot.reply import ReplyKind
from gateway.operations.doors import Doors
from gateway.operations.grouped import Grouped
from gateway.operations.log import BUCKETS, bucket
from gateway.operations.subjects import subject, subjects
from gateway.operations.turn import CHANNELS, OUTCOMES, Turn, Turns
from gateway.settings import BadSetting, Settings

LANGUAGES = ("en", "es")
NO_ANSWER = ("refused", "failed")
MOST_ERRORS = 200  # pairs of part and error: names of our own code, of which there are few


class Metrics:
    """The numbers of one gateway, in a registry of their own.

    Args:
        smallest: how many conversations have to share labels before they are counted out.
        doors, clock: whether the service is open; seconds since the epoch, set in tests.
    """

    def __init__(self, smallest: int, doors: Doors, clock: Callable[[], float] = time.time) -> None:
        disable_created_metrics()  # type: ignore[no-untyped-call]  # the time at which a label first occurred would be the time of a visit
        self.registry = CollectorRegistry()
        self._errors = set[tuple[str, str]]()
        ProcessCollector(registry=self.registry)
        self._turns = self._counter("turns", "Turns by how they ended.", "channel", "outcome")
        self._seconds = Histogram(
            "charter_oak_turn_seconds", "How long turns took, each counted as its bucket's bound.", ("channel",), buckets=BUCKETS,
            registry=self.registry,
        )
        self._failed = self._counter("errors", "What failed or was refused.", "part", "error")
        self._conversations = self._counter("conversations", "Conversations of past days by subject, in groups.", "channel", "language", "topic")
        self._kinds = self._counter("conversations_by_kind", "Conversations of past days that got such a reply, in groups.", "kind")
        self._in_flight = self._gauge("turns_in_flight", "Turns that were begun and not answered yet.")
        self._at_rasa = self._gauge("turns_at_rasa", "Messages that Rasa is working on; the other turns wait.")
        self._forwarded = self._gauge("forwarded_for_fewest", "The fewest addresses in X-Forwarded-For: how many proxies stand in front.")
        self._up = self._gauge("part_up", "Whether a part answers.", "part")
        self._law = self._gauge("law_checked_timestamp_seconds", "When the law was last checked.")
        self._build = self._gauge("build_info", "Which code, content and model; always 1.", "version", "commit", "content", "model")
        self._overdue = self._gauge("help_overdue", "Places to turn to whose numbers were to be checked again by now.")
        self._gauge("closed", "Whether the service is closed (sunset).").set_function(lambda: float(doors.closed))
        self._gauge("leaving", "Whether this process takes no more turns because it ends.").set_function(lambda: float(doors.leaving))
        self._by_topic = Grouped(smallest, lambda labels, more: self._conversations.labels(*labels).inc(more), clock)
        self._by_kind = Grouped(smallest, lambda labels, more: self._kinds.labels(*labels).inc(more), clock)
        for channel in sorted(set(CHANNELS.values())):  # all at zero, so that no line's appearance tells of a visit
            self._seconds.labels(channel)
            for outcome in OUTCOMES:
                self._turns.labels(channel, outcome)
            for lang, about in product(LANGUAGES, subjects()):
                self._conversations.labels(channel, lang, about)
        for kind in get_args(ReplyKind):
            self._kinds.labels(kind)

    def _counter(self, name: str, says: str, *labels: str) -> Counter:
        return Counter(f"charter_oak_{name}", says, labels, registry=self.registry)

    def _gauge(self, name: str, says: str, *labels: str) -> Gauge:
        return Gauge(f"charter_oak_{name}", says, labels, registry=self.registry)

    def watch(self, turns: Turns) -> None:
        """Show how many of ``turns`` are under way."""
        self._in_flight.set_function(lambda: float(turns.in_flight))
        self._at_rasa.set_function(lambda: float(turns.at_rasa))
        self._forwarded.set_function(lambda: float(turns.forwarded))

    def add(self, turn: Turn) -> None:
        """Count a turn that ended."""
        self._turns.labels(turn.channel, turn.outcome).inc()
        if turn.outcome not in NO_ANSWER:
            self._seconds.labels(turn.channel).observe(min(bucket(turn.seconds), 2 * BUCKETS[-1]))
        if turn.error:
            self._failed.labels(*self._error(turn.part or "gateway", turn.error)).inc()
        if turn.lang in LANGUAGES and turn.kind:
            if about := subject(turn.topic, turn.kind):
                self._by_topic.add((turn.channel, turn.lang, about), turn.who)
            self._by_kind.add((turn.kind,), turn.who)

    def _error(self, part: str, error: str) -> tuple[str, str]:
        if (part, error) not in self._errors and len(self._errors) >= MOST_ERRORS:
            return part, "other"
        self._errors.add((part, error))
        return part, error

    def close_the_day(self) -> None:
        """Publish the groups of a day that is over, also when nobody comes."""
        self._by_topic.close_the_day()
        self._by_kind.close_the_day()

    def seen(self, part: str, up: bool) -> None:
        """Whether ``part`` answered when it was last asked."""
        self._up.labels(part).set(float(up))

    def build(self, **labels: str) -> None:
        """Which version answers here, in place of what was said before: the content changes while the process runs."""
        self._build.clear()
        self._build.labels(**labels).set(1)

    def content(self, checked_on: dt.date | None, overdue: int) -> None:
        """How current the law and the places to turn to are."""
        if checked_on:
            self._law.set(dt.datetime.combine(checked_on, dt.time(), dt.timezone.utc).timestamp())
        self._overdue.set(overdue)


def serve(metrics: Metrics, settings: Settings) -> Callable[[], None]:
    """Open the port that Prometheus reads, where one is set; what is returned closes it. Raises ``BadSetting`` where the port is taken."""
    if not settings.metrics_port:
        return lambda: None
    try:
        server, _ = start_http_server(settings.metrics_port, settings.metrics_host, metrics.registry)
    except OSError as error:
        raise BadSetting(
            f"METRICS_PORT={settings.metrics_port} at METRICS_HOST={settings.metrics_host} cannot be opened ({type(error).__name__}). Choose another."
        ) from None
    return server.shutdown
