"""How things stand for one person, as far as the statements say."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import custody, facts
from candlemark.casefile.custody import Custody
from candlemark.dates import PartialDate


@pytest.fixture
def life(desk):
    """A convicted person with a trial; says stages and turns of life."""

    class Life:
        person = desk.person("convicted-person")
        trial = desk.proceeding(person)

        def stage(self, stage, when=None, **fields):
            given = {"person": self.person, "proceeding": self.trial}
            return desk.stage(stage, when, **given | fields)

        def turn(self, turn, when=None, **fields):
            made = desk.make(facts.LifeTurned, person=self.person, turn=turn, when=when, **fields)
            return desk.say(made)

        def state(self):
            return casefile.person_state(desk.read(), self.person)

    return Life()


def test_the_codes_that_decide_are_terms_of_the_edition(edition):
    stages = {
        code for code in custody._FREES | custody._ENDS_SENTENCE if code not in set(facts.Turn)
    }

    assert all(code in edition.scheme("stages") for code in stages)
    assert all(code in edition.scheme("outcomes") for code in custody._TO_CARRY_OUT)
    assert custody.LOSS_OF_CITIZENSHIP in edition.scheme("sentences")


def test_of_somebody_about_whom_nothing_is_said_nothing_is_said(life):
    state = life.state()

    assert (state.custody, state.custody_since, state.custody_certain) == (
        Custody.UNKNOWN,
        None,
        True,
    )
    assert (state.sentences, state.citizenship_lost, state.beyond) == ((), None, ())


def test_a_sentence_of_imprisonment_does_not_prove_that_somebody_is_held(life):
    life.stage("sentenced", "1995", sentence="imprisonment")

    assert life.state().custody is Custody.UNKNOWN


CUSTODY = {
    "detained": ([("detained", "1993")], Custody.HELD, "1993", True),
    "detained, then freed": ([("detained", "1993"), ("freed", "1994")], Custody.FREE, "1994", True),
    "freed, then detained, in the other order recorded": (
        [("detained", "1995"), ("freed", "1994")], Custody.HELD, "1995", True),
    "detained and freed in one year, which is not certain": (
        [("detained", "1994"), ("freed", "1994")], Custody.FREE, "1994", False),
    "detained on a day nobody noted, which is not certain": (
        [("freed", "1994"), ("detained", None)], Custody.HELD, "None", False),
    "out of the country": ([("detained", "1993"), ("left-country", "2004-09")], Custody.FREE, "2004-09", True),
    "dead, whatever was before": ([("detained", None), ("died", "2022-12-22")], Custody.DEAD, "2022-12-22", True),
}  # fmt: skip


@pytest.mark.parametrize(("turns", "expected", "since", "certain"), CUSTODY.values(), ids=CUSTODY)
def test_custody_by_the_turns_of_life(life, turns, expected, since, certain):
    for turn, when in turns:
        life.turn(facts.Turn(turn), when)
    state = life.state()

    assert (state.custody, str(state.custody_since), state.custody_certain) == (
        expected,
        since,
        certain,
    )


@pytest.mark.parametrize("stage", ["served", "pardoned", "released"])
def test_a_stage_that_ends_custody_frees(life, stage):
    life.turn(facts.Turn.DETAINED, "1993")
    event = life.stage(stage, "2004-09-03")
    state = life.state()

    assert (state.custody, state.custody_by) == (Custody.FREE, event.id)


def test_a_commutation_puts_a_sentence_in_place_of_another(life):
    sentence = life.stage("sentenced", "1995", sentence="death-penalty")
    life.stage("commuted", sentence="life-imprisonment", follows=(sentence.id,))
    (state,) = life.state().sentences

    assert (state.sentence, state.imposed.sentence, state.ended, state.certain) == (
        "life-imprisonment",
        "death-penalty",
        None,
        True,
    )


def test_a_commutation_whose_order_is_open_is_not_certain(life):
    life.stage("sentenced", "1995", sentence="death-penalty")
    life.stage("commuted", sentence="life-imprisonment")

    assert life.state().sentences[0].certain is False


def test_a_pardon_ends_a_sentence_and_a_release_does_not(life):
    life.stage("sentenced", "1995", sentence="imprisonment")
    life.stage("released", "2003")

    assert life.state().sentences[0].ended is None

    life.stage("pardoned", "2004")

    assert life.state().sentences[0].ended.stage == "pardoned"


def test_two_trials_have_two_sentences(desk, life):
    life.stage("sentenced", "1995", sentence="imprisonment")
    other = desk.proceeding(life.person)
    life.stage("sentenced", "1999", sentence="fine", proceeding=other)

    assert [state.sentence for state in life.state().sentences] == ["imprisonment", "fine"]


def test_loss_of_citizenship_is_kept_apart_from_the_sentence(life):
    life.stage("sentenced", "1995", sentence="imprisonment")
    life.stage("enforced", "2004-09-03", sentence="loss-of-citizenship")
    state = life.state()

    assert [one.sentence for one in state.sentences] == ["imprisonment"]
    assert state.citizenship_lost.when == PartialDate(2004, 9, 3)


def test_departure_and_death_are_kept_with_their_dates(life):
    life.turn(facts.Turn.LEFT_COUNTRY, "2004-09", country="NL")
    life.turn(facts.Turn.DIED, "2022-12-22")
    state = life.state()

    assert (state.left_country.country, str(state.left_country.when)) == ("NL", "2004-09")
    assert str(state.died.when) == "2022-12-22"


def test_somebody_who_came_back_is_not_abroad(life):
    life.turn(facts.Turn.LEFT_COUNTRY, "2004-09")
    life.turn(facts.Turn.RETURNED, "2010")

    assert life.state().left_country is None


SUPERVISION = {
    "no judgment yet": ([("lodged", {})], False),
    "a violation found": ([("judged-beyond", {"outcome": "violation-found"})], True),
    "a friendly settlement": ([("judged-beyond", {"outcome": "friendly-settlement"})], True),
    "no violation": ([("judged-beyond", {"outcome": "no-violation"})], False),
    "decided, and nobody noted how": ([("judged-beyond", {})], False),
    "executed": ([("judged-beyond", {"outcome": "violation-found"}), ("executed", {})], False),
}


@pytest.mark.parametrize(("stages", "supervised"), SUPERVISION.values(), ids=SUPERVISION)
def test_a_judgment_beyond_the_state_is_supervised_until_it_is_executed(
    desk, life, stages, supervised
):
    strasbourg = desk.proceeding(life.person, mechanism="ecthr", docket="1/03")
    for stage, fields in stages:
        life.stage(stage, proceeding=strasbourg, **fields)
    (beyond,) = life.state().beyond

    assert (beyond.supervised, beyond.docket, beyond.mechanism) == (supervised, "1/03", "ecthr")


def test_when_a_judgment_became_final_and_was_last_seen_pending_stands_with_it(desk, life):
    strasbourg = desk.proceeding(life.person, mechanism="ecthr")
    life.stage("judged-beyond", "2016-02-04", final="2016-06-06", proceeding=strasbourg)
    desk.say(desk.make(facts.StillPending, proceeding=strasbourg, on="2021-12-02"))
    (beyond,) = life.state().beyond

    assert (str(beyond.final), str(beyond.seen_pending.on)) == ("2016-06-06", "2021-12-02")


def test_the_case_of_somebody_else_changes_nothing(desk, life):
    other = desk.person("convicted-person")
    desk.say(desk.make(facts.LifeTurned, person=other, turn=facts.Turn.DIED, when="2000"))

    assert life.state().died is None
