"""Answers with what everyone may see and keep: the law pages and files. Tagged, packed, and not sent again where unchanged.

Never for a conversation: packing what holds a token beside a person's words would let a listener guess at it by its size.
"""

from __future__ import annotations

import gzip
import hashlib
from functools import lru_cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from gateway.problems import problem

FOR_EVER = "public, max-age=31536000, immutable"  # where the address holds the content's hash
ASK_AGAIN = "public, no-cache"  # kept, and asked about each time: a section put under review says so at once
_STATIC = Path(__file__).parent / "static"
_MEDIA = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml"}


def routes() -> list[Route]:
    """The address of the files below ``gateway/static``."""
    return [Route("/static/{digest}/{name}", file, methods=["GET", "HEAD"])]


def respond(request: Request, body: bytes, media_type: str, *, keep: str = ASK_AGAIN, headers: dict[str, str] | None = None) -> Response:
    """``body`` for anyone to keep: 304 where the caller has it, packed where the caller unpacks.

    Args:
        keep: the Cache-Control header.
        headers: further headers, such as one that lets search engines in.
    """
    tag, packed = _packed(body)
    sent = {"cache-control": keep, "etag": tag, "vary": "Accept, Accept-Encoding", "x-robots-tag": "all", **(headers or {})}
    if tag in [known.strip() for known in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers=sent)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(packed, media_type=media_type, headers={**sent, "content-encoding": "gzip"})
    return Response(body, media_type=media_type, headers=sent)


@lru_cache(maxsize=1024)
def _packed(body: bytes) -> tuple[str, bytes]:
    # A weak tag: the packed and the plain body are the same page, not the same bytes.
    return f'W/"{hashlib.sha256(body).hexdigest()[:20]}"', gzip.compress(body, 6, mtime=0)


async def file(request: Request) -> Response:
    """``GET /static/<hash>/<name>``: a style sheet or a script of the pages."""
    body = _files().get(request.path_params["name"])
    if body is None:
        return problem(404, "no_such_page")
    return respond(request, body, _MEDIA[Path(request.path_params["name"]).suffix], keep=FOR_EVER)


@lru_cache(maxsize=1)
def _files() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in _STATIC.iterdir() if path.suffix in _MEDIA}
