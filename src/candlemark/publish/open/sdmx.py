"""SDMX 3.0: a structure message and a data message in SDMX-ML, and the data in SDMX-CSV 2.0.

The dimensions of the table, its measure and the as-of day are the dimensions of the key family; the
number is the measure ``OBS_VALUE``.  ``SIGN`` is ours and tells all five apart; ``OBS_STATUS``
says the nearest code of the SDMX code list of that name for programs that know only that.

Identifiers hold no point and no space; codes of a table hold neither.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from candlemark.publish.covering import told
from candlemark.publish.table import TONGUES, Sign
from candlemark.publish.wording import same, sign_labels

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from candlemark.publish.open.placing import Placing
    from candlemark.publish.table import Cell, Named, Table, Texts

AGENCY: Final = "CANDLEMARK"
VERSION: Final = "1.0.0"
_SCHEMAS: Final = "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/"
_LANG: Final = "xml:lang"
_STATUS: Final = {
    Sign.NUMBER: "A",
    Sign.ZERO: "A",
    Sign.MISSING: "M",
    Sign.WAITING: "M",
    Sign.SUPPRESSED: "Q",
}
_STATUS_LABELS: Final = {
    "A": "Normal value",
    "M": "Missing value; data cannot exist, or not yet",
    "Q": "Missing value; suppressed",
}
_ATTRIBUTES: Final = ("SIGN", "OBS_STATUS", "CONF_LOW", "CONF_HIGH", "REASON", "SOURCE", "COVERED")
_CONCEPTS: Final = {
    "MEASURE": "Measure",
    "TIME_PERIOD": "As of",
    "OBS_VALUE": "Number",
    "SIGN": "Sign",
    "OBS_STATUS": "Observation status",
    "CONF_LOW": "Low end of the 95 % interval",
    "CONF_HIGH": "High end of the 95 % interval",
    "REASON": "Reason",
    "SOURCE": "Whose cases",
    "COVERED": "Share of the cases counted that says something on what they are divided by",
}


def write_csv(table: Table) -> bytes:
    """The data as SDMX-CSV 2.0."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    head = ["STRUCTURE", "STRUCTURE_ID", "ACTION", *_dimension_ids(table), "OBS_VALUE"]
    writer.writerow([*head, *_ATTRIBUTES])
    flow = f"{AGENCY}:{_flow(table)}({VERSION})"
    for key, attributes in _observations(table):
        writer.writerow(["dataflow", flow, "R", *key.values(), *attributes.values()])
    return text.getvalue().encode()


def write_structure(table: Table, placing: Placing) -> bytes:
    """The structure message: code lists, concepts, the key family and the flow."""
    root = _message("Structure", table, placing, "STRUCTURE")
    structures = SubElement(root, "mes:Structures")
    lists = SubElement(structures, "str:Codelists")
    for name, labels, codes in _code_lists(table):
        made = _maintained(lists, "str:Codelist", name, labels)
        for code, said in codes:
            _name(SubElement(made, "str:Code", id=code), said)
    concepts = _maintained(
        SubElement(structures, "str:ConceptSchemes"),
        "str:ConceptScheme",
        _concepts(table),
        table.titles,
    )
    for code, said in _concept_labels(table):
        _name(SubElement(concepts, "str:Concept", id=code), said)
    flow = _maintained(
        SubElement(structures, "str:Dataflows"), "str:Dataflow", _flow(table), table.titles
    )
    for tongue in TONGUES if table.coverage else ():
        covers = "; ".join(told(table.coverage, tongue))
        SubElement(flow, "com:Description", {_LANG: tongue}).text = covers
    SubElement(flow, "str:Structure").text = _urn("datastructure.DataStructure", _family(table))
    family = _maintained(
        SubElement(structures, "str:DataStructures"),
        "str:DataStructure",
        _family(table),
        table.titles,
    )
    _components(SubElement(family, "str:DataStructureComponents"), table)
    return _bytes(root)


def write_data(table: Table, placing: Placing) -> bytes:
    """The data message, one observation per cell."""
    root = _message("StructureSpecificData", table, placing, "DATA")
    header = root[0]
    urn = _urn("datastructure.Dataflow", _flow(table))
    described = SubElement(
        header,
        "mes:Structure",
        structureID="TABLE",
        namespace=urn,
        dimensionAtObservation="AllDimensions",
    )
    SubElement(described, "com:StructureUsage").text = urn
    data = SubElement(
        root,
        "mes:DataSet",
        {
            "ss:structureRef": "TABLE",
            "ss:action": "Replace",
            "xsi:type": "own:DataSetType",
        },
    )
    for key, attributes in _observations(table):
        said = {name: str(value) for name, value in (key | attributes).items() if value != ""}
        SubElement(data, "Obs", said)
    root.set("xmlns:own", urn)
    return _bytes(root)


def _observations(table: Table) -> Iterator[tuple[dict[str, str], dict[str, str | int | float]]]:
    """Per cell its key, and its number with what is said of it; an empty text for nothing."""
    ids = _dimension_ids(table)
    day = table.as_of.isoformat()
    beside: dict[str, str | int | float] = {
        "SOURCE": table.agency.code,
        "COVERED": "" if table.covered is None else table.covered,
    }
    for cell in table.cells:
        key = dict(zip(ids, (*cell.at, cell.measure, day), strict=True))
        yield key, _said(cell) | beside


def _said(cell: Cell) -> dict[str, str | int | float]:
    return {
        "OBS_VALUE": "" if cell.value is None else cell.value,
        "SIGN": cell.sign.value,
        "OBS_STATUS": _STATUS[cell.sign],
        "CONF_LOW": "" if cell.low is None else cell.low,
        "CONF_HIGH": "" if cell.high is None else cell.high,
        "REASON": cell.reason,
    }


