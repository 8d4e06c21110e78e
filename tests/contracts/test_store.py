"""What every store of a ledger promises, run on each of them: in memory, SQLite, PostgreSQL."""

from __future__ import annotations

import hashlib
import threading

import pytest

from candlemark.errors import LedgerBroken, VaultBusy, VaultError
from candlemark.ledger.merkle import FullTile, leaf_hash
from candlemark.ledger.store import Counts, Row
from stores import EMPTY, GENESIS, fill, head, part, row


def test_a_new_store_holds_how_it_began_and_nothing_else(store):
    assert store.genesis() == GENESIS
    assert store.head() == EMPTY
    assert store.counts() == Counts(0, 0)
    assert store.rows(0, 10) == []
    assert store.check() == ()


def test_what_was_added_is_there_in_order_and_byte_for_byte(store):
    fill(store, 5)

    assert store.rows(0, 5) == [row(n) for n in range(5)]
    assert store.rows(1, 3) == [row(1), row(2)]
    assert store.rows(4, 99) == [row(4)]
    assert store.head() == head(5)
    assert store.counts() == Counts(5, 5)


def test_parts_are_found_by_their_hash_and_only_those_there_are(store):
    fill(store, 3)
    known, text = part(b"part 1")

    assert store.parts([known, bytes(32)]) == {known: text}
    assert store.parts([]) == {}


def test_many_parts_are_found_at_once(store):
    fill(store, 600)
    wanted = dict(part(b"part %d" % n) for n in range(600))

    assert store.parts(list(wanted)) == wanted


def test_an_action_is_found_by_its_identifier(store):
    fill(store, 3)

    assert store.find(row(2).action) == 2
    assert store.find(bytes(16)) is None


@pytest.mark.parametrize("stop", [ValueError, KeyboardInterrupt, SystemExit, GeneratorExit])
def test_what_was_under_way_when_it_stopped_is_not_there(store, stop):
    fill(store, 2)

    def write():
        with store.writing() as writing:
            writing.add(row(2), [part(b"part 2")])
            writing.move_head(head(3))
            raise stop

    with pytest.raises(stop):
        write()

    assert store.counts() == Counts(2, 2)
    assert store.head() == head(2)
    assert store.find(row(2).action) is None


def test_a_store_can_be_written_to_after_a_writer_stopped(store):
    with pytest.raises(ValueError, match="stop"), store.writing():
        raise ValueError("stop")
    fill(store, 1)

    assert store.rows(0, 1) == [row(0)]


REFUSED = {
    "a leaf that leaves a gap": row(3),
    "a leaf in a place that is taken": row(1, b"another leaf"),
    "the same leaf again": row(2, b"leaf 1"),
    "an action that is there": Row(2, b"x", leaf_hash(b"x"), row(1).action),
}


@pytest.mark.parametrize("refused", REFUSED.values(), ids=REFUSED)
def test_a_store_refuses(store, refused):
    fill(store, 2)

    with pytest.raises(LedgerBroken), store.writing() as writing:
        writing.add(refused, [])

    assert store.rows(0, 9) == [row(0), row(1)]


def test_a_store_refuses_a_part_that_is_there(store):
    fill(store, 2)

    with pytest.raises(LedgerBroken), store.writing() as writing:
        writing.add(row(2), [part(b"part 0")])

    assert store.counts() == Counts(2, 2)


def test_tiles_are_kept_in_order_with_the_leaves_that_filled_them(store):
    tiles = [FullTile(0, 1, b"b" * 32), FullTile(0, 0, b"a" * 32), FullTile(1, 0, b"c" * 32)]
    with store.writing() as writing:
        writing.add(row(0), [])
        for tile in tiles:
            writing.add_tile(tile)

    assert store.tile_roots(0, 0, 9) == [b"a" * 32, b"b" * 32]
    assert store.tile_roots(0, 1, 2) == [b"b" * 32]
    assert store.tile_roots(1, 0, 1) == [b"c" * 32]
    assert store.tile_roots(2, 0, 9) == []


def test_a_range_of_tiles_of_any_width_costs_only_the_tiles_that_are_there(store):
    """Walked number by number, this range would outlast everybody."""
    with store.writing() as writing:
        for n in range(3):
            writing.add_tile(FullTile(0, n, bytes([n]) * 32))
    kept = [bytes([n]) * 32 for n in range(3)]

    assert store.tile_roots(0, 0, 1 << 60) == kept
    assert store.tile_roots(0, 1, 1 << 60) == kept[1:]
    assert store.tile_roots(0, 3, 1 << 60) == store.tile_roots(0, 2, 1) == []


