"""What the fuzz tests share: what is sent, how much of it, and what must hold for each answer.

``make fuzz`` runs many more cases than the suite (HYPOTHESIS_PROFILE=long) and prints how many went to each surface.
"""

from __future__ import annotations

import json
import logging
import os
import re
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient
from starlette.types import Receive, Scope, Send

from bot import paths, service
from bot.desk import Desk
from bot.render import neutral
from bot.reply import Clause, Memory, Question
from gateway.app import create_app
from gateway.settings import Settings
from tests.patience import patience

LONG = os.environ.get("HYPOTHESIS_PROFILE") == "long"
EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "1000")) if LONG else 10
COUNTS: Counter[str] = Counter()
fuzzed = settings(max_examples=EXAMPLES, deadline=None, derandomize=not LONG, suppress_health_check=list(HealthCheck), database=None)

# -- what is sent --------------------------------------------------------------------------

_NASTY = (
    "",
    " ",
    "\0",
    "\r\nX-Injected: 1",
    "%0d%0aX-Injected:1",
    "../../etc/passwd",
    "..%2f..%2fetc/passwd",
    "file:///etc/passwd",
    "' OR 1=1 --",
    '" NEAR "',
    "{{7*7}}",
    "${7*7}",
    "{0.__class__}",
    "%s%n",
    "<script>alert(1)</script>",
    "javascript:alert(1)",
    "]]>",
    "<!--",
    "&amp;&#60;",
    "\u202e",
    "\ufeff",
    "\U0001f600",
    "/restart",
    '/intent{"a": 1}',
    '  /choose{"choice":"say:menu"}',
    "!!python/object/apply:os.system ['id']",
    "*bold* _x_ <!channel> <@U1>",
    "54-95c",
    "53a-192a(b)",
    "18 usc 1595(a)",
    "PA 21-103",
    "HB 6657",
    "bill 2021 § 7",
    "February 30 2015",
    "2015-06-01",
    "31/12/1999",
    "9999-99-99",
    "12000000000000000000 years",
    "1e309",
    "-1",
    "½",
    "٣",
    "$0.00",
    "2-3 months",
    "half a year",
    "un año y medio",
    "since 1066",
    "0000-00-00",
    "no",
    "sí",
    "maybe",
    "not sure",
    "back",
    "why",
    "leave",
    "menu",
    "MORE",
    "STOP",
    "DELETE",
    "START",
    "HELP",
    "he has a gun and he is outside",
)
_PLAIN = st.text(st.characters(exclude_categories=("Cs",)), max_size=80)
_RUN = st.builds(
    lambda piece, times: piece * times,
    st.sampled_from(("(", "§", "a", "1", " ", "\n", ",", "a,", "(a)", "53a-", "and ", "é", "<")),
    st.integers(1, 900),
)
TEXT = st.one_of(st.sampled_from(_NASTY), _PLAIN, _RUN, st.lists(st.one_of(st.sampled_from(_NASTY), _PLAIN), max_size=4).map(" ".join))
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), TEXT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
BYTES = st.one_of(st.binary(max_size=300), TEXT.map(lambda text: text.encode()), JSON.map(lambda value: json.dumps(value).encode()))
LANG = st.sampled_from(("en", "es", "", "xx", "../en"))
HEADER = TEXT.map(lambda text: re.sub(r"[^\x21-\x7e]", "", text)[:200])


def choices(desk: Desk) -> st.SearchStrategy[str]:
    """Ids of choices that exist, and such as do not."""
    topics = [f"topic:{name}" for name in desk.store.topics]
    interviews = [f"interview:{name}" for name in desk.store.interviews]
    others = [
        "say:more",
        "say:menu",
        "say:simpler",
        "say:switch_spanish",
        "say:goodbye",
        "answer:yes",
        "answer:no",
        "answer:unsure",
        "interview:resume",
        "result:pdf",
        "result:docx",
        "result:ics",
        "result:why",
        "result:steps",
        "cite:53a-192a",
        "say:",
        "topic:",
        "result:../x",
        "answer:",
    ]
    return st.one_of(st.sampled_from(topics + interviews + others), st.sampled_from(interviews + others), TEXT)


# -- what answers ----------------------------------------------------------------------


