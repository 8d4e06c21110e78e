"""CSV on the Web (W3C, 2015): what each column of the CSV is, for programs that read both."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.covering import told
from candlemark.publish.open.json_file import json_bytes
from candlemark.publish.table import LICENCE_ADDRESS, TONGUES, Form, Sign, columns
from candlemark.publish.wording import same

if TYPE_CHECKING:
    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Table

NUMBERS: Final = ("value", "low", "high")


def write(table: Table, placing: Placing) -> bytes:
    """``table.csv-metadata.json``, which readers of CSVW look for beside ``table.csv``."""
    names = columns(table)
    return json_bytes(
        {
            "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
            "url": "table.csv",
            "dc:title": _texts(table.titles),
            "dc:coverage": [
                {"@value": text, "@language": tongue}
                for tongue in TONGUES
                for text in told(table.coverage, tongue)
            ],
            "dc:identifier": placing.of(table),
            "dc:publisher": placing.publisher["en"],
            "dc:issued": {"@value": placing.issued.isoformat(), "@type": "xsd:date"},
            "dc:license": {"@id": LICENCE_ADDRESS},
            "dialect": {"header": True, "encoding": "utf-8", "lineTerminators": ["\r\n"]},
            "tableSchema": {
                "columns": [_column(table, name) for name in names],
                "primaryKey": list(names[: len(table.dimensions) + 1]),
            },
        }
    )


def _column(table: Table, name: str) -> dict[str, Any]:
    dimension = table.dimension(name)
    titles = same(name) if dimension is None else dimension.labels
    found: dict[str, Any] = {"name": name, "titles": [name], "dc:title": _texts(titles)}
    if name in NUMBERS:
        whole = all(one.form is not Form.SHARE for one in table.measures)
        return found | {"datatype": "integer" if whole else "double", "null": ""}
    if name == "covered":
        return found | {"datatype": "double", "null": ""}
    if name == "source":
        return found | {"datatype": "string", "required": True}
    if name == "reason":
        return found | {"datatype": "string", "null": ""}
    codes = [sign.value for sign in Sign] if name == "sign" else _codes(table, name)
    return found | {
        "datatype": {
            "base": "string",
            "format": "|".join(code.replace("$", r"\$") for code in codes),
        },
        "required": True,
    }


def _codes(table: Table, name: str) -> list[str]:
    dimension = table.dimension(name)
    found = table.measures if dimension is None else dimension.categories
    return [one.code for one in found]


def _texts(found: Any) -> list[dict[str, str]]:
    return [{"@value": text, "@language": tongue} for tongue, text in found.items()]
