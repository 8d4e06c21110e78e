"""What leaves: protected figures only, and a tried one as a document that explains itself."""

from __future__ import annotations

import copy
import json
import pickle
import subprocess
import sys
from dataclasses import replace

import pytest

from candlemark.definition import Definition
from candlemark.errors import Disclosive
from candlemark.protect import HOUSE, ProtectedFigure
from candlemark.publish import columns, json_document, table_of
from cohorts import occupancy
from stand_in import DID, protect

FIGURE = occupancy({"": [(20, "convicted")] * 60 + [(30, "acquitted")] * 4 + [(None, "")] * 70})
PUBLISHING = (json_document, lambda figure: table_of(figure, Definition.load()))


@pytest.mark.parametrize("publish", PUBLISHING, ids=["document", "table"])
def test_an_exact_figure_is_refused_everywhere(publish):
    with pytest.raises(Disclosive, match="protected"):
        publish(FIGURE)


@pytest.mark.parametrize("publish", PUBLISHING, ids=["document", "table"])
def test_something_that_only_looks_protected_is_refused(publish):
    class LooksProtected(ProtectedFigure):
        def __post_init__(self, door):
            """Let anything through."""

    forged = LooksProtected("occupancy", None, HOUSE, (), 0, DID, door=None)

    with pytest.raises(Disclosive):
        publish(forged)


@pytest.mark.parametrize("publish", PUBLISHING, ids=["document", "table"])
def test_a_figure_made_without_its_constructor_is_refused(publish):
    with pytest.raises(Disclosive):
        publish(object.__new__(ProtectedFigure))


def test_a_protected_figure_is_made_by_protect_and_nowhere_else():
    public = protect(FIGURE)
    for made in (
        lambda: ProtectedFigure("occupancy", public.basis, HOUSE, (), 0, DID, door=object()),
        lambda: replace(public, cells=()),
        lambda: replace(public, cells=(), door=object()),
    ):
        with pytest.raises((Disclosive, TypeError, ValueError)):
            made()
    for copied in (lambda: pickle.dumps(public), lambda: copy.deepcopy(public)):
        with pytest.raises(TypeError, match="not pickled"):
            copied()


def test_a_type_checker_refuses_an_exact_figure(tmp_path):
    wrong = tmp_path / "wrong.py"
    wrong.write_text(
        "from collections.abc import Mapping\n"
        "from candlemark.measure import Occupancy\n"
        "from candlemark.publish import json_document\n"
        "def publish(figure: Occupancy) -> Mapping[str, object]:\n"
        "    return json_document(figure)\n"
    )

    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--strict", "--cache-dir", tmp_path / "cache", wrong],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    assert 'has incompatible type "Occupancy"; expected "ProtectedFigure"' in done.stdout


def test_a_document_says_what_its_numbers_are_and_why_a_cell_has_none():
    document = json.loads(json.dumps(json_document(protect(FIGURE))))
    about, cells = document["about"], document["cells"]

    assert about["format"] == "candlemark-open-data/2"
    assert (about["edition"], about["as_of"], about["unit"]) == ("2026.1", "2026-03-31", "accused")
    assert about["simulated"]
    assert (about["policy"], about["protection"]) == ("house/2", "closed-batches")
    assert set(cells[0]) == set(columns())
    assert {cell["status"] for cell in cells if cell["value"] is None} == {"hidden"}
