"""Who enters, in which groups, and what is refused."""

from datetime import date

import pytest

from candlemark.errors import NothingToMeasure, NotMeasurable, UnknownTerm
from candlemark.measure import Doubt, attrition, durations, occupancy

TOLD = [("told", "2020-01-01")]


def entered(figure):
    return {group.group: group.entered for group in figure.groups}


def test_units_enter_at_the_first_stage_of_the_main_table(agency):
    units = {"a": [("told", "2020-01-01"), ("charged", "2020-02-01")], "b": TOLD}

    assert entered(occupancy(agency.study(units))) == {"": 2}


@pytest.mark.parametrize("name", ["charged", "decided", "judged"])
def test_another_entry_stage_is_named_by_the_agency_or_by_the_definition(agency, name):
    units = {
        "a": [*TOLD, ("charged", "2020-02-01"), ("decided", "2020-03-01", "G")],
        "b": TOLD,
    }
    figure = occupancy(agency.study(units), from_stage=name)

    assert entered(figure) == {"": 1}
    assert figure.basis.from_own == ("charged" if name == "charged" else "decided")
    assert figure.basis.doubts == ()


def test_time_runs_from_the_entry_stage(agency):
    units = {"a": [*TOLD, ("charged", "2020-02-01"), ("decided", "2020-02-11", "G")]}
    figure = occupancy(agency.study(units), from_stage="charged", at=(9, 10))

    assert [horizon.values[1].p for horizon in figure.groups[0].horizons] == [0, 1]


def test_the_first_of_several_days_of_a_stage_is_the_day_of_entry(agency):
    units = {"a": [("told", "2020-01-20"), ("told", "2020-01-05"), ("decided", "2020-01-25", "G")]}
    figure = occupancy(agency.study(units), at=(19, 20))

    assert [horizon.values[1].p for horizon in figure.groups[0].horizons] == [0, 1]


def test_a_unit_without_a_day_of_entry_is_left_out_of_time_and_counted_as_a_doubt(agency):
    study = agency.study({"a": TOLD, "b": [("told", "")], "c": [("charged", "2020-02-01")]})

    assert entered(occupancy(study)) == {"": 1}
    assert occupancy(study).basis.doubts == (Doubt("no-start-date", "reported", 2),)


def test_who_had_not_come_by_the_as_of_day_is_neither_in_nor_in_doubt(agency):
    study = agency.study({"a": TOLD, "b": [("told", "2020-06-01")]})
    figure = occupancy(study, as_of=date(2020, 3, 1))

    assert entered(figure) == {"": 1}
    assert figure.basis.doubts == ()


CODED = {
    # unit: (scheme, term, absent)
    "in one group": [("bias-grounds", "antisemitic", None)],
    "in two": [("bias-grounds", "antisemitic", None), ("bias-grounds", "black", None)],
    "the same code in two rows": [("bias-grounds", "black", None)] * 2,
    "asked, and not known": [("bias-grounds", None, "unknown")],
    "known in one column, empty in another": [
        ("bias-grounds", "black", None),
        ("bias-grounds", None, "not-recorded"),
    ],
    "with a code the crosswalk does not know": [("bias-grounds", None, None)],
    "coded by another scheme only": [("offences", "assault", None)],
    "never coded": [],
}


def test_every_unit_stands_in_a_group_and_may_stand_in_several(agency):
    codes = [(unit, *code) for unit, rows in CODED.items() for code in rows]
    study = agency.study(dict.fromkeys(CODED, TOLD), codes)
    figure = attrition(study, by="bias-grounds")

    # Terms in the order of the scheme, absences, what nobody knows.
    assert entered(figure) == {
        "black": 3,
        "antisemitic": 2,
        "unknown": 1,
        "not-recorded": 2,
        "unmapped": 1,
    }
    assert list(entered(figure))[:2] == ["black", "antisemitic"]
    assert list(entered(figure))[-1] == "unmapped"
    assert figure.basis.doubts == (Doubt("codes-overlap", "", 1),)
    assert figure.basis.by == "bias-grounds"


def test_all_questions_divide_a_cohort_in_the_same_way(agency):
    codes = [(unit, *code) for unit, rows in CODED.items() for code in rows]
    study = agency.study({unit: [*TOLD, ("charged", "2020-01-09")] for unit in CODED}, codes)

    assert (
        entered(attrition(study, by="bias-grounds"))
        == entered(occupancy(study, by="bias-grounds"))
        == entered(durations(study, by="bias-grounds"))
    )


def test_an_empty_group_is_not_shown(agency):
    codes = [("a", "bias-grounds", "black", None), ("b", "bias-grounds", "religion", None)]
    study = agency.study({"a": TOLD, "b": [("told", "2020-09-01")]}, codes)

    assert entered(occupancy(study, by="bias-grounds", as_of=date(2020, 3, 1))) == {"black": 1}


