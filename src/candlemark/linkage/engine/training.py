"""Training without labels, by Splink: what true pairs and pairs by chance look like.

The only module, with ``splinked``, that knows Splink.  The order is the one its makers advise: how
many pairs are true from rules that are sure to be right, pairs by chance by drawing them, and true
pairs by expectation maximisation on two rules that have no column in common.
"""

from __future__ import annotations

import logging
import math
import re
import warnings
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, SettingsCreator, block_on
from splink.internals.exceptions import EMTrainingException, SplinkException

from candlemark.errors import NothingToMeasure, NotMeasurable
from candlemark.linkage.engine.flat import flat_rows, lean
from candlemark.linkage.engine.in_memory import in_memory
from candlemark.linkage.engine.levels import ELSE, EXACT, levels_of
from candlemark.linkage.engine.model import LinkModel, Shares
from candlemark.linkage.engine.refining import refined, with_chance

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from candlemark.linkage.engine.levels import Level
    from candlemark.linkage.engine.plan import Compared, Plan
    from candlemark.linkage.unknowns import Notebook

_AT_MOST: Final = 500_000
"""Pairs of one rule that are learnt from; of more, a share drawn by hash."""
_AT_ONCE: Final = 100_000
"""Pairs by chance that are held at once, with all columns of both rows."""
_STEPS: Final = 50
_FEWER: Final = (20, 8, 3)
"""Steps that are tried where that many are too many."""
_SIDED: Final = re.compile(r"\b([a-z]\w*)_([lr])\b")
_RAREST: Final = 1e-12
_LEAST: Final = 1e-3
"""Of true pairs at least so many are at any level: a slip nobody made yet can be made."""
_APART: Final = 4.0
"""Two rules that teach weights so many bits apart disagree."""
_SEEN_SELDOM: Final = 1e-3
"""Shares under this rest on few pairs, and differ by chance."""


@dataclass(frozen=True, slots=True)
class Trained:
    """A model, and what was left open while it was made."""

    model: LinkModel
    rows: int
    untaught: tuple[str, ...]
    """Comparisons nothing could be learnt of (an empty column): they weigh nothing."""
    differing: tuple[str, ...]
    """Comparisons of which two rules taught very different things: a sign of a bad plan."""


@lean()
def train(
    rows: pa.Table,
    plan: Plan,
    tell: Callable[[float, str], None] = lambda _share, _what: None,
    book: Notebook | None = None,
    once_each: Sequence[str] = (),
) -> Trained:
    """Train a model on rows; none of them needs to be known to be the same as another.

    Args:
        rows: comparable rows, in any order: the same rows teach the same.
        plan: what is compared, and the seed of what is drawn.
        tell: called with the share done and what is being done.
        book: where default values that were taken for unknown are noted.
        once_each: sources of which no two records are one.  Where all are, a pair within a source
            teaches nothing, and none is looked at.

    Raises:
        ColumnsDiffer: a column of the plan is missing.
        NothingToMeasure: there are too few rows, or no two of them agree enough to learn from.
        NotMeasurable: they do not fit in memory.
    """
    if rows.num_rows < 20:
        raise NothingToMeasure(
            f"{rows.num_rows} rows are too few to learn from",
            hint="a model needs some hundreds; one that was trained elsewhere can be used",
        )
    flat = flat_rows(rows, plan, book=book, rules=(*plan.sure, *plan.learn))
    asked, plan = plan, _without_empty(plan, flat)
    tell(0.1, "rows")
    empty = tuple(
        one.name
        for one in plan.comparisons
        if flat[one.name if one.kind != "day" else f"{one.name}_lo"].null_count == flat.num_rows
    )
    most = plan.recall * math.comb(flat.num_rows, 2)
    if any(_more_agree(flat, rule, most) for rule in plan.sure):
        raise _tells_nobody_apart()  # before the pairs are made: there are too many of them
    written = {
        one.name: _written_alike(flat, one) for one in plan.comparisons if one.kind == "name"
    }
    try:
        with quiet(), in_memory() as connection:
            # Sums of several threads differ in their last digits, and so would the model's hash.
            connection.execute("SET threads = 1")
            linker = _linker(connection, flat, plan, empty, once_each)
            del flat
            prior = _prior(linker, plan)
            tell(0.2, "chance")
            _draw(linker, plan)
            _learn(linker, plan, tell)
            trained = _trained(linker, asked, prior, empty, rows.num_rows)
            del linker
    except SplinkException as error:
        if not isinstance(error.__cause__, duckdb.OutOfMemoryException):
            raise
        raise NotMeasurable(
            f"{rows.num_rows} rows do not fit in memory while a model is trained",
            hint="train on fewer of them: a model serves all rows of the kind",
        ) from error
    tell(0.9, "true pairs")
    model = with_chance(trained.model, written)
    return replace(trained, model=refined(model, rows, once_each, _LEAST))


