"""One invented police with a small table, and a court with two: crosswalks built by hand.

They are data of these tests and of nobody else, so that a change of a shipped crosswalk changes no
test here, and each rule can be bent by ``replace``.
"""

from __future__ import annotations

import csv
import hashlib
from dataclasses import dataclass, replace
from types import SimpleNamespace

import pytest

from candlemark.agency import KINDS
from candlemark.definition.crosswalk import (
    Audit,
    AuditKind,
    CodeMap,
    CodeRow,
    Column,
    Condition,
    Crosswalk,
    EventRule,
    Relation,
    Table,
    Use,
)
from candlemark.ledger import Vault

MOTIVES = CodeMap(
    "motives",
    "bias-grounds",
    (
        CodeRow("Jewish", Relation.EXACT, "antisemitic"),
        CodeRow("Roma", Relation.EXACT, "roma-sinti"),
        CodeRow("Ètnic", Relation.EXACT, "ethnicity"),
        CodeRow("Etnic", Relation.EXACT, "ethnicity"),
        CodeRow("Foreign", Relation.BROADER, "ethnicity"),
        CodeRow("Belief", Relation.NARROWER, "religion"),
        CodeRow("Unknown", Relation.NONE, absent="unknown"),
    ),
)
ENDS = CodeMap(
    "ends",
    "outcomes",
    (
        CodeRow("Charged on", Relation.EXACT, "other"),
        CodeRow("Guilty", Relation.EXACT, "found-guilty"),
        CodeRow("Dropped", Relation.EXACT, "not-proceeded-with"),
        CodeRow("Open", Relation.NONE, absent="none"),
    ),
)

COMPLAINTS = Table(
    name="complaints",
    file="complaints.csv",
    columns=(
        Column("Id", Use.UNIT),
        Column("Incident", Use.INCIDENT),
        Column("Reported", Use.DATE, formats=("%Y-%m-%d", "%Y-%m", "%Y"), clock="local"),
        Column("Motive", Use.CODE, map="motives", split=";"),
        Column("Group", Use.GROUP),
        Column("Several", Use.KEPT),
        Column("Closed", Use.DATE, formats=("%m/%d/%Y",), clock="local"),
        Column("Status", Use.CODE, map="ends"),
        Column("Victims", Use.COUNT),
        Column("Note", Use.UNUSED, why="free text", optional=True),
    ),
    events=(
        EventRule("report", "reported", {"en": "Report"}, date="Reported"),
        EventRule(
            "closing",
            "judged",
            {"en": "Closing"},
            date="Closed",
            when=(Condition("Status"),),
            outcome="Status",
            ends=True,
        ),
    ),
    unit_key=("Id",),
    row_key=("Id", "Status"),
    main=True,
)


def crosswalk_of(*tables, audits=(), maps=(MOTIVES, ENDS), **more):
    """A crosswalk around tables."""
    given = {
        "code": "xx-police",
        "version": 1,
        "edition": "2026.1",
        "agency": "Police of Nowhere",
        "agency_labels": {"en": "Police of Nowhere"},
        "agency_type": "police",
        "country": "XX",
        "language": "en",
        "author": "the tests",
        "valid_from": "",
        "valid_to": "",
        "unit": "complaint",
        "includes": (),
        "excludes": (),
        "source": "nowhere",
        "cohort": True,
        "cohort_note": "",
        "simulated": True,
        "tables": tables,
        "maps": {one.name: one for one in maps},
        "audits": tuple(audits),
        "fingerprint": hashlib.sha256(repr((tables, audits, maps)).encode()).hexdigest(),
    }
    return Crosswalk(**{**given, **more})


def column(table, name, **changes):
    """A table with one of its columns changed."""
    columns = tuple(replace(one, **changes) if one.name == name else one for one in table.columns)
    return replace(table, columns=columns)


@dataclass(frozen=True)
class Words:
    """As much of an edition as an import asks for."""

    code: str = "2026.1"
    fingerprint: str = "f" * 64


HEADER = tuple(one.name for one in COMPLAINTS.columns)
PLAIN = {
    "Id": "1",
    "Incident": "",
    "Reported": "2020-01-01",
    "Motive": "Jewish",
    "Group": "Religion",
    "Several": "No",
    "Closed": "",
    "Status": "",
    "Victims": "1",
    "Note": "",
}


def rows_of(*changes):
    """Rows as dictionaries: a plain one, changed."""
    return [{**PLAIN, **change} for change in changes]


def write(path, rows, header=HEADER, delimiter=",", **how):
    """A CSV file as a careful program writes it."""
    with path.open("w", newline="", encoding=how.pop("encoding", "utf-8")) as file:
        writer = csv.writer(file, delimiter=delimiter, lineterminator="\n", **how)
        writer.writerow(header)
        writer.writerows([row[name] for name in header] for row in rows)
    return path


@pytest.fixture(scope="session")
def nowhere():
    """The invented agencies and how to write their files."""
    return SimpleNamespace(
        police=crosswalk_of(COMPLAINTS),
        complaints=COMPLAINTS,
        header=HEADER,
        crosswalk=crosswalk_of,
        column=column,
        rows=rows_of,
        write=write,
        words=Words(),
        audit=Audit,
        kind=AuditKind,
    )


@pytest.fixture
def written(nowhere, tmp_path):
    """Writes rows (each a change of a plain one) to a file and gives its path."""

    def made(*changes, name="complaints.csv", **how):
        return nowhere.write(tmp_path / name, nowhere.rows(*changes), **how)

    return made


@pytest.fixture
def vault():
    """An empty vault that no file holds."""
    with Vault.in_memory(KINDS) as opened:
        yield opened
