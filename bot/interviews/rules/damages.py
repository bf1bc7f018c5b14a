"""Civil damages, § 52-571i, with unpaid wages, § 31-72, and the federal suit, 18 USC 1595, beside it. A ceiling, no forecast."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta

from bot.interviews.conclusion import Conclusion, Finding, Row
from bot.interviews.walk import Facts
from bot.law.store import LawStore

LOSSES = ("medical", "property", "other_loss")


def conclude(facts: Facts, law: LawStore, today: dt.date) -> Conclusion:
    """What the lawsuit could ask for at most, part by part, with where to file and the time limits."""
    outcome = {"yes": "may", "no": "does_not_appear"}.get(facts["trafficked"], "cannot_tell")
    if outcome == "does_not_appear":
        return Conclusion(
            outcome="does_not_appear", headline=Finding("does_not_appear"), reasons=(Finding("not_trafficked"),),
            steps=(Finding("step_lawyer"),), alternatives=(Finding("other_wages"), Finding("other_compensation")),
        )
    owed = _owed(facts)
    return Conclusion(
        outcome=outcome,  # type: ignore[arg-type]
        headline=Finding(outcome),
        reasons=(Finding("ground"), Finding("against"), Finding("no_conviction_needed")),
        sum=(*_explained(facts, law), Finding("fees_apart"), *(_wages_explained(facts) if owed else ())),
        rows=_rows(facts, law),
        steps=(Finding("step_lawyer_soon"), Finding("step_where"), Finding("step_proof"), *((Finding("step_wages"),) if owed else ())),
        effects=(Finding("limit_open"), *_limits(facts, law, today), *((Finding("limit_wages"),) if owed else ()), Finding("limit_federal")),
        alternatives=(Finding("other_federal_profit" if facts.yes("others_profited") else "other_federal"), Finding("other_restitution"),
                      Finding("other_compensation"), *((Finding("other_wages"),) if facts.unsure("worked") and not owed else ())),
        unknown=(Finding("unknown_daily"), Finding("unknown_coerced"), Finding("unknown_pain")),
    )


def _rows(facts: Facts, law: LawStore) -> tuple[Row, ...]:
    """The parts of the lawsuit and their total; then the wages, which stand beside it, so that no loss is counted twice."""
    parts, wages = (*_daily(facts, law), *_losses(facts)), _wages(facts, law)
    if not parts or len(parts) + len(wages) == 1:
        return (*parts, *wages)
    total = Row("total" if facts.number("days") is not None else "total_losses", sum(row.cents for row in parts))
    return (*parts, total, *wages)


def _daily(facts: Facts, law: LawStore) -> tuple[Row, ...]:
    days = facts.number("days")
    if days is None:
        return ()
    daily = int(law.figure("52-571i", "daily_maximum_dollars"))
    return (Row("daily", days * daily * 100, {"days": days, "daily": daily}),)


def _losses(facts: Facts) -> tuple[Row, ...]:
    amounts = ((step, facts.number(step)) for step in LOSSES)
    return tuple(Row(step, cents) for step, cents in amounts if cents)


def _owed(facts: Facts) -> bool:
    """Whether wages are told to be owed, with the amount or without it."""
    cents = facts.number("wages")
    return facts.yes("worked") if cents is None else cents > 0


def _wages(facts: Facts, law: LawStore) -> tuple[Row, ...]:
    """Unpaid wages, multiplied: twice, or once where the employer proves good faith."""
    cents = facts.number("wages")
    if not cents:
        return ()
    name = "wage_multiple_good_faith" if facts.yes("good_faith") else "wage_multiple"
    times = int(law.figure("31-72", name))
    return (Row("wages", cents * times, {"times": times}),)


def _wages_explained(facts: Facts) -> tuple[Finding, ...]:
    known = facts.number("wages") is not None
    return (Finding("wages_beside" if known else "wages_unknown"), Finding("wages_single" if facts.yes("good_faith") else "wages_double"))


def _explained(facts: Facts, law: LawStore) -> tuple[Finding, ...]:
    """That the daily amount is a ceiling; or that it cannot be counted without the days."""
    daily = int(law.figure("52-571i", "daily_maximum_dollars"))
    return (Finding("ceiling", {"daily": daily}),) if facts.number("days") is not None else (Finding("days_unknown", {"daily": daily}),)


def _limits(facts: Facts, law: LawStore, today: dt.date) -> tuple[Finding, ...]:
    """The limits that may apply, the shortest first. Which one does is not settled."""
    ended, years = facts.date("ended"), int(law.figure("52-577", "limit_years"))
    if ended is None:
        shortest = Finding("limit_general")
    else:
        until = ended + relativedelta(years=years)
        shortest = Finding("limit_general_near" if until >= today else "limit_general_past", {"years": years, "day": until})
    return (shortest, *(() if facts.no("under_21_sexual") else (Finding("limit_sexual"),)), Finding("limit_assault"))
