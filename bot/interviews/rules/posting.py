"""The duty to post the hotline notice, § 54-234a with § 54-222(b), and what else a hotel has to do, §§ 44-4 to 44-6."""

from __future__ import annotations

import datetime as dt

from bot.interviews.conclusion import Conclusion, Finding
from bot.interviews.walk import Facts
from bot.law.records import Term
from bot.law.store import LawStore

HOTELS = frozenset({"hotel", "motel", "inn"})
SERVICES = ("nails", "skin_care", "massages", "plaza")  # items (J), (K), (A) and (B), whatever the place calls itself
DECIDED_BY_SERVICES = frozenset({"hair_salon", "eyebrow_threading", "chiropractor", "truck_stop"})  # unclear until those are known
BY_PERMIT = ("54-234a(a)(2)", "54-234a(b)")  # where the alcohol permit decides, and not the kind of place
ITEMS, LODGING, AIRPORT = "54-234a(a)(1)", "54-234a(a)(1)(C)", "54-234a(a)(1)(D)"


def conclude(facts: Facts, law: LawStore, today: dt.date) -> Conclusion:
    """Whether the place is on the list, is let off, or is not listed, by which item; where, what and from whom; the penalty."""
    terms = law.terms["business"]
    place = terms.get(facts["business"]) or terms.get(facts["kind"])
    listed = _listed(facts, place)
    if reached := _reached(facts, place, listed):
        hotel = tuple(Finding(key) for key in ("hotel_records", "hotel_training", "hotel_hourly", "hotel_register"))
        return Conclusion(
            outcome="may", headline=Finding("covered"), reasons=reached,
            steps=(*_posting(facts), *(hotel if facts["business"] in HOTELS else ())),
            effects=(Finding("penalty"), Finding("penalty_license")),
            unknown=(Finding("unknown_languages"), Finding("unknown_form"), Finding("under_review")),
        )
    if open_points := _open(facts, place, listed):
        lodging = (Finding("hotel_if_similar"),) if place and place.provision == LODGING else ()
        return Conclusion(
            outcome="cannot_tell", headline=Finding("cannot_tell"), reasons=open_points,
            steps=(Finding("step_ask"), *_posting(facts), *lodging), effects=(Finding("penalty"), Finding("penalty_license")),
            alternatives=(Finding("may_post_anyway"),),
            unknown=(Finding("unknown_languages"), Finding("unknown_form"), Finding("under_review")),
        )
    return Conclusion(
        outcome="does_not_appear", headline=Finding("not_covered"), reasons=_not_reached(facts, place), steps=(Finding("step_check"),),
        alternatives=(Finding("may_post_anyway"),), unknown=(Finding("under_review"),),
    )


def _listed(facts: Facts, place: Term | None) -> str:
    """What the list says of this kind of place, apart from its permit and its services."""
    if place is None or place.provision.startswith(BY_PERMIT) or place.id in DECIDED_BY_SERVICES:
        return "not_listed"  # by its kind alone; its permit or its services decide, and are asked about
    if facts.asked("places") and not facts.yes("places"):
        return "not_listed"  # an agency counts only where it finds staff for a place on the list
    return place.outcome


def _reached(facts: Facts, place: Term | None, listed: str) -> tuple[Finding, ...]:
    """Every item of the list that reaches the place."""
    found = []
    if place and listed == "covered":
        found.append(Finding("listed", {"provision": place.provision, "item": place.provision.removeprefix(ITEMS)}))
        if place.provision == AIRPORT:
            found.append(Finding("public_airport"))
    found += [Finding(f"item_{service}") for service in SERVICES if facts.yes(service)]
    if facts["permit"] == "on_premises":
        found.append(Finding("item_permit"))
    return tuple(found)


def _open(facts: Facts, place: Term | None, listed: str) -> tuple[Finding, ...]:
    """What would have to be known, or settled, to tell."""
    found = [Finding(f"open_{step}") for step in ("kind", "permit", *SERVICES, "places") if facts.unsure(step)]
    if place and listed == "unclear":
        found.append(Finding("unclear", {"provision": place.provision}))
    if facts.unsure("business") and not found and place is None:
        found.append(Finding("open_business"))
    return tuple(found)


def _not_reached(facts: Facts, place: Term | None) -> tuple[Finding, ...]:
    """Let off by the kind of its permit, or not listed."""
    if facts["permit"] == "exempt_only":
        exempt = place.provision if place and place.outcome == "exempt" else "54-234a(b)"
        return (Finding("exempt", {"provision": exempt}),)
    by_permit = {"none": "no_permit", "package": "package_permit"}.get(facts["permit"])
    return (Finding("not_listed"), *((Finding(by_permit),) if by_permit else ()))


def _posting(facts: Facts) -> tuple[Finding, ...]:
    if facts.yes("posted"):
        return (Finding("step_check_place"), Finding("step_check_words"))
    return (Finding("step_get"), Finding("step_place"), Finding("step_words"))