def _written_alike(flat: pa.Table, one: Compared) -> float:
    """Of a row's name, how often another row in which it sounds the same has it written the same.

    Among pairs by chance the commonest names prevail, and they may be those with one spelling.
    """
    columns = (pc.dictionary_encode(flat[f"{one.name}{end}"]) for end in ("_heard", ""))
    heard, written = (np.asarray(pc.drop_null(coded.combine_chunks().indices)) for coded in columns)
    if not len(heard):
        return 0.0
    sounds = np.bincount(heard)
    first = np.zeros(int(written.max()) + 1, np.int64)
    first[written] = heard
    times = np.bincount(written).astype(np.float64)
    same = np.bincount(first, times**2, minlength=len(sounds)) / sounds
    return float(same.sum() / len(heard))


def _without_empty(plan: Plan, flat: pa.Table) -> Plan:
    """The plan with rules to learn by that ask for nothing no row says."""

    def known(rules: tuple[tuple[str, ...], ...]) -> tuple[tuple[str, ...], ...]:
        kept = (tuple(n for n in one if flat[n].null_count < flat.num_rows) for one in rules)
        return tuple(one for one in dict.fromkeys(kept) if one)

    return replace(plan, sure=known(plan.sure), learn=known(plan.learn))


def _linker(
    connection: duckdb.DuckDBPyConnection,
    flat: pa.Table,
    plan: Plan,
    empty: tuple[str, ...],
    once_each: Sequence[str],
) -> Linker:
    """Splink over one table, or over one for each source where no source repeats itself."""
    settings, database = splink_settings(plan, empty), DuckDBAPI(connection=connection)
    asked = _shortened(connection, settings.comparisons)
    asked |= {"n", "source", *(name for rule in (*plan.sure, *plan.learn) for name in rule)}
    flat = _in_numbers(flat.select([name for name in flat.column_names if name in asked]))
    sources = sorted(pc.unique(flat["source"]).to_pylist())
    if len(sources) < 2 or not set(sources) <= set(once_each):
        table: Any = database.register(flat, table_name="rows_to_learn_from")
    else:
        settings.link_type = "link_only"
        table = [
            database.register(
                flat.filter(pc.equal(flat["source"], source)), table_name=f"source_{at}"
            )
            for at, source in enumerate(sources)
        ]
    return Linker(table, settings, validate_settings=False, log_level="ERROR")


def _in_numbers(flat: pa.Table) -> pa.Table:
    """Rows with whole numbers in their lists, of which only is asked what two have in common.

    A text has the same number in all of them.
    """
    names = [field.name for field in flat.schema if pa.types.is_list(field.type)]
    lists = [flat[name].combine_chunks() for name in names]
    texts = pa.chunked_array([each.flatten() for each in lists], pa.string())
    numbers = pc.dictionary_encode(texts.combine_chunks()).indices
    first = 0
    for name, each in zip(names, lists, strict=True):
        counts = pc.fill_null(pc.list_value_length(each), 0)
        ends = np.concatenate(([0], np.cumsum(counts))).astype(np.int32)
        own = numbers.slice(first, int(ends[-1]))
        made = pa.ListArray.from_arrays(pa.array(ends), own, mask=pc.is_null(each))
        flat = flat.set_column(flat.column_names.index(name), name, made)
        first += len(own)
    return flat


