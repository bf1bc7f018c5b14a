"""Vacating a conviction, § 54-95c: which convictions, on what ground, whether the judge must or may."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from bot.interviews.conclusion import Conclusion, Finding, Outcome
from bot.interviews.walk import Facts
from bot.law.store import LawStore

SECTION = "54-95c(a)"
MANDATORY = "prostitution"  # § 54-95c(d)(1); every other conviction is (d)(2)
BARRED = frozenset({"csam", "csam_third"})  # § 53a-196f, which § 54-142a(e)(2)(C) leaves out of Clean Slate by name
Class = Literal["misdemeanor", "a", "b", "c", "d", "e", "unclassified", "unsure"]
Met = Literal["met", "not_met", "unsure"]


def conclude(facts: Facts, law: LawStore, today: dt.date) -> Conclusion:
    """Whether the conviction may be vacated under § 54-95c, with the steps, and what else there is."""
    elements = _elements(facts, law)
    outcome = _outcome(elements)
    reasons = tuple(finding for name, met in elements.items() for finding in _reason(name, met, facts, law))
    open_ = outcome != "does_not_appear"
    return Conclusion(
        outcome=outcome,
        headline=Finding(outcome if outcome != "may" else "may_mandatory" if facts["charge"] == MANDATORY else "may_discretionary"),
        reasons=(*reasons, *(_history(facts, law) if open_ else ())),
        steps=_steps(facts) if open_ else (Finding("step_lawyer"),),
        effects=(Finding("gives"), Finding("gives_not"), Finding("erasure")) if open_ else (),
        alternatives=_alternatives(facts, law),
        unknown=(Finding("unknown_form"), Finding("unknown_fee"), Finding("unknown_proof")) if open_ else (),
    )


def offense_class(facts: Facts, law: LawStore) -> Class:
    """The class of the offense of conviction: the one that was chosen, else that of the charge named."""
    if facts.asked("class"):
        return _class_of(facts["class"])
    named = facts["charge"]
    if named == "misdemeanor" or named.startswith("class_"):
        return _class_of(named)
    term = law.terms["offense"].get(named)
    if term and term.felony_class:
        # "A misdemeanor or D felony", "B felony or A felony": the law treats both alike here.
        letter, kind = term.felony_class.split()[-2:]
        return "misdemeanor" if kind == "misdemeanor" else _class_of(f"class_{letter.lower()}")
    return "unsure"


def _class_of(answer: str) -> Class:
    known: dict[str, Class] = {
        "misdemeanor": "misdemeanor", "class_a": "a", "class_b": "b", "class_c": "c", "class_d": "d", "class_e": "e",
        "unclassified": "unclassified",
    }
    return known.get(answer, "unsure")


def eligible(facts: Facts, law: LawStore) -> Met:
    """Whether the class of the conviction is on the list of § 54-95c(a)."""
    of = offense_class(facts, law)
    if of == "unsure":
        return "unsure"
    if of == "misdemeanor":
        return "met"
    if of == "unclassified":
        return {"yes": "not_met", "no": "met"}.get(facts["over_limit"], "unsure")  # type: ignore[return-value]
    listed = str(law.figure(SECTION, "eligible_felony_classes")).lower().split(", ")
    return "met" if of in listed else "not_met"


def _elements(facts: Facts, law: LawStore) -> dict[str, Met]:
    """What the section asks for, in order; what comes after a missing conviction or another court's does not matter any more."""
    elements: dict[str, Met] = {"convicted": _met(facts["convicted"])}
    if elements["convicted"] != "not_met":
        elements["court"] = _court(facts)
    if "not_met" in elements.values():
        return elements
    return elements | {"class": eligible(facts, law), "result_of": _met(facts["result_of"])}


def _court(facts: Facts) -> Met:
    return {"here": "met", "unsure": "unsure"}.get(facts["court"], "not_met") if facts.asked("court") else "unsure"  # type: ignore[return-value]


