"""Whether the service stands as its operator thinks it does: open, under a name, at the right time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import httpx

from gateway.doctor.finding import Deployment, Finding, fine, warning, wrong
from gateway.operations.doors import FLAG, Doors

MOST_SKEW = dt.timedelta(minutes=5)  # Slack takes no request that seems older, and neither do we


def operator(deployment: Deployment) -> Iterator[Finding]:
    """People may want to know who runs it, and how to reach them."""
    if deployment.public and not deployment.settings.operator:
        yield warning("OPERATOR is not set, so /about and /privacy cannot say who runs this.", "Set OPERATOR and OPERATOR_CONTACT.")
    elif deployment.public and not deployment.settings.operator_contact:
        yield warning("OPERATOR_CONTACT is not set, so nobody can reach you about their privacy.", "Set OPERATOR_CONTACT.")


def sunset(deployment: Deployment) -> Iterator[Finding]:
    """A service that is closed answers nothing but the numbers."""
    if Doors(deployment.settings.sunset, deployment.settings.state).closed:
        how = "Leave SUNSET away" if deployment.settings.sunset else f"Remove {deployment.settings.state / FLAG}"
        yield warning("The service is closed: every channel says so and gives the numbers.", f"{how} to open it again.")


def clock(deployment: Deployment) -> Iterator[Finding]:
    """Files are not of the future; the public address agrees on the time."""
    newest = max((path.stat().st_mtime for path in deployment.root.glob("*") if path.is_file()), default=0.0)
    ahead = dt.datetime.fromtimestamp(newest, dt.timezone.utc) - deployment.now
    if ahead > MOST_SKEW:
        yield wrong(f"The clock seems to be {int(ahead.total_seconds() // 60)} minutes behind: files here are of the future.",
                    "Set the clock (timedatectl set-ntp true). Days and signatures depend on it.")
        return
    if deployment.online and deployment.public:
        try:
            told = parsedate_to_datetime(httpx.head(f"{deployment.settings.public_url}/healthz", timeout=10, trust_env=False).headers["date"])
        except (httpx.HTTPError, KeyError, ValueError):
            return
        if abs(told - deployment.now) > MOST_SKEW:
            yield wrong("The public address shows another time than this clock.", "Set both clocks (timedatectl set-ntp true).")
            return
    yield fine("The clock agrees with the files here.")
