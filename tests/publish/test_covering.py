"""What a table covers is told with it, and tells nothing that its numbers do not tell."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pyarrow.parquet as pq
import pytest

from candlemark.definition import Definition, load_crosswalk
from candlemark.protect import HOUSE, Before, Secret, Status, try_release, wanted
from candlemark.publish.covering import told
from candlemark.publish.open import files_of
from candlemark.publish.table import TONGUES, document, read_table
from candlemark.publish.turning import table_of
from cohorts import occupancy
from protect.sources import LAST, people, source
from public_tables import PLACING, occupancy_table
from stand_in import protect

EDITION = Definition.load()
SILENT = ("unknown", "refused")
YEARS = ("entered/ground@region#2021", "stands@region#2021")
NAMES = wanted(["entered/ground", "entered/ground@region", "stands", "reached/nowhere"])
SECRET = Secret(b"\x07" * 32)


def _people(regions=2):
    """Of every ten, two of whom the ground and one of whom the region is not known."""
    return [
        (
            *rest,
            SILENT[number % 2] if number % 10 < 2 else ground,
            "unknown" if number % 10 == 5 else region,
        )
        for number, (*rest, ground, region) in enumerate(people(600, regions=regions))
    ]


def _tables(some, until=LAST):
    made = try_release(source(some, until), NAMES, HOUSE, SECRET, exact=False)
    return [table_of(figure, EDITION) for figure in made.figures]


@pytest.fixture(scope="module")
def tables():
    return _tables(_people())


def _said(table, what="said"):
    return {one.code: one for one in table.coverage if one.what == what}


def test_the_share_that_says_something_is_told_with_what_the_noise_leaves_open(tables):
    one = _said(tables[0])["ground"]

    assert one.low <= 0.8 <= one.high
    assert abs(one.share - 0.8) < 0.03
    assert set(one.labels) == set(TONGUES)
    assert {"ground", "region"} == set(_said(tables[1]))
    assert abs(_said(tables[1])["region"].share - 0.9) < 0.05


def test_a_closed_year_counts_nobody_twice_where_it_has_totals():
    made = try_release(source(_people()), wanted(YEARS), HOUSE, SECRET, exact=False).figures
    crossed, stands = (table_of(figure, EDITION) for figure in made)

    assert _said(crossed)["ground"].low <= 0.8 <= _said(crossed)["ground"].high
    for table in (crossed, stands):
        assert 0.8 < _said(table)["region"].share < 1
        assert _said(table, "groups")["region"].share == 1
        assert _said(table, "year").keys() == {"2021"}


def test_every_share_is_made_again_of_the_rows_of_the_file_and_so_tells_nothing_more(tables):
    """Whatever a reader can do with what is covered, they can do without it."""
    for table in tables[:2]:
        rows = [
            row
            for row in csv.DictReader(io.StringIO(files_of(table, PLACING)["table.csv"].decode()))
            if row["value"]
        ]
        whole = sum(int(row["value"]) for row in rows if row["category"] == "_T")
        silent = sum(int(row["value"]) for row in rows if row["category"] in SILENT)
        assert _said(table)["ground"].share == round(1 - silent / whole, 2)
        assert {float(row["covered"]) for row in rows} == {table.covered}


@pytest.mark.parametrize("ground", ["unknown", "gay-men"])
def test_one_case_more_that_waits_moves_nothing_whatever_it_says(ground):
    """The subtraction of two releases: with a neighbour, and without."""
    some = _people()
    before = try_release(source(some), NAMES, HOUSE, SECRET, exact=False)
    neighbour = ("neighbour", LAST, None, None, "", ground, "r0")
    after = try_release(source([*some, neighbour]), NAMES[:1], HOUSE, SECRET, _as_before(before))

    mine = [table_of(one, EDITION) for one in (before.figures[0], after.figures[0])]
    assert after.made.rows == ()
    assert mine[0].coverage == mine[1].coverage


def _as_before(tried):
    return Before(tried.made.rows, {one.name: one for one in tried.tables})


def test_where_no_group_is_counted_the_share_is_not_told():
    few = [one for one in _people() if one[1].month == 1][:20]
    table = _tables([(*one[:-1], f"r{n % 9}") for n, one in enumerate(few)])[1]

    assert {one.share for one in _said(table).values()} == {None}
    assert _said(table, "groups")["region"].share == 0
    assert "too few" in told(table.coverage, "en", none="too few")[-2]
    assert len(told(table.coverage, "en")) == len(told(table.coverage, "en", none="too few")) - 2


def test_whose_cases_they_are_and_of_which_time_stands_with_every_number(tables):
    crosswalk = load_crosswalk("us-nypd", EDITION)
    figure = occupancy({"": [(20, "convicted")] * 60})
    theirs = replace(figure.basis, crosswalk="us-nypd", from_own=crosswalk.stages[0].own)
    agency = table_of(protect(replace(figure, basis=theirs)), EDITION, crosswalk)

    assert {table.coverage[0].what for table in tables} == {"cases"}
    assert "this group knows of" in told(tables[0].coverage, "en")[0]
    assert "New York" in told(agency.coverage, "en")[0]
    assert crosswalk.valid_from in told(agency.coverage, "en")[1]


def test_what_a_source_never_tells_is_covered_by_nothing(tables):
    missing = tables[-1]

    assert missing.cells[0].sign.value == Status.MISSING.value
    assert _said(missing, "date")["nowhere"].share == 0


def test_every_file_says_what_is_covered(tables):
    table = tables[0]
    files = files_of(table, PLACING)
    share = f"{table.covered:.0%}".replace("%", "")

    for name in ("datapackage.json", "table.csv-metadata.json", "dcat.jsonld", "table.stat.json"):
        assert "this group knows of" in files[name].decode(), name
        assert share in files[name].decode(), name
    flow = files["structure.sdmx.xml"].decode()
    assert all(each in flow for tongue in TONGUES for each in told(table.coverage, tongue))
    assert f'COVERED="{table.covered}"' in files["data.sdmx.xml"].decode()
    cells = pq.read_table(io.BytesIO(files["table.parquet"])).to_pylist()
    assert {row["covered"] for row in cells} == {table.covered}
    assert {row["source"] for row in cells} == {"cases"}


def test_a_table_of_before_keeps_its_identity():
    """What is told of a share now was not there when it was published."""
    said = document(occupancy_table())
    said["coverage"] = [{"what": "date", "code": "a", "labels": said["titles"], "share": 0.5}]
    read = read_table(json.dumps(said).encode())

    assert list(document(read)["coverage"]) == said["coverage"]
