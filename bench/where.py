"""Where the time of one turn goes, and of the start: timers around the real functions, in the real processes.

``python -m bench.where`` prints both tables. Each stage counts its own time only, without the stages inside it; one person
asks at a time, so that what is timed is work and not waiting for others.
"""

from __future__ import annotations

import atexit
import functools
import inspect
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bot import model, paths

TURNS = 200
WARM = 30
RASA = [  # stage, module, object, function
    ("the channel, Rasa's processor and tracker", "rasa_ext.channels", "", "turn"),
    ("words of danger", "bot.safety.emergency", "EmergencyWatch", "look"),
    ("the conversation out of the store and back", "rasa_ext.conversations", "ExpiringTrackerStore", "retrieve"),
    ("the conversation out of the store and back", "rasa_ext.conversations", "ExpiringTrackerStore", "save"),
    ("parse: Rasa's own share", "rasa.core.processor", "MessageProcessor", "parse_message"),
    ("parse: n-gram features", "rasa_ext.ngrams", "NgramModel", "features"),
    ("parse: matrix product", "rasa_ext.ngrams", "NgramModel", "probabilities"),
    ("parse: clauses and ranking", "rasa_ext.classifier", "TopicClassifier", "process"),
    ("parse: citations and terms", "rasa_ext.extractor", "LawEntityExtractor", "process"),
    ("running the graph's steps", "rasa.engine.runner.dask", "DaskGraphRunner", "run"),
    ("policies: which rule applies", "rasa.core.policies.rule_policy", "RulePolicy", "predict_action_probabilities"),
    ("policies: the conversation as states", "rasa.core.policies.rule_policy", "RulePolicy", "_prediction_states"),
    ("slots from the message", "rasa.core.actions.action", "ActionExtractSlots", "run"),
    ("action call: Rasa's own share", "rasa.core.actions.action", "RemoteAction", "run"),
    ("action call: the conversation as JSON values", "rasa.shared.core.trackers", "DialogueStateTracker", "current_state"),
    ("action call: check of the result", "rasa.core.actions.action", "RemoteAction", "_validate_action_result"),
    ("action call: JSON and HTTP, both sides", "rasa.utils.endpoints", "EndpointConfig", "request"),
]
ACTIONS = [
    ("rasa_sdk around the action", "rasa_sdk.executor", "ActionExecutor", "run"),
    ("the adapter", "actions.actions", "_CoreAction", "run"),
    ("the core: the answer", "bot.service", "", "respond"),
    ("the core: law.db", "bot.law.database", "Database", "_rows"),
    ("the core: the reply as JSON values", "bot.render.neutral", "", "render"),
]
WIRE, SDK, ROOT = RASA[-1][0], ACTIONS[0][0], RASA[0][0]


class Timers:
    """The seconds of each stage, its own and with what is inside, and how often it ran."""

    def __init__(self) -> None:
        self.own: dict[str, float] = defaultdict(float)
        self.whole: dict[str, float] = defaultdict(float)
        self.calls: dict[str, int] = defaultdict(int)
        self._inside: list[float] = []

    def around(self, stage: str, work: Callable[..., Any]) -> Callable[..., Any]:
        """``work``, timed as ``stage``."""
        if inspect.iscoroutinefunction(work):
            @functools.wraps(work)
            async def timed(*args: Any, **kwargs: Any) -> Any:
                start = self._enter()
                try:
                    return await work(*args, **kwargs)
                finally:
                    self._leave(stage, start)
        else:
            @functools.wraps(work)
            def timed(*args: Any, **kwargs: Any) -> Any:
                start = self._enter()
                try:
                    return work(*args, **kwargs)
                finally:
                    self._leave(stage, start)
        return timed

    def _enter(self) -> float:
        self._inside.append(0.0)
        return time.perf_counter()

    def _leave(self, stage: str, start: float) -> None:
        taken = time.perf_counter() - start
        self.own[stage] += taken - self._inside.pop()
        self.whole[stage] += taken
        self.calls[stage] += 1
        if self._inside:
            self._inside[-1] += taken


def _put_in(stages: list[tuple[str, str, str, str]], answer: Path) -> None:
    """Time ``stages`` in this process; what they took is written to ``answer`` when it ends, counted from the mark of SIGUSR1 on."""
    import importlib
    import signal

    timers = Timers()
    for stage, module, owner, name in stages:
        place: Any = importlib.import_module(module)
        place = getattr(place, owner) if owner else place
        setattr(place, name, timers.around(stage, getattr(place, name)))

    def clear(*_: object) -> None:
        for counted in (timers.own, timers.whole, timers.calls):
            counted.clear()

    signal.signal(signal.SIGUSR1, clear)
    atexit.register(lambda: answer.write_text(json.dumps({"own": timers.own, "whole": timers.whole, "calls": timers.calls})))


def _inside(which: str, answer: Path, arguments: list[str]) -> None:
    """Be one of the bot's processes, with timers."""
    sys.argv = [which, *arguments]
    if which == "rasa":
        from rasa_ext import lean

        lean.without_tensorflow()
        from rasa_ext import patches

        patches.apply()
        _put_in(RASA, answer)
        from rasa.__main__ import main as rasa_main

        rasa_main()
    else:
        _put_in(ACTIONS, answer)
        from actions.server import main as actions_main

        actions_main()


