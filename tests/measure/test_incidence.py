"""How soon a stage is reached, by those who ever reach it."""

from __future__ import annotations

from datetime import date

import pytest

from candlemark.errors import NotUnderstood
from candlemark.measure import incidence, occupancy

TOLD = ("told", "2020-01-01")


def charged(figure, group=0):
    return next(row for row in figure.groups[group].rows if row.own == "charged")


def test_who_went_on_has_reached_the_stage_all_the_same(agency):
    study = agency.study(
        {
            "a": [TOLD, ("charged", "2020-01-11"), ("decided", "2020-01-21", "G")],
            "b": [TOLD, ("charged", "2020-02-01")],
            "c": [TOLD, ("decided", "2020-01-05", "D")],
            "d": [TOLD],
        }
    )
    row = charged(incidence(study, at=(9, 10, 20, 40)))

    assert (row.reached, row.otherwise, row.pending, row.unknown) == (2, 1, 1, 0)
    assert [by.p for by in row.horizons] == pytest.approx([0, 0.25, 0.25, 0.5])
    assert [by.day for by in row.curve] == [10, 31]


def test_a_conviction_is_no_end_on_the_way_to_the_sentence(agency):
    convicted = ("decided", "2020-01-11", "G")
    study = agency.study(
        {
            "a": [TOLD, convicted, ("sentenced", "2020-01-31")],
            "b": [TOLD, convicted],
            "c": [TOLD, ("decided", "2020-01-11", "N")],
            "d": [TOLD, ("decided", "2020-01-11", "N")],
        }
    )
    rows = {row.own: row for row in incidence(study, at=(40,)).groups[0].rows}
    row = rows["sentenced"]

    assert (row.reached, row.otherwise, row.pending) == (1, 2, 1)
    assert row.horizons[0].p == pytest.approx(0.25)


def test_who_was_dropped_and_taken_up_again_has_been_charged(agency):
    study = agency.study(
        {
            "a": [TOLD, ("decided", "2020-01-05", "D"), ("charged", "2020-03-01")],
            "b": [TOLD, ("decided", "2020-01-05", "D")],
        }
    )
    row = charged(incidence(study, at=(90,)))

    assert (row.reached, row.otherwise, row.pending) == (1, 1, 0)
    assert row.horizons[0].p == pytest.approx(0.5)


def test_who_ended_otherwise_is_not_counted_as_if_they_could_still_get_there(agency):
    # One minus Kaplan-Meier says 1.0 here: the only one still waiting gets there.
    units = {f"e{n}": [TOLD, ("decided", "2020-01-02", "D")] for n in range(3)}
    units["f"] = [TOLD, ("charged", "2020-01-20")]
    row = charged(incidence(agency.study(units), at=(100,)))

    assert row.horizons[0].p == pytest.approx(0.25)


def test_a_stage_reached_and_ended_on_the_day_of_entry_is_reached(agency):
    study = agency.study({"a": [TOLD, ("charged", "2020-01-01"), ("decided", "2020-01-01", "G")]})
    rows = {row.own: row for row in incidence(study, at=(0,)).groups[0].rows}

    assert rows["charged"].horizons[0].p == 1
    assert rows["decided"].horizons[0].p == 1
    assert "sentenced" not in rows  # nobody got there


def test_what_is_reached_on_a_day_nobody_can_tell_is_left_out_and_counted(agency):
    study = agency.study(
        {
            "a": [TOLD, ("charged", None)],
            "b": [TOLD, ("charged", "2020-01-03")],
            "c": [TOLD],
            "d": [TOLD],
        }
    )
    row = charged(incidence(study, at=(30,)))

    assert (row.reached, row.pending, row.unknown) == (1, 2, 1)
    assert row.horizons[0].p == pytest.approx(1 / 3)


def test_months_widen_the_interval_to_what_they_can_mean(agency):
    exact = agency.study({"a": [TOLD, ("charged", "2020-02-15")], "b": [TOLD], "c": [TOLD]})
    month = agency.study({"a": [TOLD, ("charged", "2020-02")], "b": [TOLD], "c": [TOLD]})
    one, other = (charged(incidence(each, at=(35,))).horizons[0] for each in (exact, month))

    assert (one.p, other.p) == (0, 0)
    assert other.high > one.high


def test_who_came_before_tracking_began_is_seen_from_then_on(agency):
    study = agency.study(
        {
            "a": [TOLD, ("charged", "2020-01-05")],  # over before anybody could see it
            "b": [TOLD, ("charged", "2020-03-01")],
            "c": [TOLD],
        },
        tracked_from=date(2020, 2, 1),
    )
    row = charged(incidence(study, at=(365,)))

    assert (row.reached, row.pending) == (1, 1)
    assert row.horizons[0].p == pytest.approx(0.5)


def test_having_reached_the_end_is_standing_there_where_nobody_leaves_it(agency):
    units = {
        "a": [TOLD, ("decided", "2020-01-21", "G")],
        "b": [TOLD, ("decided", "2020-02-21", "N")],
        "c": [TOLD],
        "d": [("told", "2020-11-01")],
    }
    study = agency.study(units)
    standing = occupancy(study, at=(30, 60)).groups[0]
    rows = {row.own: row for row in incidence(study, at=(30, 60)).groups[0].rows}

    for place in (0, 1):
        ended = sum(value.p for value in standing.horizons[place].values[1:])
        assert rows["decided"].horizons[place].p == pytest.approx(ended)


@pytest.mark.parametrize("at", [(), (-1,), (99_999,)])
def test_horizons_that_are_no_days_are_refused(agency, at):
    with pytest.raises(NotUnderstood):
        incidence(agency.study({"a": [TOLD]}), at=at)
