"""Training on trafficking: the professions of § 17a-106h, and hotel staff under § 44-5. Deadlines counted from the day of hire."""

from __future__ import annotations

import datetime as dt

from dateutil.relativedelta import relativedelta

from bot.interviews.conclusion import Conclusion, Due, Finding, Outcome
from bot.interviews.walk import Facts
from bot.law.store import LawStore

LIST, DEADLINES = "17a-106h(b)", "17a-106h(c)"
EMERGENCY_CARE = "17a-106h(b)(5)"
CONDITIONS = ("patients", "emergency_care", "school_board", "students", "defends")  # each has to hold where it is asked
SETTLING = ("emergency_care", "school_board", "defends")  # a yes puts a job on the list that its name leaves open
ADDED_LATER = frozenset({"emt", "firefighter"})  # by P.A. 21-103
HOTEL = "hotel"


def conclude(facts: Facts, law: LawStore, today: dt.date) -> Conclusion:
    """Whether this job is on the list, when the first training is or was due, and when the next."""
    if facts["profession"] == HOTEL:
        return _hotel(facts, law, today)
    outcome, reasons = _covered(facts, law)
    if outcome == "does_not_appear":
        return Conclusion(outcome=outcome, headline=Finding("not_covered"), reasons=reasons, steps=(Finding("step_ask"),),
                          alternatives=(Finding("may_train"),))
    due = _due(facts, law, today)
    counted = [Finding(f"due_{item.key}", {"day": item.day}) for item in due]
    counted.append(Finding("first_day_counted" if due else "due_unknown"))
    return Conclusion(
        outcome=outcome, headline=Finding("covered" if outcome == "may" else "cannot_tell"), reasons=reasons,
        steps=(*((Finding("step_ask"),) if outcome == "cannot_tell" else ()), *counted, Finding("step_record")),
        effects=(Finding("content"), Finding("who_makes_it"), *((Finding("added_later"),) if facts["profession"] in ADDED_LATER else ())),
        unknown=(Finding("unknown_penalty"), Finding("unknown_where")), due=due,
    )


def _covered(facts: Facts, law: LawStore) -> tuple[Outcome, tuple[Finding, ...]]:
    job = law.terms["profession"].get(facts["profession"])
    if job is None:
        return ("cannot_tell", (Finding("job_unknown"),)) if facts["profession"] == "unsure" else ("does_not_appear", (Finding("not_listed"),))
    if fails := [Finding(f"no_{step}") for step in CONDITIONS if facts.no(step)]:
        return "does_not_appear", tuple(fails)
    if open_points := [Finding(f"open_{step}") for step in CONDITIONS if facts.unsure(step)]:
        return "cannot_tell", tuple(open_points)
    if any(facts.yes(step) for step in SETTLING) or job.outcome == "covered":
        provision = EMERGENCY_CARE if facts.yes("emergency_care") else job.provision
        return "may", (Finding("listed", {"provision": provision, "group": provision.removeprefix(LIST)}),)
    if job.outcome == "unclear":
        return "cannot_tell", (Finding("unclear", {"provision": job.provision}),)
    return "does_not_appear", (Finding("not_listed"),)


def _due(facts: Facts, law: LawStore, today: dt.date) -> tuple[Due, ...]:
    """The first training, 6 months from hire but not before the law's own first day; then a refresher every 3 years.

    After a day that was missed no further one is given: the years count from the training itself.
    """
    years = int(law.figure(DEADLINES, "refresher_years"))
    last = facts.date("last_training")
    if last is not None:
        following = last + relativedelta(years=years)
        return (Due("refresher", following, years),) if following >= today else (Due("refresher_late", following),)
    hired = facts.date("hired")
    if hired is None:
        return ()
    first = max(dt.date.fromisoformat(str(law.figure(DEADLINES, "first_deadline"))),
                hired + relativedelta(months=int(law.figure(DEADLINES, "new_hire_months"))))
    if first < today:
        return (Due("first_late", first),)
    return (Due("first", first), Due("then", first + relativedelta(years=years), years))


def _hotel(facts: Facts, law: LawStore, today: dt.date) -> Conclusion:
    """Hotel staff are trained when hired; the hotel certifies it in each file by the law's first day and every year after."""
    every = int(law.figure("44-5", "certification_every_years"))
    day = dt.date.fromisoformat(str(law.figure("44-5", "first_certification")))
    while day < today:
        day += relativedelta(years=every)
    return Conclusion(
        outcome="may", headline=Finding("hotel_covered"), reasons=(Finding("hotel_listed"),),
        steps=(*((Finding("hotel_train_now"),) if facts.no("trained") else ()), Finding("hotel_at_hire"),
               Finding("hotel_certify", {"day": day}), Finding("hotel_awareness")),
        effects=(Finding("hotel_content"),), unknown=(Finding("hotel_unknown_penalty"), Finding("hotel_under_review")),
        due=(Due("certify", day, every),),
    )
