"""Each person's way through each proceeding, and when it has ended."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.paths import (
    AFTER_JUDGMENT,
    ENDING_BEYOND,
    ENDING_OUTCOMES,
    ENDING_STAGES,
)
from candlemark.ids import new_id


def test_the_codes_that_decide_when_a_way_ends_are_terms_of_the_edition(edition):
    stages, outcomes = edition.scheme("stages"), edition.scheme("outcomes")

    assert all(code in stages for code in ENDING_STAGES | AFTER_JUDGMENT)
    assert all(code in outcomes for code in ENDING_OUTCOMES | ENDING_BEYOND)
    assert ENDING_OUTCOMES | {"convicted", "beyond", "reached"} == {
        term.code for term in outcomes.top
    }


def path_of(desk, *stages, mechanism=""):
    """The way of one person through one proceeding that reached ``stages``."""
    person = desk.person()
    proceeding = desk.proceeding(person, mechanism=mechanism)
    for stage, when, fields in stages:
        desk.stage(stage, when, person=person, proceeding=proceeding, **fields)
    (path,) = casefile.person_paths(desk.read())
    return path


NATIONAL = {
    "charged and no more": ([("charged", "2001", {})], None),
    "convicted": ([("judged", "2001", {"outcome": "found-guilty"})], None),
    "sentenced": ([("sentenced", "2001", {"outcome": "convicted", "sentence": "fine"})], None),
    "commuted": ([("sentenced", "2001", {}), ("commuted", "2002", {})], None),
    "acquitted": ([("judged", "2001", {"outcome": "found-not-guilty"})], "judged"),
    "declined for lack of evidence": (
        [("investigated", "2001", {"outcome": "declined-insufficient-evidence"})], "investigated"),
    "suspect died": ([("charged", "2001", {"outcome": "suspect-died"})], "charged"),
    "served": ([("sentenced", "2001", {}), ("served", "2003", {})], "served"),
    "pardoned": ([("sentenced", "1995", {}), ("pardoned", "2004-09-03", {})], "pardoned"),
    "pardoned and released on a day of that month": (
        [("sentenced", "1995", {}), ("pardoned", "2004-09-03", {}), ("released", "2004-09", {})],
        "pardoned"),
    "acquitted, and appealed later": (
        [("judged", "2001-01", {"outcome": "acquitted"}), ("appealed", "2001-03", {})], None),
    "acquitted, and appealed at a time nobody noted": (
        [("judged", "2001-01", {"outcome": "acquitted"}), ("appealed", None, {})], "judged"),
    "acquitted, appealed, and acquitted again": (
        [("judged", "2001-01", {"outcome": "acquitted"}),
         ("appealed", "2001-03", {"outcome": "acquitted"})], "judged"),
    "acquitted, convicted on appeal": (
        [("judged", "2001-01", {"outcome": "acquitted"}),
         ("appealed", "2001-03", {"outcome": "convicted"})], None),
    "released, with a measure afterwards": (
        [("released", "2004-09-03", {}),
         ("enforced", "2004-10-01", {"sentence": "loss-of-citizenship"})], "released"),
}  # fmt: skip


@pytest.mark.parametrize(("stages", "end"), NATIONAL.values(), ids=NATIONAL)
def test_when_a_way_before_the_states_authorities_has_ended(desk, stages, end):
    path = path_of(desk, *stages)

    assert (path.end.stage if path.end else None) == end
    assert path.ended is (end is not None)


BEYOND = {
    "lodged": ([("lodged", "2003", {})], None),
    "communicated": ([("lodged", "2003", {}), ("communicated", "2004", {})], None),
    "a violation found": ([("judged-beyond", "2007", {"outcome": "violation-found"})], None),
    "a violation found and executed": (
        [("judged-beyond", "2007", {"outcome": "violation-found"}), ("executed", "2015", {})],
        "executed"),
    "a friendly settlement": ([("judged-beyond", "2007", {"outcome": "friendly-settlement"})], None),
    "no violation": ([("judged-beyond", "2007", {"outcome": "no-violation"})], "judged-beyond"),
    "inadmissible": ([("judged-beyond", "2007", {"outcome": "inadmissible"})], "judged-beyond"),
    "struck out": ([("communicated", "2007", {"outcome": "struck-out"})], "communicated"),
    "decided, and nobody noted how": ([("judged-beyond", "2007", {})], None),
}  # fmt: skip


@pytest.mark.parametrize(("stages", "end"), BEYOND.values(), ids=BEYOND)
def test_when_a_way_beyond_the_state_has_ended(desk, stages, end):
    path = path_of(desk, *stages, mechanism="ecthr")

    assert (path.end.stage if path.end else None) == end


def test_two_proceedings_of_one_person_have_two_statuses(desk):
    person = desk.person("victim", "convicted-person")
    trial = desk.proceeding(person)
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    desk.stage("pardoned", "2004-09-03", person=person, proceeding=trial)
    desk.stage("lodged", "2003-03-13", person=person, proceeding=strasbourg)
    paths = casefile.person_paths(desk.read())

    assert [(path.proceeding, path.forum, path.ended) for path in paths] == [
        (trial, facts.Forum.NATIONAL, True),
        (strasbourg, facts.Forum.BEYOND, False),
    ]


def test_two_persons_in_one_proceeding_have_two_statuses(desk):
    one, other = desk.person(), desk.person()
    trial = desk.proceeding(one, other)
    desk.stage("judged", "2001", outcome="acquitted", person=one, proceeding=trial)
    desk.stage("judged", "2001", outcome="convicted", person=other, proceeding=trial)
    paths = casefile.person_paths(desk.read())

    assert [(path.person, path.ended) for path in paths] == [(one, True), (other, False)]


def test_a_stage_of_a_proceeding_that_names_nobody_is_on_the_way_of_everybody_in_it(desk):
    one, other = desk.person(), desk.person()
    trial = desk.proceeding(one, other)
    hearing = desk.stage("in-court", "2001", proceeding=trial)
    paths = casefile.person_paths(desk.read())

    assert [[event.id for event in path.events] for path in paths] == [[hearing.id]] * 2


def test_a_proceeding_nobody_is_named_in_is_a_way_too(desk):
    inquest = desk.proceeding()
    desk.stage("investigated", "2001", proceeding=inquest)
    (path,) = casefile.person_paths(desk.read())

    assert (path.person, path.proceeding, path.last.stage) == ("", inquest, "investigated")


def test_stages_of_the_case_as_a_whole_stand_before_every_way(desk):
    desk.stage("recorded", "2001-01-03")
    desk.stage("occurred", "2001-01-01")
    desk.proceeding(desk.person())
    (path,) = casefile.person_paths(desk.read())

    assert [event.stage for event in path.shared] == ["occurred", "recorded"]
    assert path.events == ()


def test_stages_of_a_person_that_name_no_proceeding_are_a_way_of_their_own(desk):
    person = desk.person()
    desk.proceeding(person)
    desk.stage("suspect-identified", "2001", person=person)
    paths = casefile.person_paths(desk.read())

    assert [(path.proceeding != "", len(path.events)) for path in paths] == [(True, 0), (False, 1)]


def test_a_way_knows_the_bias_grounds_of_the_case_and_the_offences_charged(desk):
    person = desk.person()
    trial = desk.proceeding(person)
    ground = facts.BiasGround(ground="talysh", standing=facts.GroundStanding.ALLEGED)
    desk.say(desk.make(facts.IncidentDescribed, incident=new_id("incident"), grounds=(ground,)))
    for offence in ("assault", "threats", "assault"):
        desk.say(
            desk.make(
                facts.ChargeBrought,
                charge=new_id("charge"),
                person=person,
                proceeding=trial,
                offence=offence,
            )
        )
    (path,) = casefile.person_paths(desk.read())

    assert (path.grounds, path.offences) == (("talysh",), ("assault", "threats"))


def test_open_orders_on_a_way_are_named(desk):
    path = path_of(desk, ("charged", "1995-03-01", {}), ("in-court", "1995", {}))

    assert len(path.unordered) == 1
