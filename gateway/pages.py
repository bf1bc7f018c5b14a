"""Makes the gateway's pages: Jinja2 templates, escaped unless marked, with the bot's own words and its one style sheet."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.responses import HTMLResponse

from bot.law.content import LANGUAGES
from bot.render import web
from bot.safety import wording

_HERE = Path(__file__).parent
EXIT_URL = "https://www.weather.gov/"  # where "leave" goes: a page that anyone may have open


@cache
def _templates() -> Environment:
    made = Environment(
        loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    made.globals["dialled"] = web.dialled
    return made


@cache
def static(name: str) -> str:
    """The address of a file below ``gateway/static``, with its hash, so that it can be kept for ever."""
    digest = hashlib.sha256((_HERE / "static" / name).read_bytes()).hexdigest()[:12]
    return f"/static/{digest}/{name}"


def language(asked: str) -> str:
    """The language that an address asks for by ``?lang=``; English otherwise."""
    return asked if asked in LANGUAGES else LANGUAGES[0]


def page(
    template: str, lang: str, *, status: int = 200, other_language: str = "", headers: dict[str, str] | None = None, **fields: Any
) -> HTMLResponse:
    """A page from ``gateway/templates``.

    Args:
        lang: the page's language; links made by ``here()`` keep it.
        other_language: the address of the same page in the other language, where it has one.
        fields: what the template shows, beside ``say`` (the bot's words), ``static`` and ``here``.
    """
    suffix = "" if lang == LANGUAGES[0] else f"?lang={lang}"
    html = _templates().get_template(template).render(
        lang=lang, say=lambda key: wording.say(key, lang), static=static, here=lambda path: path + suffix, numbers=wording.numbers(lang),
        exit_url=EXIT_URL, other_language=other_language, **fields,
    )
    return HTMLResponse(html, status, headers)
