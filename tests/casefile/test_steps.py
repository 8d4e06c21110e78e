"""Several statements about one stage: what is shown, and what contradicts."""

from __future__ import annotations

import pytest

from candlemark.casefile import facts
from candlemark.casefile.meanings import UNJUDGED, Meanings
from candlemark.casefile.views import Why
from candlemark.dates import PartialDate
from candlemark.ids import new_id


@pytest.fixture
def sentenced(desk):
    """Says that the same person was sentenced in the same proceeding."""
    person = desk.person("convicted-person")
    proceeding = desk.proceeding(person)

    def say(when=None, **fields):
        return desk.stage("sentenced", when, person=person, proceeding=proceeding, **fields)

    return say


def contradictions(desk):
    """(disputed field, what each side says, why) for every contradiction."""
    return [
        (one.disputed, [side.says for side in one.sides], one.why)
        for one in desk.read().contradictions
    ]


def only_event(desk):
    """The one stage event of the case."""
    (event,) = desk.read().stage_events
    return event


def test_two_sources_that_say_the_same_make_one_event_with_both(desk, sentenced):
    one, other = desk.source(), desk.source()
    first = sentenced("1995-03-02", sources=(one,))
    second = sentenced("1995-03-02", sources=(other,))

    assert only_event(desk).sources == (one, other)
    assert only_event(desk).statements == (first.id, second.id)
    assert contradictions(desk) == []


AGREEING = {
    "a year and a day of that year": ("1995", "1995-03-02", "1995-03-02"),
    "a month and a day of that month": ("1995-03", "1995-03-02", "1995-03-02"),
    "a year and a month of that year": ("1995", "1995-03", "1995-03"),
    "no date and a year": (None, "1995", "1995"),
    "a range and a month in it": ("1995-02/1995-11", "1995-03", "1995-03"),
    "a range of weeks and the year": ("1995", "1995-02-10/1995-03-05", "1995-02-10/1995-03-05"),
    "a range over two years and a year": ("1994/1995", "1995", "1995"),
    "no date and a range": (None, "1994/1997", "1994/1997"),
}


@pytest.mark.parametrize(("one", "other", "shown"), AGREEING.values(), ids=AGREEING)
def test_a_coarser_date_does_not_contradict_a_finer_one_and_the_finer_is_shown(
    desk, sentenced, one, other, shown
):
    sentenced(one)
    sentenced(other)

    assert str(only_event(desk).when) == shown
    assert contradictions(desk) == []


AGAINST = {
    "two days": ("1995-03-02", "1995-03-03", Why.RECORDED_FIRST),
    "two years": ("1995", "1996", Why.RECORDED_FIRST),
    "two months of one year": ("1995-03", "1995-04", Why.RECORDED_FIRST),
    "a year and a day of another": ("1996-02-12", "1995", Why.PRECISION),
}


@pytest.mark.parametrize(("one", "other", "why"), AGAINST.values(), ids=AGAINST)
def test_dates_that_cannot_both_be_true_are_kept_side_by_side(desk, sentenced, one, other, why):
    sentenced(one)
    sentenced(other)

    assert contradictions(desk) == [("when", [one, other], why)]
    assert str(only_event(desk).when) == one


def test_the_more_exact_of_two_contradicting_dates_is_shown_though_recorded_later(desk, sentenced):
    sentenced("1995")
    sentenced("1996-02-12")

    assert contradictions(desk) == [("when", ["1996-02-12", "1995"], Why.PRECISION)]


def test_the_more_reliable_source_is_shown_before_the_more_exact_one(desk, sentenced):
    sentenced("1996-02-12", sources=(desk.source("unreliable"),))
    sentenced("1995", sources=(desk.source("highly-reliable"),))

    assert contradictions(desk) == [("when", ["1995", "1996-02-12"], Why.RELIABILITY)]
    assert only_event(desk).when == PartialDate(1995)


def test_of_several_sources_of_one_statement_the_best_counts(desk, sentenced):
    sentenced("1995", sources=(desk.source("reliable"),))
    sentenced("1996", sources=(desk.source("unreliable"), desk.source("highly-reliable")))

    assert contradictions(desk) == [("when", ["1996", "1995"], Why.RELIABILITY)]


