"""What a case does not say yet, and what is best done in it next."""

from __future__ import annotations

import pytest

from candlemark import casefile
from candlemark.casefile import KINDS, facts
from candlemark.casefile.gaps import Gap, Missing, NextAction, gaps, next_action
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.errors import NotInOrder
from candlemark.ids import new_id
from candlemark.ledger import Vault


@pytest.fixture(scope="module")
def edition():
    return Definition.load()


class Begun:
    """A case under its title, and a short way to say more."""

    def __init__(self, vault, edition):
        self.ledger, self.edition = vault.ledger, edition
        self.case = casefile.open_case(vault.ledger, edition, {"en": "A window at night"})

    def fact(self, kind, **fields):
        common = {"id": new_id("fact"), "case": self.case, "edition": self.edition.code}
        return kind(**(common | fields))

    def say(self, kind, **fields):
        fact = self.fact(kind, **fields)
        casefile.say(self.ledger, self.edition, [fact])
        return fact

    @property
    def file(self):
        return casefile.case(self.ledger, self.case)

    @property
    def missing(self):
        return {one.what for one in gaps(self.file, self.edition)}


@pytest.fixture
def begun(edition):
    with Vault.in_memory(KINDS, "Gaps") as vault:
        yield Begun(vault, edition)


def test_a_case_that_has_only_a_title_misses_everything_and_is_to_be_gone_on_with(begun):
    assert begun.missing == {
        Missing.INCIDENT,
        Missing.PERSON,
        Missing.SOURCE,
        Missing.STAGE,
        Missing.NEXT_STEP,
    }
    assert next_action(begun.file) is NextAction.GO_ON


def test_what_was_answered_with_a_reason_is_no_gap(begun):
    begun.say(
        facts.IncidentDescribed,
        incident=new_id("incident"),
        absent=(facts.Absence("when", "refused"),),
    )

    assert Missing.WHEN not in begun.missing
    assert Missing.PLACE in begun.missing
    assert begun.file.incident.absent == {"when": "refused"}


def test_what_is_missing_of_a_person_names_the_person(begun):
    person = new_id("person")
    begun.say(facts.PersonInRole, person=person, roles=("victim",))
    about = {one for one in gaps(begun.file, begun.edition) if one.person}

    assert about == {
        Gap(Missing.NAME, person),
        Gap(Missing.RESTRAINT, person),
        Gap(Missing.CONSENT, person),
    }


def test_once_something_is_waited_for_what_has_happened_is_to_be_recorded(begun):
    begun.say(facts.IncidentDescribed, incident=new_id("incident"))
    begun.say(facts.PersonInRole, person=new_id("person"), roles=("victim",))

    assert next_action(begun.file) is NextAction.DECIDE

    step = begun.say(facts.NextStep, step=new_id("step"), what=(facts.Words("Call", "en"),))

    assert next_action(begun.file) is NextAction.RECORD

    begun.say(facts.StepDone, step=step.step)

    assert next_action(begun.file) is NextAction.DECIDE


def test_a_reason_beside_an_answer_is_refused_at_its_field(begun):
    with pytest.raises(NotInOrder) as refused:
        begun.say(
            facts.IncidentDescribed,
            incident=new_id("incident"),
            when=PartialDate(2024),
            absent=(facts.Absence("when", "unknown"), facts.Absence("colour", "unknown")),
        )

    assert [fault.where.partition(", ")[2] for fault in refused.value.faults] == ["when", "absent"]


def test_a_reason_has_to_be_a_term_of_absences(begun):
    with pytest.raises(NotInOrder) as refused:
        begun.say(
            facts.IncidentDescribed,
            incident=new_id("incident"),
            absent=(facts.Absence("when", "lazy"),),
        )

    assert "absent[1].why" in refused.value.faults[0].where


# Two who correct the same


def test_who_knows_of_anothers_correction_may_let_both_stand_as_a_contradiction(begun):
    source = new_id("source")
    first = begun.say(facts.SourceCited, source=source, form=facts.SourceForm.DOCUMENT)
    theirs = begun.say(
        facts.SourceCited,
        source=source,
        form=facts.SourceForm.DOCUMENT,
        reliability="reliable",
        supersedes=(first.id,),
    )
    mine = begun.fact(
        facts.SourceCited,
        source=source,
        form=facts.SourceForm.DOCUMENT,
        reliability="unreliable",
        supersedes=(first.id,),
    )
    with pytest.raises(NotInOrder):
        casefile.say(begun.ledger, begun.edition, [mine])

    noted = begun.fact(facts.ContradictionNoted, statements=(theirs.id, mine.id))
    casefile.say(begun.ledger, begun.edition, [mine, noted])
    (contradiction,) = begun.file.contradictions

    assert {side.statement for side in contradiction.sides} == {theirs.id, mine.id}


def test_every_statement_of_a_case_is_read_with_its_entry(begun):
    begun.say(facts.NoteMade, words=(facts.Words("x", "en"),))
    said = casefile.said_in(begun.ledger, begun.case)

    assert [type(fact) for _, fact in said] == [facts.CaseOpened, facts.NoteMade]
    assert [entry.n for entry, _ in said] == sorted(entry.n for entry, _ in said)
    assert casefile.said_in(begun.ledger, new_id("case")) == ()
