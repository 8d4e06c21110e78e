"""Random ways: every view says what the slow and plain form of it says."""

from __future__ import annotations

from collections import Counter

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.measure.engine import engine
from candlemark.measure.process import (
    Followed,
    Limit,
    Ways,
    Which,
    directly_follows,
    flow,
    followed_by,
    lengths,
    limits,
    passages,
    rework,
    stuck,
    variants,
)
from measure.process import naive
from measure.process.conftest import FINAL, TODAY, _narrow, in_sqlite, steps, told

STATES = ("told", "noted", "charged")


@st.composite
def one_way(draw):
    states = draw(st.lists(st.sampled_from(STATES), min_size=1, max_size=7))
    days = sorted(draw(st.lists(st.integers(0, TODAY), min_size=len(states) + 1, max_size=8)))
    way = list(zip(states, days, strict=False))
    if draw(st.booleans()):
        way.append((draw(st.sampled_from(FINAL)), days[len(states)]))
    return " ".join(f"{state} {day}" for state, day in way)


# Every state is there in the first unit, so that it has a number.
UNITS = st.lists(one_way(), min_size=1, max_size=12).map(
    lambda some: ["told 0 noted 1 charged 2 closed 3", *some]
)


def put(units, **how):
    """The ways of units; SQLite answers, which is quick to ask about a dozen rows."""
    asked, places = told(units, **how)
    asked.connection = in_sqlite(asked)
    return Ways(asked, places, TODAY)


@settings(max_examples=60, deadline=None)
@given(units=UNITS, ends=st.booleans(), days=st.integers(1, 60))
def test_views_agree_with_the_plain_form(units, ends, days):
    asked = put(units, rows_of_ends=ends)
    number = {place.own: n for n, place in enumerate(asked.places)}
    plain = [steps(way) for way in units]

    rows = directly_follows(asked)
    own = [place.own for place in asked.places]
    found = {
        (own[start], own[end]): many
        for start, end, many in zip(
            *(rows[name].tolist() for name in ("state", "next", "moves")), strict=True
        )
    }
    assert found == naive.moves(plain, TODAY, FINAL)

    assert {
        (own[one.state], own[one.came_from], one.steps): (one.returns, one.units)
        for one in rework(asked).groups[0].loops
    } == naive.loops(plain, TODAY, FINAL)

    for first, then in (("told", "charged"), ("noted", "noted"), ("charged", "closed")):
        each = [one for way in plain for one in naive.passages(way, TODAY, FINAL, first, then)]
        mine = passages(asked, number[first], number[then], Which.EACH)
        kinds = {-1: "open", 1: "reached", 2: "otherwise"}
        assert [
            (took, kinds[end])
            for took, end in zip(mine.days.tolist(), mine.end.tolist(), strict=True)
        ] == each
        (group,) = limits(asked, [Limit("x", first, then, days, "s", Which.EACH)]).limits[0].groups
        counted = naive.verdicts(each, days)
        assert {
            name: getattr(group.verdicts, name)
            for name in ("met", "late", "ended", "open_past", "open_within")
        } == {name: counted[name] for name in ("met", "late", "ended", "open_past", "open_within")}
        if group.within is not None:
            assert group.within.p == pytest.approx(naive.incidence(each, days, "reached"))
            assert group.otherwise.p == pytest.approx(naive.incidence(each, days, "otherwise"))


@settings(max_examples=40, deadline=None)
@given(units=UNITS)
def test_times_agree_with_the_plain_form(units):
    asked = put(units)
    plain = [naive.stood(naive.parts(steps(way), TODAY, FINAL)) for way in units]
    stays = lengths(asked)
    (group,) = flow(asked, at=(0, 7, 30)).groups
    for state, place in enumerate(asked.places):
        mine = [
            (left - day, after is None)
            for way in plain
            for name, day, left, after in way
            if name == place.own
        ]
        if not mine:
            continue
        curve = stays[0, state].curve()
        for day in (0, 3, 20, 90):
            step = np.searchsorted(curve.days, day, side="right")
            share = 1.0 if step == 0 else curve.share[step - 1]
            assert share == pytest.approx(naive.still(mine, day))
        for arrow in group.arrows:
            if arrow.start == state == arrow.end:
                assert (arrow.median_days, arrow.shares) == (None, ())
            elif arrow.start == state:
                gone = sorted(
                    left - day
                    for way in plain
                    for name, day, left, after in way
                    if (name, after) == (place.own, asked.places[arrow.end].own)
                )
                assert arrow.median_days == gone[(len(gone) - 1) // 2]
        waiting = [row for row in stuck(asked, most=None).groups[0].rows if row.state == state]
        assert Counter(row.days for row in waiting) == Counter(
            days for days, is_open in mine if is_open
        )
        for row in waiting:
            assert row.share == pytest.approx(naive.still(mine, row.days))
            assert row.compared == sum(days >= row.days for days, _ in mine)


@settings(max_examples=40, deadline=None)
@given(units=UNITS, least=st.integers(0, 30), more=st.none() | st.integers(0, 60))
def test_followed_by_agrees_with_the_plain_form(units, least, more):
    most = None if more is None else least + more
    asked = put(units)
    expected = {each: [] for each in Followed}
    for unit, way in enumerate(units):
        those = naive.passages(steps(way), TODAY, FINAL, "told", "charged")
        if not those:
            continue
        yes = any(
            how == "reached" and took >= least and (most is None or took <= most)
            for took, how in those
        )
        still = any(how == "open" and (most is None or took <= most) for took, how in those)
        verdict = Followed.YES if yes else Followed.OPEN if still else Followed.NO
        expected[verdict].append(unit)
    for verdict, who in expected.items():
        some = followed_by(asked, "told", "charged", least, most, wanted=verdict)
        found = set(some.columns(f"SELECT unit FROM {some.stay}")["unit"].tolist())
        assert sorted(found) == who


@settings(max_examples=8, deadline=None)
@given(units=UNITS, order=st.randoms())
def test_two_engines_and_any_order_of_rows_say_the_same(units, order):
    asked = put(units)
    other, places = told(units)
    rows = list(zip(*other.stay.values(), strict=True))
    order.shuffle(rows)
    other.stay = dict(zip(other.stay, map(list, zip(*rows, strict=True)), strict=True))
    limit = Limit("x", "told", "charged", 9, "s", Which.LAST)
    with engine() as connection:
        other.connection = connection
        connection.register("stay", pa.table(_narrow(other.stay)))
        connection.register("member", pa.table(_narrow(other.member)))
        shuffled = Ways(other, places, TODAY)
        for view in (
            lambda ways: flow(ways, at=(5, 50)),
            lambda ways: rework(ways, at=(5, 50)),
            lambda ways: stuck(ways, [limit]),
            lambda ways: limits(ways, [limit]),
            variants,
        ):
            assert view(asked) == view(shuffled)
