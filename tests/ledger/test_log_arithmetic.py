"""Trees, tiles, proofs, checkpoints and words against models written here; both sides of each edge."""

from __future__ import annotations

import base64
import hashlib
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken, NotUnderstood, ProofRefused, WordsDiffer
from candlemark.ledger.checkpoint import (
    Checkpoint,
    read_checkpoint,
    read_seen,
    read_signed,
    signed_head,
    tree_of,
)
from candlemark.ledger.memory import MemoryStore
from candlemark.ledger.merkle import (
    HASH_BYTES,
    TILE_HEIGHT,
    FullTile,
    Tree,
    leaf_hash,
    node_hash,
)
from candlemark.ledger.proofs import (
    EMPTY_ROOT,
    SIZE_LIMIT,
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
    root_by_inclusion,
    root_over,
)
from candlemark.ledger.root_words import COUNT, TEXT_LIMIT, RootWords
from candlemark.ledger.store import Head, Row
from candlemark.ledger.tiles import (
    BUNDLE_LIMIT,
    ENTRIES,
    ENTRY_LIMIT,
    LEVEL_LIMIT,
    WIDTH,
    Tile,
    TileNodes,
    hashes_of,
    read_bundle,
    read_hashes,
    tile_faults,
    tile_in,
    tiles_of,
    write_bundle,
)
from candlemark.seal import Note, NoteKey, SigningKey, sign_note
from candlemark.seal.notes import ED25519
from candlemark.seal.passphrase import words

NAME = "log.example"
KEY = SigningKey.from_bytes(hashlib.sha256(b"log").digest())
HASHES = [hashlib.sha256(b"\0" + n.to_bytes(4)).digest() for n in range(1300)]
SIZES = st.integers(0, 70)


def sha(content):
    return hashlib.sha256(content).digest()


def tree_hash(hashes):
    """RFC 9162, 2.1.1, word for word."""
    if not hashes:
        return sha(b"")
    if len(hashes) == 1:
        return hashes[0]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    return sha(b"\x01" + tree_hash(hashes[:k]) + tree_hash(hashes[k:]))


class Model:
    """The hashes of a tree, each computed from its leaves."""

    def __init__(self, hashes):
        self.hashes, self.asked = hashes, []

    def node(self, height, index):
        self.asked.append((height, index))
        found = self.hashes[index << height : (index + 1) << height]
        assert len(found) == 1 << height
        return tree_hash(found)


