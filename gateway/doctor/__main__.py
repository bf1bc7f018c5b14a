"""Prints what the checks found: ``python -m gateway.doctor [--online] [--json]``."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys

from bot import paths
from gateway.doctor.checks import examine, sound
from gateway.doctor.finding import FINE, WARNING, WRONG, Deployment, Finding, wrong
from gateway.settings import BadSetting, Settings

_MARK = {WRONG: "WRONG  ", WARNING: "warning", FINE: "fine   "}


def main() -> None:
    """Exit code 1 where something is wrong, 0 where nothing is or there are warnings only."""
    parser = argparse.ArgumentParser(prog="charter-oak doctor", description="Looks for what a deployer may get wrong.")
    parser.add_argument("--online", action="store_true", help="ask Slack and the public address too")
    parser.add_argument("--json", action="store_true", help="print a list for programs")
    asked = parser.parse_args()
    found = diagnosis(asked.online)
    if asked.json:
        rows = [{"check": name, "level": finding.level, "says": finding.says, "do": finding.do} for name, finding in found]
        print(json.dumps(rows, indent=1))
    else:
        print("\n".join(_line(name, finding) for name, finding in found))
        count = {level: sum(finding.level == level for _, finding in found) for level in _MARK}
        print(f"\n{count[WRONG]} wrong, {count[WARNING]} to look at, {count[FINE]} fine.")
    sys.exit(0 if sound(found) else 1)


def diagnosis(online: bool) -> list[tuple[str, Finding]]:
    """What is found in this environment. A setting that cannot be meant is told first, and the rest is looked at without the settings."""
    first: list[tuple[str, Finding]] = []
    try:
        settings = Settings.read()
    except BadSetting as error:
        first, settings = [("settings", wrong(str(error), "See docs/configuration.md."))], Settings()
    return first + examine(Deployment(os.environ, settings, paths.ROOT, dt.datetime.now(dt.timezone.utc), online))


def _line(name: str, finding: Finding) -> str:
    return f"{_MARK[finding.level]} {name}: {finding.says}" + (f"\n        {finding.do}" if finding.do else "")


if __name__ == "__main__":
    main()
