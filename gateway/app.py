"""The gateway's web application: every surface that faces people, put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import wordless
from bot.safety import wording
from bot.safety.emergency import watch
from gateway import api, page, public, widget
from gateway.conversation import Conversations
from gateway.headers import SecurityHeaders
from gateway.limits import Limits
from gateway.origins import Origins
from gateway.problems import problem
from gateway.sessions import Sessions
from gateway.settings import Settings


def create_app(settings: Settings | None = None) -> Starlette:
    """Build the application. The safety wording is read here: without it the gateway does not start."""
    settings = settings or Settings.read()
    wording.load()
    watch()

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        wordless.install()
        yield
        await app.state.conversations.close()

    app = Starlette(
        routes=[
            *api.routes(),
            *widget.routes(),
            *page.routes(),
            *public.routes(),
            Route("/healthz", healthz, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
        ],
        middleware=[Middleware(SecurityHeaders), Middleware(Origins, settings=settings)],
        exception_handlers={404: _not_found, 405: _not_allowed, 500: _failed},
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.sessions = Sessions(settings.secret, settings.idle, settings.absolute)
    app.state.conversations = Conversations(settings.rasa_url, settings.patience)
    app.state.limits = Limits(settings)
    return app


async def healthz(request: Request) -> Response:
    """Whether this process is alive."""
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> Response:
    """Whether a question would be answered: Rasa is up, with its model and our tracker store."""
    good = await request.app.state.conversations.ready()
    return JSONResponse({"ready": good}, status_code=200 if good else 503)


async def _not_found(request: Request, error: Exception) -> Response:
    return problem(404, "no_such_page")


async def _not_allowed(request: Request, error: Exception) -> Response:
    return problem(405, "not_allowed")


async def _failed(request: Request, error: Exception) -> Response:
    return problem(500, "failed")
