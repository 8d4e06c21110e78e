"""Figures of closed batches go out release after release, and only as they were approved."""

from __future__ import annotations

import json
from datetime import date

import pytest

from candlemark import protect
from candlemark.errors import Disclosive, NotEntitled, NotInOrder
from candlemark.protect import HOUSE, wanted
from candlemark.publish import releases
from candlemark.publish.open import files_of
from candlemark.publish.site import verify
from candlemark.publish.table import CLOSED_BATCHES, TONGUES, Sign
from candlemark.publish.turning import table_of
from protect.sources import source
from public_tables import PLACING
from publishing_batches import EARLY, FEW, LATE, NAMES, PEOPLE, batch_approved, drafted, published
from releasing import EDITION


@pytest.fixture(scope="module")
def twice(founded, tmp_path_factory):
    """A house that released two batches, and its site."""
    house = founded.copied(tmp_path_factory.mktemp("batches") / "vault")
    first = published(house, EARLY)
    second = published(house, LATE)
    out = house.team.folder.parent / "site"
    house.build(out)
    return house, first, second, out


def test_batches_add_up_from_release_to_release_under_the_same_names(twice):
    house, first, second, out = twice
    with house.team.open() as vault:
        kept = releases.tables(vault.ledger, [*first.draft.tables, *second.draft.tables])
    before = [kept[one] for one in first.draft.tables]
    after = [kept[one] for one in second.draft.tables]
    changes = releases.changes_between(before, after)

    assert [one.name for one in before] == [one.name for one in after]
    assert {one.name for one in changes.changed} <= {one.name for one in after}
    assert len(changes.changed) >= 3
    entered = [table.cells[0].value for table in (before[0], after[0])]
    assert entered[0] < entered[1]
    assert {one.protection.way for one in after} == {CLOSED_BATCHES}
    assert verify(out).faults == ()


def test_a_table_of_batches_says_what_protection_did_in_every_tongue(twice):
    house, _, second, _ = twice
    with house.team.open() as vault:
        (whole, *_rest) = releases.tables(vault.ledger, second.draft.tables).values()

    assert set(whole.protection.notes) == set(TONGUES)
    assert f"{whole.protection.parameters['least']}" in whole.protection.notes["fa"]
    assert whole.protection.parameters["batches"] == 2
    assert whole.uncertainty.code == CLOSED_BATCHES
    assert whole.cells[0].low <= whole.cells[0].value <= whole.cells[0].high


def test_who_came_has_its_categories_and_groups_as_dimensions(twice):
    house, _, second, _ = twice
    with house.team.open() as vault:
        kept = releases.tables(vault.ledger, second.draft.tables).values()
    by_name = {one.name.partition("-cases-")[0]: one for one in kept}
    crossed = by_name["entered-ground-region"]
    codes = {one.code: one.codes for one in crossed.dimensions}

    assert set(codes) == {"group", "category"}
    assert set(codes["category"]) == {"_T", "gay-men", "trans-women", "roma"}
    assert set(by_name["stands"].measures[0].labels) == set(TONGUES)
    for table in kept:
        assert set(files_of(table, PLACING)) > {"table.csv", "data.sdmx.xml"}


def test_a_group_that_waits_has_a_sign_of_its_own_and_a_number_later(founded, tmp_path):
    house = founded.copied(tmp_path / "vault")
    some = wanted(["entered", "entered/ground@region"])
    few = date(2021, 3, 31)
    with house.team.open() as vault:
        tried = protect.try_release(
            source(PEOPLE, few), some, HOUSE, protect.secret_of(vault.ledger)
        )
    table = table_of(tried.figures[1], EDITION)

    signs = {cell.sign for cell in table.cells}
    assert Sign.WAITING in signs
    assert all(cell.value is None for cell in table.cells if cell.sign is Sign.WAITING)


def test_a_release_whose_batch_nobody_approved_does_not_leave(founded, tmp_path):
    house = founded.copied(tmp_path / "vault")
    draft = drafted(house, EARLY, FEW)

    with pytest.raises(NotEntitled, match="a batch of this release is not approved"):
        house.approve(draft.id)
    batch_approved(house, draft, EARLY, FEW)
    with pytest.raises(NotEntitled, match="nobody approved"):
        house.publish(draft.id)
    house.approve(draft.id)
    assert house.publish(draft.id).number == 1


def test_a_release_that_another_batch_overtook_is_drafted_again(founded, tmp_path):
    house = founded.copied(tmp_path / "vault")
    first = drafted(house, EARLY, FEW)
    batch_approved(house, first, EARLY, FEW)
    house.approve(first.id)
    second = drafted(house, LATE, FEW)
    batch_approved(house, second, LATE, FEW)

    with pytest.raises(NotInOrder, match="not those that are released now") as refused:
        house.publish(first.id)
    assert len(refused.value.faults) == 2
    house.approve(second.id)
    assert house.publish(second.id).number == 1


def test_batches_and_numbers_rounded_once_do_not_stand_beside_each_other(twice):
    house, *_ = twice
    with house.team.open() as vault:
        figure = protect.try_release(
            source(PEOPLE, EARLY), NAMES[:1], HOUSE, protect.secret_of(vault.ledger)
        ).figures[0]
        said = releases.releases(vault.ledger)
        table = table_of(figure, EDITION)
        rounded = table.__class__(
            **{
                name: getattr(table, name)
                for name in table.__dataclass_fields__
                if name != "protection"
            },
            protection=table.protection.__class__(
                "house/1", "round-and-hide", table.protection.notes, {}, table.protection.suppressed
            ),
        )
        with pytest.raises(Disclosive, match="before"):
            releases.saying._refuse_subtraction(vault.ledger, [rounded], said)
        releases.saying._refuse_subtraction(vault.ledger, [table], said)


def test_the_site_of_batches_shows_its_tables(twice):
    *_, out = twice
    rows = json.loads((out / "api" / "tables.json").read_bytes())["tables"]

    assert len(rows) == len(NAMES)
    for row in rows:
        assert (out / row["folder"] / "fa.html").stat().st_size <= 60 * 1024
