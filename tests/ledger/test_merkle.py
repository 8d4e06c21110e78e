"""The tree is that of RFC 6962, whether it grows leaf by leaf or is computed whole."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from candlemark.errors import LedgerBroken
from candlemark.ledger.merkle import Tree, leaf_hash, node_hash

# The leaves and roots with which the first implementations of RFC 6962 test themselves.
LEAVES = [
    bytes.fromhex(leaf)
    for leaf in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def root_of(hashes):
    """The root by the definition of the RFC, which knows nothing of peaks."""
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = 1 << (len(hashes) - 1).bit_length() - 1
    return node_hash(root_of(hashes[:split]), root_of(hashes[split:]))


@pytest.mark.parametrize("size", range(9))
def test_the_published_roots_are_found(size):
    tree = Tree().grown(leaf_hash(leaf) for leaf in LEAVES[:size])

    assert tree.root.hex() == ROOTS[size]


@given(st.integers(0, 300), st.integers(0, 300))
def test_a_tree_that_grew_is_the_tree_computed_whole(first, more):
    hashes = [leaf_hash(bytes([n % 256, n // 256])) for n in range(first + more)]
    grown = Tree().grown(hashes[:first]).grown(hashes[first:])

    assert root_of(hashes) == grown.root
    assert first + more == grown.size
    assert grown == Tree.of(grown.size, grown.packed)


PEAKS = {
    "too few": (3, bytes(32)),
    "too many": (4, bytes(64)),
    "half a hash": (1, bytes(31)),
    "a negative size": (-1, bytes(2016)),
}


@pytest.mark.parametrize(("size", "packed"), PEAKS.values(), ids=PEAKS)
def test_peaks_are_refused_when_they_are(size, packed):
    with pytest.raises(LedgerBroken, match="peaks do not fit"):
        Tree.of(size, packed)
