"""Figures as rows and as a document."""

import json

import pytest

from candlemark.measure import as_json, as_rows, attrition, durations, occupancy

TOLD = ("told", "2020-01-01")


@pytest.fixture
def study(agency):
    units = {
        "a": [TOLD, ("charged", "2020-01-11"), ("decided", "2020-02-01", "G")],
        "b": [TOLD, ("decided", "2020-03-01", "D")],
        "c": [TOLD],
    }
    codes = [("a", "bias-grounds", "gay", None), ("b", "bias-grounds", "black", None)]
    return agency.study(units, codes, ledger_head="ab" * 32)


@pytest.mark.parametrize("ask", [occupancy, attrition, durations])
def test_all_rows_have_the_same_columns_and_say_what_they_stand_on(study, ask):
    rows = as_rows(ask(study, by="bias-grounds"))

    assert len({tuple(row) for row in rows}) == 1
    for row in rows:
        assert row["question"] == ask.__name__
        assert row["as_of"] == "2020-12-31"
        assert row["edition_fingerprint"] == study.edition.fingerprint
        assert row["ledger_head"] == "ab" * 32
        assert "doubts" not in row


def test_a_row_of_occupancy(study):
    figure = occupancy(study, at=(45,))
    row = as_rows(figure)[1]

    assert {
        key: row[key] for key in ("group", "entered", "day", "at_risk", "state", "standing")
    } == {
        "group": "",
        "entered": 3,
        "day": 45,
        "at_risk": 2,
        "state": "convicted",
        "standing": 1,
    }
    assert row["p"] == figure.groups[0].horizons[0].values[1].p  # not rounded


def test_a_row_of_attrition_splits_the_ended(study):
    (told, _, charged, decided, _) = as_rows(attrition(study))

    assert (decided["reached"], decided["ended"], decided["pending"]) == (2, 2, 0)
    assert (decided["ended_convicted"], decided["ended_dismissed"]) == (1, 1)
    assert (told["pending"], told["ended_convicted"]) == (1, 0)
    assert charged["reached"] == 1


def test_a_median_that_is_not_reached_is_nothing_and_not_a_zero(agency):
    study = agency.study({"a": [TOLD, ("charged", "2020-01-11")], "b": [TOLD], "c": [TOLD]})
    row = as_rows(durations(study))[0]

    assert (row["q25_days"], row["q50_days"], row["q75_days"]) == (10, None, None)


@pytest.mark.parametrize("ask", [occupancy, attrition, durations])
def test_a_document_is_plain_and_survives_json(study, ask):
    document = as_json(ask(study))

    assert json.loads(json.dumps(document, allow_nan=False)) == document
    assert document["basis"]["as_of"] == "2020-12-31"
    assert document["groups"][0]["entered"] == 3


def test_the_document_holds_counts_as_numbers(study):
    group = as_json(occupancy(study))["groups"][0]

    assert dict(zip(group["states"], group["standing"], strict=True)) == {
        "pending": 1,
        "convicted": 1,
        "acquitted": 0,
        "dismissed": 1,
        "other": 0,
    }
    assert [point["day"] for point in group["curve"]] == [31, 60]
