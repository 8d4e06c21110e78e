"""The docket of a whole vault, a page at a time: the same rows as the fold of every case."""

from __future__ import annotations

import sys
from datetime import date

import pytest

from candlemark import casefile
from candlemark.casefile import facts, listing, record
from candlemark.casefile.agenda import (
    PAGE,
    Asked,
    Part,
    agenda,
    every_live_row,
    pathways_now,
    soonest,
)
from candlemark.casefile.docket_row import State
from candlemark.casefile.pathways import PathwayKept, keep_pathway
from candlemark.dates import PartialDate
from candlemark.definition import read_pathway
from candlemark.ids import new_id
from candlemark.ledger import Part as Sealed

from .test_pathways import OWN
from .test_shelf import give_models

TODAY = date(2024, 3, 1)


@pytest.fixture(params=[True, False], ids=["read model", "from the ledger"])
def shelved(request, desk, tmp_path, monkeypatch):
    if request.param:
        give_models(desk, tmp_path / "a" / "vault")
        monkeypatch.setattr(listing, "WORTH_A_MODEL", 0)
    return desk


def another(desk, title="Another case", **fields):
    desk.case = casefile.open_case(desk.ledger, desk.edition, {"en": title}, **fields)
    return desk.case


def step(desk, due, form=facts.StepForm.TASK, **fields):
    made = desk.make(
        facts.NextStep,
        step=new_id("step"),
        what=(facts.Words("Send the letter", "en"),),
        due=PartialDate.parse(due) if due else None,
        form=form,
        **fields,
    )
    return desk.say(made)


def judged(desk, when="2024-02-12", country="AZ"):
    person = desk.person()
    proceeding = desk.proceeding(person, country=country)
    desk.stage("judged", when, person=person, proceeding=proceeding)
    return person


def several(desk):
    """Cases with one of everything."""
    judged(desk)
    another(desk)
    step(desk, "2024-02-20", facts.StepForm.HEARING)
    another(desk)
    done = step(desk, "2024-01-05")
    desk.say(desk.make(facts.StepDone, step=done.step))
    another(desk)
    judged(desk, country="FR")
    another(desk)
    judged(desk, "2023-01-01")
    missed = step(desk, "2023-05")
    desk.say(desk.make(facts.StepDone, step=missed.step, outcome=facts.StepOutcome.MISSED))
    another(desk)
    person = desk.person()
    desk.say(
        desk.make(
            facts.ConsentStated,
            consent=new_id("consent"),
            person=person,
            use="publication",
            answer="given",
            review=PartialDate(2024, 4),
        )
    )
    step(desk, None)


def keys(rows):
    return sorted((row.case, row.rule, row.start, row.state) for row in rows)


def test_every_row_of_the_fold_stands_in_one_part_of_the_agenda(shelved):
    several(shelved)
    whole = casefile.docket(casefile.cases(shelved.ledger), TODAY)
    found = agenda(shelved.ledger, TODAY)
    assert keys(found.rows[Part.DUE]) == keys(whole.live)
    assert keys(found.rows[Part.UNCOUNTED]) == keys(whole.uncounted)
    assert keys(found.rows[Part.STILL]) == keys(whole.still)
    assert keys(found.rows[Part.MISSED]) == keys(whole.missed)
    settled = agenda(shelved.ledger, TODAY, part=Part.SETTLED)
    assert keys(settled.rows[Part.SETTLED]) == keys(whole.settled)
    assert [found.counts[part] for part in Part] == [4, 1, 3, 2, 1]


def test_what_must_be_acted_on_first_stands_first_and_a_step_nobody_ended_before_it(shelved):
    several(shelved)
    rows = agenda(shelved.ledger, TODAY).rows[Part.DUE]
    assert [(row.rule, row.state) for row in rows] == [
        ("hearing", State.OVERDUE),
        ("az-appeal", State.OPEN),
        ("consent-review", State.OPEN),
        ("task", State.OPEN),
    ]


def test_the_soonest_rows_are_those_the_docket_begins_with(shelved):
    several(shelved)
    whole = agenda(shelved.ledger, TODAY).rows[Part.DUE]

    assert soonest(shelved.ledger, TODAY, 3) == whole[:3]
    assert soonest(shelved.ledger, TODAY, 20) == whole


def test_for_the_soonest_rows_no_other_case_is_read(shelved, monkeypatch):
    several(shelved)
    read = []

    def some_cases(ledger, wanted):
        read.append(set(wanted))
        return record.some_cases(ledger, wanted)

    monkeypatch.setattr(sys.modules[soonest.__module__], "some_cases", some_cases)
    rows = soonest(shelved.ledger, TODAY, 2)

    assert read == [{row.case for row in rows}]


def test_filters_hold_for_every_part(shelved):
    several(shelved)
    soon = agenda(shelved.ledger, TODAY, Asked(within=7))
    assert [row.rule for row in soon.rows[Part.DUE]] == ["hearing", "az-appeal"]
    hearings = agenda(shelved.ledger, TODAY, Asked(rule="hearing"))
    assert [row.rule for row in hearings.rows[Part.DUE]] == ["hearing"]
    assert hearings.counts[Part.MISSED] == 0
    nobodys = agenda(shelved.ledger, TODAY, Asked(personless=True))
    assert [row.rule for row in nobodys.rows[Part.DUE]] == ["hearing", "task"]
    assert soon.rules == ("az-appeal", "consent-review", "generic-appeal", "hearing", "task")


def test_a_part_is_read_page_by_page_and_nothing_is_left_out(shelved):
    for _ in range(PAGE + 3):
        step(shelved, "2024-05-05")
    first = agenda(shelved.ledger, TODAY, part=Part.DUE)
    second = agenda(shelved.ledger, TODAY, part=Part.DUE, place=PAGE)
    assert (first.more, second.more) == (True, False)
    together = [row.step for one in (first, second) for row in one.rows[Part.DUE]]
    assert len(set(together)) == PAGE + 3


def test_a_pathway_that_is_added_moves_the_limits_of_cases_nobody_spoke_of(shelved):
    judged(shelved, country="XX")
    assert agenda(shelved.ledger, TODAY).counts[Part.UNCOUNTED] == 1
    keep_pathway(shelved.ledger, read_pathway(OWN, shelved.edition))
    found = agenda(shelved.ledger, TODAY)
    assert found.counts[Part.UNCOUNTED] == 0
    assert [row.rule for row in found.rows[Part.MISSED]] == ["xx-appeal"]
    assert pathways_now(shelved.ledger).kept == {"xx"}


def test_a_pathway_that_came_from_another_place_counts_at_once(shelved):
    judged(shelved, country="XX")
    agenda(shelved.ledger, TODAY)
    own = read_pathway(OWN, shelved.edition)
    said = PathwayKept(own.code, own.version, own.fingerprint, own.file)
    shelved.ledger.append([Sealed("coded", (said,))])
    assert [row.rule for row in agenda(shelved.ledger, TODAY).rows[Part.MISSED]] == ["xx-appeal"]


def test_a_calendar_gets_what_is_due_and_has_a_day(shelved):
    several(shelved)
    rows = every_live_row(shelved.ledger, TODAY)
    assert sorted(row.rule for row in rows) == ["az-appeal", "consent-review", "hearing"]
    assert [row.rule for row in every_live_row(shelved.ledger, TODAY, Asked(rule="hearing"))] == [
        "hearing"
    ]


def test_an_empty_vault_has_an_empty_docket(shelved):
    found = agenda(shelved.ledger, TODAY)
    assert found.counts[Part.DUE] == 0
    assert len(found.rows[Part.STILL]) == 1
