"""Figures of closed batches: from a cohort to rows, and from published rows back to figures."""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest

import candlemark
from candlemark.errors import Disclosive, MeasureError, NotInOrder, NotUnderstood
from candlemark.measure import answers
from candlemark.measure.log import Ask
from candlemark.protect import (
    HOUSE,
    Before,
    Policy,
    ProtectedFigure,
    Secret,
    Status,
    try_release,
    wanted,
)
from candlemark.protect.batches.closing import Running, table_of
from candlemark.protect.batches.record_keys import draws
from candlemark.protect.figures.estimated import curve
from candlemark.protect.figures.made import Published, compared
from candlemark.protect.figures.planning import Planner
from protect.sources import LAST, people, source

SECRET = Secret(b"s" * 32)
PEOPLE = people()
ALL = ("entered", "entered/ground", "stands", "reached/charged", "lasts/charged", "steps")


def tried(names, some=None, *, before=None, secret=SECRET, policy=HOUSE, **more):
    return try_release(some or source(PEOPLE, **more), wanted(names), policy, secret, before)


def after(made):
    """What there is to go on from once a release was approved."""
    return Before(made.made.rows, {table.name: table for table in made.tables})


def figure(made, table):
    return next(one for one in made.figures if one.table == table)


def cell(figure, **where):
    found = [
        row for row in figure.cells if all(getattr(row, name) == at for name, at in where.items())
    ]
    assert len(found) == 1
    return found[0]


@pytest.fixture(scope="module")
def everything():
    return tried(ALL)


def test_every_question_passes_through_the_door(everything):
    assert [one.question for one in everything.figures] == [
        "case-mix",
        "case-mix",
        "occupancy",
        "incidence",
        "durations",
        "attrition",
    ]
    assert all(type(one) is ProtectedFigure and one.genuine for one in everything.figures)
    assert everything.made.attacked.opened == ()


def test_shares_computed_again_are_near_the_exact_ones(everything):
    exact = answers.stand(answers.Question(*_question(), at=(30, 90, 270)))
    shown = figure(everything, "stands")
    for horizon in exact.groups[0].horizons:
        for value in horizon.values:
            if value.state in {"convicted", "dismissed"}:
                row = cell(shown, quantity="share", state=value.state, day=horizon.day)
                assert row.low <= value.p <= row.high
                assert abs(row.value - value.p) < 0.05


def test_ever_reached_computed_again_is_near_the_exact_one(everything):
    exact = answers.reach(answers.Question(*_question(), at=(30, 90, 270)))
    shown = figure(everything, "reached/charged")
    (row,) = [one for one in exact.groups[0].rows if one.own == "charged"]
    for horizon in row.horizons:
        found = cell(shown, quantity="share", state="reached", day=horizon.day)
        assert found.low <= horizon.p <= found.high


