"""``/law`` over HTTP: which page an address means, sent to be kept by anyone; and what is wrong with it, in words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.law.content import LANGUAGES
from bot.law.store import LawStore
from bot.render.law import address, search
from bot.render.law.bills import Place
from bot.render.law.words import in_each, say
from bot.safety import wording
from bot.safety.emergency import watch
from gateway import pages as site
from gateway.law import asked, kept, pages
from gateway.law.asked import JSON, Elsewhere, Refused
from gateway.public import respond

MEDIA = {asked.HTML: "text/html; charset=utf-8", JSON: "application/json"}
NOT_FOR_SEARCH_ENGINES = {"x-robots-tag": "noindex"}
Page = Callable[..., bytes]


def routes() -> list[Route]:
    """The addresses below ``/law``."""
    return [
        Route("/law", index, methods=["GET"]),
        Route("/law/bills/{year}", bill, methods=["GET"]),
        Route("/law/recommendations", recommendations, methods=["GET"]),
        Route("/law/sources", sources, methods=["GET"]),
        Route("/law/{section:path}", section, methods=["GET"]),
    ]


async def index(request: Request) -> Response:
    """``GET /law``: everything that is here. ``GET /law?q=``: what a search finds, or the section that was typed.

    Words of danger are answered first, with no store at all; and what was typed is never kept.
    """
    typed = request.query_params.get("q")
    if typed is None:
        return await _kept(request, pages.index_page)
    lang = _lang(request)
    danger = watch().look(typed)
    open_shelf = kept.of(request.app)
    if danger:
        said = wording.emergency(danger.kind, danger.lang)
        if open_shelf is None:
            return _refuse(request, _closed(), emergency=said)
        return _searched(request, open_shelf, typed, lang, said)
    if refused := await _not_now(request, open_shelf):
        return refused
    assert open_shelf is not None
    there = search.leads_to(open_shelf.store, open_shelf.reader, typed, lang, dt.date.today())
    return _redirect(request, there, 303) if there else _searched(request, open_shelf, typed, lang, None)


def _searched(request: Request, open_shelf: kept.LawPages, typed: str, lang: str, emergency: str | None) -> Response:
    form = asked.form(request)
    body = pages.search_page(open_shelf, form, lang, typed, emergency)
    return Response(body, media_type=MEDIA[form], headers={"vary": "Accept"})  # no-store, as everything unless said otherwise


async def section(request: Request) -> Response:
    """``GET /law/54-95c[?as_of=2015-06-01][&lang=es]``: a section, today or on a day."""
    lang, open_shelf = _lang(request), kept.of(request.app)
    if refused := await _not_now(request, open_shelf):
        return refused
    assert open_shelf is not None
    typed = request.path_params["section"]
    if not typed.strip("/ "):
        return _redirect(request, address.of_page("", lang), 308)
    cite = asked.section(open_shelf, typed, lang)
    if isinstance(cite, Refused):
        return _refuse(request, cite)
    if isinstance(cite, Elsewhere):
        return _redirect(request, cite.address, 308, keep=("as_of", "format"))
    day = asked.day(open_shelf, cite, request.query_params.get("as_of", ""), dt.date.today(), lang)
    if isinstance(day, Refused):
        return _refuse(request, day)
    if isinstance(day, Elsewhere):
        return _redirect(request, day.address, 303, keep=("format",))
    form = asked.form(request)
    body = open_shelf.kept(pages.section_page, form, lang, cite.section, day)
    return respond(request, body, MEDIA[form], headers=NOT_FOR_SEARCH_ENGINES if day or form == JSON else None)


async def bill(request: Request) -> Response:
    """``GET /law/bills/2021``: a bill as proposed, and what was enacted instead."""
    written, open_shelf = request.path_params["year"], kept.of(request.app)
    if open_shelf and written not in {str(year) for year in open_shelf.store.bill_years.values()}:
        return _refuse(request, _no_such_bill(open_shelf.store))
    return await _kept(request, pages.bill_page, int(written) if open_shelf else 0)


async def recommendations(request: Request) -> Response:
    """``GET /law/recommendations``: what was asked for, and what came of it."""
    return await _kept(request, pages.recommendations_page)


async def sources(request: Request) -> Response:
    """``GET /law/sources``: the documents, each labelled for what it is."""
    return await _kept(request, pages.sources_page)


async def _kept(request: Request, make: Page, *what: int) -> Response:
    open_shelf = kept.of(request.app)
    if refused := await _not_now(request, open_shelf):
        return refused
    assert open_shelf is not None
    form = asked.form(request)
    return respond(request, open_shelf.kept(make, form, _lang(request), *what), MEDIA[form],
                   headers=NOT_FOR_SEARCH_ENGINES if form == JSON else None)


def _lang(request: Request) -> str:
    return site.language(request.query_params.get("lang", ""))


def _redirect(request: Request, there: str, status: int, keep: tuple[str, ...] = ("format",)) -> Response:
    """To ``there``, with what else the address asked for. Only ever to an address of this site."""
    kept = {name: request.query_params[name] for name in keep if request.query_params.get(name)}
    path, _, place = there.partition("#")
    path += ("&" if "?" in path else "?") + urlencode(kept) if kept else ""
    return RedirectResponse(f"{path}#{place}" if place else path, status)


async def _not_now(request: Request, open_shelf: kept.LawPages | None) -> Response | None:
    """Why nothing can be shown at all: too many requests, or no store."""
    if wait := await request.app.state.limits.of_reader(request):
        response = _refuse(request, Refused(429, "too_many", in_each("too_fast"), {}))
        response.headers["retry-after"] = str(wait.seconds)
        return response
    return _refuse(request, _closed()) if open_shelf is None else None


def _closed() -> Refused:
    return Refused(503, "no_store", in_each("no_store"), {})


def _no_such_bill(store: LawStore) -> Refused:
    years = ", ".join(map(str, store.bill_years.values()))
    places = {
        lang: tuple(Place("", f"{say('index_bills', lang)}: {year}", address.of_bill(year, lang)) for year in store.bill_years.values())
        for lang in LANGUAGES
    }
    return Refused(404, "no_such_bill", in_each("no_such_bill", years=years), places)


def _refuse(request: Request, refused: Refused, emergency: str | None = None) -> Response:
    """A refusal as a page, or as JSON with the same words in both languages."""
    lang = _lang(request)
    if asked.form(request) == JSON:
        body = {
            "error": refused.reason, "message": refused.says["en"], "mensaje": refused.says["es"],
            "nearest": [{"cite": place.cite, "label": place.label, "address": place.address} for place in refused.nearest.get(lang, ())],
            "help": wording.numbers("en"), "ayuda": wording.numbers("es"), **({"emergency": emergency} if emergency else {}),
        }
        return JSONResponse(body, refused.status, {"vary": "Accept"})
    titles = {"no_store": "problem_no_store", "too_many": "problem_too_fast"}
    usual = "problem_date" if refused.reason.endswith("_date") else "problem_title"
    return site.page(
        "law/problem.html", lang, status=refused.status, headers={"vary": "Accept"}, title=say(titles.get(refused.reason, usual), lang),
        says=refused.says[lang], nearest=refused.nearest.get(lang, ()), emergency=emergency, open=refused.reason != "no_store",
        canonical="", alternates={}, base="", data="", **pages.words(lang),
    )
