"""How long each stage takes."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NotMeasurable
from candlemark.measure import Quantile, durations

TOLD = ("told", "2020-01-01")


def table(figure, group=0):
    return {
        row.own: (row.entered, row.ended, row.pending, [each.days for each in row.quantiles])
        for row in figure.groups[group].rows
    }


def test_a_stay_lasts_to_the_next_stage_or_to_the_end(agency):
    study = agency.study(
        {
            "a": [TOLD, ("charged", "2020-01-11"), ("decided", "2020-03-01", "G")],
            "b": [TOLD, ("charged", "2020-01-21"), ("decided", "2020-02-10", "D")],
            "c": [TOLD, ("decided", "2020-01-31", "D")],
        }
    )

    assert table(durations(study)) == {
        # entered, ended, pending, quartiles
        "told": (3, 3, 0, [10, 20, 30]),
        "charged": (2, 2, 0, [20, 20, 50]),
    }


def test_half_that_are_still_waiting_have_no_median(agency):
    units = {str(n): [TOLD, ("charged", "2020-02-22")] for n in range(4)}
    waiting = {f"waits {n}": [TOLD] for n in range(6)}
    figure = durations(agency.study(units | waiting), as_of=date(2020, 6, 1))

    assert table(figure)["told"] == (10, 4, 6, [52, None, None])
    assert figure.groups[0].rows[0].quantiles[1] == Quantile(0.5, None, 52, None)


def test_a_stage_in_which_nobody_can_wait_has_no_row(agency):
    study = agency.study({"a": [TOLD, ("decided", "2020-02-01", "G"), ("sentenced", "2020-03-01")]})

    assert list(table(durations(study))) == ["told"]


def test_a_case_that_goes_back_stays_twice(agency):
    said = [
        TOLD,
        ("charged", "2020-01-11"),
        ("noted", "2020-01-31"),
        ("charged", "2020-03-01"),
        ("decided", "2020-04-10", "G"),
    ]

    assert table(durations(agency.study({"a": said}))) == {
        "told": (1, 1, 0, [10, 10, 10]),
        "noted": (1, 1, 0, [30, 30, 30]),
        "charged": (2, 2, 0, [20, 20, 40]),
    }


def test_several_rows_of_one_stage_in_a_row_are_one_stay(agency):
    said = [TOLD, *[("charged", f"2020-01-{day}") for day in (11, 15, 20)]]
    figure = durations(agency.study({"a": said}, as_of="2020-01-31"))

    assert table(figure)["charged"] == (1, 0, 1, [None, None, None])
    assert table(figure)["told"] == (1, 1, 0, [10, 10, 10])


def test_steps_of_one_day_are_kept_in_the_order_of_the_stages(agency):
    said = [("told", "2020-01-01"), ("charged", "2020-01-01"), ("noted", "2020-01-01")]
    figure = durations(agency.study({"a": said}, as_of="2020-01-31"))

    assert table(figure) == {
        "told": (1, 1, 0, [0, 0, 0]),
        "noted": (1, 1, 0, [0, 0, 0]),
        "charged": (1, 0, 1, [None, None, None]),
    }


def test_a_stay_that_ended_on_a_day_nobody_knows_is_not_called_open(agency):
    units = {
        "known": [TOLD, ("charged", "2020-01-11")],
        "undated": [TOLD, ("charged", "")],
        "undated and decided": [TOLD, ("charged", ""), ("decided", "2020-06-01", "G")],
        "impossible": [TOLD, ("charged", "2219-01-01")],
    }

    assert table(durations(agency.study(units)))["told"] == (1, 1, 0, [10, 10, 10])


def test_a_month_widens_the_interval_to_all_its_days(agency):
    units = {str(n): [TOLD, ("charged", "2020-03")] for n in range(40)}
    (row,) = [row for row in durations(agency.study(units)).groups[0].rows if row.own == "told"]
    median = row.quantiles[1]

    # 60 days from the first of January to the first of March, 90 to its last day.
    assert (median.days, median.low) == (75, 60)
    assert median.high is None or median.high >= 90


def test_years_that_overlap_are_no_stays_of_less_than_nothing(agency):
    said = [("told", "2020"), ("charged", "2020")]
    (row, *_) = durations(agency.study({"a": said})).groups[0].rows

    assert [each.days for each in row.quantiles] == [0, 0, 0]
    assert row.quantiles[0].low == 0


def test_stays_begun_before_tracking_are_left_out(agency):
    units = {
        "before": [TOLD, ("charged", "2020-06-01")],
        "after": [("told", "2020-03-01"), ("charged", "2020-03-11")],
    }
    study = agency.study(units, tracked_from=date(2020, 2, 1))

    assert table(durations(study))["told"] == (1, 1, 0, [10, 10, 10])


def test_more_steps_on_one_day_than_a_day_has_ticks_are_still_one_way(agency):
    said = [TOLD]
    for _ in range(50):
        said += [("charged", "2020-01-02"), ("noted", "2020-01-02")]
    figure = durations(agency.study({"a": [*said, ("decided", "2020-01-12", "G")]}))

    assert table(figure)["charged"] == (1, 1, 0, [10, 10, 10])


def test_a_list_of_ended_cases_has_no_durations(agency_that):
    study = agency_that(cohort=False).study({"a": [TOLD, ("decided", "2020-02-01", "G")]})

    with pytest.raises(NotMeasurable, match="no share of all cases"):
        durations(study)


WAYS = st.lists(
    st.tuples(
        st.sampled_from(["noted", "charged", "decided"]),
        st.dates(date(2020, 1, 1), date(2020, 9, 30)).map(str),
        st.sampled_from("GD"),
    ),
    max_size=6,
)


@settings(max_examples=30, deadline=None)
@given(st.lists(WAYS, min_size=1, max_size=10), st.randoms(use_true_random=False))
def test_every_unit_waits_somewhere_and_order_does_not_matter(agency, ways, random):
    units = {str(n): [TOLD, *way] for n, way in enumerate(ways)}
    mixed = {key: [TOLD, *random.sample(units[key][1:], len(units[key]) - 1)] for key in units}
    figure = durations(agency.study(units))
    (group,) = figure.groups
    pending = sum(not any(own == "decided" for own, *_ in way) for way in ways)

    assert group.entered == len(units)
    assert sum(row.pending for row in group.rows) == pending
    for row in group.rows:
        assert row.entered == row.ended + row.pending
        known = [each.days for each in row.quantiles if each.days is not None]
        assert known == sorted(known)
    assert durations(agency.study(mixed)) == figure
