"""A table of events as an event log: CSV, Parquet, and whatever speaks Arrow.

pandas, Polars and Arrow hand over their columns through the Arrow C stream, without a copy and
without a line here that knows them.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv, parquet

from candlemark.errors import Fault, IdsDamaged, NotUnderstood, SourceEmpty, SourceMalformed
from candlemark.measure.log.event_log import CODES, FEW, NAMES, EventLog
from candlemark.measure.log.reading.columns import Columns
from candlemark.measure.log.reading.days import NAMED, Days, days_of

if TYPE_CHECKING:
    from pathlib import Path

_DAMAGED: Final = r"^\s*[0-9]([.,][0-9]+)?[eE]\+?[0-9]+\s*$"
_EXACT: Final = 2**53
"""Whole numbers above this cannot be told apart as floating ones."""
_DELIMITERS: Final = (",", ";", "\t", "|")
_PRESENCE: Final = 50_000_000


def log_of(frame: Any, columns: Columns | None = None, *, source: str = "") -> EventLog:
    """The event log of a data frame: pandas, Polars, an Arrow table, or anything with its stream.

    Args:
        frame: one row an event.
        columns: which column says what.
        source: a name that may be shown.

    Raises:
        NotUnderstood: it is no data frame.
        ColumnsDiffer, IdsDamaged, SourceMalformed, SourceEmpty: see :func:`log_of_table`.
    """
    if isinstance(frame, pa.Table):
        table = frame
    elif hasattr(frame, "__arrow_c_stream__"):
        table = _known_texts(pa.table(frame))
    else:
        raise NotUnderstood(
            f"{type(frame).__name__} is no table of events",
            hint="give a pandas, Polars or Arrow data frame",
        )
    return log_of_table(table, columns or Columns(), source)


def _known_texts(table: pa.Table) -> pa.Table:
    """The table with its texts in the form every library knows.

    Polars gives its texts as views, of which little can be asked yet: they are no text to most of
    what reads a column.
    """
    for place, field in enumerate(table.schema):
        kind = field.type
        if pa.types.is_string_view(kind):
            table = table.set_column(place, field.name, table.column(place).cast(pa.string()))
        elif pa.types.is_dictionary(kind) and pa.types.is_string_view(kind.value_type):
            chunks = [
                pa.DictionaryArray.from_arrays(chunk.indices, chunk.dictionary.cast(pa.string()))
                for chunk in table.column(place).chunks
            ]
            table = table.set_column(place, field.name, pa.chunked_array(chunks))
    return table


def log_of_csv(path: Path, columns: Columns) -> EventLog:
    """The event log of a text file with a line of headers.

    Everything is read as text: what a reader guesses to be a number has lost its zeros.

    Raises:
        SourceMalformed: it is not UTF-8, or lines have another number of fields; all are named.
    """
    delimiter, headers = _header(path)
    columns = columns.named(headers)
    faults: list[Fault] = []

    def strange(row: csv.InvalidRow) -> str:
        at = f"line {row.number}" if row.number else "a line"
        faults.append(Fault(at, f"{row.actual_columns} fields, not {row.expected_columns}"))
        return "skip"

    kinds = dict.fromkeys(columns.wanted, pa.string())
    kinds |= dict.fromkeys(set(columns.wanted) - {columns.time, columns.until}, NAMES)
    try:
        table = csv.read_csv(
            path,
            csv.ReadOptions(use_threads=False, block_size=1 << 23),
            csv.ParseOptions(
                delimiter=delimiter, newlines_in_values=True, invalid_row_handler=strange
            ),
            csv.ConvertOptions(
                include_columns=list(columns.wanted),
                column_types=kinds,
                strings_can_be_null=True,
                null_values=[""],
                quoted_strings_can_be_null=True,
            ),
        )
    except (pa.ArrowInvalid, pa.ArrowKeyError):
        raise SourceMalformed(
            "the file is no table of text", hint="save it as CSV in UTF-8, with a line of headers"
        ) from None
    if faults:
        more = [Fault("the file", f"{len(faults):,} lines in all")] if len(faults) > NAMED else []
        raise SourceMalformed(
            f"{len(faults):,} lines have not as many fields as the headers",
            hint="get the file again, and do not open and save it in between",
            faults=[*faults[:NAMED], *more],
        )
    return log_of_table(table, columns, path.name)


def log_of_parquet(path: Path, columns: Columns) -> EventLog:
    """The event log of a Parquet file."""
    try:
        schema = parquet.read_schema(path)
        columns = columns.named(schema.names)
        texts = [
            name
            for name in columns.wanted
            if pa.types.is_string(schema.field(name).type)
            and name not in {columns.time, columns.until}
        ]
        with parquet.ParquetFile(path, read_dictionary=texts) as file:
            table = file.read(columns=list(columns.wanted), use_threads=False)
    except (pa.ArrowInvalid, pa.ArrowTypeError, OSError):
        raise SourceMalformed(
            "the file is no whole Parquet", hint="write it again from where it came"
        ) from None
    return log_of_table(table, columns, path.name)


def _header(path: Path) -> tuple[str, list[str]]:
    """The delimiter of a text file and its headers."""
    with path.open("rb") as file:
        line = file.readline(1 << 20)
    if not line.strip():
        raise SourceEmpty("the log holds no events", hint="give a file with rows")
    try:
        text = line.removeprefix(codecs.BOM_UTF8).decode("utf-8").rstrip("\r\n")
    except UnicodeDecodeError:
        raise SourceMalformed("the file is not in UTF-8", hint="save it as CSV UTF-8") from None
    delimiter = max(_DELIMITERS, key=text.count)
    cells = [cell.strip() for cell in text.split(delimiter)]
    return delimiter, [re.sub(r'^"(.*)"$', r"\1", cell) for cell in cells]


def log_of_table(table: pa.Table, columns: Columns, source: str = "") -> EventLog:
    """The event log of a table whose columns are known or have their usual names.

    Raises:
        ColumnsDiffer: columns are missing; what there is stands in the hint.
        SourceEmpty: there are no rows.
        IdsDamaged: the cases' identifiers were rounded by a spreadsheet.
        SourceMalformed: rows without a case or an activity, or with times that are no days.
        NotUnderstood: times were moved by a zone nobody names.
    """
    columns = columns.named(table.column_names)
    if not table.num_rows:
        raise SourceEmpty("the log holds no events", hint="give a file with rows")
    case = _names(table[columns.case], columns.case, ids=True)
    activity = _names(table[columns.activity], columns.activity)
    _refuse_nameless(table.num_rows, {columns.case: case, columns.activity: activity})
    days = days_of(
        table[columns.time], columns.time, written=columns.time_format, zone=columns.zone
    )
    hi = _until(table, columns, days) if columns.until else days.hi
    found: dict[str, Any] = {"case": case, "activity": activity, "lo": days.lo, "hi": hi}
    if days.time is not None:
        found["time"] = days.time
    if columns.order:
        found["seq"] = _order(table, columns.order)
    for name in ("agency", "cluster"):
        if getattr(columns, name):
            found[name] = _names(table[getattr(columns, name)], getattr(columns, name))
    codes = [
        _codes(case, scheme, _names(table[column], column), columns.absences)
        for scheme, column in columns.schemes.items()
    ]
    return EventLog(
        pa.table(found),
        pa.concat_tables(codes) if codes else CODES.empty_table(),
        source=source,
        unit=columns.unit,
        known_until=columns.known_until,
        tracked_from=columns.tracked_from,
        stages=columns.stages,
        order=columns.states,
        final=columns.final,
    )


def _names(column: pa.ChunkedArray, name: str, *, ids: bool = False) -> pa.DictionaryArray:
    """A column as texts, each kept once; numbers as they are written."""
    kind = column.type
    if pa.types.is_floating(kind):
        column = _whole(column, name)
    if pa.types.is_dictionary(kind):
        whole = column.unify_dictionaries().combine_chunks()
        texts = whole.dictionary.cast(pa.string())
        encoded = pa.DictionaryArray.from_arrays(whole.indices.cast(pa.int32()), texts)
    else:
        whole = column.combine_chunks()
        del column
        whole = whole.dictionary_encode()
        try:
            texts = whole.dictionary.cast(pa.string())
        except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
            raise SourceMalformed(
                f"the column {name} holds neither texts nor numbers",
                hint="name another column",
            ) from None
        encoded = pa.DictionaryArray.from_arrays(whole.indices, texts)
    trimmed = pc.utf8_trim_whitespace(texts)
    if not trimmed.equals(texts) or pc.any(pc.equal(texts, "")).as_py():
        empty = pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)
        encoded = empty.take(encoded.indices).dictionary_encode()
    if ids:
        _refuse_damaged(encoded, name)
    if len(encoded.dictionary) < FEW:  # half the memory for a column of activities
        small = encoded.indices.cast(pa.int16())
        encoded = pa.DictionaryArray.from_arrays(small, encoded.dictionary)
    return encoded


def _whole(column: pa.ChunkedArray, name: str) -> pa.ChunkedArray:
    """Identifiers a program has turned into floating numbers, when nothing of them is lost."""
    values = column.drop_null().to_numpy()
    lost = (np.abs(values) > _EXACT) | (values != np.floor(values))
    if lost.any():
        raise IdsDamaged(
            f"{int(lost.sum()):,} identifiers in {name} cannot be told apart",
            hint="read the column as text where the table is made",
        )
    return column.cast(pa.int64())


def _refuse_damaged(encoded: pa.DictionaryArray, name: str) -> None:
    """Refuse identifiers that a spreadsheet has rounded: they no longer tell cases apart."""
    damaged = pc.match_substring_regex(encoded.dictionary, _DAMAGED)
    if not pc.any(damaged).as_py():
        return
    rows = pc.indices_nonzero(damaged.take(encoded.indices).fill_null(False))
    faults = [
        Fault(f"row {row + 1}, column {name}", "rounded by a spreadsheet")
        for row in rows[:NAMED].to_pylist()
    ]
    if len(rows) > NAMED:
        faults.append(Fault(f"column {name}", f"{len(rows):,} rows in all"))
    raise IdsDamaged(
        f"{len(rows):,} identifiers were rounded by a spreadsheet (as in 2.01901E+14)",
        hint="get the file again and do not open it in a spreadsheet",
        faults=faults,
    )


def _refuse_nameless(rows: int, columns: dict[str, pa.DictionaryArray]) -> None:
    """Refuse rows without a case or an activity: nobody can say whose or what they are."""
    faults = []
    for name, column in columns.items():
        empty = column.null_count
        if empty == rows:
            faults.append(Fault(f"column {name}", "empty in every row"))
        elif empty:
            first = pc.indices_nonzero(column.is_null())[0].as_py() + 1
            faults.append(Fault(f"column {name}", f"empty in {empty:,} rows, first in row {first}"))
    if faults:
        raise SourceMalformed(
            "some rows do not say what happened to which case",
            hint="name the right columns with --case and --activity, or leave those rows out",
            faults=faults,
        )


def _until(table: pa.Table, columns: Columns, days: Days) -> pa.Array:
    """The last day each event can have been."""
    last = days_of(
        table[columns.until], columns.until, written=columns.time_format, zone=columns.zone
    ).hi
    hi = pc.coalesce(last, days.hi)
    wrong = pc.less(hi, days.lo).fill_null(False)
    many = pc.sum(wrong).as_py() or 0
    if many:
        raise SourceMalformed(
            f"in {many:,} rows {columns.until} is before {columns.time}",
            hint="name the columns the other way round",
        )
    return pc.if_else(pc.is_null(days.lo), days.lo, hi)


def _order(table: pa.Table, order: str) -> Any:
    if order == "rows":
        return np.arange(table.num_rows)
    column = table[order]
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    try:
        numbers = column.cast(pa.int64())
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError):
        numbers = None
    if numbers is None or numbers.null_count:
        raise SourceMalformed(
            f"the column {order} does not hold a whole number in every row",
            hint="name another with --order, or say --order rows if the rows stand in order",
        )
    return numbers


def _codes(
    case: pa.DictionaryArray, scheme: str, term: pa.DictionaryArray, absences: frozenset[str]
) -> pa.Table:
    """Which case is coded by what, once each."""
    cases, terms = len(case.dictionary), len(term.dictionary)
    unit, value = case.indices.to_numpy(), term.indices.fill_null(-1).to_numpy()
    if cases * terms <= _PRESENCE:
        there = np.zeros((cases, terms), dtype=bool)
        there[unit[value >= 0], value[value >= 0]] = True
        unit, value = np.nonzero(there)
    else:
        pairs = np.unique(unit[value >= 0].astype(np.int64) * terms + value[value >= 0])
        unit, value = pairs // terms, pairs % terms
    absent = np.array([text in absences for text in term.dictionary.to_pylist()], dtype=bool)
    named = pa.DictionaryArray.from_arrays
    return pa.Table.from_arrays(
        [
            named(pa.array(unit.astype(np.int32)), case.dictionary),
            named(pa.array(np.zeros(len(unit), np.int32)), pa.array([scheme])),
            named(pa.array(value.astype(np.int32)), term.dictionary),
            pa.array(absent[value]),
        ],
        schema=CODES,
    )
