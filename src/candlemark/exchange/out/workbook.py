"""Cases as one XLSX file: what is in it, and a sheet for each table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from candlemark.exchange.out.about import about_text
from candlemark.exchange.out.sheets import Sheet, sheets_file
from candlemark.exchange.out.things import THINGS, rows

if TYPE_CHECKING:
    from candlemark.exchange.out.things import Writing


def workbook(out: Writing) -> bytes:
    """The sheet ``about``, and one for each table."""
    about = ((line,) for line in about_text(out.taken).splitlines())
    tables = (Sheet(thing.name, thing.columns, rows(thing, out)) for thing in THINGS)
    return sheets_file([Sheet("about", ("about",), about), *tables])
