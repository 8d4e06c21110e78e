"""DCAT 3 (W3C, 2024) in JSON-LD: the table as a dataset, its files as distributions with hashes."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

from candlemark.definition.skos import urn
from candlemark.publish.covering import opening
from candlemark.publish.open.json_file import json_bytes
from candlemark.publish.open.placing import named
from candlemark.publish.table import LICENCE_ADDRESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Table, Texts

CONTEXT: Final = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "spdx": "http://spdx.org/rdf/terms#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
_MEDIA: Final = "https://www.iana.org/assignments/media-types/"


def write(
    table: Table, placing: Placing, files: Mapping[str, bytes], media: Mapping[str, str]
) -> bytes:
    """The description of a table and of the files beside it.

    Args:
        table: see above.
        placing: see above.
        files: name and content of each.
        media: the media type of each.
    """
    parts = [_distribution(table, placing, name, files[name], media[name]) for name in files]
    return json_bytes({"@context": CONTEXT, "@graph": [dataset(table, placing, parts)]})


def dataset(table: Table, placing: Placing, parts: list[dict[str, Any]]) -> dict[str, Any]:
    """The node of a table."""
    found: dict[str, Any] = {
        "@id": placing.of(table),
        "@type": "dcat:Dataset",
        "dct:title": texts(table.titles),
        "dct:description": texts(
            {
                tongue: f"{opening(table.coverage, tongue)}{note}"
                for tongue, note in table.protection.notes.items()
            }
        ),
        "dct:identifier": named(table),
        "dct:issued": {"@value": placing.issued.isoformat(), "@type": "xsd:date"},
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": texts(placing.publisher)},
        "dct:conformsTo": {"@id": urn(table.edition)},
        "dct:temporal": {
            "@type": "dct:PeriodOfTime",
            "dcat:endDate": {"@value": table.as_of.isoformat(), "@type": "xsd:date"},
        },
        "dcat:version": str(placing.release),
    }
    return found | ({"dcat:distribution": parts} if parts else {})


def texts(found: Texts) -> list[dict[str, str]]:
    """A text in every tongue, as JSON-LD says it."""
    return [{"@value": text, "@language": tongue} for tongue, text in found.items()]


def _distribution(
    table: Table, placing: Placing, name: str, content: bytes, media: str
) -> dict[str, Any]:
    # Without an address of the site a file has none that is absolute; the hash names it all the
    # same, and a reader who opened this description knows in which folder it lies.
    where = f"{placing.of(table)}{name}" if placing.address else f"{named(table)}?file={name}"
    return {
        "@id": where,
        "@type": "dcat:Distribution",
        "dct:title": name,
        "dcat:mediaType": {"@id": f"{_MEDIA}{media}"},
        "dct:license": {"@id": LICENCE_ADDRESS},
        "dcat:byteSize": {"@value": str(len(content)), "@type": "xsd:nonNegativeInteger"},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {
                "@value": hashlib.sha256(content).hexdigest(),
                "@type": "xsd:hexBinary",
            },
        },
    } | ({"dcat:downloadURL": {"@id": where}} if placing.address else {})