RANKS = (
    "highly-reliable",
    "reliable",
    "fairly-reliable",
    "unknown",
    "unreliable",
    "highly-unreliable",
)


def test_a_source_nobody_judged_ranks_between_fairly_reliable_and_unreliable(edition):
    meanings = Meanings({edition.code: edition})
    ranks = [meanings.reliability(edition.code, code) for code in RANKS]

    assert ranks == sorted(set(ranks))
    assert meanings.reliability(edition.code, "") == UNJUDGED
    assert set(RANKS) == {term.code for term in edition.scheme("reliability")}


def test_what_somebody_decided_comes_before_everything(desk, sentenced):
    one = sentenced("1995-03-02", sources=(desk.source("highly-reliable"),))
    other = sentenced("1996")
    desk.say(
        desk.make(
            facts.ContradictionNoted,
            statements=(one.id, other.id),
            shown=other.id,
            words=(facts.Words("the register was seen", "en"),),
        )
    )
    (contradiction,) = desk.read().contradictions

    assert contradiction.why is Why.CHOSEN
    assert contradiction.shown == other.id
    assert contradiction.words["en"] == "the register was seen"
    assert only_event(desk).when == PartialDate(1996)


def test_a_statement_decided_against_fills_nothing_and_stays_visible(desk, sentenced):
    one = sentenced("1995", sentence="imprisonment", claims=(facts.Claim(what="years", number=5),))
    other = sentenced("1996")
    desk.say(desk.make(facts.ContradictionNoted, statements=(one.id, other.id), shown=other.id))

    assert (only_event(desk).sentence, only_event(desk).numbers) == ("", ())
    assert only_event(desk).statements == (other.id, one.id)


DIFFERENT = {
    "two sentences": ({"sentence": "death-penalty"}, {"sentence": "fine"}, "sentence"),
    "two outcomes": ({"outcome": "convicted"}, {"outcome": "acquitted"}, "outcome"),
    "two days on which it became final": (
        {"final": "2008-02-29"},
        {"final": "2008-03-01"},
        "final",
    ),
    "two numbers under one name": (
        {"claims": (facts.Claim(what="pardoned", number=264),)},
        {"claims": (facts.Claim(what="pardoned", number=266),)},
        "numbers.pardoned",
    ),
    "one number in two units": (
        {"claims": (facts.Claim(what="award", number=10, unit="EUR"),)},
        {"claims": (facts.Claim(what="award", number=10, unit="USD"),)},
        "numbers.award",
    ),
}


@pytest.mark.parametrize(("one", "other", "disputed"), DIFFERENT.values(), ids=DIFFERENT)
def test_every_field_can_be_disputed(desk, sentenced, one, other, disputed):
    sentenced("1995", **one)
    sentenced("1995", **other)

    assert [found[0] for found in contradictions(desk)] == [disputed]


NOT_DIFFERENT = {
    "a group of outcomes and a term of it": ({"outcome": "convicted"}, {"outcome": "found-guilty"}),
    "an outcome and none": ({"outcome": "convicted"}, {}),
    "numbers under two names": (
        {"claims": (facts.Claim(what="touched", number=266),)},
        {"claims": (facts.Claim(what="released", number=264),)},
    ),
    "the same number": (
        {"claims": (facts.Claim(what="halved", number=2),)},
        {"claims": (facts.Claim(what="halved", number=2),)},
    ),
}


@pytest.mark.parametrize(("one", "other"), NOT_DIFFERENT.values(), ids=NOT_DIFFERENT)
def test_what_can_be_true_together_is_no_contradiction(desk, sentenced, one, other):
    sentenced("1995", **one)
    sentenced("1995", **other)

    assert contradictions(desk) == []


def test_what_one_statement_leaves_open_another_fills(desk, sentenced):
    sentenced("1995-03-02", sources=(desk.source("highly-reliable"),))
    sentenced("1995", sentence="death-penalty", final="1995-06")
    event = only_event(desk)

    assert (str(event.when), event.sentence, str(event.final)) == (
        "1995-03-02",
        "death-penalty",
        "1995-06",
    )


