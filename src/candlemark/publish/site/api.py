"""A read-only API that is files: documents under ``api/``, described by OpenAPI 3.1.

Every path of it is a file, so it answers from any web server, from a folder and from a stick; there
is nothing to query, because a query over protected numbers would be another release.
"""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

from candlemark.publish.open import FORMATS
from candlemark.publish.open.citation import apa
from candlemark.publish.open.dcat import CONTEXT, dataset, texts
from candlemark.publish.open.formats import DESCRIPTION
from candlemark.publish.open.json_file import json_bytes
from candlemark.publish.open.placing import folder_of
from candlemark.publish.site import api_beside
from candlemark.publish.site.feeds import urn
from candlemark.publish.table import LICENCE, LICENCE_ADDRESS, TONGUES

if TYPE_CHECKING:
    from candlemark.publish.releases import Published
    from candlemark.publish.site.content import Site
    from candlemark.publish.table import Table

FORMAT: Final = "candlemark-api/1"


def api(site: Site) -> dict[str, bytes]:
    """Every document of the API, by path."""
    newest = [site.tables[identity] for identity in site.newest_of.values()]
    found = {
        "api/openapi.json": json_bytes(openapi(site)),
        "api/catalog.jsonld": json_bytes(_catalog(site, newest)),
        "api/releases.json": _document(
            publisher=dict(site.said.places.publisher),
            key=str(site.publisher),
            releases=[_summary(one) for one in site.said.published],
        ),
        "api/tables.json": _document(tables=[_row(site, one) for one in newest]),
        "api/answers.json": _document(answers=api_beside.answers(site)),
        "api/countries.json": _document(**api_beside.countries()),
    }
    for release in site.said.published:
        found[f"api/releases/{release.number}.json"] = _document(**_release(site, release))
    for table in newest:
        found[f"api/tables/{table.name}.json"] = _document(**_table(site, table))
    return found


def _document(**said: Any) -> bytes:
    return json_bytes({"format": FORMAT, "licence": LICENCE, **said})


def _summary(release: Published) -> dict[str, Any]:
    withdrawn = release.withdrawn
    return {
        "number": release.number,
        "published": release.on.isoformat(),
        "titles": dict(release.draft.titles),
        "corrects": release.draft.corrects or None,
        "corrected_by": release.corrected_by or None,
        "withdrawn": None
        if withdrawn is None
        else {"on": withdrawn.on.isoformat(), "reasons": dict(withdrawn.reasons)},
        "document": f"releases/{release.number}.json",
    }


def _release(site: Site, release: Published) -> dict[str, Any]:
    changes = site.changes(release)
    return _summary(release) | {
        "texts": dict(release.draft.texts),
        "digest": release.draft.digest,
        "checkpoint": release.checkpoint.decode(),
        "changes": None if changes is None else dataclasses.asdict(changes),
        "tables": [_row(site, one) for one in site.tables_of(release)],
    }


def _row(site: Site, table: Table) -> dict[str, Any]:
    return {
        "name": table.name,
        "identity": table.identity,
        "titles": dict(table.titles),
        "question": table.question.code,
        "agency": table.agency.code,
        "unit": table.unit.code,
        "edition": table.edition,
        "edition_fingerprint": table.edition_fingerprint,
        "as_of": table.as_of.isoformat(),
        "as_of_stated": table.as_of_stated,
        "simulated": table.simulated,
        "releases": list(site.carried[table.identity]),
        "folder": folder_of(table),
        "document": f"{folder_of(table)}table.json",
    }


def _table(site: Site, table: Table) -> dict[str, Any]:
    placing = site.placing(table)
    forms = [
        {"identity": one.identity, "releases": list(site.carried[one.identity])}
        for one in site.tables.values()
        if one.name == table.name
    ]
    return _row(site, table) | {
        "address": placing.of(table),
        "citation": {tongue: apa(table, placing, tongue) for tongue in TONGUES},
        "files": [{"name": one.name, "label": one.label, "media": one.media} for one in FORMATS]
        + [{"name": DESCRIPTION, "label": "DCAT", "media": "application/ld+json"}],
        "forms": forms,
        "answers": api_beside.answers(
            site, [one.identity for one in site.tables.values() if one.name == table.name]
        ),
    }


