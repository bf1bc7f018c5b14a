"""The chat as one script for any website, made of ``widget/src`` at start-up; the page that is nothing but the chat; the line to embed it."""

from __future__ import annotations

import base64
import graphlib
import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from bot import paths
from bot.errors import CharterOakError
from bot.law.content import LANGUAGES, read_yaml
from bot.limits import LONGEST_MESSAGE
from bot.safety import wording
from gateway import pages, public
from gateway.problems import problem
from gateway.usage.lines import REASONS

NAME = "charter-oak-chat.js"
_SCRIPT = "text/javascript; charset=utf-8"
SOURCES = paths.ROOT / "widget" / "src"
GIVEN = "given.js"  # the module that this file writes: the words, the numbers, the style sheet
# Nothing inline, nothing evaluated, nothing parsed as HTML, nothing from elsewhere.
CHAT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'"
)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.M | re.S)  # on lines of its own: what the sources tell their readers
_IMPORT = re.compile(r'import \{ [\w, ]+ \} from "\./([\w-]+\.js)";')
_DECLARED = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.M)


class BadModule(CharterOakError):
    """A module of the widget that cannot be joined with the others; the message names it."""


@dataclass(frozen=True)
class Bundle:
    """The widget as it is served."""

    body: bytes
    digest: str  # part of its address, which thus never shows anything else
    integrity: str  # what a host's page checks it against

    @property
    def address(self) -> str:
        """Its address below the bot's."""
        return f"/widget/{self.digest}/{NAME}"


def routes() -> list[Route]:
    """The chat page and the widget's addresses. Joins the widget, so that a broken module stops the start and not a page."""
    bundle()
    return [
        Route("/", chat, methods=["GET"]),
        Route("/embed", embed, methods=["GET"]),
        Route(f"/widget/{NAME}", newest, methods=["GET", "HEAD"]),
        Route("/widget/{digest}/" + NAME, pinned, methods=["GET", "HEAD"]),
    ]


@cache
def bundle() -> Bundle:
    """The widget, joined once a process."""
    modules = {path.name: path.read_text(encoding="utf-8") for path in sorted(SOURCES.glob("*.js"))}
    body = join({**modules, GIVEN: given()}).encode()
    integrity = base64.b64encode(hashlib.sha384(body).digest()).decode()
    return Bundle(body, hashlib.sha256(body).hexdigest()[:12], f"sha384-{integrity}")


def join(modules: Mapping[str, str]) -> str:
    """ES modules as one, each after those that it imports.

    All names then share one scope, so ``import`` and ``export`` can go, and no name may stand twice. Raises ``BadModule``.
    """
    needs = {name: _IMPORT.findall(text) for name, text in modules.items()}
    for name, text in modules.items():
        if missing := [need for need in needs[name] if need not in modules]:
            raise BadModule(f"{name} imports {missing[0]}, which is not there.")
        if len(re.findall(r"^import\b", text, re.M)) != len(needs[name]) or re.search(r"^export (?:default|\{)", text, re.M):
            raise BadModule(f'{name}: write imports as `import {{ a, b }} from "./c.js";` and exports in front of what is exported.')
    try:
        order = list(graphlib.TopologicalSorter({name: sorted(need) for name, need in sorted(needs.items())}).static_order())
    except graphlib.CycleError as error:
        raise BadModule(f"These modules import each other: {', '.join(error.args[1])}.") from None
    owner: dict[str, str] = {}
    parts = []
    for name in order:
        part = re.sub(r"^export ", "", _IMPORT.sub("", _COMMENT.sub("", modules[name])), flags=re.M).strip()
        for declared in _DECLARED.findall(part):
            if declared in owner:
                raise BadModule(f"{declared} is declared in {owner[declared]} and in {name}; joined, they would be one.")
            owner[declared] = name
        parts.append(part)
    return "\n".join(parts) + "\n"


def given() -> str:
    """The module of what is not written in JavaScript: words, steering words, phone numbers, the style sheet, limits."""
    values: dict[str, Any] = {
        "WORDS": {lang: wording.of_file("widget", lang) for lang in LANGUAGES},
        # The words that steer an interview, as content/wording/<lang>/navigation.yml hears them.
        "STEER": {lang: {key: wording.of_file("navigation", lang)[key].split(",")[0] for key in ("back", "why", "leave")} for lang in LANGUAGES},
        "UNHELPFUL": {lang: _unhelpful(lang) for lang in LANGUAGES},
        "NUMBERS": _numbers(),
        "LONGEST": LONGEST_MESSAGE,
        "EXIT": pages.EXIT_URL,
        "CSS": re.sub(r"\n\s*", "\n", re.sub(r"/\*.*?\*/", "", (SOURCES / "chat.css").read_text(encoding="utf-8"), flags=re.S)).strip(),
    }
    return "".join(f"export const {name} = {json.dumps(value, ensure_ascii=False)};\n" for name, value in values.items())


def _unhelpful(lang: str) -> dict[str, Any]:
    """The words below an answer that did not help: the control's, its list's, and the reasons in their order."""
    said = wording.of_file("unhelpful", lang)
    return {"control": said["control"], "ask": said["ask"], "reasons": {reason: said[f"reason_{reason}"] for reason in REASONS}}


def _numbers() -> dict[str, str]:
    """Each number of help.yml and how a phone calls or texts it."""
    found: dict[str, str] = {}
    for resource in read_yaml(paths.content_dir() / "help.yml"):
        if number := resource.get("text"):
            found[number] = f"sms:{_dialled(number)}"
    for resource in read_yaml(paths.content_dir() / "help.yml"):  # a number that takes both is called
        if number := resource.get("call"):
            found[number] = f"tel:{_dialled(number)}"
    return found


def _dialled(number: str) -> str:
    digits = re.sub(r"\D", "", number)
    return digits if len(digits) < 10 else f"+{digits}" if digits.startswith("1") else f"+1{digits}"


def embed_line(origin: str) -> str:
    """What a website puts into its pages. The link shows where scripts are off, or where the address is no longer served."""
    made = bundle()
    return (
        f'<script type="module" src="{origin}{made.address}" integrity="{made.integrity}" crossorigin="anonymous"></script>\n'
        f'<charter-oak-chat lang="en"><a href="{origin}/ask">Charter Oak</a></charter-oak-chat>\n'
    )


async def embed(request: Request) -> Response:
    """``GET /embed``: the lines to paste, as plain text."""
    return PlainTextResponse(embed_line(request.app.state.settings.public_url or str(request.base_url).rstrip("/")))


async def pinned(request: Request) -> Response:
    """``GET /widget/<hash>/charter-oak-chat.js``: this very script, for ever."""
    if request.path_params["digest"] != bundle().digest:
        return problem(404, "no_such_page")
    return public.respond(request, bundle().body, _SCRIPT, keep=public.FOR_EVER)


async def newest(request: Request) -> Response:
    """``GET /widget/charter-oak-chat.js``: the script of today, for hosts that check no integrity."""
    return public.respond(request, bundle().body, _SCRIPT)


async def chat(request: Request) -> Response:
    """``GET /``: the chat on a page of its own, in the language asked for or the browser's."""
    lang = pages.language(request.query_params.get("lang") or request.headers.get("accept-language", "")[:2].lower())
    return pages.page("chat.html", lang, headers={"content-security-policy": CHAT_POLICY}, chat=bundle())

