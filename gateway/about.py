"""What people may want to know of the service: ``/about``, ``/privacy`` and ``/terms``, in both languages."""

from __future__ import annotations

import datetime as dt

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.law import labels
from bot.law.content import LANGUAGES
from bot.safety import wording
from gateway import pages, shelf, version
from gateway.settings import Settings

# The parts of each page, in order. The heading of a part is about.yml's "<page>_<part>_heading".
PARTS = {
    "about": ("what", "how", "danger", "review", "sources", "languages", "access", "made"),
    "privacy": ("first", "held", "browser", "phone", "see", "erase", "who"),
    "terms": ("use", "not", "texts", "open", "who"),
}


def routes() -> list[Route]:
    """The three pages' addresses."""
    return [Route(f"/{name}", _show, methods=["GET"], name=name) for name in PARTS]


async def _show(request: Request) -> Response:
    name, lang = request.url.path.strip("/"), pages.language(request.query_params.get("lang", ""))
    settings: Settings = request.app.state.settings
    other = next(each for each in LANGUAGES if each != lang)
    return pages.page(
        "about.html", lang, other_language=f"/{name}" + ("" if other == LANGUAGES[0] else f"?lang={other}"),
        headers={"content-language": lang}, title=_say(f"{name}_title", lang),
        parts=[(_say(f"{name}_{part}_heading", lang), _paragraphs(name, part, lang, settings)) for part in PARTS[name]],
    )


def _say(key: str, lang: str, **fields: str) -> str:
    text = wording.say(f"about.{key}", lang)
    for name, value in fields.items():
        text = text.replace(f"{{{name}}}", value)
    return text


def _paragraphs(page: str, part: str, lang: str, settings: Settings) -> list[str]:
    """The text of one part, with what this copy's settings and its store have to say."""
    if part == "who":
        return _operator(settings, lang)
    text = _say(f"{page}_{part}", lang, idle=f"{settings.idle / 60:.3g}", hours=f"{settings.absolute / 3600:.3g}", group=str(settings.smallest_group))
    if (page, part) == ("privacy", "held") and settings.usage_counts:
        text += "\n" + _say("privacy_counted", lang, group=str(settings.smallest_group))
    paragraphs = [line.strip() for line in text.splitlines() if line.strip()]
    if page == "about" and part == "review":
        return [*paragraphs, *_reviewed(lang)]
    if part == "sources":
        store = shelf.store()
        current = _say("about_checked", lang, date=labels.date(store.checked_on, lang)) if store else _say("about_unchecked", lang)
        return [*paragraphs, current, *_edition(lang), _say("about_official", lang)]
    return [*paragraphs, *_version(lang), *_operator(settings, lang)] if part == "made" else paragraphs


def _edition(lang: str) -> list[str]:
    edition = version.served().law_revised_to
    return [_say("about_edition", lang, date=labels.date(dt.date.fromisoformat(edition), lang))] if len(edition) == len("2025-01-01") else []


def _version(lang: str) -> list[str]:
    """What to name when telling the makers of a mistake."""
    made = version.served()
    code = f"{made.version} ({made.commit})" if made.commit else made.version
    return [_say("about_version", lang, version=code, content=made.content)] if made.content else [_say("about_version_only", lang, version=code)]


def _reviewed(lang: str) -> list[str]:
    """Whether a lawyer has reviewed any of it, who and how much, as the store's ledger of sign-offs has it."""
    store = shelf.store()
    if store is None:
        return []
    sections = store.reviewed()
    compared = _say("about_compared", lang, number=str(sum(one.state != "drafted" for one in sections)), all=str(len(sections)))
    signed = [one for one in sections if one.state == "lawyer" and one.lawyer_by and one.lawyer_on]
    if not signed:
        return [compared, _say("about_no_lawyer", lang)]
    names = ", ".join(dict.fromkeys(one.lawyer_by for one in signed if one.lawyer_by))
    latest = labels.date(max(one.lawyer_on for one in signed if one.lawyer_on), lang)
    return [compared, _say("about_lawyer", lang, names=names, number=str(len(signed)), all=str(len(sections)), date=latest)]


def _operator(settings: Settings, lang: str) -> list[str]:
    if not settings.operator:
        return [_say("operator_unnamed", lang)]
    contact = [_say("operator_contact", lang, contact=settings.operator_contact)] if settings.operator_contact else []
    return [_say("operator", lang, operator=settings.operator), *contact]
