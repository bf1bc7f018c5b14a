"""The law in public: ``/law`` and what stands below it, for people, for search engines and, as JSON, for programs."""

from __future__ import annotations

from starlette.routing import Route

from gateway.law import crawlers, views


def routes() -> list[Route]:
    """The addresses of the law pages, and what search engines ask for."""
    return [*views.routes(), *crawlers.routes()]
