"""Parquet: the columns of the CSV with their types; the rest of the table in the notes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from candlemark.measure.canonical import canonical
from candlemark.publish.table import columns, document, rows

if TYPE_CHECKING:
    from candlemark.publish.table import Table

NOTE = "candlemark.table"
"""The key of the schema's metadata that holds everything but the cells, as canonical JSON."""


def write(table: Table) -> bytes:
    """The table as Parquet."""
    names = columns(table)
    numbers = {"value", "low", "high", "covered"}
    schema = pa.schema([(name, pa.float64() if name in numbers else pa.string()) for name in names])
    said: dict[str, Any] = document(table)
    del said["cells"]
    cells = zip(*rows(table), strict=True) if table.cells else ((),) * len(names)
    arrays = [
        pa.array(list(column), kind) for column, kind in zip(cells, schema.types, strict=True)
    ]
    made = pa.Table.from_arrays(arrays, schema=schema).replace_schema_metadata(
        {"candlemark.identity": table.identity, NOTE: canonical(said)}
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(made, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content
