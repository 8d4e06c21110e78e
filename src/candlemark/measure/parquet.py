"""A figure's rows as Parquet, with its identity and what it stands on in the file's own notes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from candlemark.measure.canonical import canonical
from candlemark.measure.document import document
from candlemark.measure.flat import as_rows

if TYPE_CHECKING:
    from candlemark.measure.figure import Figure
    from candlemark.measure.views.figure import ProcessFigure


def as_parquet(figure: Figure | ProcessFigure[Any]) -> bytes:
    """The rows of :func:`~candlemark.measure.flat.as_rows`, columns typed, nothing rounded.

    The key ``candlemark.figure`` of the schema's metadata holds the identity, ``candlemark.basis``
    the basis as canonical JSON.
    """
    said = document(figure)
    table = pa.Table.from_pylist(as_rows(figure))
    noted = table.replace_schema_metadata(
        {"candlemark.figure": str(said["identity"]), "candlemark.basis": canonical(said["basis"])}
    )
    sink = pa.BufferOutputStream()
    parquet.write_table(noted, sink, compression="zstd")
    content: bytes = sink.getvalue().to_pybytes()
    return content
