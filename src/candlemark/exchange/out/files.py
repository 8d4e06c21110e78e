"""The forms an export can have, and the file each makes."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple

from candlemark.exchange.out.complete import complete_json
from candlemark.exchange.out.events import ocel, xes
from candlemark.exchange.out.spreadsheets import csv_tables, flat_csv
from candlemark.exchange.out.things import Writing
from candlemark.exchange.out.workbook import workbook

if TYPE_CHECKING:
    from candlemark.exchange.out.taken import Taken


class Form(StrEnum):
    """In which form cases leave."""

    CSV = "csv"
    TABLES = "tables"
    XLSX = "xlsx"
    JSON = "json"
    OCEL = "ocel"
    XES = "xes"


class ExportFile(NamedTuple):
    """A file that is to leave: its name, its media type, its bytes."""

    name: str
    media_type: str
    content: bytes


FORMS: Final = {
    Form.CSV: ("csv", "text/csv; charset=utf-8"),
    Form.TABLES: ("zip", "application/zip"),
    Form.XLSX: ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    Form.JSON: ("json", "application/json"),
    Form.OCEL: ("ocel.json", "application/json"),
    Form.XES: ("xes", "application/xml"),
}
"""The ending and the media type of each."""


def export(taken: Taken, form: Form, tongue: str = "en") -> ExportFile:
    """What was taken as a file.

    Args:
        taken: the cases.
        form: in which form.
        tongue: of labels and texts in spreadsheets; the other forms hold every tongue or codes.
    """
    out = Writing(taken, tongue)
    if form is Form.CSV:
        content = flat_csv(out)
    elif form is Form.TABLES:
        content = csv_tables(out)
    elif form is Form.XLSX:
        content = workbook(out)
    elif form is Form.JSON:
        content = complete_json(taken)
    else:
        content = ocel(taken) if form is Form.OCEL else xes(taken)
    ending, media_type = FORMS[form]
    return ExportFile(f"cases-{taken.made.isoformat()}.{ending}", media_type, content)
