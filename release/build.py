"""Builds what a release consists of, and looks into it before anyone installs it."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path

from bot import commit, model, paths
from bot.errors import CharterOakError

PACKAGES = ("actions", "bot", "gateway", "rasa_ext")
REQUIREMENTS = "requirements.txt"
SUMS = "SHA256SUMS"


class CannotRelease(CharterOakError):
    """What stands in the way of a release, in a sentence."""


def distributions(out: Path, root: Path = paths.ROOT, epoch: int | None = None) -> tuple[Path, Path]:
    """Build the sdist, and the wheel from it, into ``out``.

    Args:
        epoch: the time of every file in them, in seconds since 1970; that of the commit unless given.

    Raises:
        CannotRelease: uv could not, with what it said.
    """
    when = epoch if epoch is not None else int(_run(root, "git", "log", "-1", "--format=%ct"))
    _run(root, uv(), "build", "--quiet", "--out-dir", str(out), str(root), SOURCE_DATE_EPOCH=str(when))
    return next(out.glob("*.tar.gz")), next(out.glob("*.whl"))


def requirements(out: Path) -> Path:
    """The exact packages of uv.lock with their hashes, for each Python, as any installer reads them."""
    target = out / REQUIREMENTS
    _run(paths.ROOT, uv(), "export", "--quiet", "--frozen", "--no-default-groups", "--extra", "rasa", "--no-emit-project", "--no-annotate",
         "--no-header", "--output-file", str(target))
    return target


def out_of_place(wheel: Path) -> Iterator[str]:
    """Each file in the wheel that git does not know, and each of the packages' files that is missing from it."""
    known = set(_run(paths.ROOT, "git", "ls-files", "--cached", "--others", "--exclude-standard").splitlines())
    with zipfile.ZipFile(wheel) as opened:
        held = {name for name in opened.namelist() if ".dist-info/" not in name}
    shipped = {name: name.removeprefix("bot/shipped/") for name in held if name.startswith("bot/shipped/")}
    expected = {name for name in known if name.split("/")[0] in PACKAGES}
    yield from (f"{name} is not known to git" for name, own in shipped.items() if own not in {*known, commit.NOTE})
    yield from (f"{name} is not known to git" for name in sorted(held - shipped.keys() - known))
    yield from (f"{name} is missing" for name in sorted(expected - held))


def everything(out: Path) -> list[Path]:
    """All parts of a release: sdist, wheel, the packages they stand on, the trained model, and the sums of all. Raises ``CannotRelease``."""
    if not model.current().exists():
        raise CannotRelease("The model of this release was not trained. Run: charter-oak train")
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    sdist, wheel = distributions(out)
    if wrong := sorted(out_of_place(wheel)):
        raise CannotRelease("The wheel is not as it should be: " + "; ".join(wrong[:5]) + ".")
    made = [sdist, wheel, requirements(out), Path(shutil.copy(model.current(), out))]
    sums = out / SUMS
    sums.write_text("".join(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}\n" for path in made), encoding="utf-8")
    return [*made, sums]


def changed_files() -> str:
    """What git says differs from the commit; empty for a clean tree."""
    return _run(paths.ROOT, "git", "status", "--porcelain")


def tagged(version: str) -> bool:
    """Whether the commit bears the release's tag."""
    return f"v{version}" in _run(paths.ROOT, "git", "tag", "--points-at", "HEAD").split()


def uv() -> str:
    """uv, as scripts/setup found or brought it. Raises ``CannotRelease``."""
    found = shutil.which("uv") or shutil.which("uv", path=str(paths.ROOT / ".tools" / "bin"))
    if not found:
        raise CannotRelease("There is no uv here. Run: scripts/setup")
    return found


def _run(folder: Path, *command: str, **environ: str) -> str:
    ended = subprocess.run(command, cwd=folder, env={**os.environ, **environ}, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise CannotRelease(f"{' '.join(command[:2])} failed: {ended.stderr.strip()[-500:]}")
    return ended.stdout
