"""Fetches pages as a polite visitor: one at a time, with a pause, only what robots.txt allows, and only what changed.

It says who it is and whom to write to. It follows no redirect to another host, and takes no page that is too large, too slow,
or not whole.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from types import TracebackType
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

import httpx
import msgspec

from bot.errors import CharterOakError

PAUSE = 5.0  # seconds between two requests
TIMEOUT = 30.0  # seconds without a byte
LONGEST = 300.0  # seconds for one page
LARGEST = 32 * 1024 * 1024  # bytes; the longest chapters have some
MOST_REDIRECTS = 3


class FetchProblem(CharterOakError):
    """A page that could not be had; the message says why in a sentence."""


class Fetched(msgspec.Struct, frozen=True):
    """A page as it came; ``body`` is None where the server says that it is as it was."""

    url: str
    body: bytes | None
    etag: str = ""
    modified: str = ""


class Fetcher:
    """Fetches the pages of one host.

    Args:
        contact: how whoever runs this can be reached: an address of a page or of e-mail. The server's people may ask.
        pause, timeout, longest: in seconds. largest: in bytes.
        sleep: what waits; tests put their own in its place.
    """

    def __init__(
        self, contact: str, *, pause: float = PAUSE, timeout: float = TIMEOUT, longest: float = LONGEST, largest: int = LARGEST,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Raises ``FetchProblem`` without a contact."""
        if not contact.strip():
            raise FetchProblem("Fetching needs somebody to write to: set OPERATOR_CONTACT, or --contact you@example.org")
        self.agent = f"CharterOak/0.1 (reads the statutes for a legal information service; contact: {contact.strip()})"
        self._pause, self._longest, self._largest, self._sleep = pause, longest, largest, sleep
        self._http = httpx.Client(headers={"user-agent": self.agent}, timeout=timeout, follow_redirects=False, trust_env=True)
        self._robots: dict[str, RobotFileParser] = {}
        self._asked = False

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        self._http.close()

    def fetch(self, url: str, *, etag: str = "", modified: str = "") -> Fetched:
        """The page at ``url``.

        Args:
            etag, modified: what the server said of the page that is at hand; it is not sent again where it is the same.

        Raises:
            FetchProblem: not allowed, not there, not whole, too large, too slow, or elsewhere.
        """
        if not self._allowed(url):
            raise FetchProblem(f"{url} is not fetched: robots.txt of its host asks not to. Save it in a browser and load it.")
        held = {name: value for name, value in (("if-none-match", etag), ("if-modified-since", modified)) if value}
        return self._get(url, held)

    def _allowed(self, url: str) -> bool:
        parts = urlsplit(url)
        host = f"{parts.scheme}://{parts.netloc}"
        if host not in self._robots:
            rules = RobotFileParser()
            try:
                found = self._get(f"{host}/robots.txt", {})
                rules.parse((found.body or b"").decode("utf-8", errors="replace").splitlines())
            except _NotThere:
                rules.parse([])  # none: everything is allowed
            self._robots[host] = rules
            self._pause = max(self._pause, float(rules.crawl_delay(self.agent) or 0))
        return self._robots[host].can_fetch(self.agent, url)

    def _get(self, url: str, headers: dict[str, str]) -> Fetched:
        place = url
        for _ in range(MOST_REDIRECTS + 1):
            if self._asked:
                self._sleep(self._pause)
            self._asked = True
            try:
                with self._http.stream("GET", place, headers=headers) as response:
                    if response.status_code in (301, 302, 303, 307, 308):
                        place = self._onward(place, response)
                        continue
                    return self._taken(url, response)
            except httpx.TimeoutException:
                raise FetchProblem(f"{url} did not come in time.") from None
            except httpx.RemoteProtocolError:
                raise FetchProblem(f"{url} broke off before its end.") from None
            except httpx.HTTPError as error:
                raise FetchProblem(f"{url} cannot be reached ({type(error).__name__}).") from None
        raise FetchProblem(f"{url} leads on and on.")

    def _onward(self, url: str, response: httpx.Response) -> str:
        there = str(response.next_request.url) if response.next_request else ""
        if urlsplit(there)[:2] != urlsplit(url)[:2]:
            raise FetchProblem(f"{url} leads to another host ({urlsplit(there).netloc or 'nowhere'}); it is not followed.")
        return there

    def _taken(self, url: str, response: httpx.Response) -> Fetched:
        if response.status_code == 304:
            return Fetched(url, None)
        if response.status_code in (404, 410):
            raise _NotThere(f"{url} is not there (the server says {response.status_code}).")
        if response.status_code != 200:
            raise FetchProblem(f"{url} cannot be had now (the server says {response.status_code}).")
        started, body = time.monotonic(), bytearray()
        for piece in response.iter_bytes():
            body += piece
            if len(body) > self._largest:
                raise FetchProblem(f"{url} is larger than {self._largest:,} bytes; it is not taken.")
            if time.monotonic() - started > self._longest:
                raise FetchProblem(f"{url} did not come in time.")
        return Fetched(url, bytes(body), response.headers.get("etag", ""), response.headers.get("last-modified", ""))


class _NotThere(FetchProblem):
    """The server says that there is no such page."""
