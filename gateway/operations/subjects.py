"""What a reply was about, as coarse as it can be counted: the group that its topic belongs to."""

from __future__ import annotations

from gateway import shelf

OTHER, INTERVIEW = "other", "interview"
_INTERVIEW_KINDS = ("question", "result")


def subjects() -> tuple[str, ...]:
    """Every subject that a reply can have."""
    store = shelf.store()
    return (*sorted(set(store.topic_groups.values())), INTERVIEW, OTHER) if store else (INTERVIEW, OTHER)


def subject(topic: str, kind: str) -> str:
    """The group of ``topic``, such as "vacatur"; "interview" for the replies of one, and empty for a reply that is about no topic."""
    if kind in _INTERVIEW_KINDS:
        return INTERVIEW
    if not topic:
        return ""
    store = shelf.store()
    return store.topic_groups.get(topic, OTHER) if store else OTHER
