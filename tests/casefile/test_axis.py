"""Where the stages of a case stand on one axis; what is shown is told from what is claimed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.axis import Point, Stretch, _levelled, axis
from candlemark.casefile.basis import Basis, basis
from candlemark.casefile.docket_row import State

TODAY = date(2024, 3, 1)


def drawn(desk, today=TODAY):
    return axis(casefile.account(desk.read(), desk.edition, today), today)


def tried(desk, **sources):
    person = desk.person()
    proceeding = desk.proceeding(person, country="AZ")
    return {"person": person, "proceeding": proceeding, **sources}


def test_a_day_is_a_point_and_a_year_is_a_range(desk):
    at = tried(desk)
    desk.stage("charged", "2012", **at)
    desk.stage("judged", "2013-09-27", **at)
    (lane,) = drawn(desk).lanes
    charged, judged = lane.points
    assert (charged.at.exact, judged.at.exact) == (False, True)
    assert charged.at.start < charged.at.end < judged.at.start == judged.at.end


def test_what_has_no_date_has_no_place_and_is_named(desk):
    at = tried(desk)
    desk.stage("charged", "2012", **at)
    undated = desk.stage("judged", **at)
    found = drawn(desk)
    assert found.undated == (undated.id,)
    assert [point.id for lane in found.lanes for point in lane.points] != [undated.id]
    assert found.numbers[undated.id] == 2


def test_a_case_without_any_date_has_no_picture(desk):
    desk.stage("charged", **tried(desk))
    assert drawn(desk) is None


def test_a_way_that_waits_is_drawn_up_to_today(desk):
    at = tried(desk)
    desk.stage("charged", "2012", **at)
    found = drawn(desk)
    (lane,) = found.lanes
    assert lane.pending.end == found.today
    assert lane.pending.start == lane.points[0].at.end


def test_a_way_that_ended_waits_for_nothing(desk):
    at = tried(desk)
    desk.stage("judged", "2012-01-01", outcome="acquitted", **at)
    assert drawn(desk).lanes[0].pending is None


def test_a_long_silence_is_a_gap_between_two_stages(desk):
    at = tried(desk)
    desk.stage("charged", "2012-01-01", **at)
    desk.stage("judged", "2016-01-01", **at)
    (gap,) = drawn(desk).lanes[0].gaps
    assert gap.start < gap.end


def test_the_last_day_of_a_limit_is_marked_with_its_state(desk):
    at = tried(desk)
    desk.stage("judged", "2024-02-12", outcome="convicted", **at)
    (mark,) = drawn(desk).limits
    assert (mark.state, mark.at.exact, mark.number) == (State.OPEN, True, 1)


def test_years_are_few_enough_to_be_read(desk):
    at = tried(desk)
    desk.stage("charged", "1993", **at)
    years = [tick.year for tick in drawn(desk).ticks]
    assert 2 <= len(years) <= 9
    assert years == sorted(years)


@pytest.mark.parametrize(
    ("evidence", "reliability", "told"),
    [
        ("court-document", "reliable", Basis.SHOWN),
        ("official-document", "", Basis.SHOWN),
        ("official-document", "unreliable", Basis.CLAIMED),
        ("media-report", "highly-reliable", Basis.CLAIMED),
        ("testimony", "reliable", Basis.CLAIMED),
        ("", "", Basis.CLAIMED),
    ],
)
def test_only_an_authoritys_paper_that_nobody_doubts_shows(desk, evidence, reliability, told):
    source = desk.source(reliability, evidence=evidence)
    assert basis(desk.read(), (source,)) is told


def test_what_the_group_says_itself_is_claimed(desk):
    desk.stage("charged", "2012", **tried(desk))
    assert drawn(desk).lanes[0].points[0].basis is Basis.CLAIMED


@given(st.lists(st.floats(0, 1), max_size=30))
def test_numbers_are_lifted_and_none_is_lost(places):
    points = [
        Point(n, str(n), Stretch(at, at, exact=True), Basis.SHOWN, 0) for n, at in enumerate(places)
    ]
    found = _levelled(points)
    assert sorted(one.number for one in found) == list(range(len(places)))
    assert all(0 <= one.level <= 2 for one in found)


def test_a_life_long_before_the_calendar_began_does_not_break_the_axis(desk):
    at = tried(desk)
    desk.say(desk.make(facts.StageReached, stage="charged", when="0001", **at))
    desk.say(desk.make(facts.StageReached, stage="judged", when="9999", **at))
    assert drawn(desk).first == date(1, 1, 1)
