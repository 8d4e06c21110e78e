"""What leaves: protected figures only, each a file that explains itself."""

from __future__ import annotations

import csv
import dataclasses
import io
import json
import subprocess
import sys

import pytest

from candlemark.definition import Definition
from candlemark.errors import Disclosive
from candlemark.measure import Occupancy
from candlemark.protect import ProtectedFigure, protect
from candlemark.publish import columns, csv_text, json_document, table_of
from cohorts import basis, occupancy

FIGURE = occupancy({"": [(20, "convicted")] * 60 + [(30, "acquitted")] * 4 + [(None, "")] * 70})


def body(text):
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_an_exact_figure_is_refused_everywhere():
    for publish in (csv_text, json_document, lambda figure: table_of(figure, Definition.load())):
        with pytest.raises(Disclosive, match="protected"):
            publish(FIGURE)


def test_something_that_only_looks_protected_is_refused():
    class LooksProtected(type(protect(FIGURE))):
        def __post_init__(self, door):
            """Let anything through."""

    forged = LooksProtected("occupancy", None, None, (), 0, "", door=None)

    with pytest.raises(Disclosive):
        csv_text(forged)


def test_a_type_checker_refuses_an_exact_figure(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from candlemark.measure import Occupancy\n"
        "from candlemark.publish import csv_text\n"
        "def publish(figure: Occupancy) -> str:\n"
        "    return csv_text(figure)\n"
    )

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", wrong],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert 'has incompatible type "Occupancy"; expected "ProtectedFigure"' in done.stdout


def test_a_file_says_what_its_numbers_are():
    text = csv_text(protect(FIGURE))

    for said in (
        "# format: candlemark-open-data/2",
        "# edition: 2026.1",
        "# as_of: 2026-03-31",
        "# unit: accused",
        "# simulated: yes",
        "# policy: house/2",
        "# protection: rounded-and-hidden",
    ):
        assert said in text


def test_a_file_has_a_reason_for_every_cell_without_a_number():
    rows = list(csv.DictReader(body(csv_text(protect(FIGURE)))))

    assert list(rows[0]) == list(columns())
    assert {"hidden"} == {row["status"] for row in rows if not row["value"]}
    assert any(row["status"] == "hidden" for row in rows)


def test_csv_and_json_say_the_same():
    public = protect(FIGURE)
    rows = list(csv.DictReader(io.StringIO("\n".join(body(csv_text(public))))))
    document = json.loads(json.dumps(json_document(public)))

    assert [row["status"] for row in rows] == [cell["status"] for cell in document["cells"]]
    assert [row["value"] for row in rows] == [
        "" if cell["value"] is None else str(cell["value"]) for cell in document["cells"]
    ]


def test_text_that_a_spreadsheet_would_run_is_made_harmless():
    public = protect(occupancy({"=HYPERLINK()": [(None, "")] * 60}, by="bias-grounds"))

    groups = {row["group"] for row in csv.DictReader(body(csv_text(public)))}

    assert groups == {"'=HYPERLINK()"}


def test_a_name_with_a_comma_begins_no_second_cell():
    basis_of = FIGURE.basis
    named = dataclasses.replace(
        FIGURE, basis=dataclasses.replace(basis_of, agency="Office, =HYPERLINK(1)")
    )

    lines = list(csv.reader(io.StringIO(csv_text(protect(named)))))

    assert ["# agency: Office, =HYPERLINK(1)"] in lines


def test_a_figure_made_without_its_constructor_is_refused():
    with pytest.raises(Disclosive):
        csv_text(object.__new__(ProtectedFigure))


def test_nothing_small_stands_in_any_file():
    figure = Occupancy(basis("occupancy"), FIGURE.groups)

    values = [
        row["value"]
        for row in csv.DictReader(body(csv_text(protect(figure))))
        if row["quantity"] == "standing" and row["value"]
    ]

    assert values
    assert all(int(value) == 0 or int(value) >= 10 for value in values)
