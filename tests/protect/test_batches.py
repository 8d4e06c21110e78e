"""Closed batches: what is counted, when it is released, and what its noise hangs on."""

from __future__ import annotations

import copy
import json
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from candlemark.errors import Disclosive, LedgerBroken, NotInOrder, SettingRefused
from candlemark.protect.attacks.exact import narrow_cells
from candlemark.protect.attacks.gate import attack, refuse
from candlemark.protect.attacks.intervals import intervals
from candlemark.protect.attacks.people import alone
from candlemark.protect.attacks.system import cube_system
from candlemark.protect.attacks.together import looks, together
from candlemark.protect.batch import batch, refuse_nothing
from candlemark.protect.batches.closing import Closing, running
from candlemark.protect.batches.cube import cube
from candlemark.protect.batches.noise import NoiseTable
from candlemark.protect.batches.record_keys import Secret, draws, summed
from candlemark.protect.batches.tables import Events, Table, check_tables, crossed
from candlemark.protect.policy import HOUSE, Policy
from candlemark.protect.yearly import Yearly, too_small

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "protect" / "keys.json").read_text())
SECRET = Secret(bytes(range(32)))
GROUNDS = ("a", "b", "c")


def events(many, group=None, ground=None, *, name="case", agency=()):
    rng = np.random.default_rng(many)
    group = np.zeros(many, int) if group is None else np.asarray(group)
    ground = rng.integers(0, 3, many) if ground is None else np.asarray(ground)
    records = [f"{name}{number}" for number in range(many)]
    return Events.of(SECRET, records, group, (np.arange(many), ground), agency=agency)


TABLE = Table("grounds", ("",), GROUNDS, of="grounds")


def closed(table, some, before=(), policy=HOUSE, **more):
    return Closing(table, policy, SECRET, **more).rows(some, before)


def test_keys_are_those_written_down():
    keys = SECRET.keys(VECTORS["records"])
    _, (cell,) = summed(1, [0, 0, 0], keys)

    assert keys.tolist() == VECTORS["keys"]
    assert int(cell) == VECTORS["cell"]
    assert draws([cell]).tolist() == [VECTORS["draw"]]
    assert [str(mark) for mark in SECRET.marks(VECTORS["records"])] == VECTORS["marks"]
    assert SECRET.empty(VECTORS["records"]).tolist() == VECTORS["empty"]


def test_a_secret_shows_nothing_and_is_neither_copied_nor_pickled():
    assert "0001" not in repr(SECRET)
    for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            attempt(SECRET)
    with pytest.raises(LedgerBroken):
        Secret(b"short")


def test_draws_are_spread_evenly_even_where_keys_are_neighbours():
    spread = np.histogram(draws(np.arange(100_000)), bins=16, range=(0, 1 << 24))[0]

    assert spread.min() > 5_900
    assert spread.max() < 6_600


def test_many_records_are_added_up_exactly():
    keys = np.full(3_000_000, (1 << 32) - 1)
    counts, total = summed(1, np.zeros(len(keys), int), keys)

    assert counts.tolist() == [3_000_000]
    assert total.tolist() == [(3_000_000 * ((1 << 32) - 1)) % (1 << 32)]


def test_a_group_waits_until_fifteen_that_are_new_have_gathered():
    rows, waiting = closed(TABLE, events(14))
    assert rows == ()
    assert waiting == {"": 14}

    rows, waiting = closed(TABLE, events(15))
    assert len(rows) == 1
    assert rows[0].exact[0] == 15
    assert waiting == {}


def test_what_was_counted_once_is_not_counted_again():
    first, _ = closed(TABLE, events(20))
    same, waiting = closed(TABLE, events(20), first)
    assert same == ()
    assert waiting == {"": 0}

    more, _ = closed(TABLE, events(40), first)
    assert more[0].exact[0] == 20
    assert more[0].number == 1
    assert not set(more[0].marks) & set(first[0].marks)


def test_a_case_that_is_corrected_afterwards_is_not_counted_again():
    first, _ = closed(TABLE, events(20, ground=np.zeros(20)))
    corrected, waiting = closed(TABLE, events(20, ground=np.ones(20)), first)

    assert corrected == ()
    assert waiting == {"": 0}


def test_each_table_that_tells_of_the_same_thing_makes_all_of_them_wait_longer():
    rows, waiting = closed(TABLE, events(29), telling=2)
    assert rows == ()
    assert waiting == {"": 29}
    assert len(closed(TABLE, events(30), telling=2)[0]) == 1