def _shortened(connection: duckdb.DuckDBPyConnection, comparisons: Sequence[Any]) -> set[str]:
    """Conditions as functions of the database; gives the columns they ask for.

    Splink takes every text it is given apart some twenty times, which takes longer than asking it
    of the pairs, and it copies every column and count it may need.  Training does not ask how often
    a value occurs.  Equality stays as it is: by it Splink knows what a rule to learn by gives away.
    """
    asked: set[str] = set()
    for one in comparisons:
        for at, level in enumerate(one["comparison_levels"]):
            said, name = level["sql_condition"], f"is_{one['output_column_name']}_{at}"
            sided = sorted(set(_SIDED.findall(said)))
            asked |= {column for column, _side in sided}
            level.pop("tf_adjustment_column", None)
            level.pop("tf_adjustment_weight", None)
            if sided and level["label_for_charts"] != EXACT:
                given = ", ".join(f"{column}_{side}" for column, side in sided)
                connection.execute(f"CREATE TEMP MACRO {name}({given}) AS ({said})")
                level["sql_condition"] = f"{name}({given})"
    return asked


def _prior(linker: Linker, plan: Plan) -> float:
    rules: list[Any] = [block_on(*rule) for rule in plan.sure]
    found = 0.0
    if rules:
        try:
            linker.training.estimate_probability_two_random_records_match(rules, recall=plan.recall)
        except ValueError:  # by all rules together so many agree that fewer cannot be all
            raise _tells_nobody_apart() from None
        said = linker.misc.save_model_to_json()
        found = float(said["probability_two_random_records_match"])
    if found >= 1:
        raise _tells_nobody_apart()
    if found > _RAREST:
        return found
    raise NothingToMeasure(
        "no two rows agree on any rule that is sure to be right",
        hint="without one, nothing says how many pairs are one; look at `sure` of the plan",
    )


def _more_agree(flat: pa.Table, rule: tuple[str, ...], most: float) -> bool:
    """Whether more pairs of rows than that agree on a rule, counted without making them.

    Column by column, and only until they are few enough: mostly the first one says it.
    """
    group = np.zeros(flat.num_rows, np.int64)
    for name in rule:
        coded = pc.dictionary_encode(flat[name].combine_chunks()).indices
        known, code = np.asarray(pc.is_valid(coded)), np.asarray(pc.fill_null(coded, 0), np.int64)
        group = np.where(known & (group >= 0), group * flat.num_rows + code, -1)
        group = np.where(group >= 0, np.unique(group, return_inverse=True)[1], -1)
        many = np.bincount(group[group >= 0]).astype(np.float64)
        if (many * (many - 1) / 2).sum() <= most:
            return False
    return True


def _tells_nobody_apart() -> NothingToMeasure:
    return NothingToMeasure(
        "too many rows agree on a rule that is sure to be right: it tells nobody apart",
        hint="look whether one row stands there again and again, or a default value; and at"
        " `sure` of the plan",
    )


