"""What was to be looked at again by now: numbers of places to turn to change, and a wrong one hurts whoever dials it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.law.records import Resource


def overdue(resources: Iterable[Resource], today: dt.date) -> list[Resource]:
    """The places whose entry was to be checked before ``today``, the longest waiting first."""
    return sorted((resource for resource in resources if resource.review_by < today), key=lambda resource: resource.review_by)
