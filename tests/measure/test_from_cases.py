"""Case files entered by hand become the same table as an agency's files."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime, timedelta

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.dates import PartialDate
from candlemark.errors import NothingToMeasure
from candlemark.ids import new_id
from candlemark.ledger import Vault
from candlemark.measure import Doubt, Study, attrition, occupancy, study

AS_OF = date(2024, 12, 31)


class Desk:
    """A vault in memory and short ways to say what happened in a case."""

    def __init__(self, edition):
        seconds = itertools.count()
        start = datetime(2026, 1, 1, tzinfo=UTC)
        self.vault = Vault.in_memory(
            casefile.KINDS, clock=lambda: start + timedelta(seconds=next(seconds))
        )
        self.ledger = self.vault.ledger
        self.edition = edition
        self.case = ""

    def open_case(self):
        self.case = casefile.open_case(self.ledger, self.edition, {"en": "A case"})

    def say(self, kind, **fields):
        given = {"id": new_id("fact"), "case": self.case, "edition": self.edition.code}
        casefile.say(self.ledger, self.edition, [kind(**given | fields)])

    def person(self):
        person = new_id("person")
        self.say(facts.PersonInRole, person=person, roles=("suspect",))
        return person

    def proceeding(self, *persons, forum=facts.Forum.NATIONAL, mechanism=""):
        proceeding = new_id("proceeding")
        self.say(
            facts.ProceedingOpened,
            proceeding=proceeding,
            forum=forum,
            persons=persons,
            mechanism=mechanism,
        )
        return proceeding

    def stage(self, stage, when="", **fields):
        self.say(
            facts.StageReached,
            stage=stage,
            when=PartialDate.parse(when) if when else None,
            **fields,
        )

    def study(self, **rest):
        given = {"name": "A vault", "as_of": AS_OF}
        return Study.from_cases(casefile.cases(self.ledger), self.edition, **given | rest)


@pytest.fixture
def desk(edition):
    return Desk(edition)


def standing(figure):
    group = figure.groups[0]
    return {state: n for state, n in zip(group.states, group.standing, strict=True) if n}


def tried(desk, *, outcome="", on="2021-06-01", released=""):
    """A case reported on the first day of 2021 whose suspect is charged in March."""
    desk.open_case()
    desk.stage("reported", "2021-01-01")
    person = desk.person()
    proceeding = desk.proceeding(person)
    of = {"person": person, "proceeding": proceeding}
    desk.stage("charged", "2021-03-01", **of)
    if outcome:
        desk.stage("judged", on, outcome=outcome, **of)
    if released:
        desk.stage("released", released, **of)


def test_a_persons_way_through_a_proceeding_is_the_unit(desk):
    tried(desk)
    tried(desk, outcome="found-not-guilty")
    figure = occupancy(desk.study(), at=(150, 151, 365))

    assert figure.basis.unit == "person-in-proceeding"
    assert (figure.basis.agency, figure.basis.crosswalk) == ("A vault", "")
    assert figure.basis.from_stage == figure.basis.from_own == "reported"
    assert figure.groups[0].states == ("pending", "acquitted")
    assert [h.values[1].p for h in figure.groups[0].horizons] == [0, 0.5, 0.5]


def test_a_conviction_ends_with_the_release_and_is_a_conviction_still(desk):
    tried(desk, outcome="found-guilty")
    tried(desk, outcome="found-guilty", released="2023-01-01")
    figure = occupancy(desk.study(), at=(365, 731))

    assert standing(figure) == {"pending": 1, "convicted": 1}
    assert [h.values[1].p for h in figure.groups[0].horizons] == [0, 0.5]


def test_a_case_in_which_nobody_is_named_is_one_way_that_is_pending(desk):
    tried(desk, outcome="not-proceeded-with")
    desk.open_case()
    desk.stage("reported", "2022-05-05")
    figure = attrition(desk.study())

    assert figure.groups[0].entered == 2
    assert {row.own: (row.reached, row.ended, row.pending) for row in figure.groups[0].rows} == {
        "reported": (2, 0, 1),
        "charged": (1, 0, 0),
        "judged": (1, 1, 0),
    }


def test_a_way_beyond_the_state_does_not_enter_with_the_report_again(desk):
    tried(desk)
    person = desk.person()
    beyond = desk.proceeding(person, forum=facts.Forum.BEYOND, mechanism="ecthr")
    desk.stage("lodged", "2022-02", person=person, proceeding=beyond)
    study = desk.study()

    assert attrition(study).groups[0].entered == 1
    assert attrition(study, from_stage="lodged").groups[0].entered == 1


def test_some_time_between_two_dates_is_neither_of_them(desk):
    tried(desk, outcome="not-proceeded-with", on="2021-05/2021-08")
    figure = occupancy(desk.study(), at=(119, 243))
    dismissed = [h.values[1] for h in figure.groups[0].horizons]

    assert Doubt("date-coarse", "judged", 1) in figure.basis.doubts
    assert [value.p for value in dismissed] == [0, 1]


def test_a_date_known_to_the_year_stays_a_year(desk):
    tried(desk, outcome="not-proceeded-with", on="2021")
    figure = occupancy(desk.study(), at=(10, 200, 400))
    dismissed = [h.values[1] for h in figure.groups[0].horizons]

    assert Doubt("date-coarse", "judged", 1) in figure.basis.doubts
    assert [value.p for value in dismissed] == [0, 1, 1]
    # Charged in March, so it cannot have been in January; but nothing here refuses it.
    assert dismissed[0].high == 1


def test_cases_are_divided_by_the_grounds_of_their_incidents(desk):
    for ground in ("antisemitic", "gay", "gay"):
        tried(desk)
        desk.say(
            facts.IncidentDescribed,
            incident=new_id("incident"),
            grounds=(facts.BiasGround(ground=ground, standing=facts.GroundStanding.ALLEGED),),
        )
    tried(desk)
    figure = attrition(desk.study(), by="bias-grounds")

    assert {group.group: group.entered for group in figure.groups} == {
        "antisemitic": 1,
        "gay": 2,
        "not-recorded": 1,
    }


def test_a_vault_without_stages_has_nothing_to_measure(desk):
    with pytest.raises(NothingToMeasure, match="no case file"):
        desk.study()
    desk.open_case()
    with pytest.raises(NothingToMeasure, match="no case file of the vault holds a stage"):
        desk.study()


def test_from_the_ledger_case_files_are_known_until_the_last_entry(desk):
    with pytest.raises(NothingToMeasure, match="holds no case files"):
        study(desk.ledger, desk.edition, vault_name="A vault")
    tried(desk, outcome="amnesty")
    basis = occupancy(study(desk.ledger, desk.edition, vault_name="A vault")).basis

    assert basis.as_of == date(2026, 1, 1)
    assert (basis.ledger_size, basis.ledger_head) == (desk.ledger.size, desk.ledger.head)
    assert basis.agency == "A vault"
    assert basis.batch == ""