def turn() -> list[dict[str, Any]]:
    """The stages of one turn, the longest first: name, process, milliseconds of its own, times a turn."""
    import signal
    import urllib.request
    import uuid

    from bench.running import ASKS, free_port

    rasa, actions = free_port(), free_port()
    base = f"http://127.0.0.1:{rasa}"
    quiet = {"RASA_TELEMETRY_ENABLED": "false", "LOG_LEVEL": "WARNING", "LOG_LEVEL_LIBRARIES": "ERROR", "LOG_LEVEL_RASA": "WARNING"}
    places = {"ACTIONS_URL": f"http://127.0.0.1:{actions}", "PYTHONPATH": str(paths.ROOT)}
    environ = {**os.environ, **quiet, **places, "OPENBLAS_NUM_THREADS": "1"}  # as rasa_ext/serve.py has it

    def ask(sender: str, text: str) -> bytes:
        body = json.dumps({"conversation": sender, "text": text}).encode()
        request = urllib.request.Request(f"{base}/webhooks/gateway/webhook", body, {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as response:
            return bytes(response.read())

    def up() -> bool:
        try:
            return ASKS[0][1].encode() in ask(uuid.uuid4().hex, ASKS[0][0])
        except OSError:
            return False

    with tempfile.TemporaryDirectory() as folder:
        answers = {"rasa": Path(folder, "rasa.json"), "actions": Path(folder, "actions.json")}
        words = {
            "rasa": ["run", "-i", "127.0.0.1", "-p", str(rasa), "-m", str(model.train(print)), "--quiet"],
            "actions": ["--port", str(actions)],
        }
        started = [
            subprocess.Popen([sys.executable, "-m", "bench.where", "--inside", name, str(answers[name]), *words[name]], cwd=paths.ROOT, env=environ,
                             stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            for name in answers
        ]
        try:
            deadline = time.monotonic() + 120
            while not up():
                if time.monotonic() > deadline or any(process.poll() is not None for process in started):
                    raise RuntimeError("the processes with timers did not start")
                time.sleep(0.2)
            taken: list[float] = []
            sender = ""
            for number in range(WARM + TURNS):
                if number == WARM:
                    for process in started:
                        process.send_signal(signal.SIGUSR1)
                    time.sleep(0.2)
                    taken.clear()
                sender = sender if number % 8 else uuid.uuid4().hex
                start = time.perf_counter()
                ask(sender, ASKS[number % len(ASKS)][0])
                taken.append(time.perf_counter() - start)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(timeout=30)
        found = {name: json.loads(path.read_text()) for name, path in answers.items()}
    return _table(found, sum(taken))


def _table(found: dict[str, Any], whole: float) -> list[dict[str, Any]]:
    own = {(name, stage): seconds for name, of_it in found.items() for stage, seconds in of_it["own"].items()}
    # What one process waits for is the other's time, and the first process's own caller's is HTTP.
    own["rasa", WIRE] -= found["actions"]["whole"][SDK]
    own["rasa", "HTTP into Rasa and out, with the client"] = whole - found["rasa"]["whole"][ROOT] - found["rasa"]["whole"].get("words of danger", 0)
    rows = [
        {"stage": stage, "process": name, "ms": 1000 * seconds / TURNS, "times": found[name]["calls"].get(stage, TURNS) / TURNS}
        for (name, stage), seconds in own.items()
    ]
    return sorted(rows, key=lambda row: -row["ms"])


def start() -> dict[str, Any]:
    """Seconds of imports at the start of each process, in all and by the packages that take longest themselves."""
    lean = "from rasa_ext import lean; lean.without_tensorflow(); from rasa_ext import patches; patches.apply()"
    codes = {
        "rasa": f"{lean}; import rasa.__main__, rasa.core.run, rasa.core.agent, rasa_ext.channels, rasa_ext.classifier, rasa_ext.extractor",
        "actions": "import rasa_sdk.endpoint, actions.actions",
        "gateway": "import gateway.__main__",
    }
    found: dict[str, Any] = {}
    for name, code in codes.items():
        done = subprocess.run([sys.executable, "-X", "importtime", "-c", code], cwd=paths.ROOT, capture_output=True, text=True, check=True,
                              env={**os.environ, "PYTHONWARNINGS": "ignore"})
        packages: dict[str, float] = defaultdict(float)
        for own, module in re.findall(r"^import time:\s+(\d+) \|\s+\d+ \|\s+(\S+)$", done.stderr, re.M):
            packages[module.partition(".")[0]] += int(own) / 1e6
        ordered = sorted(packages.items(), key=lambda item: -item[1])
        found[name] = {"seconds": sum(packages.values()), "modules": done.stderr.count("import time:"), "packages": dict(ordered[:8])}
    return found


def main() -> None:
    """Print both tables."""
    if sys.argv[1:2] == ["--inside"]:
        _inside(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
        return
    rows = turn()
    print(f"{sum(row['ms'] for row in rows):.2f} ms a turn")
    for row in rows:
        print(f"{row['ms']:7.3f} ms  {row['process']:8} {row['stage']} ({row['times']:.1f} times)")
    for name, item in start().items():
        longest = ", ".join(f"{package} {seconds:.2f}" for package, seconds in item["packages"].items())
        print(f"{name}: {item['seconds']:.2f} s of imports: {longest}")


if __name__ == "__main__":
    main()