def tiles_over(hashes, leaves=None):
    """Every tile of a tree, as the specification describes them, by its place."""
    level, found = 0, {}
    while hashes:
        for n in range(-(-len(hashes) // 256)):
            found[level, n] = hashes[n * 256 : n * 256 + 256]
        hashes = [tree_hash(hashes[at : at + 256]) for at in range(0, len(hashes) - 255, 256)]
        level += 1
    return found


def test_the_numbers_of_a_log_are_the_published_ones():
    assert (HASH_BYTES, TILE_HEIGHT, WIDTH) == (32, 8, 256)
    assert (ENTRIES, LEVEL_LIMIT, ENTRY_LIMIT) == (-1, 63, 65_535)
    assert BUNDLE_LIMIT == 256 * (2 + 65_535)
    assert SIZE_LIMIT == 2**60
    assert sha(b"") == EMPTY_ROOT
    assert (COUNT, TEXT_LIMIT) == (12, 1024)


@given(st.binary(max_size=80), st.binary(min_size=32, max_size=32))
def test_leaves_and_nodes_are_hashed_apart(content, other):
    assert leaf_hash(content) == sha(b"\x00" + content)
    assert node_hash(content, other) == sha(b"\x01" + content + other)
    assert hashes_of([content, other]) == [sha(b"\x00" + content), sha(b"\x00" + other)]


# Trees


@given(st.integers(0, 300), st.integers(0, 300))
@settings(max_examples=40)
def test_a_tree_is_that_of_its_leaves_however_it_grew(first, more):
    tree = Tree().grown(HASHES[:first])
    grown = tree.grown(HASHES[first : first + more])

    assert (tree.size, grown.size) == (first, first + more)
    assert grown.root == tree_hash(HASHES[: first + more])
    assert tree.root == tree_hash(HASHES[:first])
    assert len(grown.peaks) == (first + more).bit_count()
    assert Tree.of(grown.size, grown.packed) == grown
    assert grown.packed == b"".join(grown.peaks)
    assert Tree.of(grown.size, grown.packed).grown(HASHES[:3]) == grown.grown(HASHES[:3])


@given(st.integers(0, 600))
@settings(max_examples=30)
def test_the_peaks_of_a_tree_are_its_perfect_trees_the_largest_first(size):
    expected, at = [], 0
    for height in reversed(range(11)):
        if size >> height & 1:
            expected.append(tree_hash(HASHES[at : at + (1 << height)]))
            at += 1 << height

    assert list(Tree().grown(HASHES[:size]).peaks) == expected


def test_a_tree_without_leaves_has_the_empty_root_and_no_peak():
    assert Tree() == Tree(0, ()) == Tree.of(0, b"")
    assert Tree().root == sha(b"")
    assert Tree().packed == b""
    assert Tree().grown([]) == Tree()


@pytest.mark.parametrize(
    ("size", "length", "fits"),
    [
        (-1, 0, False), (-1, 32, False), (0, 0, True), (0, 1, False), (0, 32, False),
        (1, 0, False), (1, 31, False), (1, 32, True), (1, 33, False), (1, 64, False),
        (2, 32, True), (2, 64, False), (3, 32, False), (3, 64, True), (3, 96, False),
        (4, 32, True), (7, 96, True), (7, 95, False), (255, 256, True), (256, 32, True),
    ],
)  # fmt: skip
def test_peaks_fit_exactly_one_number_per_bit(size, length, fits):
    if fits:
        assert len(Tree.of(size, bytes(length)).peaks) == length // 32
    else:
        with pytest.raises(LedgerBroken) as caught:
            Tree.of(size, bytes(length))
        assert caught.value.message == f"the peaks do not fit a tree of {size} leaves"


@pytest.mark.parametrize(
    ("first", "more", "full"),
    [
        (0, 255, []), (0, 256, [0]), (0, 257, [0]), (255, 1, [0]), (256, 0, []), (256, 255, []),
        (256, 256, [1]), (511, 1, [1]), (0, 512, [0, 1]), (500, 600, [1, 2, 3]),
    ],
)  # fmt: skip
def test_a_tree_tells_each_tile_when_its_last_hash_comes(first, more, full):
    filled = []
    Tree().grown(HASHES[:first]).grown(HASHES[first : first + more], filled)

    assert filled == [FullTile(0, n, tree_hash(HASHES[n * 256 : n * 256 + 256])) for n in full]


def test_the_leaf_that_fills_two_levels_tells_both_the_lower_first():
    """A tree of 65,535 leaves, known by its peaks alone, is given one leaf more."""
    peaks = tuple(HASHES[:16])
    filled = []
    tree = Tree(65_535, peaks).grown([HASHES[16]], filled)
    lower = HASHES[16]
    for peak in reversed(peaks[8:]):
        lower = node_hash(peak, lower)
    upper = lower
    for peak in reversed(peaks[:8]):
        upper = node_hash(peak, upper)

    assert filled == [FullTile(0, 255, lower), FullTile(1, 0, upper)]
    assert tree == Tree(65_536, (upper,))


# Tiles


PATHS = {
    "tile/0/000": Tile(0, 0, 256),
    "tile/0/999": Tile(0, 999, 256),
    "tile/0/x001/000": Tile(0, 1000, 256),
    "tile/0/x999/999": Tile(0, 999_999, 256),
    "tile/0/x001/x000/000": Tile(0, 1_000_000, 256),
    "tile/63/000": Tile(63, 0, 256),
    "tile/9/010.p/1": Tile(9, 10, 1),
    "tile/10/100.p/255": Tile(10, 100, 255),
    "tile/entries/007.p/9": Tile(ENTRIES, 7, 9),
    "tile/entries/x123/456": Tile(ENTRIES, 123_456, 256),
}


@pytest.mark.parametrize(("path", "tile"), PATHS.items())
def test_a_tile_and_its_path_are_one_for_one(path, tile):
    assert tile.path == path
    assert Tile.at(path) == tile


NOWHERE = [
    "", "tile", "tile/0", "tile/0/", "tile/0/0", "tile/0/00", "tile/0/0000", "tile/00/000",
    "tile/01/000", "tile/64/000", "tile/99/000", "tile/100/000", "tile/-1/000", "tile/entry/000",
    "tile/0/x000/000", "tile/0/x000/001", "tile/0/001/000", "tile/0/x001/x000",
    "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/257", "tile/0/000.p/999",
    "tile/0/000.p/01", "tile/0/000.p/1000", "tile/0/000.p/", "tile/0/000.p", "tile/0/000/",
    "/tile/0/000", "tile/0/000\n", " tile/0/000", "tile/0/٠٠٠", "../tile/0/000", "tile/0/x001/../0",
]  # fmt: skip


@pytest.mark.parametrize("path", NOWHERE)
def test_no_tile_lies_at_another_path(path):
    with pytest.raises(ProofRefused) as caught:
        Tile.at(path)
    assert caught.value.message == "this is not the path of a tile"
    assert caught.value.hint == "see docs/formats/log.md"


def test_a_tile_is_full_when_nobody_says_how_wide_it_is():
    assert Tile(0, 0) == Tile(0, 0, 256)
    assert ".p" not in Tile(0, 0).path


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513, 65_535, 65_536, 65_537])
def test_a_tree_has_these_tiles_in_this_order(size):
    bundles = [Tile(ENTRIES, n, min(256, size - n * 256)) for n in range(-(-size // 256))]
    lowest = [tile._replace(level=0) for tile in bundles]
    upper, count, level = [], size // 256, 1
    while count:
        upper += [Tile(level, n, min(256, count - n * 256)) for n in range(-(-count // 256))]
        count, level = count // 256, level + 1

    assert list(tiles_of(size)) == bundles + lowest + upper


@given(st.lists(st.binary(max_size=300), max_size=6))
def test_a_bundle_is_each_leaf_behind_its_length(entries):
    stored = b"".join(bytes(divmod(len(entry), 256)) + entry for entry in entries)

    assert write_bundle(entries) == stored
    assert read_bundle(stored, len(entries)) == entries
    others = [(stored + b"x", len(entries)), (stored + b"\0\0", len(entries))]
    others += [(stored, len(entries) + 1)] + [(stored, len(entries) - 1)] * bool(entries)
    for bent, width in others:
        with pytest.raises(ProofRefused) as caught:
            read_bundle(bent, width)
        assert caught.value.message == f"it does not hold {width} entries"
        assert caught.value.hint == "fetch the file again from where it was published"


def test_a_leaf_of_65535_bytes_fits_a_bundle_and_a_longer_one_does_not():
    longest = bytes(65_535)
    assert read_bundle(write_bundle([b"", longest, b"x"]), 3) == [b"", longest, b"x"]
    for entries in ([bytes(65_536)], [b"x", bytes(65_536)], [bytes(65_536), b"x"]):
        with pytest.raises(LedgerBroken) as caught:
            write_bundle(entries)
        assert caught.value.message == "a leaf has more than 65535 bytes"


@pytest.mark.parametrize("width", [0, 1, 2, 255, 256])
def test_a_tile_holds_exactly_its_hashes(width):
    stored = b"".join(HASHES[:width])

    assert read_hashes(stored, width) == HASHES[:width]
    for bent in (stored + b"x", stored + bytes(32), stored[:-1] or b"x"):
        with pytest.raises(ProofRefused) as caught:
            read_hashes(bent, width)
        assert caught.value.message == f"it does not hold {width} hashes"
        assert caught.value.hint == "fetch the file again from where it was published"


NODES = st.integers(1, 1300).flatmap(
    lambda size: st.integers(0, size.bit_length() - 1).flatmap(
        lambda height: st.tuples(
            st.just(size), st.just(height), st.integers(0, (size >> height) - 1)
        )
    )
)


@given(NODES)
@settings(max_examples=60)
def test_every_node_is_found_in_one_tile_and_is_that_of_its_leaves(node):
    size, height, index = node
    tiles, read = tiles_over(HASHES[:size]), []

    def tile(asked):
        read.append(asked)
        return b"".join(tiles[asked.level, asked.n][: asked.width])

    found = TileNodes(size, tile).node(height, index)

    assert found == tree_hash(HASHES[index << height : (index + 1) << height])
    (asked,) = read
    assert asked.level == height // 8
    assert asked.width == len(tiles[asked.level, asked.n])


@given(NODES)
@settings(max_examples=40)
def test_no_node_is_found_beyond_the_end_or_before_the_beginning(node):
    size, height, _ = node
    nodes = TileNodes(size, lambda _: pytest.fail("nothing is read"))
    for index in (-1, size >> height, (size >> height) + 1):
        with pytest.raises(ProofRefused) as caught:
            nodes.node(height, index)
        assert caught.value.message == "the tree has no such node"
        assert caught.value.hint == "fetch the file again from where it was published"


def test_sixty_four_tiles_are_kept_and_the_oldest_goes_first():
    read = []

    def tile(asked):
        read.append(asked.n)
        return bytes(32 * asked.width)

    nodes = TileNodes(256 * 66, tile)
    for n in range(64):
        nodes.node(0, n * 256)
    nodes.node(0, 0)
    nodes.node(8, 63)
    assert read == [*range(64), 0]
    read.clear()
    nodes.node(0, 63 * 256)
    nodes.node(0, 5)
    assert read == [0]


def store_of(count):
    """A store with so many leaves and their tiles."""
    store, filled = MemoryStore(b"genesis", Head(0, b"", b"")), []
    rows = [Row(n, bytes([n % 251]) * 3, HASHES[n], b"a%d" % n) for n in range(count)]
    tree = Tree().grown([row.hash for row in rows], filled)
    with store.writing() as writing:
        for row in rows:
            writing.add(row, ())
        for full in filled:
            writing.add_tile(full)
        writing.move_head(signed_head(tree, NAME, KEY))
    return store, filled


STORE, FILLED = store_of(600)


@pytest.mark.parametrize("tile", [*tiles_of(600)], ids=lambda tile: tile.path)
def test_a_store_gives_every_tile_of_its_leaves(tile):
    stored = tile_in(STORE)(tile)

    if tile.level == ENTRIES:
        leaves = read_bundle(stored, tile.width)
        assert leaves == [
            bytes([n % 251]) * 3 for n in range(tile.n * 256, tile.n * 256 + tile.width)
        ]
    else:
        expected = tiles_over(HASHES[:600])[tile.level, tile.n]
        assert read_hashes(stored, tile.width) == expected


@pytest.mark.parametrize(
    "tile", [Tile(0, 2, 89), Tile(ENTRIES, 2, 89), Tile(0, 3, 1), Tile(1, 0, 3)]
)
def test_a_tile_a_store_has_not_all_of_is_refused_by_its_path(tile):
    with pytest.raises(LedgerBroken) as caught:
        tile_in(STORE)(tile)
    assert caught.value.message == f"part of {tile.path} is missing in the ledger"
    assert caught.value.hint == "candlemark ledger verify names every fault"


def test_tiles_that_are_kept_wrongly_are_named_by_path_or_level():
    assert tile_faults(STORE, FILLED) == []
    store, filled = store_of(600)
    store.tiles[0, 1] = bytes(32)
    assert [str(fault) for fault in tile_faults(store, filled)] == [
        "tile/0/001: the hash kept for it is not that of its leaves"
    ]
    store.tiles[7, 0] = bytes(32)
    del store.tiles[0, 0]
    assert [str(fault) for fault in tile_faults(store, filled)] == [
        "tiles of level 0: 1 kept instead of 2",
        "tile/0/000: the hash kept for it is not that of its leaves",
        "tiles of level 7: 1 kept instead of 0",
    ]
    store.tiles.clear()
    assert [str(fault) for fault in tile_faults(store, filled)] == [
        "tiles of level 0: 0 kept instead of 2"
    ]


# Proofs


def path(m, hashes):
    """RFC 9162, 2.1.3.1."""
    if len(hashes) == 1:
        return []
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if m < k:
        return [*path(m, hashes[:k]), tree_hash(hashes[k:])]
    return [*path(m - k, hashes[k:]), tree_hash(hashes[:k])]


def subproof(m, hashes, *, whole):
    """RFC 9162, 2.1.4.1."""
    if m == len(hashes):
        return [] if whole else [tree_hash(hashes)]
    k = 1
    while 2 * k < len(hashes):
        k *= 2
    if m <= k:
        return [*subproof(m, hashes[:k], whole=whole), tree_hash(hashes[k:])]
    return [*subproof(m - k, hashes[k:], whole=False), tree_hash(hashes[:k])]


@pytest.mark.parametrize("size", range(1, 18))
def test_every_entry_of_a_small_tree_is_proved_as_the_standard_proves_it(size):
    hashes, root = HASHES[:size], tree_hash(HASHES[:size])
    for index in range(size):
        proof = prove_inclusion(Model(hashes), index, size)
        assert list(proof) == path(index, hashes)
        check_inclusion(hashes[index], index, size, root, proof)
        assert root_by_inclusion(hashes[index], index, size, proof) == root


@pytest.mark.parametrize("new", range(18))
def test_every_beginning_of_a_small_tree_is_proved_as_the_standard_proves_it(new):
    hashes = HASHES[:new]
    for old in range(new + 1):
        proof = prove_consistency(Model(hashes), old, new)
        assert list(proof) == (subproof(old, hashes, whole=True) if old else [])
        check_consistency(old, tree_hash(hashes[:old]), new, tree_hash(hashes), proof)


@pytest.mark.parametrize("new", range(1, 14))
def test_no_other_beginning_is_proved(new):
    """Every false size, every false root and every step left out, doubled or exchanged."""
    hashes, root = HASHES[:new], tree_hash(HASHES[:new])
    for old in range(1, new + 1):
        proof, older = prove_consistency(Model(hashes), old, new), tree_hash(HASHES[:old])
        bent = [(old, older, new, root, [*proof, HASHES[0]])]
        bent += [(old, HASHES[99], new, root, proof), (old, older, new, HASHES[99], proof)]
        for at in range(len(proof)):
            bent.append((old, older, new, root, [*proof[:at], *proof[at + 1 :]]))
            bent.append((old, older, new, root, [*proof[:at], HASHES[98], *proof[at + 1 :]]))
        bent += [(other, older, new, root, proof) for other in range(new + 1) if other != old]
        for each in bent:
            with pytest.raises(ProofRefused):
                check_consistency(*each)


@given(SIZES.filter(bool), st.data())
@settings(max_examples=40)
def test_the_root_over_the_first_leaves_is_found_with_one_hash_per_bit(size, data):
    stop = data.draw(st.integers(0, size))
    model = Model(HASHES[:size])

    assert root_over(model, 0, stop) == tree_hash(HASHES[:stop])
    assert len(model.asked) == stop.bit_count()
    assert [height for height, _ in model.asked] == sorted(
        (height for height, _ in model.asked), reverse=True
    )


def test_a_proof_of_the_largest_sizes_is_computed_with_and_a_larger_is_not():
    limit = SIZE_LIMIT
    for index, size in ((0, limit), (limit - 1, limit)):
        with pytest.raises(ProofRefused, match="too short"):
            root_by_inclusion(HASHES[0], index, size, ())
    with pytest.raises(ProofRefused, match="there is no entry"):
        root_by_inclusion(HASHES[0], 0, limit + 1, ())
    check_consistency(limit, HASHES[0], limit, HASHES[0], ())
    with pytest.raises(ProofRefused, match="cannot continue"):
        check_consistency(limit + 1, HASHES[0], limit + 1, HASHES[0], ())


# Checkpoints


@given(SIZES)
@settings(max_examples=20)
def test_the_head_of_a_tree_is_a_note_anybody_can_read(size):
    tree = Tree().grown(HASHES[:size])
    head = signed_head(tree, NAME, KEY)
    text, _, _ = head.note.decode().partition("\n\n")

    assert (head.size, head.peaks) == (size, tree.packed)
    assert text.split("\n") == [NAME, str(size), base64.b64encode(tree.root).decode()]
    checkpoint = read_checkpoint(head.note, NAME, KEY.public)
    assert checkpoint == Checkpoint(size, tree.root)
    assert str(checkpoint) == f"{size} {text.split()[-1]}"
    assert read_signed(Note.parse(head.note), NoteKey(NAME, ED25519, KEY.public)) == checkpoint
    assert read_seen((size, head.note), NAME, KEY.public) == checkpoint
    assert tree_of(head, NAME, KEY.public) == tree


ROOT = base64.b64encode(HASHES[0]).decode()
TEXTS = {
    f"{NAME}\n0\n{ROOT}\n": 0,
    f"{NAME}\n1\n{ROOT}\n": 1,
    f"{NAME}\n999999999999999999\n{ROOT}\n": 999_999_999_999_999_999,
    f"{NAME}\n7\n{ROOT}\nmore\n": 7,
    f"{NAME}\n7\n{ROOT}\nmore\nand more\n": 7,
    f"{NAME}\n1000000000000000000\n{ROOT}\n": None,
    f"{NAME}\n01\n{ROOT}\n": None,
    f"{NAME}\n-1\n{ROOT}\n": None,
    f"{NAME}\n\n{ROOT}\n": None,
    f"{NAME}\n1\n{ROOT[:-1]}\n": None,
    f"{NAME}\n1\n{ROOT[1:]}\n": None,
    f"{NAME}\n1\n{ROOT}\n\nmore\n": None,
    f"{NAME}\n1\n": None,
    f"other\n1\n{ROOT}\n": None,
    f"\n{NAME}\n1\n{ROOT}\n": None,
    f"{NAME}\n1 \n{ROOT}\n": None,
    f"{NAME}\n١\n{ROOT}\n": None,
}


@pytest.mark.parametrize(("text", "size"), TEXTS.items(), ids=map(repr, TEXTS))
def test_a_signed_text_is_a_checkpoint_of_this_log_or_refused(text, size):
    note = sign_note(text, NAME, KEY)
    if size is None:
        with pytest.raises(LedgerBroken) as caught:
            read_checkpoint(note, NAME, KEY.public)
        assert caught.value.message == "the checkpoint is not one of this log"
    else:
        assert read_checkpoint(note, NAME, KEY.public) == Checkpoint(size, HASHES[0])


def test_a_head_whose_parts_do_not_agree_is_refused():
    tree = Tree().grown(HASHES[:5])
    head = signed_head(tree, NAME, KEY)
    wrong = "the head is not the one its checkpoint was signed for"
    for bent, message in (
        (head._replace(peaks=Tree().grown(HASHES[1:6]).packed), wrong),
        (head._replace(size=6), wrong),
        (head._replace(size=7), "the peaks do not fit a tree of 7 leaves"),
        (head._replace(note=signed_head(Tree().grown(HASHES[:4]), NAME, KEY).note), wrong),
    ):
        with pytest.raises(LedgerBroken) as caught:
            tree_of(bent, NAME, KEY.public)
        assert caught.value.message == message
    for size in (4, 6):
        with pytest.raises(LedgerBroken, match="not of the size it is kept under"):
            read_seen((size, head.note), NAME, KEY.public)


# Words


STATES = st.builds(Checkpoint, st.integers(0, 10**18 - 1), st.binary(min_size=32, max_size=32))


@given(STATES)
def test_the_words_for_a_root_are_the_lowest_twelve_digits(state):
    number = int.from_bytes(sha(state.root + state.size.to_bytes(8)), "big")
    expected = tuple(words()[number // 7776**place % 7776] for place in range(12))
    found = RootWords.of(state)

    assert (found.size, found.words) == (state.size, expected)
    assert str(found) == f"{state.size} entries: {' '.join(expected)}"
    for written in (str(found), str(found).upper(), f"{state.size} {' '.join(expected)}"):
        assert RootWords.parse(written) == found
    assert RootWords.parse(str(found).replace(" entries", "")) == found
    found.compare(state)


TWELVE = words()[:12]


def written(size=7, listed=TWELVE):
    return f"{size} entries: {' '.join(listed)}"


@pytest.mark.parametrize("count", [1, 11, 13, 20])
def test_another_number_of_words_is_told(count):
    with pytest.raises(NotUnderstood) as caught:
        RootWords.parse(written(listed=words()[:count]))
    assert caught.value.message == "the words cannot be read"
    assert (
        caught.value.hint == "copy the whole line from the minutes: the number, then twelve words"
    )
    assert [str(fault) for fault in caught.value.faults] == [
        f"words: there are {count} of them, not 12"
    ]


SPOILT = {
    "abaccus": "abaccus is not in the list; perhaps abacus",
    "abacu": "abacu is not in the list; perhaps abacus",
    "qqqqq": "qqqqq is not in the list",
    "x" * 32: "x" * 32 + " is not in the list",
    "x" * 33: "x" * 32 + " is not in the list",
    "a\x07b": "it is not in the list",
}


@pytest.mark.parametrize(("word", "what"), SPOILT.items(), ids=map(repr, SPOILT))
@pytest.mark.parametrize("place", [1, 2, 12])
def test_a_word_of_no_list_is_told_by_its_place_with_what_it_perhaps_was(word, what, place):
    listed = [*TWELVE[: place - 1], word, *TWELVE[place:]]
    with pytest.raises(NotUnderstood) as caught:
        RootWords.parse(written(listed=listed))
    assert [str(fault) for fault in caught.value.faults] == [f"word {place}: {what}"]


def test_words_behind_the_twelfth_are_counted_and_not_looked_at():
    with pytest.raises(NotUnderstood) as caught:
        RootWords.parse(written(listed=["qqqqq", *TWELVE[1:], "qqqqq"]))
    assert [fault.where for fault in caught.value.faults] == ["word 1", "words"]


@pytest.mark.parametrize(
    "typed",
    ["", "7", "entries: abacus", "abacus " * 12, "seven abacus", "7" + " " * 1024],
)
def test_what_is_no_root_in_words_is_refused_as_that(typed):
    with pytest.raises(NotUnderstood) as caught:
        RootWords.parse(typed)
    assert caught.value.message == "this is not the root of a ledger in words"
    assert (
        caught.value.hint == "copy the whole line from the minutes: the number, then twelve words"
    )
    assert caught.value.faults == ()


def test_a_line_of_1024_letters_is_read_and_a_longer_one_is_not():
    line = written()
    assert RootWords.parse(line.ljust(1024)) == RootWords(7, TWELVE)
    with pytest.raises(NotUnderstood, match="not the root of a ledger"):
        RootWords.parse(line.ljust(1025))


STATE = Checkpoint(7, HASHES[7])
SLIP = "so few differ that it may be a slip of the pen; compare with a second copy"
OTHER = "another state was written down: keep the paper, and ask the other members"
OLDER = "the paper knows more entries than there are: an older copy was put in its place"


@pytest.mark.parametrize(
    ("wrong", "size", "hint"),
    [
        (1, 7, SLIP), (2, 7, SLIP), (5, 7, SLIP), (6, 7, OTHER), (7, 7, OTHER), (12, 7, OTHER),
        (0, 6, SLIP), (4, 6, SLIP), (5, 6, OTHER), (12, 6, OTHER),
        (0, 8, OLDER), (1, 8, OLDER), (12, 8, OLDER),
    ],
)  # fmt: skip
def test_words_that_differ_are_told_one_by_one_with_what_it_means(wrong, size, hint):
    right = RootWords.of(STATE).words
    other = [words()[(words().index(word) + 1) % 7776] for word in right]
    paper = RootWords(size, (*other[:wrong], *right[wrong:]))
    with pytest.raises(WordsDiffer) as caught:
        paper.compare(STATE)

    expected = [] if size == 7 else [f"entries: {size} written, 7 there"]
    expected += [
        f"word {place + 1}: it is {other[place]}, and should be {right[place]}"
        for place in range(wrong)
    ]
    assert caught.value.message == "these are not the words of this ledger"
    assert caught.value.hint == hint
    assert [str(fault) for fault in caught.value.faults] == expected
    assert caught.value.exit_code == 84


def test_no_line_of_the_list_can_be_read_as_a_number_or_as_the_word_before_the_colon():
    assert not [word for word in words() if re.search(r"\d", word)]
