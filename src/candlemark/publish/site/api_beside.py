"""Documents of the API that stand beside figures: answers of agencies, official numbers of others.

They are read like the others of ``api/``: files, described by the same OpenAPI document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.beside import COLUMNS, Absence, facts
from candlemark.publish.table import TONGUES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from candlemark.publish.answers import Answer, Exchange
    from candlemark.publish.beside import Country, Note, Row, Value
    from candlemark.publish.site.content import Site

_TEXT: Final = {"type": "string"}
_DAY: Final = {"type": "string", "format": "date"}
_TEXTS: Final = {"$ref": "#/components/schemas/Texts"}


def answers(site: Site, identities: Iterable[str] | None = None) -> list[dict[str, Any]]:
    """What agencies were asked and answered, oldest first.

    Args:
        site: see above.
        identities: of which tables; of all of them without.
    """
    wanted = None if identities is None else set(identities)
    return [
        _exchange(one)
        for one in site.answers.exchanges()
        if wanted is None or one.first.said.table in wanted
    ]


def _exchange(one: Exchange) -> dict[str, Any]:
    first = one.first.said
    return {
        "id": one.id,
        "agency": dict(first.agency),
        "release": first.release,
        "table": first.table,
        "at": list(first.at),
        "measure": first.measure,
        "state": one.state.value,
        "said": [_said(each) for each in one.every],
        "page": f"answers/{one.id}/en.html",
    }


def _said(each: Answer) -> dict[str, Any]:
    """What was withdrawn keeps its days and says why; its texts are gone."""
    said, gone = each.said, each.withdrawn
    answered = bool(said.texts) and gone is None
    return {
        "step": said.step.value,
        "on": said.on.isoformat(),
        "by": said.by.isoformat() if said.by else None,
        "tongue": said.tongue if answered else "",
        "original": said.original if answered else "",
        "texts": dict(said.texts) if answered else None,
        "withdrawn": None
        if gone is None
        else {"on": gone.on.isoformat(), "reasons": dict(gone.reasons)},
    }


def countries() -> dict[str, Any]:
    """The official columns and what others say of countries, with every source."""
    found = facts()
    return {
        "sources": [
            {
                "code": one.code,
                "publisher": one.publisher,
                "title": one.title,
                "address": one.address,
                "kind": one.kind.value,
                "read": one.read.isoformat(),
            }
            for one in found.sources.values()
        ],
        "indices": [
            {
                "code": one.code,
                "maker": one.maker,
                "columns": list(one.columns),
                "labels": _whole(one.labels),
                "year": _whole(one.year),
                "measures": _whole(one.measures),
                "caveat": _whole(one.caveat),
                "sources": list(one.sources),
            }
            for one in found.indices.values()
        ],
        "countries": [_country(one) for one in found.countries],
    }


def _country(country: Country) -> dict[str, Any]:
    return {
        "code": country.code,
        "labels": _whole(country.labels),
        "official": _rows(country.official, COLUMNS),
        "notes": [_note(one) for one in country.notes],
        "others": _rows(country.others, ("incidents",)),
        "context": [
            {
                "index": one.index,
                "rows": _rows(one.rows, facts().indices[one.index].columns),
                "remarks": [_note(each) for each in one.remarks],
            }
            for one in country.context
        ],
    }


def _rows(rows: Sequence[Row], columns: Sequence[str]) -> list[dict[str, Any]]:
    return [
        {
            "year": row.year,
            "source": row.source,
            "values": [
                {"of": column, **_value(value)}
                for column, value in zip(columns, row.values, strict=True)
            ],
        }
        for row in rows
    ]


def _value(value: Value) -> dict[str, Any]:
    if isinstance(value, Absence):
        return {"sign": value.value, "value": None}
    return {"sign": "zero" if value == 0 else "given", "value": value}


def _note(note: Note) -> dict[str, Any]:
    return {
        "years": list(note.years),
        "texts": _whole(note.texts),
        "sources": list(note.sources),
    }


def _whole(texts: Any) -> dict[str, str]:
    return {tongue: texts[tongue] for tongue in TONGUES}


# Described


def schemas() -> dict[str, Any]:
    """The parts of these documents, for OpenAPI."""
    said = _object(
        step={"enum": ["asked", "answered", "unanswered"]},
        on=_DAY,
        by={"anyOf": [_DAY, {"type": "null"}]},
        tongue=_TEXT,
        original=_TEXT,
        texts={"anyOf": [_TEXTS, {"type": "null"}]},
        withdrawn={"anyOf": [_object(on=_DAY, reasons=_TEXTS), {"type": "null"}]},
    )
    value = _object(
        of=_TEXT,
        sign={"enum": ["given", "zero", *(one.value for one in Absence)]},
        value={"type": ["integer", "string", "null"]},
    )
    year = {"type": "integer"}
    row = _object(year=year, source=_TEXT, values=_list(value))
    note = _object(years=_list(year), texts=_TEXTS, sources=_list(_TEXT))
    context = _object(index=_TEXT, rows=_list(row), remarks=_list(note))
    return {
        "Exchange": _object(
            id={"type": "string", "pattern": "^[0-9a-f]{32}$"},
            agency=_TEXTS,
            release={"type": "integer", "minimum": 1},
            table={"type": "string", "pattern": "^[0-9a-f]{64}$"},
            at=_list(_TEXT),
            measure=_TEXT,
            state={"enum": ["asked", "answered", "unanswered"]},
            said=_list(said),
            page=_TEXT,
        ),
        "Country": _object(
            code={"type": "string", "pattern": "^[A-Z]{2}$"},
            labels=_TEXTS,
            official=_list(row),
            notes=_list(note),
            others=_list(row),
            context=_list(context),
        ),
        "Source": _object(
            code=_TEXT,
            publisher=_TEXT,
            title=_TEXT,
            address=_TEXT,
            kind={"enum": ["own", "copy", "report"]},
            read=_DAY,
        ),
        "Index": _object(
            code=_TEXT,
            maker=_TEXT,
            columns=_list(_TEXT),
            labels=_TEXTS,
            year=_TEXTS,
            measures=_TEXTS,
            caveat=_TEXTS,
            sources=_list(_TEXT),
        ),
    }


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}
