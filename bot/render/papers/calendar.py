"""The dates of a result sheet as a calendar file: whole days that say no more than the sheet's own labels.

Other people look at calendars. So an event holds its label, its day and a reminder; no outcome, no title, no help number.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Mapping
from typing import Any

from icalendar import Alarm, Calendar, Event

from bot.render.papers.written import clean, fill
from bot.reply import Sheet, SheetDate

# Nine in the morning of the day two weeks before: from midnight of the day itself, thirteen days and fifteen hours.
# A telephone that rings at midnight, as -P14D would have it, puts some people in danger.
REMIND = dt.timedelta(days=-13, hours=-15)


def render(sheet: Sheet, phrases: Mapping[str, str]) -> bytes:
    """``sheet.dates`` as an iCalendar file, lines ended by CRLF. Raises ``ValueError`` when the sheet has no dates."""
    if not sheet.dates:
        raise ValueError("the sheet has no dates")
    calendar = Calendar()
    calendar.add("prodid", f"-//Charter Oak//Result sheet//{'ES' if sheet.lang == 'es' else 'EN'}")
    calendar.add("version", "2.0")
    for entry in dict.fromkeys(sheet.dates):
        calendar.add_component(_event(entry, sheet.made_on, phrases))
    made: bytes = calendar.to_ical()
    return made


def _event(entry: SheetDate, made_on: dt.date, phrases: Mapping[str, str]) -> Event:
    label = clean(entry.label)
    event = Event()
    event.add("uid", f"{hashlib.sha256(f'{entry.day} {label}'.encode()).hexdigest()[:32]}@charter-oak")
    event.add("dtstamp", dt.datetime(made_on.year, made_on.month, made_on.day, tzinfo=dt.timezone.utc))
    event.add("dtstart", entry.day)
    event.add("summary", label)
    event.add("class", "PRIVATE")
    event.add("transp", "TRANSPARENT")  # it does not make the day look taken
    if entry.every_years:
        event.add("rrule", _every(entry))
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", fill(phrases["papers.reminder"], label=label))
    alarm.add("trigger", REMIND)
    event.add_component(alarm)
    return event


def _every(entry: SheetDate) -> dict[str, Any]:
    rule: dict[str, Any] = {"freq": "yearly", "interval": entry.every_years}
    if (entry.day.month, entry.day.day) == (2, 29):  # else the years without that day would be passed over
        rule |= {"bymonth": 2, "bymonthday": -1}
    return rule
