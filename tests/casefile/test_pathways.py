"""Which pathway a case goes by, what runs from its stages, and what it does not know."""

from __future__ import annotations

from datetime import date

import pytest

from candlemark import casefile
from candlemark.casefile.conformance import Move, departures
from candlemark.casefile.docket_row import Doubt, Form, State
from candlemark.casefile.facts import IncidentDescribed
from candlemark.casefile.pathways import keep_pathway, pathways_of, shipped_pathways
from candlemark.definition import read_pathway
from candlemark.errors import NotInOrder
from candlemark.ids import new_id
from nowhere import OWN


def national(desk, today=date(2024, 3, 1), pathways=None):
    rows = casefile.docket([desk.read()], today, pathways).rows
    return {row.rule: row for row in rows if row.form is Form.NATIONAL}


def tried(desk, country="AZ"):
    person = desk.person()
    return person, desk.proceeding(person, country=country)


def test_a_proceeding_goes_by_the_pathway_of_its_state_and_the_generic_one_without(desk):
    ways = shipped_pathways()
    _, here = tried(desk)
    _, there = tried(desk, "FR")
    case = desk.read()
    by_id = {one.id: one for one in case.proceedings}
    assert ways.of(case, by_id[here]).code == "az"
    assert ways.of(case, by_id[there]).code == "generic"
    assert ways.of(case).code == "generic", "two states are named alike, so neither is taken"


def test_a_case_without_proceedings_goes_by_the_state_of_its_incident(desk):
    desk.say(desk.make(IncidentDescribed, incident=new_id("incident"), country="AZ"))
    assert shipped_pathways().of(desk.read()).code == "az"


def test_twenty_days_run_from_the_day_after_the_judgment(desk):
    person, proceeding = tried(desk)
    desk.stage("judged", "2024-02-12", person=person, proceeding=proceeding, outcome="convicted")
    row = national(desk)["az-appeal"]
    assert (str(row.due), str(row.runs_from)) == ("2024-03-03", "2024-02-13")
    assert (row.state, row.days_left, row.confirmed) == (State.OPEN, 2, False)
    assert "384" in row.article
    assert row.legal_source
    assert row.counted


def test_a_coarse_judgment_gives_a_range_and_its_beginning_counts(desk):
    person, proceeding = tried(desk)
    desk.stage("judged", "2024-02", person=person, proceeding=proceeding)
    row = national(desk)["az-appeal"]
    assert str(row.due) == "2024-02-21 to 2024-03-20"
    assert row.state is State.MAY_HAVE_PASSED


@pytest.mark.parametrize(
    ("when", "outcome", "state", "doubt"),
    [
        ("2024-02-20", "", State.MET, None),
        ("2024-04-01", "", State.LATE, None),
        ("2024-04-01", "convicted", State.IN_DOUBT, Doubt.DAY_OF_DECISION),
        ("2024-02", "", State.IN_DOUBT, Doubt.DAY_NOT_EXACT),
        (None, "", State.IN_DOUBT, Doubt.DAY_NOT_EXACT),
    ],
)
def test_what_an_appeal_says_of_its_limit(desk, when, outcome, state, doubt):
    person, proceeding = tried(desk)
    desk.stage("judged", "2024-02-12", person=person, proceeding=proceeding)
    desk.stage("appealed", when, person=person, proceeding=proceeding, outcome=outcome)
    row = national(desk, date(2024, 6, 1))["az-appeal"]
    assert (row.state, row.doubt) == (state, doubt)


def test_cassation_runs_from_a_decided_appeal_by_what_it_decided(desk):
    person, proceeding = tried(desk)
    desk.stage("judged", "2023-02-12", person=person, proceeding=proceeding, outcome="convicted")
    appeal = {"person": person, "proceeding": proceeding}
    desk.stage("appealed", "2023-05-31", **appeal, outcome="convicted", step="appeal")
    found = national(desk)
    assert str(found["az-cassation-conviction"].due) == "2024-05-31"
    assert str(found["az-cassation-harsher"].due) == "2023-11-30"
    assert "az-cassation-acquittal" not in found
    assert found["az-cassation-harsher"].state is State.PASSED


def test_an_appeal_that_was_not_decided_starts_no_cassation(desk):
    person, proceeding = tried(desk)
    desk.stage("appealed", "2023-05-31", person=person, proceeding=proceeding)
    assert not national(desk)


