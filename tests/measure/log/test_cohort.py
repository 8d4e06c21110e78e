"""Who enters a question, in which groups, and until when; and what is refused of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.measure.log import Ask, Where, asked, stay_table, then_and_now
from stay_logs import ROAD, event_log

CODES = [
    ("a", "bias-grounds", "religion"),
    ("b", "bias-grounds", "religion"),
    ("b", "bias-grounds", "ethnicity"),
    ("c", "bias-grounds", "unknown", True),
]


@pytest.fixture
def table():
    return stay_table(event_log(ROAD, CODES, known_until="2021-04-01"))


def entered(table, **ask):
    with asked(table, Ask(**ask)) as cohort:
        return dict(zip(cohort.groups, cohort.entered().tolist(), strict=True))


def test_a_unit_stands_in_each_of_its_groups_and_an_absence_only_where_nothing_else_is(table):
    assert entered(table, by="bias-grounds") == {"ethnicity": 1, "religion": 2, "unknown": 1}
    assert entered(table, by="bias-grounds", from_state="charged") == {
        "ethnicity": 1,
        "religion": 2,
    }


def test_groups_by_entry_are_periods_with_a_unit(table):
    assert entered(table, by="entry-month") == {"2021-01": 2, "2021-02": 1}
    assert entered(table, by="entry-quarter") == {"2021-Q1": 3}
    assert entered(table, by="entry-year", from_state="charged") == {"2021": 2}


def test_a_window_and_conditions_choose_who_enters(table):
    assert entered(table, window=(date(2021, 1, 5), None)) == {"": 2}
    assert entered(table, window=(None, date(2021, 1, 5))) == {"": 2}
    assert entered(table, where=(Where("bias-grounds", ("religion",)),)) == {"": 2}
    assert entered(table, through=("charged",), never=("convicted",)) == {"": 1}
    for ask in (
        Ask(window=(date(2022, 1, 1), None)),
        Ask(where=(Where("bias-grounds", ("age",)),)),
    ):
        with pytest.raises(NothingToMeasure, match="no unit entered"), asked(table, ask):
            pass


def test_an_earlier_day_is_asked_as_if_it_were_that_day(table):
    early = Ask(as_of=date(2021, 1, 31))
    then = stay_table(
        event_log([row for row in ROAD if row[2] <= "2021-01-31"], known_until="2021-01-31")
    )
    with asked(table, early) as one, asked(then) as other:
        question = "SELECT unit, seq, entry, leave, next, days, exit_lo, exit_hi FROM stay ORDER BY unit, seq"
        first, second = one.columns(question), other.columns(question)
    assert {name: column.tolist() for name, column in first.items()} == {
        name: column.tolist() for name, column in second.items()
    }


def test_what_was_over_before_an_agency_tracked_is_not_seen_and_the_rest_is_seen_late():
    rows = [(*row, "north" if row[0] == "a" else "south") for row in ROAD]
    log = event_log(
        rows, also=("agency",), known_until="2021-04-01", tracked_from={"north": date(2021, 1, 20)}
    )
    with asked(stay_table(log)) as cohort:
        found = cohort.columns("SELECT unit, entry, leave FROM stay ORDER BY unit, seq")
    mine = [
        (entry, leave)
        for unit, entry, leave in zip(*(c.tolist() for c in found.values()), strict=True)
        if unit == 0
    ]
    assert mine == [(19 * 64 + 63, 60 * 64), (60 * 64, 90 * 64 + 63)]


def test_units_of_one_incident_share_a_cluster_and_others_have_their_own():
    rows = [(*row, {"a": "i", "b": "i", "c": None}[row[0]]) for row in ROAD]
    with asked(stay_table(event_log(rows, also=("cluster",), known_until="2021-04-01"))) as cohort:
        stays = cohort.stays()
    clusters = dict(zip(stays.unit.tolist(), stays.cluster.tolist(), strict=True))
    assert clusters[0] == clusters[1] != clusters[2]


@pytest.mark.parametrize(
    ("ask", "said", "hint"),
    [
        (Ask(from_state="appeal"), "no unit ever reaches appeal", "it has the states reported"),
        (Ask(through=("appeal",)), "no unit ever reaches appeal", "it has the states"),
        (Ask(as_of=date(2022, 1, 1)), "nothing is known after 2021-04-01", "--as-of 2021-04-01"),
        (Ask(window=(date(2022, 1, 1), date(2021, 1, 1))), "is after", "change the question"),
        (Ask(by="outcomes"), "known at the end only", "there are bias-grounds, agency"),
        (Ask(by="regions"), "not coded by regions", "there are bias-grounds"),
        (Ask(where=(Where("regions", ("x",)),)), "not coded by regions", "there are"),
        (Ask(where=(Where("bias-grounds", ()),)), "no term of bias-grounds", "there are"),
    ],
)
def test_what_the_table_cannot_answer_is_refused_with_what_it_can(table, ask, said, hint):
    with pytest.raises(NotMeasurable, match=said) as refused, asked(table, ask):
        pass
    assert hint in refused.value.hint


def test_every_fault_of_a_question_is_named_at_once_and_another_edition_is_one(table):
    ask = Ask(from_state="appeal", by="regions", edition="1999.1")
    with pytest.raises(NotMeasurable) as refused, asked(replace(table, edition="2026.1"), ask):
        pass
    assert [fault.where for fault in refused.value.faults] == ["from", "edition", "by"]


def test_two_snapshots_are_two_views_of_the_same_units():
    then = stay_table(
        event_log(
            [row for row in ROAD if row[0] in "ab"] + [("gone", "reported", "2021-01-02")],
            known_until="2021-02-15",
        )
    )
    now = stay_table(event_log(ROAD, CODES, known_until="2021-04-01"))
    both = then_and_now(then, now)
    assert both.then.cases.equals(both.now.cases)
    assert both.now.cases.to_pylist() == ["a", "b"]
    assert (both.vanished, both.added) == (1, 1)
    assert entered(both.now, by="bias-grounds") == {"ethnicity": 1, "religion": 2}
    with asked(both.then) as one, asked(both.now, Ask(as_of=date(2021, 2, 15))) as other:
        assert one.counts()[0].moves.tolist() == other.counts()[0].moves.tolist()
    for pair, said in (
        ((now, then), "the first snapshot is of 2021-04-01"),
        ((replace(then, unit="person"), now), "counts by person"),
    ):
        with pytest.raises(NotMeasurable, match=said):
            then_and_now(*pair)
    with pytest.raises(NothingToMeasure, match="share no unit"):
        then_and_now(
            stay_table(event_log([("q", "x", "2021-01-01")], known_until="2021-01-02")), now
        )
