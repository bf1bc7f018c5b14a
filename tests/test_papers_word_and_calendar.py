"""The result sheet as a Word file, and its dates as a calendar, opened by other libraries."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import docx as python_docx
import icalendar
import msgspec
import pytest
from docx.oxml.ns import qn

from bot.render.papers import calendar, docx
from bot.reply import Sheet, SheetDate
from tests.sheets import (
    ENGLISH,
    MADE_ON,
    PHRASES,
    SPANISH,
)

# --- The Word file ---


def document(sheet: Sheet) -> Any:
    return python_docx.Document(io.BytesIO(docx.render(sheet, PHRASES[sheet.lang])))


def test_a_word_file_has_real_headings_in_order() -> None:
    headings = [(p.style.name, p.text) for p in document(ENGLISH).paragraphs if p.style.name.startswith("Heading")]
    assert headings == [
        ("Heading 1", ENGLISH.title), ("Heading 2", "The result"), ("Heading 2", "Where to turn"), ("Heading 2", "The sum, line by line"),
        ("Heading 2", "Why"), ("Heading 2", "What to do"), ("Heading 2", "Dates to keep"), ("Heading 2", "To fill in by hand"),
        ("Heading 2", "Sources, and how current they are"),
    ]


def test_a_word_file_knows_its_language_and_title_and_no_author() -> None:
    made = document(SPANISH)
    about = made.core_properties
    assert (about.title, about.language) == (SPANISH.title, "es-US")
    assert (about.author, about.last_modified_by, about.comments) == ("", "", "")
    assert about.created.date() == about.modified.date() == MADE_ON
    assert {lang.get(qn("w:val")) for lang in made.styles.element.iter(qn("w:lang"))} == {"es-US"}


def test_the_sum_of_a_word_file_is_a_table_with_a_header_row() -> None:
    (table,) = document(ENGLISH).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["Item", "Amount"], *map(list, ENGLISH.table)]
    assert table.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


def test_a_word_file_has_boxes_blanks_numbers_and_sources() -> None:
    made = document(ENGLISH)
    texts = [p.text for p in made.paragraphs]
    assert f"{docx.BOX}\tSee a lawyer soon. (§ 52-577)" in texts
    assert "A lawsuit may be open here. (§ 52-571i)" in texts
    assert "National Human Trafficking Hotline: 1-888-373-7888, text 233733" in texts
    assert "§ 52-571i Action for damages: https://www.cga.ct.gov/current/pub/chap_925.htm#sec_52-571i" in texts
    assert "Refresher: October 1, 2027, then every 3 years" in texts
    assert texts[texts.index("Date of the meeting") + 1] == "\t"  # with a ruled line up to its stop
    foot = made.sections[0].footer.paragraphs[0]
    assert foot.text.startswith("No official form. No legal advice.\tPage ")
    assert [field.get(qn("w:instr")) for field in foot._p.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]


# --- The calendar ---


def events(sheet: Sheet) -> list[Any]:
    return list(icalendar.Calendar.from_ical(calendar.render(sheet, PHRASES["en"])).walk("VEVENT"))


def test_a_calendar_file_is_one_that_other_programs_read() -> None:
    made = calendar.render(ENGLISH, PHRASES["en"])
    assert made.startswith(b"BEGIN:VCALENDAR\r\n")
    assert made.endswith(b"END:VCALENDAR\r\n")
    assert made.count(b"\n") == made.count(b"\r\n")
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    read = icalendar.Calendar.from_ical(made)
    assert "Charter Oak" in read["PRODID"]
    assert read["VERSION"] == "2.0"


def test_each_date_is_a_whole_day_under_its_own_label() -> None:
    once, often = events(ENGLISH)
    assert (str(once["SUMMARY"]), once["DTSTART"].dt, once.get("RRULE")) == ("Last day to file", dt.date(2029, 3, 15), None)
    assert (str(often["SUMMARY"]), often["DTSTART"].dt) == ("Refresher", dt.date(2027, 10, 1))
    assert often["RRULE"].to_ical() == b"FREQ=YEARLY;INTERVAL=3"
    assert once["DTSTAMP"].dt == dt.datetime(2026, 11, 21, tzinfo=dt.timezone.utc)


def test_a_calendar_reminds_two_weeks_before_in_the_morning_and_not_at_midnight() -> None:
    for event in events(ENGLISH):
        (alarm,) = event.walk("VALARM")
        midnight = dt.datetime.combine(event["DTSTART"].dt, dt.time())
        rings = midnight + alarm["TRIGGER"].dt
        assert rings == dt.datetime.combine(event["DTSTART"].dt - dt.timedelta(days=14), dt.time(9))
        assert (str(alarm["ACTION"]), str(alarm["DESCRIPTION"])) == ("DISPLAY", f"Coming up: {event['SUMMARY']}")


def test_a_calendar_file_tells_nothing_but_labels_and_days() -> None:
    made = calendar.render(ENGLISH, PHRASES["en"]).decode()
    for told in (ENGLISH.title, ENGLISH.outcome[0].text, "Trafficking", "888", "52-571i"):
        assert told not in made


def test_an_event_keeps_its_identity_and_shares_it_with_no_other() -> None:
    on_another_day = msgspec.structs.replace(ENGLISH, title="x", made_on=dt.date(2027, 1, 1))
    first, again = ([str(event["UID"]) for event in events(sheet)] for sheet in (ENGLISH, on_another_day))
    assert first == again
    assert len(set(first)) == 2


def test_the_last_day_of_february_comes_round_in_years_without_it() -> None:
    (event,) = events(msgspec.structs.replace(ENGLISH, dates=(SheetDate("Refresher", dt.date(2028, 2, 29), 3),)))
    assert event["RRULE"]["BYMONTH"] == [2]
    assert event["RRULE"]["BYMONTHDAY"] == [-1]


def test_a_sheet_without_dates_makes_no_calendar_file() -> None:
    with pytest.raises(ValueError, match="no dates"):
        calendar.render(SPANISH, PHRASES["es"])
