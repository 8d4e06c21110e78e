"""A Data Package (datapackage.org, version 2): the CSV column by column, and its hash."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.covering import opening
from candlemark.publish.open import csv_file
from candlemark.publish.open.json_file import json_bytes
from candlemark.publish.table import LICENCE, LICENCE_ADDRESS, Sign, columns

if TYPE_CHECKING:
    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Table

_PROFILES: Final = "https://datapackage.org/profiles/2.0/"
_ABOUT: Final = {
    "value": "The number; empty where the sign says that there is none.",
    "low": "Low end of the 95 % interval, rounded outward; empty where there is no interval.",
    "high": "High end of the 95 % interval, rounded outward; empty where there is no interval.",
    "sign": "number, missing, suppressed, waiting or zero: five different things.",
    "reason": "A code that says more than the sign; empty where there is no more to say.",
    "source": "Whose cases these are: a code of an agency's records, or cases: those that the"
    " publisher knows of, which say nothing on a whole country.",
    "covered": "Of the cases counted, the share that says something on what they are divided by;"
    " the same in all rows, made of published numbers; empty where there is none.",
}


def write(table: Table, placing: Placing) -> bytes:
    """``datapackage.json``, for the CSV beside it."""
    content = csv_file.write(table)
    return json_bytes(
        {
            "$schema": f"{_PROFILES}datapackage.json",
            "name": table.name,
            "id": placing.of(table),
            "title": table.titles["en"],
            "description": _description(table),
            "version": f"{placing.release}.0.0",
            "created": f"{placing.issued.isoformat()}T00:00:00Z",
            "licenses": [{"name": LICENCE, "path": LICENCE_ADDRESS}],
            "contributors": [{"title": placing.publisher["en"], "roles": ["publisher"]}],
            "sources": [{"title": table.agency.labels["en"]}],
            "resources": [
                {
                    "$schema": f"{_PROFILES}dataresource.json",
                    "name": "table",
                    "type": "table",
                    "path": "table.csv",
                    "format": "csv",
                    "mediatype": "text/csv",
                    "encoding": "utf-8",
                    "bytes": len(content),
                    "hash": f"sha256:{hashlib.sha256(content).hexdigest()}",
                    "dialect": {"lineTerminator": "\r\n"},
                    "schema": _schema(table),
                }
            ],
        }
    )


def _description(table: Table) -> str:
    simulated = " The data are invented for demonstration." if table.simulated else ""
    return (
        f"{table.unit.labels['en']}, as of {table.as_of.isoformat()}, from"
        f" “{table.entry.labels['en']}”; definition {table.edition}."
        f" {opening(table.coverage, 'en')}{table.protection.notes['en']}{simulated}"
    )


def _schema(table: Table) -> dict[str, Any]:
    fields: list[dict[str, Any]] = [
        {
            "name": one.code,
            "type": "string",
            "title": one.labels["en"],
            "constraints": {"required": True, "enum": list(one.codes)},
        }
        for one in table.dimensions
    ]
    measures = [one.code for one in table.measures]
    fields.append(
        {"name": "measure", "type": "string", "constraints": {"required": True, "enum": measures}}
    )
    fields += [
        {"name": name, "type": "number", "description": _ABOUT[name]}
        for name in ("value", "low", "high")
    ]
    signs = {"required": True, "enum": [sign.value for sign in Sign]}
    fields.append(
        {"name": "sign", "type": "string", "description": _ABOUT["sign"], "constraints": signs}
    )
    fields += [
        {"name": name, "type": kind, "description": _ABOUT[name]}
        for name, kind in (("reason", "string"), ("source", "string"), ("covered", "number"))
    ]
    return {
        "$schema": f"{_PROFILES}tableschema.json",
        "fields": fields,
        "missingValues": [""],
        "primaryKey": [*columns(table)[: -len(_ABOUT)]],
    }
