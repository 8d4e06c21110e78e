"""Proofs are those of RFC 6962 and 9162: published ones, and a naive program that follows the text."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from candlemark.errors import ProofRefused
from candlemark.ledger.merkle import Tree, leaf_hash, node_hash
from candlemark.ledger.proofs import (
    EMPTY_ROOT,
    check_consistency,
    check_inclusion,
    prove_consistency,
    prove_inclusion,
    root_by_inclusion,
    root_over,
)

KNOWN = json.loads(
    (Path(__file__).parent.parent / "vectors" / "log" / "proofs.json").read_text(encoding="utf-8")
)
HASHES = [leaf_hash(bytes.fromhex(leaf)) for leaf in KNOWN["leaves"]]
ROOTS = [bytes.fromhex(root) for root in KNOWN["roots"]]
MANY = [leaf_hash(b"%d" % n) for n in range(700)]


class Plain:
    """Nodes straight from a list of hashes, as the definition says."""

    def __init__(self, hashes):
        self.hashes = hashes

    def node(self, height, index):
        return naive_root(self.hashes[index << height : (index + 1) << height])


def naive_root(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    split = naive_split(len(hashes))
    return node_hash(naive_root(hashes[:split]), naive_root(hashes[split:]))


def naive_split(size):
    split = 1
    while split * 2 < size:
        split *= 2
    return split


def naive_path(place, hashes):
    """PATH(m, D[n]) of RFC 6962, 2.1.1."""
    if len(hashes) == 1:
        return ()
    split = naive_split(len(hashes))
    if place < split:
        return (*naive_path(place, hashes[:split]), naive_root(hashes[split:]))
    return (*naive_path(place - split, hashes[split:]), naive_root(hashes[:split]))


def naive_subproof(old, hashes, whole):
    """SUBPROOF(m, D[n], b) of RFC 6962, 2.1.2."""
    if old == len(hashes):
        return () if whole else (naive_root(hashes),)
    split = naive_split(len(hashes))
    if old <= split:
        return (*naive_subproof(old, hashes[:split], whole), naive_root(hashes[split:]))
    return (*naive_subproof(old - split, hashes[split:], False), naive_root(hashes[:split]))


def steps(known):
    return tuple(map(bytes.fromhex, known["proof"]))


@pytest.mark.parametrize(
    "known", KNOWN["inclusion"], ids=lambda each: f"{each['index']} of {each['size']}"
)
def test_a_published_inclusion_proof_is_made_and_holds(known):
    index, size = known["index"], known["size"]

    assert prove_inclusion(Plain(HASHES), index, size) == steps(known)
    check_inclusion(HASHES[index], index, size, ROOTS[size], steps(known))


@pytest.mark.parametrize(
    "known", KNOWN["consistency"], ids=lambda each: f"{each['old']} in {each['new']}"
)
def test_a_published_consistency_proof_is_made_and_holds(known):
    old, new = known["old"], known["new"]

    assert prove_consistency(Plain(HASHES), old, new) == steps(known)
    check_consistency(old, ROOTS[old], new, ROOTS[new], steps(known))


def test_the_published_roots_are_found_out_of_nodes():
    assert [root_over(Plain(HASHES), 0, size) for size in range(9)] == ROOTS
    assert ROOTS[0] == EMPTY_ROOT


@settings(deadline=None)
@given(st.data())
def test_every_inclusion_proof_is_that_of_the_definition_and_leads_to_the_root(data):
    size = data.draw(st.integers(1, 300))
    index = data.draw(st.integers(0, size - 1))
    proof = prove_inclusion(Plain(MANY), index, size)

    assert proof == naive_path(index, MANY[:size])
    assert root_by_inclusion(MANY[index], index, size, proof) == Tree().grown(MANY[:size]).root


@settings(deadline=None)
@given(st.data())
def test_every_consistency_proof_is_that_of_the_definition_and_holds(data):
    new = data.draw(st.integers(1, 300))
    old = data.draw(st.integers(1, new))
    proof = prove_consistency(Plain(MANY), old, new)

    assert proof == naive_subproof(old, MANY[:new], True)
    check_consistency(old, naive_root(MANY[:old]), new, naive_root(MANY[:new]), proof)


@settings(deadline=None)
@given(st.data())
def test_no_other_place_size_leaf_or_hash_fits_an_inclusion_proof(data):
    size = data.draw(st.integers(2, 130))
    index = data.draw(st.integers(0, size - 1))
    proof, root = prove_inclusion(Plain(MANY), index, size), naive_root(MANY[:size])
    other = data.draw(st.integers(0, size - 1).filter(lambda each: each != index))
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))

    for leaf, place, length, hashes in (
        (MANY[other], index, size, proof),
        (MANY[index], other, size, proof),
        (MANY[index], index, size, (*proof, MANY[0])),
        (MANY[index], index, size, proof[:-1]),
        (MANY[index], index, size, (*proof[:at], flipped(proof[at], bit), *proof[at + 1 :])),
    ):
        with pytest.raises(ProofRefused):
            check_inclusion(leaf, place, length, root, hashes)


@settings(deadline=None)
@given(st.data())
def test_nothing_bent_in_a_consistency_proof_holds(data):
    new = data.draw(st.integers(2, 130))
    old = data.draw(st.integers(1, new - 1))
    proof = prove_consistency(Plain(MANY), old, new)
    older, newer = naive_root(MANY[:old]), naive_root(MANY[:new])
    at, bit = data.draw(st.integers(0, len(proof) - 1)), data.draw(st.integers(0, 255))

    for first, second, hashes in (
        (flipped(older, bit), newer, proof),
        (older, flipped(newer, bit), proof),
        (older, newer, (*proof, MANY[0])),
        (older, newer, proof[:-1]),
        (older, newer, proof[1:]),
        (older, newer, ()),
        (older, newer, (*proof[:at], flipped(proof[at], bit), *proof[at + 1 :])),
    ):
        with pytest.raises(ProofRefused):
            check_consistency(old, first, new, second, hashes)


@settings(deadline=None)
@given(st.integers(1, 128), st.integers(0, 127), st.data())
def test_a_rewritten_history_has_no_consistency_proof(size, changed, data):
    old = data.draw(st.integers(1, size))
    rewritten = [*MANY[:size]]
    place = changed % old
    rewritten[place] = leaf_hash(b"rewritten")
    more = [*rewritten, leaf_hash(b"later")]
    proof = prove_consistency(Plain(more), old, size + 1)

    with pytest.raises(ProofRefused):
        check_consistency(old, naive_root(MANY[:old]), size + 1, naive_root(more), proof)


def flipped(one, bit):
    bent = bytearray(one)
    bent[bit // 8] ^= 1 << bit % 8
    return bytes(bent)


ROOT = naive_root(MANY[:5])
MALFORMED = {
    "no such place": lambda: check_inclusion(MANY[0], 5, 5, ROOT, ()),
    "a place before the first": lambda: check_inclusion(MANY[0], -1, 5, ROOT, ()),
    "a tree of nothing": lambda: prove_inclusion(Plain([]), 0, 0),
    "a size beyond any log": lambda: check_inclusion(MANY[0], 0, 1 << 61, ROOT, ()),
    "half a hash in the proof": lambda: check_inclusion(MANY[0], 0, 2, ROOT, (bytes(16),)),
    "half a hash for the leaf": lambda: check_inclusion(b"leaf", 0, 1, ROOT, ()),
    "a smaller newer tree": lambda: prove_consistency(Plain(MANY), 5, 4),
    "a negative older tree": lambda: check_consistency(-1, ROOT, 5, ROOT, ()),
    "half a hash for a root": lambda: check_consistency(5, ROOT[:31], 5, ROOT, ()),
    "a proof where none is needed": lambda: check_consistency(5, ROOT, 5, ROOT, (MANY[0],)),
    "two roots of one size": lambda: check_consistency(5, ROOT, 5, MANY[0], ()),
    "a root of nothing that is not": lambda: check_consistency(0, ROOT, 5, ROOT, ()),
    "a proof after nothing": lambda: check_consistency(0, EMPTY_ROOT, 5, ROOT, (MANY[0],)),
    "nothing after nothing with a root": lambda: check_consistency(0, EMPTY_ROOT, 0, ROOT, ()),
    "a proof of no steps": lambda: check_consistency(3, naive_root(MANY[:3]), 5, ROOT, ()),
}


@pytest.mark.parametrize("bent", MALFORMED.values(), ids=MALFORMED)
def test_it_is_refused_when_there_is(bent):
    with pytest.raises(ProofRefused):
        bent()


def test_everything_continues_nothing():
    assert prove_consistency(Plain(MANY), 0, 5) == ()
    check_consistency(0, EMPTY_ROOT, 5, ROOT, ())
    check_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, ())
