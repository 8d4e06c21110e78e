"""Cases that are merged, and statements that move: shown elsewhere, lost nowhere, and undone."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark import casefile
from candlemark.casefile import facts, record
from candlemark.casefile.belonging import linked
from candlemark.casefile.standing import standing
from candlemark.errors import NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Part
from candlemark.ledger.model import Models


@pytest.fixture
def two(desk):
    """The desk with a second case; its identifier stands in ``desk.other``."""
    desk.other = casefile.open_case(desk.ledger, desk.edition, {"en": "Another"}, "no-2")
    return desk


def notes(desk, case):
    return [next(iter(one.words.values())) for one in casefile.case(desk.ledger, case).notes]


def note(desk, text, case=None):
    case = case or desk.case
    return desk.say(desk.make(facts.NoteMade, case=case, words=(facts.Words(text, "en"),)))


def merge(desk):
    """The second case ends, and the first shows what was said in it."""
    return desk.say(desk.make(facts.CaseMerged, case=desk.other, into=desk.case))


def move(desk, *statements):
    """Statements of the first case go to the second."""
    ids = tuple(one.id for one in statements)
    return desk.say(desk.make(facts.StatementsMoved, statements=ids, to=desk.other))


def refused(desk, *statements):
    before = desk.ledger.size
    with pytest.raises(NotInOrder) as error:
        desk.say(*statements)
    assert desk.ledger.size == before
    return [fault.what for fault in error.value.faults]


# Merging


def test_a_merged_case_is_shown_by_the_other_and_its_address_says_where_it_went(two):
    note(two, "here")
    note(two, "there", two.other)
    merge(two)
    stays, ended = two.read(), casefile.case(two.ledger, two.other)

    assert notes(two, two.case) == ["here", "there"]
    assert (stays.merged_into, stays.title) == ("", "A neutral title")
    assert [(one.id, one.reference) for one in stays.merged] == [(two.other, "no-2")]
    assert ended.merged_into == two.case
    assert notes(two, two.other) == ["there"]
    assert ended.merged == ()


def test_merged_cases_are_counted_once(two):
    merge(two)

    assert [one.id for one in casefile.cases(two.ledger)] == [two.case]


def test_a_merge_that_is_taken_back_leaves_two_cases_as_they_were(two):
    note(two, "there", two.other)
    before = casefile.cases(two.ledger)
    merged = merge(two)
    two.say(two.make(facts.Withdrawn, case=two.other, statements=(merged.id,)))
    after = casefile.cases(two.ledger)

    assert [one.id for one in after] == [two.case, two.other]
    assert [one.notes for one in after] == [one.notes for one in before]
    assert [one.merged_into for one in after] == ["", ""]


def test_what_was_corrected_while_they_were_one_stays_corrected_where_it_belongs(two):
    old = note(two, "wrong", two.other)
    merged = merge(two)
    new = two.make(facts.NoteMade, words=(facts.Words("right", "en"),), supersedes=(old.id,))
    two.say(new)
    two.say(two.make(facts.Withdrawn, case=two.other, statements=(merged.id,)))

    assert notes(two, two.other) == ["right"]
    assert notes(two, two.case) == []


def test_a_step_said_while_they_were_one_still_shows_the_proceeding_it_is_of(two):
    person, proceeding = new_id("person"), new_id("proceeding")
    two.say(
        two.make(facts.PersonInRole, case=two.other, person=person, roles=("suspect",)),
        two.make(facts.IdentityStated, case=two.other, person=person, names=(facts.Spelling(text="Ə. B."),)),
        two.make(
            facts.ProceedingOpened, case=two.other, proceeding=proceeding,
            forum=facts.Forum.NATIONAL, persons=(person,),
        ),
    )  # fmt: skip
    merged = merge(two)
    two.stage("charged", "2020", person=person, proceeding=proceeding)
    two.say(two.make(facts.Withdrawn, case=two.other, statements=(merged.id,)))
    here = two.read()

    assert [one.id for one in here.proceedings] == [proceeding]
    assert [[name.text for name in one.names] for one in here.persons] == [["Ə. B."]]
    assert len(casefile.case(two.ledger, two.other).persons) == 1


def test_merges_are_followed_to_the_case_that_stays(two):
    third = casefile.open_case(two.ledger, two.edition, {"en": "Third"})
    note(two, "third", third)
    two.say(two.make(facts.CaseMerged, case=third, into=two.other))
    merge(two)

    assert notes(two, two.case) == ["third"]
    assert casefile.case(two.ledger, third).merged_into == two.case
    assert {one.id for one in two.read().merged} == {two.other, third}


def test_cases_merged_into_each_other_at_the_same_moment_are_one(two):
    note(two, "here")
    note(two, "there", two.other)
    for one, other in ((two.case, two.other), (two.other, two.case)):
        fact = two.make(facts.CaseMerged, case=one, into=other)
        two.ledger.append([Part("coded", (fact,))])
    (stays,) = casefile.cases(two.ledger)

    assert stays.id == min(two.case, two.other)
    assert notes(two, stays.id) == ["here", "there"]


def test_a_merge_into_a_case_whose_opening_was_taken_back_hides_nothing(two):
    note(two, "there", two.other)
    merge(two)
    opening = next(one.fact for one in two.read().history if one.kind == "CaseOpened")
    two.say(two.make(facts.Withdrawn, statements=(opening,)))

    assert [one.id for one in casefile.cases(two.ledger)] == [two.other]
    assert notes(two, two.other) == ["there"]


def test_a_merged_case_is_spoken_of_where_it_is_shown(two):
    merge(two)

    assert refused(
        two, two.make(facts.NoteMade, case=two.other, words=(facts.Words("x", "en"),))
    ) == ["it was merged into another case; say it there"]


TIED_REFUSED = {
    "merged into itself": (lambda d: d.make(facts.CaseMerged, into=d.case), "name another case"),
    "merged into none": (lambda d: d.make(facts.CaseMerged, into=new_id("case")), "no such case"),
    "moved to itself": (
        lambda d: d.make(facts.StatementsMoved, statements=(d.note().id,), to=d.case),
        "name another case",
    ),
    "moved to none": (
        lambda d: d.make(facts.StatementsMoved, statements=(d.note().id,), to=new_id("case")),
        "no such case",
    ),
    "moved though nobody said it": (
        lambda d: d.make(facts.StatementsMoved, statements=("fact_x",), to=d.other),
        "no such statement",
    ),
    "moved though it opened the case": (
        lambda d: d.make(
            facts.StatementsMoved, statements=(d.read().history[0].fact,), to=d.other
        ),
        "a statement that stands",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("make", "what"), TIED_REFUSED.values(), ids=TIED_REFUSED)
def test_what_cannot_be_meant_is_refused(two, make, what):
    statement = make(two)

    assert any(what in fault for fault in refused(two, statement))


def test_nothing_is_merged_into_a_case_that_is_over_itself(two):
    merge(two)

    assert refused(two, two.make(facts.CaseMerged, into=two.other)) == [
        "that case was merged into another; name the other"
    ]


def test_a_title_that_names_somebody_of_the_other_case_keeps_them_apart(two):
    person = new_id("person")
    names = (facts.Spelling(text="Another Person", language="en"),)
    two.say(
        two.make(facts.PersonInRole, person=person, roles=("victim",)),
        two.make(facts.IdentityStated, person=person, names=names),
    )

    assert refused(two, two.make(facts.CaseMerged, case=two.other, into=two.case)) == [
        "it holds a name of a person of the case; choose a neutral one"
    ]


# Moving


def test_statements_that_move_are_shown_in_the_other_case_only(two):
    stays, goes = note(two, "stays"), note(two, "goes")
    said = move(two, goes)

    assert (notes(two, two.case), notes(two, two.other)) == (["stays"], ["goes"])
    for case in (two.case, two.other):
        (moved,) = casefile.case(two.ledger, case).moves
        assert (moved.id, moved.case, moved.to) == (said.id, two.case, two.other)
    assert stays.id in {one.fact for one in two.read().history}


def test_a_move_that_is_taken_back_brings_them_back(two):
    moved = move(two, note(two, "goes"))
    two.withdraw(moved)

    assert (notes(two, two.case), notes(two, two.other)) == (["goes"], [])
    assert two.read().moves == ()


def test_what_a_moved_statement_corrected_does_not_come_to_light_again(two):
    old = note(two, "wrong")
    new = two.make(facts.NoteMade, words=(facts.Words("right", "en"),), supersedes=(old.id,))
    two.say(new)
    move(two, new)

    assert (notes(two, two.case), notes(two, two.other)) == ([], ["right"])


def test_a_moved_statement_is_corrected_and_taken_back_where_it_is_now(two):
    one, another = note(two, "one"), note(two, "another")
    move(two, one, another)
    two.say(
        two.make(
            facts.NoteMade, case=two.other, words=(facts.Words("one, better", "en"),), supersedes=(one.id,)
        ),
        two.make(facts.Withdrawn, case=two.other, statements=(another.id,)),
    )  # fmt: skip

    assert (notes(two, two.case), notes(two, two.other)) == ([], ["one, better"])


def test_statements_move_on_and_back_again(two):
    goes = note(two, "goes")
    move(two, goes)
    two.say(two.make(facts.StatementsMoved, case=two.other, statements=(goes.id,), to=two.case))

    assert (notes(two, two.case), notes(two, two.other)) == (["goes"], [])


def test_a_person_who_moves_takes_along_who_they_are_and_what_they_wish(two):
    person = two.person("victim")
    two.say(
        two.make(facts.IdentityStated, person=person, names=(facts.Spelling(text="Ə. B."),)),
        two.make(facts.RestraintStated, person=person, restraints=("no-telephone",)),
        two.make(
            facts.ConsentStated, consent=new_id("consent"), person=person, use="statistics", answer="refused"
        ),
    )  # fmt: skip
    role = next(one for one in two.read().history if one.kind == "PersonInRole")
    two.say(two.make(facts.StatementsMoved, statements=(role.fact,), to=two.other))
    here, there = two.read(), casefile.case(two.ledger, two.other)

    assert (here.persons, here.restraints, here.consents) == ((), (), ())
    assert [name.text for one in there.persons for name in one.names] == ["Ə. B."]
    assert len(there.restraints) == len(there.consents) == 1


def test_what_both_cases_speak_of_is_shown_in_both(two):
    source = two.source("reliable")
    two.say(two.make(facts.NoteMade, words=(facts.Words("stays", "en"),), sources=(source,)))
    goes = two.make(facts.NoteMade, words=(facts.Words("goes", "en"),), sources=(source,))
    two.say(goes)
    move(two, goes)

    for case in (two.case, two.other):
        assert [one.id for one in casefile.case(two.ledger, case).sources] == [source]


def test_cases_are_tied_through_others():
    ties = [("a", "b"), ("c", "b"), ("d", "e")]

    assert linked(ties, ["a"]) == {"a", "b", "c"}
    assert linked(ties, ["f"]) == {"f"}
    assert linked(ties, []) == frozenset()


def test_what_is_found_in_a_merged_case_is_shown_in_the_one_that_stays(two, tmp_path):
    identity = two.vault._identity
    two.ledger.models = Models(
        two.ledger, identity.vault, identity.keyring.compartments, tmp_path / "m"
    )
    note(two, "searched", two.other)
    note(two, "searched too")
    merge(two)
    (found,) = casefile.find(two.ledger, "searched")

    assert (found.id, len(found.places)) == (two.case, 2)


# Whatever is said, in whatever order: nothing is lost, and all of it is undone

DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("note"), st.integers(0, 3)),
        st.tuples(st.just("correct"), st.integers(0, 3), st.integers(0, 30)),
        st.tuples(st.just("withdraw"), st.integers(0, 3), st.integers(0, 30)),
        st.tuples(st.just("merge"), st.integers(0, 3), st.integers(0, 3)),
        st.tuples(st.just("move"), st.integers(0, 3), st.integers(0, 3), st.integers(0, 30)),
    ),
    max_size=20,
)


def four(desk):
    """Four cases that were tied once, so that what is said in one may speak of another."""
    cases = [desk.case] + [
        casefile.open_case(desk.ledger, desk.edition, {"en": f"Case {n}"}) for n in range(3)
    ]
    for case in cases[1:]:
        merged = desk.say(desk.make(facts.CaseMerged, case=case, into=desk.case))
        desk.say(desk.make(facts.Withdrawn, case=case, statements=(merged.id,)))
    return cases


def done(desk, cases, said, deed):
    """Say a deed past every check, as another program could."""
    kind, case, *rest = deed
    case = cases[case]
    fact = None
    if kind == "note" or not said:
        fact = desk.make(facts.NoteMade, case=case, words=(facts.Words("x", "en"),))
    elif kind == "correct":
        old = said[rest[0] % len(said)]
        if isinstance(old, facts.CaseMerged | facts.StatementsMoved):
            return
        fact = msgspec.structs.replace(old, id=new_id("fact"), case=case, supersedes=(old.id,))
    elif kind == "withdraw":
        fact = desk.make(facts.Withdrawn, case=case, statements=(said[rest[0] % len(said)].id,))
    elif kind == "merge":
        fact = desk.make(facts.CaseMerged, case=case, into=cases[rest[0]])
    else:
        ids = (said[rest[1] % len(said)].id,)
        fact = desk.make(facts.StatementsMoved, case=case, statements=ids, to=cases[rest[0]])
    said.append(fact)
    desk.ledger.append([Part("coded", (fact,))])


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_every_statement_that_stands_is_shown_by_some_case(deeds, new_desk):
    desk, said = new_desk(), []
    cases = four(desk)
    for deed in deeds:
        done(desk, cases, said, deed)
    flat = record.read_all(desk.ledger, None)
    standing_notes = {one.id for one in standing(flat).live if isinstance(one, facts.NoteMade)}
    files = casefile.cases(desk.ledger)
    seen = [one.id for file in files for one in file.notes]

    assert set(seen) == standing_notes
    assert len(seen) == len(set(seen))
    for one in files:
        assert casefile.case(desk.ledger, one.id) == one


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=DEEDS)
def test_merges_and_moves_that_are_all_taken_back_leave_no_trace_in_the_cases(deeds, new_desk):
    desk, said = new_desk(), []
    cases = four(desk)
    for deed in deeds:
        if deed[0] in {"note", "merge", "move"}:
            done(desk, cases, said, deed)
    for one in said:
        if isinstance(one, facts.CaseMerged | facts.StatementsMoved):
            back = desk.make(facts.Withdrawn, case=one.case, statements=(one.id,))
            desk.ledger.append([Part("coded", (back,))])
    for file in casefile.cases(desk.ledger):
        own = [one.id for one in said if isinstance(one, facts.NoteMade) and one.case == file.id]
        assert [one.id for one in file.notes] == own
        assert (file.merged_into, file.merged, file.moves) == ("", (), ())
    assert len(casefile.cases(desk.ledger)) == 4
