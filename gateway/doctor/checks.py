"""Every check, by name and in the order in which they are told."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from gateway.doctor import channels, content, house, installed, reach, secrets, stores
from gateway.doctor.finding import WRONG, Deployment, Finding, wrong

Check = Callable[[Deployment], Iterator[Finding]]

CHECKS: dict[str, Check] = {
    "version": content.made_of, "python": installed.python, "packages": installed.packages, "papers": installed.papers, "browser": installed.browser,
    "law store": content.law_store, "language model": content.language_model, "numbers to call": content.numbers_to_call,
    "ports": reach.ports, "public address": reach.public_address, "embedding": reach.embedding, "proxies": reach.proxies,
    "metrics": reach.metrics_address, "signing key": secrets.signing_key, "opt-outs": secrets.opt_outs, "secret files": secrets.env_files,
    "text messages": channels.texts, "slack": channels.slack, "redis": stores.redis, "operator": house.operator, "sunset": house.sunset,
    "clock": house.clock,
}


def examine(deployment: Deployment) -> list[tuple[str, Finding]]:
    """What every check has to say. A check that breaks is a finding too: the others go on."""
    found: list[tuple[str, Finding]] = []
    for name, check in CHECKS.items():
        try:
            found += [(name, finding) for finding in check(deployment)]
        except Exception as error:
            found.append((name, wrong(f"This could not be looked at ({type(error).__name__}).", "Tell the project how it came about.")))
    return found


def sound(found: list[tuple[str, Finding]]) -> bool:
    """Whether nothing is wrong; warnings are let pass."""
    return all(finding.level != WRONG for _, finding in found)
