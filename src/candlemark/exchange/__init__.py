"""Cases in from tables and out into files.

In: :func:`read_table` takes a table out of bytes, :func:`guess` says what its columns most likely
mean, :func:`plan` works out what it would change, and :func:`keep` says that.  Nothing is kept
before somebody has seen the plan.

Out: :func:`take` says which cases leave and which stay, :func:`export` makes a file of them.
"""

from candlemark.exchange.mapping import Column, Meant, fields_of, guess
from candlemark.exchange.out import ExportFile, Form, Taken, Terms, export, take
from candlemark.exchange.planning import Plan, RowPlan, keep, plan, prepare
from candlemark.exchange.tables import Table, read_table
from candlemark.exchange.understanding import CellFault

__all__ = [
    "CellFault",
    "Column",
    "ExportFile",
    "Form",
    "Meant",
    "Plan",
    "RowPlan",
    "Table",
    "Taken",
    "Terms",
    "export",
    "fields_of",
    "guess",
    "keep",
    "plan",
    "prepare",
    "read_table",
    "take",
]
