"""The same by Splink itself: on Spark for tables that outgrow a machine, and to hold ours against.

The plan's conditions are the same text, translated by Splink for Spark; rows are prepared here, so
what is sent is what is compared.  PySpark is no dependency of Candlemark; where it comes from says
``requirements/spark.txt``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from splink import DuckDBAPI, Linker, block_on

from candlemark.errors import SettingRefused
from candlemark.linkage.engine.flat import flat_rows
from candlemark.linkage.engine.in_memory import in_memory
from candlemark.linkage.engine.index import in_order, probability_of, weight_of
from candlemark.linkage.engine.levels import levels_of
from candlemark.linkage.engine.model import SMALLEST, equal_by_chance
from candlemark.linkage.engine.one_to_one import one_to_one
from candlemark.linkage.engine.rivals import beside_rivals
from candlemark.linkage.engine.running import Linked
from candlemark.linkage.engine.training import quiet, splink_settings
from candlemark.linkage.pairs import PAIRS
from candlemark.linkage.unknowns import Notebook

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.linkage.engine.model import LinkModel
    from candlemark.linkage.engine.plan import Compared


def linked_by_spark(
    model: LinkModel, rows: pa.Table, *, once_each: Sequence[str] = (), master: str = "local[2]"
) -> Linked:
    """What :func:`~candlemark.linkage.engine.running.link` gives, computed by Spark.

    Values that are too common are not left out: Spark is for whoever has the machines.

    Raises:
        SettingRefused: PySpark or Java is not installed.
    """
    try:
        sql: Any = importlib.import_module("pyspark.sql")
        splink: Any = importlib.import_module("splink")
        session = (
            sql.SparkSession.builder.master(master)
            .appName("candlemark")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "4")
            .getOrCreate()
        )
    except Exception as error:  # Java's own errors have no common class but this
        raise SettingRefused(
            "Spark cannot be started here",
            hint="install PySpark by requirements/spark.txt, and Java 17",
        ) from error
    try:
        return linked_by_splink(
            model,
            rows,
            splink.SparkAPI(
                spark_session=session,
                break_lineage_method="persist",
                register_udfs_automatically=False,
            ),
            once_each,
        )
    finally:
        session.stop()


def linked_by_splink(
    model: LinkModel, rows: pa.Table, database: Any = None, once_each: Sequence[str] = ()
) -> Linked:
    """The pairs of a model by Splink's own ``predict``; on DuckDB without a ``database``."""
    book, plan = Notebook("rows"), model.plan
    flat = flat_rows(rows, plan, book=book)
    settings = splink_settings(plan, _untaught(model))
    settings.retain_matching_columns = True  # or the levels are left out too
    settings.probability_two_random_records_match = model.prior
    settings.blocking_rules_to_generate_predictions = [
        _rule(flat, rule) for rule in (*plan.rules, *plan.exact)
    ]
    _put_shares(settings.comparisons, model)
    if database is not None:
        _in_sparks_words(settings.comparisons)
    api = database or DuckDBAPI(connection=in_memory())
    with quiet():
        table = flat if database is None else _for_spark(database, flat)
        linker = Linker(api.register(table, table_name="rows_to_link"), settings, log_level="ERROR")
        answer = linker.inference.predict(warning_mode="never")
        found = pa.Table.from_pylist(answer.as_record_list())
    return _as_ours(model, flat, found, once_each, book)


def _for_spark(database: Any, flat: pa.Table) -> Any:
    """Arrow to a Spark table, without pandas."""
    return database.spark.createDataFrame(flat)


def _in_sparks_words(comparisons: Sequence[Any]) -> None:
    """The one function of our conditions that Spark has under another name."""
    for one in comparisons:
        for level in one["comparison_levels"]:
            said = level["sql_condition"]
            level["sql_condition"] = said.replace("list_has_any(", "arrays_overlap(")


def _rule(flat: pa.Table, rule: Sequence[str]) -> Any:
    lists = [name for name in rule if pa.types.is_list(flat[name].type)]
    return block_on(*rule, arrays_to_explode=lists) if lists else block_on(*rule)


def _untaught(model: LinkModel) -> tuple[str, ...]:
    return tuple(
        name for name, shares in model.shares.items() if not any(one.m or one.u for one in shares)
    )


def _put_shares(comparisons: Sequence[Any], model: LinkModel) -> None:
    """The shares of a model into the settings of Splink."""
    for one in comparisons:
        levels = [level for level in one["comparison_levels"] if not level.get("is_null_level")]
        name = one["output_column_name"]
        for level, shares in zip(levels, model.shares[name], strict=True):
            level |= {"m_probability": shares.m or SMALLEST, "u_probability": shares.u or SMALLEST}
        compared = model.plan.compared(name)
        _put_chance(compared, levels, equal_by_chance(compared, model.shares[name]))


def _put_chance(one: Compared, levels: Sequence[Any], chance: float) -> None:
    """What the share of a value replaces is, to Splink, u of the level at which it is equal.

    Of two names that is the one at which they are heard as one; written as one they are that too.
    """
    last = [at for at, level in enumerate(levels_of(one).levels) if level.equal][-1:]
    for at in last:
        more = chance / levels[at]["u_probability"]
        levels[at]["m_probability"] *= more
        levels[at]["u_probability"] = chance


def _as_ours(
    model: LinkModel,
    flat: pa.Table,
    found: pa.Table,
    once_each: Sequence[str],
    book: Notebook,
) -> Linked:
    plan, names = model.plan, flat.select(["source", "record"])
    left, right = (names.take(pc.cast(found[f"n_{side}"], pa.int32())) for side in "lr")
    levels, weights = [], []
    for one in plan.comparisons:
        gamma = f"gamma_{one.name}"
        if gamma not in found.column_names:
            levels.append(np.full(found.num_rows, -1))
            weights.append(np.zeros(found.num_rows))
            continue
        value = np.asarray(found[gamma]).astype(int)
        # Splink counts levels from the last, ours from the first.
        levels.append(np.where(value < 0, -1, len(levels_of(one).levels) - value))
        parts = [f"mw_{one.name}", f"mw_tf_adj_{one.name}"]
        there = [np.asarray(found[part], float) for part in parts if part in found.column_names]
        weights.append(np.sum(there, axis=0))
    weight = model.prior_weight + np.sum(weights, axis=0)
    columns: dict[str, Any] = {
        "left_source": left["source"],
        "left_record": left["record"],
        "right_source": right["source"],
        "right_record": right["record"],
        "probability": pa.array(probability_of(weight)),
        "weight": pa.array(weight.astype(np.float32)),
        "levels": pa.array(list(np.stack(levels, 1).astype(np.int8))),
        "weights": pa.array(list(np.stack(weights, 1).astype(np.float32))),
        "key": pa.nulls(found.num_rows, pa.string()),
    }
    pairs = in_order(pa.table(columns).cast(PAIRS))
    candidates = pairs.num_rows
    pairs = pairs.filter(pc.greater_equal(pairs["weight"], weight_of(plan.people)))
    pairs = beside_rivals(pairs, once_each)
    pairs = one_to_one(pairs, once_each) if len(once_each) > 1 else pairs
    pairs = pairs.filter(pc.greater_equal(pairs["probability"], plan.people))
    automatic = int((pairs["probability"].to_numpy() >= plan.automatic).sum())
    return Linked(pairs, candidates, (), book.noticed, 0, automatic, pairs.num_rows - automatic)
