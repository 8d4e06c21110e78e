"""Limits of the state's law in case files, by the pathway the docket goes by."""

from __future__ import annotations

from datetime import date

import pytest

from candlemark.casefile.pathways import shipped_pathways
from candlemark.definition import Definition
from candlemark.measure.process import case_limits
from casefile.conftest import Desk

TODAY = date(2024, 6, 1)


def tried(edition, judged, appealed="", outcome="convicted", served="", **more):
    """A case of one person: judged, and appealed by the prosecution or the defence, or not."""
    desk = Desk(edition)
    person = desk.person()
    proceeding = desk.proceeding(person, country="AZ")
    there = {"person": person, "proceeding": proceeding}
    desk.stage("judged", judged, outcome=outcome, **there)
    if appealed:
        desk.stage("appealed", appealed, **there, **more)
    if served:
        desk.stage("served", served, **there)
    return desk.read()


@pytest.fixture(scope="module")
def appeal():
    edition = Definition.load()
    cases = [
        tried(edition, "2024-02-12", "2024-03-03"),  # met, on the twentieth day
        tried(edition, "2024-02-12", "2024-03-04"),  # late by a day
        tried(edition, "2024-02-12"),  # open and past
        tried(edition, "2024-05-20"),  # open and within
        tried(edition, "2024-02-12", served="2024-02-20"),  # ended otherwise
        tried(edition, "2024-02-12", outcome="acquitted"),  # the judgment ends no wait: past
        tried(edition, "2024-02-12", "2024-03"),  # in some part of March: nobody can tell
    ]
    found = case_limits(cases, shipped_pathways(), TODAY)
    return next(one for one in found if one.limit == "az-appeal")


def test_every_start_has_the_verdict_the_docket_gives_it(appeal):
    told = appeal.found.verdicts
    assert (told.met, told.late, told.ended, told.open_past, told.open_within) == (1, 1, 1, 2, 1)
    assert (told.starts, told.units, told.unclear, told.ended_past) == (7, 7, 1, 0)


def test_a_limit_brings_its_law_and_whether_it_was_confirmed(appeal):
    assert "384" in appeal.article
    assert appeal.source
    assert not appeal.confirmed
    assert appeal.labels["en"].endswith("20 days")


def test_the_probability_counts_those_who_wait_within_the_time(appeal):
    # Of six one ended on day 8; four of the five left are watched on day 20, and one was in time.
    assert appeal.found.otherwise.p == pytest.approx(1 / 6)
    assert appeal.found.within.p == pytest.approx(5 / 6 * 1 / 4)


def test_limits_of_months_stand_on_one_clock():
    edition = Definition.load()
    cases = []
    for judged, lodged in (
        # Twelve months over a leap day are 366 days, the others 365: all lodged on the last day.
        ("2022-02-10", "2023-02-10"),
        ("2023-06-10", "2024-06-10"),
        ("2021-03-01", "2022-03-01"),
    ):
        desk = Desk(edition)
        person = desk.person()
        proceeding = desk.proceeding(person, country="AZ")
        there = {"person": person, "proceeding": proceeding}
        desk.stage("appealed", judged, outcome="convicted", step="appeal", **there)
        desk.stage("appealed", lodged, step="cassation", **there)
        cases.append(desk.read())
    found = {one.limit: one for one in case_limits(cases, shipped_pathways(), date(2025, 1, 1))}
    told = found["az-cassation-conviction"].found
    assert told.verdicts.met == 3
    assert told.within.p == 1
    assert found["az-cassation-harsher"].found.verdicts.late == 3
    assert found["az-cassation-harsher"].found.within.p == 0


def test_a_limit_whose_length_nobody_confirmed_is_unclear():
    desk = Desk(Definition.load())
    person = desk.person()
    proceeding = desk.proceeding(person, country="FR")
    desk.stage("judged", "2024-01-01", person=person, proceeding=proceeding)
    (found,) = case_limits([desk.read()], shipped_pathways(), TODAY)
    assert (found.limit, found.found.verdicts.unclear) == ("generic-appeal", 1)
    assert (found.found.within, found.found.otherwise) == (None, None)


def test_where_no_limit_runs_there_is_none():
    assert case_limits([], shipped_pathways(), TODAY) == ()
