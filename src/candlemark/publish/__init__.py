"""What leaves: protected figures as open data, gathered into numbered releases, as static files.

This floor takes :class:`~candlemark.protect.ProtectedFigure` and nothing else, by type and again at
run time; a figure that was not protected is refused with the name of the door it must pass.  Read
``table`` (the one form everything is written from), ``turning`` (how a figure becomes one),
``open`` (the files of a table), ``releases`` (what is public, and who said so), ``site`` (the tree
of files and its signed manifest), ``submissions`` (what is sent to a body), ``paper`` (the
typesetter).  ``dataset`` is one figure as a file, for a page inside.
"""

from __future__ import annotations

from typing import Final

from candlemark.publish import releases, submissions
from candlemark.publish.dataset import LICENCE, columns, csv_text, describe, json_document
from candlemark.publish.table import Sign, Table
from candlemark.publish.turning import table_of

KINDS: Final = releases.KINDS | submissions.KINDS
"""What this floor says in the ledger."""

__all__ = [
    "KINDS",
    "LICENCE",
    "Sign",
    "Table",
    "columns",
    "csv_text",
    "describe",
    "json_document",
    "table_of",
]
