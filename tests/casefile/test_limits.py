"""Time limits: which rule, from which day, to which day."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.casefile.facts import Trigger
from candlemark.casefile.limits import Due, Effect, apply_rules, shipped_rules
from candlemark.dates import PartialDate
from candlemark.tongues import INTERFACE

RULES = shipped_rules()
FINAL = Trigger.FINAL_DOMESTIC_DECISION
STRASBOURG = ("ecthr-six-months", "ecthr-four-months")


def applied(when, *only, served=None, trigger=FINAL):
    """(rule, earliest, latest, certain) for every rule that may hold."""
    served = PartialDate.parse(served) if served else None
    found = apply_rules(RULES, trigger, PartialDate.parse(when), served, only or STRASBOURG)
    return [(one.rule.code, str(one.due), one.certain) for one in found]


LAST_DAYS = {
    "a decision of the last day of the old law has six months": (
        "2022-01-31",
        "ecthr-six-months",
        "2022-07-31",
    ),
    "a decision of the first day of the new law has four": (
        "2022-02-01",
        "ecthr-four-months",
        "2022-06-01",
    ),
    "the day before has six, and ends later than one decided after it": (
        "2022-01-30",
        "ecthr-six-months",
        "2022-07-30",
    ),
    "six months from 31 August end on the last day of February": (
        "2021-08-31",
        "ecthr-six-months",
        "2022-02-28",
    ),
    "six months from 31 August end on 29 February in a leap year": (
        "2019-08-31",
        "ecthr-six-months",
        "2020-02-29",
    ),
    "six months from 30 August end on the last day of February": (
        "2021-08-30",
        "ecthr-six-months",
        "2022-02-28",
    ),
    "six months from 29 February end on 29 August": (
        "2020-02-29",
        "ecthr-six-months",
        "2020-08-29",
    ),
    "six months from 28 February end on 28 August, not on the 31st": (
        "2021-02-28",
        "ecthr-six-months",
        "2021-08-28",
    ),
    "four months from 31 October end on the last day of February": (
        "2022-10-31",
        "ecthr-four-months",
        "2023-02-28",
    ),
    "four months from 31 October end on 29 February in a leap year": (
        "2023-10-31",
        "ecthr-four-months",
        "2024-02-29",
    ),
    "four months run over the end of a year": ("2024-12-15", "ecthr-four-months", "2025-04-15"),
    "a last day on a Sunday stays a Sunday": ("2022-05-11", "ecthr-four-months", "2022-09-11"),
    "a last day on Christmas stays on Christmas": ("2022-08-25", "ecthr-four-months", "2022-12-25"),
}


@pytest.mark.parametrize(("when", "rule", "last"), LAST_DAYS.values(), ids=LAST_DAYS)
def test_the_last_day_of_a_strasbourg_limit(when, rule, last):
    assert applied(when) == [(rule, last, True)]


RANGES = {
    "a month wholly before the change": (
        "2021-08",
        [("ecthr-six-months", "2022-02-01 to 2022-02-28", True)],
    ),
    "the last month before the change": (
        "2022-01",
        [("ecthr-six-months", "2022-07-01 to 2022-07-31", True)],
    ),
    "the first month after the change": (
        "2022-02",
        [("ecthr-four-months", "2022-06-01 to 2022-06-28", True)],
    ),
    "a year wholly before the change": (
        "2021",
        [("ecthr-six-months", "2021-07-01 to 2022-06-30", True)],
    ),
    "a year wholly after the change": (
        "2023",
        [("ecthr-four-months", "2023-05-01 to 2024-04-30", True)],
    ),
    "a year on both sides of the change shows both rules, the earlier last day first": (
        "2022",
        [
            ("ecthr-four-months", "2022-06-01 to 2023-04-30", False),
            ("ecthr-six-months", "2022-07-01 to 2022-07-31", False),
        ],
    ),
}


@pytest.mark.parametrize(("when", "expected"), RANGES.values(), ids=RANGES)
def test_a_coarse_day_gives_a_range_and_never_invents_a_day(when, expected):
    assert applied(when) == expected


def test_time_runs_from_the_day_after_the_decision():
    one = apply_rules(RULES, FINAL, PartialDate(2023, 3, 31), only=STRASBOURG)[0]

    assert one.runs_from == Due(date(2023, 4, 1), date(2023, 4, 1))


SERVICE = {
    "time runs from the service, where the decision was served": (
        "2023-03-01",
        "2023-03-20",
        [("ecthr-four-months", "2023-07-20", True)],
    ),
    "the day of the decision chooses the rule, though it was served under the new law": (
        "2022-01-31",
        "2022-02-10",
        [("ecthr-six-months", "2022-08-10", True)],
    ),
    "a month of service gives a range": (
        "2023-03-01",
        "2023-04",
        [("ecthr-four-months", "2023-08-01 to 2023-08-30", True)],
    ),
    "service in the month of the decision cannot lie before it": (
        "2023-03-15",
        "2023-03",
        [("ecthr-four-months", "2023-07-15 to 2023-07-31", True)],
    ),
}


@pytest.mark.parametrize(("when", "served", "expected"), SERVICE.values(), ids=SERVICE)
def test_the_day_of_service(when, served, expected):
    assert applied(when, served=served) == expected


OTHERS = {
    "the committee against racial discrimination: six months": ("cerd-six-months", "2022-12-01"),
    "the committee on social rights: one year": ("cescr-one-year", "2023-06-01"),
    "the committee on the rights of the child: one year": ("crc-one-year", "2023-06-01"),
    "the human rights committee: five years, as an abuse": ("hrc-five-years", "2027-06-01"),
}


@pytest.mark.parametrize(("rule", "last"), OTHERS.values(), ids=OTHERS)
def test_the_limits_of_other_bodies(rule, last):
    assert applied("2022-06-01", rule) == [(rule, last, True)]


def test_a_procedure_elsewhere_starts_only_the_three_years_of_the_human_rights_committee():
    every = [rule.code for rule in RULES]

    assert applied("2022-06-01", *every, trigger=Trigger.OTHER_PROCEDURE_ENDED) == [
        ("hrc-three-years", "2025-06-01", True)
    ]


def test_without_a_choice_every_rule_of_the_trigger_is_applied():
    found = apply_rules(RULES, FINAL, PartialDate(2024, 1, 1))

    assert {one.rule.code for one in found} == {
        "ecthr-four-months",
        "cerd-six-months",
        "cescr-one-year",
        "crc-one-year",
        "hrc-five-years",
    }


def test_rules_that_were_not_read_in_the_original_say_so():
    assert {rule.code for rule in RULES if not rule.confirmed} == {"cescr-one-year", "crc-one-year"}


def test_no_fixed_limit_is_not_called_a_limit():
    assert {rule.mechanism for rule in RULES if rule.effect is Effect.ABUSE} == {"hrc"}


def test_every_rule_names_its_article_its_source_and_itself_in_every_tongue(edition):
    mechanisms = edition.scheme("mechanisms")

    assert all(rule.article and rule.source and rule.note for rule in RULES)
    assert all(set(rule.labels) == set(INTERFACE) for rule in RULES)
    assert all(
        rule.labels[tongue].startswith(mechanisms.term(rule.mechanism).labels[tongue])
        for rule in RULES
        for tongue in INTERFACE
    )


def test_the_two_strasbourg_rules_leave_no_day_out_and_share_none():
    six, four = (next(rule for rule in RULES if rule.code == code) for code in STRASBOURG)

    assert (six.first, four.last) == (date.min, date.max)
    assert (four.first - six.last).days == 1


partial_dates = st.one_of(
    st.builds(PartialDate, st.integers(1, 9999)),
    st.builds(PartialDate, st.integers(1, 9999), st.integers(1, 12)),
    st.dates().map(PartialDate.of),
)


@given(partial_dates, st.one_of(st.none(), partial_dates), st.sampled_from(Trigger))
def test_whatever_the_day_every_rule_gives_a_range_that_does_not_run_backwards(
    when, served, trigger
):
    found = apply_rules(RULES, trigger, when, served)

    assert all(one.due.earliest <= one.due.latest for one in found)
    assert all(one.runs_from.earliest <= one.runs_from.latest for one in found)


@given(
    st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)),
    st.sampled_from(["month", "year"]),
)
def test_the_range_of_a_coarse_day_holds_the_last_day_of_every_exact_one(day, precision):
    coarse = PartialDate(day.year, day.month if precision == "month" else None)
    exact = apply_rules(RULES, FINAL, PartialDate.of(day), only=STRASBOURG)
    ranges = {one.rule.code: one.due for one in apply_rules(RULES, FINAL, coarse, only=STRASBOURG)}

    assert len(exact) == 1
    due = ranges[exact[0].rule.code]
    assert due.earliest <= exact[0].due.earliest <= due.latest
