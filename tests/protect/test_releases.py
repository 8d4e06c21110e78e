"""Releases month after month, read by everybody who wants to know whom they are about.

``make test`` goes through a few worlds; ``ORDEAL=full`` through forty of each kind, which takes
some minutes, and prints what docs/decisions/0025-protection.md quotes (``-rP`` shows it).
"""

from __future__ import annotations

import os
from dataclasses import replace

import numpy as np
import pytest

from candlemark.protect.attacks.exact import narrow_cells
from candlemark.protect.attacks.intervals import intervals
from candlemark.protect.attacks.together import averaged, together
from candlemark.protect.batches.record_keys import Secret
from candlemark.protect.policy import HOUSE, Policy
from protect.cuts import cook, nypd
from protect.worlds import errors, issues, neighbour, plan, released, world, year

FULL = os.environ.get("ORDEAL") == "full"
WORLDS = 40 if FULL else 2
POINTS = 0.025 if FULL else 0.05
"""What the tables may help; two worlds are few, and their mean is off by two points."""
KINDS = (("region",), ("region", "country"), ("region", "country", "stage"))


def mean(values):
    return float(np.mean(list(values)))


@pytest.fixture(scope="module", params=KINDS, ids="+".join)
def worlds(request):
    """Worlds released for two years, grounds told by so many tables."""
    telling = request.param
    many = WORLDS if FULL or len(telling) == 1 else 1
    return telling, [
        (one, *released(one, plan(one, telling=telling))) for one in map(world, range(many))
    ]


def test_nobody_who_knows_month_region_and_stage_learns_the_ground(worlds):
    telling, found = worlds
    guessing = [last.attacked.guessing["grounds"] for _, _, last in found]
    for kind in guessing[0]:
        some = [each[kind] for each in guessing]
        gain, only = mean(one.gain for one in some), mean(one.only_one for one in some)
        sure = mean(one.sure for one in some)
        print(  # noqa: T201 - the figures of the decision record
            f"{'+'.join(telling)}: {kind}: {mean(one.commonest for one in some):.1%} commonest,"
            f" gain {gain:+.2%}, only one left and right {only:.2%}, sure {sure:.2%}"
        )
        assert only <= 0.005
        assert gain <= POINTS


def test_no_small_cell_is_worked_out_from_two_years_of_releases(worlds):
    for _, rows, last in worlds[1]:
        assert last.attacked.exact
        assert last.attacked.small > 30
        assert last.attacked.opened == ()
        assert rows


def test_totals_stay_close(worlds):
    telling, found = worlds
    country = mean(errors(one, rows)[0] for one, rows, _ in found)
    regions = mean(errors(one, rows, "region")[1] for one, rows, _ in found)
    waiting = mean(
        1 - sum(row.exact[0] for row in rows if row.table == "region") / len(one.month)
        for one, rows, _ in found
    )
    print(  # noqa: T201
        f"{'+'.join(telling)}: country off by {country:.2%}, regions by {regions:.2%},"
        f" {waiting:.1%} of cases wait at the end"
    )
    assert country <= 0.015
    assert regions <= (0.05 if FULL else 0.06)


@pytest.mark.parametrize("many", [360, 2_000])
def test_a_closed_year_with_all_its_totals_helps_nobody(many):
    made = [year(seed, many) for seed in range(WORLDS)]
    guessing = [one.attacked.guessing["grounds"] for one in made]
    left = mean(len(one.suppressed["year"]) for one in made)
    for kind in guessing[0]:
        gain = mean(each[kind].gain for each in guessing)
        only = mean(each[kind].only_one for each in guessing)
        print(f"a year of {many}: {kind}: gain {gain:+.2%}, only one left {only:.2%}")  # noqa: T201
        assert only <= 0.005
        assert gain <= POINTS
    print(f"a year of {many}: {left:.0f} of 65 lines suppressed")  # noqa: T201
    assert all(one.attacked.opened == () for one in made)


def test_without_longer_waiting_several_tables_together_tell_too_much(monkeypatch):
    monkeypatch.setattr(Policy, "least", lambda self, *_counts: self.batch)
    for telling in KINDS[1 if FULL else 2 :]:
        gains = []
        for seed in range(WORLDS):
            one = world(seed)
            _, last = released(one, plan(one, telling=telling), exact_at_end=False)
            gains.append(last.attacked.guessing["grounds"]["stage-too"].gain)
        print(f"{'+'.join(telling)}, fifteen each: gain {mean(gains):+.2%}")  # noqa: T201
        assert mean(gains) > 0.025


