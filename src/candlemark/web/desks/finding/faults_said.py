"""What was wrong with a table, and what its fields are called, in the reader's words.

The floors below say it in English; here each of their sentences has its translation.  One that is
not here is shown as it is, in English.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.utils.translation import gettext as _

from candlemark.exchange.mapping import STAGE

if TYPE_CHECKING:
    from candlemark.errors import CandlemarkError
    from candlemark.exchange import CellFault
    from candlemark.web.desks.finding.shown import Names


class Refused(NamedTuple):
    """Why a table was refused, and what to do."""

    happened: str
    to_do: str
    faults: tuple[tuple[str, str], ...]


class CellSaid(NamedTuple):
    """A cell that was not understood."""

    row: int
    column: str
    why: str
    cell: str


def said(error: CandlemarkError) -> Refused:
    """An error as a page says it."""
    faults = tuple((one.where, _sentence(one.what)) for one in error.faults[:50])
    return Refused(_sentence(error.message), _sentence(error.hint), faults)


def cell(fault: CellFault, names: Names) -> CellSaid:
    """A cell as a page says it."""
    where = fault.header or (field(fault.field, names) if fault.field else "")
    return CellSaid(fault.row, where, _sentence(fault.why), fault.said)


def field(code: str, names: Names) -> str:
    """What a field of a case is called."""
    if code.startswith(STAGE):
        return names.term("stages", code.removeprefix(STAGE))
    return {
        "reference": _("own number of the case"),
        "title": _("neutral title"),
        "when": _("day of the incident"),
        "until": _("last day of the incident"),
        "country": _("country"),
        "region": _("region, as the definition lists it"),
        "place": _("place: city or region"),
        "what": _("what happened"),
        "grounds": _("bias grounds"),
        "offences": _("offences"),
        "indicators": _("bias indicators"),
        "victim": _("names of victims (sealed apart)"),
        "suspect": _("names of suspects (sealed apart)"),
        "authority": _("authority or court"),
        "agency": _("kind of authority"),
        "docket": _("number at the authority"),
        "stage": _("last stage"),
        "stage-when": _("day of the last stage"),
        "outcome": _("outcome"),
        "sentence": _("sentence"),
        "next-step": _("next step"),
        "next-step-due": _("day the next step is due"),
        "source": _("source"),
        "source-address": _("address of the source"),
        "note": _("note"),
    }.get(code, code)


def _sentence(english: str) -> str:
    known = {
        "this is not a day that can be read": _("this is not a day that can be read"),
        "this day can be read in two ways": _(
            "this day can be read in two ways; say below whether the day or the month comes first"
        ),
        "this year is not one of the common calendar": _(
            "this year is not one of the common calendar; other calendars are not converted"
        ),
        "a day needs its month": _("a day needs its month"),
        "one bound of this range is not known": _("one of the two dates is not known"),
        "who anybody is here is not this member's to say": _(
            "You do not read who anybody is, and so cannot keep names. Choose “left out” for this"
            " column, or ask somebody who reads them to bring the table in."
        ),
        "the definition has no such term": _("the definition has no such term"),
        "there is no such country": _("there is no such country"),
        "a text has at most 20,000 letters": _("a text has at most 20,000 letters"),
        "a number of a case has at most 200 letters": _(
            "a number of a case has at most 200 letters"
        ),
        "several rows have this number": _("several rows have this number"),
        "several cases of the vault have this number": _(
            "several cases of the vault have this number"
        ),
        "the row has neither a number nor a title": _("the row has neither a number nor a title"),
        "it holds a name of a person of the case; choose a neutral one": _(
            "the title holds a name of a person of the case; choose a neutral one"
        ),
        "this file is not a table": _("This file is not a table."),
        "open it in the program it is from and save it as XLSX or CSV": _(
            "Open it in the program it is from and save it as XLSX or CSV."
        ),
        "unpack it, and choose the table itself": _("Unpack it, and choose the table itself."),
        "this file is too large": _("This file is too large."),
        "split it; a file may have 32 MB and 200,000 rows": _(
            "Split it; a file may have 32 MB and 200,000 rows."
        ),
        "this file is empty": _("This file is empty."),
        "this file holds no rows": _("This file holds no rows."),
        "this workbook holds no rows": _("This workbook holds no rows."),
        "choose the file that holds the rows": _("Choose the file that holds the rows."),
        "this table has one line only": _("This table has one line only."),
        "the first line names the columns; rows follow it": _(
            "The first line names the columns; rows follow it."
        ),
        "the quotation marks of this file do not close": _(
            "The quotation marks of this file do not close."
        ),
        "the letters of this file cannot be read": _("The letters of this file cannot be read."),
        "save it anew, as CSV in UTF-8": _("Save it anew, as CSV in UTF-8."),
        "this workbook becomes far too large when it is opened": _(
            "This workbook becomes far too large when it is opened."
        ),
        "save the sheet with the cases alone, as CSV": _(
            "Save the sheet with the cases alone, as CSV."
        ),
        "this table is no longer held here": _("This table is no longer held here."),
        "choose the file again; what was kept of it is known again by its numbers": _(
            "Choose the file again; what was kept of it is known again by its numbers."
        ),
        "no file was chosen": _("No file was chosen."),
        "choose the file that holds the cases": _("Choose the file that holds the cases."),
        "this table has more than 10,000 rows": _("This table has more than 10,000 rows."),
        "bring it in with the command: candlemark case import FILE": _(
            "Bring it in with the command: candlemark case import FILE"
        ),
        "the columns cannot be read like this": _("The columns cannot be read like this."),
        "say for each column what it means": _("Say for each column what it means."),
        "one must hold the title or the number of each case": _(
            "one must hold the title or the number of each case"
        ),
        "take the file as its maker gave it, and do not open and save it in between": _(
            "Take the file as its maker gave it, and do not open and save it in between."
        ),
    }
    if english in known:
        return known[english]
    if english.startswith("there is no month") or " has no day " in english:
        return _("there is no such day")
    if " is no range: " in english:
        return _("the first of the two dates has to lie before the second")
    if english.endswith("were rounded by a spreadsheet, as in 2.01901E+14"):
        return _("Numbers of cases were rounded by a spreadsheet, as in 2.01901E+14.")
    return english