def _dimension_ids(table: Table) -> tuple[str, ...]:
    return (*(one.code.upper() for one in table.dimensions), "MEASURE", "TIME_PERIOD")


def _short(table: Table) -> str:
    """Identifiers of one table's structures differ from those of any other's."""
    return table.identity[:16].upper()


def _flow(table: Table) -> str:
    return f"DF_{_short(table)}"


def _family(table: Table) -> str:
    return f"DSD_{_short(table)}"


def _concepts(table: Table) -> str:
    return f"CS_{_short(table)}"


def _list(table: Table, code: str) -> str:
    return f"CL_{code.upper()}_{_short(table)}"


def _urn(kind: str, name: str, within: str = "") -> str:
    return f"urn:sdmx:org.sdmx.infomodel.{kind}={AGENCY}:{name}({VERSION}){within}"


def _code_lists(
    table: Table,
) -> Iterator[tuple[str, Texts, Sequence[tuple[str, Texts]]]]:
    def named(found: Sequence[Named]) -> list[tuple[str, Texts]]:
        return [(one.code, one.labels) for one in found]

    for one in table.dimensions:
        yield _list(table, one.code), one.labels, named(one.categories)
    measures = [(one.code, one.labels) for one in table.measures]
    yield _list(table, "measure"), same("Measure"), measures
    signs = [(sign.value, sign_labels(sign)) for sign in Sign]
    yield _list(table, "sign"), same("Sign"), signs
    statuses = [(code, same(label)) for code, label in _STATUS_LABELS.items()]
    yield _list(table, "status"), same("Observation status"), statuses


def _concept_labels(table: Table) -> Iterator[tuple[str, Texts]]:
    for one in table.dimensions:
        yield one.code.upper(), one.labels
    for code, label in _CONCEPTS.items():
        yield code, same(label)


def _components(parent: Element, table: Table) -> None:
    dimensions = SubElement(parent, "str:DimensionList", id="DimensionDescriptor")
    for number, one in enumerate((*(each.code for each in table.dimensions), "measure"), 1):
        made = SubElement(dimensions, "str:Dimension", id=one.upper(), position=str(number))
        _concept(made, table, one.upper())
        _enumerated(made, _list(table, one))
    time = SubElement(dimensions, "str:TimeDimension", id="TIME_PERIOD")
    _concept(time, table, "TIME_PERIOD")
    _written(time, "ObservationalTimePeriod")
    attributes = SubElement(parent, "str:AttributeList", id="AttributeDescriptor")
    for name in _ATTRIBUTES:
        usage = "mandatory" if name in {"SIGN", "OBS_STATUS", "SOURCE"} else "optional"
        made = SubElement(attributes, "str:Attribute", id=name, usage=usage)
        _concept(made, table, name)
        if name in {"SIGN", "OBS_STATUS"}:
            _enumerated(made, _list(table, name.removeprefix("OBS_")))
        else:
            _written(made, "String" if name in {"REASON", "SOURCE"} else "Double")
        related = SubElement(made, "str:AttributeRelationship")
        SubElement(related, "str:Observation")
    measures = SubElement(parent, "str:MeasureList", id="MeasureDescriptor")
    made = SubElement(measures, "str:Measure", id="OBS_VALUE", usage="optional")
    _concept(made, table, "OBS_VALUE")
    _written(made, "Double")


def _concept(parent: Element, table: Table, name: str) -> None:
    urn = _urn("conceptscheme.Concept", _concepts(table), f".{name}")
    SubElement(parent, "str:ConceptIdentity").text = urn


def _enumerated(parent: Element, name: str) -> None:
    local = SubElement(parent, "str:LocalRepresentation")
    SubElement(local, "str:Enumeration").text = _urn("codelist.Codelist", name)


def _written(parent: Element, kind: str) -> None:
    local = SubElement(parent, "str:LocalRepresentation")
    SubElement(local, "str:TextFormat", textType=kind)


def _message(kind: str, table: Table, placing: Placing, of: str) -> Element:
    spaces: Mapping[str, str] = {
        "xmlns:mes": f"{_SCHEMAS}message",
        "xmlns:com": f"{_SCHEMAS}common",
        "xmlns:str": f"{_SCHEMAS}structure",
        "xmlns:ss": f"{_SCHEMAS}data/structurespecific",
        "xmlns:xsi": "http://www.w3.org/2001/XMLSchema-instance",
    }
    root = Element(f"mes:{kind}", dict(spaces))
    header = SubElement(root, "mes:Header")
    SubElement(header, "mes:ID").text = f"{of}_{_short(table)}"
    SubElement(header, "mes:Test").text = "true" if table.simulated else "false"
    SubElement(header, "mes:Prepared").text = f"{placing.issued.isoformat()}T00:00:00Z"
    SubElement(header, "mes:Sender", id=AGENCY)
    return root


def _maintained(parent: Element, kind: str, name: str, labels: Texts) -> Element:
    made = SubElement(parent, kind, id=name, agencyID=AGENCY, version=VERSION)
    _name(made, labels)
    return made


def _name(parent: Element, labels: Texts) -> None:
    for tongue in TONGUES:
        SubElement(parent, "com:Name", {_LANG: tongue}).text = labels[tongue]


def _bytes(root: Element) -> bytes:
    indent(root, " ")
    found: bytes = tostring(root, encoding="UTF-8", xml_declaration=True)
    return found + b"\n"
