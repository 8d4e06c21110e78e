"""The numbers of real agencies' files, which lie beside the checkout."""

from datetime import date

import pytest

from candlemark import agency as agencies
from candlemark.definition import load_crosswalk
from candlemark.errors import NotMeasurable
from candlemark.measure import Doubt, Study, as_json, as_rows, attrition, durations, occupancy

FILES = {
    "us-cook-county": "cook_county_2019_tenth",
    "us-nypd": "nypd_2019_2020/nypd_hate_crimes_2019_2020.csv",
    "us-denver": "denver_2010_2018/bias_motivated_crimes.csv",
    "ca-toronto": "toronto_2018_2019/toronto_hate_crimes_2018_2019.csv",
    "coe-ecthr": "ecthr_azerbaijan/azerbaijan_judgments_citation_list.csv",
}
AS_OF = date(2019, 12, 2)

NAIVE = 425 / 1084
"""Convicted among those disposed of, 0.392066: what dashboards print, and no answer to anything."""


@pytest.fixture(scope="module")
def read(shared, edition):
    """Studies of real files, each read once."""
    made = {}

    def study(code, as_of=None):
        if (code, as_of) not in made:
            crosswalk = load_crosswalk(code, edition)
            reading = agencies.read_source(shared / "data" / FILES[code], crosswalk, as_of=as_of)
            made[code, as_of] = Study.from_batch(
                reading.tables, crosswalk, edition, as_of=as_of, imported_on=date(2026, 1, 1)
            )
        return made[code, as_of]

    return study


def stages(figure, group=""):
    (found,) = [each for each in figure.groups if each.group == group]
    return {row.own: row for row in found.rows}


COOK = {
    # days after receipt: state: probability
    30: {
        "pending": 0.909789,
        "convicted": 0.004941,
        "acquitted": 0,
        "dismissed": 0.085270,
        "other": 0,
    },
    270: {
        "pending": 0.581178,
        "convicted": 0.202004,
        "acquitted": 0.003682,
        "dismissed": 0.210594,
        "other": 0.002542,
    },
}


def test_where_the_defendants_of_cook_county_stand(read):
    figure = occupancy(read("us-cook-county", AS_OF), at=(30, 90, 270))
    (group,) = figure.groups

    assert group.entered == 3653
    assert dict(zip(group.states, group.standing, strict=True)) == {
        "pending": 2569,
        "convicted": 425,
        "acquitted": 5,
        "dismissed": 647,
        "other": 7,
    }
    for horizon in group.horizons:
        if horizon.day in COOK:
            assert {v.state: v.p for v in horizon.values} == pytest.approx(
                COOK[horizon.day], abs=1e-6
            )
            assert all(value.low <= value.p <= value.high for value in horizon.values)


def test_it_is_the_same_when_the_day_of_the_file_is_named_with_the_question_only(read):
    stated = occupancy(read("us-cook-county", AS_OF))
    asked = occupancy(read("us-cook-county"), as_of=AS_OF)

    assert asked.groups == stated.groups


def test_which_stages_the_defendants_of_cook_county_reached(read):
    rows = stages(attrition(read("us-cook-county", AS_OF)))

    assert {own: row.reached for own, row in rows.items()} == {
        "intake": 3653,
        "initiation": 2886,
        "disposition": 1140,
        "sentencing": 422,
    }
    assert sum(row.pending for row in rows.values()) == 2569
    assert sum(row.ended for row in rows.values()) == 3653 - 2569


def test_the_share_among_the_disposed_appears_nowhere(read):
    study = read("us-cook-county", AS_OF)
    figures = [
        occupancy(study),
        attrition(study),
        durations(study),
        occupancy(study, by="offences"),
    ]
    numbers = [
        cell
        for figure in figures
        for row in as_rows(figure)
        for cell in row.values()
        if isinstance(cell, float)
    ]
    curves = [
        value
        for group in as_json(figures[0])["groups"]
        for point in group["curve"]
        for value in (*point["p"], *point["low"], *point["high"])
    ]

    assert len(numbers) > 100
    assert not [value for value in (*numbers, *curves) if abs(value - NAIVE) < 1e-6]


def test_a_median_most_have_not_reached_is_not_given(read):
    (group,) = durations(read("us-cook-county", AS_OF)).groups
    charged = next(row for row in group.rows if row.own == "initiation")

    assert charged.pending > charged.ended
    assert charged.quantiles[2].days is None


def test_the_hate_crimes_of_cook_county_are_counted_exactly_inside_the_vault(read):
    study = read("us-cook-county", AS_OF)
    groups = [
        group
        for scheme in study.schemes
        if scheme not in {"outcomes", "sentences"}
        for group in attrition(study, by=scheme).groups
    ]
    counts = [tuple(row.reached for row in group.rows) for group in groups]

    assert (13, 8, 2, 1) in counts


def test_complaints_of_new_york_are_counted_and_not_rows(read):
    study = read("us-nypd")
    rows = stages(attrition(study))
    by_ground = {group.group: group.entered for group in attrition(study, by="bias-grounds").groups}

    assert (study.units, rows["arrest"].reached) == (686, 198)
    assert by_ground["antisemitic"] == 363


def test_an_arrest_before_the_record_is_counted_and_ends_nothing(read):
    rows = stages(attrition(read("us-nypd")))

    assert rows["arrest"].in_doubt == 13
    assert rows["arrest"].ended == 198 - 13


def test_complaints_pending_for_an_arrest_that_cannot_be_dated_are_counted_as_such(read):
    study = read("us-nypd")
    said = Doubt("end-date-wrong", "", 13)

    assert said in attrition(study).basis.doubts
    assert said in occupancy(study).basis.doubts
    # Their stay is left out of the durations, so nothing of them is called pending there.
    codes = {doubt.code: doubt.count for doubt in durations(study).basis.doubts}
    assert codes["length-unknown"] == 13
    assert "end-date-wrong" not in codes


@pytest.mark.parametrize(("code", "units"), [("us-denver", 319), ("ca-toronto", 275)])
def test_agencies_that_date_no_end_are_counted_by_stage_and_not_over_time(read, code, units):
    study = read(code)
    (group,) = attrition(study).groups

    assert group.entered == units
    assert sum(row.ended + row.pending for row in group.rows) == units
    for question in (occupancy, durations):
        with pytest.raises(NotMeasurable, match="gives no dates") as caught:
            question(study)
        assert "attrition" in caught.value.hint


def test_forty_five_of_torontos_crimes_had_an_arrest(read):
    assert stages(attrition(read("ca-toronto")))["arrest"].reached == 45


@pytest.mark.parametrize("question", [occupancy, attrition, durations])
def test_a_list_of_judgments_has_no_share_of_all_applications(read, question):
    with pytest.raises(NotMeasurable, match="no share of all cases"):
        question(read("coe-ecthr"))
