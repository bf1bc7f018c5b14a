"""One of the three processes by itself: what a container runs, or a unit of its own beside others of its kind."""

from __future__ import annotations

import os
from typing import NoReturn

from bot import launch, model, paths


def run(name: str) -> NoReturn:
    """Become the process ``name``: "gateway", "rasa" or "actions". Nothing is built or trained here, so that replicas start alike.

    Rasa and the action server listen on ``INTERNAL_HOST``. Raises ``CannotStart`` where what the process stands on was not made.
    """
    ports, host = launch.Ports.read(), os.environ.get("INTERNAL_HOST") or launch.LOOPBACK
    trained = model.current() if name == "rasa" else paths.ROOT
    needs, made_by = {"rasa": (trained, "train"), "actions": (paths.law_db(), "build")}.get(name, (paths.ROOT, ""))
    if not needs.exists():  # the gateway goes on without the store: who is in danger is answered from the wording alone
        raise launch.CannotStart(f"There is no {needs}. Make it before replicas start: charter-oak {made_by}")
    command = launch.commands(ports, trained, host)[name]
    os.chdir(paths.ROOT)
    os.execve(command[0], command, launch.environment(name, ports, host))
