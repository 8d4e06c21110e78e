"""Batches in the ledger: all or nothing, nothing twice, and what changed from one to the next."""

from __future__ import annotations

import os
import random
import signal
import threading
import time
from dataclasses import replace
from datetime import date

import pyarrow as pa
import pytest

from candlemark import agency
from candlemark.agency import engine as engine_module
from candlemark.agency import facts, keeping
from candlemark.casefile import record
from candlemark.errors import (
    DefinitionFaulty,
    NotUnderstood,
    SourceError,
    Stopped,
    StorageFull,
    UnknownBatch,
)
from candlemark.ledger import Vault
from candlemark.seal import Cost

THREE = ({"Id": "1"}, {"Id": "2", "Motive": "Roma"}, {"Id": "3", "Motive": "Martian"})


@pytest.fixture
def keep(vault, nowhere):
    """Imports a file into the test's vault."""

    def kept(path, crosswalk=nowhere.police, **how):
        return agency.import_source(vault.ledger, path, crosswalk, nowhere.words, **how)

    return kept


def test_what_was_kept_is_what_was_read(keep, written, vault, nowhere):
    path = written(*THREE)
    reading = agency.read_source(path, nowhere.police)

    imported = keep(path)
    kept = agency.tables(vault.ledger, imported.batch.id)

    assert reading.report == imported.report == agency.batch(vault.ledger, imported.batch.id).report
    assert reading.tables.cases.equals(kept.cases)
    assert reading.tables.codes.equals(kept.codes)
    assert reading.tables.events.equals(kept.events)
    assert reading.tables.raw["complaints"].equals(kept.raw["complaints"])


def test_the_columns_are_those_the_measures_were_promised(keep, written, vault):
    kept = agency.tables(vault.ledger, keep(written(*THREE)).batch.id)
    text, day = pa.string(), pa.date32()

    assert [("case", text), ("incident", text), ("start_lo", day), ("start_hi", day)] == [
        (field.name, field.type) for field in kept.cases.schema
    ]
    assert [(name, text) for name in ("case", "scheme", "term", "raw", "relation", "absent")] == [
        (field.name, field.type) for field in kept.codes.schema
    ]
    assert [
        ("case", text),
        ("seq", pa.int32()),
        ("own", text),
        ("stage", text),
        ("lo", day),
        ("hi", day),
        ("outcome", text),
        ("raw", text),
        ("ends", pa.bool_()),
        ("doubt", text),
    ] == [(field.name, field.type) for field in kept.events.schema]


def test_a_batch_knows_what_it_came_from_and_no_folder(keep, written, vault, nowhere):
    imported = keep(written(*THREE), as_of=date(2021, 1, 1))

    (batch,) = agency.batches(vault.ledger)

    assert imported.batch == batch
    assert ("xx-police", 1, nowhere.police.fingerprint) == (
        batch.crosswalk,
        batch.crosswalk_version,
        batch.crosswalk_fingerprint,
    )
    assert batch.source_names == ("complaints.csv",)
    assert (3, 3, date(2021, 1, 1), "") == (
        batch.rows,
        batch.units,
        batch.as_of,
        batch.revision_of,
    )


def test_the_same_file_twice_is_nothing_new(keep, written, vault):
    first = keep(written(*THREE))
    size = vault.ledger.size

    second = keep(written(*THREE, name="a copy.csv"))

    assert second.nothing_new
    assert first.batch.id == second.batch.id
    assert size == vault.ledger.size


def test_the_same_rows_in_another_order_are_nothing_new(keep, written, vault):
    keep(written(*THREE))
    size = vault.ledger.size

    again = keep(written(*reversed(THREE), name="sorted.csv"))

    assert again.nothing_new
    assert size == vault.ledger.size


def test_an_older_file_that_comes_again_is_nothing_new_either(keep, written):
    old, new = written(*THREE), written(*THREE[:2], name="new.csv")
    first = keep(old)
    keep(new)

    again = keep(old)

    assert (True, first.batch.id) == (again.nothing_new, again.batch.id)


