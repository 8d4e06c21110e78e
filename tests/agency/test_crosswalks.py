"""A batch can be recomputed by the words it was read under, whatever is shipped later."""

from __future__ import annotations

import pytest

from candlemark import agency
from candlemark.definition import Definition, load_crosswalk, read_crosswalk
from candlemark.errors import UnknownCrosswalk

EDITION = Definition.load()
TABLE = "id,told,about,passed_on,answer,answered\n1,2030-01,ET-1,,,\n"


def changed(**words):
    """The hotline's crosswalk with some text replaced."""
    content = load_crosswalk("xx-hotline", EDITION).file.decode()
    for old, new in words.items():
        content = content.replace(old, new)
    return read_crosswalk(content.encode(), EDITION)


@pytest.fixture
def hotline(tmp_path, vault):
    """Import a small table of the hotline by a crosswalk."""
    shipped = load_crosswalk("xx-hotline", EDITION)
    columns = [column.name for column in shipped.main.columns]

    def imported(crosswalk, rows=3):
        path = tmp_path / crosswalk.main.file
        told = [
            ",".join(str(n) if c == shipped.main.unit_key[0] else "" for c in columns)
            for n in range(rows)
        ]
        path.write_text("\n".join([",".join(columns), *told]) + "\n")
        return agency.import_source(vault.ledger, path, crosswalk, EDITION).batch

    return imported


def test_a_vault_without_batches_means_the_shipped_crosswalk(vault):
    shipped = load_crosswalk("xx-hotline", EDITION)

    assert agency.crosswalk_of(vault.ledger, "xx-hotline", EDITION) == shipped


def test_the_crosswalk_of_a_code_is_the_one_its_latest_batch_was_read_by(vault, hotline):
    later = changed(Told="Said")
    first = hotline(load_crosswalk("xx-hotline", EDITION))
    hotline(later, rows=4)
    of_first = agency.crosswalk_of(vault.ledger, "xx-hotline", EDITION, first.crosswalk_fingerprint)

    assert agency.crosswalk_of(vault.ledger, "xx-hotline", EDITION) == later
    assert of_first == load_crosswalk("xx-hotline", EDITION)


def test_a_new_file_is_read_by_the_shipped_crosswalk_where_there_is_one(vault, hotline):
    hotline(changed(Told="Said"))

    new = agency.crosswalk_to_import(vault.ledger, "xx-hotline", EDITION)

    assert new == load_crosswalk("xx-hotline", EDITION)


def test_a_crosswalk_is_kept_once_however_many_batches_it_reads(vault, hotline):
    shipped = load_crosswalk("xx-hotline", EDITION)
    hotline(shipped)
    hotline(shipped, rows=4)

    kept = list(vault.ledger.facts(kinds={"agency.crosswalk"}))

    assert [fact.fingerprint for _, fact in kept] == [shipped.fingerprint]
    assert kept[0][1].file == shipped.file


def test_a_kept_code_that_is_not_shipped_is_listed_and_others_are_unknown(vault, hotline):
    hotline(changed(**{'code = "xx-hotline"': 'code = "xx-own-line"'}))

    assert "xx-own-line" in agency.known_codes(vault.ledger)
    assert agency.crosswalk_to_import(vault.ledger, "xx-own-line", EDITION).code == "xx-own-line"
    with pytest.raises(UnknownCrosswalk):
        agency.crosswalk_of(vault.ledger, "xx-nobody", EDITION)
