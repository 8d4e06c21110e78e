"""Where cases stand over time, on cases small enough to count by hand."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NotUnderstood
from candlemark.measure import Doubt, occupancy

BEGAN = date(2020, 1, 1)


def at(days):
    return (BEGAN + timedelta(days)).isoformat()


def case(ended=None, outcome="G", **_):
    told = [("told", at(0))]
    return told if ended is None else [*told, ("decided", at(ended), outcome)]


def shares(figure, day, group=0):
    (horizon,) = [each for each in figure.groups[group].horizons if each.day == day]
    return {value.state: value.p for value in horizon.values if value.p}


def standing(figure, group=0):
    found = figure.groups[group]
    return {state: n for state, n in zip(found.states, found.standing, strict=True) if n}


def test_of_four_two_have_ended_and_two_are_pending(agency):
    study = agency.study({"a": case(10), "b": case(20, "D"), "c": case(), "d": case()})
    figure = occupancy(study, at=(5, 10, 30))

    assert figure.groups[0].states == ("pending", "convicted", "acquitted", "dismissed", "other")
    assert standing(figure) == {"pending": 2, "convicted": 1, "dismissed": 1}
    assert shares(figure, 5) == {"pending": 1}
    assert shares(figure, 10) == {"pending": 0.75, "convicted": 0.25}
    assert shares(figure, 30) == {"pending": 0.5, "convicted": 0.25, "dismissed": 0.25}


def test_a_pending_case_counts_for_as_long_as_it_was_seen(agency):
    late = [("told", "2020-12-21")]  # seen for ten days only
    study = agency.study({"a": case(20), "b": case(), "c": late})
    figure = occupancy(study, at=(5, 30))

    assert [horizon.at_risk for horizon in figure.groups[0].horizons] == [3, 1]
    assert shares(figure, 30) == {"pending": 0.5, "convicted": 0.5}
    assert standing(figure) == {"pending": 2, "convicted": 1}


ENDS = {
    # what was decided, besides being told on day 0: standing
    "an end on the day of entry is an end": ([(0, "G")], "convicted"),
    "the first day decides, not the strongest outcome": ([(10, "D"), (20, "G")], "dismissed"),
    "of one day the strongest stands": ([(10, "D"), (10, "A"), (10, "G")], "convicted"),
    "an acquittal is stronger than a dismissal": ([(10, "D"), (10, "N")], "acquitted"),
    "a dismissal is stronger than another end": ([(10, "A"), (10, "D")], "dismissed"),
    "a day before entry ends nothing": ([(-5, "G")], "pending"),
    "a later day that can be right does": ([(-5, "G"), (7, "D")], "dismissed"),
    "a day after the file was made ends nothing": ([(400, "G")], "pending"),
    "a code nobody knows ends nothing": ([(10, "?")], "pending"),
    "a decision without an outcome ends nothing": ([(10, None)], "pending"),
}


@pytest.mark.parametrize("what", ENDS)
def test_an_end(agency, what):
    said, state = ENDS[what]
    decided = [("decided", at(day), *([code] if code else [])) for day, code in said]
    figure = occupancy(agency.study({"a": [("told", at(0)), *decided]}))

    assert standing(figure) == {state: 1}


def test_what_the_import_doubted_never_ends_a_case(agency):
    for doubt in ("far-future", "before-start", "undated", "unreadable"):
        day = None if doubt in {"undated", "unreadable"} else at(9)
        said = [("told", at(0)), ("decided", day, "G", doubt)]
        figure = occupancy(agency.study({"a": said, "b": case(9, "D")}))

        assert standing(figure) == {"pending": 1, "dismissed": 1}


def test_an_end_on_the_day_of_entry_is_there_on_day_0(agency):
    figure = occupancy(agency.study({"a": case(0), "b": case()}), at=(0, 1))

    assert shares(figure, 0) == {"pending": 0.5, "convicted": 0.5}
    assert figure.groups[0].horizons[0].at_risk == 1


def test_the_curve_has_a_point_for_each_day_something_happened_and_agrees_with_horizons(agency):
    units = {"a": case(0), "b": case(10, "N"), "c": case(10, "D"), "d": case(40), "e": case()}
    figure = occupancy(agency.study(units), at=(0, 10, 40))
    group = figure.groups[0]

    assert [point.day for point in group.curve] == [0, 10, 40]
    for point, horizon in zip(group.curve, group.horizons, strict=True):
        assert point.at_risk == horizon.at_risk
        assert point.p == tuple(value.p for value in horizon.values)
        assert point.low == tuple(value.low for value in horizon.values)
        assert point.high == tuple(value.high for value in horizon.values)


def test_beyond_the_longest_observation_the_interval_admits_that_nothing_is_known(agency):
    figure = occupancy(agency.study({"a": case(10), "b": case()}, as_of="2020-02-01"), at=(365,))
    (horizon,) = figure.groups[0].horizons
    pending, convicted, acquitted, *_ = horizon.values

    assert horizon.at_risk == 0
    assert (pending.p, pending.low) == (0.5, 0)
    assert convicted.high == 1
    assert acquitted.high >= 0.5


def test_when_all_have_ended_the_future_is_known(agency):
    figure = occupancy(agency.study({str(n): case(10) for n in range(50)}), at=(3650,))
    pending, convicted, *_ = figure.groups[0].horizons[0].values

    assert (pending.p, convicted.p) == (0, 1)
    assert pending.high == pytest.approx(1 - 0.025 ** (1 / 50))


def test_a_month_is_not_its_first_day(agency):
    told = [("told", "2020-03-01")]
    units = {str(n): [*told, ("decided", "2020-03", "G")] for n in range(10)}
    figure = occupancy(agency.study(units), at=(0, 14, 15, 30, 40))
    by_day = {each.day: each.values[1] for each in figure.groups[0].horizons}

    # It stands on the middle of the month, and the interval reaches from its first to its last day.
    assert by_day[14].p == 0
    assert by_day[15].p == 1
    assert by_day[14].high == 1
    assert by_day[15].low == 0
    assert by_day[40].low > 0.6
    assert Doubt("date-coarse", "judged", 10) in figure.basis.doubts


def test_a_year_of_entry_widens_the_interval_by_a_year(agency):
    units = {str(n): [("told", "2019"), ("decided", "2020-01-10", "G")] for n in range(40)}
    figure = occupancy(agency.study(units), at=(5, 192, 375))
    by_day = {each.day: each.values[1] for each in figure.groups[0].horizons}

    assert [by_day[day].p for day in (5, 192, 375)] == [0, 1, 1]
    assert by_day[192].low == 0
    assert by_day[375].low > 0.9


def test_a_month_that_had_not_ended_when_the_file_was_made_lies_before_that_day(agency):
    said = [("told", "2020-03-01"), ("decided", "2020-03", "G")]
    figure = occupancy(agency.study({"a": said}, as_of="2020-03-10"), at=(9,))

    assert standing(figure) == {"convicted": 1}
    assert shares(figure, 9) == {"convicted": 1}


def test_coarse_dates_that_can_be_right_are_no_contradiction(agency):
    said = [("told", "2020-03-20"), ("decided", "2020-03", "G")]
    figure = occupancy(agency.study({"a": said}), at=(0, 11))

    assert standing(figure) == {"convicted": 1}
    assert shares(figure, 0) == {"convicted": 1}


def test_looking_from_an_earlier_day_sees_less_and_calls_nothing_doubtful(agency):
    study = agency.study({"a": case(10), "b": case(100), "c": [("told", at(200))]})
    then = occupancy(study, as_of=date(2020, 3, 1))

    assert standing(then) == {"pending": 1, "convicted": 1}
    assert then.groups[0].entered == 2
    assert then.basis.doubts == ()


def test_dates_that_cannot_be_right_are_counted_beside_the_figure(agency):
    units = {
        "a": [("told", at(0)), ("decided", at(-3), "G")],
        "b": [("told", at(0)), ("decided", "2219-12-08", "G")],
        "c": [("told", at(0)), ("charged", ""), ("decided", at(3), "?")],
        "d": [("told", "")],
        "e": case(3),
    }
    figure = occupancy(agency.study(units))

    assert figure.basis.doubts == (
        Doubt("no-start-date", "reported", 1),
        Doubt("undated", "charged", 1),
        Doubt("date-after-as-of", "judged", 1),
        Doubt("date-before-start", "judged", 1),
        Doubt("outcome-unknown", "judged", 1),
        Doubt("end-date-wrong", "", 2),
    )


def test_a_figure_says_what_it_stands_on(agency, edition):
    study = agency.study(
        {"a": case(10)}, batch="batch_1", ledger_size=12, ledger_head="ab" * 32, as_of="2020-06-30"
    )
    basis = occupancy(study).basis

    assert (basis.question, basis.agency, basis.crosswalk) == (
        "occupancy",
        "Invented Prosecutor",
        "xx-invented",
    )
    assert (basis.unit, basis.from_stage, basis.from_own, basis.by) == (
        "accused",
        "reported",
        "told",
        "",
    )
    assert (basis.edition, basis.edition_fingerprint) == (edition.code, edition.fingerprint)
    assert (basis.batch, basis.ledger_size, basis.ledger_head) == ("batch_1", 12, "ab" * 32)
    assert basis.as_of == date(2020, 6, 30)
    assert basis.simulated is True


@pytest.mark.parametrize("days", [(), (-1,), (30, 90_000)])
def test_what_is_no_number_of_days_is_refused(agency, days):
    with pytest.raises(NotUnderstood, match="not a number of days"):
        occupancy(agency.study({"a": case()}), at=days)


def test_horizons_come_in_order_and_once(agency):
    figure = occupancy(agency.study({"a": case()}), at=(90, 30, 90))

    assert [horizon.day for horizon in figure.groups[0].horizons] == [30, 90]


ENDED = st.tuples(st.integers(0, 300), st.sampled_from("GNDA"))
UNITS = st.lists(st.one_of(st.none(), ENDED), min_size=1, max_size=25)


def units_of(ends):
    return {str(n): case(*(end or ()), told=n) for n, end in enumerate(ends)}


@settings(max_examples=25, deadline=None)
@given(UNITS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(agency, ends, random):
    units = units_of(ends)
    mixed = dict(random.sample(list(units.items()), len(units)))

    assert occupancy(agency.study(mixed)) == occupancy(agency.study(units))


@settings(max_examples=25, deadline=None)
@given(UNITS)
def test_with_everybody_seen_long_enough_it_is_the_plain_share(agency, ends):
    figure = occupancy(agency.study(units_of(ends)), at=(150,))
    count = len(ends)
    convicted = sum(end is not None and end[1] == "G" and end[0] <= 150 for end in ends)
    open_still = sum(end is None or end[0] > 150 for end in ends)

    assert shares(figure, 150).get("convicted", 0) == pytest.approx(convicted / count)
    assert shares(figure, 150).get("pending", 0) == pytest.approx(open_still / count)


@settings(max_examples=25, deadline=None)
@given(UNITS, st.integers(0, 300), st.integers(0, 300))
def test_a_later_day_never_sees_fewer_ended(agency, ends, one, other):
    study = agency.study(units_of(ends))
    early, late = (
        occupancy(study, as_of=BEGAN + timedelta(days)).groups[0].standing
        for days in sorted((one, other))
    )

    assert all(before <= after for before, after in zip(early[1:], late[1:], strict=True))
    assert late[0] <= early[0]


@settings(max_examples=25, deadline=None)
@given(UNITS)
def test_one_more_pending_case_lowers_nobody_elses_count(agency, ends):
    units = units_of(ends)
    before = occupancy(agency.study(units)).groups[0]
    after = occupancy(agency.study(units | {"one more": case()})).groups[0]

    assert after.entered == before.entered + 1
    assert after.standing == (before.standing[0] + 1, *before.standing[1:])


def test_figures_are_values_that_can_be_compared_and_kept(agency):
    study = agency.study({"a": case(10), "b": case()})
    figure = occupancy(study)

    assert occupancy(study) == figure
    assert hash(figure) == hash(occupancy(study))
    assert replace(figure, groups=()) != figure