def _met(answer: str) -> Met:
    return {"yes": "met", "no": "not_met"}.get(answer, "unsure")  # type: ignore[return-value]


def _outcome(elements: dict[str, Met]) -> Outcome:
    """What is surely missing decides; what is not known leaves it open."""
    found = set(elements.values())
    return "does_not_appear" if "not_met" in found else "cannot_tell" if "unsure" in found else "may"


def _reason(name: str, met: Met, facts: Facts, law: LawStore) -> tuple[Finding, ...]:
    if name == "court" and met == "not_met":
        return (Finding(f"court_{facts['court']}"),)
    if name == "class" and met == "met" and facts["charge"] == MANDATORY:
        return (Finding("class_mandatory"),)
    return (*(_named(facts, law) if name == "class" else ()), Finding(f"{name}_{met}"))


def _named(facts: Facts, law: LawStore) -> tuple[Finding, ...]:
    """The class that the law gives the charge named, or each of its classes."""
    term = law.terms["offense"].get(facts["charge"])
    if not term or " " not in term.felony_class:
        return ()
    classes = [one.split() for one in term.felony_class.split(" or ")]
    verb = "is" if len(classes) == 1 else "can_be"
    return tuple(Finding(f"class_{verb}_{kind}", {"letter": letter, "provision": term.provision}) for letter, kind in classes)


def _history(facts: Facts, law: LawStore) -> tuple[Finding, ...]:
    """That the law of today applies to an older conviction, and what an earlier refusal may have rested on."""
    found = []
    widened = max(version.effective for version in law.history("54-95c"))
    convicted = facts.date("when")
    if convicted and convicted < widened:
        found.append(Finding("old_conviction", {"widened": widened}))
    if facts.yes("asked_before"):
        found.append(Finding("asked_before", {"widened": widened}))
    return tuple(found)


def _steps(facts: Facts) -> tuple[Finding, ...]:
    notice = "step_notice_none" if facts.no("crime_victim") else "step_notice"
    order = ("step_list", "step_apply", "step_evidence", notice, "step_prosecutor", "step_hearing", "step_proof",
             "step_order_must" if facts["charge"] == MANDATORY else "step_order_may")
    return tuple(Finding(key) for key in order)


def _alternatives(facts: Facts, law: LawStore) -> tuple[Finding, ...]:
    if facts.no("convicted"):
        return (Finding("other_dismissed"), Finding("other_charged"))
    if other := {"federal": "other_federal", "juvenile": "other_juvenile", "other_state": "other_state_lawyer"}.get(facts["court"]):
        return (Finding(other),)
    before = dt.date.fromisoformat(str(law.figure("53a-36a(c)", "sentenced_before")))
    short = offense_class(facts, law) in ("misdemeanor", "unsure") or _either(facts, law)
    short = short and (facts.date("when") or dt.date.min) < before
    elsewhere = (Finding("other_juvenile"), Finding("other_federal")) if facts.unsure("court") else ()
    return (Finding(_clean_slate(facts, law)), Finding("other_pardon"), *((Finding("other_364"),) if short else ()), *elsewhere)


def _clean_slate(facts: Facts, law: LawStore) -> str:
    """Which wait of § 54-142a(e) it would be, or that it is left out."""
    of = "unsure" if _either(facts, law) else offense_class(facts, law)
    if of == "unsure":
        return "other_clean_slate"
    if of == "d" and facts["charge"] in BARRED:
        return "other_clean_slate_barred"
    if of in ("a", "b", "c") or (of == "unclassified" and facts.yes("over_limit")):
        return "other_clean_slate_never"
    return f"other_clean_slate_{'felony' if of in ('d', 'e') else of}"


def _either(facts: Facts, law: LawStore) -> bool:
    """Whether the charge named can be a misdemeanor or a felony."""
    term = law.terms["offense"].get(facts["charge"])
    return term is not None and "misdemeanor or" in term.felony_class
