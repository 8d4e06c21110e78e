"""Who said what when, what became of it, and how a case stood at a moment."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.history import Deed
from candlemark.casefile.standing import Stands
from candlemark.dates import PartialDate
from candlemark.errors import UnknownCase
from candlemark.ids import new_id


def words(text):
    return (facts.Words(text, "en"),)


def told(desk):
    return casefile.history(desk.ledger, desk.case).happenings


def test_every_statement_is_there_with_who_said_it_and_where(desk):
    note = desk.note("said")
    (_, last) = told(desk)
    me = desk.vault.members.me

    assert (last.deed, last.statement, last.thing) == (Deed.SAID, note.id, note.id)
    assert (last.member, last.n, last.kind) == (me.code, desk.ledger.size - 1, "NoteMade")
    assert [(one.field, one.value, one.before) for one in last.fields] == [
        ("words", words("said"), None)
    ]


def test_a_correction_is_shown_with_the_fields_it_changes(desk):
    person = desk.person("suspect")
    old = desk.stage("charged", "2020", person=person, outcome="")
    new = desk.make(
        facts.StageReached, stage="charged", when="2020-05", person=person, supersedes=(old.id,)
    )
    desk.say(new)
    before, after = told(desk)[-2:]

    assert (before.stands, before.by) == (Stands.CORRECTED, (new.id,))
    assert (after.deed, after.names, after.thing) == (Deed.CORRECTED, (old.id,), old.id)
    assert [(one.field, one.before, one.value) for one in after.fields] == [
        ("when", PartialDate(2020), PartialDate(2020, 5))
    ]


def test_a_field_that_was_emptied_is_told(desk):
    person = desk.person("suspect", note=words("afraid"))
    role = desk.read().persons[0].statements[0]
    desk.say(desk.make(facts.PersonInRole, person=person, roles=("suspect",), supersedes=(role,)))

    assert [(one.field, one.before, one.value) for one in told(desk)[-1].fields] == [
        ("note", words("afraid"), ())
    ]


def test_taking_back_and_bringing_back_are_deeds_of_their_own(desk):
    note = desk.note()
    back = desk.withdraw(note)
    again = desk.withdraw(back)
    deeds = [(one.deed, one.stands) for one in told(desk)[-3:]]

    assert deeds == [
        (Deed.SAID, Stands.YES),
        (Deed.WITHDREW, Stands.WITHDRAWN),
        (Deed.RESTORED, Stands.YES),
    ]
    assert told(desk)[-1].names == (back.id, note.id)
    of_note = casefile.history(desk.ledger, desk.case).of(note.id)
    assert [one.statement for one in of_note] == [note.id, back.id, again.id]


def test_the_history_of_one_field_leaves_out_what_did_not_touch_it(desk):
    old = desk.stage("charged", "2020")
    middle = desk.make(
        facts.StageReached, stage="charged", when="2020", note=words("x"), supersedes=(old.id,)
    )
    desk.say(middle)
    new = desk.make(
        facts.StageReached, stage="charged", when="2021", note=words("x"), supersedes=(middle.id,)
    )
    desk.say(new)
    found = casefile.history(desk.ledger, desk.case).of(old.id, "when")

    assert [one.statement for one in found] == [old.id, new.id]


def test_merging_and_moving_are_told_in_both_cases(desk):
    other = casefile.open_case(desk.ledger, desk.edition, {"en": "Other"})
    note = desk.note()
    desk.say(desk.make(facts.StatementsMoved, statements=(note.id,), to=other))
    desk.say(desk.make(facts.CaseMerged, case=other, into=desk.case))
    here = [one.deed for one in told(desk)]

    assert (Deed.MOVED in here, Deed.MERGED in here) == (True, True)
    assert Deed.MOVED in [one.deed for one in casefile.history(desk.ledger, other).happenings]
    assert {one.case for one in told(desk)} == {desk.case, other}


def test_the_history_names_the_member_whose_device_signed(three, edition):
    with three.open() as vault:
        case = casefile.open_case(vault.ledger, edition, {"en": "Neutral"})
    with three.open("Ramin") as vault:
        note = facts.NoteMade(
            id=new_id("fact"), case=case, edition=edition.code, words=words("by Ramin")
        )
        casefile.say(vault.ledger, edition, [note])
        first, second = casefile.history(vault.ledger, case).happenings

        assert (second.name, second.member) == ("Ramin", three.code(vault, "Ramin"))
        assert first.member == three.code(vault, "founder")


def test_a_case_is_seen_as_it_stood_after_an_entry(desk):
    desk.note("one")
    moment = desk.ledger.size - 1
    two = desk.note("two")
    desk.withdraw(two)
    then = casefile.as_of(desk.ledger, desk.case, moment)
    later = casefile.as_of(desk.ledger, desk.case, moment + 1)

    assert [one.words["en"] for one in then.notes] == ["one"]
    assert [one.words["en"] for one in later.notes] == ["one", "two"]
    assert casefile.as_of(desk.ledger, desk.case, desk.ledger.size) == desk.read()


def test_before_it_was_opened_there_was_no_case(desk):
    other = casefile.open_case(desk.ledger, desk.edition, {"en": "Other"})
    for ask in (casefile.as_of, lambda *those: casefile.compare(*those, 5)):
        with pytest.raises(UnknownCase):
            ask(desk.ledger, other, 0)
    with pytest.raises(UnknownCase):
        casefile.history(desk.ledger, new_id("case"))


def test_two_moments_are_compared_field_by_field(desk):
    old = desk.stage("charged", "2020")
    gone = desk.note("gone")
    n = desk.ledger.size - 1
    desk.say(
        desk.make(facts.StageReached, stage="charged", when="2021", supersedes=(old.id,)),
        desk.make(facts.Withdrawn, statements=(gone.id,)),
        desk.make(facts.NoteMade, words=words("new")),
    )
    found = casefile.compare(desk.ledger, desk.case, n, desk.ledger.size - 1)

    assert [(one.kind, one.field, one.before, one.after) for one in found] == [
        ("StageReached", "when", (PartialDate(2020),), (PartialDate(2021),)),
        ("NoteMade", "words", (words("gone"),), ()),
        ("NoteMade", "words", (), (words("new"),)),
    ]
    assert found[0].thing == old.id


def test_corrections_made_at_the_same_moment_are_both_there(desk):
    old = desk.stage("charged", "2020")
    n = desk.ledger.size - 1
    for when in ("2021", "2022"):
        fact = desk.make(facts.StageReached, stage="charged", when=when, supersedes=(old.id,))
        desk.ledger.append([casefile.record.Part("coded", (fact,))])
    (found,) = casefile.compare(desk.ledger, desk.case, n, desk.ledger.size)

    assert found.after == (PartialDate(2021), PartialDate(2022))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(deeds=st.lists(st.tuples(st.sampled_from("ncw"), st.integers(0, 20)), max_size=12))
def test_every_moment_is_what_the_case_was_then_and_nothing_is_missing(deeds, new_desk):
    desk, said, then = new_desk(), [], []
    for deed, number in deeds:
        old = said[number % len(said)] if said else None
        if deed == "c" and isinstance(old, facts.NoteMade):
            fact = desk.make(facts.NoteMade, words=words("x"), supersedes=(old.id,))
        elif deed == "w" and old is not None:
            fact = desk.make(facts.Withdrawn, statements=(old.id,))
        else:
            fact = desk.make(facts.NoteMade, words=words("x"))
        desk.ledger.append([casefile.record.Part("coded", (fact,))])
        said.append(fact)
        then.append((desk.ledger.size - 1, desk.read()))

    assert [one.statement for one in told(desk)][1:] == [one.id for one in said]
    for n, case in then:
        assert casefile.as_of(desk.ledger, desk.case, n) == case
        assert casefile.compare(desk.ledger, desk.case, n, n) == ()