def test_groups_of_one_have_figures_without_gaps(agency):
    grounds = ["black", "white", "asian", "religion", "gay"]
    units = {ground: [*TOLD, ("decided", "2020-02-01", "G")] for ground in grounds}
    study = agency.study(units, [(each, "bias-grounds", each, None) for each in grounds])
    figure = occupancy(study, by="bias-grounds", at=(30, 60))

    assert entered(figure) == dict.fromkeys(["black", "white", "asian", "religion", "gay"], 1)
    for group in figure.groups:
        for horizon in group.horizons:
            assert sum(value.p for value in horizon.values) == pytest.approx(1)
            assert all(0 <= value.low <= value.high <= 1 for value in horizon.values)


REFUSED = {
    # changes to the agency, arguments of the question: what is said, and what to ask instead
    "a list of ended cases": (
        {"cohort": False, "cohort_note": "only judgments are listed"},
        {},
        "only judgments are listed",
        "batch show",
    ),
    "ends without dates": (
        {"undated": ("decided",)},
        {},
        "gives no dates for how cases end",
        "measure attrition",
    ),
    "an entry without dates": (
        {"undated": ("told",)},
        {},
        "does not date the stage told",
        "attrition",
    ),
    "no ends at all": ({"ending": ()}, {}, "never say that a case ended", "measure attrition"),
    "a day the file cannot know of": (
        {},
        {"as_of": date(2021, 1, 1)},
        "nothing is known of 2021-01-01",
        "--as-of 2020-12-31",
    ),
    "a stage the agency does not track": (
        {},
        {"from_stage": "appealed"},
        "does not track the stage appealed",
        "told, noted, charged",
    ),
    "a scheme the files are not coded by": (
        {},
        {"by": "offences"},
        "not coded by offences",
        "bias-grounds",
    ),
    "groups that are known at the end only": (
        {},
        {"by": "outcomes"},
        "known at the end only",
        "divide by bias-grounds",
    ),
}


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_answered_is_refused_with_what_can(agency_that, what):
    changes, asked, message, hint = REFUSED[what]
    units = {"a": [*TOLD, ("decided", "2020-02-01", "G")]}
    study = agency_that(**changes).study(units, [("a", "bias-grounds", "black", None)])

    with pytest.raises(NotMeasurable, match=message) as caught:
        occupancy(study, **asked)

    assert hint in caught.value.hint


def test_ends_of_which_none_is_dated_are_as_good_as_no_dates(agency):
    study = agency.study({"a": [*TOLD, ("decided", "", "G")], "b": TOLD})

    with pytest.raises(NotMeasurable, match="gives no dates for how cases end"):
        durations(study)


def test_one_dated_stage_without_an_end_lasts_to_nothing(agency_that):
    study = agency_that(ending=(), undated=("noted", "charged", "decided", "sentenced")).study(
        {"a": TOLD}
    )

    with pytest.raises(NotMeasurable, match="dates one stage only"):
        durations(study)


@pytest.mark.parametrize(
    ("asked", "code"),
    [({"from_stage": "chraged"}, "charged"), ({"by": "bias-ground"}, "bias-grounds")],
)
def test_a_name_nobody_knows_is_refused_with_the_nearest_ones(agency, asked, code):
    with pytest.raises(UnknownTerm) as caught:
        occupancy(agency.study({"a": TOLD}), **asked)

    assert code in caught.value.hint


def test_a_cohort_nobody_entered_is_nothing_to_measure(agency):
    study = agency.study({"a": TOLD})

    with pytest.raises(NothingToMeasure, match="no unit reached charged by 2020-12-31"):
        attrition(study, from_stage="charged")
    with pytest.raises(NothingToMeasure, match="no unit reached told by 2019-06-01"):
        occupancy(study, as_of=date(2019, 6, 1))


def test_a_file_nobody_dated_is_known_until_its_latest_day(agency):
    units = {
        "a": [*TOLD, ("charged", "2020-05-05")],
        "b": [*TOLD, ("charged", "2219-05-05", None, "far-future")],
    }
    study = agency.study(units, as_of="", imported_on=date(2021, 7, 1))

    assert study.known_until == date(2020, 5, 5)
    assert occupancy(study).basis.as_of == date(2020, 5, 5)
    assert occupancy(study, as_of=date(2020, 6, 1)).basis.as_of == date(2020, 6, 1)


def test_its_latest_day_is_not_after_the_import(agency):
    units = {"a": [*TOLD, ("charged", "2020-12")]}
    study = agency.study(units, as_of="", imported_on=date(2020, 12, 9))

    assert study.known_until == date(2020, 12, 9)


def test_late_tracking_sees_units_from_then_on_only(agency):
    units = {
        "ended before": [*TOLD, ("decided", "2020-02-01", "G")],
        "ended after": [*TOLD, ("decided", "2020-05-01", "G")],
        "came after": [("told", "2020-06-01"), ("decided", "2020-06-11", "D")],
    }
    study = agency.study(units, tracked_from=date(2020, 4, 1))
    figure = occupancy(study, at=(60, 100, 150))

    assert entered(figure) == {"": 2}
    assert figure.groups[0].standing == (0, 1, 0, 1, 0)
    # On day 10 only the third was seen: the estimate falls to nothing there and stays.
    assert [horizon.at_risk for horizon in figure.groups[0].horizons] == [0, 1, 0]
