"""What gateways keep for a while: bytes under a name, each with an end, and one turn at a time for what is written in turns.

Who keeps what: ``gateway.sessions`` (conversations, with what their channel needs to go on), ``gateway.sms`` (day keys, messages
answered), ``gateway.slack`` (requests taken, addresses of papers). None of them knows where: ``memory`` on one machine, ``shared``
(Redis) for gateways side by side.
"""

from __future__ import annotations

from bot.shared import Shared
from gateway.settings import Settings
from gateway.stores.kept import Store
from gateway.stores.memory import MemoryStore
from gateway.stores.shared import SharedStore


def open_store(settings: Settings) -> Store:
    """Where this gateway keeps things, as ``REDIS_URL`` says."""
    return SharedStore(Shared(settings.redis_url)) if settings.redis_url else MemoryStore({"session": settings.most_sessions})