def test_where_nobody_knows_the_length_no_day_is_given_and_the_limit_is_told(desk):
    person, proceeding = tried(desk, "FR")
    desk.stage("judged", "2024-02-12", person=person, proceeding=proceeding, outcome="convicted")
    row = national(desk)["generic-appeal"]
    assert (row.state, row.due.earliest) == (State.NOT_COUNTED, None)
    assert row.doubt is Doubt.LENGTH_NOT_KNOWN
    desk.stage("appealed", person=person, proceeding=proceeding)
    assert not national(desk), "it was asked; there is no day left to look up"


def test_a_judgment_without_a_date_is_told_and_not_counted(desk):
    person, proceeding = tried(desk)
    desk.stage("judged", person=person, proceeding=proceeding, outcome="convicted")
    row = national(desk)["az-appeal"]
    assert (row.state, row.doubt) == (State.NOT_COUNTED, Doubt.START_NOT_DATED)


def test_one_judgment_of_several_persons_is_one_row(desk):
    one, other = desk.person(), desk.person()
    proceeding = desk.proceeding(one, other, country="AZ")
    desk.stage("judged", "2024-02-12", proceeding=proceeding)
    rows = casefile.docket([desk.read()], date(2024, 3, 1)).rows
    assert [row.rule for row in rows] == ["az-appeal"]


def test_a_state_is_added_without_code_and_its_limits_are_counted(desk):
    person, proceeding = tried(desk, "XX")
    desk.stage("judged", "2024-02-12", person=person, proceeding=proceeding)
    keep_pathway(desk.ledger, read_pathway(OWN, desk.edition))
    ways = pathways_of(desk.ledger)
    assert ways.kept == {"xx"}
    assert str(national(desk, pathways=ways)["xx-appeal"].due) == "2024-02-22"


def test_the_same_version_is_not_kept_twice_and_a_later_one_counts(desk):
    keep_pathway(desk.ledger, read_pathway(OWN, desk.edition))
    with pytest.raises(NotInOrder, match="version 1 of the pathway xx"):
        keep_pathway(desk.ledger, read_pathway(OWN, desk.edition))
    later = OWN.replace(b"version = 1", b"version = 2").replace(b"days = 10", b"days = 12")
    keep_pathway(desk.ledger, read_pathway(later, desk.edition))
    assert pathways_of(desk.ledger).of_country("XX").limits[0].length == 12


def test_a_move_the_pathway_does_not_know_is_told_and_nothing_is_refused(desk):
    person, proceeding = tried(desk)
    at = {"person": person, "proceeding": proceeding}
    desk.stage("sentenced", "2010", **at)
    desk.stage("charged", "2012", **at)
    desk.stage("judged", "2013", **at)
    told = [(one.move, one.start, one.end) for one in departures(desk.read(), shipped_pathways())]
    assert told == [(Move.BACK, "sentenced", "charged"), (Move.OVER, "charged", "judged")]


def test_moves_whose_order_is_open_are_not_judged(desk):
    person, proceeding = tried(desk)
    at = {"person": person, "proceeding": proceeding}
    desk.stage("sentenced", "2012", **at)
    desk.stage("charged", "2012-03", **at)
    assert departures(desk.read(), shipped_pathways()) == ()


def test_what_happens_beyond_the_state_is_no_matter_of_a_states_pathway(desk):
    person = desk.person()
    proceeding = desk.proceeding(person, mechanism="ecthr")
    desk.stage("judged-beyond", "2012", person=person, proceeding=proceeding)
    desk.stage("lodged", "2013", person=person, proceeding=proceeding)
    assert departures(desk.read(), shipped_pathways()) == ()


def test_a_stage_the_state_does_not_have_and_a_way_that_leads_nowhere_are_told(desk):
    person, proceeding = tried(desk, "XX")
    keep_pathway(desk.ledger, read_pathway(OWN, desk.edition))
    at = {"person": person, "proceeding": proceeding}
    desk.stage("appealed", "2010", **at)
    desk.stage("charged", "2011", **at)
    desk.stage("judged", "2012", **at)
    told = departures(desk.read(), pathways_of(desk.ledger))
    assert [(one.move, one.end) for one in told] == [
        (Move.NO_STAGE, "charged"),
        (Move.UNKNOWN, "judged"),
    ]