def _catalog(site: Site, newest: list[Table]) -> dict[str, Any]:
    nodes = [dataset(one, site.placing(one), []) for one in newest]
    places = site.said.places
    catalog = {
        "@id": places.address or urn(site),
        "@type": "dcat:Catalog",
        "dct:title": texts(places.publisher),
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": texts(places.publisher)},
        "dct:modified": {"@value": site.last.on.isoformat(), "@type": "xsd:date"},
        "dcat:dataset": [{"@id": one["@id"]} for one in nodes],
    }
    return {"@context": CONTEXT, "@graph": [catalog, *nodes]}


def openapi(site: Site) -> dict[str, Any]:
    """The description of the API."""
    address = site.said.places.address
    servers = [{"url": "../", "description": "The copy this description lies in"}]
    if address:
        servers.append({"url": address, "description": "The site"})
    number = {"type": "integer", "minimum": 1}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": site.said.places.publisher["en"],
            "version": FORMAT.rpartition("/")[2],
            "description": "Protected figures, as files. Nothing is asked of a server.",
            "license": {"name": LICENCE, "identifier": LICENCE},
        },
        "servers": servers,
        "paths": {
            "/api/releases.json": _get("releases", "Every release, oldest first", "Releases"),
            "/api/releases/{number}.json": _get(
                "release", "One release, with its tables", "Release", ("number", number)
            ),
            "/api/tables.json": _get("tables", "The newest form of every table", "Tables"),
            "/api/tables/{name}.json": _get(
                "table",
                "The newest form of one table, its files and its earlier forms",
                "TableEntry",
                ("name", {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}),
            ),
            "/api/answers.json": _get(
                "answers", "What agencies were asked and answered, oldest first", "Answers"
            ),
            "/api/countries.json": _get(
                "countries", "Official numbers of others, and what others say", "Countries"
            ),
            "/tables/{identity}/table.json": _get(
                "cells",
                "One table with its cells, under its permanent address",
                "Table",
                ("identity", _HASH),
            ),
        },
        "components": {"schemas": _schemas()},
    }


_HASH: Final = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
_TEXTS: Final = {"$ref": "#/components/schemas/Texts"}
_NAMED: Final = {"$ref": "#/components/schemas/Named"}
_DAY: Final = {"type": "string", "format": "date"}
_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": ["number", "null"]}


def _get(
    name: str, says: str, schema: str, parameter: tuple[str, dict[str, Any]] | None = None
) -> dict[str, Any]:
    found = {"$ref": f"#/components/schemas/{schema}"}
    operation: dict[str, Any] = {
        "operationId": name,
        "summary": says,
        "responses": {
            "200": {"description": says, "content": {"application/json": {"schema": found}}},
            "404": {"description": "There is no such file"},
        },
    }
    if parameter is not None:
        operation["parameters"] = [
            {"name": parameter[0], "in": "path", "required": True, "schema": parameter[1]}
        ]
    return {"get": operation}


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _part(name: str) -> dict[str, str]:
    return {"$ref": f"#/components/schemas/{name}"}


def _own(**properties: Any) -> dict[str, Any]:
    return _object(format={"const": FORMAT}, licence=_TEXT, **properties)


