"""The sources of a vault that are to be compared, as rows, each in the state it is in.

A source is the latest batch of a crosswalk, the case files (``cases``) or the people of them
(``persons``).  Of case files a member gets the names they may read, and no others.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from candlemark import agency, casefile
from candlemark.errors import SettingRefused, UnknownBatch
from candlemark.linkage.columns import ROWS, Noticed
from candlemark.linkage.facts import TrainedOn
from candlemark.linkage.from_batch import prepare_batch
from candlemark.linkage.from_cases import CASES, PERSONS, prepare_cases, prepare_persons
from candlemark.linkage.from_table import prepare_table, raw_columns, read_table, table_columns

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from candlemark.definition import Edition
    from candlemark.ledger import Ledger

_ONE_AGENCY: Final = 0.9
"""Two sources of whose keys so large a share are the same may be one agency, listed twice."""
_ENOUGH: Final = 10
_AGAIN: Final = 0.05
"""So large a share of a source is no chance, where names are there."""


@dataclass(frozen=True, slots=True)
class Sources:
    """Rows of several sources together."""

    rows: pa.Table
    """``columns.ROWS``."""
    states: tuple[TrainedOn, ...]
    noticed: tuple[Noticed, ...]


def prepare_sources(
    ledger: Ledger,
    names: Sequence[str],
    edition: Edition,
    columns: Mapping[str, dict[str, Any]] | None = None,
    states: Mapping[str, str] | None = None,
) -> Sources:
    """The sources named, prepared.

    Args:
        ledger: of an open vault.
        names: codes of crosswalks, ``cases``, ``persons``.
        edition: the definition crosswalks map to.
        columns: which raw columns of a batch say what, by crosswalk (``from_table.read_columns``).
        states: batches that are meant instead of the latest, by crosswalk.

    Raises:
        SettingRefused: no source, or one twice.
        UnknownBatch: nothing was imported by a crosswalk.
        NotUnderstood: raw columns that are not there.
        LedgerBroken: the ledger is damaged.
    """
    refuse_twice(names)
    said, at = columns or {}, states or {}
    found = [
        _prepared(ledger, name, edition, said.get(name, {}), at.get(name, "")) for name in names
    ]
    rows = pa.concat_tables([one.rows for one in found]) if found else ROWS.empty_table()
    noticed = tuple(each for one in found for each in one.noticed)
    return Sources(rows, tuple(one.states[0] for one in found), (*noticed, *doubtful(rows)))


def table_sources(paths: Sequence[Path], columns: Mapping[str, dict[str, Any]]) -> Sources:
    """Tables of files as sources, each under the name of its file.

    A table of which ``columns`` says nothing is taken as it is: it has the columns of the plan.

    Raises:
        SettingRefused: no table, or one name twice.
        SourceMissing, SourceMalformed, ColumnsDiffer, IdsDamaged: as ``from_table`` has it.
    """
    refuse_twice([path.stem for path in paths])
    found, states = [], []
    noticed: list[Noticed] = []
    for path in paths:
        table = read_table(path)
        if path.stem in columns:
            made = prepare_table(table, table_columns(columns[path.stem]), path.stem)
            table, noticed = made.rows, [*noticed, *made.noticed]
        elif "source" not in table.column_names:
            table = table.append_column("source", pa.array([path.stem] * table.num_rows))
        found.append(table)
        states.append(TrainedOn(path.stem, path.name, table.num_rows))
    rows = pa.concat_tables(found, promote_options="default")
    return Sources(rows, tuple(states), (*noticed, *doubtful(rows)))


def filled(rows: pa.Table) -> dict[str, int]:
    """Of each column: in how many rows something is known."""
    known = {}
    for name in rows.column_names:
        column = rows[name]
        known[name] = len(column) - column.null_count
        if pa.types.is_list(column.type):
            known[name] = sum(bool(words) for words in column.to_pylist())
    return known


def refuse_twice(names: Sequence[str]) -> None:
    """Refuse no source at all, and a source that is named twice.

    Raises:
        SettingRefused: either.
    """
    twice = [name for name, times in Counter(names).items() if times > 1]
    if twice:
        raise SettingRefused(
            f"{', '.join(twice)} is named twice",
            hint="compared with itself, every record would be found again",
        )
    if not names:
        raise SettingRefused(
            "no source is named", hint="name the code of a crosswalk, cases or persons"
        )


def _prepared(
    ledger: Ledger, name: str, edition: Edition, said: dict[str, Any], state: str
) -> Sources:
    if name in {CASES, PERSONS}:
        prepare = prepare_cases if name == CASES else prepare_persons
        made = prepare(casefile.cases(ledger))
        state = str(ledger.size)
    else:
        of_it = [
            one for one in agency.batches(ledger) if one.crosswalk == name and state in {"", one.id}
        ]
        if not of_it:
            raise UnknownBatch(
                f"nothing was imported by {name[:60]}",
                hint="candlemark batch list shows what was; cases and persons are the case files",
            )
        latest = of_it[-1]
        crosswalk = agency.crosswalk_of(ledger, name, edition, latest.crosswalk_fingerprint)
        tables = agency.tables(ledger, latest.id)
        made, state = prepare_batch(tables, crosswalk, raw_columns(said)), latest.id
    return Sources(made.rows, (TrainedOn(name, state, made.rows.num_rows),), made.noticed)


def doubtful(rows: pa.Table) -> tuple[Noticed, ...]:
    """What rows of all sources together show that no row shows by itself."""
    return (*one_agency(rows), *repeated(rows))


def repeated(rows: pa.Table) -> tuple[Noticed, ...]:
    """Sources in which one row stands again and again under keys of its own."""
    compared = rows.select([name for name in ROWS.names if name in rows.column_names])
    if not {"name_words", "birth_lo"} <= set(compared.column_names):
        return ()
    named = compared.filter(pc.greater(pc.list_value_length(compared["name_words"]), 0))
    said = pa.table(
        {
            name: pc.binary_join(named[name], " ") if pa.types.is_list(kind) else named[name]
            for name, kind in zip(named.schema.names, named.schema.types, strict=True)
            if name != "record"
        }
    )
    counts = said.group_by(said.column_names).aggregate([([], "count_all")])
    counts = counts.group_by("source").aggregate([("count_all", "max"), ("count_all", "sum")])
    why = "they differ in nothing but their key: one row again and again, or nothing asked for"
    return tuple(
        Noticed(source, "every column", "the same values", most, why)
        for source, most, every in sorted(zip(*counts.to_pydict().values(), strict=True))
        if most >= _ENOUGH and most >= _AGAIN * every
    )


def one_agency(rows: pa.Table) -> tuple[Noticed, ...]:
    """Sources that look like one agency under two names: nearly all their keys are the same."""
    keys: dict[str, set[str]] = {}
    for source, record in zip(rows["source"].to_pylist(), rows["record"].to_pylist(), strict=True):
        keys.setdefault(source, set()).add(record)
    found = []
    for at, (one, its) in enumerate(keys.items()):
        for other, others in list(keys.items())[at + 1 :]:
            both, least = len(its & others), min(len(its), len(others))
            if least >= _ENOUGH and both >= _ONE_AGENCY * least:
                why = (
                    "the same keys: perhaps one agency listed twice, and every link a record's own"
                )
                found.append(Noticed(one, "record", other, both, why))
    return tuple(found)