def test_a_median_is_the_end_of_the_span_in_which_half_had_left(everything):
    exact = answers.dwell(answers.Question(*_question()))
    (row,) = [one for one in exact.groups[0].rows if one.own == "charged"]
    median = next(one.days for one in row.quantiles if one.q == 0.5)
    shown = cell(figure(everything, "lasts/charged"), quantity="days-0.5")

    assert shown.low <= -(-median // HOUSE.span) * HOUSE.span <= shown.high
    assert shown.value % HOUSE.span == 0


def test_attrition_says_who_has_not_ended_and_how_sure_that_is(everything):
    shown = figure(everything, "steps")
    pending = cell(shown, quantity="pending")
    true = sum(ended is None or (LAST - came).days < ended for _, came, _, ended, *_ in PEOPLE)

    assert pending.low <= true <= pending.high
    ended = cell(shown, quantity="ended-by", state="convicted")
    assert pending.high - pending.low > ended.high - ended.low


def _question():
    made = source(PEOPLE)
    return made.stays, made.ask


def test_the_interval_is_wider_by_the_noise_and_says_so(everything):
    shown = figure(everything, "stands")
    assert shown.did.widened
    assert any("wider" in sentence for sentence in shown.did.words())
    spans = [Running(str(30 * n), 1, 40, (30, 6, 4), waiting=False) for n in (1, 2, 3)]
    quiet, loud = curve(spans, (30, 60, 90), 1e-9), curve(spans, (30, 60, 90), 3.0)

    assert (quiet.p == loud.p).all()
    assert (loud.high - loud.low > quiet.high - quiet.low).all()
    assert (loud.noise > 0.01).all()
    assert (quiet.noise < 1e-5).all()


def test_sums_of_more_batches_are_less_sure():
    one, many = (
        curve([Running("30", rows, 400, (300, 60, 40), waiting=False)], (30,), 3.0)
        for rows in (1, 24)
    )
    assert many.noise[0, 1] == pytest.approx(one.noise[0, 1] * np.sqrt(24), rel=0.1)


def test_a_curve_ends_before_the_first_span_that_waits():
    spans = [
        Running("30", 1, 40, (30, 10), waiting=False),
        Running("60", 0, 0, (0, 0), waiting=True),
        Running("90", 1, 20, (15, 5), waiting=False),
    ]
    assert curve(spans, (30, 60, 90), 3.0).days.tolist() == [30]
    assert curve(spans[1:], (60, 90), 3.0).days.tolist() == []


def test_intervals_hold_the_truth_as_often_as_they_say():
    """Two hundred cohorts of known chances, each with another secret."""
    held = defaultdict(list)
    rng = np.random.default_rng(8)
    for number in range(200):
        began, spans, rows = 150, [], []
        for _ in range(4):
            went = rng.multinomial(began, [0.8, 0.12, 0.08])
            rows.append((began, went))
            began = int(went[0])
        secret = Secret(bytes([number]) * 32)
        for place, (size, went) in enumerate(rows):
            spans.append(_noisy(secret, place, size, went))
        found = curve(spans, (30, 60, 90, 120), HOUSE.variance)
        true = 0.6 * (1 - 0.8 ** np.arange(1, 5))
        for place in range(len(found.days)):
            held[place].append(found.low[place, 1] <= true[place] <= found.high[place, 1])
    for some in held.values():
        assert np.mean(some) > 0.93


def _noisy(secret, place, size, went):
    keys = secret.empty([f"{place}/{column}" for column in range(1 + len(went))])
    shown = table_of(HOUSE).published([size, *went], draws(keys))
    return Running(str(place), 1, int(shown[0]), tuple(shown[1:].tolist()), waiting=False)


def test_missing_suppressed_waiting_and_zero_are_four_signs():
    few = people(20, regions=2)
    made = tried(["entered/ground@region"], source(few))
    assert {row.status for row in figure(made, "entered/ground@region").cells} == {Status.WAITING}
    year = tried(["entered/ground@region#2021"], source(few))
    assert {row.status for row in figure(year, "entered/ground@region#2021").cells} == {
        Status.HIDDEN
    }
    signs = {Status.MISSING, Status.HIDDEN, Status.WAITING, Status.ZERO}
    assert len({one.value for one in signs}) == 4
    zero = figure(tried(["steps"]), "steps")
    assert all(row.value == 0 for row in zero.cells if row.status is Status.ZERO)


def test_what_the_source_does_not_say_is_missing_and_not_zero():
    made = tried(["entered", "reached/appealed"])
    shown = figure(made, "reached/appealed")

    assert [row.status for row in shown.cells] == [Status.MISSING]
    assert shown.cells[0].value is None


def test_the_next_release_counts_only_what_is_new_and_adds_it_up():
    early = source(PEOPLE, date(2022, 6, 30))
    first = tried(["entered", "stands"], early)
    second = tried(["entered", "stands"], before=after(first))
    total = cell(figure(second, "entered"), quantity="entered")

    assert total.value == sum(row.total for row in (*first.made.rows, *second.made.rows)
                              if row.table == "entered")  # fmt: skip
    assert figure(second, "entered").did.batches == 2
    for one in ("entered", "stands"):
        marks = [mark for row in (*first.made.rows, *second.made.rows) if row.table == one
                 for mark in row.marks]  # fmt: skip
        assert len(marks) == len(set(marks))


def test_a_table_that_is_left_out_of_a_release_is_attacked_all_the_same():
    early = source(PEOPLE, date(2022, 6, 30))
    first = tried(["entered/ground@region"], early)
    second = tried(["entered/ground"], before=after(first))

    assert {table.name for table in second.tables} == {"entered/ground", "entered/ground@region"}
    assert second.made.attacked.cells > len(second.made.rows[0].exact)
    # The two tell of the same thing, so that each has to gather twice as many.
    assert {row.least for row in first.made.rows} == {15}
    assert {row.least for row in second.made.rows} == {30}


def test_a_ground_nobody_was_coded_by_before_joins_the_table_and_breaks_nothing():
    some = [(*one[:5], "new-ground" if number % 9 == 0 else one[5], one[6])
            for number, one in enumerate(PEOPLE)]  # fmt: skip
    until = date(2022, 6, 30)
    first = tried(["entered/ground"], source(PEOPLE, until))
    second = tried(["entered/ground"], source(some), before=after(first))
    shown = figure(second, "entered/ground")
    (row,) = second.made.rows

    assert len(first.tables[0].categories) + 1 == len(second.tables[0].categories)
    gay = cell(shown, category="gay-men").value
    place = [table.categories.index("gay-men") for table in (first.tables[0], second.tables[0])]
    assert gay == first.made.rows[0].values[place[0]] + row.values[place[1]]
    vanished = tried(["entered/ground"], source(some[:200]), before=after(second))
    assert set(second.tables[0].categories) <= set(vanished.tables[0].categories)


def test_that_a_term_stands_in_a_table_does_not_say_that_anybody_is_coded_by_it():
    made = source(PEOPLE)
    terms = ("roma", "gay-men", "trans-women", "lesbians", "armenians")
    known = replace(made, stays=replace(made.stays, terms={"ground": terms}))
    table = tried(["entered/ground"], known).tables[0]

    assert table.categories[:5] == terms
    groups = tried(["stands@ground#2021"], known).tables[0].groups
    assert "lesbians+30" in groups


def test_the_same_release_asked_twice_is_the_same_to_the_last_number(everything):
    again = tried(ALL)

    assert [one.cells for one in again.figures] == [one.cells for one in everything.figures]


def test_another_secret_gives_other_noise():
    other = tried(["entered/ground"], secret=Secret(b"t" * 32))
    mine = tried(["entered/ground"])

    assert figure(other, "entered/ground").cells != figure(mine, "entered/ground").cells


def test_three_things_are_crossed_for_a_closed_year_only():
    with pytest.raises(NotInOrder):
        tried(["entered/ground@region+region"])
    made = tried(["entered/ground@region+region#2021"])
    assert figure(made, "entered/ground@region+region#2021").basis.by == "region+region"


def test_two_groups_of_a_closed_year_are_compared():
    some = people(900)
    where = source(some, ask=Ask(from_state="reported", by="ground"))
    name = "stands@ground#2021"
    made = tried([name], where)
    table = made.tables[0]
    published = Published(table, made.made.rows, HOUSE, HOUSE.batch)
    shown = compared(published, where.basis(), "gay-men", "trans-women")

    assert shown.question == "comparison"
    assert {row.quantity for row in shown.cells} == {"difference"}
    assert all(row.low <= row.value <= row.high for row in shown.cells)
    assert any(row.low <= 0 <= row.high for row in shown.cells)
    with pytest.raises(Disclosive, match="too small"):
        compared(published, where.basis(), "gay-men", "nobody")


def test_regions_lie_in_the_country_where_both_are_released():
    made = tried(["entered/ground", "entered/ground@region"])
    (country, region) = made.tables

    assert country.inside == ""
    assert region.inside == "entered/ground"
    assert {parent for _, parent in region.parents} == {""}
    alone = tried(["entered", "entered/ground@region"])
    assert alone.tables[1].inside == "entered"


def above(made):
    """The source with two of its regions in the north."""
    return replace(
        made, stays=replace(made.stays, broader={"region": {"r0": "north", "r1": "north"}})
    )


def test_districts_lie_in_regions_and_regions_in_the_country_where_all_are_released():
    some = above(source(people(1200)))
    made = tried(["entered/ground@region", "entered/ground@region^", "entered/ground"], some)
    district, region, country = made.tables

    assert (district.inside, region.inside, country.inside) == (
        "entered/ground@region^",
        "entered/ground",
        "",
    )
    assert dict(district.parents) == {"r0": "north", "r1": "north", "r2": "r2"}
    assert {parent for _, parent in region.parents} == {""}
    assert len(made.made.rows) == 6
    assert made.made.attacked.opened == ()


def test_districts_of_somebody_who_stands_in_two_regions_lie_in_the_country(monkeypatch):
    """By district somebody stands in the first of theirs, by region in that of another one."""
    some = above(source(people(300)))
    whole = Planner.coded

    def moved(self, scheme):
        names, (units, terms) = whole(self, scheme)
        if scheme == "region^":
            terms = terms.copy()
            terms[0] = (terms[0] + 1) % len(names)
        return names, (units, terms)

    monkeypatch.setattr(Planner, "coded", moved)
    made = tried(["entered/ground@region", "entered/ground@region^", "entered/ground"], some)
    assert made.tables[0].inside == "entered/ground"


def test_broader_terms_take_their_narrower_ones_together():
    made = source(PEOPLE)
    broad = replace(
        made, stays=replace(made.stays, broader={"region": {"r0": "north", "r1": "north"}})
    )
    names, (unit, _) = Planner(broad.stays, broad.ask, SECRET, HOUSE).coded("region^")

    assert set(names) == {"north", "r2"}
    assert len(unit) == len(PEOPLE)


@pytest.mark.parametrize(
    "name",
    ["", "left", "reached", "lasts", "stands/x", "steps@region", "steps#2021", "stands@region",
     "stands@a+b#2021", "entered/a/b", "entered@", "entered@a+#2021", "entered#21"],
)  # fmt: skip
def test_a_name_that_is_no_table_is_refused_and_named(name):
    with pytest.raises(NotUnderstood) as refused:
        wanted([name, "entered"])
    assert [fault.where for fault in refused.value.faults] == [name]


@pytest.mark.parametrize("name", ["entered/ground@region+x#2021", "stands", "reached/charged"])
def test_a_name_is_written_as_it_is_read(name):
    assert wanted([name, name])[0].name == name
    assert len(wanted([name, name])) == 1


def test_a_source_that_knows_no_such_scheme_says_so():
    with pytest.raises(MeasureError):
        tried(["entered/nothing"])


def test_a_year_that_is_not_over_is_not_released():
    with pytest.raises(MeasureError, match="not over"):
        tried(["entered#2022"], source(PEOPLE, date(2022, 12, 30)))


def test_a_longer_span_is_a_policy():
    made = tried(["stands"], policy=Policy("slow", 1, span=90))
    assert {row.day % 90 for row in figure(made, "stands").cells} == {0}


def test_only_this_floor_lets_a_figure_of_batches_through():
    root = Path(candlemark.__file__).parent
    users = {
        path.relative_to(root).parts[0]
        for path in root.rglob("*.py")
        if re.search(r"\blet_through\b", path.read_text(encoding="utf-8"))
    }
    assert users == {"protect"}
