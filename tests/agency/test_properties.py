"""What must hold for any file: nothing lost, nothing made up, no matter in which order."""

from __future__ import annotations

from collections import Counter
from datetime import date

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from candlemark import agency
from candlemark.ledger import Vault

LAST = date(2021, 12, 31)
KNOWN = ["Jewish", "Roma", "Etnic", "Ètnic", "Foreign", "Belief", "Unknown", ""]

row = st.fixed_dictionaries(
    {
        "Id": st.sampled_from(["1", "2", "3", " 3", "é", "e\u0301", ""]),
        "Incident": st.sampled_from(["", "A", "B"]),
        "Reported": st.sampled_from(["2020-01-01", "2020-02", "2019", "", "never", "2219-01-01"]),
        "Motive": st.sampled_from([*KNOWN, "Martian", "Jewish;Roma", "Jewish;Martian;"]),
        "Group": st.sampled_from(["Religion", "Other", ""]),
        "Several": st.sampled_from(["Yes", "No", ""]),
        "Closed": st.sampled_from(["01/02/2020", "12/31/2018", "01/01/2219", "", "x"]),
        "Status": st.sampled_from(["Guilty", "Dropped", "Open", "Lost", ""]),
        "Victims": st.sampled_from(["1", "", "many"]),
        "Note": st.text(st.characters(codec="utf-8", exclude_characters="\0\ufeff"), max_size=4),
    }
)
rows = st.lists(row, min_size=1, max_size=12)
often = settings(
    deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def crosswalk(nowhere):
    audits = [
        nowhere.audit(nowhere.kind.ONE_CODE_MANY_GROUPS, "complaints", "Motive", "Group"),
        nowhere.audit(
            nowhere.kind.FLAG_AGREES, "complaints", "Several", "bias-grounds", yes=("Yes",)
        ),
    ]
    return nowhere.crosswalk(nowhere.complaints, audits=audits)


def read(nowhere, path, given):
    nowhere.write(path, given, quoting=1)
    return agency.read_source(path, crosswalk(nowhere), as_of=LAST)


def bag(table):
    return Counter(tuple(one.values()) for one in table.to_pylist())


@often
@given(given=rows)
def test_nothing_is_lost_and_nothing_made_up(given, nowhere, tmp_path):
    reading = read(nowhere, tmp_path / "x.csv", given)
    raw = reading.tables.raw["complaints"].to_pylist()
    ids = {one["Id"] for one in given}
    written_codes = {
        piece for one in given for piece in (*one["Motive"].split(";"), one["Status"]) if piece
    }

    assert given == raw
    assert set(reading.tables.cases["case"].to_pylist()) <= {"1", "2", "3", "é"}
    assert bool(ids - {""}) == bool(reading.report.units)
    assert set(reading.tables.codes["raw"].to_pylist()) <= written_codes
    assert {one["case"] for one in reading.tables.events.to_pylist()} <= set(
        reading.tables.cases["case"].to_pylist()
    )
    assert len(given) == reading.report.rows


@often
@given(given=rows)
def test_what_is_said_of_each_unit_is_what_a_plain_loop_over_the_rows_says(
    given, nowhere, tmp_path
):
    """The same rules once more in plain Python, row by row."""
    reading = read(nowhere, tmp_path / "x.csv", given)
    names = {"1": "1", "2": "2", "3": "3", " 3": "3", "é": "é", "e\u0301": "é"}
    spans = {
        "2020-01-01": (date(2020, 1, 1), date(2020, 1, 1)),
        "2020-02": (date(2020, 2, 1), date(2020, 2, 29)),
        "2019": (date(2019, 1, 1), date(2019, 12, 31)),
        "2219-01-01": (date(2219, 1, 1), date(2219, 1, 1)),
        "01/02/2020": (date(2020, 1, 2), date(2020, 1, 2)),
        "12/31/2018": (date(2018, 12, 31), date(2018, 12, 31)),
        "01/01/2219": (date(2219, 1, 1), date(2219, 1, 1)),
    }
    outcomes = {"Guilty": "found-guilty", "Dropped": "not-proceeded-with"}
    starts: dict[str, tuple[date, date]] = {}
    for one in given:
        span = spans.get(one["Reported"])
        if one["Id"] and span and span[0] <= LAST:
            unit = names[one["Id"]]
            starts[unit] = min(starts.get(unit, span), span)

    def doubt(unit, text):
        span = spans.get(text)
        if span is None:
            return "unreadable" if text else "undated"
        if span[0] > LAST:
            return "far-future"
        return "before-start" if unit in starts and span[1] < starts[unit][0] else None

    wanted = set()
    for one in given:
        if not one["Id"]:
            continue
        unit = names[one["Id"]]
        span = spans.get(one["Reported"], (None, None))
        wanted.add((unit, "report", *span, None, None, False, doubt(unit, one["Reported"])))
        if one["Status"]:
            span = spans.get(one["Closed"], (None, None))
            outcome = outcomes.get(one["Status"])
            ends = outcome is not None
            wanted.add(
                (
                    unit,
                    "closing",
                    *span,
                    outcome,
                    one["Status"],
                    ends,
                    doubt(unit, one["Closed"]),
                )
            )
    names_of = ("case", "own", "lo", "hi", "outcome", "raw", "ends", "doubt")
    found = [tuple(event[name] for name in names_of) for event in reading.tables.events.to_pylist()]

    assert wanted == set(found)
    assert len(wanted) == len(found)
    assert {
        unit: starts.get(unit) for unit in {names[one["Id"]] for one in given if one["Id"]}
    } == {
        case["case"]: (case["start_lo"], case["start_hi"]) if case["start_lo"] else None
        for case in reading.tables.cases.to_pylist()
    }


@often
@given(given=rows, seed=st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing_but_row_numbers(given, seed, nowhere, tmp_path):
    mixed = list(given)
    seed.shuffle(mixed)

    one = read(nowhere, tmp_path / "a.csv", given)
    other = read(nowhere, tmp_path / "b.csv", mixed)

    assert one.tables.cases.equals(other.tables.cases)
    assert one.tables.codes.equals(other.tables.codes)
    assert one.tables.events.equals(other.tables.events)
    assert bag(one.tables.raw["complaints"]) == bag(other.tables.raw["complaints"])
    assert one.report.stages == other.report.stages
    assert one.report.coverage == other.report.coverage
    assert one.report.fault_counts == other.report.fault_counts
    assert [
        (found.code, found.subject, found.count, found.units) for found in one.report.findings
    ] == [(found.code, found.subject, found.count, found.units) for found in other.report.findings]


@often
@given(given=rows)
def test_coverage_accounts_for_every_row(given, nowhere, tmp_path):
    reading = read(nowhere, tmp_path / "x.csv", given)

    for cover in reading.report.coverage:
        if cover.column == "Status":  # one code per cell
            assert len(given) == cover.empty_rows + sum(one.rows for one in cover.relations)
        assert cover.codes_total == len(cover.codes)
        assert sum(one.rows for one in cover.relations) == sum(one.rows for one in cover.codes)


@often
@given(before=rows, after=rows)
def test_a_revision_accounts_for_every_unit_of_both_snapshots(before, after, nowhere, tmp_path):
    with Vault.in_memory(agency.KINDS) as vault:
        kept = []
        for name, given in (("a.csv", before), ("b.csv", after)):
            path = nowhere.write(tmp_path / name, given, quoting=1)
            kept.append(
                agency.import_source(
                    vault.ledger, path, crosswalk(nowhere), nowhere.words, as_of=LAST
                )
            )
        units = [
            set(agency.tables(vault.ledger, one.batch.id).cases["case"].to_pylist()) for one in kept
        ]
    second = kept[1]
    if second.nothing_new:
        # By what the rows hold: how a row was written down in the test is no part of it.
        held = [Counter(tuple(sorted(row.items())) for row in rows) for rows in (before, after)]
        assert held[0] == held[1]
        return
    revision = second.revision

    assert units[1] - units[0] == set(revision.appeared_units) - {""}
    assert units[0] - units[1] == set(revision.vanished_units) - {""}
    assert not revision.empty
