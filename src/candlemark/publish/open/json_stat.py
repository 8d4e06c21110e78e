"""JSON-stat 2.0 (json-stat.org): the table as a sparse cube, its signs as the status of cells.

The cube has two dimensions more than the table: ``measure``, and ``bound``, which tells a number
from the ends of its interval.  A cell without a number has no value and a status; a place of the
cube for which the table has no cell has neither.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.covering import told
from candlemark.publish.open.json_file import json_bytes
from candlemark.publish.table import LICENCE_ADDRESS, Form, Sign, document
from candlemark.publish.wording import sign_notes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Table

_BOUNDS: Final = {"value": "Number", "low": "Low end", "high": "High end"}
_UNITS: Final = {
    Form.COUNT: {"label": "units", "decimals": 0},
    Form.SHARE: {"label": "share", "decimals": 2},
    Form.DAYS: {"label": "days", "decimals": 0},
}


def write(table: Table, placing: Placing) -> bytes:
    """The table as a JSON-stat dataset."""
    codes = [one.codes for one in table.dimensions]
    codes += [tuple(one.code for one in table.measures), tuple(_BOUNDS)]
    ids = [*(one.code for one in table.dimensions), "measure", "bound"]
    size = [len(one) for one in codes]
    places = [{code: n for n, code in enumerate(one)} for one in codes]
    values, statuses = {}, {}
    for cell in table.cells:
        for bound, number in zip(_BOUNDS, (cell.value, cell.low, cell.high), strict=True):
            if bound == "value" or number is not None:
                at = _index(size, places, (*cell.at, cell.measure, bound))
                statuses[str(at)] = cell.sign.value
                if number is not None:
                    values[str(at)] = number
    return json_bytes(
        {
            "version": "2.0",
            "class": "dataset",
            "label": table.titles["en"],
            "source": f"{placing.publisher['en']}, {table.agency.labels['en']}",
            "updated": placing.issued.isoformat(),
            "href": placing.of(table),
            "id": ids,
            "size": size,
            "role": {"metric": ["measure"]},
            "dimension": _dimensions(table),
            "value": values,
            "status": statuses,
            "note": [*told(table.coverage, "en"), table.protection.notes["en"]],
            "link": {"license": [{"href": LICENCE_ADDRESS, "type": "text/html"}]},
            "extension": {"status": _signs(), "candlemark": _about(table)},
        }
    )


def _index(size: Sequence[int], places: Sequence[dict[str, int]], at: Sequence[str]) -> int:
    """The place of a cell when the last dimension turns fastest."""
    return sum(places[n][code] * prod(size[n + 1 :]) for n, code in enumerate(at))


def _dimensions(table: Table) -> dict[str, Any]:
    found: dict[str, Any] = {
        one.code: {
            "label": one.labels["en"],
            "category": {
                "index": list(one.codes),
                "label": {each.code: each.labels["en"] for each in one.categories},
            },
        }
        for one in table.dimensions
    }
    found["measure"] = {
        "label": "Measure",
        "category": {
            "index": [one.code for one in table.measures],
            "label": {one.code: one.labels["en"] for one in table.measures},
            "unit": {one.code: _UNITS[one.form] for one in table.measures},
        },
    }
    found["bound"] = {
        "label": "Number or end of its 95 % interval",
        "category": {"index": list(_BOUNDS), "label": _BOUNDS},
    }
    return found


def _signs() -> dict[str, str]:
    return {sign.value: sign_notes(sign)["en"] for sign in Sign}


def _about(table: Table) -> dict[str, Any]:
    """Everything of the table but its cells: the words in the other tongues among it."""
    found = {"identity": table.identity, **document(table)}
    del found["cells"]
    return found
