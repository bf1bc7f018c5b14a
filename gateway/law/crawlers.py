"""What search engines are told: the law pages are for everyone to find, the chat is not."""

from __future__ import annotations

from xml.sax.saxutils import escape

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.law.content import LANGUAGES
from bot.render.law import address
from gateway.law import kept
from gateway.problems import problem
from gateway.public import respond


def routes() -> list[Route]:
    """The addresses that search engines ask for."""
    return [Route("/robots.txt", robots, methods=["GET"]), Route("/sitemap.xml", sitemap, methods=["GET"])]


async def robots(request: Request) -> Response:
    """``GET /robots.txt``: the law pages and their style sheet only, and nothing of a machine that has no public address."""
    base = request.app.state.settings.public_url
    lines = ["User-agent: *", *(("Allow: /law", "Allow: /static/", "Disallow: /law?q=") if base else ()), "Disallow: /"]
    if base:
        lines += ["", f"Sitemap: {base}/sitemap.xml"]
    return respond(request, "\n".join([*lines, ""]).encode(), "text/plain; charset=utf-8")


async def sitemap(request: Request) -> Response:
    """``GET /sitemap.xml``: each law page in each language. Needs PUBLIC_URL, since a site map holds whole addresses."""
    base, open_shelf = request.app.state.settings.public_url, kept.of(request.app)
    if not base or open_shelf is None:
        return problem(404, "no_such_page")
    return respond(request, open_shelf.kept(_sitemap), "application/xml")


def _sitemap(open_shelf: kept.LawPages) -> bytes:
    store, base = open_shelf.store, open_shelf.public_url
    pages = [
        *({lang: address.of_page(name, lang) for lang in LANGUAGES} for name in ("", "recommendations", "sources")),
        *({lang: address.of_bill(year, lang) for lang in LANGUAGES} for year in store.bill_years.values()),
    ]
    changed = [""] * len(pages)
    for section in store.section_ids:
        head = store.head(section)
        pages.append({lang: address.of_section(section, lang) for lang in LANGUAGES})
        changed.append(head.checked_on.isoformat() if head else "")
    urls = [
        f"<url><loc>{escape(base + page)}</loc>" + (f"<lastmod>{day}</lastmod>" if day else "")
        + "".join(f'<xhtml:link rel="alternate" hreflang="{lang}" href="{escape(base + other)}"/>' for lang, other in by_lang.items()) + "</url>"
        for by_lang, day in zip(pages, changed, strict=True) for page in by_lang.values()
    ]
    return "\n".join([
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">', *urls, "</urlset>", "",
    ]).encode()
