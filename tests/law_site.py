"""The law pages under test: the gateway over the real store, and what a reader has of a page."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from bot import paths
from gateway.app import create_app
from gateway.settings import Settings

SECTIONS = [path.stem for path in sorted((paths.content_dir() / "sections").glob("*.yml"))]
PUBLIC = "https://law.example.org"


@pytest.fixture(scope="module")
def pages(law_db: Path) -> Iterator[TestClient]:
    """The gateway over the real store, as on someone's own machine."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
        with TestClient(create_app(Settings(secret="s" * 32)), follow_redirects=False, client=("127.0.0.1", 50000)) as client:
            yield client


@pytest.fixture
def published(law_db: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """The gateway with a public address."""
    monkeypatch.setenv("CHARTER_OAK_LAW_DB", str(law_db))
    with TestClient(create_app(Settings(secret="s" * 32, public_url=PUBLIC, per_address=5)), follow_redirects=False) as client:
        yield client


def said(page: str) -> str:
    """The words of a page's main part, as a reader has them."""
    main = page[page.index("<main") : page.index("</main>")]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", re.sub(r"<(?:p|h\d|li|dt|dd|div|section)\b", " <", main)))).strip()


def as_said(text: str) -> str:
    """The text as ``said`` would give it."""
    return re.sub(r"\s+", " ", text).strip()


def linked_data(page: str) -> dict:
    """What the page tells programs of itself."""
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)[1])