class CoreAsRasa:
    """The real core in Rasa's place, without its understanding: any text may mean any topic. What it raises is kept."""

    def __init__(self) -> None:
        self.errors: list[str] = []
        self._remembered: dict[str, Memory] = {}
        self._desk: Desk | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """``POST`` a message, or ``DELETE`` a conversation."""
        raw, more = b"", True
        while more:
            part = await receive()
            raw, more = raw + part.get("body", b""), part.get("more_body", False)
        sent: dict[str, Any] = {}
        if scope["method"] == "POST":
            sent = {"replies": self._turn(json.loads(raw))}
        await send({"type": "http.response.start", "status": 200 if sent else 204, "headers": [(b"content-type", b"application/json")]})
        await send({"type": "http.response.body", "body": json.dumps(sent).encode() if sent else b""})

    def _turn(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        self._desk = self._desk or Desk.open(paths.law_db())
        topics = sorted(self._desk.store.topics)
        text, place = body["text"], zlib.crc32(body["text"].encode())
        ranking = ((topics[place % len(topics)], 0.35 + place % 60 / 100), (topics[place // 7 % len(topics)], 0.1))
        memory = self._remembered.get(body["conversation"], Memory())
        question = Question(text, (Clause(text, ranking),), body["choice"], channel=body["channel"], audience=body["audience"], memory=memory)
        try:
            turn = service.respond(self._desk, question)
        except Exception as error:
            self.errors.append(f"{type(error).__name__}: {error} for {text[:200]!r} {body['choice']!r} {memory}")
            return []
        self._remembered[body["conversation"]] = turn.memory
        return [neutral.render(reply) for reply in turn.replies]


class _Kept(logging.Handler):
    """Everything that is logged, at every level."""

    def __init__(self) -> None:
        super().__init__(0)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(self.format(record))


class Fuzzed:
    """A gateway that is sent anything, and what must hold for each of its answers."""

    def __init__(self, client: TestClient, core: CoreAsRasa, kept: _Kept) -> None:
        self.client, self.core, self._kept = client, core, kept
        self._number = 0

    def mark(self) -> str:
        """What tells this case from every other, with something in it that a page has to escape."""
        self._number += 1
        return f"Qz{self._number}xv<i>"

    def send(
        self, surface: str, method: str, path: str, *, good: Callable[[int], bool] = lambda status: status < 500, **request: Any
    ) -> httpx.Response:
        """Send one case: it is answered in time, by no error of ours, and with nothing of any other case."""
        COUNTS[surface] += 1
        with patience(f"{surface}: {method} {path[:200]} {str(request)[:300]}"):
            response = self.client.request(method, path, follow_redirects=False, **request)
        assert good(response.status_code), (response.status_code, path[:200], str(request)[:500])
        assert not self.core.errors, self.core.errors
        others = {int(n) for n in re.findall(r"Qz(\d+)xv", response.text)} - {self._number}
        assert not others, (others, path[:200])
        assert "x-injected" not in response.headers and "Traceback" not in response.text
        if "html" in response.headers.get("content-type", ""):
            assert f"Qz{self._number}xv<i>" not in response.text
        return response

    def logged(self) -> list[str]:
        """The lines of the log that hold a mark."""
        return [line for line in self._kept.lines if re.search(r"Qz\d+xv", line)]


@contextmanager
def gateway(**settings: Any) -> Iterator[Fuzzed]:
    """The gateway's application with the real core behind it; at the end, nothing that was sent may stand in its log."""
    core, kept = CoreAsRasa(), _Kept()
    usual = {"secret": "s" * 32, "public_url": "https://bot.example.org", "per_session": 0, "per_address": 0, "in_all": 0, "per_sender": 0}
    app = create_app(Settings(**{**usual, **settings}))
    app.state.conversations._http = httpx.AsyncClient(transport=httpx.ASGITransport(app=core), base_url="http://rasa")
    root = logging.getLogger()
    level = root.level
    root.addHandler(kept)
    root.setLevel(0)
    try:
        with TestClient(app, base_url="https://bot.example.org", raise_server_exceptions=False) as client:
            fuzz = Fuzzed(client, core, kept)
            yield fuzz
            assert fuzz.logged() == []
    finally:
        root.removeHandler(kept)
        root.setLevel(level)
