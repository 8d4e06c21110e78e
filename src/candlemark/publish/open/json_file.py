"""The whole table as one JSON document: what it is, its words in every tongue, its cells."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from candlemark.publish.table import document

if TYPE_CHECKING:
    from candlemark.publish.table import Table


def write(table: Table) -> bytes:
    """The document, indented for the eye; its canonical form is what the identity is taken of."""
    return json_bytes({"identity": table.identity, **document(table)})


def json_bytes(found: object) -> bytes:
    """A document as every JSON file of a site is written: UTF-8, indented, one line end at last."""
    return (json.dumps(found, ensure_ascii=False, indent=1, allow_nan=False) + "\n").encode()
