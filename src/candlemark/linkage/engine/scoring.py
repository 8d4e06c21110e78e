"""Weights of candidates, each pair of distinct names scored once.

The numbers are Splink's own (a test holds them against its ``predict``): the prior, and for each
comparison log2 of m over u, with u replaced by how often the value occurs where rarity counts.
What is done differently is the order: levels that compare letters are looked up in a table of the
distinct pairs of values that ever met, and pairs that cannot matter are not kept.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

from candlemark.linkage.engine.levels import CHANGED_PLACES, levels_of
from candlemark.linkage.engine.model import SMALLEST

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.engine.plan import Compared

_DEAR: Final = frozenset({"name", "text", "terms"})
"""Kinds whose conditions compare letters, or what is in lists."""
UNKNOWN: Final = -1
"""The level of a pair of which one value is not known."""


def dear(model: LinkModel) -> tuple[Compared, ...]:
    """Comparisons whose distinct pairs have a table."""
    return tuple(one for one in model.plan.comparisons if one.kind in _DEAR)


def prepare_terms(connection: DuckDBPyConnection, model: LinkModel, table: str) -> None:
    """Number the distinct values of dear comparisons in ``term_<comparison>``, keeping old numbers.

    Adds what is new in ``table``.
    """
    for one in dear(model):
        columns = ", ".join(_term_columns(one))
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS term_{one.name} AS SELECT 0::INTEGER AS term, {columns}"
            f" FROM {table} LIMIT 0"
        )
        same = " AND ".join(f"k.{c} IS NOT DISTINCT FROM x.{c}" for c in _term_columns(one))
        connection.execute(
            f"INSERT INTO term_{one.name} SELECT (SELECT count(*) FROM term_{one.name})"
            f" + row_number() OVER (ORDER BY {columns}), {columns}"
            f" FROM (SELECT DISTINCT {columns} FROM {table} WHERE {one.name} IS NOT NULL) x"
            f" ANTI JOIN term_{one.name} k ON {same}"
        )
        connection.execute(
            f"CREATE TABLE IF NOT EXISTS met_{one.name} (l INTEGER, r INTEGER, level TINYINT)"
        )


def _term_columns(one: Compared) -> tuple[str, ...]:
    """What tells one value of a dear comparison from another, and what its conditions ask for."""
    if one.kind != "name":
        return (one.name, f"{one.name}_terms") if one.kind == "terms" else (one.name,)
    return (one.name, *(f"{one.name}_{part}" for part in ("heard", "bare", "words", "keys")))


def count_values(connection: DuckDBPyConnection, model: LinkModel, table: str) -> None:
    """How often each value occurs, where rarity counts: ``often_<column>(value, share)``."""
    for column in frequent(model):
        connection.execute(
            f"CREATE OR REPLACE TABLE often_{column} AS SELECT {column} AS value,"
            f" log2(count(*) / (SELECT count({column}) FROM {table})) AS share FROM {table}"
            f" WHERE {column} IS NOT NULL GROUP BY {column}"
        )


def frequent(model: LinkModel) -> tuple[str, ...]:
    """Columns whose rarity counts."""
    found = (level.frequency for one in model.plan.comparisons for level in levels_of(one).levels)
    return tuple(dict.fromkeys(filter(None, found)))


def narrow(model: LinkModel, table: str, among: int) -> str:
    """SQL for the rows of ``table`` with nothing but what the last question asks of them.

    ``<comparison>_term`` are the numbers of their terms, ``<column>_often`` is log2 of the share of
    the rows that have its value.  Texts with a term are only asked whether they are there and
    the same, so hashes of 64 bits stand for them.

    Args:
        model: whose conditions are asked.
        table: flat rows.
        among: how many rows there were when values were counted.
    """
    kept = ["x.n", "x.source", *(_kept(model, name) for name in sorted(_told(model)))]
    kept += [f"t_{one.name}.term AS {one.name}_term" for one in dear(model)]
    # A value nobody had when they were counted is as rare as can be.
    kept += [
        f"CASE WHEN x.{name} IS NOT NULL THEN"
        f" coalesce(o_{name}.share, {-math.log2(among + 1)!r}) END AS {name}_often"
        for name in frequent(model)
    ]
    joins = []
    for one in dear(model):
        at = f"t_{one.name}"
        # By the value first: a join needs one equality; keys of one spelling differ by alphabet.
        same = [f"{at}.{one.name} = x.{one.name}"]
        same += [f"{at}.{c} IS NOT DISTINCT FROM x.{c}" for c in _term_columns(one)[1:]]
        joins.append(f" LEFT JOIN term_{one.name} {at} ON {' AND '.join(same)}")
    joins += [
        f" LEFT JOIN often_{name} o_{name} ON o_{name}.value = x.{name}" for name in frequent(model)
    ]
    return f"SELECT {', '.join(kept)} FROM {table} x{''.join(joins)}"


def _kept(model: LinkModel, name: str) -> str:
    texts = {f"{one.name}{part}" for one in dear(model) for part in ("", "_heard")}
    if name not in texts:
        return f"x.{name}"
    return f"CASE WHEN x.{name} IS NOT NULL THEN hash(x.{name}) END AS {name}"


def by_terms(model: LinkModel, found: str) -> str:
    """SQL for candidates with the terms of both sides: what is asked of all of them is narrow."""
    terms = [
        f"{at}.{one.name}_term AS {one.name}_term_{side}"
        for one in dear(model)
        for at, side in (("a", "l"), ("b", "r"))
    ]
    return (
        f"SELECT {', '.join(['c.l', 'c.r', *terms])} FROM ({found}) c"
        " JOIN rows a ON a.n = c.l JOIN rows b ON b.n = c.r"
    )


def meet(connection: DuckDBPyConnection, model: LinkModel) -> None:
    """Score the pairs of distinct values that meet in ``candidate`` for the first time."""
    for one in dear(model):
        name = one.name
        columns = _term_columns(one)
        sides = ", ".join(
            f"{at}.{column} AS {column}_{side}"
            for at, side in (("x", "l"), ("y", "r"))
            for column in columns
        )
        connection.execute(
            f"INSERT INTO met_{name} SELECT l, r, {_case(one, crossed=False)} FROM"
            f" (SELECT new.l, new.r, {sides} FROM (SELECT DISTINCT"
            f" least({name}_term_l, {name}_term_r) AS l,"
            f" greatest({name}_term_l, {name}_term_r) AS r"
            f" FROM candidate WHERE {name}_term_l IS NOT NULL AND {name}_term_r IS NOT NULL) new"
            f" ANTI JOIN met_{name} known ON known.l = new.l AND known.r = new.r"
            f" JOIN term_{name} x ON x.term = new.l JOIN term_{name} y ON y.term = new.r)"
        )


def _case(one: Compared, *, crossed: bool) -> str:
    """SQL for the number of the level; conditions speak of ``<column>_l`` and ``<column>_r``."""
    levels = levels_of(one)
    whens = [
        f"WHEN {level.condition} THEN {number}"
        for number, level in enumerate(levels.levels)
        if crossed or level.label != CHANGED_PLACES
    ]
    unknown = f"WHEN {levels.unknown} THEN {UNKNOWN} " if crossed else ""
    return f"CASE {unknown}{' '.join(whens)} ELSE {len(levels.levels)} END"


def scored(model: LinkModel, at_least: float) -> str:
    """SQL for the scores of ``candidate``: l, r, weight, levels, weights, key.

    Args:
        model: the shares.
        at_least: a weight; pairs under it are left out, but for those an exact key joins.
    """
    names = [one.name for one in model.plan.comparisons]
    total = " + ".join([f"({model.prior_weight!r})", *(f"w_{name}" for name in names)])
    levels, weights = (", ".join(f"{kind}_{name}" for name in names) for kind in "gw")
    weighing = ", ".join(f"{_weight(model, one)} AS w_{one.name}" for one in model.plan.comparisons)
    return (
        f"SELECT l, r, weight, [{levels}]::TINYINT[] AS levels, [{weights}]::FLOAT[] AS weights,"
        f" key FROM (SELECT *, {total} AS weight FROM (SELECT *, {weighing}"
        f" FROM ({_levelled(model)}))) WHERE weight >= {at_least!r} OR key IS NOT NULL"
    )


def _levelled(model: LinkModel) -> str:
    """SQL for the candidates with the level of each comparison, and how rare their values are."""
    sides = [
        f"{at}.{column} AS {column}_{side}"
        for at, side in (("a", "l"), ("b", "r"))
        for column in sorted(_needed(model))
    ]
    met = [
        f"LEFT JOIN met_{one.name} ON met_{one.name}.l = least({one.name}_term_l,"
        f" {one.name}_term_r) AND met_{one.name}.r = greatest({one.name}_term_l,"
        f" {one.name}_term_r)"
        for one in dear(model)
    ]
    asked = [f"({_level(one)})::TINYINT AS g_{one.name}" for one in model.plan.comparisons]
    asked += [f"greatest({c}_often_l, {c}_often_r) AS o_{c}" for c in frequent(model)]
    return (
        f"SELECT p.l, p.r, {', '.join(asked)}, {_key(model)} AS key FROM (SELECT c.*,"
        f" {', '.join(sides)} FROM candidate c JOIN rows a ON a.n = c.l JOIN rows b ON b.n = c.r) p"
        f" {' '.join(met)}"
    )


def _needed(model: LinkModel) -> set[str]:
    """Columns of rows that the last question speaks of."""
    return {f"{column}_often" for column in frequent(model)} | _told(model)


def _told(model: LinkModel) -> set[str]:
    """Those of them that the rows came with."""
    needed = {column for rule in model.plan.exact for column in rule}
    for one in model.plan.comparisons:
        name = one.name
        if one.kind == "name":
            needed |= {name} | ({f"{name}_heard", f"{one.crossed}_heard"} if one.crossed else set())
        elif one.kind == "day":
            needed |= {name, f"{name}_lo", f"{name}_hi", f"{name}_number"}
        else:
            needed.add(name)
    return needed


def _level(one: Compared) -> str:
    if one.kind not in _DEAR:
        return _case(one, crossed=True)
    levels = levels_of(one)
    turned = [
        f" WHEN {level.condition} THEN {number}"
        for number, level in enumerate(levels.levels)
        if level.label == CHANGED_PLACES
    ]
    known = f"{''.join(turned)} ELSE met_{one.name}.level"
    return f"CASE WHEN {levels.unknown} THEN {UNKNOWN}{known} END"


def _weight(model: LinkModel, one: Compared) -> str:
    shares = model.shares[one.name]
    levels, parts = levels_of(one).levels, []
    for number, level in enumerate(levels):
        weight, rare = shares[number].weight, ""
        if level.frequency and shares[number].m > 0:
            # As Splink does: what the value's own share replaces is u of the level at which this
            # column is equal.
            base = next(
                at
                for at, each in enumerate(levels)
                if each.frequency == level.frequency and each.counts >= 1
            )
            usual = math.log2(max(shares[base].u, SMALLEST))
            rare = f" + {level.counts!r} * ({usual!r} - o_{level.frequency})"
        said = f"{weight!r}{rare}"
        # In a small table every name is common; agreeing on one is still not evidence against.
        parts.append(
            f"WHEN {number} THEN " + (f"greatest(0.0, {said})" if rare and weight > 0 else said)
        )
    other = shares[-1].weight
    return f"CASE g_{one.name} WHEN {UNKNOWN} THEN 0.0 {' '.join(parts)} ELSE {other!r} END"


def _key(model: LinkModel) -> str:
    """SQL for the first exact key two rows share; null where they share none."""
    whens = [
        f"WHEN {' AND '.join(f'{column}_l = {column}_r' for column in rule)}"
        f" THEN '{', '.join(rule)}'"
        for rule in model.plan.exact
    ]
    return f"CASE {' '.join(whens)} END" if whens else "NULL::VARCHAR"
