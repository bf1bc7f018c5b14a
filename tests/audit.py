"""The locked packages looked up among published advisories: ``make audit``.

pip-audit runs in an environment of its own, over both halves of the lock (Rasa's Python, and newer ones). What it reports has to be
argued in ``advisories.yml``; what is argued there and no longer reported is said, so that it can go. Exits with 1 for an advisory that
is not argued or a review that is overdue, and with 0, saying so, where no advisory service could be asked.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from bot import paths
from bot.law.content import read_yaml

FILE = Path(__file__).with_name("advisories.yml")
PIP_AUDIT = "pip-audit==2.10.1"
HALVES = ("3.10", "3.13")
CANARY = "jinja2==2.4.1"  # has had advisories for years: a service that knows none of them knows nothing
_MARKED = {"3.10": "< '3.11'", "3.13": ">= '3.11'"}


class Argued(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An advisory that cannot be avoided, why it cannot be reached, and when to look again."""

    package: str
    ids: tuple[str, ...]
    why: str
    review: dt.date


@dataclass(frozen=True)
class Reported:
    """One advisory about one locked package, under all its names."""

    package: str
    version: str
    ids: frozenset[str]
    fixed_in: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """What the reports come to."""

    open: tuple[Reported, ...]
    argued: tuple[Reported, ...]
    stale: tuple[Argued, ...]
    overdue: tuple[Argued, ...]

    @property
    def good(self) -> bool:
        """Whether nothing is left to decide."""
        return not self.open and not self.overdue


def exceptions(path: Path = FILE) -> tuple[Argued, ...]:
    """The exceptions of the file. Raises ``msgspec.ValidationError`` for one that is not argued and dated."""
    return msgspec.convert(read_yaml(path), tuple[Argued, ...], strict=False)


def reported(answer: Mapping[str, Any]) -> tuple[list[Reported], list[str]]:
    """From pip-audit's JSON: the advisories, and the packages that no service knew."""
    found, unknown = [], []
    for package in answer["dependencies"]:
        if "skip_reason" in package:
            unknown.append(package["name"])
        for advisory in package.get("vulns", ()):
            ids = frozenset([advisory["id"], *advisory.get("aliases", ())])
            found.append(Reported(package["name"], package["version"], ids, tuple(advisory.get("fix_versions", ()))))
    return found, unknown


def answers(canary: Mapping[str, Any] | None) -> bool:
    """Whether a service that knows advisories answered: one that knows none of the canary's would find nothing anywhere."""
    return canary is not None and bool(reported(canary)[0])


def judge(found: Iterable[Reported], known_ones: Sequence[Argued], today: dt.date) -> Verdict:
    """Which advisories are argued, which are open, which arguments are no longer needed or have to be looked at again."""
    found = sorted(set(found), key=lambda each: (each.package, sorted(each.ids)))

    def covers(known: Argued, advisory: Reported) -> bool:
        return known.package == advisory.package and bool(advisory.ids & set(known.ids))

    return Verdict(
        open=tuple(each for each in found if not any(covers(known, each) for known in known_ones)),
        argued=tuple(each for each in found if any(covers(known, each) for known in known_ones)),
        stale=tuple(known for known in known_ones if not any(covers(known, each) for each in found)),
        overdue=tuple(known for known in known_ones if known.review < today),
    )


def _locked(python: str) -> list[str]:
    """The locked packages of one half, as ``name==version``."""
    exported = _run(["uv", "export", "--frozen", "--no-hashes", "--no-emit-project", "--no-annotate", "--no-header", "--all-groups"])
    lines = (line.partition(" ; ") for line in exported.splitlines() if "==" in line)
    return [pin.strip() for pin, _, marker in lines if not marker or _MARKED[python] in marker or "python" not in marker]


def _run(command: list[str]) -> str:
    tools = paths.ROOT / ".tools" / "bin"
    path = f"{tools}:{os.environ['PATH']}"
    done = subprocess.run(command, cwd=paths.ROOT, env={**os.environ, "PATH": path}, capture_output=True, text=True, check=False)
    return done.stdout


def _ask(packages: Sequence[str]) -> dict[str, Any] | None:
    """pip-audit's answer for some pins; None where it could not be run or nobody answered it."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as pins:
        pins.write("\n".join(packages) + "\n")
        pins.flush()
        said = _run(["uv", "tool", "run", PIP_AUDIT, "-r", pins.name, "--no-deps", "--disable-pip", "--format", "json", "--progress-spinner", "off"])
    try:
        return dict(json.loads(said))
    except ValueError:
        return None


def main() -> int:
    """Ask, judge, say; the exit code."""
    found: list[Reported] = []
    if not answers(_ask([CANARY])):
        print("NOT AUDITED: no advisory service answers from here. Run `make audit` where the network is there.")
        return 0
    for python in HALVES:
        answer = _ask(_locked(python))
        if answer is None:
            print(f"pip-audit could not read the lock of Python {python}")
            return 1
        advisories, unknown = reported(answer)
        for name in unknown:
            print(f"{name}: not known to the advisory service, not audited (Python {python})")
        found += advisories
    verdict = judge(found, exceptions(), dt.date.today())
    for each in verdict.open:
        fixed = f"; fixed in {', '.join(each.fixed_in)}" if each.fixed_in else ""
        print(f"OPEN: {each.package} {each.version}: {', '.join(sorted(each.ids))}{fixed}. Update it, or argue it in {FILE.name}.")
    for known in verdict.stale:
        print(f"no longer reported, remove from {FILE.name}: {known.package} {', '.join(known.ids)}")
    for known in verdict.overdue:
        print(f"OVERDUE: {known.package} was to be looked at again by {known.review}.")
    print(f"{len(verdict.open)} open, {len(verdict.argued)} argued, {len(verdict.stale)} no longer reported, {len(verdict.overdue)} overdue")
    return 0 if verdict.good else 1


if __name__ == "__main__":
    sys.exit(main())
