"""Which sites may embed the chat: those named in EMBED_ORIGINS and the gateway's own address. Every other is refused."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from gateway.problems import problem
from gateway.settings import Settings

GUARDED = "/api/"  # what only an embedder may call
SHARED = ("/law", "/widget/")  # public texts and files, which any page may read
PREFLIGHT = {
    "access-control-allow-methods": "GET, POST, DELETE", "access-control-allow-headers": "authorization, content-type",
    "access-control-max-age": "600", "vary": "Origin",
}


class Origins:
    """Checks the Origin header of a browser and answers preflights; a request without one comes from no page."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._allowed = settings.embed_origins | ({settings.public_url} if settings.public_url else frozenset())
        self._public = bool(settings.public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a stranger's page, let everyone else pass with the headers that a browser asks for."""
        if scope["type"] != "http" or not scope["path"].startswith((GUARDED, *SHARED)):
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        origin = headers.get("origin", "")
        guarded = scope["path"].startswith(GUARDED)
        if guarded and origin and not self._may(origin, headers.get("host", "")):
            refusal = problem(403, "origin_not_allowed")
            refusal.headers["access-control-allow-origin"] = "*"  # so that the page can show why
            await refusal(scope, receive, send)
            return
        allowed = origin if guarded else "*"
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            await Response(status_code=204, headers={**PREFLIGHT, "access-control-allow-origin": allowed})(scope, receive, send)
            return

        async def with_origin(message: Message) -> None:
            if message["type"] == "http.response.start" and allowed:
                sent = MutableHeaders(scope=message)
                sent["access-control-allow-origin"] = allowed
                sent["access-control-expose-headers"] = "retry-after, content-disposition"
                sent["cross-origin-resource-policy"] = "cross-origin"
                sent.add_vary_header("Origin")
            await send(message)

        await self._app(scope, receive, with_origin)

    def _may(self, origin: str, host: str) -> bool:
        """Whether ``origin`` is named, or is this gateway itself, as far as it can know without PUBLIC_URL."""
        if origin in self._allowed:
            return True
        try:
            netloc = urlsplit(origin).netloc
        except ValueError:  # "http://["
            return False
        return not self._public and bool(netloc) and netloc == host


def from_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site's page sent this form.

    Such a form may bring words, and never a token: its maker would know the token, and read along in the conversation that
    someone else goes on. This site's own pages send no referrer and thus ``Origin: null``, so that Sec-Fetch-Site decides
    where it is sent, which is in every browser since 2023.
    """
    if site := request.headers.get("sec-fetch-site", ""):
        return site not in ("same-origin", "none")
    origin = request.headers.get("origin", "null")
    settings: Settings = request.app.state.settings
    return origin != "null" and origin not in (settings.public_url, f"{request.url.scheme}://{request.headers.get('host', '')}")
