"""CSV (RFC 4180): one header, one row per cell, nothing above it, lines end in CRLF.

An empty ``value`` always has a ``sign`` beside it that says why it is empty.  Every text in it is a
code of letters and digits, so no spreadsheet can take one for a formula.  What the codes mean
stands in the files beside it.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from candlemark.publish.table import columns, rows

if TYPE_CHECKING:
    from candlemark.publish.table import Table


def write(table: Table) -> bytes:
    """The table as CSV."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns(table))
    writer.writerows(rows(table))
    return text.getvalue().encode()
