"""Dates known to the month or year, from a log to the figure: what is drawn, and the bounds."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.answers import Question, reach, stand
from candlemark.measure.columns import days_since
from candlemark.measure.figure import DRAWN, DRAWN_ERRORS
from candlemark.measure.log import Ask, Where, asked, imputed_occupation, stay_table, ways_of
from stay_logs import event_log

VAGUE = [
    ("a", "reported", "2021-01-01"),
    ("a", "charged", "2021-02"),
    ("a", "judged", "2021-06-10"),
    ("b", "reported", "2021-01-05"),
    ("b", "charged", "2021"),
    ("c", "reported", "2021-01-05"),
]


def day(text):
    return days_since(date.fromisoformat(text))


def table(rows=VAGUE, codes=(), **more):
    return stay_table(event_log(rows, codes, **{"known_until": "2021-12-31", **more}))


def test_the_days_each_event_can_be_are_those_of_the_log_as_neighbours_leave_them():
    with asked(table()) as cohort:
        ways = ways_of(cohort)

    assert ways.unit.tolist() == [0, 0, 0, 1, 1, 2]
    assert ways.lo.tolist() == [
        *map(day, ("2021-01-01", "2021-02-01", "2021-06-10")),
        *map(day, ("2021-01-05", "2021-01-05", "2021-01-05")),
    ]
    assert ways.hi.tolist() == [
        *map(day, ("2021-01-01", "2021-02-28", "2021-06-10")),
        *map(day, ("2021-01-05", "2021-12-31", "2021-01-05")),
    ]
    assert ways.until.tolist() == [day("2021-12-31")] * 3
    assert (ways.late, ways.cut) == (None, None)


def test_only_the_events_since_entry_of_the_units_of_a_group_are_its_ways():
    codes = [("a", "ground", "x"), ("b", "ground", "y"), ("c", "ground", "x")]
    with asked(table(codes=codes), Ask(from_state="charged", by="ground")) as cohort:
        assert cohort.groups == ("x", "y")
        one, other = ways_of(cohort, 0), ways_of(cohort, 1)

    assert (len(one.unit), len(other.unit)) == (2, 1)
    assert one.lo.tolist() == [day("2021-02-01"), day("2021-06-10")]


def test_bounds_of_one_vague_step_are_its_first_and_its_last_day():
    (group,) = imputed_occupation(table(), Ask(), [40, 250])
    charged = [state.own for state in table().states].index("charged")

    assert (group.entered, group.coarse, group.events) == (3, 2, 6)
    # By day 40 (10 or 14 February) a was charged on the 1st and not on the 28th; b on the 5th of
    # January or the 31st of December; c never.
    assert group.found.earliest[0, charged] == 0
    assert group.found.latest[0, charged] == pytest.approx(2 / 3)
    assert (group.found.earliest <= group.found.p).all()
    assert (group.found.p <= group.found.latest).all()
    assert group.found.p.sum(axis=1) == pytest.approx(1)


def test_nothing_is_drawn_where_every_date_is_exact():
    exact = [row for row in VAGUE if len(row[2]) == 10]
    (group,) = imputed_occupation(table(exact), None, [40])
    figure = stand(Question(table(exact), at=(40,)))

    assert (group.coarse, group.found) == (0, None)
    assert figure.basis.method == "aalen-johansen"
    assert {value.earliest for value in figure.groups[0].horizons[0].values} == {None}


def test_an_earlier_day_sees_nothing_that_is_drawn_after_it():
    with asked(table(), Ask(as_of=date(2021, 2, 10))) as cohort:
        ways = ways_of(cohort)
    stays = ways.stays(ways.limits()[1], np.array([False] * 3))

    assert ways.cut == day("2021-02-10")
    assert (stays.to == -1).all()
    assert stays.leave.tolist() == [40 * 64 + 63, 36 * 64 + 63, 36 * 64 + 63]


def test_units_seen_late_are_at_risk_from_the_day_their_agency_tracked():
    rows = [(*row, "north" if row[0] == "a" else "south") for row in VAGUE]
    seen = table(rows, also=("agency",), tracked_from={"north": date(2021, 1, 20)})
    with asked(seen) as cohort:
        ways = ways_of(cohort)

    assert ways.late.tolist()[0] == day("2021-01-20")
    assert ways.late.tolist()[1] < day("1970-01-01")
    moved = [(*row, "north" if row[1] == "charged" else "south") for row in VAGUE]
    odd = table(moved, also=("agency",), tracked_from={"north": date(2021, 1, 20)})
    with pytest.raises(NotMeasurable, match="went from one agency to another"), asked(odd) as other:
        ways_of(other)


def test_the_figure_carries_drawn_dates_their_bounds_and_how_many_are_coarse():
    figure = stand(Question(table(), at=(40, 250)))
    (group,) = figure.groups
    (known,) = imputed_occupation(table(), Ask(), [40, 250])

    assert (figure.basis.method, figure.basis.uncertainty) == (
        f"aalen-johansen{DRAWN}",
        DRAWN_ERRORS,
    )
    assert "date-coarse" in {doubt.code for doubt in figure.basis.doubts}
    for horizon in group.horizons:
        assert sum(value.p for value in horizon.values) == pytest.approx(1)
        for value in horizon.values:
            assert value.earliest <= value.p <= value.latest
            assert 0 <= value.low <= value.p <= value.high <= 1
    assert group.curve[0].day == 0
    assert [v.latest for v in group.horizons[0].values] == known.found.latest[0].tolist()
    assert stand(Question(table(), at=(40, 250))) == figure
    assert stand(Question(table(), at=(40, 250), engine="sqlite")).groups == figure.groups


def test_a_group_without_coarse_dates_has_no_bounds_beside_one_that_has():
    codes = [("a", "ground", "x"), ("b", "ground", "x"), ("c", "ground", "y")]
    rows = VAGUE + [(f"c{n}", "reported", "2021-01-05") for n in range(9)]
    codes += [(f"c{n}", "ground", "y") for n in range(9)]
    figure = stand(Question(table(rows, codes), Ask(by="ground"), at=(40,)))

    assert [group.horizons[0].values[0].earliest is None for group in figure.groups] == [
        False,
        True,
    ]


def test_a_log_without_a_single_day_is_refused():
    with pytest.raises(NothingToMeasure, match="no event of the log has a day"):
        table([(case, what, "") for case, what, _ in VAGUE], known_until="2021-12-31")


def test_numbered_steps_whose_months_contradict_each_other_have_the_order_of_their_months():
    rows = [
        ("a", "reported", "2021-01-01", 1),
        ("a", "charged", "2021-05", 2),
        ("a", "judged", "2021-03", 3),
    ]
    (group,) = imputed_occupation(table(rows, also=("seq",)), Ask(), [70, 130, 300])

    assert np.isfinite(group.found.p).all()
    assert group.found.p[-1].max() == 1
    assert group.found.earliest[-1].tolist() == group.found.latest[-1].tolist()


def test_one_unit_with_one_vague_step_has_a_wide_interval_and_no_number_is_missing():
    (group,) = imputed_occupation(table(VAGUE[:2]), Ask(), [20, 45, 70])

    assert np.isfinite(group.found.p).all()
    assert np.isfinite(group.found.se).all()
    assert ((group.found.high - group.found.low)[1] > 0.5).all()
    assert group.found.p[2].tolist() == [0, 1]


def test_units_chosen_by_what_happened_later_are_no_cohort_here_either():
    with pytest.raises(NotMeasurable, match="no cohort"):
        imputed_occupation(table(), Ask(through=("charged",)), [40])
    with pytest.raises(NothingToMeasure, match="no unit entered"):
        imputed_occupation(table(), Ask(window=(date(2022, 1, 1), None)), [40])
    with pytest.raises(NotMeasurable, match="not coded by ground"):
        imputed_occupation(table(), Ask(where=(Where("ground", ("x",)),)), [40])


def test_how_many_ever_reach_a_state_is_drawn_too_with_its_bounds():
    figure = reach(Question(table(), at=(40, 365)))
    (charged,) = [row for row in figure.groups[0].rows if row.own == "charged"]
    early, late = charged.horizons

    assert figure.basis.method == f"aalen-johansen-first-passage{DRAWN}"
    assert (early.earliest, early.latest) == (0, pytest.approx(2 / 3))
    assert early.earliest <= early.p <= early.latest
    assert late.p == pytest.approx(2 / 3)  # a in February at the latest, b in the year; c never
    assert 0 <= late.low < late.p < late.high <= 1
