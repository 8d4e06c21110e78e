"""What is filled in, with every absence apart."""

from __future__ import annotations

import pytest

from candlemark.errors import NotMeasurable
from candlemark.measure.log import Ask, Where, asked, stay_table
from candlemark.measure.process import coverage, weakest
from stay_logs import event_log

ROWS = [
    ("a", "told", "2020-05-01", "north"),
    ("a", "charged", "2021-02-01", "south"),
    ("b", "told", "2020-06", "north"),
    ("c", "told", "2020-07-01", ""),
    ("d", "told", "2020-08-01", "north"),
    ("e", "told", "2020-08-01", "north"),
    ("f", "told", "2021-08-01", "north"),
    ("g", "told", "2020-09-01", "north"),
]
CODES = [
    ("a", "bias-grounds", "ethnicity"),
    ("a", "bias-grounds", "not-recorded", True),  # a second column, empty
    ("b", "bias-grounds", "unknown", True),
    ("c", "bias-grounds", "refused", True),
    ("c", "bias-grounds", "unknown", True),
    ("d", "bias-grounds", "not-asked", True),
    ("e", "bias-grounds", "illegible", True),
    ("f", "bias-grounds", "none", True),
    # g: the place is empty and nobody even says so
    ("a", "sentences", "unmapped"),
]


@pytest.fixture(scope="module")
def table():
    rows = [(case, what, day, agency or None) for case, what, day, agency in ROWS]
    return stay_table(event_log(rows, CODES, also=("agency",), known_until="2021-12-31"))


def read(found, field):
    return [
        (one.agency, one.state, one.period, dict(one.kinds))
        for one in found.rows
        if one.field == field
    ]


def test_unknown_not_asked_refused_illegible_and_empty_are_counted_apart(table):
    with asked(table) as cohort:
        found = read(coverage(cohort), "bias-grounds")
    told, charged = 0, 1
    assert found == [
        ("", told, "2020", {"refused": 1}),
        (
            "north",
            told,
            "2020",
            {"answered": 1, "illegible": 1, "unknown": 1, "not-asked": 1, "not-recorded": 1},
        ),
        ("north", told, "2021", {"none": 1}),
        ("south", charged, "2021", {"answered": 1}),
    ]


def test_days_and_agencies_are_fields_too(table):
    with asked(table) as cohort:
        found = coverage(cohort, period="")
    assert read(found, "day") == [
        ("", 0, "", {"answered": 1}),
        ("north", 0, "", {"answered": 5, "spread": 1}),
        ("south", 1, "", {"answered": 1}),
    ]
    assert read(found, "agency")[0] == ("", 0, "", {"not-recorded": 1})
    assert all(sum(many for _, many in row.kinds) == row.times for row in found.rows)


def test_none_is_an_answer_and_a_code_nobody_knows_is_not(table):
    with asked(table) as cohort:
        rows = coverage(cohort, period="").rows
    grounds = next(row for row in rows if (row.agency, row.field) == ("north", "bias-grounds"))
    assert grounds.share == pytest.approx(2 / 6)  # one ground and one "none" of six
    sentences = next(row for row in rows if (row.agency, row.field) == ("south", "sentences"))
    assert dict(sentences.kinds) == {"unmapped": 1}
    assert sentences.share == 0


def test_by_month_and_nothing_else(table):
    with asked(table) as cohort:
        periods = {row.period for row in coverage(cohort, period="month").rows}
        assert periods == {
            "2020-05", "2020-06", "2020-07", "2020-08", "2020-09", "2021-02", "2021-08"
        }  # fmt: skip
        with pytest.raises(NotMeasurable, match="no period 'week'"):
            coverage(cohort, period="week")


def test_events_without_a_day_are_counted_where_nobody_can_place_them():
    table = stay_table(
        event_log(
            [("a", "told", "2020-01-01"), ("a", "charged", ""), ("b", "told", "2219-01-01")],
            known_until="2021-12-31",
        )
    )
    with asked(table) as cohort:
        found = coverage(cohort)
    assert (found.undated, found.after) == (1, 1)


def test_the_weakest_input_of_a_figure_is_named_with_its_share(table):
    with asked(table, Ask(by="bias-grounds")) as cohort:
        worst = weakest(cohort)
        assert (worst.field, worst.times) == ("bias-grounds", 7)
        assert worst.share == pytest.approx(2 / 7)
    with asked(table) as cohort:  # nothing but its days: one of seven is a month
        worst = weakest(cohort)
        assert (worst.field, worst.state, worst.share) == ("day", 0, pytest.approx(6 / 7))
        assert weakest(cohort, states=[1]) is None
        assert weakest(cohort, schemes=["sentences"]).field == "sentences"
    with asked(table, Ask(by="agency")) as cohort:
        worst = weakest(cohort)
        assert (worst.field, worst.share) == ("day", pytest.approx(6 / 7))
    chosen = Where("bias-grounds", ("ethnicity",))
    with asked(table, Ask(where=(chosen,))) as cohort:
        assert weakest(cohort) is None
