"""Whether each Redis keeps what it should: nothing of conversations, every opt-out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong

CONVERSATIONS, OPT_OUTS = "REDIS_URL", "OPTOUTS_REDIS_URL"


def redis(deployment: Deployment) -> Iterator[Finding]:
    """Both instances answer, are two, and persist as they should."""
    urls = {name: deployment.get(name) for name in (CONVERSATIONS, OPT_OUTS) if deployment.get(name)}
    if not urls:
        yield fine("Everything is held in memory and SQLite: REDIS_URL is not set.")
        return
    if CONVERSATIONS in urls and OPT_OUTS not in urls and deployment.settings.twilio_auth_token:
        yield warning("REDIS_URL is set and OPTOUTS_REDIS_URL is not: each gateway would keep its own list of who opted out of texts.",
                      "Set OPTOUTS_REDIS_URL to a second Redis with an append file.")
    asked = {name: _ask(url) for name, url in urls.items()}
    for name, answer in asked.items():
        if isinstance(answer, str):
            yield wrong(f"{name}: Redis could not be asked ({answer}).", "Check the address and the password, and that Redis runs.")
        elif not answer["config"]:
            yield warning(f"{name}: Redis does not show its settings, so what it writes to disk cannot be checked.", _HOW[name])
        elif name == CONVERSATIONS and (answer["config"]["save"] or answer["config"]["appendonly"] == "yes"):
            yield wrong("REDIS_URL: this Redis writes conversations to disk, where they outlive their expiry.", _HOW[name])
        elif name == OPT_OUTS and answer["config"]["appendonly"] != "yes":
            yield wrong("OPTOUTS_REDIS_URL: this Redis has no append file. After a crash, people who opted out would get texts again.", _HOW[name])
        else:
            yield fine(f"{name}: Redis answers, and writes to disk what it should.")
    runs = [answer["run"] for answer in asked.values() if not isinstance(answer, str)]
    if len(runs) == 2 and runs[0] == runs[1]:
        yield wrong("REDIS_URL and OPTOUTS_REDIS_URL are the same Redis. It cannot both forget and keep.", "Run two, each with its own settings.")


_HOW = {
    CONVERSATIONS: 'Start it with: redis-server --save "" --appendonly no',
    OPT_OUTS: "Start it with: redis-server --appendonly yes",
}


def _ask(url: str) -> dict[str, Any] | str:
    """The running instance and its settings; the kind of error where it could not be asked. Never the address: it may hold a password."""
    try:
        from redis import Redis
    except ImportError:
        return "the package redis is not installed"
    try:
        client = Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, decode_responses=True)
        run = client.info("server")["run_id"]
    except Exception as error:  # a wrong address, no route, a wrong password: each of another kind
        return type(error).__name__
    try:
        config = {name: client.config_get(name).get(name, "") for name in ("save", "appendonly")}
    except Exception:  # a managed Redis may forbid it
        config = {}
    return {"run": run, "config": config}