def test_the_cells_of_a_row_have_two_cases_on_average_at_least():
    wide = Table("wide", ("",), tuple("abcdefghijklmn"), of="wide")

    assert closed(wide, events(19, ground=np.arange(19) % 10))[0] == ()
    assert len(closed(wide, events(20, ground=np.arange(20) % 10))[0]) == 1


def test_a_total_has_a_key_of_its_own_and_is_no_sum_of_noisy_cells():
    apart = 0
    for number in range(40):
        (row,), _ = closed(TABLE, events(60, name=f"n{number}/"))
        assert abs(row.total - 60) <= HOUSE.reach
        apart += row.total != sum(row.values)
    assert apart > 20


def test_the_same_records_have_the_same_noise_in_every_table():
    regions = Table("regions", ("north",), GROUNDS, of="grounds", by="region")
    (one,), _ = closed(TABLE, events(30))
    (other,), _ = closed(regions, events(30))

    assert (one.total, one.values) == (other.total, other.values)


def test_an_empty_cell_keeps_its_noise_however_often_it_is_asked_for():
    some = events(30, ground=np.zeros(30))
    shown = {closed(TABLE, some)[0][0].values for _ in range(5)}
    assert len(shown) == 1

    groups = Table("many", tuple(map(str, range(400))), ("a", "b"), of="grounds", sensitive=False)
    rows, _ = closed(groups, events(6_000, np.repeat(np.arange(400), 15), np.zeros(6_000)))
    empty = [row.values[1] for row in rows]
    assert {*empty} == {0, 3}
    assert 0 < empty.count(3) < 24


def test_running_totals_are_sums_of_what_was_published():
    first, _ = closed(TABLE, events(20))
    second, _ = closed(TABLE, events(45), first)
    (sums,) = running(TABLE, [*first, *second])

    assert sums.rows == 2
    assert sums.total == first[0].total + second[0].total
    assert sums.values == tuple(np.add(first[0].values, second[0].values).tolist())
    assert running(TABLE, [])[0].waiting


def test_more_than_two_things_are_crossed_once_a_year_only():
    three = Table("three", ("x",), GROUNDS, by="region+stage", of="grounds")
    with pytest.raises(NotInOrder) as refused:
        check_tables([three], HOUSE)
    assert "crosses 3" in str(refused.value.faults[0])
    check_tables([replace(three, year="2025")], HOUSE)
    with pytest.raises(NotInOrder):
        check_tables([replace(three, by="region+stage+court", year="2025")], HOUSE)
    with pytest.raises(NotInOrder, match="cannot be released"):
        check_tables([TABLE, TABLE], HOUSE)
    with pytest.raises(NotInOrder):
        check_tables([replace(TABLE, inside="nowhere")], HOUSE)


def test_a_row_that_says_one_thing_of_everybody_goes_on_waiting():
    one_ground = {"grounds": events(30, ground=np.zeros(30))}
    made = batch([TABLE], one_ground, [], HOUSE, SECRET)
    assert made.rows == ()
    assert [row.group for row in made.held] == [""]
    assert made.waiting["grounds"] == {"": 30}
    with pytest.raises(Disclosive) as refused:
        refuse_nothing(made)
    assert "held back" in str(refused.value.faults[0])


def test_where_a_case_stands_may_be_said_of_everybody_in_a_large_group():
    stands = replace(TABLE, sensitive=False)
    few, many = ({"grounds": events(n, ground=np.zeros(n))} for n in (30, 80))

    assert batch([stands], few, [], HOUSE, SECRET).rows == ()
    assert len(batch([stands], many, [], HOUSE, SECRET).rows) == 1


def test_an_agency_that_knows_all_but_one_kind_makes_the_row_wait():
    ground = [0] * 12 + [1] * 8
    some = events(20, ground=ground, agency=[0] * 12 + [1] * 8)
    (row,), _ = closed(TABLE, some)
    left = replace(row, values=(12, 8, 0))

    assert row.known == ((12, 0, 0), (0, 8, 0))
    assert "agency" in alone(TABLE, left, HOUSE)
    assert alone(TABLE, replace(left, values=(16, 11, 4)), HOUSE) == ""


