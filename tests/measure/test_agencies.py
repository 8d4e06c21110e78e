"""The numbers of real agencies' files, which lie beside the checkout."""

import csv
from datetime import date

import pytest

from candlemark import agency as agencies
from candlemark.definition import load_crosswalk
from candlemark.errors import NotMeasurable
from candlemark.measure import (
    Doubt,
    Study,
    as_json,
    as_rows,
    attrition,
    durations,
    incidence,
    occupancy,
)
from candlemark.measure.answers import Question, dwell, reach, stand
from candlemark.measure.log import Ask, stay_table, stays_of
from candlemark.measure.log.reading import Columns, read_events

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


COOK_270 = {
    # state: lower and upper end of the 95 % interval, 270 days after receipt
    "pending": (0.558505, 0.603514),
    "convicted": (0.183229, 0.222180),
    "acquitted": (0.001421, 0.009507),
    "dismissed": (0.195782, 0.226210),
    "other": (0.001207, 0.005347),
}


def test_the_shares_of_cook_county_have_their_intervals(read):
    (group,) = occupancy(read("us-cook-county", AS_OF), at=(270,)).groups
    (horizon,) = group.horizons
    found = {value.state: (value.low, value.high) for value in horizon.values}

    assert horizon.at_risk == 379
    assert found.keys() == COOK_270.keys()
    for state, (low, high) in COOK_270.items():
        assert found[state] == pytest.approx((low, high), abs=1e-6)


def test_sentenced_by_day_270_is_half_of_what_dashboards_print(read):
    study = read("us-cook-county", AS_OF)
    by_stage = {row.own: row for row in incidence(study, at=(270,)).groups[0].rows}
    (sentenced,) = by_stage["sentencing"].horizons
    stays = reach(Question(stays_of(study), Ask(from_state="intake"), at=(270,))).groups[0]
    convicted = next(row for row in stays.rows if row.own == "end:convicted").horizons[0]

    assert (sentenced.p, sentenced.low, sentenced.high) == pytest.approx(
        (0.200247, 0.181572, 0.220326), abs=1e-6
    )
    for found in (sentenced, convicted):
        assert found.high < NAIVE - 0.15


def test_the_median_time_to_an_arrest_is_not_reached_and_not_given(read):
    # Of those arrested, half were within two days; three of four were not arrested at all.
    study = read("us-nypd")
    question = Question(stays_of(study), Ask(from_state="recorded"))

    for figure in (durations(study), dwell(question)):
        row = next(row for row in figure.groups[0].rows if row.own == "recorded")
        assert row.pending > row.ended
        assert {each.q: each.days for each in row.quantiles}[0.5] is None


FIRST_ARREST = {
    # days after the record: probability, lower and upper end
    7: (0.170554, 0.144221, 0.200568),
    30: (0.211370, 0.182430, 0.243534),
    90: (0.243440, 0.212775, 0.276970),
    365: (0.263848, 0.232213, 0.298120),
}


def test_how_soon_the_first_arrest_follows_a_complaint_in_new_york(read):
    table = stays_of(read("us-nypd"))
    arrested, row = (
        reach(Question(table, Ask(from_state="recorded"), at=tuple(FIRST_ARREST))).groups[0].rows
    )

    assert (arrested.own, arrested.reached, arrested.unknown) == ("arrest", 185, 13)
    assert arrested.horizons[-1].p == pytest.approx(0.269, abs=5e-4)
    assert (row.own, row.reached, row.pending) == ("end:reached", 185, 501)
    assert {by.day: (by.p, by.low, by.high) for by in row.horizons} == {
        day: pytest.approx(said, abs=1e-6) for day, said in FIRST_ARREST.items()
    }
    # Thirteen arrests are dated before the record and are no first arrest on a day after it.
    assert table.aside.undated == 13


STRASBOURG = {
    # years: share judged, its interval, and the bounds
    3: (0.0967, 0.0614, 0.1484, 0.0516, 0.1596),
    5: (0.3531, 0.2902, 0.4214, 0.3146, 0.4272),
    8: (0.7033, 0.6362, 0.7627, 0.6667, 0.7371),
    10: (0.8465, 0.7897, 0.8902, 0.8028, 0.8732),
}


def test_years_from_an_application_known_to_the_year_to_its_judgment_have_bounds(shared, tmp_path):
    # Of applications that were judged: the list holds no other ones.
    path = shared / "data" / FILES["coe-ecthr"]
    with path.open(encoding="utf-8", newline="") as file:
        cases = [
            row for row in csv.DictReader(file) if row["year_first_application"] and row["date"]
        ]
    log = tmp_path / "log.csv"
    with log.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["case", "activity", "day", "step"])
        for number, row in enumerate(cases):
            writer.writerow([f"j{number:03}", "applied", row["year_first_application"], 1])
            writer.writerow([f"j{number:03}", "judged", row["date"], 2])
    table = stay_table(read_events(log, Columns(order="step", final=frozenset({"judged"}))))
    at = tuple(round(365.25 * year) for year in STRASBOURG)
    figure = stand(Question(table, Ask(from_state="applied"), at=at))
    (group,) = figure.groups
    judged = group.states.index("judged")

    assert group.entered == 213
    assert Doubt("date-coarse", "", 213) in figure.basis.doubts
    for horizon, said in zip(group.horizons, STRASBOURG.values(), strict=True):
        value = horizon.values[judged]
        found = (value.p, value.low, value.high, value.earliest, value.latest)
        assert found[:3] == pytest.approx(said[:3], abs=0.01)  # drawn
        assert found[3:] == pytest.approx(said[3:], abs=1e-4)  # not drawn
        assert value.earliest < value.p < value.latest
