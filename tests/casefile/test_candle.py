"""How far a case came: what is not recorded is not called not reached, and no day is lent."""

from __future__ import annotations

import pytest

from candlemark.casefile import facts, person_paths, timeline
from candlemark.casefile.candle import Part, Standing, candle
from candlemark.casefile.rows import rows
from candlemark.dates import PartialDate
from candlemark.ids import new_id


def marks(desk):
    """The marks of the desk's case, by stage."""
    return {mark.stage.code: mark for mark in candle(timeline(desk.read()), desk.edition)}


def standings(desk):
    return {code: mark.standing for code, mark in marks(desk).items()}


@pytest.fixture
def tried(desk):
    """A person sentenced to death in 1995, of whose trial nothing else is recorded."""
    person = desk.person()
    where = {"person": person, "proceeding": desk.proceeding(person)}
    desk.stage("sentenced", "1995", sentence="death-penalty", **where)
    return where


def test_a_stage_before_one_that_was_reached_is_not_recorded(desk, tried):
    found = standings(desk)
    before = ["occurred", "reported", "recorded", "bias-recognised", "investigated"]

    assert {found[code] for code in [*before, "charged", "in-court", "judged"]} == {
        Standing.UNRECORDED
    }
    assert found["sentenced"] is Standing.WAITING


def test_a_stage_after_the_furthest_one_is_ahead(desk, tried):
    found = standings(desk)

    assert {found[code] for code in ("appealed", "enforced", "beyond-state")} == {Standing.AHEAD}


def test_a_stage_between_two_that_were_reached_is_not_recorded(desk, tried):
    desk.stage("served", "2004", **tried)

    assert standings(desk)["appealed"] is Standing.UNRECORDED


def test_what_was_lodged_beyond_the_state_says_nothing_of_the_states_own_stages(desk):
    person = desk.person()
    desk.stage("charged", "2012", person=person, proceeding=desk.proceeding(person))
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    desk.stage("lodged", "2012", person=person, proceeding=strasbourg)
    found = standings(desk)

    assert found["suspect-identified"] is Standing.UNRECORDED
    assert (found["judged"], found["beyond-state"]) == (Standing.AHEAD, Standing.WAITING)


def test_where_only_a_body_beyond_the_state_is_recorded_the_states_stages_are_not(desk):
    person = desk.person()
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    desk.stage("judged-beyond", "2007", person=person, proceeding=strasbourg)
    found = standings(desk)

    assert {found[code] for code in found if code != "beyond-state"} == {Standing.UNRECORDED}


def test_a_case_without_a_stage_has_nothing_behind_it(desk):
    assert set(standings(desk).values()) == {Standing.AHEAD}


def test_the_day_of_a_pardon_is_not_given_as_the_day_of_enforcement(desk, tried):
    desk.stage("commuted", None, sentence="life-imprisonment", **tried)
    desk.stage("pardoned", "2004-09-03", **tried)
    mark = marks(desk)["enforced"]

    assert (mark.standing, mark.when, mark.dated) == (Standing.REACHED, None, False)
    assert set(mark.parts) == {
        Part("commuted", "", None, apart=False),
        Part("pardoned", "", PartialDate(2004, 9, 3), apart=False),
    }


def test_citizenship_taken_away_by_decree_is_no_enforcement_of_the_sentence(desk, tried):
    desk.stage("enforced", "2004-09-03", sentence="loss-of-citizenship", **tried)
    mark = marks(desk)["enforced"]

    assert (mark.standing, mark.when, mark.dated) == (Standing.AHEAD, None, False)
    assert mark.parts == (
        Part("enforced", "loss-of-citizenship", PartialDate(2004, 9, 3), apart=True),
    )


def test_a_measure_apart_from_the_sentence_is_marked_in_the_timeline(desk, tried):
    taken = desk.stage("enforced", "2004-09-03", sentence="loss-of-citizenship", **tried)
    found = [row.event.id for row in rows(timeline(desk.read())) if row.apart]

    assert found == [taken.id]


def test_a_way_does_not_stand_at_a_measure_apart_from_its_sentence(desk, tried):
    desk.stage("enforced", "2004-09-03", sentence="loss-of-citizenship", **tried)
    (path,) = person_paths(desk.read())

    assert (path.last.stage, path.ended) == ("sentenced", False)
    assert standings(desk)["sentenced"] is Standing.WAITING


@pytest.mark.parametrize("enforced", ["", "death-penalty"])
def test_a_sentence_that_is_enforced_has_its_day(desk, tried, enforced):
    desk.stage("enforced", "1996", sentence=enforced, **tried)
    mark = marks(desk)["enforced"]

    assert (mark.standing, mark.when, mark.parts) == (Standing.WAITING, PartialDate(1996), ())


def test_what_was_put_in_place_of_a_sentence_is_enforced_as_the_sentence(desk, tried):
    desk.stage("commuted", "1998", sentence="life-imprisonment", **tried)
    desk.stage("enforced", "1999", sentence="life-imprisonment", **tried)

    assert marks(desk)["enforced"].when == PartialDate(1999)


def test_a_narrower_kind_of_the_sentence_is_the_sentence(desk):
    person = desk.person()
    where = {"person": person, "proceeding": desk.proceeding(person)}
    desk.stage("sentenced", "2001", sentence="imprisonment", **where)
    desk.stage("enforced", "2002", sentence="local-detention", **where)

    assert timeline(desk.read()).apart == ()


def test_where_no_sentence_is_recorded_what_is_enforced_is_taken_to_be_it(desk):
    person = desk.person()
    desk.stage(
        "enforced",
        "2002",
        sentence="loss-of-citizenship",
        person=person,
        proceeding=desk.proceeding(person),
    )

    assert timeline(desk.read()).apart == ()
    assert marks(desk)["enforced"].when == PartialDate(2002)


def test_a_contradiction_between_statements_of_one_stage_shows_at_the_stage(desk):
    one = desk.stage("pardoned", "2004", claims=(facts.Claim(what="touched", number=266),))
    other = desk.stage("pardoned", "2004", claims=(facts.Claim(what="pardoned", number=264),))
    desk.say(desk.make(facts.ContradictionNoted, statements=(one.id, other.id)))

    (row,) = [row for row in rows(timeline(desk.read())) if row.event]
    assert row.differs


def test_the_sides_of_a_contradiction_about_a_number_hold_the_number(desk):
    for number in (264, 266):
        claim = facts.Claim(what="pardoned", number=number, unit="person")
        desk.stage("pardoned", "2004", claims=(claim,))
    (found,) = desk.read().contradictions

    assert [[(one.what, one.number) for one in side.numbers] for side in found.sides] == [
        [("pardoned", 264)],
        [("pardoned", 266)],
    ]


def test_who_tells_what_happened_says_that_it_occurred(desk):
    when = PartialDate(2024, 2, 29)
    desk.say(desk.make(facts.IncidentDescribed, incident=new_id("incident"), when=when))
    found = marks(desk)

    assert (found["occurred"].standing, found["occurred"].when) == (Standing.REACHED, when)
    assert found["reported"].standing is Standing.AHEAD


def test_an_incident_says_nothing_of_the_stages_before_a_judgment(desk, tried):
    desk.say(desk.make(facts.IncidentDescribed, incident=new_id("incident")))
    found = standings(desk)

    assert found["occurred"] is Standing.REACHED
    assert found["reported"] is Standing.UNRECORDED
