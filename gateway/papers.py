"""The result sheet of an interview as a file: made on request of the conversation's own answers, streamed, never stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from bot.render import neutral
from bot.render.papers import calendar, docx, pdf
from bot.reply import Sheet
from bot.safety import wording
from gateway.conversation import Conversations
from gateway.problems import problem
from gateway.sessions import BadToken, Session

_KINDS: dict[str, tuple[Callable[[Sheet, Mapping[str, str]], bytes], str]] = {
    "pdf": (pdf.render, "application/pdf"),
    "docx": (docx.render, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "ics": (calendar.render, "text/calendar; charset=utf-8"),
}
CHOICE = "result:"


def asks_for_paper(choice: str) -> bool:
    """Whether a choice asks for a file rather than words."""
    return choice.startswith(CHOICE) and choice.removeprefix(CHOICE) in _KINDS


class NoPaper(Exception):
    """No file can be made. ``reason`` is a key of gateway.yml, ``status`` what HTTP calls it."""

    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


async def as_file(request: Request, session: Session, choice: str) -> Response:
    """The file that ``choice`` asks for; in words why not, where it cannot be made."""
    try:
        return await made(request, session, choice)
    except NoPaper as error:
        return problem(error.status, error.reason)
    except BadToken as error:
        return problem(401, error.reason)


async def made(request: Request, session: Session, choice: str) -> Response:
    """The file that ``choice`` ("result:pdf") asks for. Raises ``NoPaper`` where it cannot be made.

    The core makes the sheet of the answers given, here it becomes a file, and nothing of it stays. The name of the file says
    nothing of the subject.
    """
    conversations: Conversations = request.app.state.conversations
    answer = await conversations.send(session, "", choice)
    reply = next((reply for reply in answer.replies if reply.get("sheet")), None)
    if reply is None:
        raise NoPaper(503, answer.refused or "unavailable") if answer.unavailable else NoPaper(409, "no_result_yet")
    return await run_in_threadpool(_file, reply)  # a page takes longer to set than a turn may hold the loop


def _file(reply: dict[str, Any]) -> Response:
    parsed = neutral.parse(reply)
    assert parsed.sheet is not None
    render, media = _KINDS[parsed.document]
    try:
        body = render(parsed.sheet, {f"papers.{key}": text for key, text in wording.of_file("papers", parsed.lang).items()})
    except pdf.PaperUnavailable:
        raise NoPaper(503, "paper_unavailable") from None
    except ValueError:  # a calendar of a result without dates
        raise NoPaper(409, "no_dates") from None
    return Response(body, media_type=media, headers={"content-disposition": f'attachment; filename="charter-oak.{parsed.document}"'})