def test_a_later_snapshot_is_a_revision_that_lists_what_appeared_vanished_and_changed(
    keep, written, vault
):
    first = keep(written(*THREE, {"Id": "4", "Status": "Open"}))
    second = keep(
        written(
            {"Id": "1"},
            {"Id": "2", "Motive": "Jewish", "Victims": "2"},
            {"Id": "4", "Status": "Open"},
            {"Id": "4", "Status": "Guilty", "Closed": "02/02/2020"},
            {"Id": "5"},
            name="later.csv",
        )
    )

    revision = second.revision

    assert (first.batch.id, second.batch.id) == (revision.of, revision.batch)
    assert (
        revision.appeared,
        revision.vanished,
        revision.changed,
        revision.same,
    ) == (1, 1, 2, 1)
    assert (revision.appeared_units, revision.vanished_units) == (("5",), ("3",))
    assert [(one.unit, one.columns) for one in revision.changed_units] == [
        ("2", ("complaints.Motive", "complaints.Victims")),
        ("4", ("complaints.Closed", "complaints.Status")),
    ]
    assert (revision,) == agency.revisions(vault.ledger)


def test_the_full_list_of_a_revision_is_kept_beyond_the_cap(keep, written, vault):
    many = [{"Id": f"{number:04}"} for number in range(500)]
    keep(written(*many))
    second = keep(written(*many[:100], name="later.csv"))

    listed = agency.revised_units(vault.ledger, second.batch.id)

    assert (second.revision.vanished, len(second.revision.vanished_units)) == (400, 200)
    assert [f"{number:04}" for number in range(100, 500)] == listed["case"].to_pylist()
    assert {"vanished"} == set(listed["change"].to_pylist())


def test_the_old_version_stays_readable_after_a_revision(keep, written, vault):
    first = keep(written(*THREE))
    before = agency.tables(vault.ledger, first.batch.id)
    keep(written({"Id": "9"}, name="later.csv"))

    after = agency.tables(vault.ledger, first.batch.id)

    assert before.raw["complaints"].equals(after.raw["complaints"])
    assert before.events.equals(after.events)


def test_one_more_equal_row_of_a_unit_is_a_change_of_its_rows(keep, written):
    keep(written(*THREE))

    revision = keep(written(*THREE, THREE[0], name="later.csv")).revision

    assert [(one.unit, one.columns) for one in revision.changed_units] == [("1", ("complaints.*",))]


def test_a_new_column_is_told(keep, written, nowhere):
    keep(written(*THREE, header=[name for name in nowhere.header if name != "Note"]))

    revision = keep(written(*THREE, name="later.csv")).revision

    assert (revision.columns_added, revision.columns_gone) == (("complaints.Note",), ())
    assert revision.changed == 0


def test_a_revision_is_of_the_latest_batch_of_the_same_crosswalk_only(keep, written, nowhere):
    keep(written(*THREE))
    other = replace(nowhere.police, code="xx-other")

    assert keep(written(*THREE), other).revision is None


def test_the_same_file_through_a_new_version_of_the_crosswalk_is_a_batch_of_its_own(
    keep, written, nowhere
):
    keep(written(*THREE))
    newer = replace(nowhere.police, version=2, fingerprint="0" * 64)

    again = keep(written(*THREE), newer)

    assert not again.nothing_new
    assert again.revision.crosswalk_changed
    assert again.revision.empty


def test_another_day_the_source_can_know_of_makes_a_batch_of_its_own(keep, written):
    path = written(*THREE)
    keep(path, as_of=date(2021, 1, 1))

    assert keep(path, as_of=date(2021, 1, 1)).nothing_new
    assert keep(path).nothing_new
    assert not keep(path, as_of=date(2022, 1, 1)).nothing_new


