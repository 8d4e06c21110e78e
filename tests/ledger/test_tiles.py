"""Tiles are cut, named and read as c2sp.org/tlog-tiles says, and lead to the same proofs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, ProofRefused
from candlemark.ledger.merkle import Tree, leaf_hash
from candlemark.ledger.proofs import (
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
    root_over,
)
from candlemark.ledger.tiles import (
    ENTRIES,
    WIDTH,
    Tile,
    TileNodes,
    hashes_of,
    read_bundle,
    read_hashes,
    tile_in,
    tiles_of,
    write_bundle,
)
from logs import new_vault

# From the specification: its example of a path, of a partial tile, and of a tree of 70,000 leaves.
PATHS = {
    "tile/0/x001/x234/067": Tile(0, 1_234_067),
    "tile/0/000": Tile(0, 0),
    "tile/0/999": Tile(0, 999),
    "tile/0/x001/000": Tile(0, 1000),
    "tile/1/000.p/17": Tile(1, 0, 17),
    "tile/entries/x001/x234/067.p/8": Tile(ENTRIES, 1_234_067, 8),
    "tile/63/000.p/1": Tile(63, 0, 1),
}


@pytest.mark.parametrize("path", PATHS)
def test_a_tile_lies_where_the_specification_says(path):
    assert PATHS[path].path == path
    assert Tile.at(path) == PATHS[path]


@given(st.integers(-1, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_a_path_is_read_as_it_was_written(level, n, width):
    assert Tile.at(Tile(level, n, width).path) == Tile(level, n, width)


NO_PATHS = [
    "", "tile/0", "tile/0/0", "tile/0/0000", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/x000/000",
    "tile/0/001/000", "tile/0/x001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/007", "tile/0/000.p/",
    "tile/0/000.p", "tile/0/000/", "/tile/0/000", "tile/entries/x1/000", "tile/0/٠٠٠", "tile/0/000\n", "../tile/0/000",
]  # fmt: skip


@pytest.mark.parametrize("path", NO_PATHS)
def test_no_tile_lies_at(path):
    with pytest.raises(ProofRefused, match="not the path of a tile"):
        Tile.at(path)


@given(st.text(max_size=30))
def test_any_text_is_the_path_of_a_tile_or_refused(text):
    try:
        tile = Tile.at(f"tile/{text}")
    except ProofRefused:
        return
    assert tile.path == f"tile/{text}"


def test_the_tiles_of_the_specification_s_example_are_found():
    tiles = list(tiles_of(70_000))
    above = [tile for tile in tiles if tile.level >= 0]

    assert sum(tile.level == 0 and tile.width == WIDTH for tile in above) == 273
    assert [tile.path for tile in above if tile.width < WIDTH] == [
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    ]
    assert [tile.path for tile in above if tile.level == 1] == ["tile/1/000", "tile/1/001.p/17"]
    assert sum(tile.level == ENTRIES for tile in tiles) == 274


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 65_535, 65_536, 65_537])
def test_there_is_no_empty_tile_and_no_leaf_without_one(size):
    tiles = list(tiles_of(size))

    assert all(1 <= tile.width <= WIDTH for tile in tiles)
    assert sum(tile.width for tile in tiles if tile.level == 0) == size
    assert sum(tile.width for tile in tiles if tile.level == 1) == size // 256


@given(st.lists(st.binary(max_size=300), min_size=1, max_size=20))
def test_a_bundle_is_read_as_it_was_written(entries):
    assert read_bundle(write_bundle(entries), len(entries)) == entries
    for width in {len(entries) - 1, len(entries) + 1}:
        with pytest.raises(ProofRefused):
            read_bundle(write_bundle(entries), width)


@given(st.lists(st.binary(max_size=9), min_size=1, max_size=9), st.data())
def test_a_bundle_cut_anywhere_is_refused(entries, data):
    whole = write_bundle(entries)
    cut = data.draw(st.integers(0, len(whole) - 1))

    with pytest.raises(ProofRefused, match="does not hold"):
        read_bundle(whole[:cut], len(entries))
    with pytest.raises(ProofRefused, match="does not hold"):
        read_bundle(whole + b"\x00", len(entries))


def test_the_longest_leaf_fits_and_one_byte_more_does_not():
    assert read_bundle(write_bundle([bytes(65_535)]), 1) == [bytes(65_535)]
    with pytest.raises(LedgerBroken, match="more than 65535"):
        write_bundle([bytes(65_536)])


@given(st.binary(max_size=200), st.integers(1, 6))
def test_bytes_are_so_many_hashes_or_refused(stored, width):
    if len(stored) == width * 32:
        assert b"".join(read_hashes(stored, width)) == stored
    else:
        with pytest.raises(ProofRefused, match="does not hold"):
            read_hashes(stored, width)


LEAVES = [b"%d" % n for n in range(70_000)]
HASHES = hashes_of(LEAVES)


def from_lists(size):
    """Tiles as the definition says: level by level, out of nothing but hashes."""
    levels = [HASHES[:size]]
    while len(levels[-1]) >= WIDTH:
        below = levels[-1]
        levels.append(
            [
                Tree().grown(below[at : at + WIDTH]).root
                for at in range(0, len(below) // WIDTH * WIDTH, WIDTH)
            ]
        )
    return lambda tile: b"".join(levels[tile.level][tile.n * WIDTH : tile.n * WIDTH + tile.width])


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 513, 65_535, 65_536, 65_537, 70_000])
def test_proofs_out_of_tiles_hold(size):
    nodes, root = TileNodes(size, from_lists(size)), Tree().grown(HASHES[:size]).root

    assert root_over(nodes, 0, size) == root
    for index in {0, 1, size // 2, size - 2, size - 1} & set(range(size)):
        check_inclusion(HASHES[index], index, size, root, prove_inclusion(nodes, index, size))
        old = index + 1
        proof = prove_consistency(nodes, old, size)
        check_consistency(old, Tree().grown(HASHES[:old]).root, size, root, proof)


@pytest.mark.parametrize(("height", "index"), [(0, 5), (1, 2), (3, 0), (0, -1)])
def test_a_tree_has_no_node_beyond_its_end(height, index):
    with pytest.raises(ProofRefused, match="no such node"):
        TileNodes(5, from_lists(5)).node(height, index)


def test_a_tile_of_another_length_is_refused():
    with pytest.raises(ProofRefused, match="does not hold 5 hashes"):
        TileNodes(5, lambda _: bytes(31)).node(0, 0)


def test_few_tiles_are_kept_at_a_time():
    nodes = TileNodes(70_000, from_lists(70_000))
    for n in range(200):
        nodes.node(0, n * 256)

    assert len(nodes._kept) <= 64


def test_the_tree_tells_which_tiles_it_fills_while_it_grows():
    filled, read = [], from_lists(70_000)
    Tree().grown(HASHES[:30_000], filled).grown(HASHES[30_000:], filled)

    assert [tile.n for tile in filled if tile.level == 0] == list(range(273))
    assert [tile.n for tile in filled if tile.level == 1] == [0]
    for tile in filled:
        assert tile.root == Tree().grown(read_hashes(read(Tile(tile.level, tile.n)), WIDTH)).root


def test_a_ledger_keeps_the_root_of_every_tile_it_filled():
    with new_vault(515) as vault:
        store = vault._store
        read = tile_in(store)
        first = [row.hash for row in store.rows(0, 256)]

        assert store.tile_roots(0, 0, 9) == [
            Tree().grown(first).root,
            Tree().grown(row.hash for row in store.rows(256, 512)).root,
        ]
        assert read(Tile(0, 0)) == b"".join(first)
        assert read(Tile(1, 0, 2)) == b"".join(store.tile_roots(0, 0, 2))
        assert read_bundle(read(Tile(ENTRIES, 2, 3)), 3) == [
            row.leaf for row in store.rows(512, 515)
        ]
        assert root_over(TileNodes(515, read), 0, 515).hex() == vault.ledger.head
        assert vault.ledger.verify().faults == ()


def test_a_store_that_lacks_a_tile_says_so():
    with new_vault(300) as vault:
        vault._store.tiles.clear()

        with pytest.raises(LedgerBroken, match=r"tile/1/000\.p/1 is missing"):
            tile_in(vault._store)(Tile(1, 0, 1))
        assert [str(fault) for fault in vault.ledger.verify().faults] == [
            "tiles of level 0: 0 kept instead of 1"
        ]


def test_every_bit_of_the_root_of_a_tile_counts_when_a_ledger_is_verified():
    with new_vault(256) as vault:
        store = vault._store
        for bit in range(0, 256, 37):
            root = store.tiles[0, 0]
            bent = bytearray(root)
            bent[bit // 8] ^= 1 << bit % 8
            store.tiles[0, 0] = bytes(bent)
            assert [fault.where for fault in vault.ledger.verify().faults] == ["tile/0/000"]
            store.tiles[0, 0] = root


def test_a_leaf_hash_is_that_of_the_leaf():
    assert hashes_of([b"", b"x"]) == [leaf_hash(b""), leaf_hash(b"x")]
