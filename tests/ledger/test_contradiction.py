"""What members signed that they had seen proves a roll-back, without any witness."""

from __future__ import annotations

import pytest

from candlemark.errors import LedgerBroken
from candlemark.ledger import Kinds, Ledger
from candlemark.ledger.checkpoint import signed_head
from candlemark.ledger.contradiction import contradictions
from candlemark.ledger.merkle import Tree
from logs import copy_of, grow, new_vault


@pytest.fixture
def vault():
    """Four saves, of 2, 1, 3 and 1 entries; their writers had seen 0, 2, 3 and 6."""
    with new_vault() as made:
        made.notes = {0: made._store.head().note}
        for entries in (2, 1, 3, 1):
            grow(made.ledger, entries)
            made.notes[made.ledger.size] = made._store.head().note
        yield made


def test_the_present_state_contradicts_nothing(vault):
    assert contradictions(vault.ledger, vault.notes[7]) == ()


@pytest.mark.parametrize(("size", "entries"), [(0, [2, 3, 4, 5, 6]), (2, [3, 4, 5, 6]), (3, [6])])
def test_an_older_state_is_behind_what_members_had_seen(vault, size, entries):
    found = contradictions(vault.ledger, vault.notes[size])

    assert [each.entry for each in found] == entries
    assert all(f"the checkpoint has {size}" in each.what for each in found)
    assert {each.device for each in found} == {vault._identity.keyring.device.kid.hex()}


def test_a_state_nobody_had_gone_beyond_yet_is_not_contradicted(vault):
    # The last writer had seen 6 entries: to have shown 6 afterwards is no contradiction.
    assert contradictions(vault.ledger, vault.notes[6]) == ()


def test_another_history_is_contradicted_by_the_ledger_and_by_who_had_seen_it(vault):
    rewritten = rewritten_from(vault, 2)
    grow(rewritten, 4)
    found = contradictions(vault.ledger, rewritten.log.store.head().note)

    assert [(each.entry, each.size) for each in found] == [(-1, 7), (6, 6)]
    assert "another state of 6" in found[1].what


def test_a_longer_other_history_shows_that_the_ledger_lacks_some(vault):
    longer = copy_of(vault)
    grow(longer, 5)
    found = contradictions(vault.ledger, longer.log.store.head().note)

    assert [(each.entry, each.size) for each in found] == [(-1, 7)]
    assert "12 entries; the ledger lacks some" in found[0].what


def test_a_note_of_another_log_is_refused(vault):
    with new_vault(1) as other, pytest.raises(LedgerBroken):
        contradictions(vault.ledger, other._store.head().note)
    with pytest.raises(LedgerBroken):
        contradictions(vault.ledger, b"no note")


def rewritten_from(vault, size):
    """A ledger with the same keys that went another way after ``size`` entries."""
    ledger = copy_of(vault)
    store = ledger.log.store
    gone = store.leaves[size:]
    del store.leaves[size:]
    for row in gone:
        del store.places[row.hash], store.places[row.action]
    tree = Tree().grown(row.hash for row in store.leaves)
    store._head = signed_head(tree, ledger.log.key.name, vault._identity.keyring.log)
    return Ledger(store, vault._identity, Kinds())
