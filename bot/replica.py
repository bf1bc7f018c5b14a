"""One of the three processes by itself: what a container runs, or a unit of its own beside others of its kind."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

from bot import launch, model, paths
from bot.law import current


def run(name: str) -> NoReturn:
    """Become the process ``name``: "gateway", "rasa" or "actions". Nothing is built or trained here, so that replicas start alike.

    Rasa and the action server listen on ``INTERNAL_HOST``. Raises ``CannotStart`` where what the process stands on was not made, or
    was made of other content: after an upgrade it would answer with the older law.
    """
    ports, host = launch.Ports.read(), os.environ.get("INTERNAL_HOST") or launch.LOOPBACK
    trained = model.current() if name == "rasa" else paths.ROOT
    if not trained.exists():
        raise launch.CannotStart(f"There is no {trained}. Make it before replicas start: charter-oak train")
    if wrong := current.out_of_date(paths.content_dir(), paths.law_db()):
        if name != "gateway":  # which goes on: who is in danger is answered from the wording alone
            raise launch.CannotStart(wrong)
        print(wrong, file=sys.stderr)
    command = launch.commands(ports, trained, host)[name]
    environ = launch.environment(name, ports, host)
    os.chdir(paths.ROOT)
    os.execve(command[0], command, environ)