def test_a_source_without_keys_can_be_revised_too(keep, written, nowhere):
    table = replace(nowhere.complaints, unit_key=(), row_key=())
    crosswalk = nowhere.crosswalk(table)
    person = {"Id": "", "Motive": "Roma"}
    keep(written(person, person, {"Id": "x"}), crosswalk)

    assert keep(written({"Id": "x"}, person, person, name="b.csv"), crosswalk).nothing_new
    revision = keep(written(person, {"Id": "y"}, name="c.csv"), crosswalk).revision

    assert (
        revision.appeared,
        revision.vanished,
        revision.changed,
        revision.same,
    ) == (1, 2, 0, 1)


def test_a_crosswalk_of_another_edition_is_refused(keep, written, nowhere, vault):
    with pytest.raises(DefinitionFaulty):
        keep(written(*THREE), replace(nowhere.police, edition="2031.1"))

    assert vault.ledger.size == 0


def test_a_batch_nobody_kept_is_not_found(vault):
    with pytest.raises(UnknownBatch):
        agency.batch(vault.ledger, "batch_nothing")


def test_a_batch_that_revises_none_lists_no_changes(keep, written, vault):
    imported = keep(written(*THREE))

    with pytest.raises(NotUnderstood):
        agency.revised_units(vault.ledger, imported.batch.id)


# All or nothing


@pytest.fixture
def many_parts(monkeypatch):
    """Cuts batches so small that they spill over several leaves."""
    monkeypatch.setattr("candlemark.agency.content.CHUNK_BYTES", 64)
    monkeypatch.setattr(keeping, "_PARTS_AT_ONCE", 10)


@pytest.mark.usefixtures("many_parts")
def test_a_batch_may_spill_over_several_leaves_and_is_put_together_again(
    keep, written, vault, nowhere
):
    path = written(*THREE)
    imported = keep(path)

    assert vault.ledger.size > 2
    assert sum(content.chunks for content in imported.batch.contents) > 10
    assert agency.read_source(path, nowhere.police).tables.events.equals(
        agency.tables(vault.ledger, imported.batch.id).events
    )


@pytest.mark.usefixtures("many_parts")
def test_two_batches_that_spill_do_not_mix(keep, written, vault):
    first = keep(written({"Id": "1"})).batch.id
    second = keep(written({"Id": "2"}, name="b.csv")).batch.id

    assert [
        agency.tables(vault.ledger, one).cases["case"].to_pylist() for one in (first, second)
    ] == [["1"], ["2"]]


def test_every_part_of_a_batch_is_within_the_limit(written, keep, vault):
    dice = random.Random(1)
    keep(written(*({"Id": str(n), "Note": dice.randbytes(400).hex()} for n in range(3000))))

    sizes = [len(fact.data) for _, fact in vault.ledger.facts(kinds={facts.CHUNK})]

    assert max(sizes) == facts.CHUNK_BYTES
    assert len(sizes) > 4


class Meddling:
    """A ledger whose writing is interrupted after some leaves."""

    def __init__(self, ledger, error, after):
        self._ledger, self._error, self._after = ledger, error, after

    def __getattr__(self, name):
        return getattr(self._ledger, name)

    def append_all(self, actions, **more):
        def drawn():
            for number, parts in enumerate(actions):
                if number == self._after:
                    raise self._error
                yield parts

        return self._ledger.append_all(drawn(), **more)


INTERRUPTIONS = {
    "Ctrl-C": (KeyboardInterrupt(), Stopped),
    "a full disk": (StorageFull("the disk is full"), StorageFull),
    "the memory of the engine": (
        engine_module.duckdb.OutOfMemoryException("no room"),
        SourceError,
    ),
}


