"""Learning from use without spying: how often subjects were answered, fell back, or were said not to help, by month and of many only.

Off unless USAGE_COUNTS is on. ``counted`` takes a conversation down, once for each subject and outcome; ``month`` adds days up and
closes months; ``suppressed`` leaves only what enough conversations share; ``published`` keeps that; ``report`` reads it for whoever
runs the service. Why so: docs/decisions/0011-learning-from-use.md.
"""

from __future__ import annotations

import os
from pathlib import Path

from gateway import shelf
from gateway.settings import BadSetting, Settings
from gateway.stores.kept import Store
from gateway.usage.counted import Counted
from gateway.usage.lines import possible
from gateway.usage.month import Months
from gateway.usage.published import open_published


def set_up(settings: Settings, store: Store) -> Counted:
    """What counts in this gateway; nothing unless USAGE_COUNTS is on."""
    if not settings.usage_counts:
        return Counted()
    alone = not settings.redis_url
    if alone and not _writable(settings.state):
        raise BadSetting(f"USAGE_COUNTS is on and STATE_DIR={settings.state}, where months are kept, cannot be written. Make it writable.")
    return Counted(Months(store, open_published(settings), lambda: possible(settings, shelf.store()), settings.smallest_group, alone))


def _writable(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError:
        return False
    return os.access(folder, os.W_OK)
