"""An agency's batch as numbered columns; nothing dropped, nothing repaired."""

import pytest

from candlemark.agency import BatchTables
from candlemark.errors import NothingToMeasure, NotMeasurable, UnknownTerm
from candlemark.measure import Study, occupancy
from candlemark.measure.columns import EVENTS

TOLD = [("told", "2020-01-01")]


def test_stages_stand_in_the_order_of_the_definition(agency):
    study = agency.study({"a": TOLD})

    assert [stage.own for stage in study.stages] == [
        "told",
        "noted",
        "charged",
        "decided",
        "sentenced",
    ]
    assert study.stages[study.entry].own == "told"
    assert [stage.own for stage in study.stages if stage.ends] == ["decided"]


def test_ends_an_agency_can_report_are_shown_though_nobody_reached_them(agency):
    assert agency.study({"a": TOLD}).ends == ("convicted", "acquitted", "dismissed", "other")


def test_a_date_keeps_all_the_days_it_can_be(agency):
    study = agency.study({"a": [("told", "1970-02"), ("charged", "1969")]})

    assert study.events.schema == EVENTS
    assert study.events["lo"].to_pylist() == [31, -365]
    assert study.events["hi"].to_pylist() == [58, -1]


def test_dates_before_1970_are_dates(agency):
    units = {"a": [("told", "1937-01-01"), ("decided", "1938-01-01", "G")]}
    figure = occupancy(agency.study(units), at=(364, 365))

    assert [each.values[1].p for each in figure.groups[0].horizons] == [0, 1]


def test_the_schemes_a_cohort_can_be_divided_by_are_known(agency):
    codes = [("a", "offences", "assault", None), ("a", "bias-grounds", None, "unknown")]

    assert set(agency.study({"a": TOLD}, codes).schemes) == {"bias-grounds", "offences"}


def test_a_stage_the_crosswalk_no_longer_names_is_refused(agency):
    with pytest.raises(NotMeasurable, match="no longer names: forwarded"):
        agency.study({"a": [("forwarded", "2020-01-01")]})


def test_an_outcome_the_edition_does_not_have_is_refused(agency):
    tables = agency.tables({"a": [*TOLD, ("decided", "2020-02-01", "G")]})
    renamed = tables.events.set_column(
        tables.events.schema.get_field_index("outcome"), "outcome", [[None, "found-gilty"]]
    )

    with pytest.raises(UnknownTerm, match="found-gilty"):
        Study.from_batch(
            BatchTables(tables.cases, tables.codes, renamed, {}), agency.crosswalk, agency.edition
        )


def test_a_batch_without_units_or_without_any_day_is_nothing_to_measure(agency):
    with pytest.raises(NothingToMeasure, match="no units"):
        agency.study({})
    with pytest.raises(NotMeasurable, match="holds no date"):
        agency.study({"a": [("told", "")]}, as_of="")