@pytest.mark.usefixtures("many_parts")
@pytest.mark.parametrize("what", INTERRUPTIONS)
def test_an_import_that_is_interrupted_while_it_is_written_leaves_the_vault_as_it_was(
    what, written, nowhere, tmp_path
):
    error, told = INTERRUPTIONS[what]
    phrase = "abacus abdomen abdominal abide abiding ability ablaze"
    with Vault.create(tmp_path / "vault", phrase, kinds=agency.KINDS, cost=Cost.QUICK) as vault:
        agency.import_source(vault.ledger, written({"Id": "0"}), nowhere.police, nowhere.words)
        before = (vault.ledger.size, vault.ledger.head)

        with pytest.raises(told):
            agency.import_source(
                Meddling(vault.ledger, error, 2),
                written(*THREE, name="b.csv"),
                nowhere.police,
                nowhere.words,
            )

        assert before == (vault.ledger.size, vault.ledger.head)
        assert len(agency.batches(vault.ledger)) == 1
        assert vault.ledger.verify().faults == ()


@pytest.fixture
def heard():
    """Ctrl-C is heard, also where whoever started the tests has it ignored.

    A shell does so with what runs behind it, and the question below would go on for hours.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heard")
def test_ctrl_c_in_the_middle_of_a_question_to_the_engine_stops_it_at_once():
    timer = threading.Timer(0.3, lambda: os.kill(os.getpid(), signal.SIGINT))
    timer.start()
    started = time.monotonic()

    with pytest.raises(Stopped), engine_module.engine() as made:
        made.rows("SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b")

    assert time.monotonic() - started < 30


@pytest.mark.parametrize(
    "step", ["reading", "checking", "coding", "auditing", "packing", "sealing"]
)
@pytest.mark.usefixtures("heard")
def test_ctrl_c_at_any_step_leaves_the_vault_as_it_was(step, keep, written, vault):
    def tell(_done, what):
        if what.startswith(step):
            os.kill(os.getpid(), signal.SIGINT)

    with pytest.raises(Stopped):
        keep(written(*THREE), progress=tell)

    assert vault.ledger.size == 0
    assert not keep(written(*THREE)).nothing_new


def test_nothing_of_the_source_lies_on_the_disk_beside_the_sealed_ledger(
    written, nowhere, tmp_path
):
    secret = "Xq7-neverwritten"  # noqa: S105 - a mark to look for
    path = written({"Id": secret}, name="in.csv")
    phrase = "abacus abdomen abdominal abide abiding ability ablaze"
    with Vault.create(tmp_path / "v", phrase, kinds=agency.KINDS, cost=Cost.QUICK) as vault:
        agency.import_source(vault.ledger, path, nowhere.police, nowhere.words)
        files = [one for one in tmp_path.rglob("*") if one.is_file() and one != path]

        found = [one.name for one in files if secret.encode() in one.read_bytes()]

    assert files
    assert found == []


def test_progress_is_told_from_nothing_to_all(keep, written):
    told = []

    keep(written(*THREE), progress=lambda done, what: told.append((done, what)))

    assert sorted(done for done, _ in told) == [done for done, _ in told]
    assert told[-1] == (1.0, "kept")
    assert all(what for _, what in told)


def test_the_ledger_verifies_after_imports(keep, written, vault):
    keep(written(*THREE))
    keep(written({"Id": "7"}, name="b.csv"))

    assert vault.ledger.verify().faults == ()


def test_imports_are_listed_from_a_read_model_as_from_the_ledger(
    written, nowhere, tmp_path, monkeypatch
):
    words = "abacus abdomen abdominal abide abiding ability ablaze"
    with Vault.create(tmp_path / "v", words, cost=Cost.QUICK, kinds=agency.KINDS) as vault:
        for rows in (THREE, THREE[:2]):
            agency.import_source(vault.ledger, written(*rows), nowhere.police, nowhere.words)
        from_ledger = agency.batches(vault.ledger)
        codes = agency.known_codes(vault.ledger)
        monkeypatch.setattr(record, "WORTH_A_MODEL", 0)
        monkeypatch.setattr(vault.ledger, "facts", None)  # the ledger itself is not asked

        assert agency.batches(vault.ledger) == from_ledger
        assert len(from_ledger) == 2
        assert agency.known_codes(vault.ledger) == codes
