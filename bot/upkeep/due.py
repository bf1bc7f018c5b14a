"""What is due to be looked at again, and when: as a list and as a calendar."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec
from icalendar import Calendar, Event

from bot.law.content import Content
from bot.law.review import standings


class Due(msgspec.Struct, frozen=True, order=True):
    """One thing to look at again from a day on."""

    on: dt.date
    unit: str
    why: str


def due(content: Content, by: dt.date) -> tuple[Due, ...]:
    """What is due up to ``by``, the earliest first: acts whose text is not in the store, checks that are a year old, phone numbers."""
    found = []
    for standing in standings(content):
        section = content.sections.get(standing.unit.name) if standing.unit.kind == "section" else None
        if section and section.under_review and standing.unit.lang == "en":
            found.append(Due(section.under_review.since, standing.unit.id, f"{section.under_review.act} changed it; its text is not in the store"))
        elif standing.due:
            found.append(Due(standing.due, standing.unit.id, f"was signed {max(one.on for one in standing.signed.values())}"))
        elif standing.lapsed:
            found.append(Due(dt.date.min, standing.unit.id, "was signed and has been edited since"))
    found += [Due(one.review_by, f"help:{name}", f"numbers were checked {one.checked_on}") for name, one in content.resources.items()]
    return tuple(sorted(one for one in found if one.on <= by))


def calendar(listed: Iterable[Due], stamp: dt.datetime) -> bytes:
    """The same as an iCalendar file (RFC 5545): one event a day, with all that is due on it.

    Args:
        stamp: when the file is made.
    """
    by_day: dict[dt.date, list[Due]] = {}
    for one in listed:
        by_day.setdefault(max(one.on, stamp.date()) if one.on == dt.date.min else one.on, []).append(one)
    made = Calendar()
    made.add("prodid", "-//charter-oak//review//EN")
    made.add("version", "2.0")
    for day, units in sorted(by_day.items()):
        event = Event()
        event.add("uid", f"review-{day.isoformat()}@charter-oak")
        event.add("dtstamp", stamp)
        event.add("dtstart", day)
        event.add("summary", f"Charter Oak: {len(units)} to review")
        event.add("description", "\n".join(f"{one.unit}: {one.why}" for one in units))
        made.add_component(event)
    return bytes(made.to_ical())
