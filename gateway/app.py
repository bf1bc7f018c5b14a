"""The gateway's web application: every surface that faces people, put together."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Match, Route

from bot import wordless
from bot.safety import wording
from bot.safety.emergency import watch
from bot.shared import StoreLost
from gateway import about, api, ask, law, openapi, pages, public, sms, usage, version, widget
from gateway.conversation import Conversations
from gateway.headers import HEADERS, SecurityHeaders
from gateway.limits import Limits
from gateway.operations.closed import ClosedPages
from gateway.operations.doors import Doors
from gateway.operations.log import TurnLog
from gateway.operations.metrics import Metrics
from gateway.operations.turn import Turns, WatchTurns
from gateway.operations.watching import keep_watch
from gateway.origins import Origins
from gateway.problems import problem
from gateway.sessions import Sessions
from gateway.settings import Settings
from gateway.slack import app as slack
from gateway.stores import open_store
from gateway.stores.kept import Busy, Store
from gateway.usage.published import CannotPublish

SWEEP_SECONDS = 60  # or as often as a conversation may expire


def create_app(settings: Settings | None = None) -> Starlette:
    """Build the application. The safety wording is read here: without it the gateway does not start."""
    settings = settings or Settings.read()
    wording.load()
    watch()
    doors = Doors(settings.sunset, settings.state)
    metrics, turn_log = Metrics(settings.smallest_group, doors), TurnLog(settings.log_turns)
    turns = Turns(doors, metrics.add, turn_log.add)
    metrics.watch(turns)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        wordless.install()
        parts = {"rasa": conversations.ready, "redis": store.answers, "optouts": lambda: sms.ready(app.state.texting)}
        tasks = [
            asyncio.create_task(_sweep(store, min(SWEEP_SECONDS, settings.idle))),
            asyncio.create_task(keep_watch(metrics, turn_log, parts if settings.metrics_port else {}, counted)),
        ]
        yield
        for task in tasks:
            task.cancel()
        await app.state.slack.close()
        await app.state.conversations.close()
        with suppress(StoreLost, Busy, CannotPublish):  # then what this process counted is lost, and nobody waits for it
            await counted.leave()
        await store.close()
        turn_log.flush()

    app = Starlette(
        routes=[
            *api.routes(),
            *openapi.routes(),
            *version.routes(),
            *widget.routes(),
            *ask.routes(),
            *about.routes(),
            *public.routes(),
            *law.routes(),
            *sms.routes(),
            *slack.routes(settings),
            Route("/healthz", healthz, methods=["GET"]),
            Route("/readyz", readyz, methods=["GET"]),
        ],
        middleware=[
            Middleware(WatchTurns, turns=turns, doors=doors), Middleware(SecurityHeaders), Middleware(Origins, settings=settings),
            Middleware(ClosedPages, doors=doors),
        ],
        exception_handlers={404: _not_found, 405: _not_allowed, 500: _failed, StoreLost: _lost},
        lifespan=lifespan,
    )
    app.state.settings = settings
    app.state.doors, app.state.turns, app.state.metrics, app.state.turn_log = doors, turns, metrics, turn_log
    app.state.store = store = open_store(settings)
    counted = usage.set_up(settings, store)
    app.state.sessions = sessions = Sessions(settings.secret, settings.idle, settings.absolute, store)
    app.state.conversations = conversations = Conversations(
        settings.rasa_url, settings.patience, sessions, doors, turns, counted, settings.operator_contact
    )
    app.state.limits = Limits(settings)
    app.state.texting = sms.set_up(settings, store, sessions, conversations, app.state.limits)
    app.state.slack = slack.Slack(settings, store, sessions, conversations, app.state.limits)
    return app


async def _sweep(store: Store, seconds: float) -> None:
    """Let go of what has expired also when nobody comes, every so many ``seconds``."""
    while True:
        await asyncio.sleep(seconds)
        await store.sweep()


async def healthz(request: Request) -> Response:
    """Whether this process is alive."""
    return JSONResponse({"alive": True})


async def readyz(request: Request) -> Response:
    """Whether a message would be answered: Rasa is up, with its model and our tracker store, and so is what gateways share.

    A service that is closed needs no Rasa; a process that ends is not ready, at once. A gateway that is not ready still answers whoever
    is in danger: what spreads requests over gateways goes by ``/healthz``.
    """
    state = request.app.state
    rasa = _yes() if state.doors.closed else state.conversations.ready()
    good = not state.doors.leaving and all(await asyncio.gather(rasa, state.store.answers(), sms.ready(state.texting)))
    return JSONResponse({"ready": good}, status_code=200 if good else 503)


async def _yes() -> bool:
    return True


async def _not_found(request: Request, error: Exception) -> Response:
    return _refused(request, 404, "no_such_page")


async def _not_allowed(request: Request, error: Exception) -> Response:
    """405 with what is allowed; OPTIONS itself is answered with that."""
    found = [route.methods or set() for route in request.app.routes if route.matches(request.scope)[0] != Match.NONE]
    allow = {"allow": ", ".join(sorted({"OPTIONS"}.union(*found)))}
    if request.method == "OPTIONS":
        return Response(status_code=204, headers=allow)
    response = _refused(request, 405, "not_allowed")
    response.headers.update(allow)
    return response


async def _lost(request: Request, error: Exception) -> Response:
    return _refused(request, 503, "unavailable")


async def _failed(request: Request, error: Exception) -> Response:
    response = _refused(request, 500, "failed")
    response.headers.update(HEADERS)  # this one is sent from outside the middleware
    return response


def _refused(request: Request, status: int, reason: str) -> Response:
    """A refusal as a page for a person's browser, as JSON for anything else."""
    if request.url.path.startswith("/api/") or "text/html" not in request.headers.get("accept", ""):
        return problem(status, reason)
    lang = pages.language(request.query_params.get("lang", ""))
    return pages.page("problem.html", lang, status=status, said=wording.gateway(reason, lang))
