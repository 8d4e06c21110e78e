"""Limits of the state's law in case files, by the pathway the docket goes by."""

from __future__ import annotations

from datetime import date

import pytest

from candlemark.casefile import facts
from candlemark.casefile.pathways import shipped_pathways
from candlemark.definition import Definition
from candlemark.errors import NotMeasurable
from candlemark.ids import new_id
from candlemark.measure.log import Ask, Where, asked, stays_of
from candlemark.measure.process import Law, case_limits, followed_by, ways_of
from candlemark.measure.study import Study
from casefile.conftest import Desk

TODAY = date(2024, 6, 1)


def limits_of(cases, today=TODAY, ask=None, narrow=lambda ways: ways, filters=()):
    """The limits of the law in these cases, as a question of their ways finds them."""
    study = Study.from_cases(cases, Definition.load(), name="a vault", as_of=today)
    with asked(stays_of(study), ask or Ask()) as cohort:
        law = Law(tuple(cases), shipped_pathways())
        return case_limits(law, cohort, narrow(ways_of(cohort)), filters).limits


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
    return next(one for one in limits_of(cases) if one.limit == "az-appeal")


def test_every_start_has_the_verdict_the_docket_gives_it(appeal):
    told = appeal.groups[0].verdicts
    assert (told.met, told.late, told.ended, told.open_past, told.open_within) == (1, 1, 1, 2, 1)
    assert (told.starts, told.units, told.unclear, told.ended_past) == (7, 7, 1, 0)


def test_a_limit_brings_its_law_and_whether_it_was_confirmed(appeal):
    assert "384" in appeal.article
    assert appeal.source
    assert not appeal.confirmed
    assert appeal.labels["en"].endswith("20 days")


def test_the_probability_counts_those_who_wait_within_the_time(appeal):
    # Of six one ended on day 8; four of the five left are watched on day 20, and one was in time.
    assert appeal.groups[0].otherwise.p == pytest.approx(1 / 6)
    assert appeal.groups[0].within.p == pytest.approx(5 / 6 * 1 / 4)


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
    found = {one.limit: one for one in limits_of(cases, date(2025, 1, 1))}
    told = found["az-cassation-conviction"].groups[0]
    assert told.verdicts.met == 3
    assert told.within.p == 1
    assert found["az-cassation-harsher"].groups[0].verdicts.late == 3
    assert found["az-cassation-harsher"].groups[0].within.p == 0


def test_a_limit_whose_length_nobody_confirmed_is_unclear():
    desk = Desk(Definition.load())
    person = desk.person()
    proceeding = desk.proceeding(person, country="FR")
    desk.stage("judged", "2024-01-01", person=person, proceeding=proceeding)
    (found,) = limits_of([desk.read()])
    assert (found.limit, found.groups[0].verdicts.unclear) == ("generic-appeal", 1)
    assert (found.groups[0].within, found.groups[0].otherwise) == (None, None)


def test_where_no_limit_runs_there_is_none():
    desk = Desk(Definition.load())
    person = desk.person()
    desk.stage("charged", "2024-01-01", person=person, proceeding=desk.proceeding(person))
    assert limits_of([desk.read()]) == ()


def of_ground(edition, ground, *stages):
    """A case of one ground and one person, through these stages with their days."""
    desk = Desk(edition)
    alleged = facts.BiasGround(ground=ground, standing=facts.GroundStanding.ALLEGED)
    told = {"incident": new_id("incident"), "country": "AZ", "grounds": (alleged,)}
    desk.say(desk.make(facts.IncidentDescribed, **told))
    person = desk.person()
    there = {"person": person, "proceeding": desk.proceeding(person, country="AZ")}
    for stage, day in stages:
        more = {"outcome": "convicted"} if stage == "judged" else {}
        desk.stage(stage, day, **there, **more)
    return desk.read()


@pytest.fixture(scope="module")
def two_grounds():
    edition = Definition.load()
    charged, judged = ("charged", "2023-06-01"), ("judged", "2024-02-12")
    return [
        of_ground(edition, "religion", charged, judged, ("appealed", "2024-02-20")),
        of_ground(edition, "religion", charged, judged),
        of_ground(edition, "ethnicity", ("charged", "2022-06-01"), judged),
    ]


def appeals(cases, **how):
    """By group, how many starts of the appeal there are, and how many were met."""
    found = [one for one in limits_of(cases, **how) if one.limit == "az-appeal"]
    return {
        group.group: (group.verdicts.starts, group.verdicts.met)
        for one in found
        for group in one.groups
    }


def test_limits_of_the_law_are_counted_group_by_group(two_grounds):
    assert appeals(two_grounds) == {"": (3, 1)}
    assert appeals(two_grounds, ask=Ask(by="bias-grounds")) == {
        "ethnicity": (1, 0),
        "religion": (2, 1),
    }
    assert appeals(two_grounds, ask=Ask(where=(Where("bias-grounds", ("religion",)),))) == {
        "": (2, 1)
    }


def test_limits_of_the_law_are_counted_for_those_who_entered_in_a_window(two_grounds):
    window = (date(2023, 1, 1), None)
    assert appeals(two_grounds, ask=Ask(from_state="charged", window=window)) == {"": (2, 1)}


def test_what_came_after_the_last_day_looked_at_has_not_happened(two_grounds):
    assert appeals(two_grounds, ask=Ask(as_of=date(2024, 2, 15))) == {"": (3, 0)}
    assert appeals(two_grounds, ask=Ask(as_of=date(2024, 2, 11))) == {}


def test_nobody_is_followed_back_before_they_entered(two_grounds):
    assert appeals(two_grounds, ask=Ask(from_state="appealed")) == {}


def test_a_filter_chooses_cases_and_one_that_cuts_ways_is_refused(two_grounds):
    chosen = appeals(two_grounds, narrow=lambda ways: followed_by(ways, "judged", "appealed"))
    assert chosen == {"": (1, 1)}
    with pytest.raises(NotMeasurable, match="whatever part of a way"):
        appeals(two_grounds, filters=[("between", "charged", "judged")])
