"""Groups and periods beside each other: several groups, one mix of cases, cohorts over time."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from candlemark.errors import NotMeasurable
from candlemark.measure import Break, as_rows, document
from candlemark.measure.answers import (
    STATED,
    Question,
    compare,
    follow,
    stand,
    standardise,
)
from candlemark.measure.answers.asking import stays_of
from candlemark.measure.estimators import gray, log_rank
from candlemark.measure.estimators.incidence import first_passage
from candlemark.measure.log import Ask, stay_table
from candlemark.measure.telling import course_of, most_apart
from stay_logs import PER_YEAR, SIZES, event_log, mixed, yearly


@pytest.fixture(scope="module")
def table():
    return mixed(SIZES)


def charged(figure, day):
    return {
        group.group: next(v for v in group.values if (v.day, v.state) == (day, "charged"))
        for group in figure.groups
    }


def test_several_groups_are_compared_with_the_largest_and_all_cells_are_one_family(table):
    figure = compare(Question(table, Ask(by="ground"), at=(30, 200)))

    assert [group.group for group in figure.groups] == ["b", "c", "a"]
    assert {cell.group for cell in figure.cells} == {"b", "c"}
    pairs = [compare(Question(table, Ask(by="ground"), at=(30, 200)), one, "a") for one in "bc"]
    alone = {(cell.group, cell.day, cell.state): cell for pair in pairs for cell in pair.cells}
    for cell in figure.cells:
        other = alone[cell.group, cell.day, cell.state]
        assert (cell.difference, cell.se, cell.low) == pytest.approx(
            (other.difference, other.se, other.low)
        )
        # More cells are held at once, so the band is no narrower and Holm no milder.
        assert cell.band_high >= other.band_high - 1e-12
        assert cell.p_value >= other.p_value - 1e-12


def test_the_tests_of_a_comparison_are_those_of_all_groups_together(table):
    question = Question(table, Ask(by="ground"), at=(30,))
    figure = compare(question)
    with question.open() as cohort:
        places = [cohort.groups.index(group.group) for group in figure.groups]
        stays = [stays_of(cohort, place) for place in places]
    told, there = (
        next(p for p, s in enumerate(table.states) if s.own == name) for name in ("told", "charged")
    )
    found = {(test.code, test.state): test for test in figure.tests}
    rates = log_rank([each.counts(2) for each in stays], told)
    shares = gray([first_passage(each, {there}, 2).counts(3) for each in stays])

    assert found["log-rank", "told"].statistic == pytest.approx(rates.statistic)
    assert found["gray", "charged"].statistic == pytest.approx(shares.statistic)
    assert found["gray", "charged"].freedom == 2
    assert all(test.adjusted >= test.p_value for test in figure.tests if test.adjusted is not None)


def test_a_cause_specific_test_is_made_of_each_move_where_a_state_is_left_for_several():
    rows = [(f"{g}{n}", "told", "2020-01-01") for g in "abc" for n in range(30)]
    rows += [
        (f"{g}{n}", ("charged", "dropped")[n % 2], f"2020-02-{(1 if g == 'a' else 9) + n % 9:02}")
        for g in "abc"
        for n in range(24)
    ]
    codes = [(f"{g}{n}", "ground", g) for g in "abc" for n in range(30)]
    figure = compare(Question(stay_table(event_log(rows, codes)), Ask(by="ground"), at=(40,)))

    moves = [(t.state, t.to) for t in figure.tests if t.code == "cause-specific"]
    assert moves == [("told", "charged"), ("told", "dropped")]
    assert all(t.freedom == 2 for t in figure.tests if t.code == "cause-specific")


def test_small_groups_and_absences_are_left_out_and_counted_unless_they_are_named():
    sizes = {("a", "theft"): 30, ("b", "theft"): 30, ("tiny", "theft"): 6}
    table = mixed(sizes)
    figure = compare(Question(table, Ask(by="ground"), at=(30,)))

    assert [group.group for group in figure.groups] == ["a", "b"]
    assert [(d.code, d.count) for d in figure.basis.doubts] == [("group-small", 6)]
    named = compare(Question(table, Ask(by="ground"), at=(30,)), "tiny", "a")
    assert [group.group for group in named.groups] == ["tiny", "a"]


def test_who_is_of_no_group_is_compared_with_nobody_unless_asked():
    rows = [(f"c{n}", "told", "2020-01-01") for n in range(60)]
    codes = [(f"c{n}", "ground", "ab"[n % 2]) for n in range(40)]
    table = stay_table(event_log(rows, codes, known_until="2020-12-31"))
    figure = compare(Question(table, Ask(by="ground"), at=(30,)))

    assert [group.group for group in figure.groups] == ["a", "b"]
    assert [(d.code, d.count) for d in figure.basis.doubts] == [("group-absent", 20)]
    against = compare(Question(table, Ask(by="ground"), at=(30,)), against="not-recorded")
    assert [group.group for group in against.groups] == ["a", "b", "not-recorded"]


def test_where_a_unit_stands_in_several_groups_no_rate_is_tested():
    rows = [(f"c{n}", "told", "2020-01-01") for n in range(40)]
    rows += [(f"c{n}", "charged", f"2020-02-{n + 1:02}") for n in range(28)]
    codes = [(f"c{n}", "ground", "ab"[n % 2]) for n in range(40)]
    codes += [("c0", "ground", "b")]
    figure = compare(Question(stay_table(event_log(rows, codes)), Ask(by="ground"), at=(50,)))

    assert [test.code for test in figure.tests] == ["anywhere"]
    assert ("codes-overlap", 1) in [(d.code, d.count) for d in figure.basis.doubts]


@pytest.mark.parametrize(
    ("names", "against", "says"),
    [
        (("a", "z"), "", "z: nobody entered in this group"),
        ((), "z", "z: nobody entered in this group"),
        (("tiny", "a"), "", "tiny: 3 entered, and fewer than 5 are not compared"),
    ],
)
def test_groups_that_cannot_be_compared_are_refused_in_words(names, against, says):
    table = mixed({("a", "theft"): 30, ("b", "theft"): 30, ("tiny", "theft"): 3})
    with pytest.raises(NotMeasurable, match=says) as refused:
        compare(Question(table, Ask(by="ground"), at=(30,)), *names, against=against)
    assert "'a'" in refused.value.hint


def test_forty_groups_of_two_and_too_many_differences_are_refused():
    few = mixed({(f"g{n}", "theft"): 2 for n in range(40)})
    with pytest.raises(NotMeasurable, match="40 groups of at most 2 say nothing"):
        compare(Question(few, Ask(by="ground"), at=(30,)))
    many = mixed({(f"g{n}", "theft"): 10 for n in range(30)})
    with pytest.raises(NotMeasurable, match="30 groups cannot be compared all at once"):
        compare(Question(many, Ask(by="ground"), at=(30,)))


def test_groups_that_differ_by_their_cases_alone_do_not_differ_under_one_mix(table):
    question = Question(table, Ask(by="ground"), at=(50,))
    crude = {
        group.group: next(v.p for v in group.horizons[0].values if v.state == "charged")
        for group in stand(question).groups
    }
    figure = standardise(question, ["offence"])
    found = charged(figure, 50)

    assert crude["a"] - crude["b"] > 0.4
    assert {code: value.crude for code, value in found.items()} == pytest.approx(crude)
    # Three of four are charged, thefts by then and murders not: one half of all cases is a theft.
    assert [value.p for value in found.values()] == pytest.approx([0.375] * 3)
    assert most_apart(figure) in {"told", "charged"}
    assert [(one.terms, one.weight, one.sizes) for one in figure.strata] == [
        (("murder",), 0.5, (20, 80, 40)),
        (("theft",), 0.5, (80, 20, 40)),
    ]


def test_the_mix_of_a_group_leaves_that_group_as_it_is(table):
    figure = standardise(Question(table, Ask(by="ground"), at=(50,)), ["offence"], to="a")
    found = charged(figure, 50)

    assert found["a"].p == pytest.approx(found["a"].crude)
    assert found["b"].p == pytest.approx(found["a"].p)
    assert figure.to == "a"


def test_a_kind_that_a_group_lacks_is_left_out_for_all_and_said():
    table = mixed({**SIZES, ("a", "arson"): 30, ("c", "arson"): 30})
    figure = standardise(Question(table, Ask(by="ground"), at=(50,)), ["offence"])
    arson = next(one for one in figure.strata if one.terms == ("arson",))

    assert (arson.kept, arson.weight, arson.sizes) == (False, 0.0, (30, 0, 30))
    assert figure.share == pytest.approx(280 / 340)
    assert ("mix-unshared", 60) in [(d.code, d.count) for d in figure.basis.doubts]
    assert [group.used for group in figure.groups] == [100, 100, 80]


def test_groups_with_too_little_in_common_are_refused_with_every_kind_they_lack():
    table = mixed({("a", "theft"): 40, ("a", "murder"): 6, ("b", "murder"): 8, ("b", "arson"): 40})
    with pytest.raises(NotMeasurable, match="too few kinds of cases in common: 15 %") as refused:
        standardise(Question(table, Ask(by="ground"), at=(50,)), ["offence"])
    assert [(fault.where, fault.what[:6]) for fault in refused.value.faults] == [
        ("arson", "0 in a"),
        ("theft", "0 in b"),
    ]


@pytest.mark.parametrize(
    ("over", "says"),
    [
        ([], "over: no scheme is named"),
        (["colour"], "colour: cases are not coded by it"),
        (["outcomes"], "outcomes: its terms are known at the end only"),
        (["ground"], "ground: it divides the groups already"),
    ],
)
def test_what_makes_no_mix_is_refused(table, over, says):
    with pytest.raises(NotMeasurable, match=says):
        standardise(Question(table, Ask(by="ground"), at=(50,)), over)


def test_a_unit_with_several_terms_is_a_kind_of_its_own():
    rows = [(f"{g}{n}", "told", "2020-01-01") for g in "ab" for n in range(20)]
    codes = [(f"{g}{n}", "ground", g) for g in "ab" for n in range(20)]
    codes += [(f"{g}{n}", "offence", "theft") for g in "ab" for n in range(20)]
    codes += [(f"{g}{n}", "offence", "arson") for g in "ab" for n in range(8)]
    figure = standardise(
        Question(stay_table(event_log(rows, codes)), Ask(by="ground"), at=(5,)), ["offence"]
    )

    assert [(one.terms, one.sizes) for one in figure.strata] == [
        (("arson + theft",), (8, 8)),
        (("theft",), (12, 12)),
    ]


def test_each_cohort_is_asked_at_its_own_time_and_recent_ones_have_no_value():
    figure = follow(Question(yearly(PER_YEAR), at=(60,)))
    course = course_of(figure, "charged")

    assert [(one.group, one.entered) for one in figure.groups] == [
        ("2019", 40),
        ("2020", 40),
        ("2021", 40),
        ("2022", 40),
        ("2023", 0),
        ("2024", 40),
    ]
    assert [one.p for one in course.points][:4] == pytest.approx([0.25, 0.35, 0.75, 0.85])
    assert course.points[4].p is None  # nobody entered
    # Of 2024, those who came by 31 January were watched for sixty days.
    assert course.points[5].watched == 31
    assert figure.breaks == ()


def test_a_cohort_of_which_fewer_than_ten_were_watched_for_so_long_has_no_value():
    course = course_of(follow(Question(yearly(PER_YEAR), at=(85,))), "charged")

    assert (course.points[5].watched, course.points[5].p) == (6, None)


def test_nothing_is_computed_across_a_break_and_each_stretch_has_its_own_slope():
    broken = Break(date(2021, 1, 1), STATED, "a new register")
    whole, parted = (
        course_of(follow(Question(yearly(PER_YEAR), at=(60,)), breaks), "charged")
        for breaks in ((), (broken,))
    )

    assert len(whole.segments) == 1
    assert [(one.first, one.last) for one in parted.segments] == [
        ("2019", "2020"),
        ("2021", "2024"),
    ]
    assert parted.segments[0].slope == pytest.approx(0.1)
    assert parted.segments[1].slope < 0.1 < whole.segments[0].slope
    assert whole.segments[0].p_change < 1e-6


def test_when_an_agency_began_to_see_its_cases_is_a_break():
    table = yearly(PER_YEAR, tracked_from={"": date(2020, 6, 1)})
    figure = follow(Question(table, at=(60,)))

    assert [(one.day, one.what, one.period) for one in figure.breaks] == [
        (date(2020, 6, 1), "tracked", "2020")
    ]
    assert "2020-06-01 tracked" in next(
        row["break_before"] for row in as_rows(figure) if row["group"] == "2020"
    )


def test_a_break_outside_of_what_is_shown_parts_nothing():
    early, late = (Break(date(year, 1, 1), STATED, "x") for year in (2010, 2030))
    figure = follow(Question(yearly(PER_YEAR), at=(60,)), (early, late))

    assert figure.breaks == ()


@pytest.mark.parametrize(
    ("ask", "says"),
    [
        (Ask(by="agency"), "a trend is over time, and not over groups"),
        (Ask(window=(date(2020, 1, 1), date(2020, 12, 31))), "all entered in one period"),
    ],
)
def test_what_is_no_trend_is_refused(ask, says):
    with pytest.raises(NotMeasurable, match=says):
        follow(Question(yearly(PER_YEAR), ask, at=(60,)))


@pytest.mark.parametrize("by", ["entry-quarter", "entry-month"])
def test_periods_follow_each_other_without_a_gap(by):
    periods = [one.group for one in follow(Question(yearly(PER_YEAR), Ask(by=by), at=(9,))).groups]

    assert periods[0].startswith("2019-")
    assert periods[-1].startswith("2024-")
    assert periods == sorted(set(periods))
    assert len(periods) == (21 if by == "entry-quarter" else 62)


def test_every_figure_is_a_whole_document(table):
    made = [
        compare(Question(table, Ask(by="ground"), at=(30,))),
        standardise(Question(table, Ask(by="ground"), at=(30,)), ["offence"]),
        follow(Question(yearly(PER_YEAR), at=(30,))),
    ]
    for figure in made:
        said = document(figure)
        assert said["identity"].startswith("sha256:")
        assert {"question", "unit", "as_of", "method", "uncertainty"} <= set(said["basis"])
        assert all(np.isfinite(v) for row in as_rows(figure) for v in row.values()
                   if isinstance(v, float))  # fmt: skip
