"""Defenses that speak to a charge: who must prove what, and to what standard. §§ 53a-12, 53a-14, 53a-82(b), 53a-192(b), 53a-192a(b), 53a-196g."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.interviews.conclusion import Conclusion, Finding, Outcome
from bot.interviews.rules.vacatur import MANDATORY, eligible
from bot.interviews.walk import Facts
from bot.law.store import LawStore

POSSESSING = frozenset({"csam", "csam_first", "csam_second", "csam_third"})
OWN_DEFENSE = frozenset({MANDATORY, "trafficking"})  # charges with a defense for trafficking victims
UNNAMED = frozenset({"unsure", "misdemeanor", "unclassified", "class_a", "class_b", "class_c", "class_d", "class_e"})  # a class is no charge


def conclude(facts: Facts, law: LawStore, today: dt.date) -> Conclusion:
    """Each defense that the answers speak to, open or closed, with its burden; vacatur where there is a conviction already."""
    found, vacatur, young = dict(_defenses(facts)), _vacatur(facts, law), _too_young(facts)
    outcome = _after_conviction(facts, vacatur) if facts.yes("convicted") else "may" if young else _outcome(found.values())
    headline = f"convicted_{outcome}" if facts.yes("convicted") else "too_young" if young else outcome
    affirmative = any(open_ != "closed" for name, open_ in found.items() if name not in ("duress", "charge"))
    no_general = facts["charge"] not in OWN_DEFENSE | UNNAMED and not facts.no("trafficked")
    return Conclusion(
        outcome=outcome,
        headline=Finding(headline),
        reasons=(
            *((Finding("age_of_guilt"),) if young else ()),
            *(Finding(f"{name}_{open_}") for name, open_ in found.items()),
            *((Finding("burden_affirmative"),) if affirmative else ()),
            *((Finding("burden_duress"),) if found["duress"] != "closed" else ()),
            *((Finding("no_general_defense"),) if no_general else ()),
        ),
        steps=(Finding("step_lawyer"), Finding("step_tell"), Finding("step_evidence"),
               *((Finding("step_vacatur"),) if facts.yes("convicted") and outcome != "does_not_appear" else ())),
        alternatives=(Finding(f"vacatur_{vacatur}"), *((Finding("juvenile"),) if facts["age"] != "adult" else ())),
        unknown=(Finding("unknown_other"),),
    )


def _defenses(facts: Facts) -> Iterable[tuple[str, str]]:
    """Each defense to this charge: open, closed, or unsure."""
    charge, young = facts["charge"], {"under_18": "open", "adult": "closed"}.get(facts["age"], "unsure")
    if charge in UNNAMED:
        yield "charge", "unsure"
    if charge == MANDATORY:
        yield "prostitution", _state(facts["trafficked"])
    if charge == "trafficking":
        yield "minor", _both(young, _state(facts["trafficked"]), _state(facts["result_of"]))
    if charge == "coercion":
        threat = {"crime": "closed", "unsure": "unsure"}.get(facts["threat"], "open")  # a threat to commit a crime has no such defense
        yield "coercion", threat if threat == "closed" else _both(threat, _state(facts["believed"]))
    if charge in POSSESSING or charge == "sexting":
        images = {"few": "few", "purpose": "purpose", "neither": "images"}.get(facts["images"], "images")
        yield images, {"few": "open", "purpose": "open", "neither": "closed"}.get(facts["images"], "unsure")
    if charge in POSSESSING:
        yield "sexting", _both(young, _state(facts["sexting"]))
    if charge == "csam_importing":
        yield "importing", "closed"
    if charge == "minor_ads":
        yield "id_check", _state(facts["id_check"])
    # Duress is a defense to any crime, an ordinary one, and falls away for who put themself in its way.
    placed = {"yes": "closed", "no": "open"}.get(facts["placed"], "unsure")
    yield "duress", _both(_state(facts["force"]), placed)


def _vacatur(facts: Facts, law: LawStore) -> str:
    """What § 54-95c could do about a conviction of this charge: must, may, closed, or it depends on a class that is not known."""
    if facts["charge"] == MANDATORY:
        return "must"
    if facts["charge"] in UNNAMED:
        return "depends"
    return {"met": "may", "not_met": "closed", "unsure": "depends"}[eligible(facts, law)]


def _after_conviction(facts: Facts, vacatur: str) -> Outcome:
    """Whether the conviction may be vacated, as far as these questions go."""
    if vacatur == "closed" or (facts.no("trafficked") and not _too_young(facts)):
        return "does_not_appear"
    return "may" if vacatur != "depends" and facts.yes("trafficked") else "cannot_tell"


def _too_young(facts: Facts) -> bool:
    """Only a person of 18 or older can be guilty of prostitution: no defense is needed."""
    return facts["charge"] == MANDATORY and facts["age"] == "under_18"


def _state(answer: str) -> str:
    return {"yes": "open", "no": "closed"}.get(answer, "unsure")


def _both(*states: str) -> str:
    return "closed" if "closed" in states else "unsure" if "unsure" in states else "open"


def _outcome(states: Iterable[str]) -> Outcome:
    found = set(states)
    return "may" if "open" in found else "cannot_tell" if "unsure" in found else "does_not_appear"
