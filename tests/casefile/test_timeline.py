"""The timeline of a case: order, doubts, gaps, what is pending, what stands beside."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.dates import Order, PartialDate
from candlemark.ids import new_id


@pytest.fixture
def way(desk):
    """Says stages of one person in one proceeding."""
    person = desk.person()
    trial = desk.proceeding(person)

    def say(stage, when=None, **fields):
        return desk.stage(stage, when, person=person, proceeding=trial, **fields)

    say.person, say.proceeding = person, trial
    return say


def line(desk):
    return casefile.timeline(desk.read())


def test_a_year_does_not_decide_between_two_days_of_it(desk, way):
    day = way("charged", "1995-03-02")
    year = way("in-court", "1995")
    found = line(desk)

    assert [event.stage for event in found.events] == ["charged", "in-court"]
    assert [(pair.one, pair.other, pair.why) for pair in found.unordered] == [
        (day.id, year.id, Order.CANNOT_TELL)
    ]


def test_a_stage_without_a_date_is_kept_and_named(desk, way):
    way("charged", "1995-03-02")
    undated = way("in-court")

    assert line(desk).undated == (undated.id,)
    assert line(desk).events[-1].when is None


def test_an_appeal_of_the_day_of_the_judgment_stays_after_it_when_entered_after_it(desk, way):
    way("judged", "2013-09-27")
    way("appealed", "2013-09-27")
    found = line(desk)

    assert [event.stage for event in found.events] == ["judged", "appealed"]
    assert [pair.why for pair in found.unordered] == [Order.SAME_DAY]


def test_following_survives_the_correction_of_what_was_followed(desk, way):
    judged = way("judged", "2013-09-27")
    way("appealed", "2013-09-27", follows=(judged.id,))
    way("judged", "2013-09-27", outcome="convicted", supersedes=(judged.id,))
    found = line(desk)

    assert [event.stage for event in found.events] == ["judged", "appealed"]
    assert found.unordered == ()


GAPS = {
    "two days a year apart": ("2001-01-01", "2002-01-01", [(365, 365)]),
    "two days a day less than a year apart": ("2001-01-01", "2001-12-31", []),
    "two years with one between them": ("2001", "2003", [(366, 1094)]),
    "two years one after the other, which may be a day apart": ("2001", "2002", []),
    "a year and a day of it": ("2001", "2001-05-05", []),
}


@pytest.mark.parametrize(("one", "other", "days"), GAPS.values(), ids=GAPS)
def test_a_long_silence_is_named_with_the_days_it_lasted_at_least_and_at_most(
    desk, way, one, other, days
):
    way("charged", one)
    way("in-court", other)

    assert [(gap.least_days, gap.most_days) for gap in line(desk).gaps] == days


def test_how_long_a_silence_must_be_can_be_asked(desk, way):
    way("charged", "2001-01-01")
    way("in-court", "2001-02-01")

    assert [gap.least_days for gap in casefile.timeline(desk.read(), gap_days=30).gaps] == [31]


def test_what_is_pending_says_where_it_stands_and_since_when(desk, way):
    way("charged", "2001")
    last = way("in-court", "2003-05")
    (pending,) = line(desk).pending

    assert (pending.person, pending.proceeding) == (way.person, way.proceeding)
    assert (pending.stage, pending.since, pending.event) == (
        "in-court",
        PartialDate(2003, 5),
        last.id,
    )


def test_a_proceeding_without_a_stage_is_pending_since_nobody_knows_when(desk):
    desk.proceeding(desk.person())
    (pending,) = line(desk).pending

    assert (pending.stage, pending.since, pending.seen) == ("", None, None)


def test_what_has_ended_is_not_pending(desk, way):
    way("charged", "2001")
    way("judged", "2002", outcome="acquitted")

    assert line(desk).pending == ()


def test_the_latest_day_a_source_saw_it_open_stands_with_it(desk, way):
    way("charged", "2001")
    for on in ("2005-01-01", "2004", "2003-12-31"):
        desk.say(desk.make(facts.StillPending, proceeding=way.proceeding, person=way.person, on=on))

    assert str(line(desk).pending[0].seen.on) == "2005-01-01"


def test_everything_dated_that_is_no_stage_stands_beside_in_order(desk, way):
    way("judged", "2007-11-29", final="2008-02-29")
    made = desk.make(facts.InterventionMade, intervention=new_id("intervention"), when="2001")
    desk.say(made)
    desk.say(desk.make(facts.InterventionAnswered, intervention=made.intervention, when="2002-01"))
    desk.say(
        desk.make(facts.LifeTurned, person=way.person, turn=facts.Turn.DIED, when="2022-12-22")
    )
    desk.say(desk.make(facts.IncidentDescribed, incident=new_id("incident"), when="1993-06"))
    desk.say(desk.make(facts.StillPending, proceeding=way.proceeding, on="2021-12-02"))
    desk.say(
        desk.make(
            facts.LimitTriggered, trigger=facts.Trigger.FINAL_DOMESTIC_DECISION, when="2014-06-27"
        )
    )
    desk.note("undated")

    assert [(mark.kind, str(mark.when)) for mark in line(desk).marks] == [
        ("incident", "1993-06"),
        ("intervention", "2001"),
        ("answer", "2002-01"),
        ("final", "2008-02-29"),
        ("limit-start", "2014-06-27"),
        ("still-pending", "2021-12-02"),
        ("life", "2022-12-22"),
        ("note", "None"),
    ]


def test_a_contradiction_is_on_the_timeline(desk, way):
    way("judged", "2001")
    way("judged", "2002")

    assert [str(one) for one in line(desk).contradictions] == ["when: 2001 / 2002 (recorded-first)"]


def test_an_empty_case_has_an_empty_timeline(desk):
    found = line(desk)

    assert (found.events, found.unordered, found.pending, found.marks) == ((), (), (), ())
