"""Whether secrets are set where they are needed, long enough, and readable by nobody else."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong
from gateway.sms.optouts import FILE, KEY_FILE

SHORTEST = 32  # characters


def signing_key(deployment: Deployment) -> Iterator[Finding]:
    """Replicas sign with the same key; a lone gateway may make one at each start."""
    secret = deployment.get("GATEWAY_SECRET")
    make = 'Make one with: python3 -c "import secrets; print(secrets.token_hex(32))"'
    if secret and len(secret) < SHORTEST:
        yield wrong(f"GATEWAY_SECRET is shorter than {SHORTEST} characters, so it could be guessed.", make)
    elif not secret and deployment.get("REDIS_URL"):
        yield wrong("REDIS_URL is set and GATEWAY_SECRET is not: each gateway would refuse the sessions of the others.", make)
    elif not secret and deployment.public:
        yield warning("GATEWAY_SECRET is not set: each restart ends every chat on the website.", make)


def opt_outs(deployment: Deployment) -> Iterator[Finding]:
    """Nobody else reads who opted out, or the key that hides their numbers."""
    key = deployment.get("SMS_OPTOUT_KEY")
    if key and len(key) < SHORTEST:
        yield wrong(f"SMS_OPTOUT_KEY is shorter than {SHORTEST} characters, so the numbers behind it could be guessed.",
                    "Use the key that the opt-outs were begun with; for a new list, make a longer one.")
    folder = deployment.settings.state
    for path in (folder, folder / KEY_FILE, folder / FILE):
        if path.exists() and _others(path):
            mode = 700 if path.is_dir() else 600
            yield wrong(f"{path} can be read by other users of this machine.", f"Run: chmod {mode} {path}")


def env_files(deployment: Deployment) -> Iterator[Finding]:
    """A file of settings holds secrets."""
    for path in sorted(deployment.root.glob(".env*")):
        if path.is_file() and not path.name.endswith(".example"):
            if _others(path):
                yield wrong(f"{path} can be read by other users of this machine, and it holds secrets.", f"Run: chmod 600 {path}")
            else:
                yield fine(f"{path} is readable by its owner only.")


def _others(path: Path) -> bool:
    return bool(stat.S_IMODE(path.stat().st_mode) & 0o077)