def _draw(linker: Linker, plan: Plan) -> None:
    """How often each level is met by chance."""
    linker.training.estimate_u_using_random_sampling(
        max_pairs=float(plan.random_pairs),
        seed=plan.seed,
        min_count_per_level=None,  # all of them
        num_chunks=max(1, plan.random_pairs // _AT_ONCE),
    )


def _learn(linker: Linker, plan: Plan, tell: Callable[[float, str], None]) -> None:
    taught = 0
    for at, rule in enumerate(plan.learn):
        tell(0.3 + 0.6 * at / len(plan.learn), "true pairs")
        try:
            _maximise(linker, rule)
        except EMTrainingException:
            continue  # no two rows agree on this; the other rules teach what they can
        taught += 1
    if not taught:
        raise NothingToMeasure(
            "no two rows agree on any rule a model learns from",
            hint="look at the columns of the rows, and at `learn` of the plan",
        )


def _maximise(linker: Linker, rule: tuple[str, ...]) -> None:
    """Learn by one rule.

    In lists without a slip the share of a slip shrinks with every step until no number holds it,
    and Splink stops there.  After fewer steps it is as good as none; a model takes no less than
    ``_LEAST``.
    """
    said = linker._settings_obj  # noqa: SLF001 - it takes the number of steps once for all rules
    whole = said.training_settings
    for steps in (_STEPS, *_FEWER):
        said.training_settings = replace(whole, max_iterations=steps)
        try:
            linker.training.estimate_parameters_using_expectation_maximisation(
                block_on(*rule), estimate_without_term_frequencies=True, max_pairs=float(_AT_MOST)
            )
        except ValueError:
            continue
        finally:
            said.training_settings = whole
        return
    raise NothingToMeasure(
        "rows that agree on one thing agree on all: nothing says what a slip looks like",
        hint="a model that was trained elsewhere can be used",
    )


def _trained(
    linker: Linker, plan: Plan, prior: float, empty: tuple[str, ...], rows: int
) -> Trained:
    """What Splink learnt, as our own model."""
    said = linker.misc.save_model_to_json()
    learnt = {one["output_column_name"]: one["comparison_levels"] for one in said["comparisons"]}
    shares: dict[str, tuple[Shares, ...]] = {}
    untaught = list(empty)
    for one in plan.comparisons:
        labels = levels_of(one).labels
        taught = [each for each in learnt.get(one.name, ()) if not each.get("is_null_level")]
        pairs = [(each.get("m_probability"), each.get("u_probability")) for each in taught]
        if len(pairs) != len(labels) or not any(m is not None for m, _ in pairs):
            shares[one.name] = tuple(Shares(0.0, 0.0) for _ in labels)
            untaught += [one.name] if one.name not in empty else []
            continue
        least = 1 / plan.random_pairs
        shares[one.name] = tuple(_shares(_share(m), _share(u), least) for m, u in pairs)
    return Trained(LinkModel(plan, prior, shares), rows, tuple(untaught), _differing(linker, plan))


def _shares(m: float, u: float, least: float) -> Shares:
    """The shares of a level, smoothed: one that was never seen is not impossible.

    Not among true pairs, and not by chance.  Of a level that was seen nowhere nothing is known, and
    it weighs nothing.
    """
    return Shares(max(m, _LEAST), max(u, least)) if m or u else Shares(0.0, 0.0)


def _share(number: Any) -> float:
    """A share; Splink says in words that a level was not observed."""
    return float(number) if isinstance(number, (int, float)) else 0.0


def _differing(linker: Linker, plan: Plan) -> tuple[str, ...]:
    """Comparisons of which the rules taught very different shares."""
    chart = linker.visualisations.parameter_estimate_comparisons_chart(
        include_m=True, include_u=False
    )
    found: dict[tuple[str, str], list[float]] = {}
    for each in chart.chart_data:
        share = _share(each["estimated_probability"])
        if share > _SEEN_SELDOM:
            level = each["comparison_name"], each["comparison_level_label"]
            found.setdefault(level, []).append(math.log2(share))
    apart = {name for (name, _), some in found.items() if max(some) - min(some) > _APART}
    return tuple(one.name for one in plan.comparisons if one.name in apart)


def splink_settings(plan: Plan, without: tuple[str, ...] = ()) -> SettingsCreator:
    """The plan as Splink takes it, without comparisons of empty columns."""
    return SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="n",
        comparisons=[
            {
                "output_column_name": one.name,
                "comparison_levels": _splink_levels(one),
            }
            for one in plan.comparisons
            if one.name not in without
        ],
        blocking_rules_to_generate_predictions=[],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=True,
        max_iterations=_STEPS,
    )


def _splink_levels(one: Compared) -> list[dict[str, Any]]:
    levels = levels_of(one)
    return [
        {"sql_condition": levels.unknown, "label_for_charts": "unknown", "is_null_level": True},
        *(_splink_level(level) for level in levels.levels),
        {"sql_condition": "ELSE", "label_for_charts": ELSE},
    ]


def _splink_level(level: Level) -> dict[str, Any]:
    said: dict[str, Any] = {"sql_condition": level.condition, "label_for_charts": level.label}
    if level.frequency:
        said |= {
            "tf_adjustment_column": level.frequency,
            "tf_adjustment_weight": level.counts,
        }
    return said


@contextmanager
def quiet() -> Iterator[None]:
    """Splink without its log: what it warns of is told by :class:`Trained`."""
    logger = logging.getLogger("splink")
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(before)
