"""How many reached each stage, and where they are now."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import NotMeasurable
from candlemark.measure import Doubt, attrition, occupancy

TOLD = ("told", "2020-01-01")
CHARGED = ("charged", "2020-02-01")
SENTENCED = ("sentenced", "2020-04-01")


def decided(code="G", day="2020-03-01"):
    return ("decided", day, code)


def table(figure, group=0):
    return {
        row.own: (row.reached, row.ended, row.pending, row.in_doubt)
        for row in figure.groups[group].rows
    }


def test_each_unit_is_counted_at_every_stage_it_reached_and_once_at_the_furthest(agency):
    study = agency.study(
        {
            "waits": [TOLD],
            "waits charged": [TOLD, CHARGED],
            "dismissed": [TOLD, CHARGED, decided("D")],
            "dismissed at once": [TOLD, decided("D")],
            "sentenced": [TOLD, CHARGED, decided(), SENTENCED],
        }
    )
    figure = attrition(study)

    assert table(figure) == {
        # reached, ended, pending, in doubt
        "told": (5, 0, 1, 0),
        "noted": (0, 0, 0, 0),
        "charged": (3, 0, 1, 0),
        "decided": (3, 2, 0, 0),
        "sentenced": (1, 1, 0, 0),
    }
    assert figure.groups[0].rows[3].ended_by == (("dismissed", 2),)
    assert figure.groups[0].rows[4].ended_by == (("convicted", 1),)
    assert [row.stage for row in figure.groups[0].rows] == [
        "reported",
        "recorded",
        "charged",
        "judged",
        "sentenced",
    ]


def test_a_stage_is_reached_whatever_its_date_and_a_doubtful_date_ends_nothing(agency):
    study = agency.study(
        {
            "undated": [TOLD, ("charged", "")],
            "decided before it came": [TOLD, decided(day="2019-03-01")],
            "decided two centuries on": [TOLD, decided(day="2219-03-01")],
            "decided twice, once rightly": [TOLD, decided(day="2219-03-01"), decided("D")],
        }
    )
    figure = attrition(study)

    assert table(figure)["charged"] == (1, 0, 1, 1)
    assert table(figure)["decided"] == (3, 1, 2, 2)
    assert figure.basis.doubts == (
        Doubt("undated", "charged", 1),
        Doubt("date-after-as-of", "judged", 2),
        Doubt("date-before-start", "judged", 1),
        Doubt("end-date-wrong", "", 2),
    )


def test_whoever_is_pending_for_want_of_a_sound_end_is_counted_once(agency):
    study = agency.study(
        {
            "twice wrong": [TOLD, decided(day="2019-03-01"), decided(day="2219-03-01")],
            "wrong and undated": [TOLD, decided(day=""), decided("D", day="2219-03-01")],
            "undated": [TOLD, decided(day="")],
            "wrong, then rightly": [TOLD, decided(day="2019-03-01"), decided()],
            "waits": [TOLD],
        }
    )
    for figure in (attrition(study), occupancy(study)):
        said = [doubt for doubt in figure.basis.doubts if doubt.code.startswith("end-")]

        assert said == [Doubt("end-date-wrong", "", 2), Doubt("end-undated", "", 1)]
    assert sum(row.pending for row in attrition(study).groups[0].rows) == 4


def test_the_ends_that_can_be_are_named_also_where_nobody_came_to_one(agency):
    ends = attrition(agency.study({"a": [TOLD]})).ends

    assert ends == ("convicted", "acquitted", "dismissed", "other")


def test_a_unit_without_a_day_of_entry_is_counted_all_the_same(agency):
    figure = attrition(agency.study({"a": [("told", ""), decided()], "b": [TOLD]}))

    assert figure.groups[0].entered == 2
    assert table(figure)["decided"] == (1, 1, 0, 0)
    assert Doubt("no-start-date", "reported", 1) in figure.basis.doubts


def test_an_agency_that_dates_no_end_can_be_counted(agency_that):
    study = agency_that(undated=("charged", "decided")).study(
        {
            "a": [TOLD, ("charged", ""), decided(day="")],
            "b": [TOLD, ("charged", "")],
            "c": [TOLD],
        }
    )
    figure = attrition(study)

    assert table(figure)["told"] == (3, 0, 1, 0)
    assert table(figure)["charged"] == (2, 0, 1, 0)
    assert table(figure)["decided"] == (1, 1, 0, 0)


def test_looking_from_an_earlier_day_later_stages_are_not_reached_yet(agency):
    study = agency.study({"a": [TOLD, CHARGED, decided()], "b": [TOLD, CHARGED]})
    figure = attrition(study, as_of=date(2020, 2, 15))

    assert table(figure)["charged"] == (2, 0, 2, 0)
    assert table(figure)["decided"] == (0, 0, 0, 0)


def test_from_a_later_stage_only_those_who_reached_it_are_followed(agency):
    study = agency.study({"a": [TOLD, CHARGED, decided()], "b": [TOLD], "c": [TOLD, CHARGED]})
    figure = attrition(study, from_stage="charged")

    assert table(figure) == {
        "charged": (2, 0, 1, 0),
        "decided": (1, 1, 0, 0),
        "sentenced": (0, 0, 0, 0),
    }


def test_an_end_at_an_earlier_stage_of_the_order_is_an_end(agency_that):
    study = agency_that(ending=("noted", "decided")).study(
        {"a": [TOLD, CHARGED, ("noted", "2020-05-01", "D")], "b": [TOLD, CHARGED]}
    )
    figure = attrition(study, from_stage="charged")

    assert table(figure)["charged"] == (2, 1, 1, 0)


def test_a_list_of_ended_cases_is_no_attrition(agency_that):
    study = agency_that(cohort=False).study({"a": [TOLD, decided()]})

    with pytest.raises(NotMeasurable, match="reached an end"):
        attrition(study)


UNITS = st.dictionaries(
    st.integers(0, 99).map(str),
    st.lists(
        st.tuples(
            st.sampled_from(["told", "noted", "charged", "decided", "sentenced"]),
            st.sampled_from(
                ["2019-05-01", "2020-01-05", "2020-03", "2020-06-01", "2219-01-01", ""]
            ),
            st.sampled_from("GNDA"),
        ),
        max_size=5,
    ).map(lambda said: [TOLD, *said]),
    min_size=1,
    max_size=15,
)


@settings(max_examples=30, deadline=None)
@given(UNITS, st.randoms(use_true_random=False))
def test_ended_and_pending_add_up_and_order_does_not_matter(agency, units, random):
    figure = attrition(agency.study(units))
    (group,) = figure.groups
    mixed = dict(random.sample(list(units.items()), len(units)))

    assert sum(row.ended + row.pending for row in group.rows) == group.entered == len(units)
    for row in group.rows:
        assert row.ended == sum(n for _, n in row.ended_by)
        assert row.reached >= row.ended + row.pending
        assert row.in_doubt <= row.reached
    assert attrition(agency.study(mixed)) == figure


@settings(max_examples=30, deadline=None)
@given(UNITS)
def test_it_ends_as_many_as_occupancy_does(agency, units):
    dated = {"one more": [TOLD, decided()]} | units
    study = agency.study(dated)
    (counted,) = attrition(study).groups
    (timed,) = occupancy(study).groups

    assert counted.entered == timed.entered
    assert sum(row.pending for row in counted.rows) == timed.standing[0]
