"""Whether the machine has what the bot needs: Python, the locked packages, Pango, and for tests a browser."""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from importlib import metadata, util
from pathlib import Path

from bot import paths
from bot.render.papers import pdf
from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong

_LOCKED = re.compile(r'^\[\[package\]\]\nname = "([^"]+)"\nversion = "([^"]+)"', re.M)
_NEEDED = re.compile(r'^    "([A-Za-z0-9_.-]+)', re.M)
_INSTALL = "Install the release's requirements.txt: docs/releasing.md" if paths.INSTALLED else "Run: scripts/setup"


def python(deployment: Deployment, version: tuple[int, ...] = sys.version_info[:2]) -> Iterator[Finding]:
    """Rasa needs 3.10; the rest runs on 3.10 to 3.13."""
    name = ".".join(map(str, version))
    if not (3, 10) <= version < (3, 14):
        yield wrong(f"This is Python {name}. The bot runs on Python 3.10 to 3.13.", "Install Python 3.10, remove .venv, and run: make setup")
    elif version > (3, 10) and not util.find_spec("rasa"):
        yield warning(f"This is Python {name}, which can run the gateway. Rasa and its actions need Python 3.10.",
                      "Run those two in an environment of Python 3.10, here or elsewhere, and point RASA_URL there.")
    else:
        yield fine(f"Python {name}.")


def packages(deployment: Deployment) -> Iterator[Finding]:
    """The environment holds the versions of uv.lock."""
    lock, project = deployment.root / "uv.lock", deployment.root / "pyproject.toml"
    if not lock.exists() or not (project.exists() or paths.INSTALLED):
        yield warning("There is no uv.lock here, so the installed packages cannot be compared with it.", "Run this from the project's folder.")
        return
    locked: dict[str, set[str]] = {}
    for name, version in _LOCKED.findall(lock.read_text(encoding="utf-8")):
        locked.setdefault(_plain(name), set()).add(version)
    installed = {_plain(found.metadata["Name"]): found.version for found in metadata.distributions() if found.metadata["Name"]}
    missing = sorted({_plain(name) for name in _needed(project)} - installed.keys())
    other = sorted(name for name, version in installed.items() if name in locked and version not in locked[name] and name != "charter-oak")
    if missing or other:
        named = ", ".join([*(f"{name} is missing" for name in missing), *(f"{name} {installed[name]} is not the locked one" for name in other)][:6])
        yield wrong(f"The installed packages are not those of uv.lock: {named}.", _INSTALL)
    else:
        yield fine("The installed packages are those of uv.lock.")


def _needed(project: Path) -> list[str]:
    """The names of the packages that everything stands on, from the project's file or from what was installed of it."""
    if not project.exists():
        return [re.split(r"[^\w.-]", line)[0] for line in metadata.requires("charter-oak") or () if "extra ==" not in line]
    return _NEEDED.findall(project.read_text(encoding="utf-8").partition("dependencies = [")[2].partition("\n]")[0])


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def papers(deployment: Deployment) -> Iterator[Finding]:
    """Pango makes the PDFs."""
    try:
        pdf.library()
        yield fine("Pango is here: papers can be PDF.")
    except pdf.PaperUnavailable:
        yield warning("Pango is missing, so no paper can be a PDF. Word files and calendars still can.",
                      "Debian, Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0. macOS: brew install pango.")


def browser(deployment: Deployment) -> Iterator[Finding]:
    """Chromium is for tests only."""
    if any(map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))):
        yield fine("Chromium is here, for the tests.")
    else:
        yield fine("Chromium is not here. Only the tests would use it.")
