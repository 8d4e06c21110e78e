"""Cases in from tables and out into files.

In: :func:`read_table` takes a table out of bytes, :func:`guess` says what its columns most likely
mean, :func:`plan` works out what it would change, and :func:`keep` says that.  Nothing is kept
before somebody has seen the plan.
"""

from candlemark.exchange.mapping import Column, Meant, fields_of, guess
from candlemark.exchange.planning import Plan, RowPlan, keep, plan
from candlemark.exchange.tables import Table, read_table
from candlemark.exchange.understanding import CellFault

__all__ = [
    "CellFault",
    "Column",
    "Meant",
    "Plan",
    "RowPlan",
    "Table",
    "fields_of",
    "guess",
    "keep",
    "plan",
    "read_table",
]
