"""The ways that figures count are kept for each case and follow from its statements alone."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark.casefile import facts, using
from candlemark.casefile.lines.way import Step, Way, read, written
from candlemark.ids import new_id

from .test_shelf import MOVES, give_models, parts_of

CODES = st.sampled_from(["reported", "charged", "judged", ""])
DAYS = st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1))
STEPS = st.builds(Step, stage=CODES, earliest=DAYS, latest=DAYS, outcome=CODES, ends=st.booleans())
WAYS = st.builds(
    Way,
    case=st.just("case_1"),
    steps=st.lists(STEPS, max_size=4).map(tuple),
    grounds=st.lists(CODES, max_size=2).map(tuple),
    offences=st.lists(CODES, max_size=2).map(tuple),
    beyond=st.booleans(),
)


@given(st.lists(WAYS, max_size=3).map(tuple))
def test_ways_come_back_as_they_were_kept(ways):
    assert read("case_1", written(ways)) == ways


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(moves=MOVES)
def test_ways_that_grew_are_those_folded_from_the_whole_ledger(
    moves, new_desk, edition, tmp_path_factory
):
    desk, cases, said = new_desk(), [], []
    give_models(desk, tmp_path_factory.mktemp("models") / "a" / "b")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(using, "WORTH_A_MODEL", 0)
        for move in moves:
            if move[0] == "ask":
                using.ways_for_statistics(desk.ledger)
            else:
                desk.ledger.append(parts_of(move, cases, said, edition))
        kept = using.ways_for_statistics(desk.ledger)
        desk.ledger.models.forget()
        rebuilt = using.ways_for_statistics(desk.ledger)
    folded = using.ways_for_statistics(desk.ledger)

    assert by_case(kept) == by_case(rebuilt) == by_case(folded)
    assert kept.left_out == rebuilt.left_out == folded.left_out


def by_case(courses):
    found = {}
    for way in courses.ways:
        found.setdefault(way.case, []).append(way)
    return found


def test_a_case_that_must_not_be_counted_is_left_out_of_what_is_kept(desk, tmp_path, monkeypatch):
    person = desk.person("suspect")
    desk.stage("reported", "2020-01-05")
    give_models(desk, tmp_path / "a" / "vault")
    monkeypatch.setattr(using, "WORTH_A_MODEL", 0)
    (way,) = using.ways_for_statistics(desk.ledger).ways
    assert [(step.stage, step.earliest) for step in way.steps] == [("reported", date(2020, 1, 5))]

    refused = {"consent": new_id("consent"), "use": "statistics", "answer": "refused"}
    desk.say(desk.make(facts.ConsentStated, person=person, **refused))
    after = using.ways_for_statistics(desk.ledger)
    assert (after.ways, after.left_out) == ((), 1)
