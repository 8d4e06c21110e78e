"""The docket: what is due in all cases."""

from __future__ import annotations

from dataclasses import fields
from datetime import date

import pytest

from candlemark import casefile
from candlemark.casefile import facts
from candlemark.casefile.docket import DocketRow, State, docket_by
from candlemark.casefile.limits import shipped_rules

STRASBOURG = ("ecthr-six-months", "ecthr-four-months")
TODAY = date(2023, 6, 15)


def decided(desk, when, person="", rules=STRASBOURG, **more):
    """A final domestic decision."""
    return desk.say(
        desk.make(
            facts.LimitTriggered,
            trigger=facts.Trigger.FINAL_DOMESTIC_DECISION,
            when=when,
            person=person,
            rules=rules,
            **more,
        )
    )


def states(desk, today=TODAY):
    """(rule, state) in the order of the docket."""
    return [(row.rule, row.state) for row in casefile.docket([desk.read()], today).rows]


BY_DAY = {
    "before the last day it is open": (date(2023, 6, 30), State.OPEN),
    "on the last day it is open still": (date(2023, 7, 1), State.OPEN),
    "the day after it has passed": (date(2023, 7, 2), State.PASSED),
}


@pytest.mark.parametrize(("today", "state"), BY_DAY.values(), ids=BY_DAY)
def test_a_limit_by_the_day_it_is_looked_at(desk, today, state):
    decided(desk, "2023-03-01")

    assert states(desk, today)[-1] == ("ecthr-four-months", state)


def test_inside_the_range_of_a_coarse_last_day_it_may_have_passed(desk):
    decided(desk, "2023-02")

    assert states(desk, date(2023, 6, 15)) == [("ecthr-four-months", State.MAY_HAVE_PASSED)]


LODGED = {
    "in time": ("2023-06-30", State.MET),
    "on the last day": ("2023-07-01", State.MET),
    "a day too late": ("2023-07-02", State.LATE),
    "on the day of the decision": ("2023-03-01", State.MET),
    "before the decision, which may be about something else": ("2022-11-11", State.IN_DOUBT),
    "in the month that begins with the day of the decision": ("2023-03", State.MET),
    "in the year of the decision and of the last day": ("2023", State.IN_DOUBT),
    "in the month of the last day, which leaves it in doubt": ("2023-07", State.IN_DOUBT),
    "in a month before it": ("2023-06", State.MET),
    "in a month after it": ("2023-08", State.LATE),
    "on a day nobody noted": (None, State.IN_DOUBT),
}


@pytest.mark.parametrize(("when", "state"), LODGED.values(), ids=LODGED)
def test_an_application_lodged(desk, when, state):
    person = desk.person("victim")
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    decided(desk, "2023-03-01", person)
    desk.stage("lodged", when, person=person, proceeding=strasbourg)

    assert ("ecthr-four-months", state) in states(desk)


def test_a_doubt_is_live_until_the_last_day_and_stays_visible_after_it(desk):
    person = desk.person("victim")
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    decided(desk, "2023-03-01", person)
    desk.stage("lodged", "2012", person=person, proceeding=strasbourg)

    assert states(desk, date(2023, 7, 1)) == [("ecthr-four-months", State.IN_DOUBT)]
    assert states(desk, date(2023, 7, 2)) == [
        ("", State.NO_NEXT_STEP),
        ("ecthr-four-months", State.IN_DOUBT),
    ]
    assert casefile.docket([desk.read()], date(2023, 7, 2)).live == ()


def test_an_application_after_a_coarse_decision_may_have_come_before_it(desk):
    person = desk.person("victim")
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    decided(desk, "2023-03", person)
    desk.stage("lodged", "2023-03-20", person=person, proceeding=strasbourg)

    assert states(desk) == [("ecthr-four-months", State.IN_DOUBT)]


def test_of_two_applications_the_one_in_time_counts(desk):
    person = desk.person("victim")
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    decided(desk, "2023-03-01", person)
    desk.stage("lodged", "2023-08-01", person=person, proceeding=strasbourg, step="second")
    desk.stage("lodged", "2023-06-01", person=person, proceeding=strasbourg, step="first")

    assert ("ecthr-four-months", State.MET) in states(desk)


def test_an_application_of_somebody_else_meets_nothing(desk):
    one, other = desk.person("victim"), desk.person("victim")
    strasbourg = desk.proceeding(other, mechanism="ecthr")
    decided(desk, "2023-03-01", one)
    desk.stage("lodged", "2023-06-01", person=other, proceeding=strasbourg)

    assert states(desk) == [("ecthr-four-months", State.OPEN)]


