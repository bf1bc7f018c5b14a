"""The table of faults, on the terminal and in docs/reliability.md."""

from __future__ import annotations

import datetime as dt
import os
import platform
import subprocess
from collections.abc import Iterable
from pathlib import Path

from bench.chaos.stage import Result
from bot import paths

PAGE = paths.ROOT / "docs" / "reliability.md"
BEGIN, END = "<!-- made by make chaos: begin -->", "<!-- made by make chaos: end -->"


def table(results: Iterable[Result]) -> str:
    """The results as Markdown."""
    rows = ["| fault | injected | survived | what was seen |", "|---|---|---|---|"]
    for result in results:
        broken = f" **Did not hold: {'; '.join(result.broken)}.**" if result.broken else ""
        rows.append(f"| {result.fault} | {result.injected:,} | {result.survived:,} | {result.counts}.{broken} |")
    return "\n".join(rows)


def block(results: list[Result], notes: dict[str, str]) -> str:
    """What goes into the page: when, of what, on what, and the table."""
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], cwd=paths.ROOT, capture_output=True, text=True, check=False).stdout.strip()
    load = os.getloadavg()[1]
    head = (
        f"{dt.date.today():%B %-d, %Y}, commit {commit or 'unknown'}; {os.cpu_count()} cores ({platform.machine()}, {platform.system()}), "
        f"Python {platform.python_version()}; load of the machine over the last five minutes {load:.1f}, this run included."
    )
    return "\n\n".join([head, table(results), *(f"### {heading}\n\n{text}" for heading, text in notes.items())])


def write(text: str, page: Path = PAGE) -> None:
    """Put ``text`` between the page's two marks."""
    before, _, rest = page.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    page.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