def test_a_row_in_which_a_small_cell_has_too_few_values_goes_on_waiting():
    strict = Policy("strict", 1, possible=12)
    some = events(30, ground=[0] * 15 + [1] * 13 + [2] * 2)
    made = batch([TABLE], {"grounds": some}, [], strict, SECRET)

    assert made.rows == ()
    assert [row.place for row in made.held] == ["grounds / 1"]
    (row,), _ = closed(TABLE, some)
    found = attack([TABLE], [row], strict)
    assert {one.attack for one in found.opened} == {"intervals"}
    assert all("c" in one.place for one in found.opened)


def test_what_was_published_before_and_is_opened_now_refuses_the_release():
    (row,), _ = closed(TABLE, events(30, ground=[0] * 15 + [1] * 13 + [2] * 2))
    strict = Policy("strict", 1, possible=12)
    with pytest.raises(Disclosive, match="an attack opens") as refused:
        batch([TABLE], {"grounds": events(30)}, [row], strict, SECRET)
    assert "grounds / 1 / c" in str(refused.value.faults[0])


def test_averaging_is_seen_where_the_same_cases_are_shown_in_two_ways():
    (row,), _ = closed(TABLE, events(30))
    other = replace(row, number=1, values=tuple(value + 1 for value in row.values))

    assert looks([row, row]) == []
    assert len(looks([row, other])) == 3
    found = attack([TABLE], [row, other], HOUSE)
    assert {one.attack for one in found.opened} >= {"averaging"}
    with pytest.raises(Disclosive, match="an attack opens") as refused:
        refuse(found, HOUSE)
    assert "grounds" in str(refused.value.faults[0])


def hierarchy():
    """Two districts in one region in one country."""
    country = Table("country", ("",), GROUNDS, of="grounds")
    regions = Table("regions", ("r",), GROUNDS, "region", "grounds", inside="country",
                    parents=(("r", ""),))  # fmt: skip
    districts = Table("districts", ("d1", "d2"), GROUNDS, "district", "grounds", inside="regions",
                      parents=(("d1", "r"), ("d2", "r")))  # fmt: skip
    return [country, regions, districts]


def test_districts_regions_and_the_country_gather_each_for_itself():
    tables = hierarchy()
    many = 120
    at = np.repeat([0, 1], [100, 20])
    said = {
        "country": events(many),
        "regions": events(many),
        "districts": events(
            many, group=at, ground=np.random.default_rng(many).integers(0, 3, many)
        ),
    }
    made = batch(tables, said, [], HOUSE, SECRET)

    assert [(row.table, row.group) for row in made.rows] == [
        ("country", ""),
        ("regions", "r"),
        ("districts", "d1"),
    ]
    assert made.waiting["districts"] == {"d2": 20}
    system, _ = together(tables, made.rows, HOUSE)
    names = [system.name(place) for place in range(len(system))]
    assert any("still waiting below" in name for name in names)
    inside = system.weight * system.truth[system.member]
    sums = np.add.reduceat(inside, system.start[:-1])
    assert (sums >= system.least).all()
    assert (sums <= system.most).all()


def test_a_closed_year_is_released_once_and_its_small_groups_never():
    year = Table("grounds#2025", ("north", "south"), GROUNDS, "region", "grounds", year="2025")
    said = {"grounds#2025": events(40, group=[0] * 30 + [1] * 10)}
    made = batch([year], said, [], HOUSE, SECRET)

    assert [row.group for row in made.rows] == ["north"]
    assert made.suppressed == {"grounds#2025": ("south",)}
    grown = {"grounds#2025": events(90, group=[0] * 45 + [1] * 45)}
    assert batch([year], grown, made.rows, HOUSE, SECRET).rows == ()


def test_the_year_is_attacked_together_with_its_months():
    year = Table("grounds#2025", ("",), GROUNDS, "", "grounds", year="2025")
    first, _ = closed(TABLE, events(20))
    second, _ = closed(TABLE, events(45), first)
    rows = [*first, *second, *closed(year, events(45))[0]]
    alone_, _ = together([TABLE], rows[:2], HOUSE)
    both, _ = together([TABLE, year], rows, HOUSE)

    assert len(both.least) > len(alone_.least) + 1