def test_a_step_tells_two_times_of_one_stage_apart(desk):
    person = desk.person()
    trial = desk.proceeding(person)
    for step, when in (("appeal", "2013-12-25"), ("cassation", "2014-06-27")):
        desk.stage("appealed", when, step=step, person=person, proceeding=trial)

    assert [str(event.when) for event in desk.read().stage_events] == ["2013-12-25", "2014-06-27"]
    assert contradictions(desk) == []


def test_two_charges_are_two_events(desk):
    person = desk.person()
    charges = []
    for _ in range(2):
        charge = desk.make(facts.ChargeBrought, charge=new_id("charge"), person=person)
        charges.append(desk.say(charge).charge)
    for charge, when in zip(charges, ("2012-06", "2012-07"), strict=True):
        desk.stage("charged", when, person=person, charges=(charge,))

    assert [event.charges for event in desk.read().stage_events] == [(one,) for one in charges]
    assert contradictions(desk) == []


def test_a_statement_without_a_step_joins_the_only_one_there_is(desk, sentenced):
    sentenced("1995", step="first instance")
    sentenced("1996")

    assert contradictions(desk) == [("when", ["1995", "1996"], Why.RECORDED_FIRST)]


def test_a_statement_without_a_step_stands_alone_where_there_are_several(desk, sentenced):
    sentenced("1995", step="one")
    sentenced("1996", step="two")
    sentenced("1997")

    assert len(desk.read().stage_events) == 3
    assert contradictions(desk) == []


def test_two_persons_and_two_proceedings_are_never_mixed(desk):
    one, other = desk.person(), desk.person()
    trial, retrial = desk.proceeding(one, other), desk.proceeding(one)
    desk.stage("judged", "2001", outcome="convicted", person=one, proceeding=trial)
    desk.stage("judged", "2002", outcome="acquitted", person=other, proceeding=trial)
    desk.stage("judged", "2003", outcome="acquitted", person=one, proceeding=retrial)

    assert len(desk.read().stage_events) == 3
    assert contradictions(desk) == []


def test_a_corrected_side_no_longer_contradicts(desk, sentenced):
    sentenced("1995")
    wrong = sentenced("1996")
    sentenced("1995-03", supersedes=(wrong.id,))

    assert contradictions(desk) == []
    assert str(only_event(desk).when) == "1995-03"


def test_a_withdrawn_side_no_longer_contradicts(desk, sentenced):
    sentenced("1995")
    desk.withdraw(sentenced("1996"))

    assert contradictions(desk) == []


def test_statements_of_any_kind_can_be_noted_as_contradicting(desk):
    one, other = desk.note("in March"), desk.note("in April")
    desk.say(desk.make(facts.ContradictionNoted, statements=(one.id, other.id)))

    assert contradictions(desk) == [("", ["", ""], Why.NOTHING_SHOWN)]


def test_a_noted_contradiction_follows_the_correction_of_its_side(desk):
    one, other = desk.note("in March"), desk.note("in April")
    desk.say(desk.make(facts.ContradictionNoted, statements=(one.id, other.id), shown=one.id))
    new_one = desk.make(facts.NoteMade, words=(facts.Words("in May", "en"),), supersedes=(one.id,))
    desk.say(new_one)
    (contradiction,) = desk.read().contradictions

    assert contradiction.shown == new_one.id


def test_a_noted_contradiction_ends_when_a_side_is_taken_back(desk):
    one, other = desk.note("in March"), desk.note("in April")
    desk.say(desk.make(facts.ContradictionNoted, statements=(one.id, other.id)))
    desk.withdraw(other)

    assert contradictions(desk) == []


def test_two_births_that_cannot_both_be_true_are_named(desk):
    person = desk.person("victim")
    for birth in ("1948", "1949-01"):
        desk.say(
            desk.make(
                facts.IdentityStated,
                person=person,
                names=(facts.Spelling(text="A. B."),),
                birth=birth,
            )
        )

    assert contradictions(desk) == [("birth", ["1948", "1949-01"], Why.RECORDED_FIRST)]