def test_an_application_to_another_body_meets_nothing(desk):
    person = desk.person("victim")
    geneva = desk.proceeding(person, mechanism="cerd")
    decided(desk, "2023-03-01", person)
    desk.stage("lodged", "2023-06-01", person=person, proceeding=geneva)

    assert states(desk) == [("ecthr-four-months", State.OPEN)]


def test_a_body_that_has_decided_was_applied_to_though_no_day_is_recorded(desk):
    person = desk.person("victim")
    strasbourg = desk.proceeding(person, mechanism="ecthr")
    decided(desk, "2023-03-01", person)
    desk.stage("judged-beyond", "2025-01-01", person=person, proceeding=strasbourg)

    assert states(desk) == [("ecthr-four-months", State.IN_DOUBT)]


def test_both_rules_are_shown_when_the_day_does_not_choose_between_them(desk):
    decided(desk, "2022")
    rows = casefile.docket([desk.read()], date(2022, 5, 1)).rows

    assert [(row.rule, row.certain, str(row.due)) for row in rows] == [
        ("ecthr-four-months", False, "2022-06-01 to 2023-04-30"),
        ("ecthr-six-months", False, "2022-07-01 to 2022-07-31"),
    ]


def test_a_case_in_which_nothing_is_due_is_shown_as_such(desk):
    rows = casefile.docket([desk.read()], TODAY).rows

    assert [(row.state, row.case, row.title, str(row.due), row.days_left) for row in rows] == [
        (State.NO_NEXT_STEP, desk.case, "A neutral title", "nothing is due", None)
    ]


def test_a_case_whose_limits_are_all_over_has_no_next_step_either(desk):
    decided(desk, "2020-01-01")

    assert states(desk) == [("", State.NO_NEXT_STEP), ("ecthr-six-months", State.PASSED)]


def test_what_must_be_acted_on_comes_first_and_nothing_is_left_out(new_desk):
    soon, later, done, empty = (new_desk() for _ in range(4))
    decided(later, "2023-05-01")
    decided(soon, "2023-03-01")
    decided(done, "2021-03-01")
    files = [desk.read() for desk in (done, empty, later, soon)]
    rows = casefile.docket(files, TODAY).rows

    assert [row.case for row in rows[:2]] == [soon.case, later.case]
    assert {row.state for row in rows[2:4]} == {State.NO_NEXT_STEP}
    assert [(row.case, row.state) for row in rows[4:]] == [(done.case, State.PASSED)]
    assert [row.case for row in casefile.docket(files, TODAY).live] == [soon.case, later.case]


def test_a_row_names_rule_article_legal_source_and_what_the_day_rests_on(desk):
    source = desk.source("reliable")
    start = decided(desk, "2023-03-01", sources=(source,))
    row = casefile.docket([desk.read()], TODAY).rows[0]

    assert row.start == start.id
    assert row.sources == (source,)
    assert "Article 35" in row.article
    assert "Protocol No. 15" in row.legal_source
    assert (row.confirmed, row.certain, row.days_left) == (True, True, 16)
    assert row.mechanism == "ecthr"


def test_the_docket_carries_no_names(desk):
    person = desk.person("victim")
    desk.say(
        desk.make(
            facts.IdentityStated, person=person, names=(facts.Spelling(text="Zarifa Quliyeva"),)
        )
    )
    decided(desk, "2023-03-01", person)
    row = casefile.docket([desk.read()], TODAY).rows[0]

    assert "Zarifa" not in " ".join(str(getattr(row, field.name)) for field in fields(DocketRow))


def test_a_corrected_decision_moves_its_limit(desk):
    start = decided(desk, "2023-03-01")
    decided(desk, "2023-04-01", supersedes=(start.id,))

    assert [str(row.due) for row in casefile.docket([desk.read()], TODAY).rows] == ["2023-08-01"]


def test_a_withdrawn_decision_starts_nothing(desk):
    desk.withdraw(decided(desk, "2023-03-01"))

    assert states(desk) == [("", State.NO_NEXT_STEP)]


def test_other_rules_can_be_handed_in(desk):
    decided(desk, "2023-03-01", rules=())
    cerd = [rule for rule in shipped_rules() if rule.mechanism == "cerd"]

    assert [row.rule for row in docket_by(cerd, [desk.read()], TODAY).rows] == ["cerd-six-months"]