def test_a_yearly_table_has_all_margins_with_keys_of_their_own():
    rng = np.random.default_rng(5)
    codes = [rng.integers(0, size, 900) for size in (4, 5, 3)]
    keys = SECRET.keys([f"case{number}" for number in range(900)])
    made = cube("2025", codes, (4, 5, 3), keys, policy=HOUSE, secret=SECRET)
    again = cube("2025", codes, (4, 5, 3), keys, policy=HOUSE, secret=SECRET)

    assert made.published.shape == (5, 6, 4)
    assert made.exact[-1, -1, -1] == 900
    assert np.abs(made.published - made.exact).max() <= HOUSE.reach
    assert (made.published == again.published).all()
    assert not np.isin(made.published, [1, 2]).any()
    parts = made.published[:, :, :-1].sum(axis=2)
    assert (parts != made.published[:, :, -1]).any()
    (row,), _ = closed(Table("all"), Events.of(SECRET, [f"case{n}" for n in range(900)],
                                               np.zeros(900)))  # fmt: skip
    assert made.published[-1, -1, -1] == row.total
    with pytest.raises(NotInOrder):
        cube("2025", [*codes, codes[0]], (4, 5, 3, 4), keys, policy=HOUSE, secret=SECRET)


def test_a_yearly_table_leaves_out_lines_that_are_too_small_or_say_one_thing():
    rng = np.random.default_rng(6)
    many = 400
    codes = [
        rng.choice(3, many, p=[0.6, 0.37, 0.03]),
        rng.integers(0, 2, many),
        rng.integers(0, 3, many),
    ]
    keys = SECRET.keys([f"case{number}" for number in range(many)])
    hidden = too_small(cube("2025", codes, (3, 2, 3), keys, policy=HOUSE, secret=SECRET), HOUSE)

    assert hidden.shape == (4, 3)
    assert hidden[2, 0]
    assert not hidden[0].any()
    one_thing = [codes[0], codes[1], np.zeros(many, dtype=int)]
    alone_ = too_small(cube("2025", one_thing, (3, 2, 3), keys, policy=HOUSE, secret=SECRET), HOUSE)
    assert alone_.mean() > 0.5


def test_a_line_that_the_quick_attack_opens_is_left_out(monkeypatch):
    rng = np.random.default_rng(7)
    codes = [rng.integers(0, size, 200) for size in (2, 2, 12)]
    keys = SECRET.keys([f"case{number}" for number in range(200)])
    monkeypatch.setattr(NoiseTable, "published", lambda *given: np.asarray(given[1]))
    monkeypatch.setattr(NoiseTable, "possible", lambda *given: (given[1], given[1]))
    bare = cube("2025", codes, (2, 2, 12), keys, policy=HOUSE, secret=SECRET)
    small = ((bare.exact > 0) & (bare.exact < HOUSE.small)).any(axis=-1)

    assert small.any()
    assert too_small(bare, HOUSE)[small].all()


SIDES = (("north", "south", "west"), ("court", "street"))
YEAR = Table("grounds#2025", crossed(SIDES), GROUNDS, "region+place", "grounds", year="2025",
             margins=True)  # fmt: skip


def of_a_year(many=400, seed=8, *, several=False):
    rng = np.random.default_rng(seed)
    group = np.ravel_multi_index(
        (rng.choice(3, many, p=[0.6, 0.37, 0.03]), rng.integers(0, 2, many)), YEAR.sides
    )
    category = rng.integers(0, len(GROUNDS), many)
    event = np.arange(many)
    if several:
        event = np.concatenate([event, event[:40]])
        category = np.concatenate([category, (category[:40] + 1) % len(GROUNDS)])
    names = [f"case{number}" for number in range(many)]
    return Events.of(SECRET, names, group, (event, category), agency=rng.integers(0, 3, many))


def test_a_year_leaves_as_rows_with_a_total_over_everything_that_is_crossed():
    said = of_a_year()
    rows, left = Yearly(YEAR, HOUSE, SECRET).rows(said)
    by = {row.group: row for row in rows}
    (all_,), _ = closed(Table("all"), Events.of(SECRET, [f"case{n}" for n in range(400)],
                                                np.zeros(400)))  # fmt: skip

    assert YEAR.groups[:3] == ("north+court", "north+street", "north+_T")
    assert by.keys() | left.keys() == set(YEAR.groups)
    assert left.keys() == {"west+court", "west+street", "west+_T"} - by.keys()
    assert (
        sum(by[name].exact[0] for name in ("north+court", "north+street"))
        == (by["north+_T"].exact[0])
    )
    assert by[""].total == all_.total
    assert by[""].exact[0] == 400
    for row in rows:
        inside = [
            place
            for place, group in enumerate(said.group)
            if all(
                part in {"_T", own}
                for part, own in zip(
                    YEAR.parts(row.group), YEAR.parts(YEAR.groups[group]), strict=True
                )
            )
        ]
        counts = np.bincount(said.category[np.isin(said.event, inside)], minlength=len(GROUNDS))
        assert row.exact == (len(inside), *counts)
        assert sorted(row.marks) == sorted(said.marks[inside].tolist())
        assert sum(map(sum, row.known)) == len(inside)