@pytest.mark.parametrize(
    ("method", "gain", "only"),
    [("unprotected", 0.10, 0.10), ("hidden", 0.08, 0.10), ("cell-key", 0.08, 0.10)],
)
def test_the_same_attack_succeeds_on_tables_issued_anew(method, gain, only):
    found = [neighbour(world(seed), method) for seed in range(WORLDS if FULL else 1)]
    print(  # noqa: T201
        f"{method}: gain {mean(one.gain for one in found):+.2%},"
        f" only one left and right {mean(one.only_one for one in found):.2%}"
    )
    assert mean(one.gain for one in found) >= gain
    assert mean(one.only_one for one in found) >= only


def test_averaging_undoes_fresh_dice_and_not_keys():
    dice = np.array([shown.ravel() for shown, _ in issues(world(0), "dice")])
    keyed = np.array([shown.ravel() for shown, _ in issues(world(0), "cell-key")])
    exact = np.array([counts.ravel() for _, counts in issues(world(0), "dice")])
    still = (exact[12:] == exact[-1]).all(axis=0) & (exact[-1] > 0)
    undone = (averaged(dice[12:, still].T) == exact[-1, still]).mean()
    kept = (averaged(keyed[12:, still].T) == exact[-1, still]).mean()
    print(f"twelve issues of one count: dice undone {undone:.0%}, keys {kept:.0%}")  # noqa: T201
    assert undone > 0.75
    assert kept < 0.45
    assert (keyed[12:, still] == keyed[-1, still]).all()


def test_intervals_and_exact_bounds_open_what_hiding_alone_leaves():
    """Small cells hidden and totals left exact: the totals give them away."""
    one = world(0)
    rows, _ = released(one, plan(one), exact_at_end=False)
    exact = [replace(row, total=row.exact[0], values=row.exact[1:]) for row in rows]
    system, _ = together(plan(one), exact, HOUSE)
    shown = (system.truth == 0) | (system.truth >= HOUSE.small)
    hidden = replace(
        system,
        low=np.where(shown, system.truth, 1.0),
        high=np.where(shown, system.truth, HOUSE.small - 1.0),
    )
    low, high = intervals(hidden)
    aims = hidden.small(HOUSE.small)
    quick = int((low[aims] == high[aims]).sum())
    slow = narrow_cells(hidden, aims, 2, low, high)
    print(f"hidden below five, totals exact: {len(slow) / len(aims):.1%} worked out")  # noqa: T201

    assert quick > 0
    assert len(slow) >= quick
    assert all(least <= hidden.truth[place] <= most for place, least, most in slow)


def test_the_same_table_asked_twice_gives_the_same_numbers():
    one = world(0)
    once, again = (released(one, plan(one), months=6, exact_at_end=False)[0] for _ in range(2))
    other = released(replace(one, secret=Secret(bytes(32))), plan(one), months=6,
                     exact_at_end=False)[0]  # fmt: skip

    assert once == again
    assert [row.values for row in once] != [row.values for row in other]


@pytest.mark.parametrize("cut", [cook, nypd], ids=["cook-county", "new-york"])
def test_nobody_is_found_in_the_real_files(cut, shared):
    """Cook County by offence and race, New York by precinct and ground; several secrets."""
    one = cut(shared / "data")
    months = int(one.month.max()) + 1
    found = []
    for number in range(10 if FULL else 1):
        own = replace(one, secret=Secret(bytes([number]) * 32))
        found.append(released(own, plan(own), months=months, exact_at_end=FULL or cut is nypd))
    guessing = [last.attacked.guessing["grounds"]["neighbour"] for _, last in found]
    gain, only = mean(each.gain for each in guessing), mean(each.only_one for each in guessing)
    country = mean(errors(one, rows)[0] for rows, _ in found)
    regions = mean(errors(one, rows, "region")[0] for rows, _ in found)
    told = mean(sum(row.exact[0] for row in rows if row.table == "region") for rows, _ in found)
    print(  # noqa: T201
        f"{one.name}: {told / len(one.month):.0%} of {len(one.month):,} cases told by group, gain"
        f" {gain:+.2%}, only one left {only:.2%}, country off by {country:.2%}, groups {regions:.2%}"
    )
    assert only <= 0.005
    assert gain <= 0.025
    assert country <= (0.015 if FULL else 0.03)
    assert regions <= 0.05
    assert all(last.attacked.opened == () for _, last in found)


@pytest.mark.parametrize("cut", [cook, nypd], ids=["cook-county", "new-york"])
def test_the_real_files_published_as_they_are_tell_of_people(cut, shared):
    one = cut(shared / "data")
    found = neighbour(one, "unprotected", int(one.month.max()) + 1)
    print(f"{one.name} unprotected: only one left and right {found.only_one:.2%}")  # noqa: T201
    assert found.only_one > 0.05
