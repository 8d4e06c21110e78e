"""Every file of open data gives each cell back with its sign, to a reader that is not ours."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import warnings
from itertools import product
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import pyarrow.parquet as pq
import pytest
import rdflib

from candlemark.publish.open import FORMATS, LINES, files_of
from candlemark.publish.open.placing import named
from candlemark.publish.table import Sign, columns, read_table, rows
from public_tables import PLACING, all_tables, every_sign, occupancy_table

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # of what it imports, not of what it finds
    import frictionless

NUMBERS = ("value", "low", "high")


@pytest.fixture(scope="module", params=["every sign", "protected"])
def table(request):
    """One that tells a share of what it covers, and one that has none to tell."""
    return every_sign() if request.param == "every sign" else occupancy_table()


@pytest.fixture(scope="module")
def folder(table, tmp_path_factory):
    made = tmp_path_factory.mktemp("table")
    for name, content in files_of(table, PLACING).items():
        (made / name).write_bytes(content)
    return made


def plain(names, found):
    """Rows as every reader can give them: numbers as numbers, nothing as None, sorted."""
    out = []
    for row in found:
        cells = dict(zip(names, row, strict=True))
        for name in NUMBERS:
            cells[name] = None if cells[name] in (None, "") else float(cells[name])
        cells["reason"] = cells["reason"] or ""
        if cells["covered"] is not None:
            cells["covered"] = float(cells["covered"]) if cells["covered"] != "" else None
        out.append(tuple(cells[name] for name in names))
    return sorted(out, key=str)


def from_csv(folder, names):
    path = str(folder / "table.csv")
    found = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")

    assert tuple(found.columns) == names
    return found.fetchall()


def from_json(folder, names):
    table = read_table(_without_identity(folder / "table.json"))
    assert columns(table) == names
    return list(rows(table))


def _without_identity(path):
    said = json.loads(path.read_bytes())
    identity = said.pop("identity")
    assert re.fullmatch("[0-9a-f]{64}", identity)
    return json.dumps(said).encode()


def from_parquet(folder, names):
    found = pq.read_table(folder / "table.parquet")

    assert tuple(found.column_names) == names
    assert duckdb.sql("SELECT count(*) FROM found").fetchall() == [(found.num_rows,)]
    return [tuple(row.values()) for row in found.to_pylist()]


def from_json_stat(folder, names):
    """As json-stat.org writes it: the last dimension turns fastest."""
    said = json.loads((folder / "table.stat.json").read_bytes())
    lists = [said["dimension"][one]["category"]["index"] for one in said["id"]]
    assert [len(one) for one in lists] == said["size"]
    found = {}
    for number, (*at, bound) in enumerate(product(*lists)):
        value, sign = said["value"].get(str(number)), said["status"].get(str(number))
        if sign is not None:
            assert value is not None or bound == "value"
            cell = found.setdefault(tuple(at), dict.fromkeys(NUMBERS) | {"sign": sign})
            cell[bound] = value
    said_of = said["extension"]["candlemark"]
    covered = [one["share"] for one in said_of["coverage"] if one["what"] == "said"]
    beside = (said_of["agency"]["code"], covered[0] if covered else None)
    return [(*at, *cell.values(), None, *beside) for at, cell in found.items()]


def from_sdmx_csv(folder, names):
    path = str(folder / "table.sdmx.csv")
    found = duckdb.sql(f"SELECT * FROM read_csv('{path}', all_varchar = true, header = true)")
    return [_of_sdmx(dict(zip(found.columns, row, strict=True)), names) for row in found.fetchall()]


def from_sdmx_xml(folder, names):
    root = ET.parse(folder / "data.sdmx.xml").getroot()
    return [_of_sdmx(each.attrib, names) for each in root.iter("Obs")]


def _of_sdmx(said, names):
    others = {"value": "OBS_VALUE", "low": "CONF_LOW", "high": "CONF_HIGH"}
    return tuple(said.get(others.get(name, name.upper())) for name in names)


def from_data_package(folder, names):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        found = frictionless.Package(str(folder / "datapackage.json")).get_resource("table")
        read = found.read_rows()
    return [tuple(row[name] for name in names) for row in read]


READERS = {
    "table.csv": from_csv,
    "table.json": from_json,
    "table.parquet": from_parquet,
    "table.stat.json": from_json_stat,
    "table.sdmx.csv": from_sdmx_csv,
    "data.sdmx.xml": from_sdmx_xml,
    "datapackage.json": from_data_package,
}


def test_every_format_that_holds_cells_has_a_reader_here():
    assert {one.name for one in FORMATS if one.data} <= set(READERS)


@pytest.mark.parametrize("name", READERS)
def test_every_cell_and_its_sign_come_back(name, table, folder):
    names = columns(table)
    there = plain(names, READERS[name](folder, names))
    wanted = plain(names, rows(table))
    if name == "table.stat.json":  # that standard has no place for a reason; ``extension`` has
        reason = names.index("reason")
        wanted = [(*row[:reason], "", *row[reason + 1 :]) for row in wanted]

    assert there == wanted


def test_all_five_signs_stand_in_a_file_as_five_different_things(folder, table):
    signs = {row["sign"] for row in csv.DictReader(io.StringIO((folder / "table.csv").read_text()))}

    assert signs <= {sign.value for sign in Sign}
    if table.name == "every-sign":
        assert len(signs) == 5


def test_a_data_package_is_valid_to_the_library_of_its_makers(folder):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.validate(str(folder / "datapackage.json"))

    assert report.flatten(["type", "message"]) == []
    assert report.valid


def test_a_data_package_whose_csv_was_changed_is_not_valid(folder, tmp_path):
    for path in folder.iterdir():
        (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "table.csv").write_bytes(
        (folder / "table.csv").read_bytes().replace(b"number", b"nummer", 1)
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        report = frictionless.validate(str(tmp_path / "datapackage.json"))

    assert not report.valid


def test_the_description_of_the_csv_holds_for_every_cell_of_it(folder, table):
    said = json.loads((folder / "table.csv-metadata.json").read_bytes())["tableSchema"]["columns"]
    kinds = {one["name"]: one for one in said}
    found = list(csv.DictReader(io.StringIO((folder / "table.csv").read_text())))

    assert [one["name"] for one in said] == list(columns(table))
    for row in found:
        for name, text in row.items():
            kind = kinds[name]["datatype"]
            if isinstance(kind, dict):
                assert re.fullmatch(kind["format"], text), name
            elif text and kind != "string":
                float(text)
            assert text or not kinds[name].get("required"), name


def test_the_dataset_is_described_as_rdf_with_the_hash_of_every_file(folder, table):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # its own, of a class it uses
        graph = rdflib.Graph().parse(folder / "dcat.jsonld", format="json-ld")
    found = graph.query("""
        PREFIX dcat: <http://www.w3.org/ns/dcat#> PREFIX spdx: <http://spdx.org/rdf/terms#>
        PREFIX dct: <http://purl.org/dc/terms/>
        SELECT ?name ?size ?hash ?url WHERE {
          ?set a dcat:Dataset ; dct:identifier ?id ; dcat:distribution ?one .
          ?one dct:title ?name ; dcat:byteSize ?size ; dcat:downloadURL ?url ;
               spdx:checksum/spdx:checksumValue ?hash }""")
    rows_found = {str(row.name): row for row in found}

    assert set(rows_found) == {one.name for one in FORMATS if one.data}
    for name, row in rows_found.items():
        content = (folder / name).read_bytes()
        assert int(row.size) == len(content)
        assert str(row.hash) == hashlib.sha256(content).hexdigest()
        assert str(row.url) == f"https://example.org/tables/{table.identity}/{name}"
    titles = set(graph.objects(None, rdflib.DCTERMS.title))
    assert {one.language for one in titles if one.language} == {"en", "az", "ru", "fa", "tr"}


def test_the_citation_names_publisher_year_release_day_and_a_permanent_address(folder, table):
    (csl,) = json.loads((folder / "citation.json").read_bytes())
    bib = (folder / "citation.bib").read_text()

    address = f"https://example.org/tables/{table.identity}/"
    apa = (folder / "citation.txt").read_text()
    assert apa.startswith("House of Nobody. (2026). ")
    assert apa.rstrip().endswith(address)
    assert csl["type"] == "dataset"
    assert csl["URL"] == address
    assert f"url = {{{address}}}" in bib
    assert bib.count("{") == bib.count("}")
    assert all("2026-03-31" in text for text in (apa, bib, csl["note"]))


def test_without_a_site_the_address_is_the_hash_of_the_content():
    table = every_sign()
    files = files_of(table, PLACING.__class__(PLACING.publisher, 1, PLACING.issued))

    assert named(table).startswith("ni:///sha-256;")
    assert named(table) in files["citation.txt"].decode()
    assert b"downloadURL" not in files["dcat.jsonld"]


def test_the_same_table_gives_the_same_bytes_and_another_one_another_address():
    table, other = every_sign(), occupancy_table()

    assert files_of(table, PLACING) == files_of(every_sign(), PLACING)
    assert table.identity == every_sign().placed(7).identity != other.identity


@pytest.mark.parametrize("number", range(3))
def test_every_question_becomes_a_table_in_every_format(number):
    table = all_tables()[number]

    assert set(files_of(table, PLACING)) > set(READERS)
    assert len(table.cells) > 3


def test_the_structure_of_sdmx_names_every_code_in_every_tongue(folder, table):
    root = ET.parse(folder / "structure.sdmx.xml").getroot()
    spaces = {
        "str": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/structure",
        "com": "http://www.sdmx.org/resources/sdmxml/schemas/v3_0/common",
    }
    codes = root.findall(".//str:Code", spaces)
    tongues = {
        frozenset(
            name.get("{http://www.w3.org/XML/1998/namespace}lang")
            for name in code.findall("com:Name", spaces)
        )
        for code in codes
    }
    named_in = {code.get("id") for code in codes}

    assert tongues == {frozenset({"en", "az", "ru", "fa", "tr"})}
    assert {one for row in rows(table) for one in row[: len(table.dimensions) + 1]} <= named_in


def test_the_reader_of_sdmx_that_others_keep_reads_it_too(folder, table):
    sdmx = pytest.importorskip("sdmx", reason="needs what make bench installs")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        structure = sdmx.read_sdmx(folder / "structure.sdmx.xml")
        (family,) = structure.structure.values()
        (flow,) = structure.dataflow.values()
        data = sdmx.read_sdmx(folder / "data.sdmx.xml", structure=family).data[0].obs
        flat = sdmx.read_sdmx(folder / "table.sdmx.csv", structure=flow).data[0].obs

    signs = [cell.sign.value for cell in table.cells]
    assert [one.attached_attribute["SIGN"].value for one in data] == signs
    assert sorted(str(one.attached_attribute["SIGN"].value) for one in flat) == sorted(signs)


def test_the_ten_lines_need_nothing_but_pandas_and_the_file():
    assert len(LINES.strip().splitlines()) <= 10
    assert "candlemark" not in LINES
    assert Path("table.csv").name in LINES