def test_a_store_refuses_a_tile_that_is_there_and_keeps_none_of_what_stopped(store):
    with store.writing() as writing:
        writing.add_tile(FullTile(0, 0, b"a" * 32))
    add_tiles = (FullTile(0, 1, b"b" * 32), FullTile(0, 0, b"c" * 32))
    for tiles in (add_tiles, (FullTile(1, 0, b"b" * 32),) * 2):
        with pytest.raises(LedgerBroken), store.writing() as writing:
            any(map(writing.add_tile, tiles))

    assert store.tile_roots(0, 0, 9) == [b"a" * 32]
    assert store.tile_roots(1, 0, 9) == []


def test_what_is_erased_is_gone_and_the_rest_stays(store):
    fill(store, 4)
    (one, _), (two, _), (three, text) = (part(b"part %d" % n) for n in (1, 2, 3))

    assert store.erase([one, two, bytes(32)]) == 2
    assert store.parts([one, two, three]) == {three: text}
    assert store.counts() == Counts(4, 2)
    assert store.rows(0, 9) == [row(n) for n in range(4)]
    assert store.head() == head(4)
    assert store.check() == ()
    assert store.erase([one, two]) == 0
    assert store.erase([]) == 0


def test_a_store_is_written_to_after_something_was_erased(store):
    fill(store, 2)
    store.erase([part(b"part 0")[0]])
    with store.writing() as writing:
        writing.add(row(2), [part(b"part 2")])
        writing.add_tile(FullTile(0, 0, b"a" * 32))

    assert store.counts() == Counts(3, 2)
    assert store.parts([part(b"part 2")[0]]) != {}
    assert store.tile_roots(0, 0, 9) == [b"a" * 32]


def test_nothing_is_erased_while_somebody_writes(store):
    fill(store, 2)
    known, text = part(b"part 1")
    told = []

    def erase():
        try:
            store.erase([known])
        except VaultBusy as error:
            told.append(error)

    with store.writing():
        other = threading.Thread(target=erase)
        other.start()
        other.join()

    assert len(told) == 1
    assert store.parts([known]) == {known: text}
    assert store.erase([known]) == 1


def test_a_store_says_in_words_where_sealed_bytes_are_left_for_a_while(store):
    assert isinstance(store.remains, str)
    assert ("write-ahead log" in store.remains) is (type(store).__name__ == "PostgresStore")


def test_the_head_never_moves_back(store):
    fill(store, 2)

    with pytest.raises(LedgerBroken), store.writing() as writing:
        writing.move_head(head(1))

    assert store.head() == head(2)


def test_one_writes_at_a_time_and_the_next_is_told_after_a_while(store):
    with store.writing():
        told = []

        def write():
            try:
                with store.writing():
                    pass
            except VaultBusy as error:
                told.append(error.message)

        other = threading.Thread(target=write)
        other.start()
        other.join()

    assert len(told) == 1
    assert "writing to this" in told[0]


def test_while_one_writes_the_others_read_what_was_there_before(store):
    fill(store, 2)

    with store.writing() as writing:
        writing.add(row(2), [part(b"part 2")])
        assert store.rows(0, 9) == [row(0), row(1)]
        assert store.head() == head(2)
        writing.move_head(head(3))

    assert store.rows(0, 9) == [row(0), row(1), row(2)]


def test_threads_share_a_store(store):
    fill(store, 50)
    wrong = []

    def read():
        expected = [row(n) for n in range(50)]
        wrong.extend(n for n in range(50) if store.rows(n, 50) != expected[n:])

    def write(first):
        for _ in range(5):
            with store.writing() as writing:
                size = store.counts().leaves
                writing.add(row(size, b"%d %d" % (first, size)), [])
                writing.move_head(head(size + 1))

    threads = [threading.Thread(target=read) for _ in range(4)]
    threads += [threading.Thread(target=write, args=(n,)) for n in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert wrong == []
    assert store.counts().leaves == 60


def test_a_closed_store_says_so(store):
    store.close()
    store.close()

    for ask in (
        store.genesis,
        store.head,
        store.counts,
        store.check,
        lambda: store.rows(0, 1),
        lambda: store.tile_roots(0, 0, 1),
        lambda: store.erase([bytes(32)]),
    ):
        with pytest.raises(VaultError, match="the vault is closed"):
            ask()
    with pytest.raises(VaultError, match="the vault is closed"), store.writing():
        pass


def test_parts_that_are_erased_are_gone_and_the_leaves_stay(store):
    fill(store, 3)
    gone, kept = part(b"part 1"), part(b"part 2")

    assert store.erase([gone[0], hashlib.sha256(b"never there").digest()]) == 1
    assert store.parts([gone[0], kept[0]]) == dict([kept])
    assert [one.n for one in store.rows(0, 3)] == [0, 1, 2]
    assert store.counts().parts == 2
    assert store.erase([gone[0]]) == 0
    assert store.erase([]) == 0
