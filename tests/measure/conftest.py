"""An invented agency with five stages, and a short way to write down what it knows."""

from __future__ import annotations

import importlib.util
from datetime import date

import pyarrow as pa
import pytest

from candlemark.agency import BatchTables
from candlemark.dates import PartialDate
from candlemark.definition import Definition
from candlemark.definition.crosswalk import (
    CodeMap,
    CodeRow,
    Column,
    Crosswalk,
    EventRule,
    Relation,
    Table,
    Use,
)
from candlemark.measure import Study

STAGES = {
    "told": "reported",
    "noted": "recorded",
    "charged": "charged",
    "decided": "judged",
    "sentenced": "sentenced",
}
OUTCOMES = {
    "G": "found-guilty",
    "N": "found-not-guilty",
    "D": "not-proceeded-with",
    "A": "absconded",
}


class Agency:
    """A crosswalk, and studies of what the agency is said to know.

    A unit is a list of what happened: ``("told", "2020-01-05")``, with a code of ``OUTCOMES`` as
    third where it was decided and a doubt of the import as fourth.  A date can be a month, a year
    or nothing.
    """

    def __init__(self, edition, ending=("decided",), undated=(), **changes):
        self.edition = edition
        self.ending = ending
        self.crosswalk = _crosswalk(ending, undated, changes)

    def tables(self, units, codes=()):
        rows = []
        for unit, said in units.items():
            for seq, (own, when, *rest) in enumerate(said):
                raw = rest[0] if rest else None
                outcome = OUTCOMES.get(raw)
                day = PartialDate.parse(when) if when else None
                doubt = rest[1] if len(rest) > 1 else (None if when else "undated")
                rows.append(
                    {
                        "case": unit,
                        "seq": seq,
                        "own": own,
                        "stage": STAGES.get(own, own),
                        "lo": day and day.earliest,
                        "hi": day and day.latest,
                        "outcome": outcome,
                        "raw": raw,
                        "ends": outcome is not None and own in self.ending,
                        "doubt": doubt,
                    }
                )
        nothing = dict.fromkeys(("raw", "relation"))
        coded = [
            {"case": unit, "scheme": scheme, "term": term, "absent": absent, **nothing}
            for unit, scheme, term, absent in codes
        ]
        cases = [dict.fromkeys(CASES.names) | {"case": unit} for unit in units]
        return BatchTables(
            cases=pa.Table.from_pylist(cases, CASES),
            codes=pa.Table.from_pylist(coded, CODES),
            events=pa.Table.from_pylist(rows, EVENTS),
            raw={},
        )

    def study(self, units, codes=(), as_of="2020-12-31", **rest):
        return Study.from_batch(
            self.tables(units, codes),
            self.crosswalk,
            self.edition,
            as_of=date.fromisoformat(as_of) if as_of else None,
            **rest,
        )


CASES = pa.schema(
    [
        ("case", pa.string()),
        ("incident", pa.string()),
        ("start_lo", pa.date32()),
        ("start_hi", pa.date32()),
    ]
)
CODES = pa.schema(
    [(name, pa.string()) for name in ("case", "scheme", "term", "raw", "relation", "absent")]
)
EVENTS = pa.schema(
    [
        ("case", pa.string()),
        ("seq", pa.int32()),
        ("own", pa.string()),
        ("stage", pa.string()),
        ("lo", pa.date32()),
        ("hi", pa.date32()),
        ("outcome", pa.string()),
        ("raw", pa.string()),
        ("ends", pa.bool_()),
        ("doubt", pa.string()),
    ]
)


def _crosswalk(ending, undated, changes):
    rules = tuple(
        EventRule(
            own=own,
            stage=stage,
            labels={"en": own},
            date="" if own in undated else own,
            outcome="outcome" if own in ending else "",
            ends=own in ending,
        )
        for own, stage in STAGES.items()
    )
    rows = tuple(CodeRow(code, Relation.EXACT, term) for code, term in OUTCOMES.items())
    given = {
        "code": "xx-invented",
        "version": 1,
        "edition": "2026.1",
        "agency": "Invented Prosecutor",
        "agency_labels": {"en": "Invented Prosecutor"},
        "agency_type": "prosecutor",
        "country": "XX",
        "language": "en",
        "author": "the tests",
        "valid_from": "",
        "valid_to": "",
        "unit": "accused",
        "includes": (),
        "excludes": (),
        "source": "nowhere",
        "cohort": True,
        "cohort_note": "",
        "simulated": True,
        "tables": (
            Table(
                name="cases",
                file="cases.csv",
                columns=(Column("outcome", Use.CODE, map="outcomes"),),
                events=rules,
                unit_key=("case",),
                main=True,
            ),
        ),
        "maps": {
            "outcomes": CodeMap("outcomes", "outcomes", rows, {row.code: row for row in rows})
        },
        "audits": (),
        "fingerprint": "0" * 64,
    }
    return Crosswalk(**given | changes)


@pytest.fixture(scope="session")
def edition():
    return Definition.load()


@pytest.fixture(scope="session")
def agency(edition):
    """The invented agency."""
    return Agency(edition)


@pytest.fixture(scope="session")
def agency_that(edition):
    """The invented agency with something changed: ``agency_that(cohort=False)``."""
    return lambda **changes: Agency(edition, **changes)


@pytest.fixture(params=["sqlite", "postgres", "spark"])
def engine(request):
    """Each engine beside DuckDB, by its name: what DuckDB says, they say."""
    if request.param == "postgres":
        server = request.getfixturevalue("postgres")
        return f"postgresql:///vaults?host={server.folder}&user=keeper"
    if request.param == "spark":
        if importlib.util.find_spec("pyspark") is None:
            pytest.skip("PySpark is half a gigabyte and needs Java: make spark")
        return "local[2]"
    return request.param
