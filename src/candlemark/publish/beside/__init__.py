"""Official numbers of others, to stand beside ours: facts, each with where and when it was read.

They are data (TOML), written by us from pages and reports that ``sources.toml`` names.  Read
``ge.toml`` for what a country looks like, then ``reading``.  To add a year: add a row and, when it
was read elsewhere, a source; a number without a source does not load.
"""

from __future__ import annotations

from candlemark.publish.beside.against import Against, against
from candlemark.publish.beside.reading import (
    COLUMNS,
    Absence,
    Context,
    Country,
    Facts,
    Index,
    Kind,
    Note,
    Row,
    Source,
    Value,
    facts,
    understood,
)

__all__ = [
    "COLUMNS",
    "Absence",
    "Against",
    "Context",
    "Country",
    "Facts",
    "Index",
    "Kind",
    "Note",
    "Row",
    "Source",
    "Value",
    "against",
    "facts",
    "understood",
]
