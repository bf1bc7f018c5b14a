"""Logs that cannot hold what a person wrote.

A library may put a message's text into its own log lines, above all when something goes wrong. From the
first message on, a log record keeps only when, how bad, which logger, where in the code, and the type of
an error. An allow-list: whatever a library adds in a later version is left out as well.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import Any

OWN = ("gateway", "bot", "actions", "rasa_ext")  # these log fixed sentences only, and the gateway a line a turn of allowed fields


def install() -> None:
    """Make every log record of this process wordless, except this project's own fixed sentences."""
    usual = logging.getLogRecordFactory()
    if getattr(usual, "wordless", False):
        return

    def wordless(*args: Any, **kwargs: Any) -> logging.LogRecord:
        record = usual(*args, **kwargs)
        if record.name.partition(".")[0] not in OWN:
            record.msg, record.args = f"({record.filename}:{record.lineno})", ()
        if record.exc_info and record.exc_info[0]:
            record.msg, record.args = f"{record.msg} {record.exc_info[0].__name__}", record.args
        record.exc_info = record.exc_text = record.stack_info = None
        return record

    wordless.wordless = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(wordless)
    sys.excepthook = _frames_only


def _frames_only(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """A traceback shows lines of code; the message of the error may hold a value, so that it is left out."""
    sys.stderr.write("".join(traceback.format_tb(trace)) + kind.__name__ + "\n")
