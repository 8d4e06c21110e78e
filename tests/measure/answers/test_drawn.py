"""Comparisons and times in a stage with dates known to the month: drawn, with bounds beside."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from candlemark.measure import durations, incidence, occupancy
from candlemark.measure.answers import Question, compare, dwell
from candlemark.measure.log import Ask, stay_table
from stay_logs import event_log


def world(coarse, many=200):
    """Two grounds, one twice as slow as the other; a share of the charges known to the month."""
    rng = random.Random(5)
    rows, codes = [], []
    for n in range(many):
        came = date(2020, 1, 1) + timedelta(days=rng.randrange(200))
        wait = int(rng.expovariate(1 / (40 if n % 2 else 80)))
        vague = rng.random() < coarse
        charged = came + timedelta(days=wait)
        rows.append((f"c{n:03}", "told", came.isoformat()))
        rows.append((f"c{n:03}", "charged", charged.isoformat()[: 7 if vague else 10]))
        codes.append((f"c{n:03}", "ground", "ab"[n % 2]))
    return stay_table(event_log(rows, codes, known_until="2023-12-31"))


@pytest.fixture(scope="module")
def tables():
    return world(0.0), world(0.5)


def test_a_difference_with_drawn_dates_is_near_that_of_exact_days_and_has_bounds(tables):
    exact, vague = (compare(Question(table, Ask(by="ground"), at=(30, 90))) for table in tables)

    assert vague.basis.method.endswith("-drawn-dates")
    assert [d.code for d in vague.basis.doubts] == ["date-coarse"]
    for mine, theirs in zip(vague.cells, exact.cells, strict=True):
        assert (mine.day, mine.state) == (theirs.day, theirs.state)
        assert abs(mine.difference - theirs.difference) <= mine.se
        assert mine.se >= theirs.se * 0.95
        assert mine.earliest <= theirs.difference <= mine.latest
        assert theirs.earliest is None


def test_with_drawn_dates_a_test_is_the_middle_one_and_says_the_same(tables):
    exact, vague = (compare(Question(table, Ask(by="ground"), at=(30,))) for table in tables)

    for mine, theirs in zip(vague.tests, exact.tests, strict=True):
        assert (mine.code, mine.state, mine.freedom) == (theirs.code, theirs.state, theirs.freedom)
        assert (mine.p_value < 0.01) == (theirs.p_value < 0.01)


def test_where_nothing_can_be_learned_dates_stand_in_the_middle_and_bounds_are_said(tables):
    figure = compare(Question(world(1.0, 60), Ask(by="ground"), at=(30,)))

    assert figure.basis.method == "difference-of-aalen-johansen"
    assert [d.code for d in figure.basis.doubts] == ["date-middle"]
    assert all(cell.earliest < cell.difference < cell.latest for cell in figure.cells)


def test_quantiles_with_drawn_dates_are_near_those_of_exact_days_and_have_bounds(tables):
    exact, vague = (dwell(Question(table)).groups[0].rows[0] for table in tables)

    assert (vague.entered, vague.ended, vague.pending) == (
        exact.entered,
        exact.ended,
        exact.pending,
    )
    for mine, theirs in zip(vague.quantiles, exact.quantiles, strict=True):
        assert abs(mine.days - theirs.days) <= 6
        assert mine.low <= theirs.days <= mine.high
        assert mine.earliest <= theirs.days <= mine.latest
        assert theirs.earliest is None


def test_a_study_with_too_little_to_learn_from_keeps_its_wide_intervals(agency):
    units = {str(n): [("told", "2020-03-01"), ("decided", "2020-03", "G")] for n in range(10)}
    study = agency.study(units)

    for figure in (occupancy(study, at=(14,)), incidence(study, at=(14,)), durations(study)):
        assert not figure.basis.method.endswith("-drawn-dates")
    value = occupancy(study, at=(14,)).groups[0].horizons[0].values[1]
    assert (value.p, value.low, value.high) == (0, 0, 1)


def test_figures_of_a_study_draw_dates_and_keep_what_was_counted(agency):
    rng = random.Random(8)
    units, days = {}, {}
    for n in range(60):
        came = date(2020, 1, 1) + timedelta(days=n)
        charged = came + timedelta(days=5 + int(rng.expovariate(1 / 30)))
        decided = charged + timedelta(days=5 + int(rng.expovariate(1 / 60)))
        cut = 7 if n % 3 == 0 else 10
        way = [("charged", charged.isoformat()), ("decided", decided.isoformat(), "GN"[n % 2])]
        days[f"{n:02}"] = [("told", came.isoformat()), *way]
        vague = [("charged", way[0][1][:cut]), ("decided", way[1][1][:cut], way[1][2])]
        units[f"{n:02}"] = [("told", came.isoformat()), *vague]
    vague, exact = agency.study(units), agency.study(days)

    one, other = occupancy(vague, at=(40, 120)), occupancy(exact, at=(40, 120))
    assert one.basis.method.endswith("-drawn-dates")
    assert one.groups[0].standing == other.groups[0].standing
    for mine, theirs in zip(one.groups[0].horizons, other.groups[0].horizons, strict=True):
        for value, said in zip(mine.values, theirs.values, strict=True):
            assert abs(value.p - said.p) <= 0.05
            assert value.earliest <= said.p <= value.latest
    reached, there = (incidence(study, at=(40, 120)).groups[0].rows for study in (vague, exact))
    for mine, theirs in zip(reached, there, strict=True):
        assert (mine.own, mine.reached, mine.pending) == (
            theirs.own,
            theirs.reached,
            theirs.pending,
        )
        assert all(
            by.earliest <= said.p <= by.latest and abs(by.p - said.p) <= 0.05
            for by, said in zip(mine.horizons, theirs.horizons, strict=True)
        )
    assert durations(vague).groups[0].rows[0].quantiles[1].earliest is not None
