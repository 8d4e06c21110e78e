"""Questions of a log: the same answers as of a study where both can be asked, and what is more."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from candlemark.errors import NotMeasurable, NotUnderstood
from candlemark.measure import durations, incidence, occupancy
from candlemark.measure.answers import (
    Question,
    compare,
    dwell,
    reach,
    share,
    stand,
    stand_jointly,
    standardise,
)
from candlemark.measure.log import Ask, Where, stay_table, stays_of
from stay_logs import event_log

TOLD = ("told", "2020-01-01")


def log(many=60, **more):
    """Reports of two grounds; b is charged more often; every third charged is judged."""
    rows, codes = [], []
    for n in range(many):
        case, ground = f"c{n:03}", "ab"[n % 2]
        rows.append((case, "told", f"2020-01-{n % 28 + 1:02}"))
        if ground == "b" or n % 4 == 0:
            rows.append((case, "charged", f"2020-02-{n % 28 + 1:02}"))
            if n % 3 == 0:
                rows.append((case, "judged", f"2020-05-{n % 28 + 1:02}"))
        codes.append((case, "ground", ground))
    known = {"known_until": "2020-12-31", "final": frozenset({"judged"}), **more}
    return stay_table(event_log(rows, codes, **known))


@pytest.fixture(scope="module")
def table():
    return log()


@pytest.fixture
def study(agency):
    units = {f"a{n}": [TOLD, ("charged", f"2020-02-{n + 1:02}")] for n in range(9)}
    units |= {
        f"b{n}": [TOLD, ("charged", "2020-01-20"), ("decided", f"2020-03-{n + 1:02}", "G")]
        for n in range(9)
    }
    units |= {f"c{n}": [TOLD, ("decided", f"2020-04-{n + 1:02}", "D")] for n in range(9)}
    units |= {f"d{n}": [TOLD] for n in range(3)}
    return agency.study(units)


def test_ends_of_a_study_and_of_its_stays_have_the_same_probabilities_and_errors(study):
    one = occupancy(study, at=(60, 100)).groups[0]
    other = stand(Question(stays_of(study), Ask(from_state="told"), at=(60, 100))).groups[0]

    for mine, theirs in zip(one.horizons, other.horizons, strict=True):
        by_state = {value.state: value for value in theirs.values}
        for value in mine.values[1:]:
            if f"end:{value.state}" in by_state:
                assert by_state[f"end:{value.state}"].p == pytest.approx(value.p, abs=1e-12)
    assert sum(other.standing) == one.entered


def test_a_stage_is_reached_as_soon_in_a_study_as_in_its_stays(study):
    (one,) = [r for r in incidence(study, at=(30, 60)).groups[0].rows if r.own == "charged"]
    found = reach(Question(stays_of(study), Ask(from_state="told"), at=(30, 60))).groups[0]
    (other,) = [row for row in found.rows if row.own == "charged"]

    assert (one.reached, one.otherwise, one.pending) == (
        other.reached,
        other.otherwise,
        other.pending,
    )
    for mine, theirs in zip(one.horizons, other.horizons, strict=True):
        assert (mine.p, mine.se) == pytest.approx((theirs.p, theirs.se), abs=1e-12)


ENDING = {
    "reached as it ended": {
        "a": ("decided", "2020-03-01", "G"),
        "b": ("decided", "2020-03-02", "N"),
    },
    "reached without an end": {"a": ("decided", "2020-03-01"), "b": ("decided", "2020-03-02", "G")},
    "ended before": {"a": ("charged", "2020-02-20", "D"), "b": ("decided", "2020-03-02", "G")},
    "ended, and reached after that": {
        "a": ("charged", "2020-02-20", "D"),
        "b": ("decided", "2020-03-02", "G"),
        "c": ("sentenced", "2020-03-09"),
    },
    "on a day nobody knows": {"a": ("decided", "", "G"), "b": ("decided", "2020-03-02", "G")},
}


@pytest.mark.parametrize("case", ENDING)
def test_a_stage_reached_as_the_case_ended_is_reached_in_stays_as_it_is_in_the_study(
    agency_that, case
):
    units = {f"{k}{n}": [TOLD, ("charged", f"2020-02-{n + 1:02}")] for k in "abc" for n in range(6)}
    for name, way in units.items():
        if name[0] in ENDING[case]:
            way.append(ENDING[case][name[0]])
        if "after" in case and name[1:] == "1":
            way.append(("decided", "2020-03-20", "N"))
        if "after" in case and name[1:] == "2":
            way.append(("sentenced", "2020-03-25"))
    units["d"] = [TOLD]
    study = agency_that(ending=("charged", "decided")).study(units)
    asked = incidence(study, at=(30, 60, 90)).groups[0]
    figure = reach(Question(stays_of(study), Ask(from_state="told"), at=(30, 60, 90), robust=True))
    found = {row.own: row for row in figure.groups[0].rows}

    assert "decided" in found
    for one in asked.rows:
        other = found[one.own]
        assert (one.reached, one.otherwise, one.pending, one.unknown) == (
            other.reached,
            other.otherwise,
            other.pending,
            other.unknown,
        )
        assert [by.p for by in one.horizons] == pytest.approx([by.p for by in other.horizons])
        assert [by.at_risk for by in one.horizons] == [by.at_risk for by in other.horizons]
    assert not [doubt for doubt in figure.basis.doubts if doubt.code == "reached-at-the-end"]


def test_by_hand_how_many_had_been_decided_where_some_ended_with_it_and_some_before(agency_that):
    """Of ten: three are convicted on day 59, two acquitted on day 60, one is dropped on day 40."""
    units = {f"g{n}": [TOLD, ("decided", "2020-02-29", "G")] for n in range(3)}
    units |= {f"n{n}": [TOLD, ("decided", "2020-03-01", "N")] for n in range(2)}
    units |= {"d": [TOLD, ("charged", "2020-02-10", "D")]}
    units |= {f"p{n}": [TOLD] for n in range(4)}
    study = agency_that(ending=("charged", "decided")).study(units)
    asked = Ask(from_state="told")
    figure = reach(Question(stays_of(study), asked, at=(58, 59, 60, 90), robust=True))
    (decided,) = [row for row in figure.groups[0].rows if row.own == "decided"]

    assert [by.p for by in decided.horizons] == pytest.approx([0, 0.3, 0.5, 0.5])
    assert (decided.reached, decided.otherwise, decided.pending) == (5, 1, 4)
    # Nobody is censored: the error is that of a share of ten.
    assert decided.horizons[1].se == pytest.approx((0.3 * 0.7 / 10) ** 0.5)
    assert decided.horizons[3].se == pytest.approx((0.5 * 0.5 / 10) ** 0.5)


def test_grays_test_knows_of_those_who_reached_a_stage_by_ending_there(agency):
    units = {f"a{n:02}": [TOLD, ("decided", f"2020-03-{n + 1:02}", "G")] for n in range(20)}
    units |= {f"b{n:02}": [TOLD] for n in range(20)}
    table = stays_of(agency.study(units))
    codes = pa.table(
        {
            "unit": pa.array(range(40), pa.int64()),
            "scheme": pa.array(["ground"] * 40).dictionary_encode(),
            "term": pa.array(["a"] * 20 + ["b"] * 20).dictionary_encode(),
            "absent": pa.array([False] * 40),
        }
    )
    figure = compare(
        Question(replace(table, codes=codes), Ask(from_state="told", by="ground"), at=(90,))
    )

    assert next(t.p_value for t in figure.tests if (t.code, t.state) == ("gray", "decided")) < 1e-6


def test_a_stage_takes_as_long_in_a_study_as_in_its_stays(study):
    one = {row.own: row.quantiles for row in durations(study).groups[0].rows}
    found = dwell(Question(stays_of(study), Ask(from_state="told"))).groups[0]

    for row in found.rows:
        assert row.quantiles == one[row.own]


def test_probabilities_add_up_and_the_curve_begins_with_everybody_at_the_start(table):
    (group,) = stand(Question(table, at=(0, 30, 200))).groups

    assert group.curve[0].day == 0
    for horizon in group.horizons:
        assert sum(value.p for value in horizon.values) == pytest.approx(1)
    assert group.entered == sum(group.standing) == 60


def test_a_curve_of_many_days_is_thinned_and_keeps_its_ends():
    rows = [(f"c{n}", "told", "2000-01-01") for n in range(900)]
    rows += [
        (f"c{n}", "charged", date.fromordinal(date(2000, 1, 2).toordinal() + 2 * n).isoformat())
        for n in range(900)
    ]
    (group,) = stand(Question(stay_table(event_log(rows)), at=(30,))).groups

    assert len(group.curve) == 400
    assert (group.curve[0].day, group.curve[-1].day) == (0, 1799)


def test_robust_errors_count_cases_of_one_incident_as_one():
    rows, shared = [], []
    for n in range(40):
        rows.append((f"c{n}", "told", "2020-01-01", f"i{n // 4}"))
        if n // 4 % 2:
            rows.append((f"c{n}", "charged", "2020-01-11", f"i{n // 4}"))
        shared.append(f"i{n // 4}")
    table = stay_table(event_log(rows, also=("cluster",), known_until="2020-12-31"))
    alone, together = (
        stand(Question(table, at=(30,), robust=robust)).groups[0].horizons[0].values[0]
        for robust in (False, True)
    )

    assert alone.p == together.p == 0.5
    assert together.se == pytest.approx(2 * alone.se)  # four to an incident: half as much is known


def test_a_window_and_a_condition_narrow_who_enters(table):
    ask = Ask(window=(date(2020, 1, 10), None), where=(Where("ground", ("a",)),))
    figure = stand(Question(table, ask))

    assert figure.groups[0].entered < 30
    assert figure.basis.window == ("2020-01-10", "")
    assert figure.basis.where == (("ground", "a"),)


def test_two_groups_turned_round_differ_the_other_way(table):
    asked = Question(table, Ask(by="ground"), at=(60,))
    one, other = compare(asked, "a", "b"), compare(asked, "b", "a")

    for mine, theirs in zip(one.cells, other.cells, strict=True):
        assert mine.difference == pytest.approx(-theirs.difference)
        assert mine.low == pytest.approx(-theirs.high)
        assert mine.p_value == pytest.approx(theirs.p_value)
        assert mine.band_low <= mine.low <= mine.difference <= mine.high <= mine.band_high


@pytest.mark.parametrize(
    ("by", "pair", "says"),
    [
        ("", (), "there is only one group"),
        ("ground", ("a", "z"), "z: nobody entered in this group"),
        ("ground", ("a", "a"), "a: it is named twice"),
        ("entry-month", (), "there is only one group"),
    ],
)
def test_what_are_not_two_groups_is_not_compared(table, by, pair, says):
    with pytest.raises(NotMeasurable, match=says):
        compare(Question(table, Ask(by=by)), *pair)


@pytest.mark.parametrize("at", [(), (-1,), (99_999,)])
def test_horizons_that_are_no_days_are_refused(table, at):
    with pytest.raises(NotUnderstood):
        Question(table, at=at)


def test_counts_of_parts_give_the_figure_of_the_whole(table):
    ask = Ask(from_state="told")
    parts = [
        share(
            Question(table, Ask(from_state="told", where=(Where("ground", (ground,)),))), ground
        ).content
        for ground in "ab"
    ]
    with pytest.raises(NotMeasurable, match="cannot be added"):  # they are not of one question
        stand_jointly(parts, (30,))
    whole = share(Question(table, ask), "everybody")
    joint = stand_jointly([whole.content], (30, 90))
    alone = stand(Question(table, ask, at=(30, 90)))

    assert joint.groups == alone.groups
    assert 0 < whole.telling <= whole.rows


def test_what_was_set_aside_stands_among_the_doubts():
    rows = [("a", "told", "2020-01-01"), ("a", "charged", ""), ("b", "told", "2031-01-01")]
    rows += [("c", "told", "2020-02")]
    basis = stand(Question(stay_table(event_log(rows, known_until="2020-12-31")))).basis

    assert {doubt.code: doubt.count for doubt in basis.doubts} == {
        "undated": 1,
        "date-after-as-of": 1,
        "date-coarse": 1,
    }
    assert basis.weakest is not None


def test_questions_say_whether_they_draw_dates_or_put_them_in_the_middle():
    rows = [(f"c{n}", "told", "2020-01-05") for n in range(20)]
    rows += [(f"c{n}", "charged", "2020-03" if n % 4 else "2020-03-09") for n in range(20)]
    codes = [(f"c{n}", "ground", "ab"[n % 2]) for n in range(20)]
    question = Question(stay_table(event_log(rows, codes)), Ask(by="ground"))

    assert [(d.code, d.count) for d in dwell(question).basis.doubts] == [("date-coarse", 15)]
    assert [d.code for d in standardise(question, ["entry-year"]).basis.doubts] == ["date-middle"]
    # Too few stays of a known length to learn from: nothing is drawn, and that is said.
    assert [d.code for d in compare(question, "a", "b").basis.doubts] == ["date-middle"]
    assert [(d.code, d.count) for d in reach(question).basis.doubts] == [("date-coarse", 15)]
