"""The law of the interviews: each rule takes the facts and says what follows, from dated figures of the store.

A module here is the rule of the interview of its name, by its function ``conclude``. It is found by being here.
"""

from __future__ import annotations

import datetime as dt
import pkgutil
from collections.abc import Callable
from importlib import import_module

from bot.interviews.conclusion import Conclusion
from bot.interviews.walk import Facts
from bot.law.store import LawStore

Rule = Callable[[Facts, LawStore, dt.date], Conclusion]
RULES: dict[str, Rule] = {found.name: import_module(f"{__name__}.{found.name}").conclude for found in pkgutil.iter_modules(__path__)}
