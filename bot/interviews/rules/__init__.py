"""The law of the interviews: each rule takes the facts and says what follows, from dated figures of the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from bot.interviews.conclusion import Conclusion
from bot.interviews.rules.damages import conclude as damages
from bot.interviews.rules.defense import conclude as defense
from bot.interviews.rules.posting import conclude as posting
from bot.interviews.rules.training import conclude as training
from bot.interviews.rules.vacatur import conclude as vacatur
from bot.interviews.walk import Facts
from bot.law.store import LawStore

Rule = Callable[[Facts, LawStore, dt.date], Conclusion]
RULES: dict[str, Rule] = {"vacatur": vacatur, "damages": damages, "posting": posting, "defense": defense, "training": training}
