"""A calendar holds numbers, rules and days; nothing of it names anybody."""

from __future__ import annotations

from datetime import date

import icalendar
from hypothesis import given
from hypothesis import strategies as st

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.calendar_file import _folded, calendar_file
from candlemark.dates import PartialDate
from candlemark.ids import new_id

TODAY = date(2024, 3, 1)
SAYS = "az-appeal"


def lines(desk, **fields):
    rows = casefile.docket([desk.read()], TODAY).rows
    content = calendar_file(rows, TODAY, lambda row: row.rule, **fields)
    return content.decode().replace("\r\n ", "").split("\r\n")


def step(desk, due, words="Send the letter to A. B."):
    made = desk.make(
        facts.NextStep,
        step=new_id("step"),
        what=(facts.Words(words, "en"),),
        due=PartialDate.parse(due) if due else None,
        form=facts.StepForm.HEARING,
    )
    return desk.say(made)


def test_an_entry_is_a_whole_day_marked_private_with_the_number_of_the_case_and_the_rule(desk):
    step(desk, "2024-03-08")
    found = lines(desk)
    assert found[:3] == ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Candlemark//Docket//EN"]
    event = found[found.index("BEGIN:VEVENT") : found.index("END:VEVENT")]
    assert event[2:] == [
        "DTSTAMP:20240301T000000Z",
        "DTSTART;VALUE=DATE:20240308",
        f"SUMMARY:{desk.case}: hearing",
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
    ]
    assert found[-2:] == ["END:VCALENDAR", ""]


def test_no_title_no_words_and_no_name_gets_into_a_calendar(desk):
    person = desk.person()
    desk.say(
        desk.make(
            facts.IdentityStated,
            person=person,
            names=(facts.Spelling(text="Leyla Aslanova", language="az"),),
        )
    )
    step(desk, "2024-03-08", "Meet the lawyer of the neighbour")
    text = "\n".join(lines(desk))
    for said in ("Leyla", "Aslanova", "neutral title", "neighbour"):
        assert said not in text


def test_a_day_that_is_not_exact_stands_on_its_beginning(desk):
    step(desk, "2024-04")
    assert "DTSTART;VALUE=DATE:20240401" in lines(desk)


def test_a_parser_of_others_reads_every_entry_whole_and_no_name(desk):
    person = desk.person()
    names = (facts.Spelling(text="Leyla Aslanova", language="az"),)
    desk.say(desk.make(facts.IdentityStated, person=person, names=names))
    desk.stage("charged", "2024-02-20", person=person, proceeding=desk.proceeding(person))
    for due in ("2024-03-08", "2024-04", "2024-05/2024-07"):
        step(desk, due, "Meet Leyla Aslanova; bring the letter, and wait")
    rows = casefile.docket([desk.read()], TODAY).rows
    said = calendar_file(rows, TODAY, lambda row: f"{row.rule}, müddət; срок؛ مهلت " * 4)
    read = icalendar.Calendar.from_ical(said)
    events = read.walk("VEVENT")

    assert (read["VERSION"], read.errors) == ("2.0", [])
    assert sorted(str(one.decoded("DTSTART")) for one in events)[:3] == [
        "2024-03-08", "2024-04-01", "2024-05-01",
    ]  # fmt: skip
    assert len({one["UID"] for one in events}) == len(events)
    for one in events:
        assert (one.errors, one["CLASS"], one["TRANSP"]) == ([], "PRIVATE", "TRANSPARENT")
        assert one["SUMMARY"].startswith(f"{desk.case}: ")
        assert "müddət; срок؛ مهلت" in one["SUMMARY"]
    assert "Leyla" not in said.decode()
    assert "Aslanova" not in read.to_ical().decode()


def test_what_has_no_day_is_left_out(desk):
    step(desk, None)
    assert "BEGIN:VEVENT" not in lines(desk)


def test_the_same_step_keeps_its_identifier_when_its_day_moves(desk):
    first = step(desk, "2024-03-08")
    before = [line for line in lines(desk) if line.startswith("UID:")]
    moved = desk.make(
        facts.NextStep,
        step=first.step,
        what=first.what,
        due=PartialDate(2024, 3, 9),
        form=facts.StepForm.HEARING,
        supersedes=(first.id,),
    )
    desk.say(moved)
    assert [line for line in lines(desk) if line.startswith("UID:")] == before


def test_commas_and_semicolons_are_escaped_and_line_ends_cannot_begin_a_property(desk):
    step(desk, "2024-03-08")
    rows = casefile.docket([desk.read()], TODAY).rows
    content = calendar_file(rows, TODAY, lambda _: "a, b; c\r\nDTSTART:19990101\\").decode()
    assert f"SUMMARY:{desk.case}: a\\, b\\; c DTSTART:19990101\\\\" in content.replace("\r\n ", "")
    assert "\r\nDTSTART:1999" not in content


@given(st.text(min_size=1, max_size=300))
def test_every_line_fits_and_unfolds_to_what_it_was(text):
    plain = text.replace("\r", "").replace("\n", "")
    folded = _folded(plain)
    assert all(len(one.encode()) <= 75 for one in folded.split("\r\n"))
    assert folded.removesuffix("\r\n").replace("\r\n ", "") == plain
