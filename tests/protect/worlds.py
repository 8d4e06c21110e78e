"""Worlds that do not exist, month by month, and everything that can be published of them.

The same world is published by our method and by those that people use instead, and the same
attackers read both.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import numpy as np

from candlemark.protect.attacks.people import Guessing
from candlemark.protect.attacks.together import moved
from candlemark.protect.batch import Batch, batch
from candlemark.protect.batches.closing import Row, table_of
from candlemark.protect.batches.record_keys import Secret, draws, summed
from candlemark.protect.batches.tables import Events, Table, crossed
from candlemark.protect.policy import HOUSE

GROUNDS = ("gay-men", "trans-women", "lesbians", "roma", "armenians", "women")
COMMON = np.array([0.34, 0.24, 0.16, 0.12, 0.08, 0.06])
REGIONS = tuple(f"r{place:02d}" for place in range(12))
STAGES = ("reported", "opened", "charged", "judged")
MONTHS = 24


@dataclass(frozen=True)
class World:
    """Cases, one row each: the month it came, its region, its ground, its stage."""

    name: str
    month: np.ndarray
    region: np.ndarray
    ground: np.ndarray
    stage: np.ndarray
    regions: tuple[str, ...] = REGIONS
    grounds: tuple[str, ...] = GROUNDS
    stages: tuple[str, ...] = STAGES
    secret: Secret | None = None

    def upto(self, month):
        return self.month <= month


def world(seed, rate=30, months=MONTHS):
    """Thirty new cases a month in twelve regions of very different size."""
    rng = np.random.default_rng(seed)
    size = 1 / np.arange(1, len(REGIONS) + 1) ** 0.8
    month = np.repeat(np.arange(months), rng.poisson(rate, months))
    many = len(month)
    return World(
        f"w{seed}",
        month,
        rng.choice(len(REGIONS), many, p=size / size.sum()),
        rng.choice(len(GROUNDS), many, p=COMMON),
        rng.choice(len(STAGES), many, p=[0.5, 0.25, 0.15, 0.1]),
        secret=Secret(rng.bytes(32)),
    )


def plan(one, *, telling=("region",)):
    """The tables of a world: totals of the country always, grounds by what is named."""
    country = Table("country", of="grounds" if "country" in telling else "",
                    categories=one.grounds if "country" in telling else ())  # fmt: skip
    found = [country]
    for by, groups in (("region", one.regions), ("stage", one.stages)):
        if by in telling:
            parents = tuple((group, "") for group in groups) if by == "region" else ()
            inside = "country" if by == "region" else ""
            found.append(
                Table(by, groups, one.grounds, by, "grounds", parents=parents, inside=inside)
            )
    return found


def events(one, tables, month):
    """What has happened until a month, in each table."""
    now = one.upto(month)
    records = [f"{one.name}/{number}" for number in np.flatnonzero(now)]
    places = np.arange(len(records))
    group = {"": np.zeros(len(one.month), int), "region": one.region, "stage": one.stage}
    return {
        table.name: Events.of(
            one.secret,
            records,
            group[table.by][now],
            (places, one.ground[now]) if table.of else None,
            agency=one.stage[now],
        )
        for table in tables
    }


def released(one, tables, policy=HOUSE, months=MONTHS, *, exact_at_end=True):
    """Every release of a world: its rows, and the last release with what attacks found in all."""
    rows: list[Row] = []
    last: Batch | None = None
    for month in range(months):
        said = events(one, tables, month)
        last = batch(
            tables, said, rows, policy, one.secret, exact=exact_at_end and month == months - 1
        )
        rows.extend(last.rows)
    return rows, last


def errors(one, rows, table="country"):
    """How far running totals are from the truth, of what was released: whole and by group."""
    found = Counter()
    for row in rows:
        if row.table == table:
            found[row.group, "shown"] += row.total
            found[row.group, "true"] += row.exact[0]
    groups = {group for group, _ in found}
    true = sum(found[group, "true"] for group in groups)
    whole = abs(sum(found[group, "shown"] for group in groups) - true) / true
    off = sum(abs(found[group, "shown"] - found[group, "true"]) for group in groups)
    return whole, off / true


# What people do instead: one running table of region, ground and stage, issued anew each month.


def issues(one, method, months=MONTHS, policy=HOUSE):
    """The published running table of each month, as region x ground x stage."""
    shape = (len(one.regions), len(one.grounds), len(one.stages))
    cell = np.ravel_multi_index((one.region, one.ground, one.stage), shape)
    keys = one.secret.keys([f"{one.name}/{number}" for number in range(len(one.month))])
    rng = np.random.default_rng(len(one.month))
    for month in range(months):
        now = one.upto(month)
        counts, key = summed(int(np.prod(shape)), cell[now], keys[now])
        if method == "unprotected":
            shown = counts
        elif method == "hidden":
            shown = np.where((counts > 0) & (counts < 5), -1, counts)
        elif method == "cell-key":
            shown = np.where(counts > 0, table_of(policy).published(counts, draws(key)), 0)
        else:  # fresh dice: rounded to base 3 at random, anew every month
            shown = 3 * (counts // 3) + 3 * (rng.random(counts.shape) < (counts % 3) / 3)
        yield shown.reshape(shape), counts.reshape(shape)


def neighbour(one, method, months=MONTHS):
    """The neighbour against a table that is issued anew: what moved is where the case came in."""
    tried = right = only = 0
    share = np.bincount(one.ground, minlength=len(one.grounds)) / len(one.ground)
    before = np.zeros((len(one.regions), len(one.grounds), len(one.stages)), dtype=np.int64)
    for month, (shown, _) in enumerate(issues(one, method, months)):
        changed = moved(_cells(before), _cells(shown))
        for case in np.flatnonzero(one.month == month):
            left = changed.get(f"r{one.region[case]:02d}", set())
            weight = Counter()
            for what in left:
                ground = int(what.split("/")[0])
                weight[ground] += share[ground]
            guess = max(weight, key=weight.get) if weight else int(share.argmax())
            grounds = {int(what.split("/")[0]) for what in left}
            tried += 1
            right += guess == one.ground[case]
            only += grounds == {int(one.ground[case])}
        before = shown
    return Guessing(tried, float(share.max()), right / tried, only / tried, 0.0, 0.0)


def _cells(table):
    return {
        (f"r{place[0]:02d}", f"{place[1]}/{place[2]}"): int(value)
        for place, value in np.ndenumerate(table)
    }


def year(seed, many):
    """A closed year of twelve regions and four stages, cut into rows: what intruders gain of it."""
    rng, secret = np.random.default_rng(seed), Secret(bytes([seed]) * 32)
    share = rng.gamma(2, size=12)
    sides = ([f"r{number}" for number in range(12)], [f"s{number}" for number in range(4)])
    table = Table(
        "year",
        crossed(sides),
        tuple("abcdef"),
        "region+stage",
        "grounds",
        year="2025",
        margins=True,
    )
    codes = rng.choice(12, many, p=share / share.sum()), rng.integers(0, 4, many)
    said = Events.of(
        secret,
        [f"case{number}" for number in range(many)],
        np.ravel_multi_index(codes, table.sides),
        (np.arange(many), rng.choice(6, many, p=[0.34, 0.2, 0.16, 0.13, 0.1, 0.07])),
    )
    return batch([table], {"year": said}, [], HOUSE, secret, exact=False)
