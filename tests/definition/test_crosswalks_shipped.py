"""What every shipped crosswalk promises, whoever reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from candlemark.definition import Definition, Edition, crosswalk_codes, load_crosswalk
from candlemark.definition.crosswalk import Relation, Use
from candlemark.tongues import INTERFACE

if TYPE_CHECKING:
    from candlemark.definition.crosswalk import Crosswalk

REAL = ("ca-toronto", "coe-ecthr", "es-catalunya", "us-cook-county", "us-denver", "us-nypd")
SIMULATED = ("xx-court", "xx-hotline", "xx-police", "xx-prosecutor")


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Definition.load("2026.1")


@pytest.fixture(scope="module", params=[*REAL, *SIMULATED])
def crosswalk(request: pytest.FixtureRequest, edition: Edition) -> Crosswalk:
    return load_crosswalk(request.param, edition)


def test_these_and_no_others_are_shipped() -> None:
    assert crosswalk_codes() == (*REAL, *SIMULATED)


def test_its_code_is_the_name_it_is_asked_for_by(edition: Edition) -> None:
    for code in crosswalk_codes():
        assert load_crosswalk(code, edition).code == code


def test_agency_and_stages_are_named_in_every_tongue_of_the_interface(crosswalk: Crosswalk) -> None:
    labels = [crosswalk.agency_labels, *(rule.labels for rule in crosswalk.stages)]

    for each in labels:
        assert set(each) == set(INTERFACE)


def test_two_stages_of_an_agency_never_read_alike(crosswalk: Crosswalk) -> None:
    for tongue in INTERFACE:
        labels = [rule.labels[tongue] for rule in crosswalk.stages]

        assert len(set(labels)) == len(labels)


def test_it_says_what_its_figures_include_and_leave_out(crosswalk: Crosswalk) -> None:
    assert crosswalk.includes
    assert crosswalk.excludes
    assert crosswalk.source


def test_every_row_that_is_not_exact_says_why_in_a_sentence(crosswalk: Crosswalk) -> None:
    for code_map in crosswalk.maps.values():
        for row in code_map.rows:
            said = row.note or row.relation is Relation.EXACT

            assert said, (code_map.name, row.code)
            assert not row.note or re.fullmatch(r"[A-Z2\"(].*[.]", row.note), row.note


def test_a_reason_is_no_sentence_with_a_full_stop(crosswalk: Crosswalk) -> None:
    for table in crosswalk.tables:
        for column in table.columns:
            assert not column.why.endswith("."), column.name


def test_every_column_that_is_kept_or_unused_says_why(crosswalk: Crosswalk) -> None:
    for table in crosswalk.tables:
        for column in table.columns:
            if column.use in {Use.KEPT, Use.UNUSED, Use.GROUP, Use.COUNT, Use.INCIDENT}:
                assert column.why, (table.name, column.name)


def test_the_simulated_say_so_where_a_reader_looks(edition: Edition) -> None:
    for code in SIMULATED:
        crosswalk = load_crosswalk(code, edition)

        assert crosswalk.simulated
        assert "simulated" in crosswalk.agency_labels["en"]
        assert "Simulated" in crosswalk.source


def test_the_simulated_differ_in_unit_and_in_the_way_they_write_a_day(edition: Edition) -> None:
    crosswalks = [load_crosswalk(code, edition) for code in SIMULATED]
    formats = {
        form
        for crosswalk in crosswalks
        for table in crosswalk.tables
        for column in table.columns
        for form in column.formats
    }

    assert {crosswalk.unit for crosswalk in crosswalks} == {
        "charge",
        "report",
        "incident",
        "accused",
    }
    assert formats == {"%d.%m.%Y", "%Y-%m-%d", "%Y%m%d", "%Y-%m"}


def test_no_bias_code_of_one_simulated_agency_is_a_code_of_another(edition: Edition) -> None:
    codes = [
        row.code
        for code in SIMULATED
        for code_map in load_crosswalk(code, edition).maps.values()
        if code_map.scheme == "bias-grounds"
        for row in code_map.rows
    ]

    assert len(set(codes)) == len(codes)


def test_where_no_share_of_all_cases_can_be_computed_the_reason_is_given(edition: Edition) -> None:
    without = {code for code in crosswalk_codes() if not load_crosswalk(code, edition).cohort}

    assert without == {"coe-ecthr", "es-catalunya"}
    for code in without:
        assert "share" in load_crosswalk(code, edition).cohort_note


@pytest.mark.parametrize(
    ("code", "goal"),
    [
        ("us-nypd", "arrest"),
        ("xx-police", "sent-on"),
        ("xx-hotline", "opened"),
        ("us-cook-county", None),
        ("xx-court", None),
    ],
)
def test_the_last_stage_an_agency_tracks_is_known_where_it_sees_no_outcome(code, goal):
    found = load_crosswalk(code, Definition.load()).goal

    assert goal == (found and found.own)
