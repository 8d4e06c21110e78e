"""Levels looked up by number are those of the conditions Splink trains with, value by value."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, timedelta

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.linkage.engine import valued
from candlemark.linkage.engine.alike import alike
from candlemark.linkage.engine.flat import flat_rows
from candlemark.linkage.engine.letters import Letters
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.numbers import Numbered
from candlemark.linkage.engine.plan import Compared

ROWS = 90
COMPARED = (
    Compared("family", "name", "family", crossed="given", frequency=True),
    Compared("given", "name", "given", crossed="family", frequency=True),
    Compared("birth", "day", "birth"),
    Compared("minute", "minute", "minute"),
    Compared("region", "same", "region", frequency=True),
    Compared("offences", "terms", "offences"),
    Compared("persons", "number", "persons"),
    Compared("place", "text", "place"),
)
NAMES = [
    "Məmmədov", "Мамедов", "Mamedova", "Memmedli", "Məmədov", "Həsənov", "Гасанов", "Hasanzade",
    "Əli", "Али", "Ali", "Elnur", "Elnurə", "Ел нур", "Əli Həsən", "Həsən Əli", "Həsən", "حسن", "Ağa-Əli",
]  # fmt: skip
DAYS = [
    "1980-02-03", "1980-03-02", "1980-02-13", "1980-02-04", "1980-02-28", "1980-03-12", "1980-02",
    "1980", "1981-02-03", "1970-01-01", "1969-12-31", "2001-11-11", "2001-11-12", "2001-12-11",
]  # fmt: skip
PLACES = [
    "Bakı",
    "Бакы",
    "Baki",
    "Sumqayıt",
    "Sumqait",
    "Yeni Yasamal",
    "Yeni Yasamel",
    "",
    "Ağdam",
]


@pytest.fixture(scope="module")
def flat(plan):
    """Rows with every kind of value, and with none."""
    chance = random.Random(5)

    def some(values, share=0.85):
        return [chance.choice(values) if chance.random() < share else None for _ in range(ROWS)]

    lists = [["threats"], ["insult"], ["insult", "threats"], ["fraud", "insult"], []]
    rows = pa.table(
        {
            "source": ["police"] * ROWS,
            "record": [f"{at:03}" for at in range(ROWS)],
            "family": some(NAMES),
            "given": some(NAMES),
            "birth": some([*DAYS, str(date(1980, 2, 3) + timedelta(days=40))]),
            "minute": pa.array(some([0, 10, 15, 16, 120, 121, 1439]), pa.int16()),
            "region": some(["AZ-BA", "AZ-GA", "unknown"]),
            "offences": pa.array(some(lists), pa.list_(pa.string())),
            "persons": pa.array(some([1, 2, 3, 5]), pa.int32()),
            "place": some(PLACES),
        }
    )
    ruled = dict.fromkeys(("rules", "sure", "learn"), (("region",), ("place",)))
    return flat_rows(rows, replace(plan, comparisons=COMPARED, keys=(), exact=(), **ruled))


def by_the_conditions(flat, one):
    """Levels of all pairs by the text Splink is given, in the engine it trains in."""
    levels = levels_of(one)
    whens = " ".join(f"WHEN {level.condition} THEN {at}" for at, level in enumerate(levels.levels))
    sides = ", ".join(
        f"{t}.{c} AS {c}_{s}" for t, s in zip("ab", "lr", strict=True) for c in flat.column_names
    )
    case = f"CASE WHEN {levels.unknown} THEN -1 {whens} ELSE {len(levels.levels)} END"
    with duckdb.connect() as connection:
        connection.register("rows", flat)
        asked = f"SELECT {sides} FROM rows a JOIN rows b ON a.n < b.n"
        found = connection.sql(f"SELECT n_l, n_r, {case} FROM ({asked}) ORDER BY n_l, n_r")
        return found.fetchall()


@pytest.mark.parametrize("one", COMPARED, ids=lambda one: one.kind + " " + one.name)
def test_levels_by_number_are_those_of_the_conditions(flat, one):
    wanted = by_the_conditions(flat, one)
    compared = alike(one)
    values = {}
    for first, size in ((0, 50), (50, ROWS)):  # rows that come later have the same numbers
        compared.take(Numbered(flat.slice(first, size), values))
    left, right = (np.asarray(side, np.int32) for side in list(zip(*wanted, strict=True))[:2])
    found = compared.levels(left, right).tolist()

    assert found == [level for _, _, level in wanted]
    assert compared.levels(left, right).tolist() == found  # what was judged is looked up
    assert len(set(found)) > 2
    assert not compared.known().all()


def test_the_numbers_of_a_pair_are_the_same_whichever_comes_first(flat):
    one = COMPARED[0]
    compared = alike(one)
    compared.take(Numbered(flat, {}))
    left, right = (np.asarray(side, np.int32) for side in np.triu_indices(ROWS, 1))

    assert compared.levels(left, right).tolist() == compared.levels(right, left).tolist()


@pytest.mark.parametrize("one", COMPARED[::5], ids=lambda one: one.name)
def test_levels_are_the_same_where_there_is_room_for_few_that_were_judged(flat, one, monkeypatch):
    sides = np.triu_indices(ROWS, 1)
    left, right = (np.asarray(side, np.int32) for side in sides)
    roomy, cramped = alike(one), alike(one)
    for each in (roomy, cramped):
        each.take(Numbered(flat, {}))
    wanted = roomy.levels(left, right).tolist()
    for name in ("_FEWEST_BITS", "_MOST_BITS"):
        monkeypatch.setattr(valued, name, 2)

    assert [cramped.levels(left, right).tolist() for _ in range(2)] == [wanted] * 2


@given(st.lists(st.text(st.sampled_from("abəБ حz"), max_size=7), min_size=1, max_size=8))
def test_texts_that_are_near_are_never_held_to_be_too_far(texts):
    letters = Letters()
    letters.add(texts[:1])
    letters.add(texts[1:])
    left, right = (side.ravel() for side in np.indices((len(texts),) * 2))
    near = letters.near(left, right)

    for share in (0.4, 0.7, 0.74, 1.0):
        assert letters.may_be(left, right, share)[near >= share].all()
    assert (near == 1).tolist() == [texts[a] == texts[b] for a, b in zip(left, right, strict=True)]