def test_somebody_of_two_grounds_counts_once_in_a_total_of_the_year():
    said = of_a_year(several=True)
    rows, _ = Yearly(replace(YEAR, exhaustive=False), HOUSE, SECRET).rows(said)
    (whole,) = [row for row in rows if not row.group]

    assert whole.exact[0] == 400
    assert sum(whole.exact[1:]) == 440


def test_a_row_of_a_year_comes_out_the_same_unless_a_case_is_gone_or_stands_elsewhere():
    said = of_a_year()
    year = Yearly(YEAR, HOUSE, SECRET)
    rows, _ = year.rows(said)
    grown = of_a_year(500, 8)
    for row in rows:
        assert year.again(said, row) == row
        gone = said.taken(said.marks != row.marks[0])
        assert year.again(gone, row) is None
        assert year.again(said, replace(row, group="nowhere")) is None
    moved = replace(rows[0], group="south+court")
    assert year.again(said, moved) is None
    assert len(grown) == 500


def test_a_year_is_attacked_with_its_margins_and_with_its_batches():
    said = of_a_year()
    rows, left = Yearly(YEAR, HOUSE, SECRET).rows(said)
    batches = Table("grounds", ("",), GROUNDS, "", "grounds")
    every = Events.of(SECRET, [f"case{n}" for n in range(400)], np.zeros(400, dtype=int),
                      (said.event, said.category))  # fmt: skip
    first, _ = closed(batches, every)
    apart, _ = together([replace(YEAR, margins=False)], rows, HOUSE)
    system, owner = together([YEAR, batches], [*rows, *first], HOUSE)
    sums = np.add.reduceat(system.truth[system.member] * system.weight, system.start[:-1])

    assert left
    assert (sums >= system.least).all()
    assert (sums <= system.most).all()
    assert any("suppressed below" in name for name in system.names)
    assert all(name in owner for name in range(len(system)))
    slack = [high - low for low, high in (intervals(apart), intervals(system))]
    assert slack[1][: len(apart)].sum() < slack[0].sum()
    made = batch([YEAR, batches], {YEAR.name: said}, first, HOUSE, SECRET)
    assert made.attacked.opened == ()
    assert made.attacked.guessing["grounds"]["stage-too"].tried > 300
    assert set(made.suppressed[YEAR.name]) >= left.keys() - {""}
    again = batch([YEAR, batches], {YEAR.name: of_a_year(500)}, [*made.rows, *first], HOUSE, SECRET)
    assert again.rows == ()


def test_a_yearly_table_without_noise_is_opened_and_its_cells_are_named():
    rng = np.random.default_rng(7)
    codes = [rng.integers(0, size, 40) for size in (2, 2, 3)]
    keys = SECRET.keys([f"case{number}" for number in range(40)])
    made = cube("2025", codes, (2, 2, 3), keys, policy=HOUSE, secret=SECRET)
    low = made.exact.astype(float)
    system = cube_system(made.exact, low, low)
    aims = system.small(HOUSE.small)
    bare = narrow_cells(system, aims, HOUSE.possible, system.low, system.high)

    assert len(aims)
    assert [place for place, _, _ in bare] == aims.tolist()


@pytest.mark.parametrize(
    "weaker",
    [
        {"batch": 14},
        {"reach": 3},
        {"variance": 2.9},
        {"smallest": 2},
        {"zeros": 0.01},
        {"small": 4},
        {"possible": 2},
        {"span": 29},
        {"dimensions": 3},
        {"yearly": 4},
        {"gain": 0.03},
        {"variance": float("nan")},
        {"gain": float("nan")},
    ],
    ids=str,
)
def test_a_policy_weaker_than_the_house_is_refused_in_words(weaker):
    with pytest.raises(SettingRefused, match="looser than the house") as refused:
        Policy("mine", 1, **weaker)
    assert next(iter(weaker)) in refused.value.message


def test_a_stricter_policy_makes_groups_wait_longer():
    strict = Policy("strict", 1, batch=30, variance=4.0)

    assert closed(TABLE, events(29), policy=strict)[0] == ()
    assert len(closed(TABLE, events(30), policy=strict)[0]) == 1