def _schemas() -> dict[str, Any]:
    count = {"type": "integer", "minimum": 0}
    summary = {
        "number": {"type": "integer", "minimum": 1},
        "published": _DAY,
        "titles": _TEXTS,
        "corrects": {"type": ["integer", "null"]},
        "corrected_by": {"type": ["integer", "null"]},
        "withdrawn": {"anyOf": [_object(on=_DAY, reasons=_TEXTS), {"type": "null"}]},
        "document": _TEXT,
    }
    row = {
        "name": _TEXT,
        "identity": _HASH,
        "titles": _TEXTS,
        "question": _TEXT,
        "agency": _TEXT,
        "unit": _TEXT,
        "edition": _TEXT,
        "edition_fingerprint": _HASH,
        "as_of": _DAY,
        "as_of_stated": {"type": "boolean"},
        "simulated": {"type": "boolean"},
        "releases": _list(count),
        "folder": _TEXT,
        "document": _TEXT,
    }
    rows = {"$ref": "#/components/schemas/Row"}
    changed = _object(name=_TEXT, cells=count, added=count, gone=count)
    changes = _object(
        added=_list(_TEXT), gone=_list(_TEXT), same=_list(_TEXT), changed=_list(changed)
    )
    return {
        "Texts": {
            "type": "object",
            "description": "One text in every tongue",
            "properties": dict.fromkeys(TONGUES, _TEXT),
            "required": list(TONGUES),
        },
        "Named": _object(code=_TEXT, labels=_TEXTS),
        "Row": _object(**row),
        "Releases": _own(publisher=_TEXTS, key=_TEXT, releases=_list(_object(**summary))),
        "Release": _own(
            **summary,
            texts=_TEXTS,
            digest=_HASH,
            checkpoint=_TEXT,
            changes={"anyOf": [changes, {"type": "null"}]},
            tables=_list(rows),
        ),
        "Tables": _own(tables=_list(rows)),
        "TableEntry": _own(
            **row,
            address=_TEXT,
            citation=_TEXTS,
            files=_list(_object(name=_TEXT, label=_TEXT, media=_TEXT)),
            forms=_list(_object(identity=_HASH, releases=_list(count))),
            answers=_list(_part("Exchange")),
        ),
        "Answers": _own(answers=_list(_part("Exchange"))),
        "Countries": _own(
            sources=_list(_part("Source")),
            indices=_list(_part("Index")),
            countries=_list(_part("Country")),
        ),
        **api_beside.schemas(),
        "Table": _table_schema(count),
        "Cell": _object(
            at=_list(_TEXT),
            measure=_TEXT,
            sign={"enum": ["number", "missing", "suppressed", "waiting", "zero"]},
            value=_NUMBER,
            low=_NUMBER,
            high=_NUMBER,
            reason=_TEXT,
        ),
    }


def _table_schema(count: dict[str, Any]) -> dict[str, Any]:
    covered = _object(what=_TEXT, code=_TEXT, labels=_TEXTS, share=_NUMBER)
    covered["properties"] |= {"low": _NUMBER, "high": _NUMBER}
    protection = _object(
        policy=_TEXT,
        way={"enum": ["round-and-hide", "closed-batches"]},
        notes=_TEXTS,
        parameters={"type": "object", "additionalProperties": {"type": "number"}},
        suppressed=count,
    )
    measure = _object(
        code=_TEXT, labels=_TEXTS, notes=_TEXTS, form={"enum": ["count", "share", "days"]}
    )
    return _object(
        identity=_HASH,
        format={"const": "candlemark-table/1"},
        name=_TEXT,
        titles=_TEXTS,
        question=_NAMED,
        agency=_NAMED,
        unit=_NAMED,
        entry=_NAMED,
        edition=_TEXT,
        edition_fingerprint=_HASH,
        as_of=_DAY,
        as_of_stated={"type": "boolean"},
        method=_NAMED,
        uncertainty=_NAMED,
        coverage=_list(covered),
        protection=protection,
        overlap={"type": "boolean"},
        simulated={"type": "boolean"},
        dimensions=_list(_object(code=_TEXT, labels=_TEXTS, categories=_list(_NAMED))),
        measures=_list(measure),
        cells=_list({"$ref": "#/components/schemas/Cell"}),
        licence=_TEXT,
        position=count,
    )
